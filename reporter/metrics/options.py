"""Options, from chain snapshots: skew, term structure, put/call, and where put interest is concentrated.

One snapshot serves a day: the last one known at its cut and no older than a day. The 25-delta risk reversal is
call minus put.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reporter.desk.tables import SourceTable
from reporter.metrics.chains import (
    Chain,
    at_the_money,
    by_strike,
    expiry_nearest,
    expiry_of,
    key_expiry,
    max_pain,
    put_band,
    put_call_ratio,
    risk_reversal,
    snapshots,
)
from reporter.metrics.context import DAY, Context
from reporter.metrics.registry import metric
from reporter.metrics.series import Daily, combined, daily, first_known
from reporter.model.metric import MetricSpec, Missing, StrikeInterest, Unit

_TABLE = ("options",)
_RISK_REVERSAL_DAYS = 30
#: Fridays only: dailies that span little but a weekend carry less variance and kink the front of the curve.
_FRONT_LEAST_DAYS = 2.0
_BACK_DAYS = (45.0, 90.0)

#: One snapshot → value.
SnapshotFunction = Callable[[Chain], float]
_IV = ("mark_iv", "delta")
_OI = ("open_interest",)


def _per_snapshot(context: Context, columns: tuple[str, ...], function: SnapshotFunction) -> Daily:
    series = [_of_source(context, table, function) for table in context.tables("options", *columns)]
    return first_known(series) if series else context.absent(*context.serving("options", *columns))


def _of_source(context: Context, table: SourceTable, function: SnapshotFunction) -> Daily:
    found = _snapshots(context, table)
    times = np.asarray(list(found), dtype=np.int64)
    rows = context.newest(times + table.lag)
    values, as_of = context.empty(), context.empty()
    reasons = np.full(len(context), Missing.NOT_STARTED, dtype=object)
    told: dict[int, float] = {}
    for index in np.flatnonzero(rows >= 0).tolist():
        time = int(times[rows[index]])
        as_of[index] = time
        if context.cut[index] - time > DAY:
            reasons[index] = Missing.STALE
            continue
        if time not in told:
            told[time] = function(found[time])
        values[index] = told[time]
        reasons[index] = Missing.UNDEFINED
    return daily(values, as_of, table.source.id, reasons)


def _snapshots(context: Context, table: SourceTable) -> dict[int, Chain]:
    return context.keep(("snapshots", table.source.id), lambda: snapshots(table))


def _monthly(snapshot: Chain) -> Chain | None:
    return expiry_nearest(snapshot, _RISK_REVERSAL_DAYS, 7, 60)


def _front(snapshot: Chain) -> Chain | None:
    return expiry_nearest(snapshot, 0, _FRONT_LEAST_DAYS, 21, fridays=True)


def _back(snapshot: Chain) -> Chain | None:
    return expiry_nearest(snapshot, _BACK_DAYS[1], _BACK_DAYS[0], 200, fridays=True)


@metric(
    MetricSpec(
        "options.risk_reversal_25d",
        Unit.VOL_POINTS,
        "25-delta call − 25-delta put mark volatility of the expiry nearest 30 days (7 to 60)",
        _TABLE,
        -100.0,
        100.0,
        "good",
    )
)
def _risk_reversal_series(context: Context) -> Daily:
    return _per_snapshot(context, _IV, lambda snapshot: risk_reversal(_monthly(snapshot)))


@metric(MetricSpec("options.risk_reversal_expiry", Unit.INSTANT, "expiry date used for the risk reversal", _TABLE))
def _risk_reversal_expiry(context: Context) -> Daily:
    return _per_snapshot(context, _IV, lambda snapshot: expiry_of(_monthly(snapshot)))


@metric(
    MetricSpec(
        "options.atm_front",
        Unit.VOL_POINTS,
        "at-the-money volatility of the nearest Friday expiry at least 2 days out",
        _TABLE,
        1,
        500,
        "bad",
    )
)
def _atm_front(context: Context) -> Daily:
    return _per_snapshot(context, _IV, lambda snapshot: at_the_money(_front(snapshot)))


@metric(
    MetricSpec(
        "options.atm_back",
        Unit.VOL_POINTS,
        "at-the-money volatility of the Friday expiry nearest 90 days (45 to 200)",
        _TABLE,
        1,
        500,
        "bad",
    )
)
def _atm_back(context: Context) -> Daily:
    return _per_snapshot(context, _IV, lambda snapshot: at_the_money(_back(snapshot)))


@metric(
    MetricSpec(
        "options.term_slope",
        Unit.VOL_POINTS,
        "back − front at-the-money volatility; below 0 the term structure is inverted",
        _TABLE,
        -300,
        300,
        "good",
    )
)
def _term_slope(context: Context) -> Daily:
    return combined(
        lambda back, front: back - front, context["options.atm_back"], context["options.atm_front"], same_source=True
    )


@metric(
    MetricSpec(
        "options.put_call_ratio", Unit.RATIO, "put open interest / call open interest, all expiries", _TABLE, 0, 100
    )
)
def _put_call(context: Context) -> Daily:
    return _per_snapshot(context, _OI, put_call_ratio)


def _of_key_expiry(context: Context, function: SnapshotFunction) -> Daily:
    def value(snapshot: Chain) -> float:
        chain = key_expiry(snapshot)
        return float("nan") if chain is None else function(chain)

    return _per_snapshot(context, _OI, value)


@metric(
    MetricSpec(
        "options.put_band_low",
        Unit.PRICE,
        "lower strike of the band, two round steps wide, that holds the most puts of the key expiry",
        _TABLE,
        0.0,
    )
)
def _put_band_low(context: Context) -> Daily:
    return _of_key_expiry(context, lambda chain: put_band(chain)[0])


@metric(MetricSpec("options.put_band_high", Unit.PRICE, "upper strike of that band", _TABLE, 0.0))
def _put_band_high(context: Context) -> Daily:
    return _of_key_expiry(context, lambda chain: put_band(chain)[1])


@metric(
    MetricSpec(
        "options.put_band_share",
        Unit.FRACTION,
        "share of the key expiry's put open interest in that band",
        _TABLE,
        0.0,
        1.0,
    )
)
def _put_band_share(context: Context) -> Daily:
    return _of_key_expiry(context, lambda chain: put_band(chain)[2])


@metric(
    MetricSpec("options.key_expiry", Unit.INSTANT, "expiry 2 to 45 days out with the most put open interest", _TABLE)
)
def _key_expiry_date(context: Context) -> Daily:
    return _of_key_expiry(context, expiry_of)


@metric(
    MetricSpec(
        "options.max_pain", Unit.PRICE, "strike of the key expiry at which all its options pay out least", _TABLE, 0.0
    )
)
def _max_pain(context: Context) -> Daily:
    return _of_key_expiry(context, max_pain)


def strike_interest(context: Context) -> tuple[StrikeInterest, ...]:
    """Calls and puts by strike of the key expiry in the snapshot of the brief's date; empty where there is none."""
    for table in context.tables("options", *_OI):
        found = _snapshots(context, table)
        known = [time for time in found if time + table.lag <= context.cut[-1] and context.cut[-1] - time <= DAY]
        chain = key_expiry(found[known[-1]]) if known else None
        if chain is not None:
            return by_strike(chain)
    return ()
