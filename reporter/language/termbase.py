"""The termbase: `locales/terms.csv` in, one row a concept: its names by locale, and where its name is no term."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from io import StringIO
from pathlib import Path
from types import MappingProxyType

from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.diagnostics.errors import InputError
from reporter.syntax.authored_text import read_authored_text

_NOT_NAMES = ("key", "note", "also", "not_in")
#: In the column `not_in`: the name is told where it is asked for, and never replaced in running text.
_NOWHERE = "*"


@dataclass(frozen=True, slots=True)
class TermRow:
    """One concept.

    Attributes:
        names: locale → name; `<locale>_short` → short name. What is empty in the file is absent.
        also: other words for it that a text may hold.
        not_in: longer words that hold the name and mean something else.
        in_text: whether regional editions replace the name in running text.
    """

    names: Mapping[str, str] = field(hash=False)
    also: tuple[str, ...]
    not_in: tuple[str, ...]
    in_text: bool


def termbase_diagnostic(code: str, folder: Path, what: str, hint: str = "", line: int | None = None) -> Diagnostic:
    """A problem of the termbase's file.

    Args:
        code: the diagnostic's code.
        folder: of the locales.
        what: what is wrong.
        hint: what to do.
        line: of the file, from 1, where it has one.
    """
    return Diagnostic(code, Place(str(folder / "terms.csv"), line), what, hint)


@cache
def read_termbase(folder: Path) -> Mapping[str, TermRow]:
    """Key → row, in the file's order.

    Args:
        folder: the folder of all locales.

    Raises:
        InputError: a key stands twice, or a row has cells too few or too many.
    """
    path = folder / "terms.csv"
    with StringIO(read_authored_text(path, str(path))) as file:
        reader = csv.reader(file, strict=True)
        header = next(reader, [])
        if "key" not in header:
            raise InputError(
                [termbase_diagnostic("locale.wrong-termbase", folder, "the header has no column key", "", 1)]
            )
        base: dict[str, TermRow] = {}
        problems = []
        for cells in reader:
            row = dict(zip(header, cells, strict=False))
            key = row.get("key", "")
            if len(cells) != len(header):
                what = f'term "{key}" has {len(cells)} cells, the header has {len(header)}'
                problems.append(termbase_diagnostic("locale.wrong-termbase", folder, what, "", reader.line_num))
            elif key in base:
                problems.append(
                    termbase_diagnostic(
                        "locale.wrong-termbase", folder, f'term "{key}" stands twice', "", reader.line_num
                    )
                )
            base[key] = _parse_row(row)
    if problems:
        raise InputError(problems)
    return MappingProxyType(base)


def _parse_row(row: Mapping[str, str]) -> TermRow:
    not_in = _split_words(row.get("not_in", ""))
    return TermRow(
        names=MappingProxyType({tag: name for tag, name in row.items() if tag not in _NOT_NAMES and name}),
        also=_split_words(row.get("also", "")),
        not_in=tuple(word for word in not_in if word != _NOWHERE),
        in_text=_NOWHERE not in not_in,
    )


def _split_words(cell: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in cell.split("|") if word.strip())
