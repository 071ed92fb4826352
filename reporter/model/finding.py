"""Findings: rules that fired, with the facts their sentences may use. Never prose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from reporter.model.metric import Event, LadderClass, Unit
from reporter.model.reasoning import Step

Stance = Literal["bull", "bear", "neutral", "mixed"]


class State(StrEnum):
    """The result of a rule on a date."""

    FIRED = "fired"
    NOT_FIRED = "not fired"
    UNKNOWN = "unknown"
    SUPPRESSED = "suppressed"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class Input:
    """One metric reading that a fact rests on.

    Attributes:
        metric: metric id.
        date: ISO brief date of the reading.
        value: exact value.
        unit: its unit.
        as_of: end of the period it describes, seconds since 1970 UTC.
        source: source id.
    """

    metric: str
    date: str
    value: float | None
    unit: Unit
    as_of: float | None
    source: str | None


@dataclass(frozen=True, slots=True)
class Fact:
    """A named value that a finding's sentences may use.

    Attributes:
        name: the name given in the rule.
        value: number in `unit`; seconds since 1970 for instants; a term key for `Unit.TEXT`;
            None where it is missing (a partial finding).
        unit: its unit.
        expression: what the rule says it is, a metric id or a formula over ids.
        inputs: readings that went into it.
        as_of: end of the newest period that went into it, seconds since 1970 UTC.
        rung: size of a move in the metric's own history, 0 (unchanged) to 4 (extreme); None for
            what is not a move. The same rung picks the word in every language.
        ladder: which ladder of words tells the move.
        members: for a list fact, its parts in order; then `value` is their number.
        term: key of the name that belongs to it (an instrument), or empty.
        event: for a fact that is a line of news or a quote.
        made: for a relation of a finding that no rule made, its parts; a rule's are in its reasoning.
    """

    name: str
    value: float | str | None
    unit: Unit
    expression: str
    inputs: Sequence[Input] = ()
    as_of: float | None = None
    rung: int | None = None
    ladder: LadderClass | None = None
    members: tuple[Fact, ...] = ()
    term: str = ""
    event: Event | None = None
    made: Step | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """What a reading is among those before it: as extreme as none since a date, with the readings that bear it out.

    Attributes:
        metric: metric id.
        date: ISO brief date of the reading.
        value: the reading.
        direction: 1 where a high reading is extreme, −1 where a low one is.
        bound: what an earlier reading has to reach to be as extreme: the value itself, or a level that was crossed.
        strict: whether a reading that equals the bound doesn't reach it.
        since: ISO brief date of the last reading that reaches it; None where none does.
        since_value: that reading.
        nearest: ISO brief date of the most extreme reading after it and before `date`; None where there is none.
        nearest_value: that reading, which does not reach the bound.
        first: ISO brief date from which readings go.
        compared: how many readings lie between.
    """

    metric: str
    date: str
    value: float
    direction: int
    bound: float
    strict: bool
    since: str | None
    since_value: float | None
    nearest: str | None
    nearest_value: float | None
    first: str
    compared: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that fired, on one date.

    Attributes:
        id: the rule's id.
        rule: `file:line` of the rule.
        version: short hash of the rule's text.
        topic: what it is about.
        stance: what it means for the asset.
        weight: rank in prose, 0 to 100; never control flow.
        facts: what its sentences may use, in the rule's order.
        partial: it fired although a part of its condition is unknown.
        days: for how many days in a row it has held, 1 on the first.
        turn: which turn its wordings have: the ordinal of a date, one more on each later day on which the rule holds; 0
            where no rule makes it, whose wordings turn by the date itself.
        due: whether five days have passed since it was last due on a day on which it held.
        phrase: the id that its phrases stand under, where several findings share them; empty for its own.
        relation: what its reading is among those before it, for news.
        relations: what its relating words may assert, each a fact of truth: 1, 0, or None where it can't be known.
    """

    id: str
    rule: str
    version: str
    topic: str
    stance: Stance
    weight: int
    facts: tuple[Fact, ...]
    partial: bool = False
    days: int = 1
    phrase: str = ""
    relation: Relation | None = None
    relations: tuple[Fact, ...] = ()
    turn: int = 0
    due: bool = True

    def holds(self, name: str) -> bool:
        """Whether the relation of that name is true; one that can't be known, or isn't there, is not."""
        return any(fact.name == name and fact.value == 1.0 for fact in self.relations)

    def find_fact(self, name: str) -> Fact | None:
        """The fact of that name, or None."""
        return next((fact for fact in self.facts if fact.name == name), None)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one rule on a date; every rule has exactly one.

    Attributes:
        rule_id: the rule.
        state: fired, not fired, unknown, suppressed or pending.
        missing: metric ids that kept it unknown (or left a fired one partial).
        by: ids of the rules that suppressed it.
        finding: the finding, where it fired (kept for a suppressed one too).
    """

    rule_id: str
    state: State
    missing: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    finding: Finding | None = field(default=None)
