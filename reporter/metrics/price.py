"""Price metrics: the day, its place in the weeks before, and the last shock."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from reporter.metrics.context import DAY, Context
from reporter.metrics.intraday import per_day, tests_of_high, tests_of_low, time_of_high, time_of_low
from reporter.metrics.registry import metric
from reporter.metrics.series import Daily, Floats, combined, daily, first_known, growth, lagged, rolling
from reporter.model.metric import MetricSpec, Missing, Unit

_DAYS_A_YEAR = 365
#: A fall of at least this many of the asset's own daily standard deviations, and of this size, is a shock.
SHOCK_SIGMA = 2.5
SHOCK_RETURN = 0.04
_SHOCK_WINDOW = 3
_VOL_DAYS = 30
_VOL_LEAST = 20


def _price(name: str, formula: str) -> MetricSpec:
    return MetricSpec(f"price.{name}", Unit.PRICE, formula, ("prices",), low=0.0, rise="good", label=name)


def _share(name: str, formula: str, low: float = -1.0, high: float = 10.0, *, ladder: bool = False) -> MetricSpec:
    return MetricSpec(
        f"price.{name}", Unit.FRACTION, formula, ("prices",), low, high, "good", "price" if ladder else None
    )


def _day_field(context: Context, field: str) -> Daily:
    """One of a day's four prices: from the first source whose bars cover the day."""
    series = [_source_field(context, position, field) for position in range(len(context.tables("prices", "close")))]
    return first_known(series) if series else context.absent("prices")


def _source_field(context: Context, which: int, field: str) -> Daily:
    table = context.tables("prices", "close")[which]
    position = context.day_of(table)
    frame = table.frame[position >= 0]
    groups = frame.groupby(position[position >= 0])
    how = {"open": "first", "high": "max", "low": "min", "close": "last"}[field]
    picked = getattr(groups[field], how)()
    days = picked.index.to_numpy()
    values = np.full(len(context), np.nan)
    as_of = np.full(len(context), np.nan)
    reasons = np.full(len(context), Missing.NO_ROW, dtype=object)
    values[days] = picked.to_numpy()
    as_of[days] = context.day_end[days]
    whole = _field_is_known(context, field, groups, table.bar, days)
    values[days[~whole]] = np.nan
    reasons[days[~whole]] = Missing.INCOMPLETE
    return daily(values, as_of, table.source.id, reasons)


def _field_is_known(
    context: Context, field: str, groups: pd.core.groupby.DataFrameGroupBy, bar: int, days: np.ndarray
) -> np.ndarray:  # type: ignore[type-arg]
    """An open needs the day's first bar, a close its last, a high or low all of them."""
    if field == "open":
        return np.asarray(groups["start"].min().to_numpy() == context.day_end[days] - DAY)
    if field == "close":
        return np.asarray(groups["end"].max().to_numpy() == context.day_end[days])
    return np.asarray(groups.size().to_numpy() * bar >= DAY)


@metric(_price("open", "first price of the day"))
def _open(context: Context) -> Daily:
    return _day_field(context, "open")


@metric(_price("high", "highest price of the day"))
def _high(context: Context) -> Daily:
    return _day_field(context, "high")


@metric(_price("low", "lowest price of the day"))
def _low(context: Context) -> Daily:
    return _day_field(context, "low")


@metric(_price("close", "last price of the day"))
def _close(context: Context) -> Daily:
    return _day_field(context, "close")


@metric(_price("prev_close", "close of the day before"))
def _prev_close(context: Context) -> Daily:
    return lagged(context["price.close"], 1)


@metric(_share("return_1d", "close / close of the day before − 1", ladder=True))
def _return_1d(context: Context) -> Daily:
    return growth(context["price.close"], 1)


@metric(_share("return_7d", "close / close 7 days before − 1", ladder=True))
def _return_7d(context: Context) -> Daily:
    return growth(context["price.close"], 7)


@metric(_share("return_30d", "close / close 30 days before − 1", ladder=True))
def _return_30d(context: Context) -> Daily:
    return growth(context["price.close"], 30)


@metric(_share("fall_from_high", "low / high − 1: the day's low against its high"))
def _fall_from_high(context: Context) -> Daily:
    return combined(lambda low, high: low / high - 1, context["price.low"], context["price.high"])


@metric(_share("rebound_from_low", "close / low − 1"))
def _rebound_from_low(context: Context) -> Daily:
    return combined(lambda close, low: close / low - 1, context["price.close"], context["price.low"])


@metric(_share("close_from_high", "close / high − 1"))
def _close_from_high(context: Context) -> Daily:
    return combined(lambda close, high: close / high - 1, context["price.close"], context["price.high"])


@metric(_share("range", "high / low − 1"))
def _range(context: Context) -> Daily:
    return combined(lambda high, low: high / low - 1, context["price.high"], context["price.low"])


