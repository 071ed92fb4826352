"""Fund flows: the newest published day, its month so far, streaks and records — as known at the cut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from reporter.desk.config.sessions import is_closed
from reporter.desk.parsing.tables import SourceTable
from reporter.metrics.context import Context
from reporter.metrics.registry import register_metric
from reporter.metrics.series import DailySeries, Floats, combine_series, take_first_known
from reporter.model.metric import Counted, MetricSpec, Unit
from reporter.model.news import News
from reporter.model.timestamps import DAY

_TABLE = ("fund_flows",)
#: Friday's flow is the newest until Tuesday morning, and a holiday may add a day.
_MAX_AGE = 5 * DAY
_SUMMED_DAYS = 5


@dataclass(frozen=True, slots=True)
class PublishedFlows:
    """The published flows of one source, oldest first.

    Attributes:
        day: date of each, seconds at 00:00 UTC.
        flow: net flow in USD; NaN where the row is blank.
    """

    day: npt.NDArray[np.int64]
    flow: Floats


#: Published rows → a value a row, which may look at the rows before it and at no later one.
RowFunction = Callable[[PublishedFlows], Floats]


def _read_flows(table: SourceTable) -> PublishedFlows:
    return PublishedFlows(table.frame["day"].to_numpy(), table.frame["flow"].to_numpy(dtype=float))


def _series_from_rows(context: Context, function: RowFunction) -> DailySeries:
    """A value computed along the published rows, aligned to the newest flow that was known at each cut."""
    series = []
    for table in context.tables_with_rows("fund_flows", "flow"):
        rows = _read_flows(table)
        series.append(context.latest_values(table, function(rows), _MAX_AGE, ~np.isnan(rows.flow)))
    return (
        take_first_known(series)
        if series
        else context.absent_series(*context.tables_with_columns("fund_flows", "flow"))
    )


@register_metric(
    MetricSpec(
        "etf.net_flow_1d",
        Unit.USD,
        "net flow of the newest published day",
        _TABLE,
        ladder="flow",
        max_age_days=5,
        news=News("change", "flows", "fund_inflow", "fund_outflow", 60, 200e6, only="etf.flow_session"),
    )
)
def _net_flow(context: Context) -> DailySeries:
    return _series_from_rows(context, lambda rows: rows.flow)


@register_metric(MetricSpec("etf.flow_date", Unit.INSTANT, "date of the newest published day", _TABLE, max_age_days=5))
def _flow_date(context: Context) -> DailySeries:
    return _series_from_rows(context, lambda rows: rows.day.astype(float))


@register_metric(
    MetricSpec(
        "etf.flow_session",
        Unit.BOOL,
        "whether the exchange had a session on the newest published day",
        _TABLE,
        max_age_days=5,
    )
)
def _flow_session(context: Context) -> DailySeries:
    series = []
    for table in context.tables_with_rows("fund_flows", "flow"):
        rows, calendar = _read_flows(table), table.source.calendar_name
        dates = [datetime.fromtimestamp(day, UTC).date() for day in rows.day.tolist()]
        sessions = np.asarray([not is_closed(calendar, date) for date in dates], dtype=float)
        series.append(context.latest_values(table, sessions, _MAX_AGE, ~np.isnan(rows.flow)))
    if not series:
        return context.absent_series(*context.tables_with_columns("fund_flows", "flow"))
    return take_first_known(series)


@register_metric(
    MetricSpec(
        "etf.flow_age", Unit.DAYS, "days from the newest published day to the brief's date", _TABLE, max_age_days=5
    )
)
def _flow_age(context: Context) -> DailySeries:
    return combine_series(lambda day: (context.midnight - day) / DAY, context["etf.flow_date"])


@register_metric(
    MetricSpec(
        "etf.net_flow_mtd",
        Unit.USD,
        "sum of net flows from the first of the newest published day's month; missing where a day of it is",
        _TABLE,
        max_age_days=5,
    )
)
def _net_flow_mtd(context: Context) -> DailySeries:
    return _series_from_rows(context, month_sums)


def month_sums(rows: PublishedFlows) -> Floats:
    """Sum of each row's month up to it; NaN after a blank, and in a first month that began before the rows."""
    result = np.full(len(rows.day), np.nan)
    dates = rows.day.astype("datetime64[s]").astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    total = 0.0 if len(rows.day) and _is_first_session(dates[0]) else np.nan
    for position, flow in enumerate(rows.flow.tolist()):
        if position and months[position] != months[position - 1]:
            total = 0.0
        total += flow
        result[position] = total
    return result


