"""A metric that counts readings of another → those readings, so that a ledger can have them and a gate count again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from reporter.model.metric import Counted, MetricSeries, MetricSet

#: Of longer runs and higher ranks the readings are not listed.
_MOST = 60


def list_counted_readings(metrics: MetricSet, metric: str, index: int) -> tuple[tuple[MetricSeries, int], ...]:
    """List the readings that a metric's value on a day counts, the latest first: series and the day's position.

    To a run belongs the reading that ended it. None are listed where they are not as many as the value says: two that
    became known on one day are one of the series.

    Args:
        metrics: of the days.
        metric: the metric's id.
        index: the day's position.
    """
    series = metrics.series[metric]
    counted, value = series.spec.counts, series.values[index]
    base = metrics.series.get(counted.metric) if counted is not None else None
    if counted is None or base is None or not value or abs(value) > _MOST:
        return ()
    listed = (_list_run if counted.how == "run" else _list_rank)(metrics, base, counted, index)
    count = len(listed)
    if counted.how == "run":
        count = sum((base.values[day] or 0.0) * value > 0 for day in listed)
    return tuple((base, day) for day in listed) if count == abs(value) else ()


def _list_run(metrics: MetricSet, base: MetricSeries, counted: Counted, index: int) -> list[int]:
    listed: list[int] = []
    for day in _iterate_own_days(metrics, base, counted, index):
        listed.append(day)
        if (base.values[day] or 0.0) * (base.values[listed[0]] or 0.0) <= 0:
            break
    return listed


def _list_rank(metrics: MetricSet, base: MetricSeries, counted: Counted, index: int) -> list[int]:
    days = iter(_iterate_own_days(metrics, base, counted, index))
    own = next(days, None)
    if own is None:
        return []
    sign = 1.0 if counted.how == "above" else -1.0
    value = base.values[own] or 0.0
    return [own, *(day for day in days if ((base.values[day] or 0.0) - value) * sign >= 0)]


def _iterate_own_days(metrics: MetricSet, base: MetricSeries, counted: Counted, index: int) -> Iterator[int]:
    """List the days that have a reading which counts, back from a day."""
    first = None if counted.days is None else metrics.dates[index] - timedelta(days=counted.days - 1)
    for day in range(index, -1, -1):
        if first is not None and metrics.dates[day] < first:
            return
        carried = day > 0 and base.as_of[day] is not None and base.as_of[day] == base.as_of[day - 1]
        if base.values[day] is not None and not (carried and counted.once):
            yield day
        elif base.values[day] is None and counted.how == "run" and not counted.once:
            return
