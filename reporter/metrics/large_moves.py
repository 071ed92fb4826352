"""The last shock and the last jump: large moves by the asset's own volatility, and how much was retraced since."""

from __future__ import annotations

import numpy as np

from reporter.metrics.context import Context
from reporter.metrics.price import price_spec, share_spec
from reporter.metrics.registry import register_metric
from reporter.metrics.series import DailySeries, Floats, build_series, combine_series, lag_series
from reporter.model.metric import MetricSpec, MissingReason, Unit

#: A fall of at least this many of the asset's own daily standard deviations, and of this size, is a shock.
SHOCK_SIGMA = 2.5
SHOCK_RETURN = 0.04
_SHOCK_WINDOW = 3
#: So many days old the prices of a shock may be: its window, and the day before the shock.
_OLDEST = _SHOCK_WINDOW + 1


@register_metric(
    MetricSpec(
        "price.shock_age",
        Unit.DAYS,
        f"days since the last fall of {SHOCK_SIGMA} or more own standard deviations and {SHOCK_RETURN:.0%} or more, "
        f"looking back {_SHOCK_WINDOW} days; 0 where it is today",
        ("prices",),
        0,
        _SHOCK_WINDOW,
    )
)
def _shock_age(context: Context) -> DailySeries:
    return _move_age(context, -1)


@register_metric(
    MetricSpec(
        "price.jump_age",
        Unit.DAYS,
        f"days since the last rise of {SHOCK_SIGMA} or more own standard deviations and {SHOCK_RETURN:.0%} or more, "
        f"looking back {_SHOCK_WINDOW} days; 0 where it is today",
        ("prices",),
        0,
        _SHOCK_WINDOW,
    )
)
def _jump_age(context: Context) -> DailySeries:
    return _move_age(context, 1)


def _move_age(context: Context, sign: int) -> DailySeries:
    """Days since the large move of that sign: today's, else the largest of the days before, the newest of equals.

    Largest in per cent: a first shock swells the deviation that a second one is measured by.
    """
    sigma, ret = context["price.move_sigma"], context["price.return_1d"]
    moves = sign * ret.values
    with np.errstate(invalid="ignore"):
        hard = np.where((sign * sigma.values >= SHOCK_SIGMA) & (moves >= SHOCK_RETURN), moves, np.nan)
    before = [lag_series(sigma, days) for days in range(1, _SHOCK_WINDOW + 1)]
    earlier = np.stack([_shift_back(hard, days) for days in range(1, _SHOCK_WINDOW + 1)])
    size = np.where(np.isnan(earlier), 0.0, earlier)
    ages = np.where((size > 0).any(axis=0), size.argmax(axis=0) + 1.0, np.nan)
    # Whether today is worse than a hard move of the days before is not known where today's move is not.
    ages = np.where(np.isnan(sigma.values), np.nan, np.where(np.isnan(hard), ages, 0.0))
    reasons = np.full(len(context), MissingReason.UNDEFINED, dtype=object)
    for day in (*reversed(before), sigma):
        unknown = np.isnan(day.values)
        reasons[unknown] = day.missing[unknown]
    return build_series(ages, sigma.as_of, sigma.source, reasons)


def _shift_back(values: Floats, days: int) -> Floats:
    """Values of some days earlier."""
    return np.concatenate([np.full(min(days, len(values)), np.nan), values[: max(len(values) - days, 0)]])


def _metric_at_age(context: Context, age_id: str, metric_id: str, back: int = 0) -> DailySeries:
    """A metric on the day that an age points to (or `back` days before it)."""
    age = context[age_id]
    series = context[metric_id]
    positions = np.arange(len(context)) - np.nan_to_num(age.values).astype(np.int64) - back
    usable = ~np.isnan(age.values) & (positions >= 0)
    index = np.clip(positions, 0, None)
    source = series.source[index]
    source[~usable] = None
    return build_series(
        np.where(usable, series.values[index], np.nan),
        np.where(usable, series.as_of[index], np.nan),
        source,
        np.where(usable, series.missing[index], age.missing),
    )