def _is_first_session(day: np.datetime64) -> bool:
    """Whether no weekday of the month, apart from New Year's Day, is before the date."""
    month = day.astype("datetime64[M]").astype("datetime64[D]")
    new_year = day.astype("datetime64[Y]").astype("datetime64[D]")
    return int(np.busday_count(month, day, holidays=[new_year])) == 0


@register_metric(
    MetricSpec(
        "etf.flow_streak",
        Unit.COUNT,
        "published days in a row with the same sign, negative for outflows",
        _TABLE,
        max_age_days=5,
        counts=Counted("etf.net_flow_1d", "run"),
    )
)
def _flow_streak(context: Context) -> DailySeries:
    return _series_from_rows(context, flow_streaks)


def flow_streaks(rows: PublishedFlows) -> Floats:
    """Days in a row with the same sign up to each row, signed; a blank or a flow of zero begins anew."""
    result = np.zeros(len(rows.flow))
    before = 0.0
    for position, sign in enumerate(np.sign(rows.flow).tolist()):
        before = before + sign if before * sign > 0 else sign
        result[position] = before
    return result


@register_metric(
    MetricSpec("etf.flow_sum_5d", Unit.USD, "sum of the newest five published days", _TABLE, max_age_days=5)
)
def _flow_sum_5d(context: Context) -> DailySeries:
    def rolling_sums(rows: PublishedFlows) -> Floats:
        if len(rows.flow) < _SUMMED_DAYS:
            return np.full(len(rows.flow), np.nan)
        windows = np.lib.stride_tricks.sliding_window_view(rows.flow, _SUMMED_DAYS)
        return np.concatenate([np.full(_SUMMED_DAYS - 1, np.nan), windows.sum(axis=1)])

    return _series_from_rows(context, rolling_sums)


def flow_ranks(rows: PublishedFlows, sign: int) -> Floats:
    """Rank of each flow among all published up to it, 1 for the largest in that direction, 0 for the other one.

    One that equals an earlier one comes after it: a tie is no record.
    """
    flows = rows.flow * sign
    result = np.zeros(len(flows))
    for position, value in enumerate(flows.tolist()):
        if value > 0:
            result[position] = 1 + int((flows[:position] >= value).sum())
    return result


@register_metric(
    MetricSpec(
        "etf.inflow_rank",
        Unit.COUNT,
        "rank of the newest inflow among all days published so far, 0 where it is an outflow; after those it equals",
        _TABLE,
        max_age_days=5,
        counts=Counted("etf.net_flow_1d", "above"),
    )
)
def _inflow_rank(context: Context) -> DailySeries:
    return _series_from_rows(context, lambda rows: flow_ranks(rows, 1))


@register_metric(
    MetricSpec(
        "etf.outflow_rank",
        Unit.COUNT,
        "rank of the newest outflow among all days published so far, 0 where it is an inflow; after those it equals",
        _TABLE,
        max_age_days=5,
        counts=Counted("etf.net_flow_1d", "below"),
    )
)
def _outflow_rank(context: Context) -> DailySeries:
    return _series_from_rows(context, lambda rows: flow_ranks(rows, -1))


@register_metric(
    MetricSpec("etf.days_published", Unit.COUNT, "number of days published so far", _TABLE, max_age_days=5)
)
def _days_published(context: Context) -> DailySeries:
    return _series_from_rows(context, lambda rows: np.cumsum(~np.isnan(rows.flow)).astype(float))


def _seconds_to_weekday(day: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Seconds from each day to the next weekday."""
    weekday = (day // DAY + 3) % 7  # 1 January 1970 was a Thursday; Monday is 0.
    return np.where(weekday == 4, 3, np.where(weekday == 5, 2, 1)).astype(np.int64) * DAY


@register_metric(
    MetricSpec(
        "etf.next_flow_date",
        Unit.INSTANT,
        "the weekday after the newest published day: the first whose flow is not known",
        _TABLE,
        max_age_days=5,
    )
)
def _next_flow_date(context: Context) -> DailySeries:
    return _series_from_rows(context, lambda rows: (rows.day + _seconds_to_weekday(rows.day)).astype(float))


@register_metric(
    MetricSpec(
        "etf.next_publication",
        Unit.INSTANT,
        "when that flow is due: as long after its day as the newest one was known after its own",
        _TABLE,
        max_age_days=5,
    )
)
def _next_publication(context: Context) -> DailySeries:
    series = []
    for table in context.tables_with_rows("fund_flows", "flow"):
        rows = _read_flows(table)
        known = table.frame["known"].to_numpy()
        due = (known + _seconds_to_weekday(rows.day)).astype(float)
        series.append(context.latest_values(table, due, _MAX_AGE, ~np.isnan(rows.flow)))
    return (
        take_first_known(series)
        if series
        else context.absent_series(*context.tables_with_columns("fund_flows", "flow"))
    )
