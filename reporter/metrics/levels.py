"""Round numbers: the level nearest to the price, and how far it is."""

from __future__ import annotations

import math

import numpy as np

from reporter.metrics.context import Context
from reporter.metrics.price import price_spec, share_spec
from reporter.metrics.registry import metric
from reporter.metrics.series import Daily, Floats, combined


def round_step(price: float) -> float:
    """Distance of the round numbers that a market watches at a price: 5,000 at 60,000, 10,000 at 110,000."""
    power = 10.0 ** math.floor(math.log10(price))
    return power / 10 if price / power < 2 else power / 2


@metric(
    price_spec("round_level", "round number nearest to the close (steps of 5,000 from 20,000, of 10,000 from 100,000)")
)
def _round_level(context: Context) -> Daily:
    def nearest(close: Floats) -> Floats:
        known = np.where(np.isnan(close) | (close <= 0), 1.0, close)
        steps = np.asarray([round_step(price) for price in known.tolist()])
        return np.where(np.isnan(close), np.nan, np.floor(close / steps + 0.5) * steps)

    return combined(nearest, context["price.close"])


@metric(share_spec("level_gap", "close / nearest round number − 1"))
def _level_gap(context: Context) -> Daily:
    return combined(lambda close, level: close / level - 1, context["price.close"], context["price.round_level"])
