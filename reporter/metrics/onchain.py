"""On-chain cost: the cost-basis cluster around the price, and the realised price."""

from __future__ import annotations

import numpy as np

from reporter.metrics.context import DAY, Context
from reporter.metrics.registry import metric
from reporter.metrics.series import Daily, combined
from reporter.model.metric import MetricSpec, Unit

_BAND = ("cost_basis",)
_REALISED = ("realised_price",)
#: A cluster moves slowly; a reading serves for two weeks.
_BAND_AGE = 14 * DAY
_REALISED_AGE = 3 * DAY


@metric(MetricSpec("onchain.band_low", Unit.PRICE, "lower edge of the cost-basis cluster", _BAND, 0.0, max_age_days=14))
def _low(context: Context) -> Daily:
    return context.latest_of("cost_basis", "low", _BAND_AGE)


@metric(
    MetricSpec("onchain.band_high", Unit.PRICE, "upper edge of the cost-basis cluster", _BAND, 0.0, max_age_days=14)
)
def _high(context: Context) -> Daily:
    return context.latest_of("cost_basis", "high", _BAND_AGE)


@metric(
    MetricSpec(
        "onchain.band_position",
        Unit.FRACTION,
        "(close − lower edge) / (upper − lower edge): below 0 under the cluster, above 1 over it",
        (*_BAND, "prices"),
        -50.0,
        50.0,
        "good",
        max_age_days=14,
    )
)
def _position(context: Context) -> Daily:
    inputs = (context["price.close"], context["onchain.band_low"], context["onchain.band_high"])
    return combined(lambda close, low, high: np.where(high > low, (close - low) / (high - low), np.nan), *inputs)


@metric(
    MetricSpec(
        "onchain.realised_price", Unit.PRICE, "average price at which coins last moved", _REALISED, 0.0, max_age_days=3
    )
)
def _realised(context: Context) -> Daily:
    return context.latest_of("realised_price", "realised_price", _REALISED_AGE)


@metric(
    MetricSpec(
        "onchain.premium_to_realised",
        Unit.FRACTION,
        "close / realised price − 1",
        (*_REALISED, "prices"),
        -0.95,
        50.0,
        "good",
        max_age_days=3,
    )
)
def _premium(context: Context) -> Daily:
    inputs = (context["price.close"], context["onchain.realised_price"])
    return combined(lambda close, realised: close / realised - 1, *inputs)
