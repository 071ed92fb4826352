"""A loaded desk to a `MetricSet`: every metric of the registry as a daily series, and the extra data of charts."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from reporter.desk.config.asset_classes import COIN_TABLES
from reporter.desk.config.desk_days import find_desk_days
from reporter.desk.config.instruments import INSTRUMENTS
from reporter.desk.parsing.tables import Desk
from reporter.desk.tables.splits import list_splits
from reporter.metrics.catalogue import compute_metric, list_metric_specs
from reporter.metrics.context import Context
from reporter.metrics.hours import compute_hourly
from reporter.metrics.intraday import recent_bars
from reporter.metrics.options import strike_interest
from reporter.metrics.own_metrics import list_own_specs
from reporter.metrics.series import DailySeries, Floats, mask_values
from reporter.model.hourly import list_hourly_specs, parse_hourly_id
from reporter.model.metric import MetricSeries, MetricSet, MetricSpec, MissingReason


def compute_metrics(desk: Desk, hourly: Iterable[str] = ()) -> MetricSet:
    """Compute every metric the desk could have; what it can't have is missing, with the reason.

    Args:
        desk: the loaded desk.
        hourly: ids of readings of hours that rules ask for, see `reporter.model.hourly`.
    """
    context = Context(desk)
    context.bind_compute(compute_metric)
    bars, bar_seconds, bar_source = recent_bars(context)
    return MetricSet(
        dates=context.dates,
        as_of=float(desk.as_of),
        series=_compute_series(context, hourly),
        bars=bars,
        bar_seconds=bar_seconds,
        bar_source=bar_source,
        strikes=strike_interest(context),
        events=desk.events,
        citations=desk.citations,
        instruments=desk.instruments,
        notices=desk.notices,
        allowed=tuple(item for tables in desk.tables.values() for table in tables for item in table.allowed),
        quote=desk.config.asset.currency,
        splits=tuple(split.day for split in list_splits(desk.config, desk.date)),
        left_out=COIN_TABLES if desk.config.asset.kind != "crypto" else frozenset(),
        sessions=find_desk_days(desk.config).list_planned(context.dates[0]),
    )


def _compute_series(context: Context, hourly: Iterable[str]) -> dict[str, MetricSeries]:
    """Every metric, and readings of hours; instruments that the desk does not have share one series of gaps."""
    length = len(context)
    nothing, no_source = (None,) * length, (MissingReason.NO_SOURCE,) * length
    series = {}
    known = list_metric_specs([*INSTRUMENTS, *context.desk.instruments])
    specs = {**known, **list_own_specs(context.desk.config, known)}
    for metric_id, spec in specs.items():
        subject, key = metric_id.split(".")[:2]
        if subject == "macro" and key not in context.desk.instruments:
            series[metric_id] = MetricSeries(spec, nothing, nothing, nothing, no_source)
        else:
            series[metric_id] = freeze_series(context, spec, context[metric_id])
    for metric_id, made in list_hourly_specs(hourly, specs).items():
        reading = parse_hourly_id(metric_id)
        hours = specs[reading.metric].hours if reading is not None else None
        if reading is not None and hours is not None:
            series[metric_id] = freeze_series(context, made, compute_hourly(context, reading, hours))
    return series


def freeze_series(context: Context, spec: MetricSpec, series: DailySeries) -> MetricSeries:
    """Freeze a metric's series; what is not believed, or older than its declaration allows, is missing.

    Args:
        context: the calendar.
        spec: the declaration.
        series: one value a brief date.
    """
    with np.errstate(invalid="ignore"):
        refused = (series.values < spec.low) | (series.values > spec.high)
        # Brief dates are counted, so that a Monday's figure may rest on the Friday before where days are sessions.
        oldest = np.concatenate([np.full(spec.max_age_days, -np.inf), context.day_end])[: len(context)]
        old = series.as_of < oldest
    if old.any():
        series = mask_values(series, old, MissingReason.STALE)
    if refused.any():
        series = mask_values(series, refused, MissingReason.RANGE)
    return MetricSeries(
        spec=spec,
        values=_to_optional_values(series.values),
        as_of=_to_optional_values(series.as_of),
        source=tuple(series.source.tolist()),
        missing=tuple(series.missing.tolist()),
    )


def _to_optional_values(values: Floats) -> tuple[float | None, ...]:
    listed: list[float | None] = values.tolist()
    for position in np.flatnonzero(np.isnan(values)).tolist():
        listed[position] = None
    return tuple(listed)
