"""Documents, outcomes and metrics → the claim ledger: everything a brief states and what it rests on.

It is written beside every brief. Each figure that a reader sees is a claim; each claim names its exact value,
unit, formula and the readings it rests on, down to the source's file and the end of the period it describes.
`ledger_model.py` declares its form, docs/ledger.md explains it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from reporter.diagnostics.diagnostic import NO_FILE, Diagnostic
from reporter.diagnostics.errors import HeldError
from reporter.language.relating_words import RELATION
from reporter.model.claim import Claim
from reporter.model.document import ClaimSpan, Document, Figure
from reporter.model.finding import Fact, Finding, Outcome, State
from reporter.model.memory import Memory
from reporter.model.metric import Event, MetricSet, name_unit, split_sources
from reporter.model.reasoning import Reasoning, Step
from reporter.model.timestamps import format_second
from reporter.readback.markdown import read_front_matter
from reporter.readback.skeleton import hash_skeleton
from reporter.verify.ledger.chart_labels import list_chart_labels
from reporter.verify.ledger.ledger_model import (
    SCHEMA,
    BriefRecord,
    ChartRecord,
    ClaimRecord,
    DocumentRecord,
    EventRecord,
    FactRecord,
    FindingRecord,
    GapRecord,
    HistoryRecord,
    Ledger,
    ReasoningRecord,
    RelationRecord,
    SentenceRecord,
    SourceRecord,
    StepRecord,
    StretchRecord,
    UnknownRecord,
    VersionsRecord,
)
from reporter.verify.ledger.memory_records import (
    HISTORY,
    make_correction_record,
    make_framework_record,
    make_history_record,
    make_reading_record,
)
from reporter.verify.ledger.passages import Passage, iterate_passages, iterate_sentences
from reporter.verify.ledger.seal import add_seal
from reporter.verify.ledger.stretch_records import join_stretches, list_closed_days
from reporter.verify.ledger.working_records import list_workings

#: A fact over a window rests on every reading in it. The ledger names those of sixty days and of the one before them,
#: so that the gate can count a run again; of a longer window the first and last few.
_MOST_INPUTS, _FEW_INPUTS = 61, 12

Documents = Iterable[tuple[Document, Mapping[str, tuple[str, Fact]]]]


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions a brief was made with: program, rule set and phrase files."""

    program: str
    rules: str
    phrases: str = ""


def collect_claims(documents: Documents) -> tuple[Claim, ...]:
    """The claims of all locales, each once, with every text that shows it.

    Args:
        documents: document and its claims (id → kind and fact), one a locale.

    Raises:
        HeldError: locales disagree about a claim's value, or a text shows a claim that nothing backs.
    """
    return tuple(claim for claim, _ in _collect_with_facts(documents))


def _collect_with_facts(documents: Documents) -> Iterator[tuple[Claim, Fact]]:
    facts: dict[str, tuple[str, Fact]] = {}
    shown: dict[str, dict[str, dict[str, None]]] = {}
    for document, claims in documents:
        for claim_id, (kind, fact) in claims.items():
            known = facts.setdefault(claim_id, (kind, fact))
            if known[1].value != fact.value:
                what = f"{claim_id}: {document.locale} states {fact.value}, another locale {known[1].value}"
                raise HeldError([Diagnostic("gate.values-differ", NO_FILE, what)])
        for span in (span for passage in iterate_passages(document) for span in passage.spans):
            if isinstance(span, ClaimSpan):
                if span.claim not in facts:
                    what = f'"{span.text}" in {document.locale} shows {span.claim}, which nothing backs'
                    raise HeldError([Diagnostic("gate.wrong-claim", NO_FILE, what)])
                shown.setdefault(span.claim, {}).setdefault(document.locale, {})[span.text] = None
            else:
                for start, end, claim in span.relating:
                    if claim:
                        shown.setdefault(claim, {}).setdefault(document.locale, {})[span.text[start:end]] = None
    for claim_id, by_locale in sorted(shown.items()):
        kind, fact = facts[claim_id]
        yield _make_claim(claim_id, kind, fact, {tag: tuple(texts) for tag, texts in by_locale.items()}), fact


