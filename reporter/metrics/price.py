"""Price metrics: the day's four prices, returns, ranges, and the close's place in the weeks before."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from reporter.desk.parsing.tables import SourceTable
from reporter.metrics.context import Context, Positions
from reporter.metrics.intraday import (
    PRICES,
    PriceDays,
    compute_per_day,
    price_days,
    tests_of_high,
    tests_of_low,
    time_of_high,
    time_of_low,
)
from reporter.metrics.registry import register_metric
from reporter.metrics.series import (
    DailySeries,
    Floats,
    apply_rolling,
    average_before,
    build_series,
    combine_series,
    lag_series,
    relative_change,
    take_first_known,
)
from reporter.model.metric import Hours, LadderClass, MetricSpec, MissingReason, Unit
from reporter.model.news import News

_VOL_DAYS = 30
_VOL_LEAST = 20
_MONTH = 30
#: Days of prices in which "the largest in the data" is told, with when they begin; a record needs a year of them.
_LEAST = 90


def price_spec(name: str, formula: str, news: News | None = None, *, max_age_days: int = 1) -> MetricSpec:
    """The declaration of a metric that is a price.

    Args:
        name: the part of the id after "price.".
        formula: how it is computed, in a sentence.
        news: how its values are news; None where they never are.
        max_age_days: how many days old the newest price in it may be.
    """
    return MetricSpec(f"price.{name}", Unit.PRICE, formula, ("prices",), low=0.0, news=news, max_age_days=max_age_days)


def share_spec(
    name: str,
    formula: str,
    low: float = -1.0,
    high: float = 10.0,
    *,
    ladder: bool = False,
    news: News | None = None,
    max_age_days: int = 1,
) -> MetricSpec:
    """The declaration of a metric that is a share of a price.

    Args:
        name: the part of the id after "price.".
        formula: how it is computed, in a sentence.
        low: smallest value that is believed, as a fraction.
        high: largest value that is believed, as a fraction.
        ladder: whether its moves have words.
        news: how its values are news; None where they never are.
        max_age_days: how many days old the newest price in it may be.
    """
    words: LadderClass | None = "price" if ladder else None
    return MetricSpec(f"price.{name}", Unit.FRACTION, formula, ("prices",), low, high, words, max_age_days, news)


def _day_price(context: Context, field: str) -> DailySeries:
    return context.get_or_make("price fields", lambda: _day_prices(context))[field]


def _day_prices(context: Context) -> dict[str, DailySeries]:
    """A day's four prices, all from one source: the first whose bars cover the day with all their prices.

    Where none does, the first whose bars cover it with closes; else the fullest. So a day of which a close alone is
    known keeps it, and its highs and lows are missing.
    """
    tables = context.tables_with_rows("prices", *PRICES)
    if not tables:
        return dict.fromkeys(PRICES, context.absent_series(*context.tables_with_columns("prices", *PRICES)))
    days = [price_days(context, table) for table in tables]
    reasons = [context.gap_reasons(table) for table in tables]
    covered = np.stack([item.covered for item in days])
    pick = covered.argmax(axis=0)
    for full in (covered >= context.day_length, np.stack([item.whole for item in days]) >= context.day_length):
        pick = np.where(full.any(axis=0), full.argmax(axis=0), pick)
    empty = covered.max(axis=0) == 0
    fields = {}
    for field in PRICES:
        series = [
            build_series(
                _price_field(context, item, field),
                _day_as_of(context, item),
                table.source.id,
                _partial_day_reasons(item, table, why),
            )
            for item, table, why in zip(days, tables, reasons, strict=True)
        ]
        fields[field] = _pick_series(series, pick, empty)
    return fields


def closes_by_source(context: Context) -> list[DailySeries]:
    """The close of each day, a price source that has any row; only bars that end with the day give one."""
    tables = context.tables_with_rows("prices", *PRICES)
    return [
        build_series(
            _price_field(context, price_days(context, table), "close"),
            context.day_end.astype(float),
            table.source.id,
            MissingReason.INCOMPLETE,
        )
        for table in tables
    ]


def _day_as_of(context: Context, days: PriceDays) -> Floats:
    return np.where(days.covered > 0, context.day_end.astype(float), np.nan)


def _partial_day_reasons(days: PriceDays, table: SourceTable, reasons: np.ndarray) -> np.ndarray:
    reasons = reasons.copy()
    reasons[days.covered > 0] = MissingReason.NO_SOURCE if table.source.layout == "closes" else MissingReason.INCOMPLETE
    return reasons


def _price_field(context: Context, days: PriceDays, field: str) -> Floats:
    """One of the four prices a day: an open needs the day's first bar, a close its last, high and low all of them."""
    values = context.empty_column()
    if not len(days.days):
        return values
    path, begin = days.path, days.first
    last = np.append(begin[1:], len(path)) - 1
    day_end, length = context.day_end[days.days], context.day_length[days.days]
    found, known = {
        "open": (path.open[begin], path.start[begin] <= day_end - length),
        "high": (np.maximum.reduceat(path.high, begin), days.covered[days.days] >= length),
        "low": (np.minimum.reduceat(path.low, begin), days.covered[days.days] >= length),
        "close": (path.close[last], path.end[last] == day_end),
    }[field]
    values[days.days] = np.where(known, found, np.nan)
    return values


