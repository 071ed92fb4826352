"""A text and families of classes → the words of those classes in it: `hedge.may`, `relation.still`.

`locales/checked/` lists words by class. A class with a dot belongs to a family whose names all locales share, so that
texts of two languages can be held to each other, or to one relation, without either being translated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from reporter.language.locales import Locale, load_locale
from reporter.language.vocabulary import list_watched_words

#: What stands between a family and a class of it.
DOT = "."


def find_classed_words(text: str, locale: Locale, families: frozenset[str]) -> Iterator[tuple[str, re.Match[str]]]:
    """Find the words of some families in a text, in order: class, and where it stands.

    The longest listed word wins, so that a word of any other class shields what is inside it.

    Args:
        text: what is read.
        locale: whose words they are.
        families: names before the dot.
    """
    # Hashing a whole locale on every call would cost more than reading a sentence.
    reader = _build_reader(locale.tag, locale.folder, families)
    if not reader.suspect.search(text.lower()):
        return
    for match in reader.pattern.finditer(text):
        kind = reader.kinds[match[0].lower()]
        if kind.partition(DOT)[0] in families:
            yield kind, match


class _Reader:
    """What finds the words of some families: a pattern of them and of all longer words around them.

    Most texts have none of their words, which a pattern without edges tells sooner.
    """

    __slots__ = ("kinds", "pattern", "suspect")

    def __init__(self, suspect: re.Pattern[str], kinds: Mapping[str, str], pattern: re.Pattern[str]) -> None:
        self.suspect, self.kinds, self.pattern = suspect, kinds, pattern


@cache
def _build_reader(tag: str, folder: Path, families: frozenset[str]) -> _Reader:
    watched = {word: kind for word, (kind, _) in list_watched_words(load_locale(tag, folder)).items()}
    own = tuple(word for word, kind in watched.items() if DOT in kind and kind.partition(DOT)[0] in families)
    suspect = re.compile("|".join(map(re.escape, own)) or r"(?!)")
    near = {word: kind for word, kind in watched.items() if suspect.search(word)}
    words = sorted(near, key=lambda word: (-len(word), word))
    latin = "|".join(re.escape(word) for word in words if word[:1].isascii())
    other = "|".join(re.escape(word) for word in words if not word[:1].isascii())
    parts = [rf"(?i:(?<![A-Za-z])(?:{latin})(?![A-Za-z]))"] if latin else []
    pattern = re.compile("|".join([*parts, *([other] if other else [])]) or r"(?!)")
    return _Reader(suspect, near, pattern)


@cache
def list_classes(tag: str, folder: Path, family: str) -> frozenset[str]:
    """List the classes of a family that a locale has words of, without the family's name.

    Args:
        tag: the locale's tag.
        folder: where locales lie.
        family: the name before the dot.
    """
    kinds = {kind for kind, _ in list_watched_words(load_locale(tag, folder)).values()}
    return frozenset(kind.partition(DOT)[2] for kind in kinds if kind.partition(DOT)[0] == family and DOT in kind)
