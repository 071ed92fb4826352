"""The registry of metrics: each declared once, next to the function that computes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

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


def list_metric_specs(instruments: Iterable[str]) -> Mapping[str, MetricSpec]:
    """Every metric id that rules may name, with its declaration.

    Args:
        instruments: keys of the instruments known to the program and of the desk's own.
    """
    _import_metric_modules()
    # By id, so that the order does not hang on which module happened to be imported first.
    specs = {metric_id: METRICS[metric_id][0] for metric_id in sorted(METRICS)}
    for key in dict.fromkeys(instruments):
        for pattern, (spec, _) in sorted(FAMILIES.items()):
            member = pattern.replace("{key}", key)
            specs[member] = replace(spec, id=member, formula=spec.formula.replace("{key}", key))
    return specs


def compute_metric(context: Context, metric_id: str) -> DailySeries:
    """The series of one metric.

    Raises:
        LookupError: no such metric.
    """
    if metric_id in METRICS:
        return METRICS[metric_id][1](context)
    subject, _, rest = metric_id.partition(".")
    key, _, name = rest.partition(".")
    pattern = f"{subject}.{{key}}.{name}"
    if pattern not in FAMILIES:
        raise LookupError(f"no metric {metric_id}")
    return FAMILIES[pattern][1](context, key)


def _import_metric_modules() -> None:
    """Import the modules that declare metrics."""
    from reporter.metrics import (  # noqa: F401 - declared on import, which must not be circular
        breadth,
        brief,
        derivatives,
        flows,
        framework,
        levels,
        macro,
        miners,
        onchain,
        options,
        price,
        quality,
        sentiment,
        shocks,
    )