def _pick_series(series: list[DailySeries], pick: Positions, empty: np.ndarray) -> DailySeries:
    """For each day the series that was chosen; where no source has a bar, the most informative reason."""
    told = take_first_known(series)
    every = np.arange(len(pick))

    def pick_column(name: str) -> np.ndarray:
        chosen = np.stack([getattr(item, name) for item in series])[pick, every]
        return np.where(empty, getattr(told, name), chosen)

    return DailySeries(pick_column("values"), pick_column("as_of"), pick_column("source"), pick_column("missing"))


@register_metric(price_spec("open", "first price of the day"))
def _open_price(context: Context) -> DailySeries:
    return _day_price(context, "open")


@register_metric(
    price_spec("high", "highest price of the day", News("level", "price", up="highest_price", least=_LEAST))
)
def _high_price(context: Context) -> DailySeries:
    return _day_price(context, "high")


@register_metric(
    price_spec("low", "lowest price of the day", News("level", "price", down="lowest_price", least=_LEAST))
)
def _low_price(context: Context) -> DailySeries:
    return _day_price(context, "low")


@register_metric(
    replace(
        price_spec("close", "last price of the day", News("level", "price", "highest_close", "lowest_close", _LEAST)),
        hours=Hours("last", "prices", ("close",)),
    )
)
def _close_price(context: Context) -> DailySeries:
    return _day_price(context, "close")


@register_metric(price_spec("prev_close", "close of the day before"))
def _prev_close(context: Context) -> DailySeries:
    return lag_series(context["price.close"], 1)


@register_metric(
    share_spec(
        "return_1d",
        "close / close of the day before − 1",
        ladder=True,
        news=News("change", "price", "largest_rise", "largest_fall", _LEAST, 0.03),
    )
)
def _return_1d(context: Context) -> DailySeries:
    return relative_change(context["price.close"], 1)


@register_metric(
    share_spec(
        "return_7d",
        "close / close 7 days before − 1",
        ladder=True,
        news=News("change", "price", "week_rise", "week_fall", _LEAST, 0.12),
    )
)
def _return_7d(context: Context) -> DailySeries:
    return relative_change(context["price.close"], context.count_back(7))


@register_metric(
    share_spec(
        "return_30d",
        "close / close 30 days before − 1",
        ladder=True,
        news=News("change", "price", "thirty_day_rise", "thirty_day_fall", _LEAST, 0.15),
    )
)
def _return_30d(context: Context) -> DailySeries:
    return relative_change(context["price.close"], context.count_back(30))


@register_metric(share_spec("fall_from_high", "low / high − 1: the day's low against its high"))
def _fall_from_high(context: Context) -> DailySeries:
    return combine_series(lambda low, high: low / high - 1, context["price.low"], context["price.high"])


@register_metric(
    share_spec(
        "rebound_from_low", "close / low − 1", news=News("amount", "price", up="reversal_from_low", least=_LEAST)
    )
)
def _rebound_from_low(context: Context) -> DailySeries:
    return combine_series(lambda close, low: close / low - 1, context["price.close"], context["price.low"])


