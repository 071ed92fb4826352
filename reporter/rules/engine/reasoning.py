"""A rule × a day → its reasoning: each part of the deciding condition and of the facts, with its exact value.

`explain` tells an author what to change; this is what a ledger keeps, so that it can be computed again without rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reporter.model.reasoning import Reasoning, Step, StepKind, Stretch
from reporter.rules.engine.evaluate import Replay
from reporter.rules.engine.fact_inputs import list_real_reads
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
    walk_tree,
)

#: Facts that are a line of news or a list name what they are themselves.
_LISTED = frozenset({"event", "collect"})
#: Functions whose value follows from that of their arguments on the same day.
_PLAIN = frozenset({"abs", "min", "max", "count"})
#: Functions that look back over a number of days.
_WINDOWED = frozenset({"ago", "change", "pct_change", "percentile", "max_over", "min_over", "mean_over"})
#: Of those, the ones that look at each day of the window.
_WHOLE_WINDOW = frozenset({"max_over", "min_over", "mean_over"})
#: Functions whose argument is asked day by day, back from the day.
_ASKED_DAILY = frozenset({"streak", "days_since", "first_since", "crossed"})
#: Functions of conditions that are asked of every day there is.
_ASKED_OF_ALL = frozenset({"base_rate", "base_hits", "base_cases", "usual_rate"})
#: Functions of a condition that is asked of each of the last days, as many as are written.
_ASKED_OF_SPAN = frozenset({"days_in"})
#: Functions of one series that look back as far as they must.
_SERIES = frozenset({"prev", "since_lower", "since_higher", "known_since"})
#: Functions whose readings are of other days than their own.
_LOOKING_BACK = _WINDOWED | _ASKED_DAILY | _ASKED_OF_ALL | _ASKED_OF_SPAN | _SERIES
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
    made = {name: fact.tree for name, fact in rule.facts.items() if not _is_self_explanatory(fact.tree)}
    asked = (deciding.tree, *made.values(), *(relation.tree for relation in rule.relations.values()))
    return Reasoning(
        date=replay.metrics.dates[index].isoformat(),
        text=deciding.text,
        place=deciding.place,
        decided_by="until" if deciding is rule.until else "when",
        condition=_build_step(replay, deciding.tree, index),
        facts=tuple((name, _build_step(replay, tree, index)) for name, tree in made.items()),
        relations=tuple((name, _build_step(replay, relation.tree, index)) for name, relation in rule.relations.items()),
        stretches=tuple(_list_stretches(replay, asked, index)),
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
    if node.name in _PLAIN | _ASKED_DAILY | _ASKED_OF_ALL | _ASKED_OF_SPAN:
        return tuple(_build_step(replay, part, index) for part in node.arguments)
    if node.name in _SERIES:
        return (_build_step(replay, node.arguments[0], index),)
    if node.name in _WINDOWED:
        return tuple(_build_step(replay, part, index) for part in node.arguments)
    return ()


def _list_stretches(replay: Replay, asked: Iterable[Node], index: int) -> Iterator[Stretch]:
    """List the readings over which expressions look back from a day, one stretch a metric."""
    first: dict[str, int] = {}
    for call in dict.fromkeys(call for node in asked for call in _iterate_calls(replay, node)):
        reads, start = _read_back(replay, call, index)
        for metric in reads:
            first[metric] = min(first.get(metric, index), start)
    metrics = replay.metrics
    for metric, start in first.items():
        series = metrics.series[metric]
        yield Stretch(
            metric,
            metrics.dates[start].isoformat(),
            start == 0,
            series.values[start : index + 1],
            series.source[start : index + 1],
        )


def _iterate_calls(replay: Replay, node: Node) -> Iterator[FunctionCall]:
    """Iterate the calls of an expression, through named conditions too, that look back."""
    for part in walk_tree(node):
        if isinstance(part, ConditionName):
            yield from _iterate_calls(replay, replay.conditions[part.name])
        elif isinstance(part, FunctionCall) and part.name in _LOOKING_BACK:
            yield part


def _read_back(replay: Replay, call: FunctionCall, index: int) -> tuple[tuple[str, ...], int]:
    """Read a call on a day: the metrics that it reads, and the position of the earliest day that it looks at."""
    if replay.scope.is_condition(call):
        reads = list_real_reads(replay.traced.read_condition(call, index))
    else:
        reads = list_real_reads(replay.traced.read_number(call, index)[1])
    if call.name in _WINDOWED:
        # How many days it looks back may be a reading too.
        reads += list_real_reads(replay.traced.read_number(call.arguments[1], index)[1])
    start = min((day for _, day in reads), default=index)
    if call.name in _WHOLE_WINDOW | _ASKED_OF_SPAN:
        days = replay.scope.bind_days(call.arguments[1])(index)
        start = min(start, max(0, index - (days or 1) + 1))
    return tuple(dict.fromkeys(name for name, _ in reads if name in replay.metrics.series)), start
