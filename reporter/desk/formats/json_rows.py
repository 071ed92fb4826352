"""JSON to a raw table: an answer's rows, by the path and shape of a layout; error answers are refused."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from reporter.desk.formats.containers import Content, decode_text, make_file_error
from reporter.desk.formats.layouts import Layout
from reporter.desk.formats.readers import RawTable

#: Rows lie no deeper in an answer.
_ROWS_WITHIN = 3
#: Deeper nesting than this is no vendor's answer.
DEEPEST = 40


def _reject_duplicate_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f'key "{next(name for name in names if names.count(name) > 1)}" stands twice in an object')
    return found


def _reject_constant(token: str) -> Any:
    raise ValueError(f"{token} is no JSON number")


#: How what Python's reader says begins → what is wrong, and what to do.
_NOT_JSON = (
    ("Expecting value", "a value is missing", "a gap is written as null, a text in double quotes"),
    ("Expecting property name", "a key is missing", "write each key in double quotes, and no comma after the last"),
    ("Illegal trailing comma", "a comma stands after the last entry", "take it out"),
    ("Expecting ':'", 'a ":" is missing after a key', 'write "key": value'),
    ("Expecting ',' delimiter", "a comma is missing between two entries", "put one there"),
    ("Extra data", "something follows the value", "a file holds one value, or one a line"),
    ("Unterminated string", "a text is never closed", "close it with a double quote"),
    ("Invalid control character", "a text holds a line end or another control character", "write it as \\n"),
    ("Invalid \\", "a backslash begins no known sign", "write it twice"),
    ("Unexpected UTF-8 BOM", "the file begins with a mark of its encoding twice", "save it as UTF-8"),
)


@lru_cache(maxsize=1)
def parse_json(content: Content) -> Any:
    """A JSON text's value, numbers as the text writes them.

    Raises:
        InputError: not JSON, keys given twice, NaN, too deep; or an error message in place of data.
    """
    text, shown = decode_text(content), content.shown_as
    try:
        value = _parse_json_text(text)
    except RecursionError as error:
        raise make_file_error("data.not-json", shown, "not JSON of a market: nested too deep") from error
    except json.JSONDecodeError as error:
        cut = error.pos >= len(text.rstrip())
        found = next((told for begins, *told in _NOT_JSON if error.msg.startswith(begins)), ["this is no value", ""])
        what, hint = ("the file is cut off", "fetch it again") if cut else found
        raise make_file_error("data.not-json", shown, f"not JSON: {what}", hint, error.lineno) from error
    except ValueError as error:
        raise make_file_error(
            "data.not-json", shown, f"not JSON: {error}", "a gap is written as null" if "no JSON" in str(error) else ""
        ) from error
    if _measure_depth(value) > DEEPEST:
        raise make_file_error("data.not-json", shown, "not JSON of a market: nested too deep")
    _check_answer(value, shown)
    return value


def _parse_json_text(text: str) -> Any:
    """A JSON text's value; of JSON lines, the list of their values."""
    try:
        return _load_value(text)
    except json.JSONDecodeError as error:
        lines = [line for line in text.split("\n") if line.strip()]
        if error.msg != "Extra data" or len(lines) < 2 or not lines[0].lstrip().startswith("{"):
            raise
        read = 0
        values = []
        for line in lines:
            try:
                values.append(_load_value(line))
            except json.JSONDecodeError as inner:
                # Told at the line of the file, and at its end where the last line is cut off.
                raise json.JSONDecodeError(inner.msg, text, text.index(line, read) + inner.pos) from error
            read = text.index(line, read) + len(line)
        return values


def _load_value(text: str) -> Any:
    return json.loads(
        text,
        object_pairs_hook=_reject_duplicate_keys,
        parse_constant=_reject_constant,
        parse_float=_Number,
        parse_int=_Number,
    )


class _Number(str):
    """A JSON number as the text writes it: no digit is lost, and it is known from a text."""

    __slots__ = ()


def _measure_depth(value: Any) -> int:
    deepest, level = 0, [value]
    while level and deepest <= DEEPEST:
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
    """Refuse the error answer of a vendor that has no data to give."""
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
    wrong = code not in ("0", "00000", "200", "") and not _has_rows(value)
    if inner or failed or (alone and code not in ("0", "00000", "200")) or wrong:
        said = ", ".join(
            part for part in (f"code {code}" if code not in ("0", "") else "", f'"{text}"' if text else "") if part
        )
        raise make_file_error(
            "data.vendor-error",
            shown,
            f"the vendor's error in place of data: {said or 'no reason given'}",
            "fetch it again",
        )


def _has_rows(value: Any, depth: int = 0) -> bool:
    """Whether an answer holds a list of rows, which an error answer has not: KuCoin's success code is 200000."""
    if isinstance(value, list):
        return bool(value) and isinstance(value[0], dict | list)
    return (
        isinstance(value, dict) and depth < _ROWS_WITHIN and any(_has_rows(item, depth + 1) for item in value.values())
    )


