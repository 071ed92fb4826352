"""The sentences of a section → the same, each with what it contrasts with: what a "but" at its beginning rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reporter.model.finding import Fact, Finding, Stance
from reporter.model.metric import Unit
from reporter.model.reasoning import Step, StepKind
from reporter.narrative.plan.tensions import Pairs
from reporter.narrative.plan_model import Slot

#: The class of the relating words that join such a sentence to the one before.
CONTRAST = "contrast"
_SIDES: dict[Stance, float] = {"bull": 1.0, "bear": -1.0, "mixed": 0.0, "neutral": 0.0}


def mark_contrasts(
    paragraphs: tuple[tuple[Slot, ...], ...], tensions: Pairs = frozenset()
) -> tuple[tuple[Slot, ...], ...]:
    """Mark the sentences of a section that contrast with what was stated before them.

    Bull after bear counts, and the later of two that are declared to be in tension; any other finding without a side
    contradicts nothing. The exception of a paragraph answers the last sentence before it that takes a side. Two such
    turns never follow each other directly, because a "but" after a "but" loses the reader.

    Args:
        paragraphs: slots of each.
        tensions: pairs of findings that the report type declares to pull in different directions.
    """
    run: list[Slot] = []
    marked = []
    for slots in paragraphs:
        row = []
        for plain in slots:
            turned = bool(run) and run[-1].contrast is not None
            heard = _drop_sideless(run) if plain.role == "exception" else run
            slot = plain if turned else replace(plain, contrast=_find_contrast(heard, plain.finding, tensions))
            row.append(slot)
            # Once the story has turned, what stood before the turn is answered.
            run = [slot] if slot.contrast else [*run, slot]
        marked.append(tuple(row))
    return tuple(marked)


def _drop_sideless(run: Sequence[Slot]) -> Sequence[Slot]:
    """Leave out what takes no side after the last sentence that does."""
    last = max((place for place, slot in enumerate(run, 1) if slot.finding.stance in ("bull", "bear")), default=0)
    return run[:last] or run


def _find_contrast(run: Sequence[Slot], after: Finding, tensions: Pairs) -> Fact | None:
    """Find what a finding contrasts with among those stated before it, with no turn in between."""
    before = run[-1].finding if run else None
    if before is not None and {before.stance, after.stance} == {"bull", "bear"}:
        return _make_contrast(before, after, "stances", "have opposite stances")
    for slot in reversed(run):
        if frozenset((slot.finding.id, after.id)) in tensions:
            return _make_contrast(slot.finding, after, "tension", "are declared to be in tension")
        if slot.finding.stance == after.stance in ("bull", "bear"):
            return None
    return None


def _make_contrast(before: Finding, after: Finding, kind: StepKind, why: str) -> Fact:
    """Make the relation of a finding to an earlier one, with the readings that both rest on."""
    parts = tuple(Step(one.id, "finding", _SIDES[one.stance]) for one in (before, after))
    text = f"{before.id} and {after.id} {why}"
    read = tuple(dict.fromkeys(item for one in (after, before) for fact in one.facts for item in fact.inputs))
    # A finding may contrast with one in the article and with another in the chat.
    name = f"{CONTRAST}_{before.id.replace('.', '_')}"
    made = Step(text, kind, True, (), parts)
    return Fact(name, 1.0, Unit.BOOL, text, read, made=made)
