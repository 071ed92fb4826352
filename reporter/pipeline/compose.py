"""Evaluation of a day → its brief: each edition planned once, realised in every locale, recorded in one ledger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from hashlib import sha256

from reporter import __version__
from reporter.desk import DeskConfig, date_post
from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.diagnostics.errors import HeldError, InputError, NothingNewError
from reporter.language.relating_words import list_locale_relations
from reporter.metrics.gate_checks import apply_gates
from reporter.model.finding import Finding, Outcome
from reporter.model.memory import Memory
from reporter.model.metric import MetricSet
from reporter.model.news import NewsFact
from reporter.model.reasoning import Reasoning
from reporter.model.verdict import RankedVerdict
from reporter.narrative.phrases.phrases import SpeechContext
from reporter.narrative.plan.chat import plan_chat
from reporter.narrative.plan.correction_findings import find_visible_corrections
from reporter.narrative.plan.plan import Planner, explain_no_lead, plan_brief
from reporter.narrative.plan.tensions import hold_contradictions
from reporter.narrative.plan_model import Plan, PlannedSection, Slot
from reporter.narrative.realise import BriefMetadata, RealisedDocument, realise_plan
from reporter.pipeline.credits import list_credits
from reporter.pipeline.day_news import find_news_items
from reporter.pipeline.evidence import append_evidence
from reporter.pipeline.length_limits import hold_too_long
from reporter.pipeline.screen_page import list_link_texts
from reporter.pipeline.state import Brief, Evaluation
from reporter.report_type.files import ReportFiles
from reporter.report_type.report_type import ReportType
from reporter.rules import build_reasoning
from reporter.syntax.authored_text import read_authored_text
from reporter.verify.gate.layout_text import list_layout_texts
from reporter.verify.ledger.ledger import Versions, make_ledger
from reporter.verify.ledger.ledger_model import Ledger


def compose_brief(
    findings: Evaluation, editions: Sequence[str] = (), *, evidence: bool = False, draft: bool = False
) -> Brief:
    """Plan each edition once and realise it in every locale.

    Args:
        findings: metrics and what became of each rule.
        editions: those of desk.toml where none is named.
        evidence: append a table of every figure with what it rests on to the article.
        draft: mark every page as one that is only to be looked at.

    Raises:
        InputError: the report type has no such edition.
        GateError: the desk's own gates don't let the data through.
        NothingNewError: the report type has nothing to say of the day.
        HeldError: a text is longer than it may be, no finding leads, two findings contradict each other, or the
            languages disagree.
    """
    config, report = findings.config, findings.report
    findings = replace(findings, metrics=apply_gates(config, findings.metrics))
    context = make_speech_context(config, findings.metrics, report)
    corrected = find_visible_corrections(report.outline, report.fitted_books, context, findings.memory.corrections)
    findings = replace(findings, memory=replace(findings.memory, corrections=corrected))
    article = _plan_article(findings, context)
    plans = [_plan_edition(name, article, findings) for name in dict.fromkeys(editions or config.desk.editions)]
    for edition in plans:
        hold_contradictions(config.shown_as, report.outline.contradictions, edition.said)
    realised = _realise_plans(plans, findings, context, evidence=evidence, draft=draft)
    said = {finding.id: finding for edition in plans for finding in edition.said}
    return Brief(findings, article, realised, _record_brief(findings, realised, tuple(said.values()), context))


def plan_article(
    report: ReportType,
    outcomes: Sequence[Outcome],
    metrics: MetricSet,
    memory: Memory,
    news: Sequence[NewsFact] = (),
    context: SpeechContext | None = None,
    verdicts: Sequence[RankedVerdict] = (),
) -> Plan | None:
    """Plan a day's article in the forms that every locale of a report type has; None where no finding leads.

    Args:
        report: the report type.
        outcomes: what became of each rule.
        metrics: up to the day.
        memory: the day before, the standing framework, and corrections.
        news: the day's facts, best first.
        context: what sentences may use; without it a headline's length is not looked at.
        verdicts: the day's, best first.
    """
    items = find_news_items(news, metrics)
    fits = partial(_fits_headline, report, context) if context is not None else None
    return plan_brief(
        report.outline,
        outcomes,
        metrics,
        report.forms,
        memory,
        items,
        fits,
        tuple(verdicts),
        extents=report.extents,
    )


def plan_statements(
    report: ReportType,
    outcomes: Sequence[Outcome],
    metrics: MetricSet,
    memory: Memory,
    news: Sequence[NewsFact],
    context: SpeechContext,
    verdicts: Sequence[RankedVerdict],
) -> tuple[PlannedSection, ...]:
    """Plan those sections of a day's article that later days bear out or not, without the rest of it.

    Args:
        report: the report type.
        outcomes: what became of each rule.
        metrics: up to the day.
        memory: the standing framework, and what led the days before.
        news: the day's facts, best first.
        context: what sentences may use: how long a headline is may decide what the day argues.
        verdicts: the day's, best first.
    """
    items, fits = find_news_items(news, metrics), partial(_fits_headline, report, context)
    planner = Planner(report.outline, tuple(outcomes), metrics, report.forms, memory, items, fits, tuple(verdicts))
    return planner.plan_statements()


def _fits_headline(report: ReportType, context: SpeechContext, head: Slot, beside: Slot) -> bool:
    """Return whether a headline with a second clause is short enough in every locale of the desk."""
    for book in report.fitted_books:
        longest = report.outline.news.longest.get(book.locale.base)
        said = [book.say_finding(slot.finding, slot.form, context).text for slot in (head, beside)]
        if longest is not None and len(book.locale.joiners.clause.join(said)) > longest:
            return False
    return True


def _plan_article(findings: Evaluation, context: SpeechContext) -> Plan:
    """Plan the article, or hold the brief where no finding leads."""
    report, metrics = findings.report, findings.metrics
    plan = plan_article(report, findings.outcomes, metrics, findings.memory, findings.news, context, findings.verdicts)
    if plan is None:
        why = explain_no_lead(report.outline, findings.outcomes, metrics)
        what = f"no finding of {metrics.dates[-1]} can lead a brief: {why}"
        raise HeldError([Diagnostic("publish.no-lead", Place(findings.config.shown_as), what, "nothing is published")])
    if plan.headline.finding.id in report.outline.silent:
        what = f'"{plan.headline.finding.id}" leads {metrics.dates[-1]}, of which {report.files.name} says nothing'
        place = Place(findings.config.shown_as)
        raise NothingNewError([Diagnostic("publish.nothing-to-say", place, what, "nothing is published")])
    return plan


def _plan_edition(name: str, article: Plan, findings: Evaluation) -> Plan:
    if name == "article":
        return article
    report = findings.report
    if report.outline.chat is None:
        what = f'report type "{report.files.name}" has no chat'
        place = Place(report.files.display_path(report.files.find_file("report.yaml")))
        raise InputError([Diagnostic("report.no-chat", place, what, 'add a section "chat"')])
    forms = report.forms
    outline, outcomes = report.outline, findings.outcomes
    chat = plan_chat(outline, outcomes, findings.metrics, forms, article, findings.memory, report.extents)
    if chat is None:
        what, place = "no question of the chat has an answer", Place(findings.config.shown_as)
        raise HeldError([Diagnostic("publish.no-answer", place, what, "nothing is published")])
    return chat


def _realise_plans(
    plans: Sequence[Plan], findings: Evaluation, context: SpeechContext, *, evidence: bool, draft: bool
) -> tuple[RealisedDocument, ...]:
    """Realise each plan in every locale, with the table of evidence where it is asked for."""
    config, report, metrics = findings.config, findings.report, findings.metrics
    date = metrics.dates[-1].isoformat()
    slug = f"{config.desk.slug}-{date}"
    setting = BriefMetadata(
        slug=slug,
        symbol=config.asset.symbol,
        byline=config.desk.byline,
        disclosure=config.desk.disclosure,
        credits={book.locale.tag: list_credits(config.desk.credits, book.locale, slug, date) for book in report.books},
        tags=config.desk.tags,
        as_of=metrics.newest_used,
        posted=date_post(metrics.dates[-1], config),
        draft=draft,
    )
    realised = tuple(
        realise_plan(edition, report.outline, book, context, metrics, setting)
        for edition in plans
        for book in report.books
    )
    hold_too_long(report.outline.limits, realised)
    if not evidence:
        return realised
    pairs = tuple((item.document, item.claims) for item in realised)
    documents = append_evidence(pairs, {book.locale.tag: book.locale for book in report.books}, metrics.citations)
    return tuple(replace(item, document=made) for item, made in zip(realised, documents, strict=True))


def _record_brief(
    findings: Evaluation, realised: Sequence[RealisedDocument], said: Sequence[Finding], context: SpeechContext
) -> Ledger:
    """Record what a brief states and what that rests on."""
    report = findings.report
    layouts = (
        (path.name, read_authored_text(path, report.files.display_path(path)))
        for path in report.files.glob("layouts/*.j2")
    )
    names = list_link_texts(
        [item.document for item in realised], {book.locale.tag: book.locale for book in report.books}
    )
    return make_ledger(
        tuple((item.document, item.claims) for item in realised),
        findings.outcomes,
        said,
        findings.metrics,
        Versions(__version__, report.rules.hash, _hash_phrases(report.files)),
        (*list_layout_texts(layouts), *names),
        findings.memory,
        names=context.names,
        reasonings=_collect_reasonings(findings, said),
        relating=frozenset().union(*(list_locale_relations(book.locale) for book in report.books)),
        tensions=report.outline.tensions,
    )


def _collect_reasonings(findings: Evaluation, said: Iterable[Finding]) -> dict[str, Reasoning]:
    """Collect finding → why its rule fired (or fired yesterday); findings of the program have none."""
    ruled, today = {rule.id for rule in findings.report.rules.rules}, findings.metrics.today_index
    before = {outcome.rule_id: outcome.finding for outcome in findings.memory.before}
    now = {outcome.rule_id for outcome in findings.outcomes if outcome.finding is not None}
    return {
        one.id: build_reasoning(findings.replay, one.id, today - (one.id not in now and one == before.get(one.id)))
        for one in said
        if one.id in ruled and not one.phrase
    }


def _hash_phrases(files: ReportFiles) -> str:
    """Hash all phrase files, the desk's own included."""
    digest = sha256()
    for path in files.glob("phrases/*/*.j2"):
        digest.update(files.display_path(path).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def make_speech_context(config: DeskConfig, metrics: MetricSet, report: ReportType) -> SpeechContext:
    """Make what every sentence of a brief may use beside its finding.

    Args:
        config: desk.toml.
        metrics: of the day.
        report: the report type.
    """
    return SpeechContext(
        date=metrics.dates[-1],
        citations=metrics.citations,
        asset_name=config.asset.name,
        asset_symbol=config.asset.symbol,
        asset_short=config.asset.short,
        names={f"instrument.{key}": item.name for key, item in metrics.instruments.items() if item.name}
        | {f"table.{key}": table.name for key, table in config.table.items()}
        | report.names,
    )
