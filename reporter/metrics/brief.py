"""The brief's own calendar: its date, and whether that date is a weekend day."""

from __future__ import annotations

import numpy as np

from reporter.metrics.context import Context
from reporter.metrics.registry import metric
from reporter.metrics.series import Daily, daily
from reporter.model.metric import MetricSpec, Missing, Unit

_SATURDAY = 5


@metric(MetricSpec("brief.date", Unit.INSTANT, "00:00 UTC of the brief's date", ()))
def _date(context: Context) -> Daily:
    return daily(context.midnight.astype(float), context.day_end.astype(float), None, Missing.UNDEFINED)


@metric(MetricSpec("brief.news", Unit.COUNT, "1 where the desk has a table of news, else 0", (), low=0, high=1))
def _news(context: Context) -> Daily:
    kept = any(citation.table == "events" for citation in context.desk.citations.values())
    return daily(np.full(len(context), float(kept)), context.day_end.astype(float), None, Missing.UNDEFINED)


@metric(MetricSpec("brief.weekend", Unit.COUNT, "1 on a Saturday or Sunday, else 0", (), low=0, high=1))
def _weekend(context: Context) -> Daily:
    values = np.asarray([float(day.weekday() >= _SATURDAY) for day in context.dates])
    return daily(values, context.day_end.astype(float), None, Missing.UNDEFINED)
