"""What a file holds to a raw table: text cells under the file's own column names, with the number of each row.

In a text table and a worksheet rows are numbered as their lines; in JSON, Parquet and Feather from 1 on, and the
file is shown with the path at which its rows lie: `oi.json#data:17` is the seventeenth of them.
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from reporter.desk.containers import Content, refuse, text_of
from reporter.desk.layouts import Layout
from reporter.desk.readers import Fields, RawTable, fields_of, table_of
from reporter.errors import InputError

#: Deeper nesting than this is no vendor's answer.
_DEEPEST = 40
#: A header stands within so many lines of the top.
_HEADER_WITHIN = 8
_MOST_ROWS = 5_000_000


def raw_table(content: Content, layout: Layout, sheet: str = "") -> RawTable:
    """All columns of a file as a layout finds them.

    Args:
        content: the file.
        layout: how it is laid out.
        sheet: the worksheet meant, where a workbook holds several.

    Raises:
        InputError: it can't be read so.
    """
    if content.kind == "json":
        return _from_json(content, layout)
    if content.kind == "csv":
        return _from_text(content, layout)
    if content.kind == "excel":
        return _from_workbook(content, layout, sheet)
    return _from_arrow(content)


def _from_text(content: Content, layout: Layout) -> RawTable:
    text = text_of(content)
    shown = content.shown_as
    if not text.strip(', \t\r\n"'):
        raise refuse(shown, "the file is empty", "a header line and rows are needed")
    if layout.header == "found":
        above = _above_header(text, layout)
        # Lines above the header are blanked, so that the others keep their numbers.
        text = "\n" * above + text.split("\n", above)[above]
    return _headed(fields_of(text, shown), layout, shown)


def _headed(found: Fields, layout: Layout, shown: str) -> RawTable:
    """Records with or without a line of names to a table."""
    width = found.widths[0]
    first = [cell.strip() for cell in found.cells[:width]]
    if layout.header == "none" or (layout.header == "maybe" and _is_number(first[0])):
        names = [*layout.fields, *(f"column {number + 1}" for number in range(len(layout.fields), width))][:width]
        return table_of(found, names, 0, shown)
    if layout.header == "two":
        return _two_headed(found, first, shown)
    return table_of(found, _distinct(first), 1, shown)


def _two_headed(found: Fields, first: list[str], shown: str) -> RawTable:
    """Yfinance's head: names of columns, then tickers, then the name of the first column alone."""
    width = found.widths[0]
    tickers = [cell.strip() for cell in found.cells[width : 2 * width]]
    several = sorted(set(tickers[1:]) - {""})
    if len(found.lines) < 4 or tickers[0] != "Ticker":
        raise refuse(shown, "no second header line with tickers below the first", "", found.lines[0])
    if len(several) > 1:
        what = f"the file holds {len(several)} tickers: {', '.join(several[:8])}"
        raise refuse(shown, what, "save each ticker in a file of its own", found.lines[1])
    third = found.cells[2 * width].strip() or "Date"
    return table_of(found, [third, *first[1:]], 3, shown)


def _above_header(text: str, layout: Layout) -> int:
    """Lines above the first that holds the names that make the layout; none where no line does."""
    for number, line in enumerate(text.split("\n", _HEADER_WITHIN)[:_HEADER_WITHIN]):
        names = _distinct([cell.strip().strip('"') for cell in line.split(",")])
        if all(one_of(need, names) is not None for need in layout.needs):
            return number
    return 0


def one_of(expression: str, names: Sequence[str] | Mapping[str, Any]) -> str | None:
    """The first of the names in "Date or date" that is there."""
    return next((name for name in expression.split(" or ") if name in names), None)


def _distinct(names: Sequence[str]) -> list[str]:
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


# JSON.


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f'key "{next(name for name in names if names.count(name) > 1)}" stands twice in an object')
    return found


def _no_number(token: str) -> Any:
    raise ValueError(f"{token} is no JSON number")


