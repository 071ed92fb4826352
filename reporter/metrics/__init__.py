"""From canonical tables to metrics: daily series, each value as it was known at its own day's cut."""

from reporter.metrics.compute import compute_metrics
from reporter.metrics.days import MetricDays
from reporter.metrics.registry import list_metric_specs

__all__ = ["MetricDays", "compute_metrics", "list_metric_specs"]
