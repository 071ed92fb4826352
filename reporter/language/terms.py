"""Names of concepts and instruments in a locale, from the termbase."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from reporter.diagnostics import did_you_mean
from reporter.errors import InputError
from reporter.language.locales import Locale
from reporter.language.termbase import TermRow, read_termbase, termbase_problem
from reporter.language.texts import in_locale


def term(key: str, locale: Locale) -> str:
    """The name of a concept or instrument, with its article where the language wants one.

    Raises:
        InputError: the termbase lacks the key, or a name in this locale.
    """
    name = in_locale(_row(key, locale.folder).names, locale)
    if not name:
        raise InputError(
            [termbase_problem("locale.unnamed-term", locale.folder, f'term "{key}" has no name in {locale.tag}')]
        )
    return name


def short_term(key: str, locale: Locale) -> str:
    """The short name for tables and for after the first mention; the full name where there is none.

    A region that has a full name of its own doesn't borrow the short one of its base: 買權 is no 看漲.
    """
    names = _row(key, locale.folder).names
    if locale.tag in names and f"{locale.tag}_short" not in names:
        return names[locale.tag]
    return in_locale(_shorts(names), locale) or term(key, locale)


def known_terms(folder: Path) -> tuple[str, ...]:
    """The termbase's keys, in its order."""
    return tuple(read_termbase(folder))


def _shorts(names: Mapping[str, str]) -> dict[str, str]:
    return {tag.removesuffix("_short"): name for tag, name in names.items() if tag.endswith("_short")}


def _row(key: str, folder: Path) -> TermRow:
    base = read_termbase(folder)
    if key not in base:
        raise InputError(
            [termbase_problem("locale.unknown-term", folder, f'unknown term "{key}"', did_you_mean(key, base))]
        )
    return base[key]
