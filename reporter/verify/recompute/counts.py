"""Metrics that count readings of another, counted again from the readings that a ledger names beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from reporter.verify.ledger.ledger_model import ClaimRecord, Ledger, ReadingRecord


@dataclass(frozen=True, slots=True)
class _Count:
    """What a metric counts.

    Attributes:
        of: the metric whose readings it counts.
        direction: of a rank, 1 where those as high are counted and −1 where those as low are; 0 for a run.
        days: how far back.
        once: whether a reading that is carried over days counts once.
    """

    of: str
    direction: int
    days: int | None = None
    once: bool = True


#: What each metric that is a run or a rank counts, as `MetricSpec.counts` tells whoever lists its readings.
COUNTS: Mapping[str, _Count] = {
    "etf.flow_streak": _Count("etf.net_flow_1d", 0),
    "etf.inflow_rank": _Count("etf.net_flow_1d", 1),
    "etf.outflow_rank": _Count("etf.net_flow_1d", -1),
    "derivatives.funding_sign_streak": _Count("derivatives.funding_1d", 0, once=False),
    "miners.hashprice_rank": _Count("miners.hashprice", -1, 365, once=False),
}


def check_counts(ledger: Ledger) -> Iterator[tuple[str, str]]:
    """Find runs and ranks that the readings of a ledger contradict: (claim, why).

    Where a ledger lacks the readings, what it says of their number stands.

    Args:
        ledger: that they stand in.
    """
    for claim in ledger.claims:
        for told in claim.inputs:
            count = COUNTS.get(told.metric)
            if count is None or not told.value:
                continue
            own = _list_counted(claim.inputs, count, told)
            whole = claim.readings is None
            if count.direction == 0:
                why = _check_run(told, own) if whole else ""
            else:
                why = _check_rank(told, own, count, ledger.claims, whole=whole)
            if why:
                yield claim.id, f"{told.metric} of {told.date} is {told.value:g}, and {why}"


def _list_counted(inputs: Iterable[ReadingRecord], count: _Count, told: ReadingRecord) -> list[ReadingRecord]:
    """List the readings among some that a count may count, the latest first, each once."""
    first = "" if count.days is None else (date.fromisoformat(told.date) - timedelta(days=count.days - 1)).isoformat()
    found: dict[str, ReadingRecord] = {}
    for one in sorted(inputs, key=lambda read: read.date):
        if one.metric == count.of and one.value is not None and first <= one.date <= told.date:
            # What is carried over a weekend has the end of its own day.
            found.setdefault((one.as_of or one.date) if count.once else one.date, one)
    return list(reversed(found.values()))


def _check_run(told: ReadingRecord, own: list[ReadingRecord]) -> str:
    value = told.value or 0.0
    length = next((at for at, one in enumerate(own) if (one.value or 0.0) * value <= 0), len(own))
    ended = length < len(own)
    if length > abs(value) or (ended and length != abs(value)):
        return f"its readings have one sign on {length} days"
    return ""


def _check_rank(
    told: ReadingRecord, own: list[ReadingRecord], count: _Count, claims: Iterable[ClaimRecord], *, whole: bool
) -> str:
    if not own:
        return ""
    latest, listed = own[0], _list_as_extreme(own, count)
    every = _list_as_extreme(_list_counted((one for claim in claims for one in claim.inputs), count, told), count)
    right = 1 + max(len(listed), len(every))
    # A ledger that names none of those before it says no more than that there is one as extreme for each that it names.
    if right > (told.value or 0.0) or (whole and listed and right != told.value):
        return f"readings before that of {latest.date} that are as extreme: {right - 1}"
    return ""


def _list_as_extreme(own: list[ReadingRecord], count: _Count) -> list[ReadingRecord]:
    latest = own[0].value or 0.0
    return [one for one in own[1:] if ((one.value or 0.0) - latest) * count.direction >= 0]