@register_metric(share_spec("shock_return", "day return of the shock day", ladder=True, max_age_days=_OLDEST))
def _shock_return(context: Context) -> DailySeries:
    return _metric_at_age(context, "price.shock_age", "price.return_1d")


@register_metric(price_spec("shock_start", "close of the day before the shock day", max_age_days=_OLDEST))
def _shock_start(context: Context) -> DailySeries:
    return _metric_at_age(context, "price.shock_age", "price.close", back=1)


@register_metric(price_spec("shock_close", "close of the shock day", max_age_days=_OLDEST))
def _shock_close(context: Context) -> DailySeries:
    return _metric_at_age(context, "price.shock_age", "price.close")


@register_metric(
    MetricSpec("price.shock_date", Unit.INSTANT, "date of the shock day", ("prices",), max_age_days=_OLDEST)
)
def _shock_date(context: Context) -> DailySeries:
    day, age = _metric_at_age(context, "price.shock_age", "brief.date"), context["price.shock_age"]
    # The calendar gives the date, but prices say which one it is.
    return build_series(day.values, day.as_of, age.source, day.missing)


@register_metric(share_spec("jump_return", "day return of the jump day", max_age_days=_OLDEST))
def _jump_return(context: Context) -> DailySeries:
    return _metric_at_age(context, "price.jump_age", "price.return_1d")


@register_metric(price_spec("jump_start", "close of the day before the jump day", max_age_days=_OLDEST))
def _jump_start(context: Context) -> DailySeries:
    return _metric_at_age(context, "price.jump_age", "price.close", back=1)


@register_metric(price_spec("jump_close", "close of the jump day", max_age_days=_OLDEST))
def _jump_close(context: Context) -> DailySeries:
    return _metric_at_age(context, "price.jump_age", "price.close")


@register_metric(MetricSpec("price.jump_date", Unit.INSTANT, "date of the jump day", ("prices",), max_age_days=_OLDEST))
def _jump_date(context: Context) -> DailySeries:
    day, age = _metric_at_age(context, "price.jump_age", "brief.date"), context["price.jump_age"]
    return build_series(day.values, day.as_of, age.source, day.missing)


def _share_undone(context: Context, metric_id: str, what: str) -> DailySeries:
    """Share of a shock's (or jump's) move that a price has retraced; missing on the day of the move itself."""
    after = context[f"price.{what}_age"].values > 0
    inputs = (context[metric_id], context[f"price.{what}_close"], context[f"price.{what}_start"])
    return combine_series(
        lambda price, end, start: np.where(after & (start != end), (price - end) / (start - end), np.nan),
        *inputs,
        same_source=True,
    )


@register_metric(
    share_spec("retraced_share", "(close − close of the shock day) / (close before it − close of the shock day)", -5.0)
)
def _retracement_share(context: Context) -> DailySeries:
    return _share_undone(context, "price.close", "shock")


@register_metric(share_spec("retraced_share_high", "the day's high instead of the close in price.retraced_share", -5.0))
def _retracement_share_high(context: Context) -> DailySeries:
    return _share_undone(context, "price.high", "shock")


@register_metric(
    share_spec(
        "needed_to_erase",
        "close before the shock / close of the shock day − 1: the rise that would undo it",
        max_age_days=_OLDEST,
    )
)
def _rise_to_erase(context: Context) -> DailySeries:
    inputs = (context["price.shock_start"], context["price.shock_close"])
    return combine_series(lambda top, bottom: top / bottom - 1, *inputs, same_source=True)


@register_metric(
    share_spec("given_back_share", "(close of the jump day − close) / (close of the jump day − close before it)", -5.0)
)
def _share_given_back(context: Context) -> DailySeries:
    return _share_undone(context, "price.close", "jump")