@lru_cache(maxsize=1)
def parsed(content: Content) -> Any:
    """A JSON text's value, numbers as the text writes them.

    Raises:
        InputError: not JSON, keys given twice, NaN, too deep; or an error message in place of data.
    """
    text, shown = text_of(content), content.shown_as
    try:
        value = json.loads(
            text, object_pairs_hook=_pairs, parse_constant=_no_number, parse_float=_Number, parse_int=_Number
        )
    except RecursionError as error:
        raise refuse(shown, "not JSON of a market: nested too deep") from error
    except json.JSONDecodeError as error:
        cut = "the file is cut off: " if error.pos >= len(text.rstrip()) else ""
        what = f"not JSON: {cut}{error.msg[:1].lower()}{error.msg[1:]}"
        raise refuse(shown, what, "fetch it again" if cut else "", error.lineno) from error
    except ValueError as error:
        raise refuse(
            shown, f"not JSON: {error}", "a gap is written as null" if "no JSON" in str(error) else ""
        ) from error
    if _depth(value) > _DEEPEST:
        raise refuse(shown, "not JSON of a market: nested too deep")
    _check_answer(value, shown)
    return value


class _Number(str):
    """A JSON number as the text writes it: no digit is lost, and it is known from a text."""

    __slots__ = ()


def _depth(value: Any) -> int:
    deepest, level = 0, [value]
    while level and deepest <= _DEEPEST:
        deepest += 1
        level = [
            inner
            for item in level
            if isinstance(item, dict | list)
            for inner in (item.values() if isinstance(item, dict) else item)
            if isinstance(inner, dict | list)
        ]
    return deepest


def _check_answer(value: Any, shown: str) -> None:
    """Refuse what a vendor answers when it has no data to give."""
    if not isinstance(value, dict):
        return
    code = next((str(value[key]) for key in ("code", "retCode", "error_code", "statusCode") if key in value), "0")
    text = next((value[key] for key in ("msg", "retMsg", "message", "error_message", "detail") if value.get(key)), "")
    inner = value.get("error") or (value["chart"].get("error") if isinstance(value.get("chart"), dict) else None)
    if isinstance(inner, dict):
        code, text = str(inner.get("code", "")), inner.get("message") or inner.get("description") or ""
    elif isinstance(inner, str):
        text = inner
    failed = value.get("Response") == "Error" or value.get("success") is False
    text = value.get("Message") if failed and value.get("Message") else text
    alone = (
        bool(text) and len(value) <= 3 and not any(isinstance(item, dict | list) and item for item in value.values())
    )
    if inner or failed or (alone and code not in ("0", "00000", "200")) or code not in ("0", "00000", "200", ""):
        said = ", ".join(
            part for part in (f"code {code}" if code not in ("0", "") else "", f'"{text}"' if text else "") if part
        )
        raise refuse(shown, f"the vendor's error in place of data: {said or 'no reason given'}", "fetch it again")


def _from_json(content: Content, layout: Layout) -> RawTable:
    value, shown = parsed(content), content.shown_as
    for path in layout.path:
        node = _at(value, path)
        if _fits(node, layout):
            break
    else:
        paths = " or ".join(f'"{path}"' if path else "the top" for path in layout.path)
        raise refuse(shown, f"no {_SHAPES[layout.shape]} at {paths}", "is it this layout?")
    where = f"{shown}#{path}" if path else f"{shown}#"
    columns = _columns(node, layout, where)
    count = len(next(iter(columns.values()), []))
    if not count:
        raise refuse(where, "there are no rows")
    return RawTable(where, columns, list(range(1, count + 1)))


_SHAPES = {
    "objects": "list of objects",
    "lists": "list of lists",
    "columns": "object of lists",
    "object": "object",
    "values": "object of objects",
}


