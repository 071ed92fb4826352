"""The ledger's part about memory: the framework with every condition's history, and corrections."""

from __future__ import annotations

from datetime import UTC, datetime

from reporter.model.finding import Input
from reporter.model.framework import ConditionState, FrameworkState
from reporter.model.memory import Correction
from reporter.verify.record import ConditionRecord, CorrectionRecord, FrameworkRecord, ReadingRecord


def framework(state: FrameworkState | None) -> FrameworkRecord | None:
    """A framework as the ledger holds it."""
    if state is None:
        return None
    return FrameworkRecord(
        level=state.level,
        found=state.kind,
        above=state.above,
        set=state.set_date,
        deadline=state.deadline,
        closed=state.closed or None,
        conditions=tuple(map(_condition, state.conditions)),
    )


def _condition(state: ConditionState) -> ConditionRecord:
    bound = state.finding.fact("threshold")
    return ConditionRecord(
        id=state.id,
        side=state.side,
        asks=state.asks,
        threshold=bound.value if bound else None,
        deadline=(iso(state.deadline) or "")[:10],
        status=state.status,
        turned=(iso(state.turned) or "")[:10] or None,
        over=state.over,
        history=state.history,
    )


def correction(one: Correction) -> CorrectionRecord:
    """A figure that was published and is another now, as the ledger holds it."""
    return CorrectionRecord(claim=one.claim, published=reading(one.old), now=reading(one.new))


def reading(one: Input) -> ReadingRecord:
    """One reading as the ledger names it."""
    return ReadingRecord(
        metric=one.metric,
        date=one.date,
        value=one.value,
        unit=str(one.unit),
        as_of=iso(one.as_of),
        source=one.source,
    )


def iso(seconds: float | None) -> str | None:
    """An instant as the ledger writes it."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
