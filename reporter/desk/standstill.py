"""Rows that stand in for data nobody sent: the row before once more, zeros where there were never any."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from reporter.desk.canonical import Columns
from reporter.desk.config import SourceConfig
from reporter.desk.fields import parse_duration
from reporter.desk.gates import RowFault

_DAY = 86_400
#: So many zeros in a row, where fewer of the others than this share are zero, are no data.
_ZEROS, _RARE = 3, 0.02
#: So many values must tell what is usual.
_LEAST_VALUES = 30
#: Columns of which two rows in a row are never the same in all, to the last digit.
_NEVER_ALIKE: Mapping[str, tuple[str, ...]] = {
    "prices": ("open", "high", "low", "close"),
    "open_interest": ("open_interest",),
    "liquidations": ("long", "short"),
    "fund_flows": ("flow",),
}
#: Of these a value may come twice by chance, or may have been carried over a gap long ago: only the newest row tells.
_NEWEST_TELLS = frozenset({"open_interest", "fund_flows"})
_SELDOM_ZERO: Mapping[str, tuple[str, ...]] = {
    "fund_flows": ("flow",),
    "funding": ("rate",),
    "liquidations": ("long", "short"),
}
#: Fewer digits than these may well come twice.
_LEAST_DIGITS = 4

Marks = npt.NDArray[np.bool_]


def repeated(source: SourceConfig, columns: Columns) -> Iterator[tuple[int, RowFault, str]]:
    """Rows that are the one before once more: yesterday's figures under today's date."""
    names = _NEVER_ALIKE.get(source.table, ())
    if not names or not set(names) <= columns.keys() or len(columns["start"]) < 2:
        return
    table = np.column_stack([columns[name].astype(float) for name in names])
    same = (table[1:] == table[:-1]).all(axis=1) & (np.diff(columns["start"].astype(np.int64)) > 0)
    rows = (np.flatnonzero(same) + 1).tolist()
    # Quotes that stand still, or are rounded to a few digits, are alike by themselves; so is what repeats all the time.
    if len(rows) > max(_RARE * len(table), 3):
        return
    if source.table in _NEWEST_TELLS:
        rows = [row for row in rows if row == len(table) - 1]
    for row in rows:
        values = table[row].tolist()
        distinct = len(set(values)) == len(values) and all(values)
        if distinct and any(_digits(value) >= _LEAST_DIGITS for value in values):
            yield row, "repeated", f"{_listed(names)} the row before once more: has its data not come?"


def zeros(source: SourceConfig, columns: Columns) -> Iterator[tuple[int, RowFault, str]]:
    """Zeros in a row, of what is hardly ever zero: gaps that somebody filled."""
    for name in _SELDOM_ZERO.get(source.table, ()):
        if name not in columns:
            continue
        values = columns[name].astype(float)
        known = values[np.isfinite(values)]
        for first, count in _runs(values == 0):
            others = np.count_nonzero(known == 0) - count
            told = len(known) - count
            # A day without any liquidation, or of no funding at all, has not been seen.
            one = source.table != "fund_flows" and parse_duration(source.bar) == _DAY and others == 0
            if told >= _LEAST_VALUES and others < _RARE * told and (count >= _ZEROS or one):
                column = source.columns.get(name, name)
                rows = "is 0 in this row" if count == 1 else f"is 0 in {count} rows from this one on"
                yield first, "zeros", f'column "{column}" {rows}, and in {others} of the {told} others: a gap filled?'


def _runs(marks: Marks) -> Iterator[tuple[int, int]]:
    """First place and length of each run of marks."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], marks, [False]]).astype(np.int8)))
    for first, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        yield first, end - first


def _digits(value: float) -> int:
    return len(f"{value:.12g}".replace(".", "").replace("-", "").strip("0"))


def _listed(names: tuple[str, ...]) -> str:
    shown = [name.replace("_", " ") for name in names]
    return f"{shown[0]} is that of" if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]} are those of"
