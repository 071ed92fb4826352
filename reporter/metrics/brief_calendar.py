"""The brief's own calendar: its date, and whether that date is a weekend day."""

from __future__ import annotations

import numpy as np

from reporter.metrics.context import Context
from reporter.metrics.registry import register_metric
from reporter.metrics.series import DailySeries, build_series
from reporter.model.metric import MetricSpec, MissingReason, Unit

_SATURDAY = 5


@register_metric(MetricSpec("brief.date", Unit.INSTANT, "00:00 UTC of the brief's date", ()))
def _brief_date(context: Context) -> DailySeries:
    return build_series(context.midnight.astype(float), context.day_end.astype(float), None, MissingReason.UNDEFINED)


@register_metric(
    MetricSpec("brief.news", Unit.COUNT, "1 where the desk has a table of news, else 0", (), low=0, high=1)
)
def _news_flag(context: Context) -> DailySeries:
    kept = any(citation.table == "events" for citation in context.desk.citations.values())
    return build_series(
        np.full(len(context), float(kept)), context.day_end.astype(float), None, MissingReason.UNDEFINED
    )


@register_metric(MetricSpec("brief.weekend", Unit.COUNT, "1 on a Saturday or Sunday, else 0", (), low=0, high=1))
def _weekend_flag(context: Context) -> DailySeries:
    values = np.asarray([float(day.weekday() >= _SATURDAY) for day in context.dates])
    return build_series(values, context.day_end.astype(float), None, MissingReason.UNDEFINED)
