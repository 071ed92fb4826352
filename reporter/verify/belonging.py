"""What stands under what in a finished text: sections and conditions under their headings, sources under figures.

Sections may change places, and so may paragraphs inside one. What heads them goes with them: a reader takes "what
speaks for it" from the heading alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reporter.diagnostics import Diagnostic
from reporter.finished.pieces import Finished
from reporter.verify.align import Aligned, compact
from reporter.verify.fault import hold, place_of
from reporter.verify.record import SentenceRecord

_HEADS = frozenset({"heading", "label"})


def strayed(file: Finished, aligned: Aligned, own: Sequence[SentenceRecord]) -> Iterator[Diagnostic]:
    """Everything that stands under a heading or a figure that isn't its own.

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
    yield from _under_headings(file, aligned, own)
    yield from _credited(file, aligned, own)


def _under_headings(file: Finished, aligned: Aligned, own: Sequence[SentenceRecord]) -> Iterator[Diagnostic]:
    sections, sides = _headed(own)
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
        if stands is None or compact(stands.text) != compact(right.text):
            under = f'under "{stands.text}"' if stands is not None else "above every heading"
            why = f'it stands {under} and belongs under "{right.text}"'
            yield hold("gate.other-heading", place_of(file, piece), passage.text, why)
            return


def _headed(own: Sequence[SentenceRecord]) -> tuple[dict[str, SentenceRecord], dict[str, SentenceRecord]]:
    """Section → the heading that it begins with; id of a condition → the heading of its side."""
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


def _credited(file: Finished, aligned: Aligned, own: Sequence[SentenceRecord]) -> Iterator[Diagnostic]:
    """The line of sources under a figure is that figure's."""
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
        if right is None or compact(right.text) != compact(passage.text):
            why = f'it stands under "{figure.text}", which has ({right.text if right else "none"})'
            yield hold("gate.other-source", place_of(file, piece), passage.text, why)
