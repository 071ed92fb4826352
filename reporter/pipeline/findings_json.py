"""Outcomes → JSON: what `reporter findings --json` prints and `reporter backfill` writes."""

from __future__ import annotations

import json
from collections.abc import Iterable

from reporter.model.finding import Fact, Finding, Outcome, State
from reporter.model.timestamps import format_minute


def findings_to_json(outcomes: Iterable[Outcome]) -> dict[str, object]:
    """Convert outcomes to JSON values: fired rules with facts, unknown ones with missing metrics."""
    listed = tuple(outcomes)
    told = [item.finding for item in listed if item.finding and item.state is State.FIRED]
    unknown = [item for item in listed if item.state is State.UNKNOWN]
    return {"findings": [_finding_to_json(one) for one in told], "unknown": [_unknown_to_json(one) for one in unknown]}


def dump_findings(outcomes: Iterable[Outcome]) -> bytes:
    """Write outcomes as a file of JSON."""
    return (json.dumps(findings_to_json(outcomes), ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _fact_to_json(fact: Fact) -> dict[str, object]:
    told: dict[str, object] = {
        "value": fact.value,
        "unit": str(fact.unit),
        "as_of": format_minute(fact.as_of),
        "is": fact.expression,
        "sources": list(dict.fromkeys(reading.source for reading in fact.inputs if reading.source)),
    }
    if fact.members:
        told["members"] = {member.name: _fact_to_json(member) for member in fact.members}
    return told


def _finding_to_json(finding: Finding) -> dict[str, object]:
    return {
        "id": finding.id,
        "rule": finding.rule,
        "topic": finding.topic,
        "stance": finding.stance,
        "weight": finding.weight,
        "days": finding.days,
        "partial": finding.partial,
        "facts": {fact.name: _fact_to_json(fact) for fact in finding.facts},
    }


def _unknown_to_json(outcome: Outcome) -> dict[str, object]:
    return {"rule": outcome.rule_id, "missing": list(outcome.missing)}