@metric(_share("close_position", "(close − low) / (high − low): where in the day's range it closed", 0.0, 1.0))
def _close_position(context: Context) -> Daily:
    inputs = (context["price.close"], context["price.low"], context["price.high"])
    return combined(lambda close, low, high: np.where(high > low, (close - low) / (high - low), np.nan), *inputs)


@metric(_price("high_30d", "highest price of the last 31 days, today included"))
def _high_30d(context: Context) -> Daily:
    return rolling(context["price.high"], 31, lambda rows: np.nanmax(rows, axis=1), least=25)


@metric(_price("low_30d", "lowest price of the last 31 days, today included"))
def _low_30d(context: Context) -> Daily:
    return rolling(context["price.low"], 31, lambda rows: np.nanmin(rows, axis=1), least=25)


@metric(MetricSpec("price.high_30d_date", Unit.INSTANT, "date of the highest price of the last 31 days", ("prices",)))
def _high_30d_date(context: Context) -> Daily:
    return _date_of_extreme(context, "price.high", np.nanargmax)


def _date_of_extreme(context: Context, metric_id: str, pick: object) -> Daily:
    days_back = rolling(
        context[metric_id],
        31,
        lambda rows: 30.0 - np.asarray(pick(rows, axis=1), dtype=float),
        least=25,  # type: ignore[operator]
    )
    midnights = (context.day_end - 1) // DAY * DAY
    return combined(lambda back: midnights - back * DAY, days_back)


@metric(_share("drawdown_30d", "close / highest price of the last 31 days − 1"))
def _drawdown_30d(context: Context) -> Daily:
    return combined(lambda close, high: close / high - 1, context["price.close"], context["price.high_30d"])


@metric(_price("record_close", "highest daily close in the desk's data up to this day"))
def _record_close(context: Context) -> Daily:
    close = context["price.close"]
    return daily(np.fmax.accumulate(close.values), close.as_of, close.source, close.missing)


@metric(_share("drawdown_record", "close / highest daily close in the desk's data − 1"))
def _drawdown_record(context: Context) -> Daily:
    return combined(lambda close, record: close / record - 1, context["price.close"], context["price.record_close"])


def _log_returns(context: Context) -> Daily:
    return combined(np.log1p, context["price.return_1d"])


def _deviation(rows: Floats) -> Floats:
    """Sample standard deviation along each row, gaps left out."""
    return np.asarray(np.nanstd(rows, axis=1, ddof=1))


@metric(
    MetricSpec(
        "price.realised_vol_30d",
        Unit.VOL_POINTS,
        "standard deviation of the last 30 daily log returns × √365 × 100",
        ("prices",),
        0.0,
        1000.0,
        "bad",
    )
)
def _realised_vol(context: Context) -> Daily:
    deviation = rolling(_log_returns(context), _VOL_DAYS, _deviation, least=_VOL_LEAST)
    return combined(lambda value: value * math.sqrt(_DAYS_A_YEAR) * 100, deviation)


@metric(_share("sigma_1d", "standard deviation of the 30 daily returns before today", 0.0))
def _sigma(context: Context) -> Daily:
    return lagged(rolling(context["price.return_1d"], _VOL_DAYS, _deviation, least=_VOL_LEAST), 1)


@metric(
    MetricSpec(
        "price.move_sigma",
        Unit.SIGMA,
        "today's return / standard deviation of the 30 daily returns before it",
        ("prices",),
        rise="good",
    )
)
def _move_sigma(context: Context) -> Daily:
    inputs = (context["price.return_1d"], context["price.sigma_1d"])
    return combined(lambda move, sigma: np.where(sigma > 0, move / sigma, np.nan), *inputs)


@metric(
    MetricSpec(
        "price.range_sigma",
        Unit.SIGMA,
        "(high / low − 1) / standard deviation of the 30 daily returns before today",
        ("prices",),
    )
)
def _range_sigma(context: Context) -> Daily:
    inputs = (context["price.range"], context["price.sigma_1d"])
    return combined(lambda span, sigma: np.where(sigma > 0, span / sigma, np.nan), *inputs)


@metric(MetricSpec("price.hour_of_low", Unit.INSTANT, "start of the intraday bar that holds the low", ("prices",)))
def _hour_of_low(context: Context) -> Daily:
    return per_day(context, time_of_low)


@metric(MetricSpec("price.hour_of_high", Unit.INSTANT, "start of the intraday bar that holds the high", ("prices",)))
def _hour_of_high(context: Context) -> Daily:
    return per_day(context, time_of_high)


@metric(
    MetricSpec(
        "price.tests_of_high",
        Unit.COUNT,
        "visits to within 0.5 % of the day's high, each ended by a bar that closes 1 % below it",
        ("prices",),
    )
)
def _tests_of_high(context: Context) -> Daily:
    return per_day(context, tests_of_high)


