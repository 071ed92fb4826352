"""Which sentences of a section point the other way than what stands before them, and so begin with a "but"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from reporter.narrative.planned import Slot
from reporter.narrative.tensions import Pairs


def contrasted(paragraphs: tuple[tuple[Slot, ...], ...], tensions: Pairs = frozenset()) -> tuple[tuple[Slot, ...], ...]:
    """The paragraphs of a section, with the sentences marked that point the other way than what was said before them.

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
            slot = replace(plain, contrast=turned and (_opposed(before, plain) or _tense(run, plain, tensions)))
            row.append(slot)
            before = slot
            # Once the story has turned, what stood before the turn is answered.
            run = [slot] if slot.contrast else [*run, slot]
        marked.append(tuple(row))
    return tuple(marked)


def _opposed(before: Slot | None, after: Slot) -> bool:
    return before is not None and {before.finding.stance, after.finding.stance} == {"bull", "bear"}


def _tense(run: Iterable[Slot], after: Slot, tensions: Pairs) -> bool:
    """Whether a declared pair ends here. What takes the later one's side in between has made the turn already."""
    for slot in reversed(tuple(run)):
        if frozenset((slot.finding.id, after.finding.id)) in tensions:
            return True
        if slot.finding.stance == after.finding.stance in ("bull", "bear"):
            return False
    return False
