"""The registry of metrics: each declared once, next to the function that computes it."""

from __future__ import annotations

from collections.abc import Callable

from reporter.metrics.context import Context
from reporter.metrics.series import DailySeries
from reporter.model.metric import MetricSpec

Compute = Callable[[Context], DailySeries]
ComputeMember = Callable[[Context, str], DailySeries]

METRICS: dict[str, tuple[MetricSpec, Compute]] = {}
#: Metrics that exist once an instrument; `{key}` in the id and the formula is the instrument's key.
FAMILIES: dict[str, tuple[MetricSpec, ComputeMember]] = {}


def register_metric(spec: MetricSpec) -> Callable[[Compute], Compute]:
    """Decorator: register a function that computes the metric of this declaration."""

    def register(compute: Compute) -> Compute:
        if spec.id in METRICS:
            raise ValueError(f"metric {spec.id} is declared twice")
        METRICS[spec.id] = (spec, compute)
        return compute

    return register


def register_metric_family(spec: MetricSpec) -> Callable[[ComputeMember], ComputeMember]:
    """Decorator: register a function that computes a metric of each cross-asset instrument."""

    def register(compute: ComputeMember) -> ComputeMember:
        if spec.id in FAMILIES:
            raise ValueError(f"metric {spec.id} is declared twice")
        FAMILIES[spec.id] = (spec, compute)
        return compute

    return register
