"""From canonical tables to metrics: daily series, each value as it was known at its own day's cut."""

from reporter.metrics.catalogue import find_faulty_metrics, list_desk_specs, list_metric_specs
from reporter.metrics.compute import compute_metrics
from reporter.metrics.metric_days import MetricDays

__all__ = ["MetricDays", "compute_metrics", "find_faulty_metrics", "list_desk_specs", "list_metric_specs"]