def _make_claim(claim_id: str, kind: str, fact: Fact, shown: Mapping[str, tuple[str, ...]]) -> Claim:
    finding, _, rest = claim_id.partition(":")
    return Claim(
        id=claim_id,
        finding=finding,
        fact=rest.partition("#")[0],
        kind=kind,
        expression=fact.expression,
        value=fact.value,
        unit=fact.unit,
        as_of=format_second(fact.as_of),
        inputs=tuple(fact.inputs),
        shown=shown,
    )


def _list_recalled_briefs(claims: Iterable[tuple[Claim, Fact]], memory: Memory) -> Iterator[HistoryRecord]:
    """List the published briefs that a claim rests on."""
    used = {read.date for claim, _ in claims for read in claim.inputs if read.metric in HISTORY}
    return (make_history_record(one) for one in memory.history if one.date.isoformat() in used)


def make_ledger(  # noqa: PLR0913 - one argument for each part of the ledger, the last by name
    documents: Documents,
    outcomes: Iterable[Outcome],
    said: Iterable[Finding],
    metrics: MetricSet,
    versions: Versions,
    house: tuple[str, ...] = (),
    memory: Memory | None = None,
    *,
    names: Mapping[str, Mapping[str, str]] | None = None,
    reasonings: Mapping[str, Reasoning] | None = None,
    relating: frozenset[str] = frozenset(),
    tensions: Iterable[Sequence[str]] = (),
) -> Ledger:
    """Make the ledger of a brief that is realised and not yet rendered.

    Args:
        documents: document and claims, one a locale.
        outcomes: what became of every rule.
        said: findings the brief was to tell; those without a sentence (a chart that there was nothing to draw of)
            are left out.
        metrics: for sources, formulas and the cut.
        versions: program, rule set and phrases.
        house: what the layouts print by themselves.
        memory: the standing framework, and corrections of what was published.
        names: what the desk and the report type call things that the termbase lacks: term key → locale → name.
        reasonings: finding → why its rule fired.
        relating: the classes of relating words that are bound.
        tensions: pairs of findings that the report type declares to be in tension.

    Raises:
        HeldError: see `collect_claims`.
    """
    pairs = tuple(documents)
    memory = memory or Memory()
    claims = tuple(_collect_with_facts(pairs))
    spoken = {
        name
        for document, _ in pairs
        for _, sentence in iterate_sentences(document)
        for name in (sentence.finding, *sentence.also)
    }
    used = sorted({reading.metric for claim, _ in claims for reading in claim.inputs})
    looked_back = (why.stretches for name, why in (reasonings or {}).items() if name in spoken)
    stretches = tuple(join_stretches(looked_back, metrics.dates))
    return Ledger(
        format=SCHEMA,
        brief=BriefRecord(
            slug=pairs[0][0].slug,
            date=pairs[0][0].date,
            as_of=format_second(metrics.newest_used),
            cut=format_second(metrics.as_of),
            draft=pairs[0][0].draft,
        ),
        versions=VersionsRecord(reporter=versions.program, rules=versions.rules, phrases=versions.phrases),
        documents=tuple(_make_document_record(document) for document, _ in pairs),
        findings=tuple(
            _make_finding_record(one, (reasonings or {}).get(one.id), metrics.quote) for one in said if one.id in spoken
        ),
        claims=tuple(
            _make_claim_record(claim, fact, metrics.quote, (reasonings or {}).get(claim.finding))
            for claim, fact in claims
        ),
        stretches=stretches,
        closed=tuple(_list_closed_days(stretches, claims, metrics)),
        workings=tuple(list_workings((reading for claim, _ in claims for reading in claim.inputs), metrics)),
        sentences=tuple(
            _make_sentence_record(document, passage) for document, _ in pairs for passage in iterate_passages(document)
        ),
        charts=tuple(chart for document, _ in pairs for chart in _make_chart_records(document, metrics.quote)),
        formulas={name: metrics.series[name].spec.formula for name in used if name in metrics.series},
        names={key: dict(name) for key, name in (names or {}).items()},
        framework=make_framework_record(memory.framework),
        framework_closed=make_framework_record(memory.ended),
        corrections=tuple(make_correction_record(one, metrics.quote) for one in memory.corrections),
        history=tuple(_list_recalled_briefs(claims, memory)),
        gaps=tuple(_make_gap_records(metrics)),
        unknown=tuple(
            UnknownRecord(rule=outcome.rule_id, missing=outcome.missing)
            for outcome in outcomes
            if outcome.state is State.UNKNOWN
        ),
        sources=tuple(_make_source_records(metrics)),
        notices=tuple(map(str, metrics.notices)),
        house=house,
        relating=tuple(sorted(relating)),
        tensions=tuple(sorted((min(pair), max(pair)) for pair in tensions)),
    )


