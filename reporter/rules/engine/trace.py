"""Condition or number × day → its clauses and values with the readings that each rests on; the slow path.

It runs only where the fast path says that a rule fired or is unknown: to name what is missing, and to give
facts the readings that they rest on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from reporter.model.metric import MetricSet
from reporter.rules.engine.binding import Scope
from reporter.rules.engine.closures import Column, DaysAt, NumberAt
from reporter.rules.engine.fact_inputs import KnownInputs, Reads, bundle_reads, expand_reads, list_real_reads
from reporter.rules.engine.kleene import TESTS
from reporter.rules.expressions.tree import AllOf, AnyOf, ConditionName, MetricName, Node, Not, literal_value, walk_tree

T = TypeVar("T")


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
        inputs: readings as facts show them.
        rungs: sizes of moves, by metric and day.
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
        self.inputs = KnownInputs(metrics)
        self.rungs: dict[tuple[str, int], int | None] = {}
        self._lacking = lacking
        self._numbers: dict[int, NumberAt] = {}
        self._leaves: dict[int, Callable[[int], TracedClause]] = {}
        self._gaps: dict[int, Callable[[int], tuple[str, ...]]] = {}
        self._readers: dict[int, Callable[[int, Reads], None]] = {}

    def find_column(self, metric: str) -> Column:
        """A metric's values, each recorded when it is read."""
        return _RecordingColumn(metric, super().find_column(metric), self)

    def bind_days(self, node: Node) -> DaysAt:
        """Bind a number of days; its readings are recorded only where it is missing."""
        closure = super().bind_days(node)
        if literal_value(node) is not None:
            return closure

        def days_at(index: int) -> int | None:
            value, reads = self.record_reads(closure, index)
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
                # Of a look back over years there are thousands, which whoever asks takes as one.
                kept[index] = (value, bundle_reads(self.reads))
                self.reads = outer
            value, reads = kept[index]
            self.reads.update(reads)
            return value

        return value_at

    def collect_days(self, closure: Callable[[int], T]) -> Callable[[int], list[T]]:
        """Wrap a closure so that it gives the values of all days up to one, and their readings are recorded."""
        kept: list[tuple[T, Reads]] = []
        #: The readings of all days that are kept, for whoever asks for the next day.
        together: Reads = {}

        def values_until(index: int) -> list[T]:
            for day in range(len(kept), index):
                kept.append(self.record_reads(closure, day))
                together.update(kept[-1][1])
            if index == len(kept):
                self.reads = {**self.reads, **together} if self.reads else together.copy()
            else:
                for _, reads in kept[:index]:
                    self.reads.update(reads)
            return [*(value for value, _ in kept[:index]), closure(index)]

        return values_until

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

    def bind_traced_number(self, node: Node) -> Callable[[int], tuple[float | None, Reads]]:
        """Bind a number to a closure: day's position → its value, and the readings that it rests on."""
        if id(node) not in self._numbers:
            self._numbers[id(node)] = self.bind_number(node)
        return partial(self.record_reads, self._numbers[id(node)])

    def read_number(self, node: Node, index: int) -> tuple[float | None, Reads]:
        """A number's value on a day, and the readings that it rests on."""
        return self.bind_traced_number(node)(index)

    def read_condition(self, node: Node, index: int) -> Reads:
        """The readings that a condition rests on on a day, those of clauses that don't decide among them."""
        reads: Reads = {}
        self.bind_reader(node)(index, reads)
        return reads

    def bind_reader(self, node: Node) -> Callable[[int, Reads], None]:
        """Bind a condition to a closure that adds its readings on a day to others."""
        if id(node) not in self._readers:
            self._readers[id(node)] = self._bind_new_reader(node)
        return self._readers[id(node)]

    def _bind_new_reader(self, node: Node) -> Callable[[int, Reads], None]:
        match node:
            case AllOf() | AnyOf():
                readers = [self.bind_reader(item) for item in node.items]

                def read_all(index: int, reads: Reads) -> None:
                    for read in readers:
                        read(index, reads)

                return read_all
            case Not():
                return self.bind_reader(node.item)
            case ConditionName():
                return self.bind_reader(self.conditions[node.name])
        test = self.match_literal_test(node)
        if test is not None and isinstance(test[0], _RecordingColumn):
            return _bind_test_reader(test[0])
        closure = self.bind_condition(node)

        def read_day(index: int, reads: Reads) -> None:
            reads.update(self.record_reads(closure, index)[1])

        return read_day

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
                return self.trace_leaf(node, index)

    def trace_leaf(self, node: Node, index: int) -> TracedClause:
        """Trace a clause that has no others inside it on a day."""
        if id(node) not in self._leaves:
            self._leaves[id(node)] = self._bind_leaf(node)
        return self._leaves[id(node)](index)

    def find_gap(self, node: Node, index: int) -> tuple[str, ...]:
        """Ids of the metrics that a clause without others inside it lacks, on a day on which it is unknown."""
        if id(node) not in self._gaps:
            self._gaps[id(node)] = self._bind_gap(node)
        return self._gaps[id(node)](index)

    def _bind_gap(self, node: Node) -> Callable[[int], tuple[str, ...]]:
        test = self.match_literal_test(node)
        if test is not None and isinstance(test[0], _RecordingColumn):
            missing = (test[0].metric,)
            return lambda _: missing
        closure = self.bind_condition(node)
        return lambda index: self.find_missing_metrics(node, self.record_reads(closure, index)[1])

    def _bind_leaf(self, node: Node) -> Callable[[int], TracedClause]:
        test = self.match_literal_test(node)
        if test is not None and isinstance(test[0], _RecordingColumn):
            return _bind_test(node, test[0], *test[1:])
        closure = self.bind_condition(node)

        def trace_day(index: int) -> TracedClause:
            value, reads = self.record_reads(closure, index)
            missing = self.find_missing_metrics(node, reads) if value is None else ()
            return TracedClause(node, value, missing, missing, list_real_reads(reads))

        return trace_day

    def find_missing_metrics(self, node: Node, reads: Reads) -> tuple[str, ...]:
        """Ids of the metrics that a missing value lacks: those read as missing, else all that it names."""
        return find_unread_metrics(reads) or self.list_metric_ids(node)

    def record_reads(self, closure: Callable[[int], T], index: int) -> tuple[T, Reads]:
        """What a closure gives on a day, and the readings that it rests on."""
        outer, self.reads = self.reads, {}
        value = closure(index)
        reads, self.reads = self.reads, outer
        return value, reads


def find_unread_metrics(reads: Reads) -> tuple[str, ...]:
    """Ids of the metrics that were read as missing, in order."""
    return tuple(dict.fromkeys([name for (name, _), value in expand_reads(reads).items() if value is None]))


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


def _bind_test_reader(column: _RecordingColumn) -> Callable[[int, Reads], None]:
    name, values = column.metric, column.values

    def read_day(index: int, reads: Reads) -> None:
        reads[(name, index)] = values[index]

    return read_day


def _bind_test(node: Node, column: _RecordingColumn, sign: str, limit: float) -> Callable[[int], TracedClause]:
    """Bind a comparison of a metric with a literal, as most clauses are: it has one reading."""
    name, values, test = column.metric, column.values, TESTS[sign]
    missing = (name,)

    def trace_day(index: int) -> TracedClause:
        value = values[index]
        if value is None:
            return TracedClause(node, None, missing, missing, ((name, index),))
        return TracedClause(node, test(value, limit), (), (), ((name, index),))

    return trace_day


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
