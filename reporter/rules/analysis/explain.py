"""A rule × a day → why it fired or why not: its clauses with value, threshold and margin, and what each rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from reporter.model.finding import Outcome
from reporter.model.metric import Unit
from reporter.rules.book.rule_book import Rule
from reporter.rules.engine.evaluate import Replay
from reporter.rules.engine.function_bodies import text_value as text_of
from reporter.rules.engine.trace import TracedClause
from reporter.rules.expressions.condition_leaves import evaluate_with_truths
from reporter.rules.expressions.tree import Compare, FunctionCall, MetricName, Node, format_node


@dataclass(frozen=True, slots=True)
class ClauseReading:
    """A metric's value on a day that a clause read, or the reason why it is missing."""

    metric: str
    date: date
    value: float | None
    unit: Unit
    source: str | None
    as_of: float | None
    missing: str | None


@dataclass(frozen=True, slots=True)
class ClauseExplanation:
    """A clause on a day: its truth, value, threshold and margin, and the readings that it rests on.

    Attributes:
        text: what it says.
        truth: whether it holds; None is unknown.
        value: left side of a comparison.
        threshold: its right side.
        margin: value less threshold: how far it is from turning.
        unit: unit of the three, as far as a metric tells it.
        decisive: whether the rule's condition would turn if this clause alone did.
        readings: what it rests on, the newest few.
        more: how many further readings there are.
        note: what a fired() is about, in a few words.
        parts: the clauses inside it.
    """

    text: str
    truth: bool | None
    value: float | None
    threshold: float | None
    margin: float | None
    unit: Unit | None
    decisive: bool
    readings: tuple[ClauseReading, ...]
    more: int
    note: str
    parts: tuple[ClauseExplanation, ...]


@dataclass(frozen=True, slots=True)
class ExplainedDay:
    """A rule on one day: its outcome, and the clauses of the condition that decided.

    Attributes:
        date: the day.
        outcome: what became of the rule.
        decided_by: "when", or "until" for a rule that came into the day holding.
        days: for how many days in a row its condition has held, today among them.
        reason: its condition, clause by clause.
    """

    date: date
    outcome: Outcome
    decided_by: str
    days: int
    reason: ClauseExplanation


#: So many readings of a clause are listed; a window has hundreds.
_MOST = 3


def explain_day(replay: Replay, rule: Rule, index: int) -> ExplainedDay:
    """Explain a rule's outcome on a day, clause by clause.

    Args:
        replay: the rule book bound to the metrics.
        rule: the rule.
        index: the day's position.
    """
    deciding = replay.choose_condition(rule, index)
    explainer = _Explainer(replay, deciding.tree, index)
    return ExplainedDay(
        date=replay.metrics.dates[index],
        outcome=replay.evaluate_rule(rule.id, index),
        decided_by="until" if deciding is rule.until else "when",
        days=replay.count_days_active(rule.id, index),
        reason=explainer.explain_clause(replay.trace_clauses(rule, index)),
    )


def is_decisive(replay: Replay, tree: Node, leaf: Node, index: int) -> bool:
    """Whether a condition would turn from true to false, or back, if one of its clauses alone did.

    Args:
        replay: the rule book bound to the metrics.
        tree: the condition.
        leaf: one of its clauses.
        index: the day's position.
    """
    scope = replay.scope
    if scope.bind_condition(leaf)(index) is None:
        return False

    def truth_if(value: bool) -> bool | None:
        return evaluate_with_truths(
            tree, replay.conditions, lambda node: value if node is leaf else scope.bind_condition(node)(index)
        )

    return {truth_if(True), truth_if(False)} == {True, False}


class _Explainer:
    def __init__(self, replay: Replay, tree: Node, index: int) -> None:
        self.replay, self.tree, self.index = replay, tree, index

    def explain_clause(self, clause: TracedClause) -> ClauseExplanation:
        node = clause.node
        if clause.parts:
            parts = tuple(self.explain_clause(part) for part in clause.parts)
            return ClauseExplanation(format_node(node), clause.value, None, None, None, None, False, (), 0, "", parts)
        value, threshold = self.read_sides(node)
        margin = value - threshold if value is not None and threshold is not None else None
        readings = tuple(self.iterate_readings(clause))
        return ClauseExplanation(
            text=format_node(node),
            truth=clause.value,
            value=value,
            threshold=threshold,
            margin=margin,
            unit=self.find_unit(node),
            decisive=is_decisive(self.replay, self.tree, node, self.index),
            readings=readings[:_MOST],
            more=max(0, len(readings) - _MOST),
            note=self.describe_fired_rule(node),
            parts=(),
        )

    def read_sides(self, node: Node) -> tuple[float | None, float | None]:
        if not isinstance(node, Compare):
            return None, None
        left, right = node.items[0], node.items[-1]
        if len(node.items) == 3:
            # Of `1% < x < 5%` the middle is measured, and the nearer of the ends is what it may cross.
            left = node.items[1]
        value, _ = self.replay.traced.read_number(left, self.index)
        ends = [node.items[0], node.items[-1]] if len(node.items) == 3 else [right]
        limits = [limit for end in ends if (limit := self.replay.traced.read_number(end, self.index)[0]) is not None]
        if value is None or not limits:
            return value, limits[-1] if limits else None
        return value, min(limits, key=lambda limit: abs(value - limit))

    def find_unit(self, node: Node) -> Unit | None:
        series = self.replay.metrics.series
        if not isinstance(node, Compare):
            return None
        for item in node.items:
            plain = item.arguments[0] if isinstance(item, FunctionCall) and item.name in _KEEPS else item
            if isinstance(plain, MetricName) and plain.id in series:
                return series[plain.id].spec.unit
            if isinstance(item, FunctionCall) and item.name in _SHARES:
                return Unit.FRACTION
        return None

    def iterate_readings(self, clause: TracedClause) -> Iterator[ClauseReading]:
        metrics = self.replay.metrics
        known = sorted(clause.reads, key=lambda read: -read[1])
        for name, index in known:
            series = metrics.series.get(name)
            if series is not None:
                seen = series.observation_at(index)
                yield ClauseReading(
                    name, metrics.dates[index], seen.value, series.spec.unit, seen.source, seen.as_of, seen.missing
                )
        if not known:
            for name in clause.lacks:
                series = metrics.series.get(name)
                unit = series.spec.unit if series else Unit.LEVEL
                why = series.missing[self.index] if series else None
                yield ClauseReading(
                    name, metrics.dates[self.index], None, unit, None, None, why or "not enough history"
                )

    def describe_fired_rule(self, node: Node) -> str:
        if not (isinstance(node, FunctionCall) and node.name == "fired"):
            return ""
        rule = text_of(node.arguments[0])
        outcome = self.replay.evaluate_rule(rule, self.index)
        by = f" by {', '.join(outcome.by)}" if outcome.by else ""
        return f"{rule} is {outcome.state}{by}"


_SHARES = ("percentile", "pct_change", "same_sign", "base_rate", "usual_rate")
_KEEPS = ("abs", "prev", "ago", "change", "max_over", "min_over", "mean_over", "min", "max")
