"""The claim ledger: findings, claims, sentences, gaps and versions of one brief, as JSON that never changes order.

It is written beside every brief. Each figure that a reader sees is a claim; each claim names its exact value,
unit, formula and the readings it rests on, down to the source's file and the end of the period it describes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from reporter.errors import HeldError
from reporter.model.claim import Claim
from reporter.model.document import (
    Block,
    Cell,
    Conditions,
    Document,
    Figure,
    Paragraph,
    Sentence,
    Shown,
    Span,
    Table,
    Turn,
)
from reporter.model.finding import Fact, Finding, Input, Outcome, State
from reporter.model.metric import Event, MetricSet

SCHEMA = "reporter.ledger/1"
#: A fact over a window rests on every reading in it; the ledger names the first and last few.
_MOST_INPUTS = 12


@dataclass(frozen=True, slots=True)
class Versions:
    """What made the brief: program and rule set."""

    program: str
    rules: str


def collect_claims(documents: Iterable[tuple[Document, Mapping[str, tuple[str, Fact]]]]) -> tuple[Claim, ...]:
    """The claims of all locales, each once, with every text that shows it.

    Args:
        documents: document and its claims (id → kind and fact), one a locale.

    Raises:
        HeldError: locales disagree about a claim's value, or a text shows a claim that nothing backs.
    """
    facts: dict[str, tuple[str, Fact]] = {}
    shown: dict[str, dict[str, dict[str, None]]] = {}
    for document, claims in documents:
        for claim_id, (kind, fact) in claims.items():
            known = facts.setdefault(claim_id, (kind, fact))
            if known[1].value != fact.value:
                raise HeldError(f"{claim_id}: {document.locale} states {fact.value}, another locale {known[1].value}")
        for span in _spans(document):
            if isinstance(span, Shown):
                if span.claim not in facts:
                    raise HeldError(f'"{span.text}" in {document.locale} shows {span.claim}, which nothing backs')
                shown.setdefault(span.claim, {}).setdefault(document.locale, {})[span.text] = None
    return tuple(
        _claim(claim_id, *facts[claim_id], {tag: tuple(texts) for tag, texts in by_locale.items()})
        for claim_id, by_locale in sorted(shown.items())
    )


def _claim(claim_id: str, kind: str, fact: Fact, shown: Mapping[str, tuple[str, ...]]) -> Claim:
    finding, _, rest = claim_id.partition(":")
    return Claim(
        id=claim_id,
        finding=finding,
        fact=rest.partition("#")[0],
        kind=kind,
        expression=fact.expression,
        value=fact.value,
        unit=fact.unit,
        as_of=_iso(fact.as_of),
        inputs=fact.inputs,
        shown=shown,
    )


def _iso(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def sentences(document: Document) -> Iterator[tuple[str, Sentence]]:
    """Every sentence of a document with the section it stands in, in reading order."""
    yield "headline", document.headline
    yield from (("standfirst", sentence) for sentence in document.standfirst.sentences)
    yield from (("takeaways", sentence) for sentence in document.takeaways)
    for section in document.sections:
        if section.heading is not None:
            yield section.id, section.heading
        for block in section.blocks:
            yield from ((section.id, sentence) for sentence in _of_block(block))
    yield from (("gaps", sentence) for sentence in document.gaps)


def _of_block(block: Block) -> Iterator[Sentence]:
    if isinstance(block, Paragraph):
        yield from block.sentences
    elif isinstance(block, Figure):
        yield block.title
        yield from block.caption
    elif isinstance(block, Conditions):
        yield block.title
        yield from (item.sentence for item in block.items)
    elif isinstance(block, Turn):
        yield from (sentence for paragraph in block.paragraphs for sentence in paragraph.sentences)
    else:
        yield block.title


def _cells(document: Document) -> Iterator[Cell]:
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, Table):
                yield from (cell for row in block.rows for cell in row)


def _spans(document: Document) -> Iterator[Span]:
    for _, sentence in sentences(document):
        yield from sentence.spans
    for tile in document.tiles:
        yield from (*tile.value, *tile.change)
    for cell in _cells(document):
        yield from cell.spans


def write_ledger(
    documents: Iterable[tuple[Document, Mapping[str, tuple[str, Fact]]]],
    outcomes: Iterable[Outcome],
    said: Iterable[Finding],
    metrics: MetricSet,
    versions: Versions,
) -> str:
    """The ledger as JSON text.

    Args:
        documents: document and claims, one a locale.
        outcomes: what became of every rule.
        said: findings the brief was to tell; those without a sentence (a chart that there was nothing to draw of)
            are left out.
        metrics: for sources and the cut.
        versions: program and rule set.

    Raises:
        HeldError: see `collect_claims`.
    """
    pairs = tuple(documents)
    claims = collect_claims(pairs)
    spoken = {sentence.finding for document, _ in pairs for _, sentence in sentences(document)}
    told = tuple(finding for finding in said if finding.id in spoken)
    ledger = {
        "schema": SCHEMA,
        "brief": {"slug": pairs[0][0].slug, "date": pairs[0][0].date, "as_of": _iso(metrics.as_of)},
        "versions": {"reporter": versions.program, "rules": versions.rules},
        "findings": [_finding(finding) for finding in told],
        "claims": [_claim_json(claim) for claim in claims],
        "sentences": [
            _sentence_json(document, section, sentence)
            for document, _ in pairs
            for section, sentence in sentences(document)
        ],
        "tables": [_table_json(document) for document, _ in pairs],
        "gaps": _gaps(metrics),
        "unknown": [
            {"rule": outcome.rule_id, "missing": list(outcome.missing)}
            for outcome in outcomes
            if outcome.state is State.UNKNOWN
        ],
        "sources": _sources(metrics),
        "notices": list(metrics.notices),
    }
    return json.dumps(ledger, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "id": finding.id,
        "rule": finding.rule,
        "version": finding.version,
        "topic": finding.topic,
        "stance": finding.stance,
        "weight": finding.weight,
        "days": finding.days,
        "partial": finding.partial,
        "facts": [_fact(fact) for fact in finding.facts],
    }


def _fact(fact: Fact) -> dict[str, object]:
    told: dict[str, object] = {
        "name": fact.name,
        "value": fact.value,
        "unit": str(fact.unit),
        "is": fact.expression,
        "as_of": _iso(fact.as_of),
    }
    if fact.rung is not None:
        told["rung"] = fact.rung
    if fact.members:
        told["members"] = [_fact(member) for member in fact.members]
    if fact.event is not None:
        told["event"] = _event(fact.event)
    return told


def _event(event: Event) -> dict[str, object]:
    return {
        "id": event.id,
        "time": _iso(event.time),
        "grade": event.grade,
        "source": event.source,
        "cited_as": dict(event.cited_as),
        "link": event.link,
    }


def _claim_json(claim: Claim) -> dict[str, object]:
    inputs = claim.inputs
    if len(inputs) > _MOST_INPUTS:
        inputs = (*inputs[: _MOST_INPUTS // 2], *inputs[-_MOST_INPUTS // 2 :])
    told: dict[str, object] = {
        "id": claim.id,
        "finding": claim.finding,
        "fact": claim.fact,
        "kind": claim.kind,
        "is": claim.expression,
        "value": claim.value,
        "unit": str(claim.unit),
        "as_of": claim.as_of,
        "inputs": [_input(reading) for reading in inputs],
        "shown": {tag: list(texts) for tag, texts in claim.shown.items()},
    }
    if len(claim.inputs) > len(inputs):
        told["readings"] = len(claim.inputs)
    return told


def _input(reading: Input) -> dict[str, object]:
    return {
        "metric": reading.metric,
        "date": reading.date,
        "value": reading.value,
        "unit": str(reading.unit),
        "as_of": _iso(reading.as_of),
        "source": reading.source,
    }


def _sentence_json(document: Document, section: str, sentence: Sentence) -> dict[str, object]:
    return {
        "id": sentence.id,
        "locale": document.locale,
        "edition": document.edition,
        "section": section,
        "finding": sentence.finding,
        "form": sentence.form,
        "phrase": sentence.phrase,
        "wording": sentence.wording,
        "claims": list(dict.fromkeys(span.claim for span in sentence.spans if isinstance(span, Shown))),
        "text": sentence.text,
    }


def _table_json(document: Document) -> dict[str, object]:
    def cell(spans: Iterable[Span]) -> dict[str, object]:
        listed = tuple(spans)
        return {
            "text": "".join(span.text for span in listed),
            "claims": [span.claim for span in listed if isinstance(span, Shown)],
        }

    boards = [block for section in document.sections for block in section.blocks if isinstance(block, Table)]
    return {
        "locale": document.locale,
        "edition": document.edition,
        "tiles": [
            {"label": tile.label, "value": cell(tile.value), "change": cell(tile.change)} for tile in document.tiles
        ],
        "boards": [{"id": board.id, "rows": [[cell(c.spans) for c in row] for row in board.rows]} for board in boards],
    }


def _gaps(metrics: MetricSet) -> list[dict[str, object]]:
    """Every metric without a value on the brief's date, and why; instruments the desk never had are left out."""
    gaps: list[dict[str, object]] = []
    for metric_id, series in metrics.series.items():
        seen = series.at(metrics.today)
        parts = metric_id.split(".")
        if seen.missing is None or (parts[0] == "macro" and parts[1] not in metrics.instruments):
            continue
        gaps.append({"metric": metric_id, "why": str(seen.missing), "latest": _iso(seen.as_of)})
    return gaps


def _sources(metrics: MetricSet) -> list[dict[str, object]]:
    return [
        {
            "id": citation.id,
            "table": citation.table,
            "file": citation.file,
            "name": dict(citation.name),
            "link": citation.link,
            "coverage": citation.coverage,
        }
        for citation in metrics.citations.values()
    ]
