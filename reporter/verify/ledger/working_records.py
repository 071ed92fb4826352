"""Readings of metrics that a desk makes of others → the readings that they are made of, as a ledger has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from reporter.model.finding import Input
from reporter.model.metric import Derivation, MetricSet, MissingReason
from reporter.verify.ledger.ledger_model import PartRecord, WorkingRecord
from reporter.verify.working_formulas import is_right_working

_ONE_DAY = timedelta(days=1)
#: How a metric is made of two of its base's values, and not of all of a window.
_OF_ENDS = frozenset({"change", "percent_change"})


def list_workings(readings: Iterable[Input], metrics: MetricSet) -> Iterator[WorkingRecord]:
    """List how each reading of a metric that is made of others comes about, each once, by metric and day.

    What it is made of may be made of others itself; that is listed too, but for values of a window.

    Args:
        readings: those that claims rest on.
        metrics: of the brief's day and those before it.
    """
    found: dict[tuple[str, str], WorkingRecord] = {}
    wanted = [
        (reading.metric, reading.date)
        for reading in readings
        if reading.value is not None and _is_made(metrics, reading.metric)
    ]
    positions = {day.isoformat(): at for at, day in enumerate(metrics.dates)} if wanted else {}
    while wanted:
        metric, day = wanted.pop()
        series = metrics.series.get(metric)
        if (metric, day) in found or series is None or series.spec.made is None or day not in positions:
            continue
        made, value = series.spec.made, series.values[positions[day]]
        places = _list_places(made, metrics, positions[day])
        if value is None or places is None:
            continue
        parts = [(name, at, metrics.series[name].values[at]) for name, at in places]
        kept = tuple(
            PartRecord(metric=name, date=metrics.dates[at].isoformat(), value=part)
            for name, at, part in parts
            if part is not None
        )
        if len(kept) < len(parts):
            continue
        if made.rows is not None and not is_right_working(made.how, [part.value for part in kept], value):
            # Two rows that became known on one day are one of the series, so that days don't tell the rows.
            continue
        found[metric, day] = WorkingRecord(metric=metric, date=day, value=value, how=made.how, parts=kept)
        if len(kept) <= 2:
            wanted += [(part.metric, part.date) for part in kept]
    yield from (found[key] for key in sorted(found))


def _is_made(metrics: MetricSet, metric: str) -> bool:
    """Return whether a metric is made of others."""
    series = metrics.series.get(metric)
    return series is not None and series.spec.made is not None


def _list_places(made: Derivation, metrics: MetricSet, at: int) -> list[tuple[str, int]] | None:
    """List the readings that a value is made of, oldest first; None where days don't tell them."""
    if made.days is None and made.rows is None:
        return [(name, at) for name in made.of]
    base = made.of[0]
    if made.rows is not None:
        days = _list_rows(metrics, base, at, made.rows + (made.how in _OF_ENDS))
        if days is None:
            return None
        return [(base, day) for day in ((days[0], days[-1]) if made.how in _OF_ENDS else days)]
    return [(base, day) for day in _list_days(metrics, base, at, made)]


def _list_days(metrics: MetricSet, base: str, at: int, made: Derivation) -> list[int]:
    """List the days of a window, or its two ends; days without a session are none."""
    missing = metrics.series[base].missing
    first = at - (made.days or 0)
    if made.how in _OF_ENDS:
        while first > 0 and missing[first] == MissingReason.CLOSED:
            first -= 1
        return [first, at] if first >= 0 else []
    return [day for day in range(max(first + 1, 0), at + 1) if missing[day] != MissingReason.CLOSED]


def _list_rows(metrics: MetricSet, base: str, at: int, count: int) -> list[int] | None:
    """List the days on which each of the last rows was the newest first; None where there are not so many."""
    series = metrics.series[base]
    days: list[int] = []
    for day in range(at, -1, -1):
        end = series.as_of[day]
        if end is None or series.values[day] is None:
            continue
        if day == 0 or series.as_of[day - 1] != end:
            days.append(day)
        if len(days) == count:
            return days[::-1]
    return None
