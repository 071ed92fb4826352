"""A day's findings → JSON: what `reporter findings --json` prints and `reporter backfill` writes."""

from __future__ import annotations

import json

from reporter.model.finding import Fact, Finding, Outcome, State
from reporter.model.timestamps import format_minute
from reporter.pipeline.day_news import find_news_items
from reporter.pipeline.state import Evaluation


def list_findings(found: Evaluation) -> tuple[Finding, ...]:
    """List what a day's rules found, in the rules' order, and then its news, best first."""
    ruled = (item.finding for item in found.outcomes if item.finding and item.state is State.FIRED)
    news = (item.finding for item in find_news_items(found.news, found.metrics) if item.fact.kind != "plain")
    return (*ruled, *news)


def findings_to_json(found: Evaluation) -> dict[str, object]:
    """Convert a day's findings to JSON values: those that came true with facts, unknown rules with missing metrics."""
    unknown = [_unknown_to_json(item) for item in found.outcomes if item.state is State.UNKNOWN]
    return {"findings": [_finding_to_json(one) for one in list_findings(found)], "unknown": unknown}


def dump_findings(found: Evaluation) -> bytes:
    """Write a day's findings as a file of JSON."""
    return (json.dumps(findings_to_json(found), ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


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
