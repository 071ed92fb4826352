"""Readings over which findings look back → one stretch a metric, as a ledger has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from reporter.model.reasoning import Stretch
from reporter.verify.ledger.ledger_model import StretchRecord

_ONE_DAY = timedelta(days=1)


def join_stretches(stretches: Iterable[Iterable[Stretch]]) -> Iterator[StretchRecord]:
    """Join the stretches of findings: of each metric one, from the earliest day of any to the last, by metric.

    Those of one metric overlap, since each ends on the brief's day or the one before it.

    Args:
        stretches: of each finding.
    """
    found: dict[str, list[Stretch]] = {}
    for stretch in (one for listed in stretches for one in listed):
        found.setdefault(stretch.metric, []).append(stretch)
    for metric, parts in sorted(found.items()):
        days = {
            date.fromisoformat(part.first) + at * _ONE_DAY: (value, source)
            for part in parts
            for at, (value, source) in enumerate(zip(part.values, part.sources, strict=True))
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
