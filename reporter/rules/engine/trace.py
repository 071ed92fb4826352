"""Condition or number × day → its clauses and values with the readings that each rests on; the slow path.

It runs only where the fast path says that a rule fired or is unknown: to name what is missing, and to give
facts the readings that they rest on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from reporter.model.finding import Input
from reporter.model.metric import MetricSet
from reporter.rules.engine.binding import Scope
from reporter.rules.engine.closures import Column, DaysAt, NumberAt, TruthAt
from reporter.rules.expressions.tree import AllOf, AnyOf, ConditionName, MetricName, Node, Not, walk_tree

T = TypeVar("T")

#: Readings in the order they were made: (metric, position) → value. Position -1 stands for a reading that
#: can't exist: a day before the first, another source, too short a history.
Reads = dict[tuple[str, int], float | None]


@dataclass(frozen=True, slots=True)
class TracedClause:
    """A clause of a condition on a day, with its truth, missing metrics and readings.

    Attributes:
        node: what it says.
        value: whether it holds; None is unknown.
        missing: metric ids that any unknown part of it lacks, decisive or not.
        lacks: metric ids that keep it unknown; empty where it is decided.
        reads: readings that it made, for a clause without parts.
        parts: the clauses inside it.
    """

    node: Node
    value: bool | None
    missing: tuple[str, ...]
    lacks: tuple[str, ...]
    reads: tuple[tuple[str, int], ...] = ()
    parts: tuple[TracedClause, ...] = ()


class TracedScope(Scope):
    """A scope that records which readings each value rests on.

    Attributes:
        reads: readings since it was last emptied.
        iso: the days as ISO dates.
        inputs: readings as facts show them, made once: many rules of many days rest on the same.
    """

    def __init__(
        self,
        metrics: MetricSet,
        conditions: Mapping[str, Node],
        fired: Callable[[str, int], bool | None],
        lacking: Callable[[str, int], tuple[str, ...]],
    ) -> None:
        """As `Scope`, with `lacking`: rule and day → ids of the metrics for want of which it is unknown."""
        super().__init__(metrics, conditions, fired)
        self.reads: Reads = {}
        self.inputs: dict[tuple[str, int], Input] = {}
        #: The days' names, made once: every reading is noted with its day's.
        self.iso = tuple(day.isoformat() for day in metrics.dates)
        self._lacking = lacking
        self._numbers: dict[int, NumberAt] = {}
        self._truths: dict[int, TruthAt] = {}

    def find_column(self, metric: str) -> Column:
        """A metric's values, each recorded when it is read."""
        return _RecordingColumn(metric, super().find_column(metric), self)

    def bind_days(self, node: Node) -> DaysAt:
        """Bind a number of days; its readings are recorded only where it is missing."""
        closure = super().bind_days(node)

        def days_at(index: int) -> int | None:
            value, reads = self._record_reads(closure, index)
            if value is None:
                self.reads.update(reads)
            return value

        return days_at

    def has_fired(self, rule: str, index: int) -> bool | None:
        """Whether a rule fired; for an unknown one its missing metrics are recorded."""
        value = super().has_fired(rule, index)
        if value is None:
            self.reads.update({(name, -1): None for name in self._lacking(rule, index)})
        return value

    def bind_missing(self, node: Node) -> Callable[[], None]:
        """Bind a node to a closure that records the node's metrics as missing and returns None."""
        ids = self.list_metric_ids(node)

        def note_missing() -> None:
            self.reads.update({(name, -1): None for name in ids})

        return note_missing

    def cache_by_day(self, closure: Callable[[int], T]) -> Callable[[int], T]:
        """Wrap a closure so that it is computed once a day and its readings are recorded at each call."""
        kept: dict[int, tuple[T, Reads]] = {}

        def value_at(index: int) -> T:
            if index not in kept:
                outer, self.reads = self.reads, {}
                value = closure(index)
                kept[index] = (value, self.reads)
                self.reads = outer
            value, reads = kept[index]
            self.reads.update(reads)
            return value

        return value_at

    def list_metric_ids(self, node: Node) -> tuple[str, ...]:
        """Ids of the metrics that an expression names, through conditions too, in the order of the text."""
        found: dict[str, None] = {}
        seen: set[str] = set()
        waiting = [node]
        while waiting:
            for part in walk_tree(waiting.pop(0)):
                if isinstance(part, MetricName):
                    found[part.id] = None
                elif isinstance(part, ConditionName) and part.name not in seen:
                    seen.add(part.name)
                    waiting.append(self.conditions[part.name])
        return tuple(found)

    def read_number(self, node: Node, index: int) -> tuple[float | None, Reads]:
        """A number's value on a day, and the readings that it rests on."""
        if id(node) not in self._numbers:
            self._numbers[id(node)] = self.bind_number(node)
        return self._record_reads(self._numbers[id(node)], index)

    def trace_condition(self, node: Node, index: int) -> TracedClause:
        """Trace a condition on a day: every clause is evaluated, whether or not another one decides."""
        return self._trace_clause(node, index, {})

    def _trace_clause(self, node: Node, index: int, named: dict[str, TracedClause]) -> TracedClause:
        match node:
            case AllOf() | AnyOf():
                parts = tuple(self._trace_clause(item, index, named) for item in node.items)
                return _build_clause(node, _combine_truths(isinstance(node, AnyOf), parts), parts)
            case Not():
                part = self._trace_clause(node.item, index, named)
                return _build_clause(node, None if part.value is None else not part.value, (part,))
            case ConditionName():
                if node.name not in named:
                    part = self._trace_clause(self.conditions[node.name], index, named)
                    named[node.name] = _build_clause(node, part.value, (part,))
                return named[node.name]
            case _:
                return self._trace_leaf(node, index)

    def _trace_leaf(self, node: Node, index: int) -> TracedClause:
        if id(node) not in self._truths:
            self._truths[id(node)] = self.bind_condition(node)
        value, reads = self._record_reads(self._truths[id(node)], index)
        missing = self.find_missing_metrics(node, reads) if value is None else ()
        return TracedClause(node, value, missing, missing, tuple(key for key in reads if key[1] >= 0))

    def find_missing_metrics(self, node: Node, reads: Reads) -> tuple[str, ...]:
        """Ids of the metrics that a missing value lacks: those read as missing, else all that it names."""
        return unique_metric_ids(key for key, value in reads.items() if value is None) or self.list_metric_ids(node)

    def _record_reads(self, closure: Callable[[int], T], index: int) -> tuple[T, Reads]:
        outer, self.reads = self.reads, {}
        value = closure(index)
        reads, self.reads = self.reads, outer
        return value, reads


def unique_metric_ids(keys: Iterable[tuple[str, int]]) -> tuple[str, ...]:
    """Metric ids of readings without repeats, in order."""
    return tuple(dict.fromkeys(name for name, _ in keys))


@dataclass(slots=True)
class _RecordingColumn:
    """A column that records each reading in its scope."""

    metric: str
    values: Column
    scope: TracedScope

    def __getitem__(self, index: int, /) -> float | None:
        value = self.values[index]
        self.scope.reads[(self.metric, index)] = value
        return value


def _combine_truths(either: bool, parts: tuple[TracedClause, ...]) -> bool | None:
    """Combine truths in Kleene's logic: or where `either` is true, else and."""
    values = [part.value for part in parts]
    if either in values:
        return either
    return None if None in values else not either


def _build_clause(node: Node, value: bool | None, parts: tuple[TracedClause, ...]) -> TracedClause:
    missing = dict.fromkeys(name for part in parts for name in part.missing)
    lacks = dict.fromkeys(name for part in parts if value is None for name in part.lacks)
    return TracedClause(node, value, tuple(missing), tuple(lacks), (), parts)
