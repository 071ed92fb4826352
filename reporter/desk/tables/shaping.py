"""Apply a layout to a file's raw table: gaps, brackets, footers, split symbols, computed columns."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from reporter.desk.config.config import SourceConfig
from reporter.desk.formats.layouts import Layout
from reporter.desk.formats.readers import MAX_PROBLEMS, RawTable, check_header
from reporter.desk.formats.records import first_present_name
from reporter.desk.parsing.times import EPOCH_SPAN
from reporter.diagnostics.diagnostic import Diagnostic, Place, make_notice
from reporter.diagnostics.errors import InputError
from reporter.model.timestamps import format_day

_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_BRACKETS = re.compile(r"\(([\d.,]+)\)")
#: 1980 to 2100 in seconds: the spans of seconds, milli-, micro- and nanoseconds don't meet.
#: A fund's figure may come some sessions after the others'.
_LATEST_REPORT = 3
#: What a row that is left out is called, one and several.
_DROPPED = {
    "confirm": ("unfinished bar", "unfinished bars"),
    "": ("row that is no period", "rows that are no period (totals and the like)"),
}
_EPOCHS = (1, 1_000, 1_000_000, 1_000_000_000)


def apply_layout(raw: RawTable, layout: Layout) -> RawTable:
    """A file's raw table → the rows that its layout describes, under the file's own column names.

    Raises:
        InputError: symbols, dates or parts that are not as the layout says.
    """
    _check_needed_columns(raw, layout)
    columns = {name: _blank_gaps(cells, layout) for name, cells in raw.columns.items()}
    raw = _drop_rows(RawTable(raw.file, columns, raw.lines, raw.notices), layout.drop)
    columns = dict(raw.columns)
    problems: list[Diagnostic] = []
    for name, pattern in layout.split.items():
        columns |= _split_symbols(raw, name, re.compile(pattern), problems)
    for name, form in layout.dates.items():
        if name in columns:
            columns[name] = _convert_dates(raw, name, columns[name], form, problems)
    for name, (above, below) in layout.ratio.items():
        columns[name] = [_divide_cells(a, b) for a, b in zip(columns[above], columns[below], strict=True)]
    for name, pick in layout.pick.items():
        marks = [all(columns[c][row] == v for c, v in pick.where.items()) for row in range(len(raw))]
        columns[name] = [cell if mark else "0" for cell, mark in zip(columns[pick.value], marks, strict=True)]
    if problems:
        raise InputError(problems)
    return _keep_unique_rows(_keep_published_rows(RawTable(raw.file, columns, raw.lines, raw.notices), layout), layout)


def apply_source_options(source: SourceConfig, raw: RawTable) -> RawTable:
    """Apply the options of desk.toml to a raw table: blank cells, dropped rows, times in two columns."""
    parts = source.time_columns
    if len(parts) > 1:
        check_header(list(raw.columns), parts, raw.file, None)
        joined = map(" ".join, zip(*(raw.columns[name] for name in parts), strict=True))
        raw = RawTable(raw.file, {**raw.columns, source.time: list(joined)}, raw.lines, raw.notices)
    if source.blank:
        blank = frozenset(source.blank)
        columns = {name: ["" if cell in blank else cell for cell in cells] for name, cells in raw.columns.items()}
        raw = RawTable(raw.file, columns, raw.lines, raw.notices)
    return _drop_rows(raw, source.drop)


def _keep_unique_rows(raw: RawTable, layout: Layout) -> RawTable:
    """Drop repeated rows of a table whose rows are summed."""
    if layout.gather is None or layout.gather.of not in raw.columns:
        return raw
    seen: dict[tuple[str, ...], int] = {}
    keys = zip(
        raw.columns[first_present_name(layout.time, raw.columns) or ""], raw.columns[layout.gather.of], strict=True
    )
    keep, problems = [], []
    for row, key in enumerate(keys):
        first = seen.setdefault(key, row)
        keep.append(first == row)
        if first != row and any(cells[row] != cells[first] for cells in raw.columns.values()):
            what = f"this row and row {raw.lines[first]} give different values for {' and '.join(key)}"
            problems.append(Diagnostic("data.conflicting-rows", Place(raw.file, raw.lines[row]), what, "keep one"))
    if problems:
        raise InputError(problems[:MAX_PROBLEMS])
    if all(keep):
        return raw
    what = f"{keep.count(False)} identical duplicate rows dropped"
    noted = make_notice("data.duplicate-rows", Place(raw.file), what)
    return RawTable(raw.file, raw.columns, raw.lines, (*raw.notices, noted)).filter_rows(keep)


def _check_needed_columns(raw: RawTable, layout: Layout) -> None:
    """Refuse a table that lacks a column the layout needs, or has it twice."""
    names = list(raw.columns)
    used = [*layout.columns.values(), layout.time, *layout.needs]
    twice = [name for name in used if f"{name} 2" in raw.columns]
    if twice:
        raise InputError(
            [
                Diagnostic(
                    "data.duplicate-column", Place(raw.file), f'column "{twice[0]}" stands twice', "rename one of them"
                )
            ]
        )
    derived = {*layout.ratio, *layout.pick}
    wanted = [first_present_name(name, names) or name for name in (layout.time, *layout.columns.values()) if name]
    wanted += list(layout.split)
    wanted += [name for pair in layout.ratio.values() for name in pair]
    wanted += [name for pick in layout.pick.values() for name in (pick.value, *pick.where)]
    check_header(names, [name for name in dict.fromkeys(wanted) if name not in derived], raw.file, None)


def _blank_gaps(cells: list[str], layout: Layout) -> list[str]:
    if layout.blank:
        cells = ["" if cell in layout.blank else cell for cell in cells]
    return [_to_plain_number(cell) for cell in cells] if layout.accounting else cells


def _to_plain_number(cell: str) -> str:
    """An accountant's number in plain digits; any other cell unchanged."""
    if (match := _BRACKETS.fullmatch(cell)) is not None:
        cell = f"-{match[1]}"
    return cell.replace(",", "") if _THOUSANDS.fullmatch(cell) else cell


