"""Framework, its conditions and corrections → records of the ledger."""

from __future__ import annotations

from collections.abc import Mapping

from reporter.model.finding import Input
from reporter.model.framework import ConditionState, FrameworkState
from reporter.model.memory import Correction, PublishedStatements
from reporter.model.metric import name_unit
from reporter.model.timestamps import format_second
from reporter.verify.ledger.ledger_model import (
    ConditionRecord,
    CorrectionRecord,
    FrameworkRecord,
    HistoryRecord,
    ReadingRecord,
)

#: Metrics whose readings rest on published ledgers → the price in one.
HISTORY: Mapping[str, str] = {"published.above": "above", "published.below": "below", "published.level": "level"}


def make_framework_record(state: FrameworkState | None) -> FrameworkRecord | None:
    """Convert a framework to its ledger record."""
    if state is None:
        return None
    return FrameworkRecord(
        level=state.level,
        found=state.kind,
        above=state.above,
        set=state.set_date,
        deadline=state.deadline,
        closed=state.closed or None,
        conditions=tuple(map(_make_condition_record, state.conditions)),
    )


def _make_condition_record(state: ConditionState) -> ConditionRecord:
    bound = state.finding.find_fact("threshold")
    return ConditionRecord(
        id=state.id,
        side=state.side,
        asks=state.asks,
        threshold=bound.value if bound else None,
        deadline=(format_second(state.deadline) or "")[:10],
        status=state.status,
        turned=(format_second(state.turned) or "")[:10] or None,
        over=state.over,
        history=state.history,
    )


def make_correction_record(one: Correction, quote: str) -> CorrectionRecord:
    """Convert a correction to its ledger record."""
    return CorrectionRecord(
        claim=one.claim, published=make_reading_record(one.old, quote), now=make_reading_record(one.new, quote)
    )


def make_history_record(stated: PublishedStatements) -> HistoryRecord:
    """Convert what a published brief has stated to its record in the ledger of a later one."""
    return HistoryRecord(
        brief=stated.slug, ledger=stated.digest, above=stated.above, below=stated.below, level=stated.level
    )


def make_reading_record(one: Input, quote: str) -> ReadingRecord:
    """Convert a reading to its ledger record; `quote` is what the asset's price is in."""
    return ReadingRecord(
        metric=one.metric,
        date=one.date,
        value=one.value,
        unit=name_unit(one.unit, quote),
        as_of=format_second(one.as_of),
        source=one.source,
    )
