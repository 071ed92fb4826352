"""Where the price stood when New York's exchanges closed, and how much of the day's move came before and after.

All prices of a figure are of one source of bars shorter than a day: an hour of one venue says nothing of another.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from reporter.desk.config.sessions import early_close, is_closed
from reporter.desk.parsing.tables import SourceTable
from reporter.metrics.context import Context
from reporter.metrics.intraday import intraday_tables
from reporter.metrics.price import price_spec, share_spec
from reporter.metrics.registry import register_metric
from reporter.metrics.series import DailySeries, Floats, build_series, take_first_known
from reporter.model.metric import MetricSpec, MissingReason, Unit

_CALENDAR: Final = "us"
_ZONE: Final = ZoneInfo("America/New_York")
_CLOSE: Final = time(16, 0)


def find_session_closes(context: Context) -> Floats:
    """Find when New York's exchanges closed on each brief date, seconds since 1970 UTC.

    Not a number on days without a session, and where the close lies outside of the brief's day.
    """

    def find_closes() -> Floats:
        closes = context.empty_column()
        for index, day in enumerate(context.dates):
            if is_closed(_CALENDAR, day):
                continue
            hour = early_close(_CALENDAR, day) or _CLOSE
            closes[index] = datetime.combine(day, hour, _ZONE).astimezone(UTC).timestamp()
        with np.errstate(invalid="ignore"):
            closes[(closes > context.day_end) | (closes <= context.day_start)] = np.nan
        return closes

    return context.get_or_make("us_session_closes", find_closes)


def _read_prices(context: Context, table: SourceTable, instants: Floats) -> Floats:
    """Prices of a source at an instant of each day: the close of the bar that ends then, as known at the day's cut."""
    frame = table.frame
    known, ends = frame["known"].to_numpy(), frame["end"].to_numpy()
    closes = frame["close"].to_numpy(dtype=float)
    place: npt.NDArray[np.int64] = np.searchsorted(ends, np.nan_to_num(instants, nan=-1.0).astype(np.int64))
    inside = np.clip(place, 0, max(len(ends) - 1, 0))
    values = context.empty_column()
    if len(ends):
        found = (ends[inside] == instants) & (known[inside] <= context.cut)
        values[found] = closes[inside][found]
    return values


def _compute_from_bars(context: Context, formula: Callable[[Floats, Floats, Floats], Floats]) -> DailySeries:
    """Compute a figure from a source's prices at the close before, at New York's and at the day's.

    Args:
        context: the calendar.
        formula: the three prices of each day → the figure.
    """
    tables, instants = intraday_tables(context), find_session_closes(context)
    series = []
    for table in (table for table in tables if len(table.frame)):
        end = context.day_end.astype(float)
        before, close = _read_prices(context, table, context.day_start.astype(float)), _read_prices(context, table, end)
        with np.errstate(all="ignore"):
            values = formula(before, _read_prices(context, table, instants), close)
        values[~np.isfinite(values)] = np.nan
        reasons = context.gap_reasons(table)
        reasons[np.isnan(instants) & (reasons != MissingReason.NOT_STARTED)] = MissingReason.CLOSED
        series.append(build_series(values, np.where(np.isnan(values), np.nan, end), table.source.id, reasons))
    return take_first_known(series) if series else context.absent_series(*tables)


@register_metric(
    MetricSpec(
        "brief.us_close",
        Unit.INSTANT,
        "when New York's exchanges closed on this date, by their calendar",
        (),
    )
)
def _us_close(context: Context) -> DailySeries:
    return build_series(find_session_closes(context), context.day_end.astype(float), None, MissingReason.CLOSED)


@register_metric(price_spec("at_us_close", "price of bars shorter than a day when New York's exchanges closed"))
def _price_at_us_close(context: Context) -> DailySeries:
    return _compute_from_bars(context, lambda before, at, close: at.copy())


@register_metric(
    share_spec(
        "return_to_us_close",
        "price when New York's exchanges closed / close of the day before − 1, both of one source of shorter bars",
        ladder=True,
    )
)
def _return_to_us_close(context: Context) -> DailySeries:
    return _compute_from_bars(context, lambda before, at, close: at / before - 1)


@register_metric(
    share_spec(
        "return_after_us_close",
        "close / price when New York's exchanges closed − 1, both of one source of shorter bars",
        ladder=True,
    )
)
def _return_after_us_close(context: Context) -> DailySeries:
    return _compute_from_bars(context, lambda before, at, close: close / at - 1)