def _at(value: Any, path: str) -> Any:
    for step in path.split(".") if path else ():
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def _fits(node: Any, layout: Layout) -> bool:
    if layout.shape in ("objects", "lists"):
        inner = dict if layout.shape == "objects" else list
        return isinstance(node, list) and (not node or isinstance(node[0], inner))
    if layout.shape == "values" and isinstance(node, list):
        return not node or isinstance(node[0], dict)
    return isinstance(node, dict) and bool(node)


def _columns(node: Any, layout: Layout, where: str) -> dict[str, list[str]]:
    match layout.shape:
        case "lists":
            return _of_lists(node, layout, where)
        case "columns":
            return _of_columns(node, layout, where)
        case "object":
            return _of_objects([node], where)
        case "values":
            single = isinstance(node, dict) and not all(isinstance(item, dict) for item in node.values())
            return _of_objects([node] if single else list(node.values()) if isinstance(node, dict) else node, where)
    return _of_objects(node, where)


def _of_objects(rows: Sequence[Any], where: str) -> dict[str, list[str]]:
    flat = []
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            raise refuse(where, "the row is no object", "", number)
        flat.append(_flat(row, where, number))
    names = dict.fromkeys(name for row in flat for name in row)
    return {name: [row.get(name, "") for row in flat] for name in names}


def _flat(row: Mapping[str, Any], where: str, number: int, prefix: str = "") -> dict[str, str]:
    """An object's values as cells; an inner object's under "greeks.delta", a list's parts under "flows[].usd"."""
    cells: dict[str, str] = {}
    for name, value in row.items():
        if isinstance(value, dict):
            cells |= _flat(value, where, number, f"{prefix}{name}.")
        elif isinstance(value, list):
            inner = dict.fromkeys(key for item in value if isinstance(item, dict) for key in item)
            for key in inner:
                parts = [_cell(item.get(key)) for item in value if isinstance(item, dict)]
                cells[f"{prefix}{name}[].{key}"] = ";".join(parts)
        else:
            cells[prefix + name] = _cell(value)
    return cells


def _of_lists(rows: Sequence[Any], layout: Layout, where: str) -> dict[str, list[str]]:
    least = min(len(layout.fields), 5)
    width = len(rows[0]) if rows and isinstance(rows[0], list) else 0
    for number, row in enumerate(rows, 1):
        if not isinstance(row, list) or len(row) != width or width < least:
            size = f"{len(row)} values" if isinstance(row, list) else "no list"
            raise refuse(where, f"the row has {size}, not {max(width, least)}", "", number)
    names = [*layout.fields, *(f"column {place + 1}" for place in range(len(layout.fields), width))][:width]
    return {name: [_cell(row[place]) for row in rows] for place, name in enumerate(names)}


def _of_columns(node: Any, layout: Layout, where: str) -> dict[str, list[str]]:
    lists = _lists_in(node)
    time = lists.get(layout.time)
    if time is None:
        raise refuse(where, f'no list "{layout.time}"', f"lists are: {', '.join(sorted(lists))}")
    for name in layout.needs:
        if name in lists and len(lists[name]) != len(time):
            raise refuse(where, f'"{name}" has {len(lists[name])} values, "{layout.time}" has {len(time)}')
    return {name: [_cell(item) for item in values] for name, values in lists.items() if len(values) == len(time)}


def _lists_in(node: Any) -> dict[str, list[Any]]:
    """Every list of plain values in an object, by its own key; the first where keys repeat."""
    found: dict[str, list[Any]] = {}
    for name, value in node.items() if isinstance(node, dict) else ():
        if isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
            found.setdefault(name, value)
        elif isinstance(value, list | dict):
            for inner in value if isinstance(value, list) else [value]:
                found = {**_lists_in(inner), **found}
    return found


