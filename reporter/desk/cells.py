"""Text cells to numbers, dates and option types; what can't be read is told with its line."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from reporter.desk.readers import MAX_PROBLEMS, RawTable
from reporter.errors import Problem

Floats = npt.NDArray[np.float64]
Texts = npt.NDArray[np.object_]

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SIDES = {"call": "call", "c": "call", "put": "put", "p": "put"}
#: What a cell that is no number looks like → how to mend it.
_HINTS = (
    (re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?"), "write numbers without thousands separators"),
    (re.compile(r"[+-]?[0-9]+,[0-9]+"), "write a point as the decimal mark"),
    (re.compile(r"[+-]?[0-9.]+ ?%"), 'write the number alone and declare unit = "percent"'),
    (
        re.compile(r"[+-]?[$€£] ?[0-9.,]+.*|[+-]?[0-9.,]+ ?(?:[kKmMbB]n?|USD)"),
        "write the number alone; unit says the rest",
    ),
)


def complain(
    raw: RawTable, column: str, bad: npt.NDArray[np.bool_], what: str, problems: list[Problem], hint: str = ""
) -> None:
    """Add a problem for each bad cell of a column, and one that counts those beyond the first few."""
    rows = np.flatnonzero(bad).tolist()
    for row in rows[:MAX_PROBLEMS]:
        said = f'column "{column}": "{raw.columns[column][row]}" is {what}'
        problems.append(Problem(raw.file, raw.lines[row], None, said, hint))
    if len(rows) > MAX_PROBLEMS:
        said = f'column "{column}": {len(rows) - MAX_PROBLEMS} more cells like these, from this line on'
        problems.append(Problem(raw.file, raw.lines[rows[MAX_PROBLEMS]], None, said))


def numbers(raw: RawTable, column: str, problems: list[Problem]) -> Floats:
    """A column as floats: blank is missing, anything else must be a finite number."""
    cells = raw.columns[column]
    joined = "".join(cells)
    # Python reads 1_000 and digits of other scripts as numbers; a table that holds such is looked at cell by cell.
    if "_" not in joined and joined.isascii():
        try:
            values = np.asarray([float(cell) if cell else np.nan for cell in cells], dtype=float)
        except ValueError:
            pass
        else:
            gaps = np.flatnonzero(~np.isfinite(values)).tolist()
            if not any(cells[row] for row in gaps):
                return values
    return _numbers_one_by_one(raw, column, problems)


def _numbers_one_by_one(raw: RawTable, column: str, problems: list[Problem]) -> Floats:
    cells = raw.columns[column]
    values = np.asarray([float(cell) if _NUMBER.fullmatch(cell) else np.nan for cell in cells], dtype=float)
    bad = ~np.isfinite(values) & np.asarray([bool(cell) for cell in cells])
    if bad.any():
        first = cells[int(np.argmax(bad))]
        hint = next(
            (hint for form, hint in _HINTS if form.fullmatch(first)), "leave the cell blank where there is no value"
        )
        complain(raw, column, bad, "not a number", problems, hint)
        values[bad] = np.nan
    return values


def dates(raw: RawTable, column: str, problems: list[Problem]) -> Floats:
    """A column of dates as seconds at 00:00 UTC; blank is missing."""
    cells = raw.columns[column]
    read = {cell: _date(cell) for cell in dict.fromkeys(cells)}
    values = np.asarray([read[cell] for cell in cells], dtype=float)
    bad = np.isnan(values) & np.asarray([bool(cell) for cell in cells])
    complain(raw, column, bad, "not a date", problems, 'write dates as "2026-02-27"')
    return values


def _date(cell: str) -> float:
    if not _DATE.fullmatch(cell):
        return float("nan")
    try:
        return float(np.datetime64(cell, "s").astype(np.int64))
    except ValueError:
        return float("nan")


def texts(raw: RawTable, column: str) -> Texts:
    """A column as it stands."""
    return np.asarray(raw.columns[column], dtype=object)


def sides(raw: RawTable, column: str, problems: list[Problem]) -> Texts:
    """A column of option types as `call` or `put`."""
    cells = raw.columns[column]
    found = [_SIDES.get(cell.lower(), "") for cell in cells]
    bad = np.asarray([not side for side in found], dtype=bool)
    complain(raw, column, bad, "neither call nor put", problems, 'write "call" or "put"')
    return np.asarray(found, dtype=object)
