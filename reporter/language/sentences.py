"""Running text → sentences, and how each begins."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reporter.language.typography import HAN, HAN_CHARACTER

#: Marks that end a sentence, with the quotes and brackets that close after them.
_END = re.compile(r"(?:[。！？]+|[.!?]+(?=[”’\"')）」』]*(?:\s|$)))[”’\"')）」』]*")
#: What ends in a full stop and no sentence: one initial, or a usual abbreviation.
_ABBREVIATION = re.compile(r"(?:^|[\s(“.])(?:[A-Z]|Mr|Mrs|Ms|Dr|St|No|Inc|Ltd|Corp|Co|vs|approx|c|e\.g|i\.e)\.$")
_UNIT = re.compile(rf"[{HAN}]|[^\W_{HAN}]+(?:[.,'’][^\W_{HAN}]+)*")

#: How much of a sentence is its opening: words where they are written apart, else characters.
_WORDS, _CHARACTERS = 3, 4


def split_sentences(text: str) -> tuple[tuple[int, str], ...]:
    """The sentences of a text, each with the position of its first character.

    What follows the last end mark is a sentence too, so that nothing of the text is lost.
    """
    return tuple(_iterate_sentences(text))


def _iterate_sentences(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for end in _END.finditer(text):
        if _ABBREVIATION.search(text[start : end.start() + 1]) and text[end.end() :].strip():
            continue
        yield from _strip_span(text, start, end.end())
        start = end.end()
    yield from _strip_span(text, start, len(text))


def _strip_span(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    part = text[start:end]
    bare = part.strip()
    if bare:
        yield start + len(part) - len(part.lstrip()), bare


def sentence_opening(sentence: str) -> tuple[str, ...]:
    """How a sentence begins: its first three words, or its first four characters where it is Chinese.

    A run of letters or digits inside Chinese counts as one character. A shorter sentence is all opening.
    """
    units = [found[0].casefold() for found in _UNIT.finditer(sentence)]
    # A name in Latin letters may begin a Chinese sentence, so the whole sentence decides what it is.
    return tuple(units[: _CHARACTERS if HAN_CHARACTER.search(sentence) else _WORDS])


def ends_sentence(text: str) -> bool:
    """Whether a text ends with an end mark, closing quotes and brackets aside."""
    return bool(re.search(r"[。！？.!?…][”’\"')）」』]*$", text.rstrip()))
