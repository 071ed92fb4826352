"""What published briefs have stated, as metrics: declared here like any other, read from their ledgers by the pipeline.

Without `--history` none of them has a value, and nothing that rests on them can be said.
"""

from __future__ import annotations

from reporter.metrics.context import Context
from reporter.metrics.registry import register_metric
from reporter.metrics.series import DailySeries, missing_series
from reporter.model.metric import MetricSpec, MissingReason, Unit

_STATED = "{} that the published brief of the day stated, as its ledger has it"
SPECS = (
    MetricSpec("published.above", Unit.PRICE, _STATED.format("upper price of the ending"), (), low=0.0),
    MetricSpec("published.below", Unit.PRICE, _STATED.format("lower price of the ending"), (), low=0.0),
    MetricSpec("published.level", Unit.PRICE, _STATED.format("level with conditions for and against it"), (), low=0.0),
)


def _blank_published_series(context: Context) -> DailySeries:
    return missing_series(len(context), MissingReason.UNDEFINED)


for _spec in SPECS:
    register_metric(_spec)(_blank_published_series)
