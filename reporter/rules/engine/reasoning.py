"""A rule × a day → its reasoning: each part of the deciding condition and of the facts, with its exact value.

`explain` tells an author what to change; this is what a ledger keeps, so that it can be computed again without rules.
"""

from __future__ import annotations

from reporter.model.reasoning import Reasoning, Step, StepKind
from reporter.rules.engine.evaluate import Replay
from reporter.rules.expressions.tree import (
    AllOf,
    Among,
    AnyOf,
    Arithmetic,
    Compare,
    ConditionName,
    FunctionCall,
    IsMissing,
    MetricName,
    Negative,
    Node,
    Not,
    NumberLiteral,
    TextLiteral,
    TruthLiteral,
    format_node,
    list_children,
    literal_value,
)

#: Facts that are a line of news or a list name what they are themselves.
_LISTED = frozenset({"event", "collect"})
#: Functions whose value follows from that of their arguments on the same day.
_PLAIN = frozenset({"abs", "min", "max", "count", "crossed"})
#: Functions that look back over a number of days.
_WINDOWED = frozenset({"ago", "change", "pct_change", "max_over", "min_over"})
#: Functions whose argument is asked day by day, back from the day.
_ASKED_DAILY = frozenset({"streak"})
#: Functions of one series that look back as far as they must.
_SERIES = frozenset({"prev", "since_lower", "since_higher"})
_KINDS: dict[type, StepKind] = {
    AllOf: "all",
    AnyOf: "any",
    Not: "not",
    ConditionName: "named",
    Compare: "compare",
    Among: "among",
    IsMissing: "missing",
    TruthLiteral: "truth",
    NumberLiteral: "number",
    TextLiteral: "truth",
    MetricName: "metric",
    Arithmetic: "arithmetic",
    Negative: "negative",
    FunctionCall: "call",
}


def build_reasoning(replay: Replay, rule_id: str, index: int) -> Reasoning:
    """Build the reasoning of a rule on a day: the deciding condition and the facts, step by step.

    Args:
        replay: the rule book bound to the metrics.
        rule_id: the rule.
        index: the day's position.

    Raises:
        KeyError: no rule has that id.
    """
    rule = replay.get_rule(rule_id)
    deciding = replay.choose_condition(rule, index)
    made = ((name, fact.tree) for name, fact in rule.facts.items() if not _is_self_explanatory(fact.tree))
    return Reasoning(
        date=replay.metrics.dates[index].isoformat(),
        text=deciding.text,
        place=deciding.place,
        decided_by="until" if deciding is rule.until else "when",
        condition=_build_step(replay, deciding.tree, index),
        facts=tuple((name, _build_step(replay, tree, index)) for name, tree in made),
        relations=tuple((name, _build_step(replay, asked.tree, index)) for name, asked in rule.relations.items()),
    )


def _is_self_explanatory(node: Node) -> bool:
    return isinstance(node, MetricName) or (isinstance(node, FunctionCall) and node.name in _LISTED)


def _build_step(replay: Replay, node: Node, index: int) -> Step:
    if (number := literal_value(node)) is not None:
        return Step(format_node(node), "number", number)
    return Step(
        format_node(node),
        _KINDS[type(node)],
        _evaluate_node(replay, node, index),
        _list_signs(node),
        _build_parts(replay, node, index),
    )


def _evaluate_node(replay: Replay, node: Node, index: int) -> bool | float | None:
    scope = replay.scope
    return scope.bind_condition(node)(index) if scope.is_condition(node) else scope.bind_number(node)(index)


def _list_signs(node: Node) -> tuple[str, ...]:
    match node:
        case Compare():
            return node.signs
        case Arithmetic():
            return (node.sign,)
        case FunctionCall():
            return (node.name,)
        case _:
            return ()


def _build_parts(replay: Replay, node: Node, index: int) -> tuple[Step, ...]:
    if isinstance(node, ConditionName):
        return (_build_step(replay, replay.conditions[node.name], index),)
    if not isinstance(node, FunctionCall):
        return tuple(_build_step(replay, part, index) for part in list_children(node))
    if node.name in _PLAIN | _ASKED_DAILY:
        return tuple(_build_step(replay, part, index) for part in node.arguments)
    if node.name in _SERIES:
        return (_build_step(replay, node.arguments[0], index),)
    if node.name in _WINDOWED:
        days = replay.scope.bind_days(node.arguments[1])(index)
        series = _build_step(replay, node.arguments[0], index)
        return series, Step(format_node(node.arguments[1]), "number", None if days is None else float(days))
    return ()
