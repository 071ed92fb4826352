"""A finished text → what is left over in it: template syntax, values without words, characters of the other script."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from reporter.diagnostics.hidden_characters import FILLED
from reporter.language.filters import FILTERS
from reporter.language.locales import find_locale_of
from reporter.language.typography import HAN_CHARACTER
from reporter.model.resources import locales_folder
from reporter.readback.pieces import straighten_apostrophes
from reporter.syntax.template_residue import find_residue

#: What stands for bytes that are no UTF-8.
_NO_TEXT = "\ufffd"


def find_text_residue(text: str, lang: str, quoted: Sequence[str] = ()) -> Iterator[tuple[int, str]]:
    """Find everything in a text that is no prose: offset and reason.

    Args:
        text: as a reader sees it.
        lang: BCP 47 tag of its language; in Traditional Chinese no Simplified character may stand.
        quoted: what stands as its source wrote it, in which single braces and the like are the source's.
    """
    left = tuple(find_residue(text, FILTERS))
    for found in re.finditer(FILLED, text):
        yield found.start(), f'"U+{ord(found[0]):04X}" is left over'
    if _NO_TEXT in text:
        yield text.index(_NO_TEXT), "bytes that are no text are left over"
    excused = _find_quotes(quoted, text) if any(not item.hard for item in left) else ()
    for item in left:
        if item.hard or not any(begin <= item.start and item.end <= end for begin, end in excused):
            yield item.start, f'"{item.printable_text}" is left over'
    if find_locale_of(lang, locales_folder()).script == "traditional":
        for found in HAN_CHARACTER.finditer(text):
            if _is_simplified(found[0]):
                yield found.start(), f"{found[0]} is a Simplified character"


def _find_quotes(quoted: Sequence[str], text: str) -> tuple[tuple[int, int], ...]:
    """Find quotes in a text: start and end (exclusive); line breaks in a quote do not matter."""
    places = [at for at, char in enumerate(text) if not char.isspace()]
    joined = straighten_apostrophes("".join(text[at] for at in places))
    spans = []
    for words in quoted:
        plain = straighten_apostrophes("".join(words.split()))
        at = joined.find(plain) if plain else -1
        while at >= 0:
            spans.append((places[at], places[at + len(plain) - 1] + 1))
            at = joined.find(plain, at + 1)
    return tuple(spans)


@cache
def _is_simplified(char: str) -> bool:
    """Return whether a character is in the mainland's standard and not in Taiwan's or Hong Kong's."""
    return _can_encode(char, "gb2312") and not _can_encode(char, "big5hkscs")


def _can_encode(char: str, encoding: str) -> bool:
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
