"""Options, from chain snapshots: skew, term structure, put/call, and where put interest is concentrated.

One snapshot serves a day: the last one known at its cut and no older than a day. Implied volatilities are
mark volatilities in points; deltas are the source's own. The 25-delta risk reversal is call minus put.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from reporter.desk.tables import SourceTable
from reporter.metrics.context import DAY, Context
from reporter.metrics.price import round_step
from reporter.metrics.registry import metric
from reporter.metrics.series import Daily, combined, daily, first_known
from reporter.model.metric import MetricSpec, Missing, StrikeInterest, Unit

_TABLE = ("options",)
_EXPIRY_HOUR = 8 * 3600
_FRIDAY = 4
_RISK_REVERSAL_DAYS = 30
#: Fridays only: dailies that span little but a weekend carry less variance and kink the front of the curve.
_FRONT_LEAST_DAYS = 2.0
_BACK_DAYS = (45.0, 90.0)
_KEY_EXPIRY_DAYS = (2.0, 45.0)

#: One snapshot (with `days` to expiry) → value.
SnapshotFunction = Callable[[pd.DataFrame], float]
_IV = ("mark_iv", "delta")
_OI = ("open_interest",)


def _per_snapshot(context: Context, columns: tuple[str, ...], function: SnapshotFunction) -> Daily:
    series = [_of_source(context, table, function) for table in context.tables("options", *columns)]
    return first_known(series) if series else context.absent("options")


def _of_source(context: Context, table: SourceTable, function: SnapshotFunction) -> Daily:
    times = np.unique(table.frame["start"].to_numpy())
    known = times + (table.frame["known"].to_numpy() - table.frame["start"].to_numpy()).max()
    rows = np.searchsorted(known, context.cut, side="right") - 1
    values = np.full(len(context), np.nan)
    as_of = np.full(len(context), np.nan)
    reasons = np.full(len(context), Missing.NOT_STARTED, dtype=object)
    for index in np.flatnonzero(rows >= 0).tolist():
        time = int(times[rows[index]])
        as_of[index] = time
        if context.cut[index] - time > DAY:
            reasons[index] = Missing.STALE
            continue
        values[index] = function(_snapshot(table, time))
        reasons[index] = Missing.UNDEFINED
    return daily(values, as_of, table.source.id, reasons)


def _snapshot(table: SourceTable, time: int) -> pd.DataFrame:
    """Rows of one instant whose options still live, with days to expiry."""
    frame = table.frame[(table.frame["start"] == time).to_numpy()]
    days = (frame["expiry"].to_numpy() + _EXPIRY_HOUR - time) / DAY
    return frame.assign(days=days)[days > 0]


def _at_delta(chain: pd.DataFrame, side: str, delta: float) -> float:
    """Mark volatility of one side at a delta, linear in delta between quotes; NaN outside the quotes."""
    rows = chain[
        (chain["type"] == side).to_numpy() & chain["mark_iv"].notna().to_numpy() & chain["delta"].notna().to_numpy()
    ]
    rows = rows[(rows["mark_iv"] > 0).to_numpy()].sort_values("delta", kind="stable")
    deltas = rows["delta"].to_numpy(dtype=float)
    if len(deltas) < 2 or not deltas[0] <= delta <= deltas[-1]:
        return float("nan")
    return float(np.interp(delta, deltas, rows["mark_iv"].to_numpy(dtype=float)))


def _atm(chain: pd.DataFrame) -> float:
    """At-the-money volatility: the call of delta one half."""
    return _at_delta(chain, "call", 0.5)


def _expiry_nearest(
    snapshot: pd.DataFrame, target: float, low: float, high: float, *, fridays: bool
) -> pd.DataFrame | None:
    """The chain of the expiry nearest to a number of days, within bounds."""
    expiries = snapshot[["expiry", "days"]].drop_duplicates("expiry").sort_values("expiry")
    use = ((expiries["days"] >= low) & (expiries["days"] <= high)).to_numpy()
    if fridays:
        weekdays = [datetime.fromtimestamp(seconds, UTC).weekday() for seconds in expiries["expiry"].tolist()]
        use = use & (np.asarray(weekdays) == _FRIDAY)
    expiries = expiries[use]
    if not len(expiries):
        return None
    nearest = expiries.iloc[int(np.argmin(np.abs(expiries["days"].to_numpy() - target)))]["expiry"]
    return snapshot[(snapshot["expiry"] == nearest).to_numpy()]


def _monthly(snapshot: pd.DataFrame) -> pd.DataFrame | None:
    return _expiry_nearest(snapshot, _RISK_REVERSAL_DAYS, 7, 60, fridays=False)


def _risk_reversal(snapshot: pd.DataFrame) -> float:
    chain = _monthly(snapshot)
    return float("nan") if chain is None else _at_delta(chain, "call", 0.25) - _at_delta(chain, "put", -0.25)


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
    return _per_snapshot(context, _IV, _risk_reversal)


@metric(MetricSpec("options.risk_reversal_expiry", Unit.INSTANT, "expiry date used for the risk reversal", _TABLE))
def _risk_reversal_expiry(context: Context) -> Daily:
    def expiry(snapshot: pd.DataFrame) -> float:
        chain = _monthly(snapshot)
        return float("nan") if chain is None else float(chain["expiry"].iloc[0])

    return _per_snapshot(context, _IV, expiry)


def _front(snapshot: pd.DataFrame) -> pd.DataFrame | None:
    return _expiry_nearest(snapshot, 0, _FRONT_LEAST_DAYS, 21, fridays=True)


def _back(snapshot: pd.DataFrame) -> pd.DataFrame | None:
    return _expiry_nearest(snapshot, _BACK_DAYS[1], _BACK_DAYS[0], 200, fridays=True)


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
    def value(snapshot: pd.DataFrame) -> float:
        chain = _front(snapshot)
        return float("nan") if chain is None else _atm(chain)

    return _per_snapshot(context, _IV, value)


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
    def value(snapshot: pd.DataFrame) -> float:
        chain = _back(snapshot)
        return float("nan") if chain is None else _atm(chain)

    return _per_snapshot(context, _IV, value)


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
    return combined(lambda back, front: back - front, context["options.atm_back"], context["options.atm_front"])


@metric(
    MetricSpec(
        "options.put_call_ratio", Unit.RATIO, "put open interest / call open interest, all expiries", _TABLE, 0, 100
    )
)
def _put_call(context: Context) -> Daily:
    def value(snapshot: pd.DataFrame) -> float:
        totals = snapshot.groupby("type")["open_interest"].sum(min_count=1)
        calls, puts = totals.get("call", np.nan), totals.get("put", np.nan)
        return float(puts / calls) if calls > 0 else float("nan")

    return _per_snapshot(context, _OI, value)


def _key_expiry(snapshot: pd.DataFrame) -> pd.DataFrame | None:
    """The chain with the most put open interest among expiries 2 to 45 days out."""
    low, high = _KEY_EXPIRY_DAYS
    near = snapshot[((snapshot["days"] >= low) & (snapshot["days"] <= high)).to_numpy()]
    puts = near[(near["type"] == "put").to_numpy()].groupby("expiry")["open_interest"].sum()
    if not len(puts) or not puts.max() > 0:
        return None
    return near[(near["expiry"] == puts.idxmax()).to_numpy()]


def _put_band(chain: pd.DataFrame) -> tuple[float, float, float]:
    """Lower strike, upper strike and share of puts of the band, two round steps wide, that holds the most."""
    puts = chain[(chain["type"] == "put").to_numpy()]
    strikes, interest = puts["strike"].to_numpy(dtype=float), np.nan_to_num(puts["open_interest"].to_numpy(dtype=float))
    step = round_step(float(np.median(strikes)))
    best = (np.nan, np.nan, -1.0)
    for low in np.arange(np.floor(strikes.min() / step) * step, strikes.max() + step, step).tolist():
        share = float(interest[(strikes >= low) & (strikes <= low + 2 * step)].sum() / interest.sum())
        if share > best[2]:
            best = (low, low + 2 * step, share)
    return best


def _band_part(context: Context, part: int) -> Daily:
    def value(snapshot: pd.DataFrame) -> float:
        chain = _key_expiry(snapshot)
        return float("nan") if chain is None else _put_band(chain)[part]

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
    return _band_part(context, 0)


@metric(MetricSpec("options.put_band_high", Unit.PRICE, "upper strike of that band", _TABLE, 0.0))
def _put_band_high(context: Context) -> Daily:
    return _band_part(context, 1)


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
    return _band_part(context, 2)


@metric(
    MetricSpec("options.key_expiry", Unit.INSTANT, "expiry 2 to 45 days out with the most put open interest", _TABLE)
)
def _key_expiry_date(context: Context) -> Daily:
    def value(snapshot: pd.DataFrame) -> float:
        chain = _key_expiry(snapshot)
        return float("nan") if chain is None else float(chain["expiry"].iloc[0])

    return _per_snapshot(context, _OI, value)


def max_pain(chain: pd.DataFrame) -> float:
    """The strike at which the options of one expiry would pay out least in all."""
    strikes = np.unique(chain["strike"].to_numpy(dtype=float))
    interest = np.nan_to_num(chain["open_interest"].to_numpy(dtype=float))
    distance = chain["strike"].to_numpy(dtype=float)[None, :] - strikes[:, None]
    calls = (chain["type"] == "call").to_numpy()
    payout = np.where(calls, np.maximum(-distance, 0), np.maximum(distance, 0)) * interest
    return float(strikes[int(np.argmin(payout.sum(axis=1)))])


@metric(
    MetricSpec(
        "options.max_pain", Unit.PRICE, "strike of the key expiry at which all its options pay out least", _TABLE, 0.0
    )
)
def _max_pain(context: Context) -> Daily:
    def value(snapshot: pd.DataFrame) -> float:
        chain = _key_expiry(snapshot)
        return float("nan") if chain is None else max_pain(chain)

    return _per_snapshot(context, _OI, value)


def strike_interest(context: Context) -> tuple[StrikeInterest, ...]:
    """Calls and puts by strike of the key expiry in the snapshot of the brief's date; empty where there is none."""
    for table in context.tables("options", *_OI):
        times = table.frame["start"].to_numpy()
        usable = (table.frame["known"].to_numpy() <= context.cut[-1]) & (context.cut[-1] - times <= DAY)
        if not usable.any():
            continue
        chain = _key_expiry(_snapshot(table, int(times[usable].max())))
        if chain is not None:
            by_strike = chain.pivot_table(index="strike", columns="type", values="open_interest", aggfunc="sum")
            by_strike = by_strike.reindex(columns=["call", "put"]).fillna(0.0)
            return tuple(StrikeInterest(*map(float, row)) for row in by_strike.reset_index().to_numpy())
    return ()
