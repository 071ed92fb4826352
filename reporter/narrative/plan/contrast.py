"""Sections of a plan → the same with sentences marked that contrast with the one before ("but")."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from reporter.narrative.plan.tensions import Pairs
from reporter.narrative.plan_model import Slot


def mark_contrasts(
    paragraphs: tuple[tuple[Slot, ...], ...], tensions: Pairs = frozenset()
) -> tuple[tuple[Slot, ...], ...]:
    """Mark the sentences of a section that contrast with what was stated before them.

    Bull after bear counts, and the later of two that are declared to be in tension; any other finding without a side
    contradicts nothing. Two such turns never follow each other directly, because a "but" after a "but" loses the
    reader.
    """
    before: Slot | None = None
    run: list[Slot] = []
    marked = []
    for slots in paragraphs:
        row = []
        for plain in slots:
            turned = before is not None and not before.contrast
            slot = replace(
                plain,
                contrast=turned and (_has_opposite_stances(before, plain) or _ends_declared_pair(run, plain, tensions)),
            )
            row.append(slot)
            before = slot
            # Once the story has turned, what stood before the turn is answered.
            run = [slot] if slot.contrast else [*run, slot]
        marked.append(tuple(row))
    return tuple(marked)


def _has_opposite_stances(before: Slot | None, after: Slot) -> bool:
    return before is not None and {before.finding.stance, after.finding.stance} == {"bull", "bear"}


def _ends_declared_pair(run: Iterable[Slot], after: Slot, tensions: Pairs) -> bool:
    """Return whether a sentence completes a declared tension with one before it, with no turn in between."""
    for slot in reversed(tuple(run)):
        if frozenset((slot.finding.id, after.finding.id)) in tensions:
            return True
        if slot.finding.stance == after.finding.stance in ("bull", "bear"):
            return False
    return False
