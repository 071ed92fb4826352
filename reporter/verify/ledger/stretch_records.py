"""Readings over which findings look back → one stretch a metric, as a ledger has them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from reporter.model.reasoning import Stretch
from reporter.verify.ledger.ledger_model import StretchRecord


def join_stretches(stretches: Iterable[Iterable[Stretch]], dates: Sequence[date]) -> Iterator[StretchRecord]:
    """Join the stretches of findings: of each metric one, from the earliest day of any to the last, by metric.

    Those of one metric overlap, since each ends on the brief's day or the one before it.

    Args:
        stretches: of each finding.
        dates: the brief dates, in order.
    """
    found: dict[str, list[Stretch]] = {}
    for stretch in (one for listed in stretches for one in listed):
        found.setdefault(stretch.metric, []).append(stretch)
    for metric, parts in sorted(found.items()):
        days = {
            dates[at]: read
            for part in parts
            for at, read in enumerate(
                zip(part.values, part.sources, strict=True), bisect_left(dates, date.fromisoformat(part.first))
            )
        }
        ordered = sorted(days)
        sources = [days[day][1] for day in ordered]
        yield StretchRecord(
            metric=metric,
            first=ordered[0].isoformat(),
            begins=any(part.begins for part in parts),
            values=tuple(days[day][0] for day in ordered),
            sources=tuple(
                (day.isoformat(), source)
                for at, (day, source) in enumerate(zip(ordered, sources, strict=True))
                if at == 0 or source != sources[at - 1]
            ),
        )


def list_closed_days(first: date, dates: Sequence[date]) -> Iterator[str]:
    """List the dates from one to the last brief date that are no brief dates, since the exchange was closed.

    Args:
        first: the earliest date that counts.
        dates: the brief dates, in order; days before the first of them are nobody's.
    """
    open_days = frozenset(dates)
    day = max(first, dates[0])
    while day < dates[-1]:
        if day not in open_days:
            yield day.isoformat()
        day += timedelta(days=1)
