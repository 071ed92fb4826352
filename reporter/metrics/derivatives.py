"""Futures and perpetuals: open interest, liquidations, funding; and the implied-volatility index."""

from __future__ import annotations

import numpy as np

from reporter.metrics.context import Context
from reporter.metrics.registry import register_metric
from reporter.metrics.series import (
    DailySeries,
    absolute_change,
    apply_rolling,
    average_before,
    build_series,
    combine_series,
    lag_series,
    mask_values,
    relative_change,
    signed_streak,
)
from reporter.model.metric import Counted, Hours, MetricSpec, MissingReason, Unit
from reporter.model.news import STALE_ON, News
from reporter.model.timestamps import DAY

_OI = ("open_interest",)
_LIQUIDATIONS = ("liquidations",)
_FUNDING = ("funding",)
_DVOL = ("volatility_index",)
#: What is usual is the mean of so many days.
_USUAL_DAYS = 30


@register_metric(
    MetricSpec(
        "derivatives.open_interest",
        Unit.USD,
        "last reading of the day",
        _OI,
        0.0,
        news=News("level", "futures", "open_interest_high", "open_interest_low", 180, never_repeats=True),
        hours=Hours("last", "open_interest", ("open_interest",)),
    )
)
def _open_interest(context: Context) -> DailySeries:
    return context.day_last("open_interest", "open_interest")


@register_metric(
    MetricSpec(
        "derivatives.open_interest_7d_ago", Unit.USD, "last reading of the day 7 days before", _OI, 0.0, max_age_days=8
    )
)
def _open_interest_7d_ago(context: Context) -> DailySeries:
    return lag_series(context["derivatives.open_interest"], 7)


@register_metric(
    MetricSpec(
        "derivatives.open_interest_change_1d",
        Unit.FRACTION,
        "open interest / the day before − 1; none on a day that repeats the day before to the last digit while the "
        "price moved by more than 2 %, nor on the day after: one of the two is stale, and nothing says which",
        _OI,
        -0.9,
        5.0,
        ladder="open_interest",
        news=News("change", "futures", "open_interest_rise", "open_interest_fall", 180, 0.05),
    )
)
def _open_interest_change_1d(context: Context) -> DailySeries:
    return mask_values(
        relative_change(context["derivatives.open_interest"], 1), _stale_changes(context), MissingReason.UNDEFINED
    )


@register_metric(
    MetricSpec(
        "quality.open_interest.repeated_on",
        Unit.INSTANT,
        "00:00 UTC of today or yesterday, if its open interest repeats the day before to the last digit while the "
        "price moved by more than 2 %",
        (),
    )
)
def _open_interest_repeated_on(context: Context) -> DailySeries:
    stock, today = context["derivatives.open_interest"], _repeated_days(context)
    began = np.where(today, context.day_end - DAY, context.day_end - 2 * DAY).astype(float)
    days = build_series(began, stock.as_of, stock.source, MissingReason.UNDEFINED)
    return mask_values(days, ~_stale_changes(context), MissingReason.UNDEFINED)


def _stale_changes(context: Context) -> np.ndarray:
    """Days whose change rests on an open interest that may be the day before's."""
    repeated = _repeated_days(context)
    return np.asarray(repeated | np.concatenate([[False], repeated[:-1]]), dtype=bool)


def _repeated_days(context: Context) -> np.ndarray:
    """Days whose open interest is the day before's to the last digit, though the price moved."""
    stock, moved = context["derivatives.open_interest"], context["price.return_1d"]
    before = lag_series(stock, 1)
    with np.errstate(invalid="ignore"):
        repeated = (stock.values == before.values) & (stock.as_of != before.as_of)
        return np.asarray(repeated & (np.abs(moved.values) > STALE_ON), dtype=bool)


@register_metric(
    MetricSpec(
        "derivatives.open_interest_coins_change_1d",
        Unit.FRACTION,
        "(1 + change of open interest in a day) / (1 + return of the price in a day) − 1: counted in coins",
        (*_OI, "prices"),
        -0.9,
        5.0,
        ladder="open_interest",
        news=News("change", "futures", "open_interest_coins_rise", "open_interest_coins_fall", 180, 0.04),
    )
)
def _open_interest_coins_change_1d(context: Context) -> DailySeries:
    in_dollars, price = context["derivatives.open_interest_change_1d"], context["price.return_1d"]
    return combine_series(lambda dollars, moved: (1 + dollars) / (1 + moved) - 1, in_dollars, price)


