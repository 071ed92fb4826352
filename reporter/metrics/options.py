"""Options, from chain snapshots: skew, term structure, put/call, and where put interest is concentrated.

One snapshot serves a day: the last one known at its cut and no older than a day. The 25-delta risk reversal is
call minus put.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reporter.desk.parsing.tables import SourceTable
from reporter.metrics.context import Context
from reporter.metrics.option_chains import (
    OptionChain,
    atm_volatility,
    expiry_date,
    find_key_expiry,
    find_nearest_expiry,
    interest_by_strike,
    max_pain,
    put_band,
    put_call_ratio,
    risk_reversal,
    split_snapshots,
)
from reporter.metrics.registry import register_metric
from reporter.metrics.series import DailySeries, build_series, combine_series, take_first_known
from reporter.model.metric import MetricSpec, MissingReason, StrikeInterest, Unit
from reporter.model.timestamps import DAY

_TABLE = ("options",)
_RISK_REVERSAL_DAYS = 30
#: Fridays only: dailies that span little but a weekend carry less variance and kink the front of the curve.
_FRONT_LEAST_DAYS = 2.0
_BACK_DAYS = (45.0, 90.0)

#: One snapshot → value.
SnapshotFunction = Callable[[OptionChain], float]
_IV = ("mark_iv", "delta")
_OI = ("open_interest",)


def _series_per_snapshot(context: Context, columns: tuple[str, ...], function: SnapshotFunction) -> DailySeries:
    series = [_source_series(context, table, function) for table in context.tables_with_rows("options", *columns)]
    return (
        take_first_known(series) if series else context.absent_series(*context.tables_with_columns("options", *columns))
    )


def _source_series(context: Context, table: SourceTable, function: SnapshotFunction) -> DailySeries:
    found = _get_snapshots(context, table)
    times = np.asarray(list(found), dtype=np.int64)
    rows = context.newest_positions(times + table.lag)
    values, as_of = context.empty_column(), context.empty_column()
    reasons = np.full(len(context), MissingReason.NOT_STARTED, dtype=object)
    told: dict[int, float] = {}
    for index in np.flatnonzero(rows >= 0).tolist():
        time = int(times[rows[index]])
        as_of[index] = time
        if context.cut[index] - time > DAY:
            reasons[index] = MissingReason.STALE
            continue
        if time not in told:
            told[time] = function(found[time])
        values[index] = told[time]
        reasons[index] = MissingReason.UNDEFINED
    return build_series(values, as_of, table.source.id, reasons)


def _get_snapshots(context: Context, table: SourceTable) -> dict[int, OptionChain]:
    return context.get_or_make(("snapshots", table.source.id), lambda: split_snapshots(table))


def _monthly_chain(snapshot: OptionChain) -> OptionChain | None:
    return find_nearest_expiry(snapshot, _RISK_REVERSAL_DAYS, 7, 60)


def _front_chain(snapshot: OptionChain) -> OptionChain | None:
    return find_nearest_expiry(snapshot, 0, _FRONT_LEAST_DAYS, 21, fridays=True)


def _back_chain(snapshot: OptionChain) -> OptionChain | None:
    return find_nearest_expiry(snapshot, _BACK_DAYS[1], _BACK_DAYS[0], 200, fridays=True)


@register_metric(
    MetricSpec(
        "options.risk_reversal_25d",
        Unit.VOL_POINTS,
        "25-delta call − 25-delta put mark volatility of the expiry nearest 30 days (7 to 60)",
        _TABLE,
        -100.0,
        100.0,
    )
)
def _risk_reversal_series(context: Context) -> DailySeries:
    return _series_per_snapshot(context, _IV, lambda snapshot: risk_reversal(_monthly_chain(snapshot)))


@register_metric(
    MetricSpec("options.risk_reversal_expiry", Unit.INSTANT, "expiry date used for the risk reversal", _TABLE)
)
def _risk_reversal_expiry(context: Context) -> DailySeries:
    return _series_per_snapshot(context, _IV, lambda snapshot: expiry_date(_monthly_chain(snapshot)))


@register_metric(
    MetricSpec(
        "options.atm_front",
        Unit.VOL_POINTS,
        "at-the-money volatility of the nearest Friday expiry at least 2 days out",
        _TABLE,
        1,
        500,
    )
)
def _atm_front(context: Context) -> DailySeries:
    return _series_per_snapshot(context, _IV, lambda snapshot: atm_volatility(_front_chain(snapshot)))


@register_metric(
    MetricSpec(
        "options.atm_back",
        Unit.VOL_POINTS,
        "at-the-money volatility of the Friday expiry nearest 90 days (45 to 200)",
        _TABLE,
        1,
        500,
    )
)
def _atm_back(context: Context) -> DailySeries:
    return _series_per_snapshot(context, _IV, lambda snapshot: atm_volatility(_back_chain(snapshot)))


@register_metric(
    MetricSpec(
        "options.term_slope",
        Unit.VOL_POINTS,
        "back − front at-the-money volatility; below 0 the term structure is inverted",
        _TABLE,
        -300,
        300,
    )
)
def _term_slope(context: Context) -> DailySeries:
    return combine_series(
        lambda back, front: back - front, context["options.atm_back"], context["options.atm_front"], same_source=True
    )


@register_metric(
    MetricSpec(
        "options.put_call_ratio", Unit.RATIO, "put open interest / call open interest, all expiries", _TABLE, 0, 100
    )
)
def _put_call_series(context: Context) -> DailySeries:
    return _series_per_snapshot(context, _OI, put_call_ratio)


def _key_expiry_series(context: Context, function: SnapshotFunction) -> DailySeries:
    def evaluate_snapshot(snapshot: OptionChain) -> float:
        chain = find_key_expiry(snapshot)
        return float("nan") if chain is None else function(chain)

    return _series_per_snapshot(context, _OI, evaluate_snapshot)


@register_metric(
    MetricSpec(
        "options.put_band_low",
        Unit.PRICE,
        "lower strike of the band, two round steps wide, that holds the most puts of the key expiry",
        _TABLE,
        0.0,
    )
)
def _put_band_low(context: Context) -> DailySeries:
    return _key_expiry_series(context, lambda chain: put_band(chain)[0])


@register_metric(MetricSpec("options.put_band_high", Unit.PRICE, "upper strike of that band", _TABLE, 0.0))
def _put_band_high(context: Context) -> DailySeries:
    return _key_expiry_series(context, lambda chain: put_band(chain)[1])


@register_metric(
    MetricSpec(
        "options.put_band_share",
        Unit.FRACTION,
        "share of the key expiry's put open interest in that band",
        _TABLE,
        0.0,
        1.0,
    )
)
def _put_band_share(context: Context) -> DailySeries:
    return _key_expiry_series(context, lambda chain: put_band(chain)[2])


@register_metric(
    MetricSpec("options.key_expiry", Unit.INSTANT, "expiry 2 to 45 days out with the most put open interest", _TABLE)
)
def _key_expiry_date(context: Context) -> DailySeries:
    return _key_expiry_series(context, expiry_date)


@register_metric(
    MetricSpec("options.key_expiry_days", Unit.DAYS, "days from the brief's date to that expiry", _TABLE, -10, 60)
)
def _key_expiry_days(context: Context) -> DailySeries:
    return combine_series(lambda then, now: (then - now) / DAY, context["options.key_expiry"], context["brief.date"])


@register_metric(
    MetricSpec(
        "options.max_pain", Unit.PRICE, "strike of the key expiry at which all its options pay out least", _TABLE, 0.0
    )
)
def _max_pain(context: Context) -> DailySeries:
    return _key_expiry_series(context, max_pain)


def strike_interest(context: Context) -> tuple[StrikeInterest, ...]:
    """Calls and puts by strike of the key expiry in the snapshot of the brief's date; empty where there is none."""
    for table in context.tables_with_rows("options", *_OI):
        found = _get_snapshots(context, table)
        known = [time for time in found if time + table.lag <= context.cut[-1] and context.cut[-1] - time <= DAY]
        chain = find_key_expiry(found[known[-1]]) if known else None
        if chain is not None:
            return interest_by_strike(chain)
    return ()