def _drop_rows(raw: RawTable, drop: Mapping[str, Sequence[str]]) -> RawTable:
    notices = list(raw.notices)
    for expression, cells in drop.items():
        name = first_present_name(expression, raw.columns)
        if name is None:
            continue
        marks = [cell not in cells for cell in raw.columns[name]]
        left = marks.count(False)
        if left == len(raw):
            what = f'column "{name}" is "{raw.columns[name][0]}" in every row: none of them is data'
            hint = "these bars have not closed; fetch them again later" if name == "confirm" else ""
            raise InputError([Diagnostic("data.all-dropped", Place(raw.file), what, hint)])
        if left:
            first = raw.lines[marks.index(False)]
            shown = raw.columns[name][marks.index(False)]
            one, many = _DROPPED["confirm" if name == "confirm" else ""]
            told = f"1 {one}" if left == 1 else f"{left} {many}, the first"
            what = f'{told} ({name} = "{shown}") in row {first}, left out'
            notices.append(make_notice("data.dropped-rows", Place(raw.file), what))
            raw = raw.filter_rows(marks)
    return RawTable(raw.file, raw.columns, raw.lines, tuple(notices))


def _split_symbols(
    raw: RawTable, name: str, pattern: re.Pattern[str], problems: list[Diagnostic]
) -> dict[str, list[str]]:
    """The named groups of a column's cells as columns; reports cells of another form."""
    matches = {cell: pattern.fullmatch(cell) for cell in dict.fromkeys(raw.columns[name])}
    for row, cell in enumerate(raw.columns[name]):
        if matches[cell] is None and len(problems) < MAX_PROBLEMS:
            what = f'column "{name}": "{cell}" is no symbol of the form {_symbol_form(pattern)}'
            problems.append(
                Diagnostic("data.wrong-symbol", Place(raw.file, raw.lines[row]), what, "take out what is no option")
            )
    groups = {cell: match.groupdict() if match else {} for cell, match in matches.items()}
    return {group: [groups[cell].get(group, "") for cell in raw.columns[name]] for group in pattern.groupindex}


def _symbol_form(pattern: re.Pattern[str]) -> str:
    return "-".join(["…", *sorted(pattern.groupindex, key=lambda group: pattern.groupindex[group])])


def _convert_dates(raw: RawTable, name: str, cells: Sequence[str], form: str, problems: list[Diagnostic]) -> list[str]:
    read = {cell: _to_iso_date(cell, form) for cell in dict.fromkeys(cells)}
    for row, cell in enumerate(cells):
        if cell and not read[cell] and len(problems) < MAX_PROBLEMS:
            problems.append(
                Diagnostic(
                    "data.wrong-date", Place(raw.file, raw.lines[row]), f'column "{name}": "{cell}" is not a date'
                )
            )
    return [read[cell] for cell in cells]


