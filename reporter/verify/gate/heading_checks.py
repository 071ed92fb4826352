"""Aligned text → diagnostics of passages under a heading or figure that is not their own.

Sections may change places, and so may paragraphs inside one. What heads them goes with them: a reader takes "what
speaks for it" from the heading alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reporter.diagnostics.diagnostic import Diagnostic
from reporter.readback.pieces import FinishedFile
from reporter.verify.gate.alignment import Alignment, to_comparable
from reporter.verify.gate_diagnostics import locate_piece, make_gate_hold
from reporter.verify.ledger.ledger_model import SentenceRecord

_HEADS = frozenset({"heading", "label"})


def check_headings(file: FinishedFile, aligned: Alignment, own: Sequence[SentenceRecord]) -> Iterator[Diagnostic]:
    """Find the passages under a heading or a figure that is not their own.

    What a heading was is known only where the ledger's words stand: a heading that an editor has reworded or cut heads
    nothing here.

    Args:
        file: it stands in.
        aligned: what was found in the text.
        own: the passages of the file's document, in reading order.
    """
    if file.medium == "pdf":
        # A page sets boxes beside its text and is nobody's to retouch.
        return
    yield from _check_under_headings(file, aligned, own)
    yield from _check_credits(file, aligned, own)


def _check_under_headings(
    file: FinishedFile, aligned: Alignment, own: Sequence[SentenceRecord]
) -> Iterator[Diagnostic]:
    sections, sides = _index_headings(own)
    there = {passage.id for passage in aligned.found}
    section: SentenceRecord | None = None
    side: SentenceRecord | None = None
    for passage, piece in zip(aligned.found, aligned.pieces, strict=True):
        if sections.get(passage.section) is passage:
            section, side = passage, None
        elif passage.role == "heading":
            side = passage
        right = sections.get(passage.section)
        stands = section
        if passage.role == "condition" and passage.id in sides:
            right, stands = sides[passage.id], side
        if right is None or right.id not in there or right is stands:
            continue
        if stands is None or to_comparable(stands.text) != to_comparable(right.text):
            under = f'under "{stands.text}"' if stands is not None else "above every heading"
            why = f'it stands {under} and belongs under "{right.text}"'
            yield make_gate_hold("gate.other-heading", locate_piece(file, piece), passage.text, why)
            return


def _index_headings(own: Sequence[SentenceRecord]) -> tuple[dict[str, SentenceRecord], dict[str, SentenceRecord]]:
    """Return section → its heading, and condition id → the heading of its side."""
    sections: dict[str, SentenceRecord] = {}
    sides: dict[str, SentenceRecord] = {}
    begun: set[str] = set()
    side: SentenceRecord | None = None
    for passage in own:
        if passage.section not in begun and passage.role in _HEADS:
            sections[passage.section] = passage
        elif passage.role == "heading":
            side = passage
        elif passage.role == "condition" and side is not None and side.section == passage.section:
            sides[passage.id] = side
        begun.add(passage.section)
    return sections, sides


def _check_credits(file: FinishedFile, aligned: Alignment, own: Sequence[SentenceRecord]) -> Iterator[Diagnostic]:
    """Check that the line of sources under a figure is that figure's."""
    credits_of: dict[str, SentenceRecord] = {}
    figure: SentenceRecord | None = None
    for passage in own:
        figure = passage if passage.role == "figure" else figure
        if passage.role == "credit" and figure is not None:
            credits_of[figure.id] = passage
    figure = None
    for passage, piece in zip(aligned.found, aligned.pieces, strict=True):
        figure = passage if passage.role == "figure" else figure
        if passage.role != "credit" or figure is None:
            continue
        right = credits_of.get(figure.id)
        if right is None or to_comparable(right.text) != to_comparable(passage.text):
            why = f'it stands under "{figure.text}", which has ({right.text if right else "none"})'
            yield make_gate_hold("gate.other-source", locate_piece(file, piece), passage.text, why)
