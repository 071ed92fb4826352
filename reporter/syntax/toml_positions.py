"""TOML text → line and column of each key, for messages; TOML readers drop them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

#: Keys and list positions from the top of the file on.
KeyPath = tuple[str | int, ...]
Positions = Mapping[KeyPath, tuple[int, int]]

_HEADER = re.compile(r"^\s*(\[\[?)\s*([A-Za-z0-9_.\-\" ]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"^(\s*)([A-Za-z0-9_\-]+|\"[^\"]+\")((?:\.[A-Za-z0-9_\-]+)*)\s*=(.*)$")
_LONG_QUOTES = ('"""', "'''")


def key_positions(text: str) -> Positions:
    """TOML text → key path of each table header and key → (line, column), both from 1."""
    found: dict[KeyPath, tuple[int, int]] = {}
    for path, place in iterate_statements(text):
        found.setdefault(path, place)
    return found


def iterate_statements(text: str) -> Iterator[tuple[KeyPath, tuple[int, int]]]:
    """Each table header and key of a TOML text in order, repeated ones too: path, line and column."""
    counts: dict[str, int] = {}
    prefix: KeyPath = ()
    inside = ""
    for number, line in enumerate(text.split("\n"), 1):
        if inside:
            inside = "" if inside in line else inside
        elif (header := _HEADER.match(line)) is not None:
            prefix = _header_path(header[1], header[2], counts)
            yield prefix, (number, line.index("[") + 1)
        elif (key := _KEY.match(line)) is not None:
            parts = (key[2].strip('"'), *(part for part in key[3].split(".") if part))
            yield (*prefix, *parts), (number, len(key[1]) + 1)
            # Lines inside a text of several lines may look like keys and are none.
            inside = next((mark for mark in _LONG_QUOTES if key[4].count(mark) == 1), "")


def find_place(positions: Positions, path: KeyPath) -> tuple[int, int]:
    """Line and column of a path, or of the nearest table around it that has a place of its own."""
    while path and path not in positions:
        path = path[:-1]
    return positions.get(path, (1, 1))


def _header_path(brackets: str, name: str, counts: dict[str, int]) -> KeyPath:
    """The key path of a table header; the entries of a list of tables are numbered."""
    parts = tuple(part.strip().strip('"') for part in name.split("."))
    top = parts[0]
    if brackets == "[[":
        counts[name] = counts.get(name, -1) + 1
        return (*parts, counts[name])
    return (top, counts[top], *parts[1:]) if top in counts else parts
