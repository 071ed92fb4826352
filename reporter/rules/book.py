"""What rule files become once they are read and checked: frozen, and ready to be tied to metrics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from reporter.authored.source import Plain
from reporter.model.finding import Stance
from reporter.model.metric import Unit
from reporter.rules.tree import Node

Pick = Literal["first", "unique", "collect"]


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
        note: the author's comment.
        tests: its test cases, as written.
        place: `file:line` of the rule.
        version: short hash of the rule, comments and tests left out.
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
    tests: tuple[Mapping[str, Plain], ...]
    place: str
    version: str


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All rules of a report type, checked against one another and against the metric registry.

    Attributes:
        rules: in file order.
        conditions: the named conditions.
        hash: SHA-256 of the files' contents, in hexadecimal.
    """

    rules: tuple[Rule, ...]
    conditions: Mapping[str, Expression]
    hash: str
