"""Sentiment: the newest index value."""

from __future__ import annotations

from reporter.metrics.context import Context
from reporter.metrics.registry import register_metric
from reporter.metrics.series import DailySeries, absolute_change
from reporter.model.metric import MetricSpec, Unit
from reporter.model.news import News

_TABLE = ("sentiment",)


@register_metric(
    MetricSpec(
        "sentiment.score",
        Unit.SCORE,
        "the day's index value, 0 (fear) to 100 (greed)",
        _TABLE,
        0,
        100,
        news=News("level", "sentiment", "sentiment_high", "sentiment_low"),
    )
)
def _sentiment_score(context: Context) -> DailySeries:
    return context.day_last("sentiment", "score")


@register_metric(
    MetricSpec(
        "sentiment.change_1d",
        Unit.SCORE,
        "index value − the day before",
        _TABLE,
        -100,
        100,
    )
)
def _score_change(context: Context) -> DailySeries:
    return absolute_change(context["sentiment.score"], 1)
