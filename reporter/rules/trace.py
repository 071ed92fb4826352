"""The slow path: the same closures over columns that note what is read, and conditions clause by clause.

It runs only where the fast path says that a rule fired or is unknown: to name what is missing, and to give
facts the readings that they rest on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from reporter.model.metric import MetricSet
from reporter.rules.closures import Column, DaysAt, NumberAt, TruthAt
from reporter.rules.compile import Scope
from reporter.rules.tree import All, AnyOf, Metric, Named, Node, Not, walk

T = TypeVar("T")

#: Readings in the order they were made: (metric, position) → value. Position -1 stands for a reading that
#: can't exist: a day before the first, another source, too short a history.
Reads = dict[tuple[str, int], float | None]


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of a condition on a day.

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
    parts: tuple[Clause, ...] = ()


class TracedScope(Scope):
    """A scope whose columns note what is read.

    Attributes:
        reads: readings since it was last emptied.
        iso: the days as ISO dates.
    """

    def __init__(
        self,
        metrics: MetricSet,
        conditions: Mapping[str, Node],
        fired: Callable[[str, int], bool | None],
        lacking: Callable[[str, int], tuple[str, ...]],
    ) -> None:
        """Take what a scope takes, and `lacking`: the metric ids that keep a rule unknown on a day."""
        super().__init__(metrics, conditions, fired)
        self.reads: Reads = {}
        #: The days' names, made once: every reading is noted with its day's.
        self.iso = tuple(day.isoformat() for day in metrics.dates)
        self._lacking = lacking
        self._numbers: dict[int, NumberAt] = {}
        self._truths: dict[int, TruthAt] = {}

    def column(self, metric: str) -> Column:
        """A metric's values, each noted when it is read."""
        return _Noted(metric, super().column(metric), self)

    def days(self, node: Node) -> DaysAt:
        """A number of days. Where it is known it only says which day is meant, so a value doesn't rest on it."""
        closure = super().days(node)

        def unnoted(index: int) -> int | None:
            value, reads = self._noting(closure, index)
            if value is None:
                self.reads.update(reads)
            return value

        return unnoted

    def fired(self, rule: str, index: int) -> bool | None:
        """Whether a rule fired; what an unknown one lacks is noted as lacking here."""
        value = super().fired(rule, index)
        if value is None:
            self.reads.update({(name, -1): None for name in self._lacking(rule, index)})
        return value

    def lost(self, node: Node) -> Callable[[], None]:
        """Notes the metrics of a node as lacking."""
        ids = self.metric_ids(node)

        def note() -> None:
            self.reads.update({(name, -1): None for name in ids})

        return note

    def memo(self, closure: Callable[[int], T]) -> Callable[[int], T]:
        """Keeps what was read beside the value, so that a second asking notes it again."""
        kept: dict[int, tuple[T, Reads]] = {}

        def remembered(index: int) -> T:
            if index not in kept:
                outer, self.reads = self.reads, {}
                value = closure(index)
                kept[index] = (value, self.reads)
                self.reads = outer
            value, reads = kept[index]
            self.reads.update(reads)
            return value

        return remembered

    def metric_ids(self, node: Node) -> tuple[str, ...]:
        """Ids of the metrics that an expression names, through conditions too, in the order of the text."""
        found: dict[str, None] = {}
        seen: set[str] = set()
        waiting = [node]
        while waiting:
            for part in walk(waiting.pop(0)):
                if isinstance(part, Metric):
                    found[part.id] = None
                elif isinstance(part, Named) and part.name not in seen:
                    seen.add(part.name)
                    waiting.append(self.conditions[part.name])
        return tuple(found)

    def read_number(self, node: Node, index: int) -> tuple[float | None, Reads]:
        """A number on a day and the readings that it rests on."""
        if id(node) not in self._numbers:
            self._numbers[id(node)] = self.number(node)
        return self._noting(self._numbers[id(node)], index)

    def clause(self, node: Node, index: int) -> Clause:
        """A condition on a day, clause by clause; nothing is skipped because another clause decides."""
        return self._clause(node, index, {})

    def _clause(self, node: Node, index: int, named: dict[str, Clause]) -> Clause:
        match node:
            case All() | AnyOf():
                parts = tuple(self._clause(item, index, named) for item in node.items)
                return _joined(node, _decided(isinstance(node, AnyOf), parts), parts)
            case Not():
                part = self._clause(node.item, index, named)
                return _joined(node, None if part.value is None else not part.value, (part,))
            case Named():
                if node.name not in named:
                    part = self._clause(self.conditions[node.name], index, named)
                    named[node.name] = _joined(node, part.value, (part,))
                return named[node.name]
            case _:
                return self._leaf(node, index)

    def _leaf(self, node: Node, index: int) -> Clause:
        if id(node) not in self._truths:
            self._truths[id(node)] = self.truth(node)
        value, reads = self._noting(self._truths[id(node)], index)
        missing = self.lacking(node, reads) if value is None else ()
        return Clause(node, value, missing, missing, tuple(key for key in reads if key[1] >= 0))

    def lacking(self, node: Node, reads: Reads) -> tuple[str, ...]:
        """Which metrics a missing value lacks: those read in vain, or all that it names."""
        return ids(key for key, value in reads.items() if value is None) or self.metric_ids(node)

    def _noting(self, closure: Callable[[int], T], index: int) -> tuple[T, Reads]:
        outer, self.reads = self.reads, {}
        value = closure(index)
        reads, self.reads = self.reads, outer
        return value, reads


def ids(keys: Iterable[tuple[str, int]]) -> tuple[str, ...]:
    """The metric ids of readings, each once."""
    return tuple(dict.fromkeys(name for name, _ in keys))


@dataclass(slots=True)
class _Noted:
    """A column that notes each reading."""

    metric: str
    values: Column
    scope: TracedScope

    def __getitem__(self, index: int, /) -> float | None:
        value = self.values[index]
        self.scope.reads[(self.metric, index)] = value
        return value


def _decided(either: bool, parts: tuple[Clause, ...]) -> bool | None:
    """Kleene's or (`either`) or and."""
    values = [part.value for part in parts]
    if either in values:
        return either
    return None if None in values else not either


def _joined(node: Node, value: bool | None, parts: tuple[Clause, ...]) -> Clause:
    missing = dict.fromkeys(name for part in parts for name in part.missing)
    lacks = dict.fromkeys(name for part in parts if value is None for name in part.lacks)
    return Clause(node, value, tuple(missing), tuple(lacks), (), parts)
