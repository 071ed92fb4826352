"""What is computed from one snapshot of an option chain: volatility at a delta, put bands, max pain.

Implied volatilities are mark volatilities in points; deltas are the source's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from reporter.desk.parsing.tables import SourceTable
from reporter.metrics.round_levels import round_step
from reporter.metrics.series import Floats
from reporter.model.metric import StrikeInterest
from reporter.model.timestamps import DAY

_EXPIRY_HOUR = 8 * 3600
_FRIDAY = 4
_KEY_EXPIRY_DAYS = (2.0, 45.0)
_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class OptionChain:
    """Options quoted at one instant: of all expiries, or of one.

    Attributes:
        expiry: date of expiry, seconds at 00:00 UTC.
        days: days to expiry, above 0.
        strike: strikes.
        call: whether it is a call, else a put.
        mark_iv: volatility in points, NaN where not quoted.
        delta: delta, NaN where not given.
        interest: open interest in units of the asset, NaN where not given.
    """

    expiry: Floats
    days: Floats
    strike: Floats
    call: npt.NDArray[np.bool_]
    mark_iv: Floats
    delta: Floats
    interest: Floats

    def select_options(self, rows: npt.NDArray[np.bool_]) -> OptionChain:
        """The chain with only the options of some rows."""
        return OptionChain(
            self.expiry[rows],
            self.days[rows],
            self.strike[rows],
            self.call[rows],
            self.mark_iv[rows],
            self.delta[rows],
            self.interest[rows],
        )


def split_snapshots(table: SourceTable) -> dict[int, OptionChain]:
    """Instant → the options that still live then, oldest first."""
    frame = table.frame

    def read_column(name: str) -> Floats:
        return frame[name].to_numpy(dtype=float) if name in frame else np.full(len(frame), np.nan)

    instant = frame["end"].to_numpy()
    expiry = read_column("expiry")
    days = (expiry + _EXPIRY_HOUR - instant) / DAY
    calls = np.asarray(frame["type"].to_numpy(dtype=object) == "call", dtype=bool)
    chain = OptionChain(
        expiry,
        days,
        read_column("strike"),
        calls,
        read_column("mark_iv"),
        read_column("delta"),
        read_column("open_interest"),
    )
    # Rows are in order of time, so a snapshot's lie together.
    times, first = np.unique(instant, return_index=True)
    bounds = [*first.tolist(), len(instant)]
    alive = days > 0
    found = {}
    for number, time in enumerate(times.tolist()):
        rows = np.zeros(len(instant), dtype=bool)
        rows[bounds[number] : bounds[number + 1]] = True
        found[time] = chain.select_options(rows & alive)
    return found


def volatility_at_delta(chain: OptionChain, *, call: bool, delta: float) -> float:
    """Mark volatility of one side at a delta, linear in delta between quotes; NaN outside the quotes.

    Args:
        chain: the options of one expiry.
        call: the calls' side, or the puts'.
        delta: 0 to 1 for calls, −1 to 0 for puts.
    """
    with np.errstate(invalid="ignore"):
        quoted = (chain.call == call) & (chain.mark_iv > 0) & ~np.isnan(chain.delta)
    deltas, volatilities = chain.delta[quoted], chain.mark_iv[quoted]
    order = np.argsort(deltas, kind="stable")
    deltas = deltas[order]
    if len(deltas) < 2 or not deltas[0] <= delta <= deltas[-1]:
        return _NAN
    return float(np.interp(delta, deltas, volatilities[order]))


def atm_volatility(chain: OptionChain | None) -> float:
    """At-the-money volatility: the call of delta one half."""
    return _NAN if chain is None else volatility_at_delta(chain, call=True, delta=0.5)


def risk_reversal(chain: OptionChain | None) -> float:
    """25-delta call minus 25-delta put volatility."""
    if chain is None:
        return _NAN
    return volatility_at_delta(chain, call=True, delta=0.25) - volatility_at_delta(chain, call=False, delta=-0.25)


def expiry_date(chain: OptionChain | None) -> float:
    """The expiry date of a chain of one expiry, seconds at 00:00 UTC."""
    return _NAN if chain is None else float(chain.expiry[0])


def find_nearest_expiry(
    snapshot: OptionChain, target: float, low: float, high: float, *, fridays: bool = False
) -> OptionChain | None:
    """The chain of the expiry nearest to a number of days, the earlier of equals, within bounds.

    Args:
        snapshot: all options at an instant.
        target: days to expiry that are sought.
        low: fewest days.
        high: most days.
        fridays: expiries on Fridays alone.
    """
    expiries, first = np.unique(snapshot.expiry, return_index=True)
    days = snapshot.days[first]
    use = (days >= low) & (days <= high)
    if fridays:
        weekdays = [datetime.fromtimestamp(seconds, UTC).weekday() for seconds in expiries.tolist()]
        use &= np.asarray(weekdays, dtype=int) == _FRIDAY
    if not use.any():
        return None
    nearest = expiries[use][int(np.argmin(np.abs(days[use] - target)))]
    return snapshot.select_options(snapshot.expiry == nearest)


def put_call_ratio(snapshot: OptionChain) -> float:
    """Put open interest by call open interest, all expiries; NaN where either is not known or there are no calls."""
    known = ~np.isnan(snapshot.interest)
    calls, puts = snapshot.interest[known & snapshot.call], snapshot.interest[known & ~snapshot.call]
    return float(puts.sum() / calls.sum()) if len(puts) and calls.sum() > 0 else _NAN


def find_key_expiry(snapshot: OptionChain) -> OptionChain | None:
    """The chain with the most put open interest among expiries 2 to 45 days out, the earlier of equals."""
    near = snapshot.select_options((snapshot.days >= _KEY_EXPIRY_DAYS[0]) & (snapshot.days <= _KEY_EXPIRY_DAYS[1]))
    puts = np.where(near.call, 0.0, np.nan_to_num(near.interest))
    expiries, place = np.unique(near.expiry, return_inverse=True)
    totals = np.bincount(place, puts, minlength=len(expiries))
    if not len(totals) or not totals.max() > 0:
        return None
    return near.select_options(near.expiry == expiries[int(np.argmax(totals))])


def put_band(chain: OptionChain) -> tuple[float, float, float]:
    """Lower strike, upper strike and share of puts of the band, two round steps wide, that holds the most.

    Bands begin at round numbers and include both ends; of equal ones, the lowest. The chain must hold puts.
    """
    strikes, interest = chain.strike[~chain.call], np.nan_to_num(chain.interest[~chain.call])
    step = round_step(float(np.median(strikes)))
    below = np.floor(strikes / step)
    # The best band begins at one of these: any other holds what a neighbour holds.
    starts = np.unique(np.concatenate([below, below - 1, below - 2]))
    lows = starts[starts >= below.min()] * step
    inside = (strikes >= lows[:, None]) & (strikes <= lows[:, None] + 2 * step)
    held = (inside * interest).sum(axis=1)
    best = int(np.argmax(held))
    return float(lows[best]), float(lows[best] + 2 * step), float(held[best] / interest.sum())


def max_pain(chain: OptionChain) -> float:
    """The strike at which the options of one expiry would pay out least in all, the lowest of equals."""
    strikes = np.unique(chain.strike)
    distance = chain.strike[None, :] - strikes[:, None]
    payout = np.where(chain.call, np.maximum(-distance, 0), np.maximum(distance, 0)) * np.nan_to_num(chain.interest)
    return float(strikes[int(np.argmin(payout.sum(axis=1)))])


def interest_by_strike(chain: OptionChain) -> tuple[StrikeInterest, ...]:
    """Calls and puts of one expiry, by strike."""
    strikes, place = np.unique(chain.strike, return_inverse=True)
    interest = np.nan_to_num(chain.interest)
    calls = np.bincount(place, np.where(chain.call, interest, 0.0), minlength=len(strikes))
    puts = np.bincount(place, np.where(chain.call, 0.0, interest), minlength=len(strikes))
    rows = zip(strikes.tolist(), calls.tolist(), puts.tolist(), strict=True)
    return tuple(StrikeInterest(*row) for row in rows)
