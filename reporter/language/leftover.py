"""Template syntax that was left in what a locale's files print: labels, names of terms, words and patterns."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.language.catalogues import catalogue_path
from reporter.language.filters import FILTERS
from reporter.language.inherited_settings import read_settings
from reporter.language.locales import Locale
from reporter.syntax.authored_text import read_authored_text
from reporter.syntax.template_residue import Residue, find_residue
from reporter.syntax.toml_positions import KeyPath, Positions, find_place

_HINT = "it is printed as it is written here, so write plain words"
#: A line of a catalogue that holds a text: what it is of (nothing where the text above goes on), and the text.
_ENTRY = re.compile(r'^\s*(msgctxt|msgid|msgid_plural|msgstr(?:\[\d+\])?)?\s*"(.*)"\s*$')
#: Columns of the termbase that nobody sees.
_UNSEEN = frozenset({"key", "note", "also", "not_in"})
#: Settings under `numbers` that no value is filled into.
_PLAIN = frozenset({"minus", "plus", "words", "counting", "ordinals"})


def leftover_problems(folder: Path, locales: Sequence[Locale]) -> Iterator[Diagnostic]:
    """Everything that is left of template syntax in the files of some locales, each at its place.

    Args:
        folder: the folder of all locales, in which the termbase lies.
        locales: whose catalogues and settings are looked through; what they inherit is its own locale's.
    """
    for locale in dict.fromkeys(locales):
        path = catalogue_path(locale)
        if path.is_file():
            yield from _in_catalogue(path)
        yield from _in_settings(folder / f"{locale.tag}.toml")
    if (terms := folder / "terms.csv").is_file():
        yield from _in_termbase(terms)


@dataclass(slots=True)
class _Text:
    """A text of a catalogue: its letters, and line and column of each."""

    letters: list[str] = field(default_factory=list)
    places: list[tuple[int, int]] = field(default_factory=list)


def _in_catalogue(path: Path) -> Iterator[Diagnostic]:
    shown = str(path)
    for msgid, text in _translations(read_authored_text(path, shown)):
        for item in find_residue("".join(text.letters), FILTERS) if msgid else ():
            what = f'label "{msgid}": "{item.printable_text}" is left of template syntax'
            yield Diagnostic("label.residue", Place(shown, *text.places[item.start]), what, _HINT)


def _translations(source: str) -> Iterator[tuple[str, _Text]]:
    """The entries of a catalogue: English text and translation; what is commented out is none."""
    msgid, kind, text = "", "", _Text()
    for number, line in enumerate(source.split("\n"), 1):
        found = _ENTRY.match(line)
        if found is None:
            continue
        if found[1]:
            if kind.startswith("msgstr"):
                yield msgid, text
            elif kind == "msgid":
                msgid = "".join(text.letters)
            kind, text = found[1], _Text()
        _add(text, found[2], number, found.start(2) + 1)
    if kind.startswith("msgstr"):
        yield msgid, text


def _add(text: _Text, written: str, line: int, column: int) -> None:
    """Add a line's letters; one that is escaped takes two places."""
    for found in re.finditer(r"\\(.)|.", written):
        letter = found[1] or found[0]
        text.letters.append("\n" if found[0] == "\\n" else "\t" if found[0] == "\\t" else letter)
        text.places.append((line, column + found.start()))


def _in_termbase(path: Path) -> Iterator[Diagnostic]:
    shown = str(path)
    source = read_authored_text(path, shown)
    lines = source.split("\n")
    with StringIO(source) as file:
        reader = csv.reader(file)
        header = next(reader, [])
        before = reader.line_num
        for cells in reader:
            row = dict(zip(header, cells, strict=False))
            for column, name in row.items():
                for item in find_residue(name, FILTERS) if column not in _UNSEEN else ():
                    place = Place(shown, *_place_in(lines, before, reader.line_num, item, name))
                    what = f'term "{row.get("key", "")}", {column}: "{item.printable_text}" is left of template syntax'
                    yield Diagnostic("locale.residue", place, what, _HINT)
            before = reader.line_num


def _place_in(lines: Sequence[str], start: int, end: int, item: Residue, cell: str) -> tuple[int, int]:
    """Line and column of what is left in a cell of the rows from `start` on, from 1."""
    # A mark of quotation in a cell is written twice.
    written = cell.replace('"', '""')
    for number in range(start, min(end, len(lines))):
        at = lines[number].find(written)
        at = at + len(cell[: item.start].replace('"', '""')) if at >= 0 else lines[number].find(item.text)
        if at >= 0:
            return number + 1, at + 1
    return start + 1, 1


def _in_settings(path: Path) -> Iterator[Diagnostic]:
    file = read_settings(path)
    lines = read_authored_text(path, str(path)).split("\n")
    for keys, text in _texts(file.values, ()):
        # What a value is filled into stands in braces of its own; a figure is as good a word as any.
        plain = text
        for name in _filled(keys):
            plain = plain.replace(f"{{{name}}}", "0" * (len(name) + 2))
        for item in find_residue(plain, FILTERS):
            name = ".".join(key for key in keys if isinstance(key, str))
            what = f'{name}: "{item.printable_text}" is left of template syntax'
            place = Place(str(path), *_place_of(file.positions, keys, lines, item))
            yield Diagnostic("locale.residue", place, what, _HINT)


def _filled(keys: KeyPath) -> tuple[str, ...]:
    """The names of values that a setting's text is filled with."""
    if keys[-1] == "flat_move":
        return ("word", "value")
    if keys[:-1] == ("lexicon", "reach"):
        return ("date", "count")
    if keys[:2] == ("numbers", "currencies"):
        return ("n", "symbol", "name")
    return ("n",) if keys[0] == "numbers" and _PLAIN.isdisjoint(keys) else ()


def _texts(value: object, keys: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(value, str):
        yield keys, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, (*keys, str(key)))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _texts(inner, (*keys, place))


def _place_of(positions: Positions, keys: KeyPath, lines: Sequence[str], item: Residue) -> tuple[int, int]:
    """Line and column of what is left, or of the key that it belongs to."""
    line, column = find_place(positions, keys)
    # A list may go on for some lines.
    for number in range(line - 1, min(line + 20, len(lines))):
        at = lines[number].find(item.text, column - 1 if number == line - 1 else 0)
        if at >= 0:
            return number + 1, at + 1
    return line, column
