"""Text pieces of a file and the ledger's passages → which passage each piece is, and sentences that match none.

Both sides are compared without spaces and without the marks that layouts set (bullets, ticks, middle dots), so that
line breaks, columns and formats make no difference; digits, signs, letters and punctuation all count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import category

from reporter.readback.pieces import Piece, straighten_apostrophes
from reporter.verify.ledger.ledger_model import SentenceRecord

#: What layouts set around text and readers don't read; arrows are told apart.
_SILENT = frozenset("·|–/✓×\u00ad\u200b")
#: The sign that layouts set for "unknown", before what it is of: behind a word it asks.
_LEADING = re.compile(r"(?:^|(?<=\s))\?(?=\s*[^\s?])")
_ARROWS = frozenset("▲▼◆○")
_ENDS = "。！？.!?」”’…;；:："
#: Passages that may be followed by others on the same line.
_INLINE = frozenset({"dateline", "kicker", "figure", "key", "credit", "speaker"})
_SENTENCE = re.compile(r"(?<=[。！？；])|(?<=[.!?])(?:(?<=[.!?])|(?<=[.!?][”\"’)]))\s+(?=[A-Z“\"'$(\d])")
_KEY = 3


@dataclass(frozen=True, slots=True)
class UnmatchedSentence:
    """A sentence of a finished text that matches no passage of the ledger.

    Attributes:
        text: its words.
        piece: the piece that it stands in; start: where in it.
        behind: how many passages stand before it in the text.
    """

    text: str
    piece: Piece
    start: int
    behind: int


@dataclass(frozen=True, slots=True)
class Alignment:
    """The result of an alignment.

    Attributes:
        found: passages that stand in the text word for word, in the text's order.
        pieces: the piece that each of them begins in.
        numbers: the place of each among the document's passages.
        loose: sentences that are none.
        arrows: passage and the arrows beside it, where they aren't the ledger's.
    """

    found: tuple[SentenceRecord, ...]
    pieces: tuple[Piece, ...]
    numbers: tuple[int, ...]
    loose: tuple[UnmatchedSentence, ...]
    arrows: tuple[tuple[SentenceRecord, str, Piece], ...]


@lru_cache(maxsize=8192)
def to_comparable(text: str) -> str:
    """Return a text in the form in which texts are compared: without spaces and layout signs."""
    return "".join(char for char in _LEADING.sub("", straighten_apostrophes(text)) if not _is_ignored(char))


def _is_ignored(char: str) -> bool:
    return char.isspace() or char in _SILENT or _is_symbol(char)


def _is_symbol(char: str) -> bool:
    return char > "\u2000" and category(char) == "So" and not 0x2460 <= ord(char) <= 0x2473


@dataclass(slots=True)
class _CharacterStream:
    """All pieces as one comparable text, with the origin of each character."""

    text: str
    piece: list[int]
    place: list[int]
    arrows: list[tuple[int, str]]
    starts: frozenset[int]


def _build_stream(pieces: Sequence[Piece]) -> _CharacterStream:
    chars: list[str] = []
    of: list[int] = []
    place: list[int] = []
    arrows: list[tuple[int, str]] = []
    starts = set()
    for number, piece in enumerate(pieces):
        starts.add(len(chars))
        leading = {found.start() for found in _LEADING.finditer(piece.text)}
        for at, char in enumerate(piece.text):
            if char in _ARROWS:
                arrows.append((len(chars), char))
            elif not (_is_ignored(char) or at in leading):
                chars.append(char)
                of.append(number)
                place.append(at)
    starts.add(len(chars))
    return _CharacterStream("".join(chars), of, place, arrows, frozenset(starts))


class PassageIndex:
    """An index of passages by their first characters."""

    def __init__(self, passages: Sequence[SentenceRecord]) -> None:
        """Index the passages of one document, which come in reading order."""
        self._by_start: dict[str, list[tuple[int, str, SentenceRecord]]] = {}
        for number, passage in enumerate(passages):
            for text in dict.fromkeys((passage.text, *passage.settings)):
                if plain := to_comparable(text):
                    self._by_start.setdefault(plain[:_KEY], []).append((number, plain, passage))

    def find_at(self, text: str, place: int) -> Iterator[tuple[int, str, SentenceRecord]]:
        """Find the passages that begin at a place of a text."""
        for size in range(1, _KEY + 1):
            for number, plain, passage in self._by_start.get(text[place : place + size], ()):
                if (len(plain) >= size == _KEY or len(plain) == size) and text.startswith(plain, place):
                    yield number, plain, passage


def align_passages(pieces: Sequence[Piece], shelves: PassageIndex) -> Alignment:
    """Match the text pieces of a file with the passages of its document."""
    stream = _build_stream(pieces)
    found: list[tuple[SentenceRecord, Piece, int]] = []
    loose: list[UnmatchedSentence] = []
    arrows: list[tuple[SentenceRecord, str, Piece]] = []
    at, last = 0, -1
    while at < len(stream.text):
        fitting = [entry for entry in shelves.find_at(stream.text, at) if _can_end(entry, at, stream)]
        if fitting:
            number, plain, passage = min(fitting, key=lambda entry: (-len(entry[1]), (entry[0] <= last, entry[0])))
            end = at + len(plain)
            # An arrow stands before its value: one at the passage's end belongs to the next.
            beside = "".join(sign for where, sign in stream.arrows if at <= where < end)
            if beside and beside != passage.arrows:
                arrows.append((passage, beside, pieces[stream.piece[at]]))
            found.append((passage, pieces[stream.piece[at]], number))
            last, at = number, end
            continue
        one, at = _take_unmatched(stream, pieces, at, len(found))
        loose.append(one)
    passages, places, numbers = zip(*found, strict=True) if found else ((), (), ())
    return Alignment(passages, places, numbers, tuple(loose), tuple(arrows))


def _can_end(entry: tuple[int, str, SentenceRecord], at: int, stream: _CharacterStream) -> bool:
    """Return whether a passage may end there: a label at the start of an edited sentence is no match."""
    _, plain, passage = entry
    end = at + len(plain)
    if passage.role in _INLINE:
        return stream.piece[at] == stream.piece[end - 1]
    return plain[-1] in _ENDS or end in stream.starts


def _take_unmatched(
    stream: _CharacterStream, pieces: Sequence[Piece], at: int, behind: int
) -> tuple[UnmatchedSentence, int]:
    """Take the unmatched sentence that begins at a place; also return where the next begins."""
    number, start = stream.piece[at], stream.place[at]
    piece = pieces[number]
    ends = [found.end() for found in _SENTENCE.finditer(piece.text) if found.end() > start]
    end = min(ends, default=len(piece.text))
    while at < len(stream.text) and stream.piece[at] == number and stream.place[at] < end:
        at += 1
    return UnmatchedSentence(piece.text[start:end].strip(), piece, start, behind), at


def is_only_labels(text: str, labels: Sequence[str]) -> bool:
    """Return whether a text consists of labels only, in any order and number."""
    plain = to_comparable(text)
    known = [label for label in {to_comparable(label) for label in labels} if label]
    reached = {0}
    for place in range(len(plain)):
        if place in reached:
            reached |= {place + len(label) for label in known if plain.startswith(label, place)}
    return len(plain) in reached


def index_by_chart(passages: Sequence[SentenceRecord]) -> Mapping[str, SentenceRecord]:
    """Index alternative texts by chart id."""
    return {passage.id.partition(".")[2]: passage for passage in passages if passage.role == "alt"}
