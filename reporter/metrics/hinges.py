"""Hinges: the nearest prices above and below a close whose passing would say something about the day.

A hinge comes from the day itself, since only such a price has a meaning that a reader shares: the close before, the
day's own extreme, the week's, and where none of these lies there, a round number. It is far enough away that a usual
hour doesn't pass it, and near enough that a week can.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Literal

import numpy as np

from reporter.metrics.context import Context
from reporter.metrics.registry import register_metric
from reporter.metrics.series import DailySeries, Floats, combine_series
from reporter.model.metric import MetricSpec, Unit

#: A hinge lies so many daily standard deviations away at least, and no further than so many of a week's.
_NEAREST = 0.5
_FURTHEST = 3.0 * math.sqrt(7.0)
_WEEK = 7
#: The close before, the day's extreme and the week's are candidates; then so many round numbers.
_ROUND_NUMBERS = 15

_Side = Literal["above", "below"]
_EXTREMES = {"above": "price.high", "below": "price.low"}


def find_hinges(close: Floats, sigma: Floats, candidates: Sequence[Floats], side: _Side) -> tuple[Floats, Floats]:
    """Find the hinge on one side of each day's close, and its kind.

    Args:
        close: closes.
        sigma: standard deviations of a day's log return, fractions.
        candidates: the close before, the day's extreme on that side, the week's.
        side: above or below the close.

    Returns:
        For each day the nearest candidate within reach, else the nearest round number that is, and its kind: 1 to 3
        for the candidates, 4 for a round number. Not a number where there is none.
    """
    sign = 1.0 if side == "above" else -1.0
    named = np.stack([*candidates, *_list_round_numbers(close, sign)])
    with np.errstate(all="ignore"):
        distance = sign * np.log(named / close)
        reached = (distance >= _NEAREST * sigma) & (distance <= _FURTHEST * sigma)
    distance[~reached] = np.inf
    # A round number stands in only where no price of the days is within reach.
    distance[len(candidates) :, reached[: len(candidates)].any(axis=0)] = np.inf
    place = np.argmin(distance, axis=0)
    day = np.arange(len(close))
    found = np.isfinite(distance[place, day])
    kind = np.minimum(place, len(candidates)) + 1.0
    return np.where(found, named[place, day], np.nan), np.where(found, kind, np.nan)


def _list_round_numbers(close: Floats, sign: float) -> Iterator[Floats]:
    """List the next round numbers on one side of each price."""
    step = np.asarray([_find_step(price) if price > 0 else math.nan for price in close.tolist()])
    first = np.floor(close / step) + 1 if sign > 0 else np.ceil(close / step) - 1
    for at in range(_ROUND_NUMBERS):
        yield (first + sign * at) * step


def _find_step(price: float) -> float:
    """Distance of the finest numbers that a reader calls round at a price: 1,000 at 60,000, 500 at 17,000."""
    power = 10.0 ** math.floor(math.log10(price))
    return power / 20 if price < 2 * power else power / 10


def _find_day_hinges(side: _Side, part: int, context: Context) -> DailySeries:
    """The hinge's price, part 0, or its kind, part 1."""
    extreme = context[_EXTREMES[side]]
    week = context.roll_days(extreme, _WEEK, partial(np.max if side == "above" else np.min, axis=1))

    def find(close: Floats, sigma: Floats, *candidates: Floats) -> Floats:
        return find_hinges(close, sigma, candidates, side)[part]

    return combine_series(
        find, context["price.close"], context["price.sigma_1d"], context["price.prev_close"], extreme, week
    )


_FORMULA = (
    "nearest of the close before, the day's {} and that of seven days which lies {} the close by 0.5 daily standard "
    "deviations to 3 of a week's; where none does, the next round number that does"
)
_KIND = "which price the hinge {} is: 1 the close before, 2 the day's extreme, 3 the week's, 4 a round number"


@register_metric(MetricSpec("hinge.above", Unit.PRICE, _FORMULA.format("high", "above"), ("prices",), low=0.0))
def _hinge_above(context: Context) -> DailySeries:
    return _find_day_hinges("above", 0, context)


@register_metric(MetricSpec("hinge.below", Unit.PRICE, _FORMULA.format("low", "below"), ("prices",), low=0.0))
def _hinge_below(context: Context) -> DailySeries:
    return _find_day_hinges("below", 0, context)


@register_metric(MetricSpec("hinge.above_kind", Unit.COUNT, _KIND.format("above"), ("prices",), low=1, high=4))
def _hinge_above_kind(context: Context) -> DailySeries:
    return _find_day_hinges("above", 1, context)


@register_metric(MetricSpec("hinge.below_kind", Unit.COUNT, _KIND.format("below"), ("prices",), low=1, high=4))
def _hinge_below_kind(context: Context) -> DailySeries:
    return _find_day_hinges("below", 1, context)
