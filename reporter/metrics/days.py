"""Metrics of many days of a desk: every series computed once, and what hangs on the day made for each.

A value of a series is what was known at its own day's cut, so a day's series are those of a later day without their
ends (`tests/metrics/test_days.py` holds this). What a brief needs beside them (the last hours' bars, the option chain,
the news) is read from a few days of rows.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from reporter.desk.load import Sources, desk_at, end_of
from reporter.metrics.compute import compute_metrics
from reporter.metrics.context import Context
from reporter.metrics.intraday import recent_bars
from reporter.metrics.options import strike_interest
from reporter.model.metric import MetricSeries, MetricSet

#: Bars of 48 hours, and snapshots of the day before the cut, are all that is read from single rows.
_ROWS_DAYS = 4


class MetricDays:
    """A desk's metrics on any day up to the last that is asked for.

    Attributes:
        sources: all rows.
        after: how long after the end of its day each brief is cut, in seconds.
        last: metrics of the last day.
    """

    def __init__(self, sources: Sources, last: date, after: int = 0) -> None:
        """Compute every series up to a day.

        Raises:
            InputError: the day has no prices.
        """
        self.sources = sources
        self.after = after
        self.last: MetricSet = compute_metrics(desk_at(sources, last, self._instant(last)))

    def _instant(self, day: date) -> datetime | None:
        return datetime.fromtimestamp(self.cut(day), UTC) if self.after else None

    def cut(self, day: date) -> int:
        """Until when rows count as known to a day's brief, seconds since 1970 UTC."""
        return end_of(day, self.sources.config) + self.after

    def _first(self, day: date) -> int | None:
        """Start of the earliest price known to a day's brief."""
        cut, starts = self.cut(day), []
        for table in self.sources.tables["prices"]:
            start, known = table.frame["start"].to_numpy(), table.frame["known"].to_numpy()
            starts += start[known <= cut][:1].tolist()
        return min(starts, default=None)

    def position(self, day: date) -> int:
        """A day's position in the last day's series."""
        return (day - self.last.dates[0]).days

    def at(self, day: date) -> MetricSet:
        """What was known to the brief of a day; the same as loading the desk for that day alone.

        Raises:
            InputError: the day has no prices, or none known at its cut.
        """
        if self._first(day) != self._first(self.last.dates[-1]):
            # A price source that was not known at all yet would have moved the first day of every window.
            return compute_metrics(desk_at(self.sources, day, self._instant(day)))
        desk = desk_at(self.sources, day, self._instant(day), days=_ROWS_DAYS)
        context = Context(desk)
        bars, seconds, source = recent_bars(context)
        count = self.position(day) + 1
        return replace(
            self.last,
            dates=self.last.dates[:count],
            as_of=float(desk.as_of),
            series={name: _until(series, count) for name, series in self.last.series.items()},
            bars=bars,
            bar_seconds=seconds,
            bar_source=source,
            strikes=strike_interest(context),
            events=desk.events,
        )


def _until(series: MetricSeries, count: int) -> MetricSeries:
    return MetricSeries(
        series.spec, series.values[:count], series.as_of[:count], series.source[:count], series.missing[:count]
    )
