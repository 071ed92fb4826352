"""A loaded desk to a `MetricSet`: every metric of the registry as a daily series, and what charts need besides."""

from __future__ import annotations

import numpy as np

from reporter.desk.instruments import INSTRUMENTS
from reporter.desk.tables import Desk
from reporter.metrics.context import Context
from reporter.metrics.intraday import recent_bars
from reporter.metrics.options import strike_interest
from reporter.metrics.registry import compute_one, registry
from reporter.metrics.series import Daily, masked
from reporter.model.metric import MetricSeries, MetricSet, MetricSpec, Missing


def compute_metrics(desk: Desk) -> MetricSet:
    """Compute every metric the desk could have; what it can't have is missing, with the reason."""
    context = Context(desk)
    context.bind(compute_one)
    specs = registry([*INSTRUMENTS, *desk.instruments])
    bars, bar_seconds, bar_source = recent_bars(context)
    return MetricSet(
        dates=context.dates,
        as_of=float(desk.as_of),
        series={metric_id: _frozen(spec, context[metric_id]) for metric_id, spec in specs.items()},
        bars=bars,
        bar_seconds=bar_seconds,
        bar_source=bar_source,
        strikes=strike_interest(context),
        events=desk.events,
        citations=desk.citations,
        instruments=desk.instruments,
        notices=desk.notices,
    )


def _frozen(spec: MetricSpec, series: Daily) -> MetricSeries:
    refused = (series.values < spec.low) | (series.values > spec.high)
    if refused.any():
        series = masked(series, refused, Missing.RANGE)
    return MetricSeries(
        spec=spec,
        values=_optional(series.values),
        as_of=_optional(series.as_of),
        source=tuple(series.source.tolist()),
        missing=tuple(series.missing.tolist()),
    )


def _optional(values: np.ndarray) -> tuple[float | None, ...]:
    return tuple(None if value != value else value for value in values.tolist())
