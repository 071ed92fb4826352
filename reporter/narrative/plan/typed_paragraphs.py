"""What argues and what serves, limits or tests it → typed paragraphs of an article.

A paragraph makes a claim, proves it with at most three facts, may draw one consequence, and admits at most one
exception; the exception stands last, and answers the sentence before it that takes a side.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import chain

from reporter.model.finding import Finding
from reporter.narrative.plan.argument import CLAIM, CONCESSION, DOUBT
from reporter.narrative.plan_model import Role, Slot

#: So many facts prove a claim, its own evidence among them.
_MOST_FACTS = 3
#: So many sentences stand in one joined paragraph, and so many of them tell facts of the news.
_MOST_JOINED, _MOST_NEWS = 4, 2
#: Forms whose role is known by themselves.
_ROLES: dict[str, Role] = {CLAIM: "claim", CONCESSION: "exception", DOUBT: "exception"}

Paragraphs = tuple[tuple[Slot, ...], ...]


def type_paragraphs(argued: Sequence[tuple[Slot, ...]], facts: Iterable[Slot], exception: Slot | None) -> Paragraphs:
    """Type the paragraphs of an argument, and give the thesis its further facts and its exception.

    Args:
        argued: the paragraphs of the verdicts: claims with their evidence, then what speaks against the thesis.
        facts: what else proves the thesis, best first.
        exception: what else speaks against it; what a verdict has against itself comes before it.
    """
    typed = [tuple(replace(slot, role=_ROLES.get(slot.form, "fact")) for slot in slots) for slots in argued]
    claims = [slots for slots in typed if slots[0].role == "claim"]
    against = list(chain.from_iterable(slots for slots in typed if slots[0].role != "claim"))
    if not claims:
        return tuple(typed)
    room = _MOST_FACTS - sum(slot.role == "fact" for slot in claims[0])
    if exception is not None and not against:
        against = [replace(exception, role="exception")]
    proving = (replace(slot, role="fact") for slot in tuple(facts)[:room])
    claims[0] = (*claims[0], *proving, *against[:1])
    return tuple(claims)


def add_consequences(paragraphs: Paragraphs, follows: Iterable[tuple[Finding, Collection[str]]]) -> Paragraphs:
    """Put what follows by definition behind the first sentence of each paragraph from which it follows.

    A claim says what its fact comes to, so nothing is drawn from a finding that the section makes a claim of.

    Args:
        paragraphs: of a section.
        follows: the consequences that hold, each with the findings (or their phrases) from which it follows.
    """
    left = list(follows)
    claimed = {slot.finding.id for slots in paragraphs for slot in slots if slot.form == CLAIM}
    found = []
    for slots in paragraphs:
        row: list[Slot] = []
        drawn = any(slot.role == "consequence" for slot in slots)
        for slot in slots:
            row.append(slot)
            drawing = next((one for one in left if not drawn and _is_drawn_from(slot, one[1], claimed)), None)
            if drawing is not None:
                left.remove(drawing)
                row.append(Slot(drawing[0], "body", role="consequence"))
                drawn = True
        found.append(tuple(row))
    return tuple(found)


def _is_drawn_from(slot: Slot, sources: Collection[str], claimed: Collection[str]) -> bool:
    return slot.finding.id not in claimed and bool({slot.finding.id, slot.finding.phrase} & set(sources))


def join_paragraphs(paragraphs: Iterable[tuple[Slot, ...]]) -> Paragraphs:
    """Join paragraphs of few sentences into one of more, with two facts of the news at most."""
    rows: list[list[Slot]] = []
    for slots in paragraphs:
        for at, slot in enumerate(slots):
            row = rows[-1] if rows else []
            # A paragraph is split only where it tells more of the news than a reader takes in.
            full = _count_news([*row, slot]) > _MOST_NEWS or (not at and len(row) + len(slots) > _MOST_JOINED)
            if full or not rows:
                rows.append([slot])
            else:
                row.append(slot)
    return tuple(map(tuple, rows))


def _count_news(slots: Iterable[Slot]) -> int:
    return sum(slot.finding.topic == "news" and slot.form != CLAIM for slot in slots)
