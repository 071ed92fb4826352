"""Sentiment: the newest index value."""

from __future__ import annotations

import numpy as np

from reporter.metrics.context import Context
from reporter.metrics.registry import register_metric
from reporter.metrics.series import DailySeries, absolute_change, build_series
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


@register_metric(MetricSpec("sentiment.read_at", Unit.INSTANT, "instant as of which the day's index value is", _TABLE))
def _read_at(context: Context) -> DailySeries:
    # An index published at the start of a day knows nothing of what the day brings.
    score = context["sentiment.score"]
    return build_series(np.where(np.isnan(score.values), np.nan, score.as_of), score.as_of, score.source, score.missing)


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