@metric(
    MetricSpec(
        "price.tests_of_low",
        Unit.COUNT,
        "visits to within 0.5 % of the day's low, each ended by a bar that closes 1 % above it",
        ("prices",),
    )
)
def _tests_of_low(context: Context) -> Daily:
    return per_day(context, tests_of_low)


def round_step(price: float) -> float:
    """Distance of the round numbers that a market watches at a price: 5,000 at 60,000, 10,000 at 110,000."""
    power = 10.0 ** math.floor(math.log10(price))
    return power / 10 if price / power < 2 else power / 2


@metric(_price("round_level", "round number nearest to the close (steps of 5,000 from 20,000, of 10,000 from 100,000)"))
def _round_level(context: Context) -> Daily:
    def nearest(close: Floats) -> Floats:
        known = np.where(np.isnan(close) | (close <= 0), 1.0, close)
        steps = np.asarray([round_step(price) for price in known.tolist()])
        return np.where(np.isnan(close), np.nan, np.floor(close / steps + 0.5) * steps)

    return combined(nearest, context["price.close"])


@metric(_share("level_gap", "close / nearest round number − 1"))
def _level_gap(context: Context) -> Daily:
    return combined(lambda close, level: close / level - 1, context["price.close"], context["price.round_level"])


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
    """Today's fall wins; else the hardest of the days before."""
    sigma, ret = context["price.move_sigma"], context["price.return_1d"]
    with np.errstate(invalid="ignore"):
        hard = np.where((sigma.values <= -SHOCK_SIGMA) & (ret.values <= -SHOCK_RETURN), sigma.values, np.nan)
    ages = np.full(len(context), np.nan)
    for age in range(_SHOCK_WINDOW, -1, -1):
        earlier = np.concatenate([np.full(age, np.nan), hard[: len(hard) - age]])
        if age == 0:
            ages = np.where(~np.isnan(earlier), 0.0, ages)
        else:
            held = _severity(hard, ages)
            ages = np.where(~np.isnan(earlier) & ~(held < earlier), float(age), ages)
    return daily(ages, sigma.as_of, sigma.source, Missing.UNDEFINED)


def _severity(hard: Floats, ages: Floats) -> Floats:
    """The move in deviations of the shock found so far, NaN where none is."""
    positions = np.arange(len(hard)) - np.nan_to_num(ages).astype(int)
    return np.where(np.isnan(ages), np.nan, hard[np.clip(positions, 0, None)])


def _at_shock(context: Context, metric_id: str, back: int = 0) -> Daily:
    """A metric as it stood on the day of the shock (or `back` days before it)."""
    age = context["price.shock_age"]
    series = context[metric_id]
    offsets = np.nan_to_num(age.values).astype(int) + back
    positions = np.arange(len(context)) - offsets
    usable = ~np.isnan(age.values) & (positions >= 0)
    index = np.clip(positions, 0, None)
    values = np.where(usable, series.values[index], np.nan)
    return daily(values, np.where(usable, series.as_of[index], np.nan), series.source, Missing.UNDEFINED)


@metric(_share("shock_return", "day return of the shock day"))
def _shock_return(context: Context) -> Daily:
    return _at_shock(context, "price.return_1d")


@metric(_price("shock_start", "close of the day before the shock day"))
def _shock_start(context: Context) -> Daily:
    return _at_shock(context, "price.close", back=1)


@metric(_price("shock_close", "close of the shock day"))
def _shock_close(context: Context) -> Daily:
    return _at_shock(context, "price.close")


@metric(MetricSpec("price.shock_date", Unit.INSTANT, "date of the shock day", ("prices",)))
def _shock_date(context: Context) -> Daily:
    return _at_shock(context, "brief.date")


@metric(_share("retraced_share", "(close − close of the shock day) / (close before it − close of the shock day)", -5.0))
def _retraced(context: Context) -> Daily:
    age = context["price.shock_age"]
    inputs = (context["price.close"], context["price.shock_close"], context["price.shock_start"], age)
    return combined(
        lambda close, bottom, top, days: np.where(
            (days > 0) & (top > bottom), (close - bottom) / (top - bottom), np.nan
        ),
        *inputs,
    )


@metric(_share("retraced_share_high", "the day's high instead of the close in price.retraced_share", -5.0))
def _retraced_high(context: Context) -> Daily:
    age = context["price.shock_age"]
    inputs = (context["price.high"], context["price.shock_close"], context["price.shock_start"], age)
    return combined(
        lambda high, bottom, top, days: np.where((days > 0) & (top > bottom), (high - bottom) / (top - bottom), np.nan),
        *inputs,
    )


@metric(_share("needed_to_erase", "close before the shock / close of the shock day − 1: the rise that would undo it"))
def _needed(context: Context) -> Daily:
    return combined(lambda top, bottom: top / bottom - 1, context["price.shock_start"], context["price.shock_close"])
