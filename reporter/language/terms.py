"""Names of concepts and instruments in a locale, from the termbase."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from reporter.diagnostics.diagnostic import did_you_mean
from reporter.diagnostics.errors import InputError
from reporter.language.locales import Locale
from reporter.language.termbase import TermRow, read_termbase, termbase_diagnostic
from reporter.language.texts import text_in_locale


def term_name(key: str, locale: Locale) -> str:
    """The name of a concept or instrument, with its article where the language wants one.

    Raises:
        InputError: the termbase lacks the key, or a name in this locale.
    """
    name = text_in_locale(_find_row(key, locale.folder).names, locale)
    if not name:
        raise InputError(
            [termbase_diagnostic("locale.unnamed-term", locale.folder, f'term "{key}" has no name in {locale.tag}')]
        )
    return name


def short_term_name(key: str, locale: Locale) -> str:
    """The short name for tables and for after the first mention; the full name where there is none.

    A region that has a full name of its own doesn't borrow the short one of its base: 買權 is no 看漲.
    """
    names = _find_row(key, locale.folder).names
    if locale.tag in names and f"{locale.tag}_short" not in names:
        return names[locale.tag]
    return text_in_locale(_short_names(names), locale) or term_name(key, locale)


def list_terms(folder: Path) -> tuple[str, ...]:
    """The termbase's keys, in its order."""
    return tuple(read_termbase(folder))


def _short_names(names: Mapping[str, str]) -> dict[str, str]:
    return {tag.removesuffix("_short"): name for tag, name in names.items() if tag.endswith("_short")}


def _find_row(key: str, folder: Path) -> TermRow:
    base = read_termbase(folder)
    if key not in base:
        raise InputError(
            [termbase_diagnostic("locale.unknown-term", folder, f'unknown term "{key}"', did_you_mean(key, base))]
        )
    return base[key]
