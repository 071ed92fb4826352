"""Sentiment: the newest index value."""

from __future__ import annotations

from reporter.metrics.context import Context
from reporter.metrics.registry import metric
from reporter.metrics.series import Daily, difference
from reporter.model.metric import MetricSpec, Unit

_TABLE = ("sentiment",)


@metric(
    MetricSpec("sentiment.score", Unit.SCORE, "the day's index value, 0 (fear) to 100 (greed)", _TABLE, 0, 100, "good")
)
def _score(context: Context) -> Daily:
    return context.day_last("sentiment", "score")


@metric(MetricSpec("sentiment.change_1d", Unit.SCORE, "index value − the day before", _TABLE, -100, 100, "good"))
def _change(context: Context) -> Daily:
    return difference(context["sentiment.score"], 1)
