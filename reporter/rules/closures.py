"""What a compiled expression is, and what the bodies of functions may ask for while they are bound.

A closure takes the position of a day and gives a value, or None where it is missing. Columns are indexed only
at positions from 0 up: whoever looks back checks first, because Python reads a negative position from the end.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from reporter.model.metric import MetricSet
from reporter.rules.tree import Node

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
    """Expressions tied to one set of metrics."""

    @property
    def metrics(self) -> MetricSet:
        """The metrics."""

    def number(self, node: Node) -> NumberAt:
        """A number's closure."""

    def truth(self, node: Node) -> TruthAt:
        """A condition's closure."""

    def is_truth(self, node: Node) -> bool:
        """Whether a node is a condition."""

    def days(self, node: Node) -> DaysAt:
        """Closure of an argument that is a number of days; what can't be one is missing."""

    def column(self, metric: str) -> Column:
        """A metric's values; a metric that the desk can't have is missing on every day."""

    def memo(self, closure: Callable[[int], T]) -> Callable[[int], T]:
        """The same closure, computed at most once a day: what keeps nested look-backs from multiplying."""

    def lost(self, node: Node) -> Callable[[], None]:
        """Called where a value is missing for another reason than a missing reading, to name what it lacks."""

    def fired(self, rule: str, index: int) -> bool | None:
        """Whether a rule fired on a day, before suppression."""
