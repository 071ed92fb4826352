"""JSON without a vendor's layout to a raw table: its only list of rows, or the one that is named."""

from __future__ import annotations

from typing import Any

from reporter.desk.formats.containers import Content, make_file_error
from reporter.desk.formats.json_rows import DEEPEST, columns_from_objects, parse_json, to_cell, value_at_path
from reporter.desk.formats.readers import RawTable


def read_plain_json(content: Content) -> RawTable:
    """The rows of JSON of no layout: a list of objects, or an object of lists of one length.

    Args:
        content: the file; its `place` says where they lie, in words separated by dots, if there are several places.

    Raises:
        InputError: there is no such place, or several.
    """
    value, shown, place = parse_json(content), content.shown_as, content.place
    places = find_row_paths(value)
    if value == []:
        raise make_file_error("data.no-rows", f"{shown}#", "there are no rows")
    if not place and len(places) != 1:
        what = "no list of rows in it" if not places else f"rows may lie in {len(places)} places of it"
        known = ", ".join(f'"{name}"' for name in places[:8])
        raise make_file_error(
            "data.unclear-member",
            shown,
            what,
            f'say which: member = "…", one of {known}' if places else "see docs/data.md",
        )
    path = place or places[0]
    node = value_at_path(value, path)
    where = f"{shown}#{path}"
    if not _is_row_table(node):
        hint = f"rows lie in {', '.join(places[:8])}" if places else ""
        raise make_file_error("data.no-rows", shown, f'no rows in "{path}"', hint)
    if isinstance(node, list):
        columns = columns_from_objects(node, where)
    else:
        columns = {name: [to_cell(cell) for cell in cells] for name, cells in node.items()}
    count = len(next(iter(columns.values())))
    return RawTable(where, columns, list(range(1, count + 1)))


def _is_row_table(node: Any) -> bool:
    """Whether a value is a table: a list of objects, or an object of lists of one length."""
    if isinstance(node, list):
        return bool(node) and isinstance(node[0], dict)
    if not isinstance(node, dict) or len(node) < 2:
        return False
    lists = [item for item in node.values() if isinstance(item, list)]
    plain = all(not isinstance(cell, dict | list) for item in lists for cell in item)
    return len(lists) == len(node) and len({len(item) for item in lists}) == 1 and plain and bool(lists[0])


def find_row_paths(value: Any, path: str = "", depth: int = 0) -> list[str]:
    """Paths of the tables in a JSON value, outermost first; tables inside a row do not count.

    Args:
        value: the JSON value, or a part of it.
        path: of the part.
        depth: how deep the part lies.
    """
    if _is_row_table(value):
        return [path]
    if not isinstance(value, dict) or depth > DEEPEST:
        return []
    inner = [find_row_paths(item, f"{path}.{name}".lstrip("."), depth + 1) for name, item in value.items()]
    return [place for places in inner for place in places]
