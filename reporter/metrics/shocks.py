"""The last shock: a fall that was hard by the asset's own measure, and how much of it has been made good since."""

from __future__ import annotations

import numpy as np

from reporter.metrics.context import Context
from reporter.metrics.price import price_spec, share_spec
from reporter.metrics.registry import metric
from reporter.metrics.series import Daily, Floats, combined, daily, lagged
from reporter.model.metric import MetricSpec, Missing, Unit

#: A fall of at least this many of the asset's own daily standard deviations, and of this size, is a shock.
SHOCK_SIGMA = 2.5
SHOCK_RETURN = 0.04
_SHOCK_WINDOW = 3


@metric(
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
def _shock_age(context: Context) -> Daily:
    """Today's fall wins; else the deepest of the days before, the newest of equals.

    Deepest in per cent: a first shock swells the deviation that a second one is measured by.
    """
    sigma, ret = context["price.move_sigma"], context["price.return_1d"]
    with np.errstate(invalid="ignore"):
        hard = np.where((sigma.values <= -SHOCK_SIGMA) & (ret.values <= -SHOCK_RETURN), ret.values, np.nan)
    before = [lagged(sigma, days) for days in range(1, _SHOCK_WINDOW + 1)]
    falls = np.stack([_back(hard, days) for days in range(1, _SHOCK_WINDOW + 1)])
    depth = np.where(np.isnan(falls), 0.0, falls)
    ages = np.where((depth < 0).any(axis=0), depth.argmin(axis=0) + 1.0, np.nan)
    # Whether today is worse than a shock of the days before is not known where today's move is not.
    ages = np.where(np.isnan(sigma.values), np.nan, np.where(np.isnan(hard), ages, 0.0))
    reasons = np.full(len(context), Missing.UNDEFINED, dtype=object)
    for day in (*reversed(before), sigma):
        unknown = np.isnan(day.values)
        reasons[unknown] = day.missing[unknown]
    return daily(ages, sigma.as_of, sigma.source, reasons)


def _back(values: Floats, days: int) -> Floats:
    """Values as they stood some days earlier."""
    return np.concatenate([np.full(min(days, len(values)), np.nan), values[: max(len(values) - days, 0)]])


def _at_shock(context: Context, metric_id: str, back: int = 0) -> Daily:
    """A metric as it stood on the day of the shock (or `back` days before it)."""
    age = context["price.shock_age"]
    series = context[metric_id]
    positions = np.arange(len(context)) - np.nan_to_num(age.values).astype(np.int64) - back
    usable = ~np.isnan(age.values) & (positions >= 0)
    index = np.clip(positions, 0, None)
    source = series.source[index]
    source[~usable] = None
    return daily(
        np.where(usable, series.values[index], np.nan),
        np.where(usable, series.as_of[index], np.nan),
        source,
        np.where(usable, series.missing[index], age.missing),
    )


@metric(share_spec("shock_return", "day return of the shock day"))
def _shock_return(context: Context) -> Daily:
    return _at_shock(context, "price.return_1d")


@metric(price_spec("shock_start", "close of the day before the shock day"))
def _shock_start(context: Context) -> Daily:
    return _at_shock(context, "price.close", back=1)


@metric(price_spec("shock_close", "close of the shock day"))
def _shock_close(context: Context) -> Daily:
    return _at_shock(context, "price.close")


@metric(MetricSpec("price.shock_date", Unit.INSTANT, "date of the shock day", ("prices",)))
def _shock_date(context: Context) -> Daily:
    day, age = _at_shock(context, "brief.date"), context["price.shock_age"]
    # The calendar gives the date, but prices say which one it is.
    return daily(day.values, day.as_of, age.source, day.missing)


def _retraced(context: Context, metric_id: str) -> Daily:
    """Share of the shock's fall that a price has made good; not told on the day of the shock itself."""
    after = context["price.shock_age"].values > 0
    inputs = (context[metric_id], context["price.shock_close"], context["price.shock_start"])
    return combined(
        lambda price, bottom, top: np.where(after & (top > bottom), (price - bottom) / (top - bottom), np.nan),
        *inputs,
        same_source=True,
    )


@metric(
    share_spec("retraced_share", "(close − close of the shock day) / (close before it − close of the shock day)", -5.0)
)
def _retraced_share(context: Context) -> Daily:
    return _retraced(context, "price.close")


@metric(share_spec("retraced_share_high", "the day's high instead of the close in price.retraced_share", -5.0))
def _retraced_share_high(context: Context) -> Daily:
    return _retraced(context, "price.high")


@metric(
    share_spec("needed_to_erase", "close before the shock / close of the shock day − 1: the rise that would undo it")
)
def _needed(context: Context) -> Daily:
    inputs = (context["price.shock_start"], context["price.shock_close"])
    return combined(lambda top, bottom: top / bottom - 1, *inputs, same_source=True)
