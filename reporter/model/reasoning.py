"""Why a finding holds and how a fact was made: a rule's own text, part by part, with the exact value of each part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

StepKind = Literal[
    "all",
    "any",
    "not",
    "named",
    "compare",
    "among",
    "missing",
    "truth",
    "number",
    "metric",
    "arithmetic",
    "negative",
    "call",
    "stances",
    "tension",
    "finding",
]


@dataclass(frozen=True, slots=True)
class Step:
    """A part of an expression on a day.

    Attributes:
        text: as its author would write it.
        kind: what it is.
        value: truth of a condition, or number in the unit that its metrics have; None is unknown.
        signs: of a comparison, one fewer than its parts; of arithmetic, its operator; of a call, the function's name.
        parts: what its value is made of. The first part of a function that looks back is the series that it looks
            at, with today's value; its second is the number of days. Of two findings that contrast, by their stances or
            by a declared tension, each part is one of them, the earlier first, and its value 1 (bull), -1 (bear) or 0.
    """

    text: str
    kind: StepKind
    value: bool | float | None
    signs: tuple[str, ...] = ()
    parts: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Stretch:
    """A metric's readings of one day after another, over which a reasoning looks back.

    Attributes:
        metric: its id.
        first: ISO date of the first of them.
        begins: whether the desk's days begin with it, so that there is none before.
        values: one a day; None where there is none.
        sources: one a day: the source of its value.
    """

    metric: str
    first: str
    begins: bool
    values: tuple[float | None, ...]
    sources: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Reasoning:
    """The condition that decided a rule on a day, and what its facts were made of.

    Attributes:
        date: ISO date of the day.
        text: the condition as its author wrote it; place: file:line:column.
        decided_by: "when", or "until" for a rule that came into the day holding, which ends where it is true.
        condition: its parts.
        facts: fact → its parts, of facts that are more than one metric's value.
        relations: name → its parts, of what relating words may assert.
        stretches: the readings over which condition, facts and relations look back, one stretch a metric.
    """

    date: str
    text: str
    place: str
    decided_by: Literal["when", "until"]
    condition: Step
    facts: tuple[tuple[str, Step], ...] = ()
    relations: tuple[tuple[str, Step], ...] = ()
    stretches: tuple[Stretch, ...] = ()
