"""On-chain cost: the cost-basis cluster around the price, and the realised price."""

from __future__ import annotations

import numpy as np

from reporter.metrics.context import Context
from reporter.metrics.registry import register_metric
from reporter.metrics.series import DailySeries, combine_series
from reporter.model.metric import MetricSpec, Unit
from reporter.model.timestamps import DAY

_BAND = ("cost_basis",)
_REALISED = ("realised_price",)
#: A cluster moves slowly; a reading serves for two weeks.
_BAND_AGE = 14 * DAY
_REALISED_AGE = 3 * DAY


@register_metric(
    MetricSpec("onchain.band_low", Unit.PRICE, "lower edge of the cost-basis cluster", _BAND, 0.0, max_age_days=14)
)
def _band_low(context: Context) -> DailySeries:
    return context.latest_column_values("cost_basis", "low", _BAND_AGE)


@register_metric(
    MetricSpec("onchain.band_high", Unit.PRICE, "upper edge of the cost-basis cluster", _BAND, 0.0, max_age_days=14)
)
def _band_high(context: Context) -> DailySeries:
    return context.latest_column_values("cost_basis", "high", _BAND_AGE)


@register_metric(
    MetricSpec(
        "onchain.band_position",
        Unit.FRACTION,
        "(close − lower edge) / (upper − lower edge): below 0 under the cluster, above 1 over it",
        (*_BAND, "prices"),
        -50.0,
        50.0,
        max_age_days=14,
    )
)
def _band_position(context: Context) -> DailySeries:
    inputs = (context["price.close"], context["onchain.band_low"], context["onchain.band_high"])
    return combine_series(lambda close, low, high: np.where(high > low, (close - low) / (high - low), np.nan), *inputs)


@register_metric(
    MetricSpec(
        "onchain.realised_price", Unit.PRICE, "average price at which coins last moved", _REALISED, 0.0, max_age_days=3
    )
)
def _realised_price(context: Context) -> DailySeries:
    return context.latest_column_values("realised_price", "realised_price", _REALISED_AGE)


@register_metric(
    MetricSpec(
        "onchain.premium_to_realised",
        Unit.FRACTION,
        "close / realised price − 1",
        (*_REALISED, "prices"),
        -0.95,
        50.0,
        max_age_days=3,
    )
)
def _premium_to_realised(context: Context) -> DailySeries:
    inputs = (context["price.close"], context["onchain.realised_price"])
    return combine_series(lambda close, realised: close / realised - 1, *inputs)
