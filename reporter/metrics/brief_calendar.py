"""The brief's own calendar: its date, whether that is a weekend day, its cut, and the next close."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from reporter.metrics.context import Context
from reporter.metrics.registry import register_metric
from reporter.metrics.series import DailySeries, build_series
from reporter.model.metric import MetricSpec, MissingReason, Unit

_SATURDAY = 5


@register_metric(MetricSpec("brief.date", Unit.INSTANT, "00:00 UTC of the brief's date", ()))
def _brief_date(context: Context) -> DailySeries:
    return _build_instants(context, context.midnight)


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


@register_metric(MetricSpec("brief.cut", Unit.INSTANT, "instant up to which rows count as known to the brief", ()))
def _brief_cut(context: Context) -> DailySeries:
    return _build_instants(context, context.cut)


@register_metric(
    MetricSpec("brief.next_close", Unit.INSTANT, "end of the day after the brief's date: the next daily close", ())
)
def _next_close(context: Context) -> DailySeries:
    return _build_instants(context, context.next_end)


def _build_instants(context: Context, instants: npt.NDArray[np.int64]) -> DailySeries:
    return build_series(instants.astype(float), context.day_end.astype(float), None, MissingReason.UNDEFINED)
