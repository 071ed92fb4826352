"""What the facts of a day are made of: a desk's series with their tracks, made once and asked for many days."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, TypeVar

from reporter.model.metric import MetricSet
from reporter.model.news import STALE_ON, News
from reporter.news.tracks import Track, Tracks, build_tracks, compute_tail_shares, list_new_observations
from reporter.news.weights import CLOCK_DAYS

Kept = TypeVar("Kept")
RETURN = "price.return_1d"
CLOSE = "price.close"


class Readings:
    """A desk's series, as known on each day at its own cut.

    Attributes:
        metrics: all of them, up to the last day.
    """

    def __init__(self, metrics: MetricSet) -> None:
        """Take the series; nothing is computed before it is asked for."""
        self.metrics = metrics
        self._kept: dict[object, Any] = {}

    def keep(self, key: object, make: Callable[[], Kept]) -> Kept:
        """A value that several days share, made once."""
        if key not in self._kept:
            self._kept[key] = make()
        kept: Kept = self._kept[key]
        return kept

    def date(self, day: int) -> date:
        """The date of a position."""
        return self.metrics.dates[day]

    def value(self, metric: str, day: int) -> float | None:
        """A metric's value on a day; None where it is missing, or the day lies before the data."""
        series = self.metrics.series.get(metric)
        return None if series is None or not 0 <= day < len(series.values) else series.values[day]

    @cached_property
    def declared(self) -> tuple[tuple[str, News], ...]:
        """Metrics that declare how they are news, and have a value on any day."""
        return tuple(
            (name, series.spec.news)
            for name, series in self.metrics.series.items()
            if series.spec.news is not None and any(value is not None for value in series.values)
        )

    def tracks(self, metric: str) -> Tracks:
        """A metric's observations that count, by what can be compared; none where the desk lacks it."""
        return self.keep(("tracks", metric), lambda: build_tracks(self._list_observations(metric)))

    def track(self, metric: str, day: int) -> tuple[Track, int] | None:
        """A day's observation: its track, and its place there."""
        return self.tracks(metric).at(day)

    def tail_share(self, metric: str, day: int) -> float | None:
        """The share of a metric's last two years, to the day before, that is as large in size as the day's value."""
        found = self.track(metric, day)
        if found is None:
            return None
        track, place = found
        return self.keep(("tail", metric, track.days[0]), lambda: compute_tail_shares(track.values, CLOCK_DAYS))[place]

    def is_partial(self, metric: str, day: int) -> bool:
        """Whether a day's value is of a part of the market only."""
        return day in self.keep(("partial", metric), lambda: self._find_partial_days(metric))

    def _find_partial_days(self, metric: str) -> frozenset[int]:
        flags = [f"quality.{table}.partial" for table in self.metrics.series[metric].spec.tables]
        known = [self.metrics.series[flag].values for flag in flags if flag in self.metrics.series]
        return frozenset(day for values in known for day, value in enumerate(values) if value == 1)

    def _list_observations(self, metric: str) -> Iterator[tuple[int, float, object]]:
        series = self.metrics.series.get(metric)
        if series is None:
            return
        news = series.spec.news or News("level", "price")
        void = self._find_void_days(metric, news)
        for day, value, covers in list_new_observations(series, self.metrics):
            counts = not news.only or self.value(news.only, day) == 1
            if counts and day not in void and self._is_whole(news.window, day):
                yield day, value, covers

    def _is_whole(self, window: int, day: int) -> bool:
        """Whether all closes of a window, and the one it starts from, are known."""
        return not window or (self.value("price.closes_in_row", day) or 0) > window

    def _find_void_days(self, metric: str, news: News) -> frozenset[int]:
        """Days whose value is no observation: a stale one, and what a check of the data objects to."""
        objected = self._find_objected_days(metric)
        return objected | self._find_stale_days(metric) if news.never_repeats else objected

    def _find_stale_days(self, metric: str) -> frozenset[int]:
        """Days on which a series repeats the day before to the last digit, though the price moved."""
        values, as_of = self.metrics.series[metric].values, self.metrics.series[metric].as_of
        return frozenset(
            day
            for day in range(1, len(values))
            if values[day] is not None
            and values[day] == values[day - 1]
            and as_of[day] != as_of[day - 1]
            and abs(self.value(RETURN, day) or 0.0) > STALE_ON
        )

    def _find_objected_days(self, metric: str) -> frozenset[int]:
        """Days whose row a check of the data objects to and no editor has vouched for."""
        series = self.metrics.series[metric]
        rows = {
            datetime.fromtimestamp(item.day, UTC).date()
            for item in self.metrics.allowed
            if item.scope == "row" and not item.reason and item.table in series.spec.tables
        }
        if not rows:
            return frozenset()
        return frozenset(
            day
            for day, end in enumerate(series.as_of)
            if end is not None and datetime.fromtimestamp(end - 1, UTC).date() in rows
        )

    def is_last_of_month(self, day: int) -> bool:
        """Whether a day is the last of its month."""
        return self.metrics.find_date(day + 1).month != self.date(day).month
