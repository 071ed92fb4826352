"""Paragraphs of a section → the same with few figures in each, and no sentence that has only figures told before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from reporter.narrative.phrases.phrase_extents import Figure, PhraseExtents, list_figures
from reporter.narrative.plan_model import Slot

#: So many figures a paragraph holds; a sentence that has more stands alone.
_MOST_FIGURES = 4
#: What is told with figures again: what leads, what argues, the level that is watched, what the program itself finds.
_KEPT = frozenset({"lead", "verdict", "framework", "news", "memory", "gap"})


class RunningFigures:
    """The figures of a brief's running text: those told so far, and those that its argument will tell."""

    def __init__(self, extents: PhraseExtents, argued: Iterable[Slot] = ()) -> None:
        """Begin with nothing told.

        Args:
            extents: how much each phrase says; of one that is not measured nothing is left out.
            argued: what argues, in any section.
        """
        self._extents = extents
        self._told: set[Figure] = set()
        self._argued = frozenset(chain.from_iterable(self._list(slot) for slot in argued))

    def fit_paragraphs(self, paragraphs: Sequence[tuple[Slot, ...]]) -> tuple[tuple[Slot, ...], ...]:
        """Leave out what tells no new figure, and split paragraphs that hold too many.

        What leads is told above the text; where the argument tells one of its figures it doesn't stand in it again.
        """
        return tuple(chain.from_iterable(self._split_dense(tuple(self._drop_retold(slots))) for slots in paragraphs))

    def _drop_retold(self, slots: Sequence[Slot]) -> Iterator[Slot]:
        for slot in slots:
            figures = self._list(slot)
            if _is_lead(slot) and figures & self._argued:
                continue
            if figures and figures <= self._told and _is_ordinary(slot):
                continue
            self._told |= figures
            yield slot

    def _split_dense(self, slots: Sequence[Slot]) -> Iterator[tuple[Slot, ...]]:
        """Split a paragraph before the sentence with which it would hold too many figures."""
        row: list[Slot] = []
        shown: frozenset[Figure] = frozenset()
        for slot in slots:
            figures = self._list(slot)
            if row and len(shown | figures) > _MOST_FIGURES:
                yield tuple(row)
                row, shown = [], frozenset()
            row.append(slot)
            shown |= figures
        if row:
            yield tuple(row)

    def _list(self, slot: Slot) -> frozenset[Figure]:
        return list_figures(slot.finding, slot.form, self._extents)


def _is_lead(slot: Slot) -> bool:
    return slot.form == "body" and slot.finding.id.startswith("lead.")


def _is_ordinary(slot: Slot) -> bool:
    kinds = {slot.finding.topic, slot.finding.id.partition(".")[0]}
    return slot.form == "body" and not slot.finding.phrase and not kinds & _KEPT