@register_metric(
    MetricSpec(
        "derivatives.open_interest_change_7d",
        Unit.FRACTION,
        "open interest / 7 days before − 1",
        _OI,
        -0.95,
        10.0,
        ladder="open_interest",
    )
)
def _open_interest_change_7d(context: Context) -> DailySeries:
    return relative_change(context["derivatives.open_interest"], 7)


@register_metric(
    MetricSpec(
        "derivatives.open_interest_coins",
        Unit.CONTRACTS,
        "open interest / close: how many coins the dollars are",
        (*_OI, "prices"),
        0.0,
    )
)
def _open_interest_coins(context: Context) -> DailySeries:
    return combine_series(
        lambda dollars, close: dollars / close, context["derivatives.open_interest"], context["price.close"]
    )


@register_metric(
    MetricSpec(
        "derivatives.open_interest_coins_change_7d",
        Unit.FRACTION,
        "(1 + change of open interest in 7 days) / (1 + return of the price in 7 days) − 1: counted in coins, because "
        "open interest in dollars falls with the price by itself",
        (*_OI, "prices"),
        -0.95,
        10.0,
        ladder="open_interest",
    )
)
def _open_interest_coins_7d(context: Context) -> DailySeries:
    in_dollars, price = context["derivatives.open_interest_change_7d"], context["price.return_7d"]
    return combine_series(lambda dollars, moved: (1 + dollars) / (1 + moved) - 1, in_dollars, price)


@register_metric(
    MetricSpec(
        "derivatives.liquidations_long",
        Unit.USD,
        "liquidated longs of the day",
        _LIQUIDATIONS,
        0.0,
        news=News("amount", "liquidations", up="long_liquidations_high", least=180),
        hours=Hours("sum", "liquidations", ("long",)),
    )
)
def _long_liquidations(context: Context) -> DailySeries:
    return context.day_total("liquidations", "long")


@register_metric(
    MetricSpec(
        "derivatives.liquidations_short",
        Unit.USD,
        "liquidated shorts of the day",
        _LIQUIDATIONS,
        0.0,
        news=News("amount", "liquidations", up="short_liquidations_high", least=180),
        hours=Hours("sum", "liquidations", ("short",)),
    )
)
def _short_liquidations(context: Context) -> DailySeries:
    return context.day_total("liquidations", "short")


@register_metric(
    MetricSpec(
        "derivatives.liquidations_total",
        Unit.USD,
        "liquidated longs + shorts of the day",
        _LIQUIDATIONS,
        0.0,
        news=News("amount", "liquidations", "liquidations_high", "liquidations_low", 180),
        hours=Hours("sum", "liquidations", ("long", "short")),
    )
)
def _total_liquidations(context: Context) -> DailySeries:
    inputs = (context["derivatives.liquidations_long"], context["derivatives.liquidations_short"])
    return combine_series(np.add, *inputs, same_source=True)


@register_metric(
    MetricSpec(
        "derivatives.liquidations_mean_30d",
        Unit.USD,
        "mean of liquidated longs + shorts over the 30 days before, all of them known and of today's source",
        _LIQUIDATIONS,
        0.0,
    )
)
def _mean_liquidations(context: Context) -> DailySeries:
    # Sources cover different parts of the market, so a day is held against days of its own source alone.
    return average_before(context["derivatives.liquidations_total"], _USUAL_DAYS, same_source=True)


@register_metric(
    MetricSpec(
        "derivatives.liquidations_long_share",
        Unit.FRACTION,
        "longs / (longs + shorts) of the day",
        _LIQUIDATIONS,
        0.0,
        1.0,
    )
)
def _long_share(context: Context) -> DailySeries:
    inputs = (context["derivatives.liquidations_long"], context["derivatives.liquidations_total"])
    return combine_series(lambda longs, total: np.where(total > 0, longs / total, np.nan), *inputs)


@register_metric(
    MetricSpec(
        "derivatives.funding_1d",
        Unit.FRACTION,
        "sum of the day's funding settlements; all of them must be there",
        _FUNDING,
        -0.05,
        0.05,
        news=News("amount", "futures", "funding_high", "funding_low"),
    )
)
def _daily_funding(context: Context) -> DailySeries:
    return context.day_total("funding", "rate")


@register_metric(
    MetricSpec(
        "derivatives.funding_sign_streak",
        Unit.COUNT,
        "days in a row with the same sign of the day's funding, negative for negative",
        _FUNDING,
        counts=Counted("derivatives.funding_1d", "run", once=False),
    )
)
def _funding_streak(context: Context) -> DailySeries:
    return signed_streak(context["derivatives.funding_1d"])


