"""Rule book × metrics → which framework stood on each day, how it ended, and the metrics that say so.

There is no state file: the days are walked from the first of the data, each with what was known at its own cut, so a
framework that was set on a day stands in every later brief that walks over that day. Walking costs two closures a day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from typing import cast

from reporter.model.metric import MetricSeries, MetricSet, Missing
from reporter.rules.book import Condition, Framework, RuleBook
from reporter.rules.evaluate import Replay
from reporter.rules.facts import read_fact

DAY = 86_400.0

Column = list[float | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition that a framework asks, and the position of the last day on which it does."""

    condition: Condition
    last: int


@dataclass(frozen=True, slots=True)
class Standing:
    """A framework as it was set.

    Attributes:
        start, last: positions of its first and last possible day.
        level: the price it is about; kind: position of how it was found, from 1.
        above: whether the close was at the level or above it then.
        as_of, source: of the level.
        asked: its conditions, those for the level first.
    """

    start: int
    last: int
    level: float
    kind: int
    above: bool
    as_of: float | None
    source: str | None
    asked: tuple[Asked, ...] = ()


class Walk:
    """One walk over the days; the working columns hold what stood when each day began, then what it left."""

    def __init__(self, book: RuleBook, spec: Framework, metrics: MetricSet) -> None:
        self.metrics, self.spec = metrics, spec
        self.columns: dict[str, Column] = {
            name: [None] * len(metrics.dates) for name in (*STANDING, "framework.standing")
        }
        working = {name: _working(metrics.series[name], column) for name, column in self.columns.items()}
        replay = Replay(book, replace(metrics, series={**metrics.series, **working}))
        self.traced = replay.traced
        self.opens = replay.scope.truth(spec.opens.tree)
        self.closes = [replay.scope.truth(closing.when.tree) for closing in spec.closes]
        self.levels = [
            (replay.scope.number(level.value.tree), replay.scope.truth(level.when.tree) if level.when else None)
            for level in spec.levels
        ]

    def walk(self) -> tuple[list[Standing | None], dict[int, tuple[Standing, int]]]:
        """What stood at the end of each day, and by position what a day closed, and how (from 1)."""
        stood: list[Standing | None] = []
        ended: dict[int, tuple[Standing, int]] = {}
        current: Standing | None = None
        for day in range(len(self.metrics.dates)):
            self._note(current, day)
            how = self._how(current, day) if current else 0
            if current and how:
                ended[day] = (current, how)
                current = None
            if current is None and self.opens(day):
                current = self._set(day)
            self._note(current, day)
            stood.append(current)
        return stood, ended

    def _note(self, current: Standing | None, day: int) -> None:
        for name, read in STANDING.items():
            self.columns[name][day] = None if current is None else read(current, day, self.metrics)
        self.columns["framework.standing"][day] = float(current is not None)

    def _how(self, current: Standing, day: int) -> int:
        """What ends a framework on a day: position of the closing, from 1; 0 for nothing."""
        for at, closes in enumerate(self.closes, 1):
            if closes(day):
                return at
        return len(self.closes) + 1 if day >= current.last else 0

    def _set(self, day: int) -> Standing | None:
        close = self.metrics.series["price.close"].values[day]
        for kind, (value, when) in enumerate(self.levels, 1):
            level = value(day)
            if level is None or close is None or (when is not None and not when(day)):
                continue
            fact, _ = read_fact(self.traced, "level", self.spec.levels[kind - 1].value, day)
            sources = dict.fromkeys(reading.source for reading in fact.inputs if reading.source)
            source = "+".join(sources) or None
            return Standing(day, day + self.spec.lasts, level, kind, close >= level, fact.as_of, source)
        return None


_Read = Callable[[Standing, int, MetricSet], float]

#: What is told of a framework → how it is read, on a day.
STANDING: Mapping[str, _Read] = {
    "framework.level": lambda it, day, metrics: it.level,
    "framework.kind": lambda it, day, metrics: float(it.kind),
    "framework.above": lambda it, day, metrics: float(it.above),
    "framework.age": lambda it, day, metrics: float(day - it.start),
    "framework.set_date": lambda it, day, metrics: midnight(metrics, it.start),
    "framework.deadline": lambda it, day, metrics: midnight(metrics, it.last),
}


def midnight(metrics: MetricSet, index: int) -> float:
    """00:00 UTC of a day, which may lie after the last."""
    return datetime.combine(metrics.dates[0], time(), UTC).timestamp() + index * DAY


def _working(series: MetricSeries, column: Column) -> MetricSeries:
    # The walk fills the column as it goes; whoever reads looks back, never ahead.
    return replace(series, values=cast(tuple[float | None, ...], column))


def computed(metrics: MetricSet, name: str, values: Column) -> MetricSeries:
    """A series that rests on no source of its own."""
    cuts = metrics.series["price.close"].as_of
    missing = tuple(Missing.UNDEFINED if value is None else None for value in values)
    as_of = tuple(None if value is None else cut for value, cut in zip(values, cuts, strict=True))
    return MetricSeries(metrics.series[name].spec, tuple(values), as_of, (None,) * len(values), missing)


def filled(metrics: MetricSet, series: Mapping[str, MetricSeries]) -> MetricSet:
    """Metrics with some of their series replaced."""
    return replace(metrics, series={**metrics.series, **series})


def cut(series: MetricSeries, days: int) -> MetricSeries:
    """A series' first days."""
    return MetricSeries(
        series.spec, series.values[:days], series.as_of[:days], series.source[:days], series.missing[:days]
    )
