"""A sentence → how firmly it speaks: the grades of hedge, approximation and cause among its own words.

`locales/checked/` gives each grade the same name in every locale (`hedge.may`, `approximation.about`,
`cause.because`), so that two languages can be held to each other without either being translated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from reporter.language.classed_words import find_classed_words
from reporter.language.locales import Locale

#: Families of classes with a grade: `hedge.may`.
_GRADED = frozenset({"hedge", "approximation", "cause"})
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
    for grade, match in find_classed_words(text, locale, _GRADED):
        if any(start <= match.start() < end for start, end in (*shown, *named)):
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
