"""Metrics without a value → findings that say so, one per reason, naming the tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from reporter.model.finding import Fact, Finding
from reporter.model.metric import MetricSet, MissingReason, Observation, Unit

#: Reason → the finding that tells it; reasons that are no gap (an index speaks for its fund) are left out.
_FINDINGS = {
    MissingReason.NO_SOURCE: "gap.no_source",
    MissingReason.NOT_STARTED: "gap.not_started",
    MissingReason.BLANK: "gap.blank",
    MissingReason.STALE: "gap.stale",
    MissingReason.NO_ROW: "gap.no_row",
    MissingReason.INCOMPLETE: "gap.incomplete",
    MissingReason.CLOSED: "gap.closed",
    MissingReason.NOT_PUBLISHED: "gap.not_published",
    MissingReason.COVERAGE: "gap.coverage",
    MissingReason.RANGE: "gap.range",
}

#: Made by the program, not by rules: phrases may speak for them.
GAP_FINDINGS = tuple(_FINDINGS.values())
GAP_FACTS = frozenset({"tables"})


def find_gaps(metrics: MetricSet, watched: Iterable[str]) -> tuple[Finding, ...]:
    """Find tables without a value today, as one finding per reason.

    Args:
        metrics: what is known.
        watched: metrics whose absence a reader should hear of.
    """
    reasons: dict[str, dict[str, None]] = {}
    lone: Mapping[str, Sequence[Observation]] | None = None
    for metric_id in dict.fromkeys(watched):
        series = metrics.series[metric_id]
        seen = series.observation_at(metrics.today_index)
        finding = _FINDINGS.get(MissingReason(seen.missing)) if seen.missing else None
        if finding is None or _is_weekend_closure(metrics, seen.missing):
            continue
        # On most days nothing lacks, and no table is looked at.
        lone = _list_lone_observations(metrics) if lone is None else lone
        for table in series.spec.tables[:1]:
            if table not in metrics.left_out and not (
                _has_value_today(lone.get(table, ()))
                or (seen.missing == MissingReason.NOT_STARTED and _has_started(lone.get(table, ())))
            ):
                reasons.setdefault(finding, {})[table] = None
    return tuple(_make_gap_finding(finding, tuple(tables)) for finding, tables in reasons.items())


def _list_lone_observations(metrics: MetricSet) -> Mapping[str, Sequence[Observation]]:
    """List by table what the metrics that need it alone are today."""
    found: defaultdict[str, list[Observation]] = defaultdict(list)
    for _, spec, seen in metrics.iterate_today():
        if len(spec.tables) == 1:
            found[spec.tables[0]].append(seen)
    return found


def _has_value_today(seen: Iterable[Observation]) -> bool:
    """Return whether any metric of a table alone has a value today, such as another market's close."""
    return any(one.value is not None for one in seen)


def _has_started(seen: Iterable[Observation]) -> bool:
    """Return whether any series of a table has started by today."""
    later = (MissingReason.NOT_STARTED, MissingReason.NO_SOURCE)
    return any(one.missing not in later for one in seen)


def _is_weekend_closure(metrics: MetricSet, reason: str | None) -> bool:
    """Return whether a market is closed because it is a weekend, which is no gap."""
    return reason == MissingReason.CLOSED and metrics.series["brief.weekend"].values[-1] == 1


def _make_gap_finding(finding_id: str, tables: tuple[str, ...]) -> Finding:
    members = tuple(
        Fact(name=table, value=1.0, unit=Unit.COUNT, expression=table, term=f"table.{table}") for table in tables
    )
    fact = Fact("tables", float(len(members)), Unit.COUNT, "tables without a value today", members=members)
    return Finding(finding_id, "", "", "gap", "neutral", 10, (fact,))
