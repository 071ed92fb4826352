"""Where passages stand in a finished text: each as often as in the ledger, in its section, in its paragraph's order.

Whole paragraphs of a section, and whole sections, may change places. A sentence taken out of its paragraph loses what
its "it", "that day" and "but" refer to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from reporter.diagnostics import Diagnostic
from reporter.finished.pieces import Finished, Piece
from reporter.verify.align import Aligned, compact
from reporter.verify.fault import hold, place_of
from reporter.verify.record import SentenceRecord


@dataclass(frozen=True, slots=True)
class _Stands:
    """A sentence of a finding where it stands."""

    passage: SentenceRecord
    piece: Piece
    number: int


def misplaced(file: Finished, aligned: Aligned, own: Sequence[SentenceRecord]) -> Iterator[Diagnostic]:
    """Every sentence of a text that stands twice, or where it doesn't belong.

    Args:
        file: it stands in.
        aligned: what was found in the text.
        own: the passages of the file's document.
    """
    stands = [
        _Stands(passage, piece, number)
        for passage, piece, number in zip(aligned.found, aligned.pieces, aligned.numbers, strict=True)
        if passage.finding
    ]
    yield from _twice(file, stands, own)
    if file.medium != "pdf":
        # A page sets boxes beside its text and is nobody's to retouch.
        yield from _mixed(file, stands)


def _twice(file: Finished, stands: Sequence[_Stands], own: Sequence[SentenceRecord]) -> Iterator[Diagnostic]:
    left = Counter(compact(passage.text) for passage in own if passage.finding)
    for one in stands:
        text = compact(one.passage.text)
        left[text] -= 1
        if left[text] < 0:
            yield _fault("gate.sentence-twice", file, one, "it stands here once more than in the ledger")


def _mixed(file: Finished, stands: Sequence[_Stands]) -> Iterator[Diagnostic]:
    closed: set[str] = set()
    for before, one in pairwise(stands):
        here, there = one.passage.section, before.passage.section
        if here != there:
            closed.add(there)
        if here != there and here in closed:
            why = f"it belongs to section {here} and stands behind a sentence of {there}"
            yield _fault("gate.sentence-moved", file, one, why)
            return
        if one.piece is before.piece and one.number < before.number:
            why = f"it stands behind {before.passage.id}, which follows it in the ledger"
            yield _fault("gate.sentence-moved", file, one, why)


def _fault(code: str, file: Finished, one: _Stands, why: str) -> Diagnostic:
    return hold(code, place_of(file, one.piece), one.passage.text, why)
