"""The rule book as frozen dataclasses: rules, cases, conditions and the framework, ready to be bound to metrics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from reporter.model.finding import Stance, State
from reporter.model.metric import Unit
from reporter.model.news import Topic
from reporter.rules.expressions.tree import Node

Pick = Literal["first", "unique", "collect"]
Side = Literal["for", "against"]


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression.

    Attributes:
        text: as its author wrote it, on one line.
        tree: what it says.
        unit: unit of its value; `Unit.BOOL` for a condition.
        place: `file:line:column` of its first character.
    """

    text: str
    tree: Node
    unit: Unit
    place: str


@dataclass(frozen=True, slots=True)
class Case:
    """A test case, checked against the registry and the book.

    Attributes:
        rule: id of the rule that it is about.
        name: what it shows, in its author's words.
        given: metric id → its days' values, the last of them today's; None is missing.
        events: topic → how many days ago there was an event of it.
        fired: rule → what `fired()` is to see of it, whatever the metrics say.
        date: the brief's date.
        expect: what the rule is to be.
        facts: name → the value that it is to have; None is missing.
        missing: the metrics that are to be named as missing; None where the case doesn't say.
        by: the rules that are to suppress it; None where the case doesn't say.
        form: which of its phrases `text` is about.
        text: locale → one of the ways in which it is to be said.
        place: `file:line` of the case.
    """

    rule: str
    name: str
    given: Mapping[str, tuple[float | None, ...]]
    events: Mapping[str, int]
    fired: Mapping[str, bool]
    date: date
    expect: State
    facts: Mapping[str, float | None]
    missing: tuple[str, ...] | None
    by: tuple[str, ...] | None
    form: str
    text: Mapping[str, str]
    place: str


@dataclass(frozen=True, slots=True)
class VerdictParts:
    """What makes a rule a verdict: what several readings mean together.

    Attributes:
        between: the topics of its readings.
        doubts: names of the relations that are true where something speaks against it.
        instead: the rules whose sentences would say the same again where it is told.
        counts: what its rarity is multiplied by among the verdicts of a day.
    """

    between: tuple[Topic, ...]
    doubts: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()
    counts: float = 1.0


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule.

    Attributes:
        id: its id, unique in the book.
        topic: what it is about.
        when: what must be true for it to begin to hold.
        until: what must be true for it to end; None where it holds just while `when` does.
        hold_days: for how many days in a row it must hold before it fires.
        stance: what it means for the asset.
        weight: rank in prose, 0 to 100.
        group: name of its group, or empty.
        pick: which of the group's rules that fire are kept.
        supersedes: ids of the rules that it suppresses when it fires.
        facts: name → expression, in the author's order.
        optional: names of facts that may be missing.
        relations: name → condition of what relating words of its phrases ("still", 又) assert.
        note: the author's comment.
        ignore: what lint is not to say of it → why not.
        place: `file:line` of the rule.
        version: short hash of the rule, comments and tests left out.
        ladder: id of the ladder that it is a rung of, or empty.
        verdict: what makes it a verdict; None for any other rule.
    """

    id: str
    topic: str
    when: Expression
    until: Expression | None
    hold_days: int
    stance: Stance
    weight: int
    group: str
    pick: Pick
    supersedes: tuple[str, ...]
    facts: Mapping[str, Expression]
    optional: tuple[str, ...]
    note: str
    ignore: Mapping[str, str]
    place: str
    version: str
    ladder: str = ""
    relations: Mapping[str, Expression] = field(default_factory=dict)
    verdict: VerdictParts | None = None


@dataclass(frozen=True, slots=True)
class FrameworkLevel:
    """A kind of price level that a framework may be about, with its value and when it applies.

    Attributes:
        id: its name.
        value: the level on a day.
        when: on which days it is asked for; None for always.
    """

    id: str
    value: Expression
    when: Expression | None


@dataclass(frozen=True, slots=True)
class FrameworkClosing:
    """One condition that closes a framework."""

    id: str
    when: Expression


@dataclass(frozen=True, slots=True)
class FrameworkCondition:
    """One condition for or against a framework's level; the rule with the same id says whether it is met.

    Attributes:
        id: the rule's id.
        side: for the level, or against it.
        name: what it is called in a sentence, per locale.
        given: on which days a framework may ask it; None for always.
        until: for how many days it is asked, or up to which date; None for as long as the framework stands.
        after: days from the day the framework is set to the first on which the condition can be judged.
    """

    id: str
    side: Side
    name: Mapping[str, str]
    given: Expression | None
    until: Expression | None
    after: int = 0


@dataclass(frozen=True, slots=True)
class Framework:
    """How a two-sided argument about a price level is opened, scored and closed.

    Attributes:
        opens: on which days one is set, where none stands.
        lasts: for how many days it stands at most.
        most: most conditions a side.
        levels: where its level is found; the first that has a value.
        closes: what ends it; the first that holds.
        conditions: in the order in which they are taken.
    """

    opens: Expression
    lasts: int
    most: int
    levels: tuple[FrameworkLevel, ...]
    closes: tuple[FrameworkClosing, ...]
    conditions: tuple[FrameworkCondition, ...]


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All rules of a report type, checked against one another and against the metric registry.

    Attributes:
        rules: in file order.
        conditions: the named conditions.
        hash: SHA-256 of the files' contents, in hexadecimal.
        cases: those of all rules, and those of files of cases.
        framework: how levels are argued about, where the report type does that.
        hourly: ids of the readings of hours inside a day that they ask for, see `reporter.model.hourly`.
        replaced: rule that stands in for one of a layer under it → how many layers lie under its own.
    """

    rules: tuple[Rule, ...]
    conditions: Mapping[str, Expression]
    hash: str
    cases: tuple[Case, ...] = ()
    framework: Framework | None = None
    hourly: frozenset[str] = frozenset()
    replaced: Mapping[str, int] = field(default_factory=dict)
