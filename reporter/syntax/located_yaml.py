"""YAML text → a tree of values that know their line and column; or the diagnostics that prevent it.

The events of PyYAML's parser are read one by one and the tree is built here, so nothing is ever constructed
by a tag, an alias is refused before it can multiply, and reading stops at the first event that nests too deep.
Plain scalars follow the core schema of YAML 1.2: `no`, `on`, `1:30`, `0123` and dates are text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from reporter.diagnostics.diagnostic import Diagnostic, Place, line_column
from reporter.diagnostics.errors import InputError
from reporter.syntax.authored_text import MAX_BYTES, decode_authored, read_authored_bytes
from reporter.syntax.yaml_diagnostics import diagnose_tabs, diagnose_yaml

#: What a scalar, list or mapping of a YAML file becomes.
Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]

MAX_NESTING = 20

_WORDS: dict[str, Plain] = {"": None, "~": None}
_WORDS |= dict.fromkeys(("null", "Null", "NULL"))
_WORDS |= dict.fromkeys(("true", "True", "TRUE"), True) | dict.fromkeys(("false", "False", "FALSE"), False)
_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class LocatedValue:
    """A value of a YAML file with its line and column.

    Attributes:
        plain: the value as plain Python data.
        line: 1-based line of its first character.
        column: 1-based column of its first character.
        entries: for a mapping, key → value.
        keys: for a mapping, key → (line, column) of the key.
        items: for a list, its values.
        raw: for a scalar, its text as it stands in the file, quotes and all.
        style: for a scalar, its quotation mark or block sign; empty where it is plain.
        file: how its file is shown in problems, where it is another one than that of the values around it.
    """

    plain: Plain
    line: int
    column: int
    entries: dict[str, LocatedValue] = field(default_factory=dict)
    keys: dict[str, tuple[int, int]] = field(default_factory=dict)
    items: tuple[LocatedValue, ...] = ()
    raw: str = ""
    style: str = ""
    file: str = ""

    def get_place(self, shown_as: str) -> Place:
        """Return where it stands.

        Args:
            shown_as: how the file of the values around it is shown.
        """
        return Place(self.file or shown_as, self.line, self.column)

    def get_key_place(self, key: str, shown_as: str) -> Place:
        """Return where a key of this mapping stands.

        Args:
            key: one of its keys.
            shown_as: how the file of the values around it is shown.
        """
        return Place(self.entries[key].file or self.file or shown_as, *self.keys[key])

    def find_value(self, path: tuple[int | str, ...]) -> LocatedValue:
        """The value at a path of keys and positions, or the nearest value above it."""
        here = self
        for step in path:
            if isinstance(step, int) and step < len(here.items):
                here = here.items[step]
            elif isinstance(step, str) and step in here.entries:
                here = here.entries[step]
        return here

    def locate_offset(self, offset: int = 0) -> tuple[int, int]:
        """Line and column of a character of this text value.

        Folding and indentation change white space alone, so the n-th visible character of the value is the
        n-th visible character of the file, once a quote is passed or a block's first line is skipped.

        Args:
            offset: position in the value, from 0.
        """
        text = self.plain if isinstance(self.plain, str) else self.raw
        start = 0
        if self.style in ("|", ">"):
            start = self.raw.find("\n") + 1
        elif self.style:
            start = 1
        wanted = sum(not char.isspace() for char in text[:offset])
        at = start
        for at in _iterate_visible_positions(self.raw, start, self.style):  # noqa: B007 (the position is what is looked for)
            if wanted == 0:
                break
            wanted -= 1
        before = self.raw[:at]
        if "\n" in before:
            return self.line + before.count("\n"), at - before.rfind("\n")
        return self.line, self.column + at


def _iterate_visible_positions(raw: str, start: int, style: str) -> Iterator[int]:
    """Positions in the file's text of the value's visible characters."""
    at = start
    while at < len(raw):
        if not raw[at].isspace():
            yield at
            if (style == '"' and raw[at] == "\\") or (style == "'" and raw[at : at + 2] == "''"):
                at += 1
        at += 1


#: The longest that comes with the program has 36 kB; reading a megabyte takes a minute.
_LARGEST = 300_000


def read_yaml(path: Path, shown_as: str) -> LocatedValue:
    """Read a YAML file.

    Args:
        path: the file.
        shown_as: how its path is shown in problems.

    Returns:
        The root value; its `plain` is None for an empty file.

    Raises:
        InputError: the file can't be read or isn't the YAML that is allowed here.
    """
    return parse_yaml(read_authored_bytes(path, shown_as, _LARGEST), shown_as)


def parse_yaml(data: bytes, shown_as: str) -> LocatedValue:
    """Read YAML from bytes; see `read_yaml`.

    Raises:
        InputError: the file is too large or no valid YAML.
    """
    if len(data) > MAX_BYTES:
        raise InputError([Diagnostic("file.too-large", Place(shown_as), f"is larger than {MAX_BYTES:,} bytes")])
    text = decode_authored(data, shown_as)
    if tabs := diagnose_tabs(text, shown_as):
        raise InputError(tabs)
    return _build_tree(text, shown_as)


#: Where one file of a report type has changed, or a desk has one of its own, the others are as they were.
@lru_cache(maxsize=128)
def _build_tree(text: str, shown_as: str) -> LocatedValue:
    return _Builder(text, shown_as).build_tree()


@dataclass(slots=True)
class _OpenCollection:
    """A list or mapping that is still being read."""

    line: int
    column: int
    mapping: bool
    entries: dict[str, LocatedValue] = field(default_factory=dict)
    keys: dict[str, tuple[int, int]] = field(default_factory=dict)
    items: list[LocatedValue] = field(default_factory=list)
    key: LocatedValue | None = None

    def to_located_value(self) -> LocatedValue:
        if self.mapping:
            plain: Plain = {key: value.plain for key, value in self.entries.items()}
        else:
            plain = [item.plain for item in self.items]
        return LocatedValue(plain, self.line, self.column, self.entries, self.keys, tuple(self.items))


class _Builder:
    """Builds the tree from the parser's events."""

    def __init__(self, text: str, shown_as: str) -> None:
        self.text = text
        self.shown_as = shown_as
        self.open: list[_OpenCollection] = []
        self.root: LocatedValue | None = None
        self.documents = 0
        self.problems: list[Diagnostic] = []

    def build_tree(self) -> LocatedValue:
        try:
            for event in yaml.parse(self.text, Loader=_LOADER):
                self._handle_event(event)
        except yaml.MarkedYAMLError as error:
            complaint = error.problem or error.context or ""
            begun, noticed = (
                _to_line_column(error.context_mark),
                _to_line_column(error.problem_mark or error.context_mark),
            )
            self.problems += diagnose_yaml(self.text, self.shown_as, complaint, noticed or (1, 1), begun)
        except yaml.reader.ReaderError as error:
            line, column = line_column(self.text, error.position)
            self.problems.append(
                Diagnostic(
                    "file.control-character",
                    Place(self.shown_as, line, column),
                    "a control character, which YAML doesn't allow",
                )
            )
        if self.problems:
            raise InputError(self.problems)
        return self.root or LocatedValue(None, 1, 1)

    def _handle_event(self, event: yaml.Event) -> None:
        start = _require_mark(event.start_mark)
        place = (start.line + 1, start.column + 1)
        self._refuse_unsupported(event, place)
        if isinstance(event, yaml.ScalarEvent):
            self._add_value(self._build_scalar(event, place))
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self.open.append(_OpenCollection(*place, mapping=isinstance(event, yaml.MappingStartEvent)))
            if len(self.open) > MAX_NESTING:
                self._raise_diagnostic(place, f"nested deeper than {MAX_NESTING} levels")
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._add_value(self.open.pop().to_located_value())

    def _refuse_unsupported(self, event: yaml.Event, place: tuple[int, int]) -> None:
        if isinstance(event, yaml.AliasEvent):
            self._raise_diagnostic(place, "an alias isn't allowed here", "write the value out, or name a condition")
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self._raise_diagnostic(place, "a second document in the file", "use one file for each")
        if isinstance(event, yaml.NodeEvent) and event.anchor:
            self._raise_diagnostic(place, "an anchor isn't allowed here", "write the value out, or name a condition")
        tag = getattr(event, "tag", None)
        if tag:
            self._raise_diagnostic(place, f'a tag ("{tag}") isn\'t allowed here', "leave the tag out")

    def _raise_diagnostic(self, place: tuple[int, int], what: str, hint: str = "") -> None:
        """Raise the diagnostics found so far and this last one: what follows can't be trusted."""
        raise InputError([*self.problems, Diagnostic("report.not-yaml", Place(self.shown_as, *place), what, hint)])

    def _build_scalar(self, event: yaml.ScalarEvent, place: tuple[int, int]) -> LocatedValue:
        raw = self.text[_require_mark(event.start_mark).index : _require_mark(event.end_mark).index]
        style = event.style or ""
        plain = event.value if style else parse_core_scalar(event.value)
        return LocatedValue(plain, *place, raw=raw, style=style)

    def _add_value(self, value: LocatedValue) -> None:
        if not self.open:
            self.root = value
            return
        parent = self.open[-1]
        if not parent.mapping:
            parent.items.append(value)
        elif parent.key is None:
            parent.key = value
        else:
            self._add_entry(parent, parent.key, value)
            parent.key = None

    def _add_entry(self, parent: _OpenCollection, key: LocatedValue, value: LocatedValue) -> None:
        place = (key.line, key.column)
        if key.entries or key.items or isinstance(key.plain, list | dict):
            self.problems.append(
                Diagnostic("report.key-not-text", Place(self.shown_as, *place), "a key must be plain text")
            )
            return
        # A key is a name whatever it looks like: `on:` and `1:` are the texts "on" and "1".
        name = key.plain if isinstance(key.plain, str) else key.raw
        if name in parent.entries:
            first = parent.keys[name][0]
            self.problems.append(
                Diagnostic(
                    "report.duplicate-key", Place(self.shown_as, *place), f'"{name}" is already given in line {first}'
                )
            )
            return
        parent.entries[name] = value
        parent.keys[name] = place


def _to_line_column(mark: Any) -> tuple[int, int] | None:
    return None if mark is None else (mark.line + 1, mark.column + 1)


def _require_mark(mark: Any) -> Any:
    """The mark of an event, which both parsers set; raises `TypeError` where it is missing."""
    if mark is None:
        raise TypeError("the parser gave an event without its place")
    return mark


def parse_core_scalar(text: str) -> Plain:
    """A plain scalar's value by the core schema of YAML 1.2; octal, hexadecimal and endless numbers stay text."""
    if text in _WORDS:
        return _WORDS[text]
    readers: tuple[tuple[re.Pattern[str], Callable[[str], Plain]], ...] = ((_INT, int), (_FLOAT, float))
    for pattern, read in readers:
        if len(text) <= 40 and pattern.fullmatch(text):
            return read(text)
    return text
