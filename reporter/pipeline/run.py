"""The whole pipeline: desk folder → metrics → outcomes → plan → documents → files → published or held.

Every step is a function from frozen values to frozen values; this module and the writers alone touch files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from reporter import __version__
from reporter.desk import (
    Desk,
    DeskConfig,
    Fingerprints,
    cut_desk,
    end_of_day,
    last_finished_day,
    load_desk,
    read_desk,
    read_desk_config,
)
from reporter.desk.config.gate_config import GatesConfig
from reporter.desk.config.instruments import INSTRUMENTS
from reporter.desk.sniff.survey import SourceSurvey, survey_tables
from reporter.desk.tables.sources import read_sources
from reporter.diagnostics.diagnostic import COMMAND_LINE, Diagnostic, Place, did_you_mean
from reporter.diagnostics.errors import HeldError, InputError, usage_error
from reporter.metrics import compute_metrics, list_metric_specs
from reporter.metrics.gate_checks import apply_gates, check_gate_names
from reporter.model.finding import Finding
from reporter.model.formats import DEFAULT_FORMATS, FORMATS
from reporter.model.memory import Correction, Memory
from reporter.model.metric import MetricSet
from reporter.model.news import NewsFact
from reporter.model.reasoning import Reasoning
from reporter.narrative.phrases.phrases import SpeechContext
from reporter.narrative.plan.chat import plan_chat
from reporter.narrative.plan.correction_findings import find_visible_corrections
from reporter.narrative.plan.leading import explain_no_lead
from reporter.narrative.plan.plan import plan_brief
from reporter.narrative.plan.tensions import hold_contradictions
from reporter.narrative.plan_model import Plan
from reporter.narrative.realise import BriefMetadata, realise_plan
from reporter.news import WEIGHTS, rank_news
from reporter.pipeline.audit import audit_files, hold_unless_passing
from reporter.pipeline.evidence import append_evidence
from reporter.pipeline.existing_brief import check_replacement, read_existing_brief
from reporter.pipeline.input_hash import BuildRequest, hash_common, hash_inputs
from reporter.pipeline.outputs import render_brief
from reporter.pipeline.publish import lock_brief_folder, publish_files
from reporter.pipeline.screen_page import list_link_texts
from reporter.pipeline.state import Brief, Evaluation
from reporter.render.pdf.printer import PrintPage, open_printer
from reporter.report_type.files import ReportFiles
from reporter.report_type.load import ReportType, load_report
from reporter.report_type.theme import Theme, load_theme
from reporter.rules import Frameworks, build_reasoning
from reporter.syntax.authored_text import read_authored_text
from reporter.verify.gate.layout_text import list_layout_texts
from reporter.verify.ledger.ledger import Versions, make_ledger
from reporter.verify.ledger.seal import read_key
from reporter.verify.published_figures import PublishedFigures, find_corrections, read_published_figures


def open_desk(folder: Path) -> DeskConfig:
    """Read a desk's configuration; see `read_desk_config`.

    Raises:
        InputError: the path is a file, desk.toml is wrong, or a gate names no metric.
    """
    if folder.is_file():
        hint = "give the folder that holds desk.toml"
        raise InputError([Diagnostic("desk.no-desk", Place(folder.as_posix()), "a file, and no desk's folder", hint)])
    config = read_desk_config(folder)
    mistakes = [*_check_weights(config)]
    if config.gates != GatesConfig():
        mistakes += check_gate_names(config)
    if mistakes:
        raise InputError(mistakes)
    return config


def _check_weights(config: DeskConfig) -> Iterator[Diagnostic]:
    """Find names in `[news.weights]` that are no kind of fact."""
    for kind in config.news.weights:
        if kind not in WEIGHTS:
            hint = did_you_mean(kind, WEIGHTS) or "`reporter news DESK` shows kinds of facts"
            place = config.locate_key(("news", "weights", kind))
            yield Diagnostic("desk.unknown-news", place, f'unknown kind of fact "{kind}"', hint)


def last_day_over(folder: Path, instant: datetime) -> date:
    """Return the last day that is over at an instant, by the desk's cut, with or without prices.

    Raises:
        InputError: desk.toml is wrong.
    """
    return last_finished_day(open_desk(folder), int(instant.timestamp()))


def compute_desk_metrics(folder: Path, day: date | None = None, as_of: datetime | None = None) -> MetricSet:
    """Compute the metrics of a desk on a date, as known then.

    Args:
        folder: the desk's.
        day: the date; None takes the newest complete day.
        as_of: the instant up to which rows are known; None takes the day's end.
    """
    return compute_metrics(load_desk(open_desk(folder), day, as_of))


def find_news(
    folder: Path, day: date | None = None, as_of: datetime | None = None
) -> tuple[MetricSet, tuple[NewsFact, ...]]:
    """Find what is new on a date, best first, with the metrics that it rests on.

    Args:
        folder: the desk's.
        day: the date; None takes the newest complete day.
        as_of: the instant up to which rows are known; None takes the day's end.
    """
    config = open_desk(folder)
    metrics = compute_metrics(load_desk(config, day, as_of))
    return metrics, rank_news(metrics, config.news.weights)


def evaluate_desk(
    folder: Path,
    day: date | None = None,
    as_of: datetime | None = None,
    locales: Sequence[str] = (),
    previous: Path | None = None,
) -> Evaluation:
    """Evaluate a desk on a date: everything up to the findings; authored files are checked first.

    Args:
        folder: the desk's.
        day: the date; None takes the newest complete day.
        as_of: the instant up to which rows are known; None takes the day's end.
        locales: locales to load; none takes those of desk.toml.
        previous: folder of an earlier brief, whose figures may have been revised.
    """
    opened = open_authored(folder, locales, previous)
    return evaluate_rows(opened, load_desk(opened.config, day, as_of))


@dataclass(frozen=True, slots=True)
class AuthoredInputs:
    """The authored inputs of a desk, checked: configuration, report type, theme, and an earlier brief."""

    config: DeskConfig
    report: ReportType
    theme: Theme
    published: PublishedFigures | None


def open_authored(folder: Path, locales: Sequence[str] = (), previous: Path | None = None) -> AuthoredInputs:
    """Read and check what authors wrote for a desk.

    Args:
        folder: the desk's.
        locales: locales to load; none takes those of desk.toml.
        previous: folder of an earlier brief, or None.

    Raises:
        InputError: something in it is wrong.
    """
    config = open_desk(folder)
    report = load_desk_report(config, locales)
    theme = load_theme(config, report.files)
    return AuthoredInputs(config, report, theme, read_published_figures(previous) if previous is not None else None)


def evaluate_rows(opened: AuthoredInputs, desk: Desk) -> Evaluation:
    """Evaluate a day whose rows have been read; see `evaluate_desk`."""
    frameworks = Frameworks(opened.report.rules, compute_metrics(desk))
    metrics = frameworks.metrics
    memory = build_memory(frameworks, metrics.today_index)
    if opened.published is not None:
        memory = replace(memory, corrections=_compare_published(opened.config, opened.published, metrics))
    outcomes = frameworks.replay.evaluate_rules(metrics.today_index)
    return Evaluation(opened.config, opened.report, opened.theme, metrics, outcomes, memory, frameworks.replay)


def load_desk_report(config: DeskConfig, locales: Sequence[str] = ()) -> ReportType:
    """Load the report type of a desk in the locales asked for, or else those of desk.toml."""
    return load_report(
        config.desk.report,
        config.locate_key(("desk", "report")),
        dict(list_metric_specs([*INSTRUMENTS, *config.instrument])),
        locales or config.desk.locales,
        COMMAND_LINE if locales else config.locate_key(("desk", "locales")),
        desk=config.folder,
    )


def survey_desk(findings: Evaluation) -> tuple[SourceSurvey, ...]:
    """Survey what each source of a desk holds up to the end of the day."""
    tables, _ = read_sources(findings.config)
    return survey_tables(findings.config, tables, int(findings.metrics.as_of))


def build_memory(frameworks: Frameworks, index: int) -> Memory:
    """Build the memory of a day's brief by replay."""
    return Memory(frameworks.find_standing(index), frameworks.find_closed(index), frameworks.outcomes_before(index))