def _to_iso_date(cell: str, form: str) -> str:
    try:
        if form == "epoch":
            seconds = epoch_seconds(cell)
            return "" if seconds is None else format_day(seconds)
        # The months of Deribit's symbols are English ones whatever the machine's language.
        return datetime.strptime(cell.title() if "%b" in form else cell, form).replace(tzinfo=UTC).date().isoformat()
    except (ValueError, OverflowError):
        return ""


def epoch_seconds(cell: str) -> float | None:
    """Seconds since 1970 of a number in seconds, milli-, micro- or nanoseconds, by its size; None for others."""
    try:
        number = float(cell)
    except ValueError:
        return None
    spans = (number / factor for factor in _EPOCHS)
    return next((value for value in spans if EPOCH_SPAN[0] <= value < EPOCH_SPAN[1]), None)


def _divide_cells(above: str, below: str) -> str:
    try:
        value = float(above) / float(below)
    except (ValueError, ZeroDivisionError):
        return ""
    return repr(value) if math.isfinite(value) and value > 0 else ""


def _keep_published_rows(raw: RawTable, layout: Layout) -> RawTable:
    """Drop the rows whose parts have not all reported: their totals are not final."""
    notices = list(raw.notices)
    keep = [True] * len(raw)
    if layout.parts and layout.parts in raw.columns:
        # Parts that are there and all blank: the flow beside them is a zero by default.
        keep = [not cells or bool(cells.strip(";")) for cells in raw.columns[layout.parts]]
    elif layout.members:
        keep = _complete_row_mask(raw, layout)
    if not all(keep):
        lines = [line for line, kept in zip(raw.lines, keep, strict=True) if not kept]
        why = "without a figure of every part: a closed day, or not yet published"
        what = f"{_count_rows(len(lines))} {why}, the first in row {lines[0]}"
        notices.append(make_notice("data.unpublished-rows", Place(raw.file), what, "not used"))
    return RawTable(raw.file, raw.columns, raw.lines, tuple(notices)).filter_rows(keep)


def _count_rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"


def _complete_row_mask(raw: RawTable, layout: Layout) -> list[bool]:
    """A mark for each row: some part has reported, and no part that still reports is missing from it."""
    members = list(_list_members(raw, layout))
    total = raw.columns[first_present_name(next(iter(layout.columns.values())), raw.columns) or ""]
    keep = [bool(cell) for cell in total]
    if not members:
        return keep
    if not layout.members_change:
        return [kept and all(raw.columns[name][row] for name in members) for row, kept in enumerate(keep)]
    newest_first = _oldest_first(raw, layout)[::-1]
    for row in newest_first:
        keep[row] &= any(raw.columns[name][row] for name in members)
    for name in members:
        cells = raw.columns[name]
        waiting = next((place for place, row in enumerate(newest_first) if cells[row]), len(raw))
        # A part that has been blank for longer has closed, or has never begun.
        if waiting <= _LATEST_REPORT and waiting < len(raw):
            for row in newest_first[:waiting]:
                keep[row] = False
    return keep


def _list_members(raw: RawTable, layout: Layout) -> Iterator[str]:
    """Columns of an aggregate's parts; "*" means every other one."""
    used = {first_present_name(layout.time, raw.columns), *layout.columns.values()}
    for name in raw.columns if layout.members == ("*",) else layout.members:
        if name in raw.columns and name not in used:
            yield name


def _oldest_first(raw: RawTable, layout: Layout) -> list[int]:
    """Rows in order of time, which a table of dates shows by its first and last row."""
    name = first_present_name(layout.time, raw.columns)
    if name is None or len(raw) < 2:
        return list(range(len(raw)))
    first, last = (_to_sortable_time(raw.columns[name][place], layout) for place in (0, -1))
    rows = list(range(len(raw)))
    return rows[::-1] if first and last and first > last else rows


def _to_sortable_time(cell: str, layout: Layout) -> str:
    for form in layout.time_format:
        if not form and re.match(r"\d{4}-\d{2}-\d{2}", cell):
            return cell
        if form not in ("", "epoch") and (read := _to_iso_date(cell, form)):
            return read
    return ""
