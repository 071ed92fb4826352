"""JSON of no layout to a raw table: the one place of it where rows lie, or the one that is named."""

from __future__ import annotations

from typing import Any

from reporter.desk.containers import Content, refuse
from reporter.desk.json_rows import DEEPEST, at_path, cell_of, of_objects, parsed
from reporter.desk.readers import RawTable


def plain_json(content: Content) -> RawTable:
    """The rows of JSON of no layout: a list of objects, or an object of lists of one length.

    Args:
        content: the file; its `place` says where they lie, in words separated by dots, if there are several places.

    Raises:
        InputError: there is no such place, or several.
    """
    value, shown, place = parsed(content), content.shown_as, content.place
    places = row_places(value)
    if value == []:
        raise refuse("data.no-rows", f"{shown}#", "there are no rows")
    if not place and len(places) != 1:
        what = "no list of rows in it" if not places else f"rows may lie in {len(places)} places of it"
        known = ", ".join(f'"{name}"' for name in places[:8])
        raise refuse(
            "data.unclear-member",
            shown,
            what,
            f'say which: member = "…", one of {known}' if places else "see docs/data.md",
        )
    path = place or places[0]
    node = at_path(value, path)
    where = f"{shown}#{path}"
    if not _is_rows(node):
        hint = f"rows lie in {', '.join(places[:8])}" if places else ""
        raise refuse("data.no-rows", shown, f'no rows in "{path}"', hint)
    if isinstance(node, list):
        columns = of_objects(node, where)
    else:
        columns = {name: [cell_of(cell) for cell in cells] for name, cells in node.items()}
    count = len(next(iter(columns.values())))
    return RawTable(where, columns, list(range(1, count + 1)))


def _is_rows(node: Any) -> bool:
    """Whether a value is a table: a list of objects, or an object of lists of one length."""
    if isinstance(node, list):
        return bool(node) and isinstance(node[0], dict)
    if not isinstance(node, dict) or len(node) < 2:
        return False
    lists = [item for item in node.values() if isinstance(item, list)]
    plain = all(not isinstance(cell, dict | list) for item in lists for cell in item)
    return len(lists) == len(node) and len({len(item) for item in lists}) == 1 and plain and bool(lists[0])


def row_places(value: Any, path: str = "", depth: int = 0) -> list[str]:
    """Where tables lie in a JSON value, outermost first; what lies inside a row is none."""
    if _is_rows(value):
        return [path]
    if not isinstance(value, dict) or depth > DEEPEST:
        return []
    inner = [row_places(item, f"{path}.{name}".lstrip("."), depth + 1) for name, item in value.items()]
    return [place for places in inner for place in places]
