"""A file's content to a raw table: text cells under the file's own column names, with the number of each row.

In a text table and a worksheet rows are numbered as their lines; in JSON, Parquet and Feather from 1 on, and the
file is shown with the path at which its rows lie: `oi.json#data:17` is the seventeenth of them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from reporter.desk.formats.binary_rows import read_arrow_table, read_worksheet
from reporter.desk.formats.containers import Content, decode_text, make_file_error
from reporter.desk.formats.json_rows import read_json_table
from reporter.desk.formats.layouts import Layout
from reporter.desk.formats.plain_json import read_plain_json
from reporter.desk.formats.readers import (
    RawTable,
    TextRecords,
    check_file_end,
    merge_header_lines,
    parse_records,
    table_from_records,
)

#: A file of no vendor's layout.
PLAIN_LAYOUT = Layout(title="a plain table", vendor="", why_not="-")
#: A header stands within so many lines of the top.
_HEADER_WITHIN = 8


def read_raw_table(content: Content, layout: Layout) -> RawTable:
    """All columns of a file as a layout finds them.

    Args:
        content: the file.
        layout: how it is laid out.

    Raises:
        InputError: it can't be read so.
    """
    if content.kind == "json":
        return read_json_table(content, layout) if layout is not PLAIN_LAYOUT else read_plain_json(content)
    if content.kind == "csv":
        return _read_text_table(content, layout)
    if content.kind == "excel":
        found, shown = read_worksheet(content)
        return _apply_header(merge_header_lines(found, content.form.header_lines, shown), shown, layout)
    return read_arrow_table(content)


def _read_text_table(content: Content, layout: Layout) -> RawTable:
    text = decode_text(content)
    shown = content.shown_as
    separator = content.form.separator
    if not text.strip(', \t\r\n";|'):
        raise make_file_error("data.no-rows", shown, "the file is empty", "a header line and rows are needed")
    if layout.header == "found":
        above = _count_lines_above(text, layout, separator)
        # Lines above the header are blanked, so that the others keep their numbers.
        text = "\n" * above + text.split("\n", above)[above]
    found = merge_header_lines(parse_records(text, shown, separator), content.form.header_lines, shown)
    raw = _apply_header(found, shown, layout, whole=text.endswith("\n"))
    # A file whose last record is a footer ends below its rows.
    ended = () if raw.lines[-1:] != [found.last] else check_file_end(found, text, shown)
    return replace(raw, notices=(*raw.notices, *ended))


def _apply_header(found: TextRecords, shown: str, layout: Layout, *, whole: bool = True) -> RawTable:
    """Records with or without a line of names to a table."""
    width = found.widths[0]
    first = [cell.strip() for cell in found.cells[:width]]
    if layout.header == "none" or (layout.header == "maybe" and _is_number(first[0])):
        names = [*layout.fields, *(f"column {number + 1}" for number in range(len(layout.fields), width))][:width]
        return table_from_records(found, names, 0, shown, whole=whole)
    if layout.header == "two":
        return _apply_double_header(found, first, shown)
    return table_from_records(found, _make_distinct(first), 1, shown, whole=whole)


def _apply_double_header(found: TextRecords, first: list[str], shown: str) -> RawTable:
    """Parse yfinance's header: column names, then tickers, then the name of the first column alone."""
    width = found.widths[0]
    tickers = [cell.strip() for cell in found.cells[width : 2 * width]]
    several = sorted(set(tickers[1:]) - {""})
    if len(found.lines) < 4 or tickers[0] != "Ticker":
        raise make_file_error(
            "data.no-header", shown, "no second header line with tickers below the first", "", found.lines[0]
        )
    if len(several) > 1:
        what = f"the file holds {len(several)} tickers: {', '.join(several[:8])}"
        raise make_file_error(
            "data.several-tickers", shown, what, "save each ticker in a file of its own", found.lines[1]
        )
    third = found.cells[2 * width].strip() or "Date"
    raw = table_from_records(found, [third, *first[1:]], 3, shown)
    # Whose rows they are stands above them; as a column it is held against the desk like any other.
    return replace(raw, columns={**raw.columns, "Ticker": several * len(raw)} if several else raw.columns)


def _count_lines_above(text: str, layout: Layout, separator: str) -> int:
    """Lines above the first that holds the names that make the layout; none where no line does."""
    for number, line in enumerate(text.split("\n", _HEADER_WITHIN)[:_HEADER_WITHIN]):
        names = _make_distinct([cell.strip().strip('"') for cell in line.split(separator)])
        if all(first_present_name(need, names) is not None for need in layout.needs):
            return number
    return 0


def first_present_name(expression: str, names: Sequence[str] | Mapping[str, Any]) -> str | None:
    """The first of the names in "Date or date" that is there."""
    return next((name for name in expression.split(" or ") if name in names), None)


def _make_distinct(names: Sequence[str]) -> list[str]:
    """Names, each once: a second Size is "Size 2", a blank one "column 3"."""
    seen: dict[str, int] = {}
    result = []
    for place, name in enumerate(names):
        given = name or f"column {place + 1}"
        seen[given] = seen.get(given, 0) + 1
        result.append(given if seen[given] == 1 else f"{given} {seen[given]}")
    return result


def _is_number(cell: str) -> bool:
    try:
        return math.isfinite(float(cell))
    except ValueError:
        return False
