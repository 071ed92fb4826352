"""What a fact's surprise is multiplied by: how large the move is, whether today caused it, how much of a day it undid.

Each gives named factors, so that a ranking can say why; None says that there is no such fact.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import fsum, log1p, sqrt

from reporter.model.news import Factor, NewsFact
from reporter.news.readings import CLOSE, RETURN, Readings
from reporter.news.surprise import compute_fullness, compute_share_bits
from reporter.news.weights import CLOCK_BASE, CLOCK_MOST, CLOCK_SLOPE

Factors = tuple[Factor, ...] | None
_WINDOW = 30
_PERCENT = 100


def find_factors(readings: Readings, day: int, fact: NewsFact, magnitude: float, behaviour: str) -> Factors:
    """The factors of a since-fact by its kind.

    Args:
        readings: the desk's series.
        day: position of the fact's day.
        fact: the fact, with its kind.
        magnitude: size below which a change counts in proportion; 0 for none.
        behaviour: how its series behaves.
    """
    factors: list[Factor] = []
    if magnitude:
        factors.append(Factor("size", min(1.0, abs(fact.value) / magnitude)))
    elif behaviour == "level":
        factors.append(Factor("length", compute_fullness(fact.gap)))
    own = _OWN.get(fact.kind)
    more = own(readings, day, fact) if own is not None else ()
    return None if more is None else (*factors, *more)


def make_clock_factor(share: float) -> Factor:
    """How large a move is for these two years: what is the largest since must be large in them too."""
    return Factor("for its time", min(CLOCK_MOST, CLOCK_BASE + CLOCK_SLOPE * compute_share_bits(share)))


def _rate_return(readings: Readings, day: int, _: NewsFact) -> Factors:
    share = readings.tail_share("price.move_sigma", day)
    return () if share is None else (make_clock_factor(share),)


def _rate_on_own_clock(readings: Readings, day: int, fact: NewsFact) -> Factors:
    share = readings.tail_share(fact.metric, day)
    return () if share is None else (make_clock_factor(share),)


def _rate_close(readings: Readings, day: int, _: NewsFact) -> Factors:
    return (Factor("small move", 0.9),) if abs(readings.value(RETURN, day) or 0.0) < 0.01 else ()


def _rate_high(readings: Readings, day: int, _: NewsFact) -> Factors:
    return (Factor("closed lower", 0.95),) if (readings.value(RETURN, day) or 0.0) < 0 else ()


def _rate_rebound(readings: Readings, day: int, _: NewsFact) -> Factors:
    """A reversal needs a fall that was worth reversing, and a good part of it undone."""
    low, close, before, sigma = _read_prices(readings, day, "price.low")
    if low is None or close is None or before is None:
        return None
    fall = low / before - 1
    if fall > -max(0.03, 1.3 * (sigma or 0.0)):
        return None
    undone = (close - low) / (before - low)
    return Factor("fall at the low", min(1.2, -fall / 0.07)), Factor("share undone", min(1.15, 0.55 + undone))


def _rate_fade(readings: Readings, day: int, _: NewsFact) -> Factors:
    """The mirror, from a high; from a record it needs no large rise, and more so where the day closed lower."""
    high, close, before, _sigma = _read_prices(readings, day, "price.high")
    if high is None or close is None or before is None:
        return None
    rise = high / before - 1
    track = readings.track("price.high", day)
    record = track is not None and track[0].higher[track[1]] < 0
    if rise < (0.005 if record else 0.01):
        return None
    if not record and close < before * (1 - 2 * rise):
        # Of a day that fell far more than it had risen, the rise is no news.
        return None
    size = max(0.8 if record else 0.0, min(1.2, 0.45 + rise / 0.06))
    factors = [
        Factor("rise at the high", size),
        Factor("share undone", min(1.2, 0.5 + 0.5 * (high - close) / (high - before))),
    ]
    if record:
        factors.append(Factor("from a record", 1.35 * (1.25 if close < before else 1.0)))
    return tuple(factors)


def _read_prices(
    readings: Readings, day: int, extreme: str
) -> tuple[float | None, float | None, float | None, float | None]:
    return (
        readings.value(extreme, day),
        readings.value(CLOSE, day),
        readings.value("price.prev_close", day),
        readings.value("price.sigma_1d", day),
    )


def _rate_wide_range(readings: Readings, day: int, fact: NewsFact) -> Factors:
    del readings, day
    return (Factor("size", min(1.0, fact.value / 0.10)),)


def _rate_liquidations(readings: Readings, day: int, fact: NewsFact) -> Factors:
    del readings, day
    return (Factor("size", sqrt(min(1.0, fact.value / 200e6))),)


def _rate_sentiment(readings: Readings, day: int, fact: NewsFact) -> Factors:
    del readings, day
    return () if fact.value <= 25 or fact.value >= 80 else (Factor("not extreme", 0.6),)


def _rate_slow_level(readings: Readings, day: int, fact: NewsFact) -> Factors:
    """Nobody leads with the highest open interest for five weeks."""
    del readings, day
    return () if fact.gap_days is None else (Factor("months", sqrt(min(1.0, max(fact.gap_days, 1) / 120))),)


def _rate_open_interest(readings: Readings, day: int, fact: NewsFact) -> Factors:
    slow = _rate_slow_level(readings, day, fact) or ()
    return slow if fact.since is None else (*slow, Factor("no record", 0.75))


def _rate_realised_volatility(readings: Readings, day: int, fact: NewsFact) -> Factors:
    """A rolling window's news must come from today's observation, and not from the one that left it."""
    slow = _rate_slow_level(readings, day, fact) or ()
    returns = [readings.value(RETURN, day - back) for back in range(_WINDOW, -1, -1)]
    known = [log1p(value) for value in returns if value is not None]
    if len(known) <= _WINDOW:
        return slow
    left, inside = known[0], known[1:]
    mean, spread = _mean_and_spread(inside)
    calm = abs(left - mean) > 1.5 * spread or abs(inside[-1]) > 0.9 * spread
    small = abs(inside[-1]) < 1.5 * _mean_and_spread(known[:-1])[1]
    return (*slow, Factor("not by today", 0.45)) if (calm if fact.direction < 0 else small) else slow


def _mean_and_spread(values: Sequence[float]) -> tuple[float, float]:
    """Mean and sample standard deviation."""
    mean = fsum(values) / len(values)
    return mean, sqrt(fsum((value - mean) ** 2 for value in values) / (len(values) - 1))


_OWN: Mapping[str, Callable[[Readings, int, NewsFact], Factors]] = {
    "largest_rise": _rate_return,
    "largest_fall": _rate_return,
    "week_rise": _rate_on_own_clock,
    "week_fall": _rate_on_own_clock,
    "coin_rise": _rate_on_own_clock,
    "coin_fall": _rate_on_own_clock,
    "highest_close": _rate_close,
    "lowest_close": _rate_close,
    "highest_price": _rate_high,
    "reversal_from_low": _rate_rebound,
    "reversal_from_high": _rate_fade,
    "widest_range": _rate_wide_range,
    "liquidations_high": _rate_liquidations,
    "long_liquidations_high": _rate_liquidations,
    "short_liquidations_high": _rate_liquidations,
    "sentiment_high": _rate_sentiment,
    "sentiment_low": _rate_sentiment,
    "open_interest_high": _rate_open_interest,
    "open_interest_low": _rate_open_interest,
    "implied_volatility_high": _rate_slow_level,
    "implied_volatility_low": _rate_slow_level,
    "realised_volatility_high": _rate_realised_volatility,
    "realised_volatility_low": _rate_realised_volatility,
}
