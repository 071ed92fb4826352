"""Tree × metrics → plain Python closures of the day's position, in Kleene's three-valued logic.

Metric ids become columns when an expression is bound, so that asking for a day looks nothing up by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from reporter.model.metric import MetricSet, Unit
from reporter.rules.engine import kleene
from reporter.rules.engine.base_rates import BaseRate, compute_base_rate
from reporter.rules.engine.closures import Column, DaysAt, NumberAt, TruthAt
from reporter.rules.engine.function_bodies import NUMBERS, TRUTHS
from reporter.rules.expressions.signatures import FUNCTIONS, MAX_DAYS
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
    TruthLiteral,
    format_node,
    literal_value,
)

T = TypeVar("T")

_UNSET = object()


class Scope:
    """Binds checked expressions to a set of metrics; each node is bound once.

    Attributes:
        metrics: the metrics.
        conditions: the named conditions.
    """

    def __init__(
        self, metrics: MetricSet, conditions: Mapping[str, Node], fired: Callable[[str, int], bool | None]
    ) -> None:
        self.metrics = metrics
        self.conditions = conditions
        self._fired = fired
        self._named: dict[str, TruthAt] = {}
        #: Calls by their text: what two rules both ask for is bound, and kept a day at a time, once.
        self._numbers_called: dict[str, NumberAt] = {}
        self._truths_called: dict[str, TruthAt] = {}
        self._days: dict[str, DaysAt] = {}
        self._histories: dict[str, Callable[[int], list[bool | None]]] = {}
        #: What followed an event, by its words: its share, its cases and its hits are asked for together.
        self._base_rates: dict[str, Callable[[int], BaseRate | None]] = {}

    def has_fired(self, rule: str, index: int) -> bool | None:
        """Whether a rule fired on a day, before suppression."""
        return self._fired(rule, index)

    def find_column(self, metric: str) -> Column:
        """A metric's values; a metric that the desk can't have is missing on every day."""
        series = self.metrics.series.get(metric)
        return series.values if series else (None,) * len(self.metrics.dates)

    def cache_by_day(self, closure: Callable[[int], T]) -> Callable[[int], T]:
        """Wrap a closure so that it is computed at most once a day."""
        kept: list[T | object] = [_UNSET] * len(self.metrics.dates)

        def value_at(index: int) -> T:
            value = kept[index]
            if value is _UNSET:
                value = kept[index] = closure(index)
            return value  # type: ignore[return-value]  # The mark for "not yet" is never returned.

        return value_at

    def bind_base_rate(self, event: Node | None, outcome: Node, days: int) -> Callable[[int], BaseRate | None]:
        """Bind what followed an event to a closure: day's position → how often; None where there are too few cases.

        Args:
            event: the condition whose days are counted; None for all days.
            outcome: the condition that is asked for so many days later.
            days: from the event to the outcome, 1 or more.
        """
        text = f"{event and format_node(event)}, {format_node(outcome)}, {days}"
        if text not in self._base_rates:
            self._base_rates[text] = self._bind_new_base_rate(event, outcome, days)
        return self._base_rates[text]

    def _bind_new_base_rate(self, event: Node | None, outcome: Node, days: int) -> Callable[[int], BaseRate | None]:
        outcomes, lost = self._bind_days_until(outcome), self.bind_missing(outcome)
        events = self._bind_days_until(event) if event else lambda index: [True] * (index + 1)
        metrics = self.metrics
        later = [metrics.find_later(day, days) for day in range(len(metrics.dates))] if metrics.sessions else None

        def rate_at(index: int) -> BaseRate | None:
            followed = outcomes(index)
            rate = compute_base_rate(events(index), followed, days, index, later)
            return lost() if rate is None else rate

        return self.cache_by_day(rate_at)

    def _bind_days_until(self, node: Node) -> Callable[[int], list[bool | None]]:
        """Bind a condition to a closure: day's position → whether it held on each day up to it."""
        text = format_node(node)
        if text not in self._histories:
            self._histories[text] = self.collect_days(self.bind_condition(node))
        return self._histories[text]

    def collect_days(self, closure: Callable[[int], T]) -> Callable[[int], list[T]]:
        """Wrap a closure so that it gives the values of all days up to one, each asked for once.

        The day's own is asked for anew: while frameworks are walked it may still change.
        """
        kept: list[T] = []

        def values_until(index: int) -> list[T]:
            kept.extend(closure(day) for day in range(len(kept), index))
            return [*kept[:index], closure(index)]

        return values_until

    def bind_missing(self, node: Node) -> Callable[[], None]:
        """Bind a node to a closure that records nothing; `TracedScope` records the missing metrics."""
        del node
        return _do_nothing

    def bind_days(self, node: Node) -> DaysAt:
        """Bind a number of days; what isn't a whole number from 0 to `MAX_DAYS` is missing."""
        text = format_node(node)
        if text not in self._days:
            self._days[text] = self._bind_new_days(node)
        return self._days[text]

    def _bind_new_days(self, node: Node) -> DaysAt:
        value = literal_value(node)
        if value is not None:
            fixed = int(value)
            return lambda _: fixed
        number = self.bind_number(node)

        def days_at(index: int) -> int | None:
            count = number(index)
            if count is None or not 0 <= count <= MAX_DAYS or count != int(count):
                return None
            return int(count)

        return days_at

    def is_condition(self, node: Node) -> bool:
        """Whether a node is a condition."""
        match node:
            case MetricName():
                series = self.metrics.series.get(node.id)
                return series is not None and series.spec.unit is Unit.BOOL
            case FunctionCall():
                result = FUNCTIONS[node.name].result
                return result is Unit.BOOL or (result == "first" and self.is_condition(node.arguments[0]))
            case _:
                return isinstance(
                    node, TruthLiteral | ConditionName | AllOf | AnyOf | Not | IsMissing | Compare | Among
                )

    def bind_number(self, node: Node) -> NumberAt:
        """Bind a number to a closure: day's position → value, or None where it is missing.

        Raises:
            TypeError: the node is no number; the check of units lets none through.
        """
        match node:
            case NumberLiteral():
                value = node.value
                return lambda _: value
            case MetricName():
                return self.find_column(node.id).__getitem__
            case Negative():
                return kleene.negate_number(self.bind_number(node.item))
            case Arithmetic():
                return kleene.ARITHMETIC[node.sign](self.bind_number(node.left), self.bind_number(node.right))
            case FunctionCall():
                text = format_node(node)
                if text not in self._numbers_called:
                    self._numbers_called[text] = NUMBERS[node.name](self, node)
                return self._numbers_called[text]
            case _:
                raise TypeError(f"not a number: {node}")

    def bind_condition(self, node: Node) -> TruthAt:
        """Bind a condition to a closure: day's position → whether it holds, or None where unknown.

        Raises:
            TypeError: the node is no condition; the check of units lets none through.
        """
        match node:
            case TruthLiteral():
                value = node.value
                return lambda _: value
            case MetricName():
                return kleene.is_nonzero(self.find_column(node.id))
            case ConditionName():
                return self._bind_named_condition(node.name)
            case AllOf():
                tests = [test for item in node.items if (test := self.match_literal_test(item)) is not None]
                if len(tests) == len(node.items):
                    return kleene.all_of_tests(tests)
                return kleene.all_of([self.bind_condition(item) for item in node.items])
            case AnyOf():
                return kleene.any_of([self.bind_condition(item) for item in node.items])
            case Not():
                return kleene.negate_condition(self.bind_condition(node.item))
            case IsMissing():
                return kleene.is_missing(
                    self.bind_condition(node.item) if self.is_condition(node.item) else self.bind_number(node.item)
                )
            case Compare():
                return self._bind_comparison(node)
            case Among():
                return kleene.is_among(
                    self.bind_number(node.item), frozenset(literal_value(option) for option in node.options)
                )
            case FunctionCall():
                return self._bind_call(node)
            case _:
                raise TypeError(f"not a condition: {node}")

    def _bind_call(self, node: FunctionCall) -> TruthAt:
        text = format_node(node)
        if text not in self._truths_called:
            self._truths_called[text] = TRUTHS[node.name](self, node)
        return self._truths_called[text]

    def _bind_named_condition(self, name: str) -> TruthAt:
        # Kept a day at a time: conditions that name each other twice would else double the work at each level.
        if name not in self._named:
            self._named[name] = self.cache_by_day(self.bind_condition(self.conditions[name]))
        return self._named[name]

    def _bind_comparison(self, node: Compare) -> TruthAt:
        if len(node.signs) > 1:
            return kleene.compare_chain(
                [self.bind_number(item) for item in node.items], [kleene.TESTS[sign] for sign in node.signs]
            )
        test = self.match_literal_test(node)
        if test is not None:
            column, sign, limit = test
            return kleene.AGAINST_LITERAL[sign](column, limit)
        left, right = node.items
        return kleene.compare_numbers(self.bind_number(left), self.bind_number(right), kleene.TESTS[node.signs[0]])

    def match_literal_test(self, node: Node) -> kleene.Test | None:
        """A comparison of a metric with a literal as column, sign and limit; None for any other node."""
        if not isinstance(node, Compare) or len(node.signs) > 1:
            return None
        left, right = node.items
        limit = literal_value(right)
        if not isinstance(left, MetricName) or limit is None:
            return None
        return self.find_column(left.id), node.signs[0], limit


def _do_nothing() -> None:
    return None