def _cell(value: Any) -> str:
    """A value as a table's cell: null is blank."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat() if value.tzinfo is None or value.utcoffset() else f"{value:%Y-%m-%dT%H:%M:%S.%f}Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value).strip()


# Workbooks, Parquet and Feather.


def _from_arrow(content: Content) -> RawTable:
    try:
        import pyarrow as pa
        from pyarrow import feather, parquet
    except ImportError as error:
        hint = "pip install 'market-reporter[parquet]'"
        raise refuse(
            content.shown_as, "Parquet and Feather files need pyarrow, which is not installed", hint
        ) from error
    shown = f"{content.shown_as}#"
    try:
        source = pa.BufferReader(content.data)
        table = parquet.read_table(source) if content.kind == "parquet" else feather.read_table(source)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise refuse(content.shown_as, f"a damaged {content.kind} file", "fetch it again") from error
    if table.num_rows > _MOST_ROWS:
        raise refuse(shown, f"{table.num_rows} rows, more than {_MOST_ROWS}")
    if not table.num_rows:
        raise refuse(shown, "there are no rows")
    return of_values(list(table.column_names), [column.to_pylist() for column in table.columns], shown)


def of_values(names: Sequence[str], values: Sequence[Sequence[Any]], shown: str) -> RawTable:
    """Columns of Python values as a raw table of numbered rows."""
    columns: dict[str, list[str]] = {}
    for name, cells in zip(names, values, strict=True):
        if any(isinstance(cell, dict | list) for cell in cells[:50]):
            flat = [_flat({name: cell}, shown, number) for number, cell in enumerate(cells, 1)]
            for key in dict.fromkeys(key for row in flat for key in row):
                columns[key] = [row.get(key, "") for row in flat]
        else:
            columns[str(name)] = [_cell(cell) for cell in cells]
    twice = [name for name in names if list(names).count(name) > 1]
    if twice:
        raise refuse(shown, f'column "{twice[0]}" stands twice', "rename one of them")
    return RawTable(shown, columns, list(range(1, len(values[0]) + 1 if values else 1)))


def _from_workbook(content: Content, layout: Layout, sheet: str) -> RawTable:
    try:
        from openpyxl import load_workbook
    except ImportError as error:
        hint = "pip install 'market-reporter[excel]', or save it as UTF-8 CSV"
        raise refuse(content.shown_as, "Excel files need openpyxl, which is not installed", hint) from error
    try:
        book = load_workbook(io.BytesIO(content.data), read_only=True, data_only=True)
        filled = {name: _rows(book[name]) for name in book.sheetnames}
    except InputError:
        raise
    except Exception as error:  # openpyxl raises whatever a damaged part of a workbook leads to
        raise refuse(content.shown_as, "a damaged Excel file", "save it anew, or as UTF-8 CSV") from error
    filled = {name: rows for name, rows in filled.items() if rows}
    if sheet and sheet not in filled:
        raise refuse(content.shown_as, f'no worksheet "{sheet}" with rows', f"there are: {', '.join(filled)}")
    if not filled:
        raise refuse(content.shown_as, "the file is empty", "a header line and rows are needed")
    if not sheet and len(filled) > 1:
        what = f"the workbook has {len(filled)} worksheets: {', '.join(filled)}"
        raise refuse(content.shown_as, what, 'say which: member = "…"')
    name = sheet or next(iter(filled))
    shown = f"{content.shown_as}({name})"
    rows = filled[name]
    width = len(rows[0][1])
    return _headed(
        Fields([n for n, _ in rows], [width] * len(rows), [c for _, row in rows for c in row]), layout, shown
    )


def _rows(sheet: Any) -> list[tuple[int, list[str]]]:
    rows = []
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        if number > _MOST_ROWS:
            raise refuse(sheet.title, f"more than {_MOST_ROWS} rows")
        cells = [_cell(value) for value in row]
        if any(cells):
            rows.append((number, [_midnight(cell) for cell in cells]))
    width = max((len(row) for _, row in rows), default=0)
    used = max((place + 1 for _, row in rows for place, cell in enumerate(row) if cell), default=0)
    return [(number, [*row, *[""] * (width - len(row))][:used]) for number, row in rows]


def _midnight(cell: str) -> str:
    """A spreadsheet's date, which it holds as a midnight."""
    return cell.removesuffix("T00:00:00") if cell.endswith("T00:00:00") else cell
