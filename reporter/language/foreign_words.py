"""Published text → words of another region, which the termbase names differently in the text's own locale."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reporter.language.inherited_settings import base_tag
from reporter.language.locales import Locale, available_locales, load_locale
from reporter.language.termbase import TermRow, read_termbase
from reporter.language.terms import short_term_name
from reporter.language.texts import text_in_locale


@dataclass(frozen=True, slots=True)
class ForeignWord:
    """A word that readers of a locale don't use.

    Attributes:
        start: position in the text, from 0.
        word: as it stands there.
        instead: the locale's own word.
    """

    start: int
    word: str
    instead: str


def find_foreign_words(text: str, locale: Locale) -> Iterator[ForeignWord]:
    """Every word of another region in a text, in order.

    Args:
        text: as readers see it, without the names that stay as their owners write them.
        locale: a regional locale; of a native one every word is its own.
    """
    if locale.edition is None:
        return
    pattern, foreign = _load_foreign_words(locale.tag, locale.folder)
    for match in pattern.finditer(text):
        if match[0] in foreign:
            yield ForeignWord(match.start(), match[0], foreign[match[0]])


@cache
def _load_foreign_words(tag: str, folder: Path) -> tuple[re.Pattern[str], Mapping[str, str]]:
    """A pattern that finds the longest known word at each place, and for each foreign one the locale's own."""
    locale = load_locale(tag, folder)
    relatives = [
        other for other in available_locales(folder) if other != tag and base_tag(other, folder) == locale.base
    ]
    own: set[str] = set()
    foreign: dict[str, str] = {}
    for key, row in read_termbase(folder).items():
        # Words that only look like a term, and those of the locale, are matched too, and hide what is inside them.
        own.update(_to_script(word, locale) for word in row.not_in)
        name = text_in_locale(row.names, locale)
        if name and row.in_text and locale.base in row.names:
            own.update((name, short_term_name(key, locale)))
            foreign |= {word: name for word in _words_elsewhere(row, relatives, locale) if word != name}
    # One character is part of too many words to be anyone's.
    foreign = {word: name for word, name in foreign.items() if word not in own and len(word) > 1}
    every = sorted({*own, *foreign}, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, every)) or "(?!)"), foreign


def _words_elsewhere(row: TermRow, relatives: list[str], locale: Locale) -> set[str]:
    """The words that other regions use for a term, in the script of the locale's texts."""
    named = (row.names[tag] for tag in relatives if tag in row.names)
    return {_to_script(word, locale) for word in (*row.also, *named)}


def _to_script(word: str, locale: Locale) -> str:
    return text_in_locale({"": word}, locale) or word
