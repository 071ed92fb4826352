"""A sentence → how firmly it speaks: the grades of hedge, approximation and cause among its own words.

`locales/checked/` gives each grade the same name in every locale (`hedge.may`, `approximation.about`,
`cause.because`), so that two languages can be held to each other without either being translated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType

from reporter.language.locales import Locale, load_locale
from reporter.language.vocabulary import list_watched_words

#: A class with a grade: `hedge.may`.
_GRADED = "."
#: The words of this grade say other things too; they approximate what stands within so many letters of them.
_ABOUT, _REACH = "approximation.about", 2
_FIGURE = re.compile(r"[\d零一二三四五六七八九十百千半]")


def find_grades(
    text: str, shown: Sequence[tuple[int, int]], locale: Locale, named: Sequence[tuple[int, int]] = ()
) -> Mapping[str, str]:
    """Find the grades of a sentence: grade → the first word that has it.

    Args:
        text: a sentence.
        shown: start and end of what shows a claim, which is no word of the sentence's own.
        locale: of the sentence.
        named: start and end of names, whose words say nothing ("Near", "May 2030").
    """
    found: dict[str, str] = {}
    # Hashing a whole locale on every call would cost more than reading a sentence.
    pattern, words = _build_reader(locale.tag, locale.folder)
    for match in pattern.finditer(text):
        grade = words[match[0].lower()]
        if _GRADED not in grade or any(start <= match.start() < end for start, end in (*shown, *named)):
            continue
        if grade != _ABOUT or _is_beside_figure(text, match, shown):
            found.setdefault(grade, match[0])
    return MappingProxyType(found)


def _is_beside_figure(text: str, match: re.Match[str], shown: Sequence[tuple[int, int]]) -> bool:
    """Return whether a figure is right before or after a word: "argue about" is no approximation."""
    first, last = max(match.start() - _REACH, 0), match.end() + _REACH
    if _FIGURE.search(text, first, match.start()) or _FIGURE.search(text, match.end(), min(last, len(text))):
        return True
    return any(start < last and first < end for start, end in shown)


@cache
def _build_reader(tag: str, folder: Path) -> tuple[re.Pattern[str], Mapping[str, str]]:
    """Build the pattern of all graded words and of longer words that contain them."""
    watched = {word: kind for word, (kind, _) in list_watched_words(load_locale(tag, folder)).items()}
    graded = [word for word, kind in watched.items() if _GRADED in kind]
    near = {word: kind for word, kind in watched.items() if any(one in word for one in graded)}
    words = sorted(near, key=lambda word: (-len(word), word))
    latin = "|".join(re.escape(word) for word in words if word[:1].isascii())
    other = "|".join(re.escape(word) for word in words if not word[:1].isascii())
    parts = [rf"(?i:(?<![A-Za-z])(?:{latin})(?![A-Za-z]))"] if latin else []
    return re.compile("|".join([*parts, *([other] if other else [])]) or r"(?!)"), near