@register_metric(
    share_spec(
        "close_from_high", "close / high − 1", news=News("amount", "price", down="reversal_from_high", least=_LEAST)
    )
)
def _close_from_high(context: Context) -> DailySeries:
    return combine_series(lambda close, high: close / high - 1, context["price.close"], context["price.high"])


@register_metric(
    share_spec("range", "high / low − 1", news=News("amount", "price", "widest_range", "narrowest_range", _LEAST))
)
def _price_range(context: Context) -> DailySeries:
    return combine_series(lambda high, low: high / low - 1, context["price.high"], context["price.low"])


@register_metric(
    share_spec("close_position", "(close − low) / (high − low): where in the day's range it closed", 0.0, 1.0)
)
def _close_position(context: Context) -> DailySeries:
    inputs = (context["price.close"], context["price.low"], context["price.high"])
    return combine_series(lambda close, low, high: np.where(high > low, (close - low) / (high - low), np.nan), *inputs)


@register_metric(price_spec("high_30d", "highest price of the last 30 days, today included; all of them must be known"))
def _high_30d(context: Context) -> DailySeries:
    return context.roll_days(context["price.high"], _MONTH, lambda rows: np.max(rows, axis=1))


@register_metric(price_spec("low_30d", "lowest price of the last 30 days, today included; all of them must be known"))
def _low_30d(context: Context) -> DailySeries:
    return context.roll_days(context["price.low"], _MONTH, lambda rows: np.min(rows, axis=1))


@register_metric(
    MetricSpec("price.high_30d_date", Unit.INSTANT, "date of the highest price of the last 30 days", ("prices",))
)
def _high_30d_date(context: Context) -> DailySeries:
    def days_back(rows: Floats) -> Floats:
        return np.asarray((rows.shape[1] - 1.0) - np.argmax(rows, axis=1))

    back = context.roll_days(context["price.high"], _MONTH, days_back)
    place = np.arange(len(context))
    return combine_series(
        lambda days: context.midnight[(place - np.nan_to_num(days).astype(np.int64)).clip(0)].astype(float), back
    )


@register_metric(share_spec("drawdown_30d", "close / highest price of the last 30 days − 1"))
def _drawdown_30d(context: Context) -> DailySeries:
    return combine_series(lambda close, high: close / high - 1, context["price.close"], context["price.high_30d"])


@register_metric(price_spec("mean_close_30d", "mean of the last 30 closes, today included; all must be known"))
def _mean_close(context: Context) -> DailySeries:
    return context.roll_days(context["price.close"], _MONTH, lambda rows: np.mean(rows, axis=1))


@register_metric(
    MetricSpec("price.closes_in_row", Unit.COUNT, "days in a row, up to this one, whose close is known", ("prices",))
)
def _closes_in_row(context: Context) -> DailySeries:
    close = context["price.close"]
    known = ~np.isnan(close.values)
    day = np.arange(len(known))
    # A record over days of which one is missing is none: that day may have been beyond it.
    newest_gap = np.maximum.accumulate(np.where(known, -1, day))
    return build_series(
        np.where(known, day - newest_gap, np.nan).astype(float), close.as_of, close.source, close.missing
    )


@register_metric(price_spec("record_close", "highest daily close in the desk's data up to this day"))
def _record_close(context: Context) -> DailySeries:
    close = context["price.close"]
    return build_series(np.fmax.accumulate(close.values), close.as_of, close.source, close.missing)


@register_metric(price_spec("record_price", "highest price in the desk's data up to this day"))
def _record_price(context: Context) -> DailySeries:
    high = context["price.high"]
    return build_series(np.fmax.accumulate(high.values), high.as_of, high.source, high.missing)


@register_metric(share_spec("drawdown_record", "close / highest daily close in the desk's data − 1"))
def _drawdown_record(context: Context) -> DailySeries:
    return combine_series(
        lambda close, record: close / record - 1, context["price.close"], context["price.record_close"]
    )


