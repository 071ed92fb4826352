"""Miners: what a unit of hashrate earns, and when the protocol next relieves (or adds) pressure."""

from __future__ import annotations

import numpy as np

from reporter.metrics.context import Context
from reporter.metrics.registry import register_metric
from reporter.metrics.series import DailySeries, Floats, apply_rolling, combine_series
from reporter.model.metric import Counted, MetricSpec, Unit
from reporter.model.timestamps import DAY

_TABLE = ("miners",)
_MAX_AGE = 3 * DAY


@register_metric(
    MetricSpec(
        "miners.hashprice",
        Unit.HASHPRICE,
        "newest hashprice, USD per PH/s per day",
        _TABLE,
        0.1,
        1e4,
        max_age_days=3,
    )
)
def _newest_hashprice(context: Context) -> DailySeries:
    return context.latest_column_values("miners", "hashprice", _MAX_AGE)


@register_metric(
    MetricSpec(
        "miners.hashprice_rank",
        Unit.COUNT,
        "rank of hashprice among the known days of the last 365, 1 for the lowest, after those that it equals",
        _TABLE,
        max_age_days=3,
        counts=Counted("miners.hashprice", "below", 365, once=False),
    )
)
def _hashprice_rank(context: Context) -> DailySeries:
    def rank_newest(rows: Floats) -> Floats:
        with np.errstate(invalid="ignore"):
            return np.asarray(1.0 + np.sum(rows[:, :-1] <= rows[:, -1:], axis=1))

    return combine_series(
        lambda ranked, _: ranked,
        apply_rolling(context["miners.hashprice"], 365, rank_newest, least=30),
        context["miners.hashprice"],
    )


@register_metric(
    MetricSpec("miners.hashprice_days", Unit.COUNT, "known days of hashprice in the last 365", _TABLE, max_age_days=3)
)
def _hashprice_days(context: Context) -> DailySeries:
    return apply_rolling(
        context["miners.hashprice"], 365, lambda rows: np.sum(~np.isnan(rows), axis=1).astype(float), least=1
    )


@register_metric(
    MetricSpec(
        "miners.difficulty_change",
        Unit.FRACTION,
        "expected change at the next difficulty adjustment",
        _TABLE,
        -0.75,
        3.0,
        max_age_days=3,
    )
)
def _difficulty_change(context: Context) -> DailySeries:
    return context.latest_column_values("miners", "difficulty_change", _MAX_AGE)


@register_metric(
    MetricSpec(
        "miners.difficulty_date",
        Unit.INSTANT,
        "expected date of the next difficulty adjustment",
        _TABLE,
        max_age_days=3,
    )
)
def _difficulty_date(context: Context) -> DailySeries:
    return context.latest_column_values("miners", "difficulty_date", _MAX_AGE)


@register_metric(
    MetricSpec(
        "miners.difficulty_days",
        Unit.DAYS,
        "days from the brief's date to that adjustment",
        _TABLE,
        -30,
        60,
        max_age_days=3,
    )
)
def _difficulty_days(context: Context) -> DailySeries:
    return combine_series(
        lambda then, now: (then - now) / DAY, context["miners.difficulty_date"], context["brief.date"]
    )
