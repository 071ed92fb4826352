"""Rows that stand in for missing data: the row before repeated, or zeros where values are hardly ever zero."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from reporter.desk.config.config import SourceConfig
from reporter.desk.config.fields import instant_seconds, parse_duration
from reporter.desk.config.gate_config import RowFault
from reporter.desk.parsing.canonical import Columns
from reporter.desk.parsing.tables import Halt
from reporter.model.timestamps import DAY

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
#: Seconds without a trade that are no calm.
_DEAD = 4 * 3600
#: Fewer digits than these may well come twice.
LEAST_DIGITS = 4

Marks = npt.NDArray[np.bool_]


def find_repeated_rows(source: SourceConfig, columns: Columns) -> Iterator[tuple[int, RowFault, str]]:
    """Rows that repeat the row before: yesterday's figures under today's date."""
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
        if distinct and any(digits_of(value) >= LEAST_DIGITS for value in values):
            yield row, "repeated", f"{_join_names(names)} the row before once more: has its data not come?"


def find_dead_runs(source: SourceConfig, columns: Columns) -> list[tuple[int, int]]:
    """First row and length of each run of intraday bars without a trade: a halt, not a calm market.

    The four prices of each bar are one price, the same in all of them, for four hours or longer; and nothing was
    traded in them, where the file says how much was. A run ends with its UTC day, so that what is not yet known of the
    next one can't lengthen it.
    """
    bar = parse_duration(source.bar)
    names = ("open", "high", "low", "close")
    if source.table != "prices" or not 0 < bar < DAY or not set(names) <= columns.keys():
        return []
    prices = np.column_stack([columns[name].astype(float) for name in names])
    flat = (prices == prices[:, :1]).all(axis=1)
    if "volume" in columns:
        volume = columns["volume"].astype(float)
        flat &= ~(volume > 0)
    start = columns["start"].astype(np.int64)
    joined = (prices[1:, 0] == prices[:-1, 0]) & (np.diff(start) == bar) & (start[1:] // DAY == start[:-1] // DAY)
    # A run is broken where its price, its day or its hours do not go on.
    found, begin = [], 0
    for place in range(1, len(flat) + 1):
        if place < len(flat) and flat[place - 1] and flat[place] and joined[place - 1]:
            continue
        if flat[begin] and (place - begin) * bar >= _DEAD:
            found.append((begin, place - begin))
        begin = place
    return found


def find_halts(source: SourceConfig, columns: Columns) -> Iterator[tuple[int, RowFault, str]]:
    """The first bar of each run in which nothing was traded."""
    for place, count in find_dead_runs(source, columns):
        hours = count * parse_duration(source.bar) / 3600
        what = f"{count} bars from this one on, {hours:g} hours, have one price and no trade: the market stood still"
        yield place, "stuck", f"{what}; they are taken for a gap"


def drop_dead_bars(source: SourceConfig, columns: Columns) -> tuple[Columns, tuple[Halt, ...]]:
    """Drop the bars of a halted market, unless desk.toml approves them."""
    approved = {instant_seconds(item.time) for item in source.approved}
    keep = np.ones(len(columns["start"]), dtype=bool)
    halts = []
    for place, count in find_dead_runs(source, columns):
        start, last = int(columns["start"][place]), place + count - 1
        if {start, start // DAY * DAY} & approved:
            continue
        keep[place : place + count] = False
        halts.append(Halt(start, int(columns["end"][last]), int(columns["known"][last])))
    return ({name: values[keep] for name, values in columns.items()} if halts else columns), tuple(halts)


def find_zero_runs(source: SourceConfig, columns: Columns) -> Iterator[tuple[int, RowFault, str]]:
    """Runs of zeros in values that are hardly ever zero: gaps that somebody filled."""
    for name in _SELDOM_ZERO.get(source.table, ()):
        if name not in columns:
            continue
        values = columns[name].astype(float)
        known = values[np.isfinite(values)]
        for first, count in _iterate_runs(values == 0):
            others = np.count_nonzero(known == 0) - count
            told = len(known) - count
            # A day without any liquidation, or of no funding at all, has not been seen.
            one = source.table != "fund_flows" and parse_duration(source.bar) == DAY and others == 0
            if told >= _LEAST_VALUES and others < _RARE * told and (count >= _ZEROS or one):
                column = source.columns.get(name, name)
                rows = "is 0 in this row" if count == 1 else f"is 0 in {count} rows from this one on"
                yield first, "zeros", f'column "{column}" {rows}, and in {others} of the {told} others: a gap filled?'


def _iterate_runs(marks: Marks) -> Iterator[tuple[int, int]]:
    """First place and length of each run of marks."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], marks, [False]]).astype(np.int8)))
    for first, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        yield first, end - first


def digits_of(value: float) -> int:
    """How many digits tell a value."""
    return len(f"{value:.12g}".replace(".", "").replace("-", "").strip("0"))


def _join_names(names: tuple[str, ...]) -> str:
    shown = [name.replace("_", " ") for name in names]
    return f"{shown[0]} is that of" if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]} are those of"
