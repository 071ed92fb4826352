"""Fund flows: the newest published day, its month so far, streaks and records — as known at the cut."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from reporter.desk.tables import SourceTable
from reporter.metrics.context import DAY, Context
from reporter.metrics.registry import metric
from reporter.metrics.series import Daily, combined, first_known
from reporter.model.metric import MetricSpec, Unit

_TABLE = ("fund_flows",)
#: Friday's flow is the newest until Tuesday morning, and a holiday may add a day.
_MAX_AGE = 5 * DAY

#: Published rows in order (columns day, flow) → a value a row.
RowFunction = Callable[[pd.DataFrame], np.ndarray]


def _published(table: SourceTable) -> pd.DataFrame:
    frame = table.frame
    day = frame["day"] if "day" in frame else frame["start"] // DAY * DAY
    return pd.DataFrame({"day": day.to_numpy(), "flow": frame["flow"].to_numpy(dtype=float)})


def _by_row(context: Context, function: RowFunction) -> Daily:
    """A value computed along the published rows, aligned to what was known at each cut."""
    series = [
        context.latest(table, function(_published(table)), _MAX_AGE) for table in context.tables("fund_flows", "flow")
    ]
    return first_known(series) if series else context.absent("fund_flows")


@metric(
    MetricSpec(
        "etf.net_flow_1d",
        Unit.USD,
        "net flow of the newest published day",
        _TABLE,
        rise="good",
        ladder="flow",
        max_age_days=5,
    )
)
def _net_flow(context: Context) -> Daily:
    return _by_row(context, lambda rows: rows["flow"].to_numpy())


@metric(MetricSpec("etf.flow_date", Unit.INSTANT, "date of the newest published day", _TABLE, max_age_days=5))
def _flow_date(context: Context) -> Daily:
    return _by_row(context, lambda rows: np.where(rows["flow"].notna(), rows["day"].to_numpy(dtype=float), np.nan))


@metric(
    MetricSpec(
        "etf.flow_age", Unit.DAYS, "days from the newest published day to the brief's date", _TABLE, max_age_days=5
    )
)
def _flow_age(context: Context) -> Daily:
    midnights = ((context.day_end - 1) // DAY * DAY).astype(float)
    return combined(lambda day: (midnights - day) / DAY, context["etf.flow_date"])


@metric(
    MetricSpec(
        "etf.net_flow_mtd",
        Unit.USD,
        "sum of net flows from the first of the newest published day's month",
        _TABLE,
        rise="good",
        max_age_days=5,
    )
)
def _month_to_date(context: Context) -> Daily:
    def sums(rows: pd.DataFrame) -> np.ndarray:
        months = pd.to_datetime(rows["day"], unit="s").dt.to_period("M")
        return rows["flow"].groupby(months.to_numpy()).cumsum().to_numpy()

    return _by_row(context, sums)


@metric(
    MetricSpec(
        "etf.flow_streak",
        Unit.COUNT,
        "published days in a row with the same sign, negative for outflows",
        _TABLE,
        max_age_days=5,
    )
)
def _streak(context: Context) -> Daily:
    def runs(rows: pd.DataFrame) -> np.ndarray:
        sign = np.sign(rows["flow"].to_numpy())
        result = np.zeros(len(sign))
        for position, value in enumerate(sign.tolist()):
            before = result[position - 1] if position else 0.0
            result[position] = before + value if before * value > 0 else value
        return result

    return _by_row(context, runs)


@metric(
    MetricSpec(
        "etf.flow_sum_5d", Unit.USD, "sum of the newest five published days", _TABLE, rise="good", max_age_days=5
    )
)
def _five_days(context: Context) -> Daily:
    return _by_row(context, lambda rows: rows["flow"].rolling(5).sum().to_numpy())


def _rank(rows: pd.DataFrame, sign: int) -> np.ndarray:
    """Rank of each flow among all published up to it, 1 for the largest in that direction, 0 for the other one."""
    flows = rows["flow"].to_numpy() * sign
    result = np.zeros(len(flows))
    for position, value in enumerate(flows.tolist()):
        if value > 0:
            result[position] = 1 + int((flows[:position] > value).sum())
    return result


@metric(
    MetricSpec(
        "etf.inflow_rank",
        Unit.COUNT,
        "rank of the newest inflow among all days published so far, 0 where it is an outflow",
        _TABLE,
        max_age_days=5,
    )
)
def _inflow_rank(context: Context) -> Daily:
    return _by_row(context, lambda rows: _rank(rows, 1))


@metric(
    MetricSpec(
        "etf.outflow_rank",
        Unit.COUNT,
        "rank of the newest outflow among all days published so far, 0 where it is an inflow",
        _TABLE,
        max_age_days=5,
    )
)
def _outflow_rank(context: Context) -> Daily:
    return _by_row(context, lambda rows: _rank(rows, -1))


@metric(MetricSpec("etf.days_published", Unit.COUNT, "number of days published so far", _TABLE, max_age_days=5))
def _days_published(context: Context) -> Daily:
    return _by_row(context, lambda rows: np.arange(1, len(rows) + 1, dtype=float))
