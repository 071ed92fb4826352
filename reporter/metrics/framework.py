"""The framework's metrics: declared here like any other, computed where rules are replayed day by day.

A framework is opened, scored and closed by expressions of report.yaml, so that its series can't be computed from
tables: `reporter.rules.frameworks.framework_walk` puts them in the place of these. Until then no framework stands.
"""

from __future__ import annotations

from reporter.metrics.context import Context
from reporter.metrics.registry import register_metric
from reporter.metrics.series import DailySeries, missing_series
from reporter.model.metric import MetricSpec, MissingReason, Unit

SPECS = (
    MetricSpec("framework.standing", Unit.BOOL, "whether a framework stands at the end of the day", (), low=0, high=1),
    MetricSpec("framework.level", Unit.PRICE, "level of the standing framework", ("prices",), low=0.0),
    MetricSpec("framework.kind", Unit.COUNT, "which of report.yaml's kinds of level it is, from 1", (), low=1),
    MetricSpec("framework.above", Unit.BOOL, "whether the close was at the level or above when it was set", (), 0, 1),
    MetricSpec("framework.age", Unit.DAYS, "days since the standing framework was set", (), low=0),
    MetricSpec("framework.set_date", Unit.INSTANT, "date on which the standing framework was set", ()),
    MetricSpec("framework.deadline", Unit.INSTANT, "last day of the standing framework", ()),
    MetricSpec("framework.for_count", Unit.COUNT, "conditions for the level", (), low=0),
    MetricSpec("framework.for_met", Unit.COUNT, "conditions for the level that are met", (), low=0),
    MetricSpec("framework.against_count", Unit.COUNT, "conditions against the level", (), low=0),
    MetricSpec("framework.against_met", Unit.COUNT, "conditions against the level that are met", (), low=0),
    MetricSpec("framework.unknown", Unit.COUNT, "conditions whose state can't be known", (), low=0),
    MetricSpec("framework.turned", Unit.COUNT, "conditions that turned on the day", (), low=0),
    MetricSpec("framework.closed_how", Unit.COUNT, "which of report.yaml's closings ended it, 0 for none", (), low=0),
    MetricSpec("framework.closed_level", Unit.PRICE, "level of the framework that the day closed", ("prices",), 0.0),
    MetricSpec("framework.closed_above", Unit.BOOL, "whether that one was set with the close at or above it", (), 0, 1),
    MetricSpec("framework.closed_age", Unit.DAYS, "days since that one was set", (), low=0),
    MetricSpec("framework.closed_set_date", Unit.INSTANT, "date on which that one was set", ()),
    MetricSpec("framework.closed_run", Unit.COUNT, "closes in a row on the side of it on which that day closed", (), 1),
    MetricSpec("framework.closed_for_count", Unit.COUNT, "conditions for that level", (), low=0),
    MetricSpec("framework.closed_for_met", Unit.COUNT, "conditions for that level met at its end", (), low=0),
    MetricSpec("framework.closed_against_count", Unit.COUNT, "conditions against that level", (), low=0),
    MetricSpec("framework.closed_against_met", Unit.COUNT, "conditions against that level met at its end", (), low=0),
)


def _blank_framework_series(context: Context) -> DailySeries:
    return missing_series(len(context), MissingReason.UNDEFINED)


for _spec in SPECS:
    register_metric(_spec)(_blank_framework_series)