def _compare_published(config: DeskConfig, published: PublishedFigures, metrics: MetricSet) -> tuple[Correction, ...]:
    """Compare a published brief with what is known at the new brief's instant; return corrections.

    Raises:
        InputError: the published brief is of another desk, or of no earlier day.
    """
    today = metrics.dates[-1]
    if published.slug != f"{config.desk.slug}-{published.date.isoformat()}" or published.date >= today:
        what = f"{published.slug} is no earlier brief of {config.desk.slug}, whose brief of {today} is asked for"
        raise usage_error("usage.other-brief", what, "--previous takes an earlier brief's folder")
    now = datetime.fromtimestamp(metrics.as_of, UTC)
    return find_corrections(published, (metrics, compute_metrics(load_desk(config, published.date, now))))


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
        HeldError: no finding leads, two findings contradict each other, or the languages disagree.
    """
    config, report, metrics = findings.config, findings.report, apply_gates(findings.config, findings.metrics)
    findings = replace(findings, metrics=metrics)
    forms = frozenset.intersection(*(frozenset(book.says) for book in report.books))
    context = make_speech_context(config, metrics, report)
    corrected = find_visible_corrections(report.outline, report.books, context, findings.memory.corrections)
    memory = replace(findings.memory, corrections=corrected)
    plan = plan_brief(report.outline, findings.outcomes, metrics, forms, memory)
    if plan is None:
        why = explain_no_lead(report.outline, findings.outcomes, metrics)
        what = f"no finding of {metrics.dates[-1]} can lead a brief: {why}"
        raise HeldError([Diagnostic("publish.no-lead", Place(config.shown_as), what, "nothing is published")])
    setting = BriefMetadata(
        slug=f"{config.desk.slug}-{metrics.dates[-1].isoformat()}",
        symbol=config.asset.symbol,
        byline=config.desk.byline,
        disclosure=config.desk.disclosure,
        tags=config.desk.tags,
        as_of=metrics.newest_used,
        posted=end_of_day(metrics.dates[-1], config),
        draft=draft,
    )
    plans = [
        _plan_edition(name, plan, findings, forms, memory) for name in dict.fromkeys(editions or config.desk.editions)
    ]
    for edition in plans:
        hold_contradictions(config.shown_as, report.outline.contradictions, edition.said)
    realised = tuple(
        realise_plan(edition, report.outline, book, context, metrics, setting)
        for edition in plans
        for book in report.books
    )
    pairs = tuple((item.document, item.claims) for item in realised)
    if evidence:
        documents = append_evidence(pairs, {book.locale.tag: book.locale for book in report.books}, metrics.citations)
        realised = tuple(replace(item, document=made) for item, made in zip(realised, documents, strict=True))
        pairs = tuple((item.document, item.claims) for item in realised)
    said = {finding.id: finding for edition in plans for finding in edition.said}
    versions = Versions(__version__, report.rules.hash, _hash_phrases(report.files))
    layouts = (
        (path.name, read_authored_text(path, report.files.display_path(path)))
        for path in report.files.glob("layouts/*.j2")
    )
    names = list_link_texts(
        [item.document for item in realised], {book.locale.tag: book.locale for book in report.books}
    )
    house = (*list_layout_texts(layouts), *names)
    record = make_ledger(
        pairs,
        findings.outcomes,
        said.values(),
        metrics,
        versions,
        house,
        memory,
        names=context.names,
        reasonings=_collect_reasonings(findings, said.values()),
    )
    return Brief(findings, plan, realised, record)


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


def _plan_edition(
    name: str, article: Plan, findings: Evaluation, forms: frozenset[tuple[str, str]], memory: Memory
) -> Plan:
    if name == "article":
        return article
    report = findings.report
    if report.outline.chat is None:
        what = f'report type "{report.folder.name}" has no chat'
        raise InputError(
            [Diagnostic("report.no-chat", Place(f"{report.folder.name}/report.yaml"), what, 'add a section "chat"')]
        )
    chat = plan_chat(report.outline, findings.outcomes, findings.metrics, forms, article, memory)
    if chat is None:
        what, place = "no question of the chat has an answer", Place(findings.config.shown_as)
        raise HeldError([Diagnostic("publish.no-answer", place, what, "nothing is published")])
    return chat


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
        names={f"instrument.{key}": item.name for key, item in metrics.instruments.items() if item.name} | report.names,
    )


def check_rendering(brief: Brief, printer: PrintPage) -> None:
    """Render every file of a brief and check it against the ledger; nothing is written.

    Raises:
        InputError: a layout, style sheet, font or logo is wrong.
        HeldError: the brief can't be defended.
    """
    hold_unless_passing(brief.slug, render_brief(brief, FORMATS, printer))


@dataclass(frozen=True, slots=True)
class BuildResult:
    """The result of a build.

    Attributes:
        folder: the brief's folder.
        changed: whether it was written; where nothing that it was made of had changed, it was not.
        draft: whether it is only to be looked at.
        faults: what would hold a draft; a brief with faults is not written at all.
    """

    folder: Path
    changed: bool = True
    draft: bool = False
    faults: tuple[Diagnostic, ...] = ()


def build(folder: Path, out: Path, **options: Any) -> Path:
    """Build one brief and publish it whole; see `build_brief`.

    Args:
        folder: the desk's.
        out: where the brief's folder goes.
        **options: those of `build_brief`.

    Returns:
        The brief's folder.
    """
    return build_brief(folder, out, **options).folder


def build_brief(  # noqa: PLR0913 - what the command line asks for, by name
    folder: Path,
    out: Path,
    *,
    day: date | None = None,
    as_of: datetime | None = None,
    locales: Sequence[str] = (),
    editions: Sequence[str] = (),
    formats: Sequence[str] = DEFAULT_FORMATS,
    attach_ledger: bool = False,
    evidence: bool = False,
    printer: PrintPage | None = None,
    previous: Path | None = None,
    replace_edited: bool = False,
    draft: bool = False,
) -> BuildResult:
    """Build one brief and publish it whole, where something that it is made of has changed.

    Args:
        folder: the desk.
        out: where briefs go.
        day: the brief's date; the last complete day where absent.
        as_of: use only what was known at this instant; the end of the day where absent.
        locales: those of desk.toml where none is named.
        editions: article or chat; those of desk.toml where none is named.
        formats: what to write, of `reporter.model.formats.FORMATS`.
        attach_ledger: put the ledger into each PDF, which becomes PDF/A-3 then; desk.toml may ask for it too.
        evidence: append a table of every figure with what it rests on to the article.
        printer: makes the PDFs; one is started where it is needed and not given.
        previous: folder of an earlier brief, whose figures are compared with what is known now.
        replace_edited: let files of the published brief go that were edited, or that this one lacks.
        draft: write it to be looked at, marked so; the gate's faults are told and don't hold it.

    Raises:
        InputError: something an author or the data got wrong, or the published brief has files that this one lacks;
            nothing was written.
        HeldError: the brief can't be defended, or the published one has been edited; nothing was written.
        NothingNewError: as of an instant alone, the last session due by then has no prices.
        LockedError: another run is writing the same brief.
    """
    asked = BuildRequest(formats, editions, attach_ledger, evidence, previous)
    opened = open_authored(folder, locales, previous)
    key = read_signing_key(opened.config)
    sources = read_desk(opened.config)
    desk = cut_desk(sources, day, as_of)
    slug = f"{opened.config.desk.slug}-{desk.date.isoformat()}"
    common = hash_common(opened.config, opened.report, opened.theme, asked, key)
    inputs = hash_inputs(common, Fingerprints(sources).at(desk.as_of))
    names = asked.list_documents(opened.config, opened.report)
    with lock_brief_folder(out, slug):
        standing = read_existing_brief(out / slug)
        check_replacement(standing, names, replace=replace_edited, draft=draft)
        if standing is not None and not draft and standing.inputs == inputs and standing.is_whole(names):
            return BuildResult(out / slug, changed=False)
        brief = compose_brief(evaluate_rows(opened, desk), editions, evidence=evidence, draft=draft).with_inputs(inputs)
        with _open_printer(formats, printer) as press:
            files = render_brief(brief, formats, press, attach_ledger=attach_ledger, key=key)
        faults = _check_files(slug, files, draft=draft)
        return BuildResult(
            publish_files(out, slug, files, replace=replace_edited, draft=draft), draft=draft, faults=faults
        )


def read_signing_key(config: DeskConfig) -> bytes | None:
    """Read the key that a desk's ledgers are signed with; None if they are not signed.

    Raises:
        InputError: the environment lacks it.
    """
    name = config.audit.key_env
    return read_key(name, config.locate_key(("audit", "key_env"))) if name else None


def _check_files(slug: str, files: Mapping[str, bytes], *, draft: bool) -> tuple[Diagnostic, ...]:
    """Return the gate's faults of a draft; hold any other brief that has faults."""
    if draft:
        return audit_files(files).faults
    hold_unless_passing(slug, files)
    return ()


@contextmanager
def _open_printer(formats: Sequence[str], printer: PrintPage | None) -> Iterator[PrintPage | None]:
    """Open a printer for PDFs where any are asked for."""
    if "pdf" not in formats or printer is not None:
        yield printer if "pdf" in formats else None
        return
    with open_printer() as started:
        yield started
