"""Every metric that there is: the modules that declare them, and look-ups by id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from reporter.desk.config.config import DeskConfig
from reporter.desk.config.instruments import INSTRUMENTS
from reporter.diagnostics.diagnostic import Diagnostic
from reporter.metrics import (  # noqa: F401 - metrics are declared on import
    breadth,
    brief_calendar,
    derivatives,
    framework,
    fund_flows,
    hinges,
    large_moves,
    macro,
    miners,
    onchain,
    options,
    price,
    published,
    round_levels,
    sentiment,
    source_agreement,
    spans,
    us_session,
)
from reporter.metrics.context import Context
from reporter.metrics.own_metrics import check_own_metrics, compute_own_metric, list_own_specs
from reporter.metrics.registry import FAMILIES, METRICS
from reporter.metrics.series import DailySeries
from reporter.model.metric import MetricSpec


def list_metric_specs(instruments: Iterable[str]) -> Mapping[str, MetricSpec]:
    """Every metric id that rules may name, with its declaration.

    Args:
        instruments: keys of the instruments known to the program and of the desk's own.
    """
    # By id, so that the order does not hang on which module happened to be imported first.
    specs = {metric_id: METRICS[metric_id][0] for metric_id in sorted(METRICS)}
    for key in dict.fromkeys(instruments):
        for pattern, (spec, _) in sorted(FAMILIES.items()):
            member = pattern.replace("{key}", key)
            specs[member] = replace(spec, id=member, formula=spec.formula.replace("{key}", key))
    return specs


def list_desk_specs(config: DeskConfig) -> Mapping[str, MetricSpec]:
    """Every metric id that a desk's rules may name, with its declaration: the program's, then the desk's own."""
    known = list_metric_specs([*INSTRUMENTS, *config.instrument])
    return {**known, **list_own_specs(config, known)}


def find_faulty_metrics(config: DeskConfig) -> tuple[Diagnostic, ...]:
    """Every mistake in a desk's own metrics, located."""
    return check_own_metrics(config, list_metric_specs([*INSTRUMENTS, *config.instrument]))


def compute_metric(context: Context, metric_id: str) -> DailySeries:
    """The series of one metric.

    Raises:
        LookupError: no such metric.
    """
    if metric_id in METRICS:
        return METRICS[metric_id][1](context)
    own = context.own_metrics.get(metric_id)
    if own is not None:
        return compute_own_metric(context, own)
    subject, _, rest = metric_id.partition(".")
    key, _, name = rest.partition(".")
    pattern = f"{subject}.{{key}}.{name}"
    if pattern not in FAMILIES:
        raise LookupError(f"no metric {metric_id}")
    return FAMILIES[pattern][1](context, key)
