"""Protocol and types of bound expressions: what the bodies of functions may ask for while they are bound.

A closure takes the position of a day and gives a value, or None where it is missing. Columns are indexed only
at positions from 0 up: whoever looks back checks first, because Python reads a negative position from the end.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from reporter.model.metric import MetricSet
from reporter.rules.engine.base_rates import BaseRate
from reporter.rules.expressions.tree import Node

T = TypeVar("T")

#: The value of a number on a day; None is missing.
NumberAt = Callable[[int], float | None]
#: The truth of a condition on a day; None is unknown.
TruthAt = Callable[[int], bool | None]
#: A whole number of days on a day; None is missing.
DaysAt = Callable[[int], int | None]


class Column(Protocol):
    """A metric's values, one a day."""

    def __getitem__(self, index: int, /) -> float | None: ...


class Binding(Protocol):
    """Binds expressions of one set of metrics to closures of a day's position."""

    @property
    def metrics(self) -> MetricSet:
        """The metrics."""

    def bind_number(self, node: Node) -> NumberAt:
        """Bind a number to a closure: day's position → value, or None where it is missing."""

    def bind_condition(self, node: Node) -> TruthAt:
        """Bind a condition to a closure: day's position → whether it holds, or None where unknown."""

    def is_condition(self, node: Node) -> bool:
        """Whether a node is a condition."""

    def bind_days(self, node: Node) -> DaysAt:
        """Bind an argument that is a number of days; what can't be one is missing."""

    def find_column(self, metric: str) -> Column:
        """A metric's values, one a day; a metric that the desk can't have is missing on every day."""

    def cache_by_day(self, closure: Callable[[int], T]) -> Callable[[int], T]:
        """Wrap a closure so that it is computed at most once a day."""

    def bind_base_rate(self, event: Node | None, outcome: Node, days: int) -> Callable[[int], BaseRate | None]:
        """Bind what followed an event to a closure: day's position → how often; None where there are too few cases.

        Args:
            event: the condition whose days are counted; None for all days.
            outcome: the condition that is asked for so many days later.
            days: from the event to the outcome, 1 or more.
        """

    def bind_missing(self, node: Node) -> Callable[[], None]:
        """Bind a node to a closure that records the node's metrics as missing and returns None."""

    def has_fired(self, rule: str, index: int) -> bool | None:
        """Whether a rule fired on a day, before suppression."""
