"""Price over spans of the calendar: two days, and the month, quarter and year to date."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from datetime import date

import numpy as np

from reporter.metrics.context import Context
from reporter.metrics.price import share_spec
from reporter.metrics.registry import register_metric
from reporter.metrics.series import DailySeries, build_series, combine_series, relative_change
from reporter.model.metric import MissingReason


@register_metric(share_spec("return_2d", "close / close 2 days before − 1", ladder=True))
def _return_2d(context: Context) -> DailySeries:
    return relative_change(context["price.close"], 2)


def _change_since(context: Context, first_month: Callable[[date], int]) -> DailySeries:
    """Change of the close since the last day before a span; missing where that day's close is not known.

    Args:
        context: the calendar.
        first_month: date → the month in which its span began.
    """
    close, dates = context["price.close"], context.dates
    starts = [date(day.year, first_month(day), 1) for day in dates]
    position = np.asarray([bisect_left(dates, start) - 1 for start in starts])
    inside = position >= 0
    base, source = np.full(len(dates), np.nan), np.full(len(dates), None, dtype=object)
    base[inside], source[inside] = close.values[position[inside]], close.source[position[inside]]
    reasons = np.full(len(dates), MissingReason.TOO_SHORT, dtype=object)
    reasons[inside] = close.missing[position[inside]]
    then = build_series(base, close.as_of, source, reasons)
    return combine_series(lambda now, before: now / before - 1, close, then, same_source=True)


@register_metric(share_spec("month_to_date", "close / last close of the month before − 1", ladder=True))
def _month_to_date(context: Context) -> DailySeries:
    return _change_since(context, lambda day: day.month)


@register_metric(share_spec("quarter_to_date", "close / last close of the quarter before − 1", ladder=True))
def _quarter_to_date(context: Context) -> DailySeries:
    return _change_since(context, lambda day: (day.month - 1) // 3 * 3 + 1)


@register_metric(share_spec("year_to_date", "close / last close of the year before − 1", high=50.0, ladder=True))
def _year_to_date(context: Context) -> DailySeries:
    return _change_since(context, lambda day: 1)
