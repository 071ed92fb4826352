"""Text cells to numbers, dates and option types; cells that can't be read are reported with their line."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from reporter.desk.config.config import SourceConfig
from reporter.desk.formats.number_forms import parse_number
from reporter.desk.formats.readers import MAX_PROBLEMS, RawTable
from reporter.diagnostics.diagnostic import Diagnostic, Place

Floats = npt.NDArray[np.float64]
Texts = npt.NDArray[np.object_]

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SIDES = {"call": "call", "c": "call", "put": "put", "p": "put"}
#: Units that are a multiple or a part themselves.
_OTHER_SIZES = frozenset({"usd_k", "usd_m", "usd_bn", "percent", "bp", "fraction"})
#: What a cell that is no number looks like → how to mend it.
_HINTS = (
    (re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?"), 'say how numbers are written: numbers = "1,234.56"'),
    (re.compile(r"[+-]?[0-9]+,[0-9]+"), 'say how numbers are written: numbers = "1234,56"'),
    (re.compile(r"[+-]?[0-9.]+ ?%"), 'declare unit = "percent" and how numbers are written: numbers = "1234.56"'),
    (
        re.compile(r"[+-]?[$€£] ?[0-9.,]+.*|[+-]?[0-9.,]+ ?(?:[kKmMbB]n?|USD)"),
        'say how numbers are written, such as numbers = "1,234.56"',
    ),
)


def add_cell_diagnostics(
    code: str,
    raw: RawTable,
    column: str,
    bad: npt.NDArray[np.bool_],
    what: str,
    problems: list[Diagnostic],
    hint: str = "",
) -> None:
    """Add a diagnostic for each bad cell of a column, and one that counts those beyond the first few.

    Args:
        code: the diagnostics' code.
        raw: the rows.
        column: the column's name.
        bad: one truth a row, True where its cell is bad.
        what: what is wrong.
        problems: the list that they are added to.
        hint: what to do.
    """
    rows = np.flatnonzero(bad).tolist()
    for row in rows[:MAX_PROBLEMS]:
        said = f'column "{column}": "{raw.columns[column][row]}" is {what}'
        problems.append(Diagnostic(code, Place(raw.file, raw.lines[row]), said, hint))
    if len(rows) > MAX_PROBLEMS:
        said = f'column "{column}": {len(rows) - MAX_PROBLEMS} more cells like these, from this line on'
        problems.append(Diagnostic(code, Place(raw.file, raw.lines[rows[MAX_PROBLEMS]]), said))


def parse_numbers(raw: RawTable, column: str, problems: list[Diagnostic], source: SourceConfig | None = None) -> Floats:
    """A column as floats: blank is missing, anything else must be a finite number.

    Args:
        raw: the file's rows.
        column: the column.
        problems: where cells that are none are told.
        source: how its numbers are written and in which unit; plain digits where absent.
    """
    cells = raw.columns[column]
    if source is not None and source.numbers:
        return _parse_formatted_numbers(raw, column, problems, source)
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
    return _parse_numbers_singly(raw, column, problems)


def _parse_numbers_singly(raw: RawTable, column: str, problems: list[Diagnostic]) -> Floats:
    cells = raw.columns[column]
    values = np.asarray([float(cell) if _NUMBER.fullmatch(cell) else np.nan for cell in cells], dtype=float)
    bad = ~np.isfinite(values) & np.asarray([bool(cell) for cell in cells])
    if bad.any():
        first = cells[int(np.argmax(bad))]
        hint = next(
            (hint for form, hint in _HINTS if form.fullmatch(first)), "leave the cell blank where there is no value"
        )
        add_cell_diagnostics("data.not-a-number", raw, column, bad, "not a number", problems, hint)
        values[bad] = np.nan
    return values


def _parse_formatted_numbers(raw: RawTable, column: str, problems: list[Diagnostic], source: SourceConfig) -> Floats:
    """Parse a column in the number format of desk.toml; report signs that contradict the unit."""
    cells, form = raw.columns[column], source.numbers
    # A size behind a number multiplies it, which only makes sense where the unit does not do so besides.
    sized = source.unit not in _OTHER_SIZES
    read = {
        cell: parse_number(cell, form, percent=source.unit == "percent", sized=sized) if cell else np.nan
        for cell in dict.fromkeys(cells)
    }
    values = np.asarray([np.nan if read[cell] is None else read[cell] for cell in cells], dtype=float)
    bad = np.asarray([read[cell] is None for cell in cells], dtype=bool)
    if bad.any():
        hint = _sign_hint(cells[int(np.argmax(bad))], source)
        add_cell_diagnostics("data.not-a-number", raw, column, bad, f'not a number written as "{form}"', problems, hint)
    return values


def _sign_hint(cell: str, source: SourceConfig) -> str:
    if cell.rstrip(") ").endswith("%"):
        return 'its percent sign wants unit = "percent"'
    if parse_number(cell, source.numbers, sized=True) is not None:
        return 'what stands behind the number multiplies it: unit = "usd"'
    if any(sign in cell for sign in "€£¥"):
        return "another currency than the desk's"
    return 'see numbers, and blank = ["…"] for cells without a value'


def parse_dates(raw: RawTable, column: str, problems: list[Diagnostic]) -> Floats:
    """A column of dates as seconds at 00:00 UTC; blank is missing.

    Args:
        raw: the rows.
        column: the column's name.
        problems: the list that diagnostics are added to.
    """
    cells = raw.columns[column]
    read = {cell: _parse_date(cell) for cell in dict.fromkeys(cells)}
    values = np.asarray([read[cell] for cell in cells], dtype=float)
    bad = np.isnan(values) & np.asarray([bool(cell) for cell in cells])
    add_cell_diagnostics("data.wrong-date", raw, column, bad, "not a date", problems, 'write dates as "2026-02-27"')
    return values


def _parse_date(cell: str) -> float:
    if not _DATE.fullmatch(cell):
        return float("nan")
    try:
        return float(np.datetime64(cell, "s").astype(np.int64))
    except ValueError:
        return float("nan")


def to_text_array(raw: RawTable, column: str) -> Texts:
    """A column as an array of unchanged texts."""
    return np.asarray(raw.columns[column], dtype=object)


def parse_option_types(raw: RawTable, column: str, problems: list[Diagnostic]) -> Texts:
    """A column of option types as `call` or `put`.

    Args:
        raw: the rows.
        column: the column's name.
        problems: the list that diagnostics are added to.
    """
    cells = raw.columns[column]
    found = [_SIDES.get(cell.lower(), "") for cell in cells]
    bad = np.asarray([not side for side in found], dtype=bool)
    add_cell_diagnostics("data.wrong-side", raw, column, bad, "neither call nor put", problems, 'write "call" or "put"')
    return np.asarray(found, dtype=object)
