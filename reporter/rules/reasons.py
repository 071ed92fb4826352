"""A rule × a day → its reasoning: each part of the deciding condition and of the facts, with its exact value.

`explain` tells an author what to change; this is what a ledger keeps, so that it can be computed again without rules.
"""

from __future__ import annotations

from reporter.model.reasoning import Reasoning, Step, StepKind
from reporter.rules.evaluate import Replay
from reporter.rules.tree import (
    All,
    Among,
    AnyOf,
    Arithmetic,
    Call,
    Compare,
    Metric,
    Missing,
    Named,
    Negative,
    Node,
    Not,
    Number,
    Text,
    Truth,
    literal,
    parts,
    show,
)

#: Facts that are a line of news or a list name what they are themselves.
_LISTED = frozenset({"event", "collect"})
#: Functions whose value follows from that of their arguments on the same day.
_PLAIN = frozenset({"abs", "min", "max", "count", "crossed"})
#: Functions that look back over a number of days.
_WINDOWED = frozenset({"ago", "change", "pct_change", "max_over", "min_over"})
#: Functions of one series that look back as far as they must.
_SERIES = frozenset({"prev", "since_lower", "since_higher"})
_KINDS: dict[type, StepKind] = {
    All: "all",
    AnyOf: "any",
    Not: "not",
    Named: "named",
    Compare: "compare",
    Among: "among",
    Missing: "missing",
    Truth: "truth",
    Number: "number",
    Text: "truth",
    Metric: "metric",
    Arithmetic: "arithmetic",
    Negative: "negative",
    Call: "call",
}


def reasoning(replay: Replay, rule_id: str, index: int) -> Reasoning:
    """Why a rule is what it is on a day, and how its facts were made.

    Raises:
        KeyError: no rule has that id.
    """
    rule = replay.rule(rule_id)
    deciding = replay.deciding(rule, index)
    made = ((name, fact.tree) for name, fact in rule.facts.items() if not _as_it_is(fact.tree))
    return Reasoning(
        date=replay.metrics.dates[index].isoformat(),
        text=deciding.text,
        place=deciding.place,
        decided_by="until" if deciding is rule.until else "when",
        condition=_step(replay, deciding.tree, index),
        facts=tuple((name, _step(replay, tree, index)) for name, tree in made),
    )


def _as_it_is(node: Node) -> bool:
    return isinstance(node, Metric) or (isinstance(node, Call) and node.name in _LISTED)


def _step(replay: Replay, node: Node, index: int) -> Step:
    if (number := literal(node)) is not None:
        return Step(show(node), "number", number)
    return Step(show(node), _KINDS[type(node)], _value(replay, node, index), _signs(node), _parts(replay, node, index))


def _value(replay: Replay, node: Node, index: int) -> bool | float | None:
    scope = replay.scope
    return scope.truth(node)(index) if scope.is_truth(node) else scope.number(node)(index)


def _signs(node: Node) -> tuple[str, ...]:
    match node:
        case Compare():
            return node.signs
        case Arithmetic():
            return (node.sign,)
        case Call():
            return (node.name,)
        case _:
            return ()


def _parts(replay: Replay, node: Node, index: int) -> tuple[Step, ...]:
    if isinstance(node, Named):
        return (_step(replay, replay.conditions[node.name], index),)
    if not isinstance(node, Call):
        return tuple(_step(replay, part, index) for part in parts(node))
    if node.name in _PLAIN:
        return tuple(_step(replay, part, index) for part in node.arguments)
    if node.name in _SERIES:
        return (_step(replay, node.arguments[0], index),)
    if node.name in _WINDOWED:
        days = replay.scope.days(node.arguments[1])(index)
        series = _step(replay, node.arguments[0], index)
        return series, Step(show(node.arguments[1]), "number", None if days is None else float(days))
    return ()