def _log_returns(context: Context) -> DailySeries:
    return combine_series(np.log1p, context["price.return_1d"])


def _standard_deviation(rows: Floats) -> Floats:
    """Sample standard deviation along each row, gaps left out."""
    return np.asarray(np.nanstd(rows, axis=1, ddof=1))


@register_metric(
    MetricSpec(
        "price.realised_vol_30d",
        Unit.VOL_POINTS,
        "standard deviation of the last 30 daily log returns × √365 × 100",
        ("prices",),
        0.0,
        1000.0,
        news=News("level", "volatility", "realised_volatility_high", "realised_volatility_low", window=_VOL_DAYS),
    )
)
def _volatility_30d(context: Context) -> DailySeries:
    deviation = apply_rolling(_log_returns(context), _VOL_DAYS, _standard_deviation, least=_VOL_LEAST)
    return combine_series(lambda value: value * math.sqrt(context.days_a_year) * 100, deviation)


@register_metric(share_spec("mean_range_30d", "mean of high / low − 1 over the 30 days before; all must be known"))
def _mean_range(context: Context) -> DailySeries:
    return average_before(context["price.range"], _MONTH)


@register_metric(share_spec("mean_move_30d", "mean size of the 30 daily returns before today; all must be known", 0.0))
def _mean_move(context: Context) -> DailySeries:
    return average_before(combine_series(np.abs, context["price.return_1d"]), _MONTH)


@register_metric(
    MetricSpec(
        "price.move_times",
        Unit.RATIO,
        "size of today's return / mean size of the 30 daily returns before it",
        ("prices",),
    )
)
def _move_times(context: Context) -> DailySeries:
    inputs = (context["price.return_1d"], context["price.mean_move_30d"])
    return combine_series(lambda move, usual: np.where(usual > 0, np.abs(move) / usual, np.nan), *inputs)


@register_metric(share_spec("sigma_1d", "standard deviation of the 30 daily returns before today", 0.0))
def _return_sigma(context: Context) -> DailySeries:
    return lag_series(apply_rolling(context["price.return_1d"], _VOL_DAYS, _standard_deviation, least=_VOL_LEAST), 1)


@register_metric(
    MetricSpec(
        "price.move_sigma",
        Unit.SIGMA,
        "today's return / standard deviation of the 30 daily returns before it",
        ("prices",),
    )
)
def _move_sigma(context: Context) -> DailySeries:
    inputs = (context["price.return_1d"], context["price.sigma_1d"])
    return combine_series(lambda move, sigma: np.where(sigma > 0, move / sigma, np.nan), *inputs)


@register_metric(
    MetricSpec(
        "price.range_sigma",
        Unit.SIGMA,
        "(high / low − 1) / standard deviation of the 30 daily returns before today",
        ("prices",),
    )
)
def _range_sigma(context: Context) -> DailySeries:
    inputs = (context["price.range"], context["price.sigma_1d"])
    return combine_series(lambda span, sigma: np.where(sigma > 0, span / sigma, np.nan), *inputs)


@register_metric(
    MetricSpec("price.hour_of_low", Unit.INSTANT, "start of the intraday bar that holds the low", ("prices",))
)
def _hour_of_low(context: Context) -> DailySeries:
    return compute_per_day(context, time_of_low)


@register_metric(
    MetricSpec("price.hour_of_high", Unit.INSTANT, "start of the intraday bar that holds the high", ("prices",))
)
def _hour_of_high(context: Context) -> DailySeries:
    return compute_per_day(context, time_of_high)


@register_metric(
    MetricSpec(
        "price.tests_of_high",
        Unit.COUNT,
        "visits to within 0.5 % of the day's high, each ended by a bar that closes 1 % below it",
        ("prices",),
    )
)
def _tests_of_high(context: Context) -> DailySeries:
    return compute_per_day(context, tests_of_high)


@register_metric(
    MetricSpec(
        "price.tests_of_low",
        Unit.COUNT,
        "visits to within 0.5 % of the day's low, each ended by a bar that closes 1 % above it",
        ("prices",),
    )
)
def _tests_of_low(context: Context) -> DailySeries:
    return compute_per_day(context, tests_of_low)
