"""Round numbers: the level nearest to the price, and those that a day crossed or was rejected at."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from reporter.metrics.context import Context
from reporter.metrics.price import price_spec, share_spec
from reporter.metrics.registry import register_metric
from reporter.metrics.series import DailySeries, Floats, combine_series


def round_step(price: float) -> float:
    """Distance of the round numbers that a market watches at a price: 5,000 at 60,000, 10,000 at 110,000."""
    power = 10.0 ** math.floor(math.log10(price))
    return power / 10 if price / power < 2 else power / 2


@register_metric(
    price_spec("round_level", "round number nearest to the close (steps of 5,000 from 20,000, of 10,000 from 100,000)")
)
def _round_level(context: Context) -> DailySeries:
    def nearest_level(close: Floats) -> Floats:
        known = np.where(np.isnan(close) | (close <= 0), 1.0, close)
        steps = np.asarray([round_step(price) for price in known.tolist()])
        return np.where(np.isnan(close), np.nan, np.floor(close / steps + 0.5) * steps)

    return combine_series(nearest_level, context["price.close"])


@dataclass(frozen=True, slots=True)
class RoundNumber:
    """A round number, and the coarsest step of round numbers that it is one of: 10,000 for 70,000."""

    value: float
    step: float


#: Where no round number is; every other one is rounder.
NONE = RoundNumber(math.nan, 0.0)


def roundest_between(low: float, high: float, close: float) -> RoundNumber:
    """The roundest number above `low` and no higher than `high`; of several as round, the one nearest to the close.

    As round as a market counts: 100,000 before 50,000, that before 10,000, down to the steps of `round_step`.

    Args:
        low: the lower price.
        high: the upper price.
        close: the price that decides between levels as round.
    """
    if not 0 < low < high or not close > 0:
        return NONE
    finest, power = round_step(close), 10.0 ** math.ceil(math.log10(high))
    while power >= finest:
        for step in (power, power / 2):
            first, last = math.floor(low / step) + 1, math.floor(high / step)
            if step >= finest and first <= last:
                return RoundNumber(min(max(math.floor(close / step + 0.5), first), last) * step, step)
        power /= 10
    return NONE


def _find_crossed_level(before: float, close: float) -> RoundNumber:
    return roundest_between(min(before, close), max(before, close), close)


def _find_rejected_level(opened: float, high: float, close: float) -> RoundNumber:
    # A high that only touches a level has not been above it.
    return roundest_between(max(opened, close), math.nextafter(high, 0.0), close)


@register_metric(
    price_spec(
        "level_crossed",
        "roundest number between the close before and the close; none where no step lies between, or where the day was "
        "turned back at a rounder one",
    )
)
def _level_crossed(context: Context) -> DailySeries:
    return _choose_day_level(context, lambda crossed, rejected: crossed if crossed.step >= rejected.step else NONE)


@register_metric(
    price_spec(
        "level_rejected",
        "roundest number above open and close and below the high; none where no step lies between, or where one as "
        "round was crossed at the close",
    )
)
def _level_rejected(context: Context) -> DailySeries:
    return _choose_day_level(context, lambda crossed, rejected: rejected if rejected.step > crossed.step else NONE)


def _choose_day_level(context: Context, told: Callable[[RoundNumber, RoundNumber], RoundNumber]) -> DailySeries:
    """One level a day: the rounder of those it crossed and was rejected at; without a high, the crossed one."""

    def choose_levels(close: Floats, before: Floats) -> Floats:
        opened, high = context["price.open"].values, context["price.high"].values
        days = zip(before.tolist(), opened.tolist(), high.tolist(), close.tolist(), strict=True)
        found = (told(_find_crossed_level(b, c), _find_rejected_level(o, h, c)).value for b, o, h, c in days)
        return np.fromiter(found, dtype=float, count=len(close))

    return combine_series(choose_levels, context["price.close"], context["price.prev_close"])


@register_metric(share_spec("level_gap", "close / nearest round number − 1"))
def _level_gap(context: Context) -> DailySeries:
    return combine_series(lambda close, level: close / level - 1, context["price.close"], context["price.round_level"])