def read_json_table(content: Content, layout: Layout) -> RawTable:
    """A JSON answer's rows, found by the path and shape of its layout.

    Raises:
        InputError: the answer is of another shape than the layout says, or has no rows.
    """
    value, shown = parse_json(content), content.shown_as
    for path in layout.path:
        node = value_at_path(value, path)
        if _fits_shape(node, layout):
            break
    else:
        paths = " or ".join(f'"{path}"' if path else "the top" for path in layout.path)
        raise make_file_error("data.wrong-shape", shown, f"no {_SHAPES[layout.shape]} at {paths}", "is it this layout?")
    where = f"{shown}#{path}" if path else f"{shown}#"
    columns = _build_columns(node, layout, where)
    count = len(next(iter(columns.values()), []))
    if not count:
        raise make_file_error("data.no-rows", where, "there are no rows")
    return RawTable(where, columns, list(range(1, count + 1)))


_SHAPES = {
    "objects": "list of objects",
    "lists": "list of lists",
    "columns": "object of lists",
    "object": "object",
    "values": "object of objects",
}


def value_at_path(value: Any, path: str) -> Any:
    """The value at a dotted path, "*" the only value that holds others; None where there is none."""
    for step in path.split(".") if path else ():
        if step == "*" and isinstance(value, dict):
            inner = [item for item in value.values() if isinstance(item, dict | list)]
            value = inner[0] if len(inner) == 1 else None
        elif isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def _fits_shape(node: Any, layout: Layout) -> bool:
    if layout.shape in ("objects", "lists"):
        inner = dict if layout.shape == "objects" else list
        return isinstance(node, list) and (not node or isinstance(node[0], inner))
    if layout.shape == "values" and isinstance(node, list):
        return not node or isinstance(node[0], dict)
    return isinstance(node, dict) and bool(node)


def _build_columns(node: Any, layout: Layout, where: str) -> dict[str, list[str]]:
    match layout.shape:
        case "lists":
            return _columns_from_lists(node, layout, where)
        case "columns":
            return _columns_from_arrays(node, layout, where)
        case "object":
            return columns_from_objects([node], where)
        case "values":
            single = isinstance(node, dict) and not all(isinstance(item, dict) for item in node.values())
            return columns_from_objects(
                [node] if single else list(node.values()) if isinstance(node, dict) else node, where
            )
    return columns_from_objects(node, where)


def columns_from_objects(rows: Sequence[Any], where: str) -> dict[str, list[str]]:
    """Columns of a list of objects; a value that an object lacks is blank.

    Raises:
        InputError: a row is no object.
    """
    flat = []
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            raise make_file_error("data.wrong-shape", where, "the row is no object", "", number)
        flat.append(flatten_cells(row, where, number))
    names = dict.fromkeys(name for row in flat for name in row)
    return {name: [row.get(name, "") for row in flat] for name in names}


def flatten_cells(row: Mapping[str, Any], where: str, number: int, prefix: str = "") -> dict[str, str]:
    """An object's values as cells; an inner object's under "greeks.delta", a list's parts under "flows[].usd".

    Args:
        row: the object.
        where: the row's list in messages.
        number: the row's number, from 1.
        prefix: put before each name.
    """
    cells: dict[str, str] = {}
    for name, value in row.items():
        if isinstance(value, dict):
            cells |= flatten_cells(value, where, number, f"{prefix}{name}.")
        elif isinstance(value, list):
            inner = dict.fromkeys(key for item in value if isinstance(item, dict) for key in item)
            for key in inner:
                parts = [to_cell(item.get(key)) for item in value if isinstance(item, dict)]
                cells[f"{prefix}{name}[].{key}"] = ";".join(parts)
        else:
            cells[prefix + name] = to_cell(value)
    return cells


def _columns_from_lists(rows: Sequence[Any], layout: Layout, where: str) -> dict[str, list[str]]:
    least = min(len(layout.fields), 5)
    width = len(rows[0]) if rows and isinstance(rows[0], list) else 0
    for number, row in enumerate(rows, 1):
        if not isinstance(row, list) or len(row) != width or width < least:
            size = f"{len(row)} values" if isinstance(row, list) else "no list"
            raise make_file_error("data.wrong-shape", where, f"the row has {size}, not {max(width, least)}", "", number)
    names = [*layout.fields, *(f"column {place + 1}" for place in range(len(layout.fields), width))][:width]
    return {name: [to_cell(row[place]) for row in rows] for place, name in enumerate(names)}


def _columns_from_arrays(node: Any, layout: Layout, where: str) -> dict[str, list[str]]:
    lists = _find_lists(node)
    time = lists.get(layout.time)
    if time is None:
        raise make_file_error(
            "data.wrong-shape", where, f'no list "{layout.time}"', f"lists are: {', '.join(sorted(lists))}"
        )
    for name in layout.needs:
        if name in lists and len(lists[name]) != len(time):
            raise make_file_error(
                "data.wrong-shape", where, f'"{name}" has {len(lists[name])} values, "{layout.time}" has {len(time)}'
            )
    return {name: [to_cell(item) for item in values] for name, values in lists.items() if len(values) == len(time)}


def _find_lists(node: Any) -> dict[str, list[Any]]:
    """Every list of plain values in an object, by its own key; the first where keys repeat."""
    found: dict[str, list[Any]] = {}
    for name, value in node.items() if isinstance(node, dict) else ():
        if isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
            found.setdefault(name, value)
        elif isinstance(value, list | dict):
            for inner in value if isinstance(value, list) else [value]:
                found = {**_find_lists(inner), **found}
    return found


def to_cell(value: Any) -> str:
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