@register_metric(
    MetricSpec(
        "derivatives.dvol",
        Unit.VOL_POINTS,
        "last value of the day",
        _DVOL,
        1.0,
        500.0,
        news=News("level", "volatility", "implied_volatility_high", "implied_volatility_low"),
        hours=Hours("last", "volatility_index", ("close",)),
    )
)
def _dvol_close(context: Context) -> DailySeries:
    return context.day_last("volatility_index", "close")


@register_metric(
    MetricSpec(
        "derivatives.dvol_mean_90d",
        Unit.VOL_POINTS,
        "mean of the last values of 90 days, today included; all of them must be known",
        _DVOL,
        1.0,
        500.0,
    )
)
def _mean_dvol(context: Context) -> DailySeries:
    return apply_rolling(context["derivatives.dvol"], 90, lambda rows: np.mean(rows, axis=1), least=90)


@register_metric(
    MetricSpec(
        "derivatives.dvol_prev",
        Unit.VOL_POINTS,
        "last value of the day before",
        _DVOL,
        1.0,
        500.0,
        max_age_days=2,
    )
)
def _previous_dvol(context: Context) -> DailySeries:
    return lag_series(context["derivatives.dvol"], 1)


@register_metric(
    MetricSpec(
        "derivatives.dvol_change_1d",
        Unit.VOL_POINTS,
        "last value − last value of the day before",
        _DVOL,
        -200.0,
        200.0,
        "volatility",
        news=News("change", "volatility", "implied_volatility_rise", "implied_volatility_fall", 180, 3.0),
    )
)
def _dvol_change(context: Context) -> DailySeries:
    return absolute_change(context["derivatives.dvol"], 1)


@register_metric(
    MetricSpec(
        "derivatives.dvol_high",
        Unit.VOL_POINTS,
        "highest value of the day",
        _DVOL,
        1.0,
        500.0,
    )
)
def _dvol_high(context: Context) -> DailySeries:
    return context.day_extreme("volatility_index", "high", "max")


@register_metric(
    MetricSpec(
        "derivatives.dvol_low",
        Unit.VOL_POINTS,
        "lowest value of the day",
        _DVOL,
        1.0,
        500.0,
    )
)
def _dvol_low(context: Context) -> DailySeries:
    return context.day_extreme("volatility_index", "low", "min")


@register_metric(
    MetricSpec(
        "derivatives.open_interest_price_part",
        Unit.USD,
        "open interest of the day before × the day's return: how much of its change in dollars is the price alone",
        (*_OI, "prices"),
    )
)
def _open_interest_price_part(context: Context) -> DailySeries:
    # Where the day's change is not known, neither is its part.
    change = context["derivatives.open_interest_change_1d"]
    inputs = (lag_series(context["derivatives.open_interest"], 1), context["price.return_1d"], change)
    return combine_series(lambda before, moved, _: before * moved, *inputs)


@register_metric(
    MetricSpec(
        "derivatives.open_interest_opened",
        Unit.USD,
        "change of open interest in a day − what of it is the price alone: positions opened, below 0 closed",
        (*_OI, "prices"),
    )
)
def _open_interest_opened(context: Context) -> DailySeries:
    stock = context["derivatives.open_interest"]
    inputs = (stock, lag_series(stock, 1), context["derivatives.open_interest_price_part"])
    return combine_series(lambda now, before, price: now - before - price, *inputs)


@register_metric(
    MetricSpec(
        "derivatives.liquidations_share_of_open_interest",
        Unit.FRACTION,
        "liquidated longs + shorts of the day / open interest of the day before; none where a source covers a part of "
        "the market",
        (*_LIQUIDATIONS, *_OI),
        0.0,
        1.0,
    )
)
def _liquidations_share_of_open_interest(context: Context) -> DailySeries:
    inputs = (context["derivatives.liquidations_total"], lag_series(context["derivatives.open_interest"], 1))
    share = combine_series(lambda total, stock: np.where(stock > 0, total / stock, np.nan), *inputs)
    parts = [context[f"quality.{table}.partial"].values for table in (*_LIQUIDATIONS, *_OI)]
    partial = (parts[0] == 1) | np.concatenate([[False], parts[1][:-1] == 1])
    return mask_values(share, partial, MissingReason.UNDEFINED)


@register_metric(
    MetricSpec(
        "derivatives.volatility_premium",
        Unit.VOL_POINTS,
        "implied volatility − realised volatility of the last thirty days",
        (*_DVOL, "prices"),
        -500.0,
        500.0,
    )
)
def _volatility_premium(context: Context) -> DailySeries:
    inputs = (context["derivatives.dvol"], context["price.realised_vol_30d"])
    return combine_series(lambda implied, realised: implied - realised, *inputs)
