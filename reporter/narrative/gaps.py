"""Metrics without a value to findings that say so: one a reason, naming the tables it holds for."""

from __future__ import annotations

from collections.abc import Iterable

from reporter.model.finding import Fact, Finding
from reporter.model.metric import MetricSet, Missing, Unit

#: Reason → the finding that tells it; reasons that are no gap (an index speaks for its fund) are left out.
_FINDINGS = {
    Missing.NO_SOURCE: "gap.no_source",
    Missing.NOT_STARTED: "gap.not_started",
    Missing.BLANK: "gap.blank",
    Missing.STALE: "gap.stale",
    Missing.NO_ROW: "gap.no_row",
    Missing.INCOMPLETE: "gap.incomplete",
    Missing.CLOSED: "gap.closed",
    Missing.NOT_PUBLISHED: "gap.not_published",
    Missing.COVERAGE: "gap.coverage",
    Missing.RANGE: "gap.range",
}

#: Made by the program, not by rules: phrases may speak for them.
GAP_FINDINGS = tuple(_FINDINGS.values())
GAP_FACTS = frozenset({"tables"})


def find_gaps(metrics: MetricSet, watched: Iterable[str]) -> tuple[Finding, ...]:
    """Findings about tables that gave nothing today.

    Args:
        metrics: what is known.
        watched: metrics whose absence a reader should hear of.
    """
    reasons: dict[str, dict[str, None]] = {}
    for metric_id in dict.fromkeys(watched):
        series = metrics.series[metric_id]
        seen = series.at(metrics.today)
        finding = _FINDINGS.get(Missing(seen.missing)) if seen.missing else None
        if finding is None or _weekend_break(metrics, seen.missing):
            continue
        for table in series.spec.tables[:1]:
            if not (_speaks(metrics, table) or (seen.missing == Missing.NOT_STARTED and _begun(metrics, table))):
                reasons.setdefault(finding, {})[table] = None
    return tuple(_finding(finding, tuple(tables)) for finding, tables in reasons.items())


def _speaks(metrics: MetricSet, table: str) -> bool:
    """Whether any metric that rests on the table alone has a value today, such as another market's close."""
    return any(series.values[-1] is not None for series in metrics.series.values() if series.spec.tables == (table,))


def _begun(metrics: MetricSet, table: str) -> bool:
    """Whether any series of the table has begun: one index that comes later doesn't speak for all the others."""
    later = (Missing.NOT_STARTED, Missing.NO_SOURCE)
    return any(series.missing[-1] not in later for series in metrics.series.values() if series.spec.tables == (table,))


def _weekend_break(metrics: MetricSet, reason: str | None) -> bool:
    """Markets that close every weekend leave no gap then."""
    return reason == Missing.CLOSED and metrics.series["brief.weekend"].values[-1] == 1


def _finding(finding_id: str, tables: tuple[str, ...]) -> Finding:
    members = tuple(
        Fact(name=table, value=1.0, unit=Unit.COUNT, expression=table, term=f"table.{table}") for table in tables
    )
    fact = Fact("tables", float(len(members)), Unit.COUNT, "tables without a value today", members=members)
    return Finding(finding_id, "", "", "gap", "neutral", 10, (fact,))
