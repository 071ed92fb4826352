"""Metrics of many days of a desk: each series computed once, the parts that depend on the day built for each.

A value of a series is what was known at its own day's cut, so a day's series are those of a later day without their
ends (`tests/metrics/test_days.py` holds this). What a brief needs beside them (the last hours' bars, the option chain,
the news) is read from a few days of rows.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime

from reporter.desk.tables.load import Sources, cut_desk, end_of_day
from reporter.desk.tables.splits import list_splits
from reporter.metrics.compute import compute_metrics
from reporter.metrics.context import Context
from reporter.metrics.intraday import recent_bars
from reporter.metrics.options import strike_interest
from reporter.model.metric import FirstDays, MetricSet

#: Bars of 48 hours, and snapshots of the day before the cut, are all that is read from single rows.
_ROWS_DAYS = 4


class MetricDays:
    """A desk's metrics on any day up to a last one.

    Attributes:
        sources: all rows.
        after: how long after the end of its day each brief is cut, in seconds.
        last: metrics of the last day.
    """

    def __init__(self, sources: Sources, last: date, after: int = 0, hourly: Collection[str] = ()) -> None:
        """Compute every series up to a day, and the readings of hours that rules ask for.

        Raises:
            InputError: the day has no prices.
        """
        self.sources = sources
        self.after = after
        self._hourly = hourly
        self.last: MetricSet = compute_metrics(cut_desk(sources, last, self._as_of_instant(last)), hourly)

    def _as_of_instant(self, day: date) -> datetime | None:
        return datetime.fromtimestamp(self.cut_instant(day), UTC) if self.after else None

    def cut_instant(self, day: date) -> int:
        """The instant up to which rows count as known to a day's brief, seconds since 1970 UTC."""
        return end_of_day(day, self.sources.config) + self.after

    def _first_price_start(self, day: date) -> int | None:
        """Start of the earliest price known to a day's brief."""
        cut, starts = self.cut_instant(day), []
        for table in self.sources.tables["prices"]:
            start, known = table.frame["start"].to_numpy(), table.frame["known"].to_numpy()
            starts += start[known <= cut][:1].tolist()
        return min(starts, default=None)

    def day_position(self, day: date) -> int:
        """A day's position in the last day's series."""
        return self.last.find_last_position(day)

    def metrics_of_day(self, day: date) -> MetricSet:
        """The metrics known to the brief of a day; the same as loading the desk for that day alone.

        Raises:
            InputError: the day has no prices, or none known at its cut.
        """
        later = list_splits(self.sources.config, self.last.dates[-1]) != list_splits(self.sources.config, day)
        if later or self._first_price_start(day) != self._first_price_start(self.last.dates[-1]):
            # Before a split prices are those of their day; and a price source that was not known at all yet would have
            # moved the first day of every window.
            return compute_metrics(cut_desk(self.sources, day, self._as_of_instant(day)), self._hourly)
        desk = cut_desk(self.sources, day, self._as_of_instant(day), days=_ROWS_DAYS)
        context = Context(desk)
        bars, seconds, source = recent_bars(context)
        count = self.day_position(day) + 1
        return replace(
            self.last,
            dates=self.last.dates[:count],
            as_of=float(desk.as_of),
            series=FirstDays(self.last.series, count),
            bars=bars,
            bar_seconds=seconds,
            bar_source=source,
            strikes=strike_interest(context),
            events=desk.events,
        )
