"""Tree × metrics → plain Python closures of the day's position, in Kleene's three-valued logic.

Metric ids become columns when an expression is bound, so that asking for a day looks nothing up by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from reporter.model.metric import MetricSet, Unit
from reporter.rules import kleene
from reporter.rules.closures import Column, DaysAt, NumberAt, TruthAt
from reporter.rules.functions import NUMBERS, TRUTHS
from reporter.rules.signatures import FUNCTIONS, MAX_DAYS
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
    Truth,
    literal,
    show,
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

    def fired(self, rule: str, index: int) -> bool | None:
        """Whether a rule fired on a day, before suppression."""
        return self._fired(rule, index)

    def column(self, metric: str) -> Column:
        """A metric's values; a metric that the desk can't have is missing on every day."""
        series = self.metrics.series.get(metric)
        return series.values if series else (None,) * len(self.metrics.dates)

    def memo(self, closure: Callable[[int], T]) -> Callable[[int], T]:
        """The same closure, computed at most once a day."""
        kept: list[T | object] = [_UNSET] * len(self.metrics.dates)

        def remembered(index: int) -> T:
            value = kept[index]
            if value is _UNSET:
                value = kept[index] = closure(index)
            return value  # type: ignore[return-value]  # The mark for "not yet" is never returned.

        return remembered

    def lost(self, node: Node) -> Callable[[], None]:
        """Nothing is noted on the fast path."""
        del node
        return _nothing

    def days(self, node: Node) -> DaysAt:
        """Closure of a number of days; what isn't a whole number from 0 to `MAX_DAYS` is missing."""
        text = show(node)
        if text not in self._days:
            self._days[text] = self._bind_days(node)
        return self._days[text]

    def _bind_days(self, node: Node) -> DaysAt:
        value = literal(node)
        if value is not None:
            fixed = int(value)
            return lambda _: fixed
        number = self.number(node)

        def days(index: int) -> int | None:
            count = number(index)
            if count is None or not 0 <= count <= MAX_DAYS or count != int(count):
                return None
            return int(count)

        return days

    def is_truth(self, node: Node) -> bool:
        """Whether a node is a condition."""
        match node:
            case Metric():
                series = self.metrics.series.get(node.id)
                return series is not None and series.spec.unit is Unit.BOOL
            case Call():
                result = FUNCTIONS[node.name].result
                return result is Unit.BOOL or (result == "first" and self.is_truth(node.arguments[0]))
            case _:
                return isinstance(node, Truth | Named | All | AnyOf | Not | Missing | Compare | Among)

    def number(self, node: Node) -> NumberAt:
        """A number's closure."""
        match node:
            case Number():
                value = node.value
                return lambda _: value
            case Metric():
                return self.column(node.id).__getitem__
            case Negative():
                return kleene.negative(self.number(node.item))
            case Arithmetic():
                return kleene.ARITHMETIC[node.sign](self.number(node.left), self.number(node.right))
            case Call():
                text = show(node)
                if text not in self._numbers_called:
                    self._numbers_called[text] = NUMBERS[node.name](self, node)
                return self._numbers_called[text]
            case _:
                raise TypeError(f"not a number: {node}")

    def truth(self, node: Node) -> TruthAt:
        """A condition's closure."""
        match node:
            case Truth():
                value = node.value
                return lambda _: value
            case Metric():
                return kleene.flag(self.column(node.id))
            case Named():
                return self._condition(node.name)
            case All():
                tests = [test for item in node.items if (test := self.test(item)) is not None]
                if len(tests) == len(node.items):
                    return kleene.all_of_tests(tests)
                return kleene.all_of([self.truth(item) for item in node.items])
            case AnyOf():
                return kleene.any_of([self.truth(item) for item in node.items])
            case Not():
                return kleene.negated(self.truth(node.item))
            case Missing():
                return kleene.missing(self.truth(node.item) if self.is_truth(node.item) else self.number(node.item))
            case Compare():
                return self._comparison(node)
            case Among():
                return kleene.among(self.number(node.item), frozenset(literal(option) for option in node.options))
            case Call():
                return self._called(node)
            case _:
                raise TypeError(f"not a condition: {node}")

    def _called(self, node: Call) -> TruthAt:
        text = show(node)
        if text not in self._truths_called:
            self._truths_called[text] = TRUTHS[node.name](self, node)
        return self._truths_called[text]

    def _condition(self, name: str) -> TruthAt:
        # Kept a day at a time: conditions that name each other twice would else double the work at each level.
        if name not in self._named:
            self._named[name] = self.memo(self.truth(self.conditions[name]))
        return self._named[name]

    def _comparison(self, node: Compare) -> TruthAt:
        if len(node.signs) > 1:
            return kleene.chained(
                [self.number(item) for item in node.items], [kleene.TESTS[sign] for sign in node.signs]
            )
        test = self.test(node)
        if test is not None:
            column, sign, limit = test
            return kleene.AGAINST_LITERAL[sign](column, limit)
        left, right = node.items
        return kleene.compared(self.number(left), self.number(right), kleene.TESTS[node.signs[0]])

    def test(self, node: Node) -> kleene.Test | None:
        """The column, sign and limit of a metric against a literal, which is what most clauses are."""
        if not isinstance(node, Compare) or len(node.signs) > 1:
            return None
        left, right = node.items
        limit = literal(right)
        if not isinstance(left, Metric) or limit is None:
            return None
        return self.column(left.id), node.signs[0], limit


def _nothing() -> None:
    return None