def seal_ledger(
    ledger: Ledger, files: Mapping[str, bytes], drawn: Mapping[tuple[str, str, str], Sequence[str]]
) -> Ledger:
    """Add to a ledger what is known once the brief is rendered (hashes, ticks), and its seal.

    Args:
        ledger: from `make_ledger`.
        files: every other file of the brief.
        drawn: edition, locale and chart → everything written in the chart on its page.
    """
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
    texts = {name: files[name].decode() for name in hashes if name.endswith((".md", ".html")) and "/" not in name}
    fronts = {
        name: {key: value for key, value, _ in read_front_matter(texts[name])} for name in texts if name.endswith(".md")
    }
    charts = tuple(_add_ticks(chart, drawn.get((chart.edition, chart.locale, chart.id), ())) for chart in ledger.charts)
    skeletons = {name: hash_skeleton(name, text) for name, text in texts.items()}
    held = {"files": hashes, "charts": charts, "skeletons": skeletons, "fronts": fronts}
    return add_seal(ledger.model_copy(update=held))


def _add_ticks(chart: ChartRecord, texts: Sequence[str]) -> ChartRecord:
    known = {label.text for label in chart.labels}
    return chart.model_copy(update={"ticks": tuple(dict.fromkeys(text for text in texts if text not in known))})


def _make_document_record(document: Document) -> DocumentRecord:
    return DocumentRecord(
        locale=document.locale,
        edition=document.edition,
        lang=document.lang,
        asset=document.asset,
        credits={credit.link: credit.text for credit in document.credits if credit.link},
    )


def _make_chart_records(document: Document, quote: str) -> Iterator[ChartRecord]:
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, Figure):
                yield ChartRecord(
                    id=block.chart.id,
                    locale=document.locale,
                    edition=document.edition,
                    unit=name_unit(block.chart.panels[0].unit, quote) if block.chart.panels else "",
                    labels=tuple(list_chart_labels(block.chart)),
                )


def _make_finding_record(finding: Finding, why: Reasoning | None, quote: str) -> FindingRecord:
    made = dict(why.facts) if why else {}
    return FindingRecord(
        id=finding.id,
        rule=finding.rule,
        version=finding.version,
        topic=finding.topic,
        stance=finding.stance,
        weight=finding.weight,
        days=finding.days,
        partial=finding.partial,
        facts=tuple(_make_fact_record(fact, quote, made.get(fact.name)) for fact in finding.facts),
        reasoning=_make_reasoning_record(why) if why else None,
        relation=RelationRecord(**asdict(finding.relation)) if finding.relation else None,
    )


def _make_reasoning_record(why: Reasoning) -> ReasoningRecord:
    return ReasoningRecord(
        date=why.date,
        text=why.text,
        place=why.place,
        decided_by=why.decided_by,
        condition=_make_step_record(why.condition),
    )


def _make_step_record(step: Step) -> StepRecord:
    parts = tuple(map(_make_step_record, step.parts))
    return StepRecord(text=step.text, is_=step.kind, value=step.value, signs=step.signs, parts=parts)


def _make_fact_record(fact: Fact, quote: str, made: Step | None = None) -> FactRecord:
    return FactRecord(
        name=fact.name,
        value=fact.value,
        unit=name_unit(fact.unit, quote),
        is_=fact.expression,
        as_of=format_second(fact.as_of),
        rung=fact.rung,
        ladder=fact.ladder,
        term=fact.term,
        members=tuple(_make_fact_record(member, quote) for member in fact.members),
        event=_make_event_record(fact.event),
        made=_make_step_record(made) if made else None,
    )


