"""Rule book × metrics → which framework stood on each day, how it ended, and the metrics that say so.

There is no state file: the days are walked from the first of the data, each with what was known at its own cut, so a
framework that was set on a day stands in every later brief that walks over that day. Walking costs two closures a day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import cast

from reporter.model.metric import FirstDays, MetricSeries, MetricSet, MissingReason
from reporter.model.timestamps import to_midnight
from reporter.rules.book.rule_book import Framework, FrameworkCondition, RuleBook
from reporter.rules.engine.evaluate import Replay
from reporter.rules.engine.facts import bind_fact

Column = list[float | None]
#: Whether a framework is set on a day, given by its position, where none stands.
Opens = Callable[[int], bool | None]


@dataclass(frozen=True, slots=True)
class AskedCondition:
    """A condition that a framework asks, and the position of the last day on which it does."""

    condition: FrameworkCondition
    last: int


@dataclass(frozen=True, slots=True)
class StandingFramework:
    """A framework as it was set: its days, level, source and conditions.

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
    asked: tuple[AskedCondition, ...] = ()


class FrameworkWalk:
    """Walks over the days and opens and closes frameworks; its columns hold the state of the day being walked."""

    def __init__(self, book: RuleBook, spec: Framework, metrics: MetricSet, opens: Opens | None = None) -> None:
        self.metrics, self.spec = metrics, spec
        self.columns: dict[str, Column] = {
            name: [None] * len(metrics.dates) for name in (*STANDING, "framework.standing")
        }
        working = {name: _make_working_series(metrics.series[name], column) for name, column in self.columns.items()}
        replay = Replay(book, replace(metrics, series={**metrics.series, **working}))
        self.traced = replay.traced
        self.opens: Opens = opens or replay.scope.bind_condition(spec.opens.tree)
        self.closes = [replay.scope.bind_condition(closing.when.tree) for closing in spec.closes]
        self.levels = [
            (
                replay.scope.bind_number(level.value.tree),
                replay.scope.bind_condition(level.when.tree) if level.when else None,
            )
            for level in spec.levels
        ]

    def walk_days(self) -> tuple[list[StandingFramework | None], dict[int, tuple[StandingFramework, int]]]:
        """Walk all days: the framework at each day's end, and by day the one closed and its closing (from 1)."""
        stood: list[StandingFramework | None] = []
        ended: dict[int, tuple[StandingFramework, int]] = {}
        current: StandingFramework | None = None
        for day in range(len(self.metrics.dates)):
            self._fill_columns(current, day)
            how = self._find_closing(current, day) if current else 0
            if current and how:
                ended[day] = (current, how)
                current = None
            if current is None and self.opens(day):
                current = self._open_framework(day)
            self._fill_columns(current, day)
            stood.append(current)
        return stood, ended

    def _fill_columns(self, current: StandingFramework | None, day: int) -> None:
        for name, read in STANDING.items():
            self.columns[name][day] = None if current is None else read(current, day, self.metrics)
        self.columns["framework.standing"][day] = float(current is not None)

    def _find_closing(self, current: StandingFramework, day: int) -> int:
        """Position of the closing that ends a framework on a day, from 1; 0 for none."""
        for at, closes in enumerate(self.closes, 1):
            if closes(day):
                return at
        return len(self.closes) + 1 if day >= current.last else 0

    def _open_framework(self, day: int) -> StandingFramework | None:
        close = self.metrics.series["price.close"].values[day]
        for kind, (value, when) in enumerate(self.levels, 1):
            level = value(day)
            if level is None or close is None or (when is not None and not when(day)):
                continue
            fact, _ = bind_fact(self.traced, "level", self.spec.levels[kind - 1].value)(day)
            sources = dict.fromkeys(reading.source for reading in fact.inputs if reading.source)
            source = "+".join(sources) or None
            last = find_last_day(self.metrics, day, self.spec.lasts)
            return StandingFramework(day, last, level, kind, close >= level, fact.as_of, source)
        return None


_Read = Callable[[StandingFramework, int, MetricSet], float]

#: What is told of a framework → how it is read, on a day.
STANDING: Mapping[str, _Read] = {
    "framework.level": lambda it, day, metrics: it.level,
    "framework.kind": lambda it, day, metrics: float(it.kind),
    "framework.above": lambda it, day, metrics: float(it.above),
    "framework.age": lambda it, day, metrics: float(day - it.start),
    "framework.set_date": lambda it, day, metrics: midnight_timestamp(metrics, it.start),
    "framework.deadline": lambda it, day, metrics: midnight_timestamp(metrics, it.last),
}


def midnight_timestamp(metrics: MetricSet, index: int) -> float:
    """Timestamp of 00:00 UTC of a day, which may lie after the last one."""
    return to_midnight(metrics.find_date(index))


def find_last_day(metrics: MetricSet, start: int, days: int) -> int:
    """Position of the last brief date of so many calendar days from a day on; at least the one after it.

    Args:
        metrics: whose days they are.
        start: position of the day.
        days: how many.
    """
    return max(start + min(days, 1), metrics.find_last_position(metrics.find_date(start) + timedelta(days=days)))


def _make_working_series(series: MetricSeries, column: Column) -> MetricSeries:
    # The walk fills the column as it goes; whoever reads looks back, never ahead.
    return replace(series, values=cast(tuple[float | None, ...], column))


def build_computed_series(metrics: MetricSet, name: str, values: Column) -> MetricSeries:
    """Build a series from values that have no source of their own.

    Args:
        metrics: whose days the series has.
        name: its metric id.
        values: one a day, None where missing.
    """
    cuts = metrics.series["price.close"].as_of
    missing = tuple(MissingReason.UNDEFINED if value is None else None for value in values)
    as_of = tuple(None if value is None else cut for value, cut in zip(values, cuts, strict=True))
    return MetricSeries(metrics.series[name].spec, tuple(values), as_of, (None,) * len(values), missing)


def replace_series(metrics: MetricSet, series: Mapping[str, MetricSeries]) -> MetricSet:
    """Metrics with some of their series added or replaced."""
    known = metrics.series
    return replace(
        metrics, series=known.replace_series(series) if isinstance(known, FirstDays) else {**known, **series}
    )
