"""The termbase: `locales/terms.csv`, one row a concept, one name and one short name a locale."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from reporter.errors import InputError, Problem, did_you_mean
from reporter.language.locales import Locale, in_locale

_NOT_NAMES = ("key", "note")


def term(key: str, locale: Locale) -> str:
    """The name of a concept or instrument, with its article where the language wants one.

    Raises:
        InputError: the termbase lacks the key, or a name in this locale.
    """
    name = in_locale(_row(key, locale.folder), locale.tag)
    if not name:
        raise InputError([_problem(locale.folder, f'term "{key}" has no name in {locale.tag}')])
    return name


def short_term(key: str, locale: Locale) -> str:
    """The short name for tables and for after the first mention; the full name where there is none."""
    row = _row(key, locale.folder)
    shorts = {tag.removesuffix("_short"): name for tag, name in row.items() if tag.endswith("_short") and name}
    return in_locale(shorts, locale.tag) or term(key, locale)


def known_terms(folder: Path) -> tuple[str, ...]:
    """The termbase's keys, in its order."""
    return tuple(_termbase(folder))


def _row(key: str, folder: Path) -> Mapping[str, str]:
    base = _termbase(folder)
    if key not in base:
        raise InputError([_problem(folder, f'unknown term "{key}"', did_you_mean(key, base))])
    return base[key]


@cache
def _termbase(folder: Path) -> Mapping[str, Mapping[str, str]]:
    with (folder / "terms.csv").open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        header = next(reader, [])
        if "key" not in header:
            raise InputError([_problem(folder, "the header has no column key", "", 1)])
        base: dict[str, Mapping[str, str]] = {}
        problems = []
        for cells in reader:
            row = dict(zip(header, cells, strict=False))
            key = row.get("key", "")
            if len(cells) != len(header):
                what = f'term "{key}" has {len(cells)} cells, the header has {len(header)}'
                problems.append(_problem(folder, what, "", reader.line_num))
            elif key in base:
                problems.append(_problem(folder, f'term "{key}" stands twice', "", reader.line_num))
            base[key] = MappingProxyType({tag: name for tag, name in row.items() if tag not in _NOT_NAMES})
    if problems:
        raise InputError(problems)
    return MappingProxyType(base)


def _problem(folder: Path, what: str, hint: str = "", line: int | None = None) -> Problem:
    return Problem(str(folder / "terms.csv"), line, None, what, hint)