def _make_event_record(event: Event | None) -> EventRecord | None:
    if event is None:
        return None
    return EventRecord(
        id=event.id,
        time=format_second(event.time),
        grade=event.grade,
        source=event.source,
        cited_as=dict(event.cited_as),
        text=dict(event.text),
        speaker=dict(event.speaker),
        link=event.link,
    )


def _make_claim_record(claim: Claim, fact: Fact, quote: str, why: Reasoning | None = None) -> ClaimRecord:
    ruled = dict(why.relations) if why is not None else {}
    asked = ruled.get(claim.fact, fact.made) if claim.kind == RELATION else None
    inputs = claim.inputs
    if len(inputs) > _MOST_INPUTS:
        inputs = (*inputs[: _FEW_INPUTS // 2], *inputs[-_FEW_INPUTS // 2 :])
    return ClaimRecord(
        id=claim.id,
        finding=claim.finding,
        fact=claim.fact,
        kind=claim.kind,
        is_=claim.expression,
        value=claim.value,
        unit=name_unit(claim.unit, quote),
        as_of=claim.as_of,
        rung=fact.rung,
        ladder=fact.ladder,
        term=fact.term,
        event=_make_event_record(fact.event),
        sources=_list_source_ids(fact) if claim.kind == "source" and fact.event is None else (),
        inputs=tuple(make_reading_record(reading, quote) for reading in inputs),
        readings=len(claim.inputs) if len(claim.inputs) > len(inputs) else None,
        shown=dict(claim.shown),
        date=_find_asked_date(claim, why) if asked is not None else "",
        condition=_make_step_record(asked) if asked is not None else None,
    )


def _find_asked_date(claim: Claim, why: Reasoning | None) -> str:
    """Find the date on which a relation was asked; empty for one of findings that rest on no reading."""
    return why.date if why is not None else next((read.date for read in claim.inputs), "")


def _list_source_ids(fact: Fact) -> tuple[str, ...]:
    readings = (reading for part in (fact, *fact.members) for reading in part.inputs)
    return tuple(dict.fromkeys(part for read in readings for part in split_sources(read.source)))


def _make_sentence_record(document: Document, passage: Passage) -> SentenceRecord:
    spans, relating, place = [], [], 0
    for span in passage.spans:
        if isinstance(span, ClaimSpan):
            spans.append((place, place + len(span.text), span.claim))
        else:
            relating += [(place + start, place + end, claim) for start, end, claim in span.relating]
        place += len(span.text)
    of = passage.of
    return SentenceRecord(
        id=passage.id,
        locale=document.locale,
        edition=document.edition,
        role=passage.role,
        section=passage.section,
        finding=of.finding if of else "",
        form=of.form if of else "",
        phrase=of.phrase if of else "",
        wording=of.wording if of else 0,
        text="".join(span.text for span in passage.spans),
        spans=tuple(spans),
        also=of.also if of else (),
        arrows=passage.arrows,
        settings=passage.settings,
        relating=tuple(relating),
    )


def _list_closed_days(
    stretches: Iterable[StretchRecord], claims: Iterable[tuple[Claim, Fact]], metrics: MetricSet
) -> Iterator[str]:
    """List the dates without a session from the earliest reading of a ledger on; none where every date is a day."""
    if metrics.sessions:
        read = (reading.date for claim, _ in claims for reading in claim.inputs if reading.date)
        first = min((*read, *(one.first for one in stretches)), default=metrics.dates[-1].isoformat())
        yield from list_closed_days(date.fromisoformat(first), metrics.dates)


def _make_gap_records(metrics: MetricSet) -> Iterator[GapRecord]:
    """Make a record of every metric without a value on the brief's date, with the reason."""
    for metric_id, _, seen in metrics.iterate_today():
        parts = metric_id.split(".")
        if seen.missing is None or (parts[0] == "macro" and parts[1] not in metrics.instruments):
            continue
        yield GapRecord(metric=metric_id, why=str(seen.missing), latest=format_second(seen.as_of))


def _make_source_records(metrics: MetricSet) -> Iterator[SourceRecord]:
    for citation in metrics.citations.values():
        yield SourceRecord(
            id=citation.id,
            table=citation.table,
            file=citation.file,
            name=dict(citation.name),
            link=citation.link,
            coverage=citation.coverage,
        )
