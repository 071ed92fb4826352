"""Aligned text → diagnostics of sentences that are repeated, or out of their section or paragraph.

Whole paragraphs of a section, and whole sections, may change places. A sentence taken out of its paragraph loses what
its "it", "that day" and "but" refer to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from reporter.diagnostics.diagnostic import Diagnostic
from reporter.readback.pieces import FinishedFile, Piece
from reporter.verify.gate.alignment import Alignment, to_comparable
from reporter.verify.gate_diagnostics import locate_piece, make_gate_hold
from reporter.verify.ledger.ledger_model import SentenceRecord


@dataclass(frozen=True, slots=True)
class _PlacedSentence:
    """A sentence of a finding, with its place in the text."""

    passage: SentenceRecord
    piece: Piece
    number: int


def check_order(
    file: FinishedFile, aligned: Alignment, own: Sequence[SentenceRecord], answered: Mapping[str, str]
) -> Iterator[Diagnostic]:
    """Find every sentence of a text that is repeated or out of place.

    Args:
        file: it stands in.
        aligned: what was found in the text.
        own: the passages of the file's document.
        answered: what its joined sentences answer, see `find_answered_sentences`.
    """
    stands = [
        _PlacedSentence(passage, piece, number)
        for passage, piece, number in zip(aligned.found, aligned.pieces, aligned.numbers, strict=True)
        if passage.finding
    ]
    yield from _check_repetition(file, stands, own)
    if file.medium != "pdf":
        # A page sets boxes beside its text and is nobody's to retouch.
        yield from _check_positions(file, stands)
        yield from _check_answers(file, stands, answered)


def _check_repetition(
    file: FinishedFile, stands: Sequence[_PlacedSentence], own: Sequence[SentenceRecord]
) -> Iterator[Diagnostic]:
    left = Counter(to_comparable(passage.text) for passage in own if passage.finding)
    for one in stands:
        text = to_comparable(one.passage.text)
        left[text] -= 1
        if left[text] < 0:
            yield _make_sentence_hold("gate.sentence-twice", file, one, "it stands here once more than in the ledger")


def _check_positions(file: FinishedFile, stands: Sequence[_PlacedSentence]) -> Iterator[Diagnostic]:
    closed: set[str] = set()
    for before, one in pairwise(stands):
        here, there = one.passage.section, before.passage.section
        if here != there:
            closed.add(there)
        if here != there and here in closed:
            why = f"it belongs to section {here} and stands behind a sentence of {there}"
            yield _make_sentence_hold("gate.sentence-moved", file, one, why)
            return
        if one.piece is before.piece and one.number < before.number:
            why = f"it stands behind {before.passage.id}, which follows it in the ledger"
            yield _make_sentence_hold("gate.sentence-moved", file, one, why)


def _check_answers(
    file: FinishedFile, stands: Sequence[_PlacedSentence], answered: Mapping[str, str]
) -> Iterator[Diagnostic]:
    """Find every sentence that begins with a "but" and stands before what it answers."""
    places = {one.passage.id: place for place, one in enumerate(stands)}
    for place, one in enumerate(stands):
        before = answered.get(one.passage.id, "")
        if places.get(before, -1) > place:
            why = f"it begins with a contrast to {before}, which follows it"
            yield _make_sentence_hold("gate.sentence-moved", file, one, why)


def _make_sentence_hold(code: str, file: FinishedFile, one: _PlacedSentence, why: str) -> Diagnostic:
    return make_gate_hold(code, locate_piece(file, one.piece), one.passage.text, why)
