"""The whole flow on one screen: desk folder → metrics → outcomes → plan → documents → files → published or not.

Every step is a function from frozen values to frozen values; this module and the writers alone touch files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path

from reporter import __version__
from reporter.audit import LEDGER, hold_unless_sound
from reporter.charts import Style, draw, extent
from reporter.charts.spark import spark
from reporter.desk import DeskConfig, load_desk, read_desk_config
from reporter.desk.gates import GatesConfig
from reporter.desk.instruments import INSTRUMENTS
from reporter.desk.sources import read_sources
from reporter.desk.survey import SourceSurvey, survey
from reporter.errors import HeldError, InputError, Problem
from reporter.evidence import with_evidence
from reporter.formats import DEFAULT_FORMATS
from reporter.language.locales import Locale
from reporter.language.ticks import Ticks
from reporter.metrics import compute_metrics, registry
from reporter.metrics.gates import gate_mistakes, hold_or_allow
from reporter.model.document import Document, Figure
from reporter.model.finding import Finding, Outcome
from reporter.model.memory import Correction, Memory
from reporter.model.metric import MetricSet
from reporter.model.reasoning import Reasoning
from reporter.narrative.chat import plan_chat
from reporter.narrative.corrections import shown_corrections
from reporter.narrative.phrases import SpeechContext
from reporter.narrative.plan import Plan, plan_brief
from reporter.narrative.realise import Realised, Setting, realise
from reporter.narrative.tensions import hold_contradictions
from reporter.publish import publish, publishing
from reporter.render.conversation import seated
from reporter.render.fonts import Fonts, find_fonts, subset_fonts
from reporter.render.html import render_html
from reporter.render.makeup import arranged
from reporter.render.markdown import render_markdown
from reporter.render.pdf import Attached
from reporter.render.printer import Print, Wait, printing
from reporter.report_files import ReportFiles
from reporter.report_type import ReportType, load_report
from reporter.rules import Frameworks, Replay, reasoning
from reporter.theme import Theme, load_theme
from reporter.verify.house import house_texts
from reporter.verify.ledger import Versions, make_ledger, seal
from reporter.verify.previous import Published, find_corrections, read_published
from reporter.verify.record import Ledger, dump


@dataclass(frozen=True, slots=True)
class Findings:
    """A desk's metrics on a date, the rules tied to them, what became of each, and what stood before."""

    config: DeskConfig
    report: ReportType
    theme: Theme
    metrics: MetricSet
    outcomes: tuple[Outcome, ...]
    memory: Memory
    replay: Replay


def open_desk(folder: Path) -> DeskConfig:
    """Read a desk's configuration; see `read_desk_config`."""
    if folder.is_file():
        hint = "give the folder that holds desk.toml"
        raise InputError([Problem(folder.as_posix(), None, None, "a file, and no desk's folder", hint)])
    config = read_desk_config(folder)
    if config.gates != GatesConfig() and (mistakes := tuple(gate_mistakes(config))):
        raise InputError(mistakes)
    return config


def measure(folder: Path, day: date | None = None, as_of: datetime | None = None) -> MetricSet:
    """Metrics of a desk on a date, as known then."""
    return compute_metrics(load_desk(open_desk(folder), day, as_of))


def find(
    folder: Path,
    day: date | None = None,
    as_of: datetime | None = None,
    locales: Sequence[str] = (),
    previous: Path | None = None,
) -> Findings:
    """Everything up to the findings. All that authors can get wrong is checked before any data is read."""
    config = open_desk(folder)
    report = report_of(config, locales)
    theme = load_theme(config, report.files)
    published = read_published(previous) if previous is not None else None
    frameworks = Frameworks(report.rules, compute_metrics(load_desk(config, day, as_of)))
    metrics = frameworks.metrics
    memory = remembered(frameworks, metrics.today)
    if published is not None:
        memory = replace(memory, corrections=_corrected(config, published, metrics))
    outcomes = frameworks.replay.outcomes(metrics.today)
    return Findings(config, report, theme, metrics, outcomes, memory, frameworks.replay)


def report_of(config: DeskConfig, locales: Sequence[str] = ()) -> ReportType:
    """The report type that a desk names, in the locales asked for; those of desk.toml where none is named."""
    return load_report(
        config.desk.report,
        (config.shown_as, *config.place(("desk", "report"))),
        dict(registry([*INSTRUMENTS, *config.instrument])),
        locales or config.desk.locales,
        ("command line", None, None) if locales else (config.shown_as, *config.place(("desk", "locales"))),
        desk=config.folder,
    )


def survey_sources(findings: Findings) -> tuple[SourceSurvey, ...]:
    """What each source of a desk holds, counted to the end of the day that was found."""
    tables, _ = read_sources(findings.config)
    return survey(findings.config, tables, int(findings.metrics.as_of))


def remembered(frameworks: Frameworks, index: int) -> Memory:
    """What a day's brief remembers, replayed."""
    return Memory(frameworks.state(index), frameworks.ended(index), frameworks.before(index))


def _corrected(config: DeskConfig, published: Published, metrics: MetricSet) -> tuple[Correction, ...]:
    """What a published brief stated, as it is known at the new brief's instant.

    Raises:
        InputError: the published brief is of another desk, or of no earlier day.
    """
    today = metrics.dates[-1]
    if published.slug != f"{config.desk.slug}-{published.date.isoformat()}" or published.date >= today:
        what = f"{published.slug} is no earlier brief of {config.desk.slug}, whose brief of {today} is asked for"
        raise InputError([Problem("command line", None, None, what, "--previous takes an earlier brief's folder")])
    now = datetime.fromtimestamp(metrics.as_of, UTC)
    return find_corrections(published, (metrics, compute_metrics(load_desk(config, published.date, now))))


@dataclass(frozen=True, slots=True)
class Brief:
    """A brief, realised in every edition and locale asked for, and not yet written.

    Attributes:
        findings: what it rests on.
        plan: the article's plan, made for every edition.
        realised: one document an edition and locale.
        record: the ledger of all of them.
    """

    findings: Findings
    plan: Plan
    realised: tuple[Realised, ...]
    record: Ledger

    @property
    def ledger(self) -> str:
        """Its ledger as JSON, before anything is rendered."""
        return dump(self.record)

    @property
    def slug(self) -> str:
        """Its folder's name."""
        return self.realised[0].document.slug


def compose(findings: Findings, editions: Sequence[str] = (), *, evidence: bool = False) -> Brief:
    """Plan each edition once and say it in every locale.

    Args:
        findings: metrics and what became of each rule.
        editions: those of desk.toml where none is named.
        evidence: append a table of every figure with what it rests on to the article.

    Raises:
        InputError: the report type has no such edition.
        GateError: the desk's own gates don't let the data through.
        HeldError: no finding leads, two findings contradict each other, or the languages disagree.
    """
    config, report, metrics = findings.config, findings.report, hold_or_allow(findings.config, findings.metrics)
    findings = replace(findings, metrics=metrics)
    forms = frozenset.intersection(*(frozenset(book.says) for book in report.books))
    context = speech_context(config, metrics, report)
    corrected = shown_corrections(report.outline, report.books, context, findings.memory.corrections)
    memory = replace(findings.memory, corrections=corrected)
    plan = plan_brief(report.outline, findings.outcomes, metrics, forms, memory)
    if plan is None:
        raise HeldError(f"{config.shown_as}: no finding of {metrics.dates[-1]} can lead a brief; nothing is published")
    setting = Setting(
        slug=f"{config.desk.slug}-{metrics.dates[-1].isoformat()}",
        symbol=config.asset.symbol,
        byline=config.desk.byline,
        disclosure=config.desk.disclosure,
        tags=config.desk.tags,
        as_of=metrics.as_of,
    )
    plans = [_edition(name, plan, findings, forms, memory) for name in dict.fromkeys(editions or config.desk.editions)]
    for edition in plans:
        hold_contradictions(config.shown_as, report.outline.contradictions, edition.said)
    realised = tuple(
        realise(edition, report.outline, book, context, metrics, setting) for edition in plans for book in report.books
    )
    pairs = tuple((item.document, item.claims) for item in realised)
    if evidence:
        documents = with_evidence(pairs, {book.locale.tag: book.locale for book in report.books}, metrics.citations)
        realised = tuple(replace(item, document=made) for item, made in zip(realised, documents, strict=True))
        pairs = tuple((item.document, item.claims) for item in realised)
    said = {finding.id: finding for edition in plans for finding in edition.said}
    versions = Versions(__version__, report.rules.hash, _hash(report.files))
    layouts = ((path.name, path.read_text(encoding="utf-8")) for path in report.files.glob("layouts/*.j2"))
    house = house_texts(layouts)
    record = make_ledger(
        pairs,
        findings.outcomes,
        said.values(),
        metrics,
        versions,
        house,
        memory,
        names=context.names,
        reasonings=_reasonings(findings, said.values()),
    )
    return Brief(findings, plan, realised, record)


def _reasonings(findings: Findings, said: Iterable[Finding]) -> dict[str, Reasoning]:
    """Finding → why its rule fired, yesterday where it has ended since; what the program finds itself has no rule."""
    ruled, today = {rule.id for rule in findings.report.rules.rules}, findings.metrics.today
    before = {outcome.rule_id: outcome.finding for outcome in findings.memory.before}
    now = {outcome.rule_id for outcome in findings.outcomes if outcome.finding is not None}
    return {
        one.id: reasoning(findings.replay, one.id, today - (one.id not in now and one == before.get(one.id)))
        for one in said
        if one.id in ruled and not one.phrase
    }


def _edition(name: str, article: Plan, findings: Findings, forms: frozenset[tuple[str, str]], memory: Memory) -> Plan:
    if name == "article":
        return article
    report = findings.report
    if report.outline.chat is None:
        what = f'report type "{report.folder.name}" has no chat'
        raise InputError([Problem(f"{report.folder.name}/report.yaml", None, None, what, 'add a section "chat"')])
    chat = plan_chat(report.outline, findings.outcomes, findings.metrics, forms, article, memory)
    if chat is None:
        raise HeldError(f"{findings.config.shown_as}: no question of the chat has an answer; nothing is published")
    return chat


def _hash(files: ReportFiles) -> str:
    """The hash of all phrase files, the desk's own among them, by the names that they are known by."""
    digest = sha256()
    for path in files.glob("phrases/*/*.j2"):
        digest.update(files.shown(path).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def speech_context(config: DeskConfig, metrics: MetricSet, report: ReportType) -> SpeechContext:
    """What every sentence of a desk's brief may use beside its finding."""
    return SpeechContext(
        date=metrics.dates[-1],
        citations=metrics.citations,
        asset_name=config.asset.name,
        asset_symbol=config.asset.symbol,
        asset_short=config.asset.short,
        names={f"instrument.{key}": item.name for key, item in metrics.instruments.items() if item.name} | report.names,
    )


def build(  # noqa: PLR0913 - what the command line asks for, by name
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
    printer: Print | None = None,
    previous: Path | None = None,
) -> Path:
    """Build one brief and publish it whole.

    Args:
        folder: the desk.
        out: where briefs go.
        day: the brief's date; the last complete day where absent.
        as_of: use only what was known at this instant; the end of the day where absent.
        locales: those of desk.toml where none is named.
        editions: article or chat; those of desk.toml where none is named.
        formats: what to write, of `reporter.formats.FORMATS`.
        attach_ledger: put the ledger into each PDF, which becomes PDF/A-3 then; desk.toml may ask for it too.
        evidence: append a table of every figure with what it rests on to the article.
        printer: makes the PDFs; one is started where it is needed and not given.
        previous: folder of an earlier brief, whose figures are compared with what is known now.

    Returns:
        The brief's folder.

    Raises:
        InputError: something an author or the data got wrong; nothing was written.
        HeldError: the brief can't be defended; nothing was written.
        LockedError: another run is writing the same brief.
    """
    if printer is None and "pdf" in formats:
        with printing() as started:
            return build(
                folder,
                out,
                day=day,
                as_of=as_of,
                locales=locales,
                editions=editions,
                formats=formats,
                attach_ledger=attach_ledger,
                evidence=evidence,
                printer=started,
                previous=previous,
            )
    brief = compose(find(folder, day, as_of, locales, previous), editions, evidence=evidence)
    with publishing(out, brief.slug):
        press = printer if "pdf" in formats else None
        files = render(brief, formats, press, attach_ledger=attach_ledger)
        hold_unless_sound(brief.slug, files)
        return publish(out, brief.slug, files)


def render(
    brief: Brief, formats: Sequence[str], printer: Print | None, *, attach_ledger: bool = False
) -> dict[str, bytes]:
    """All files of a brief: path in its folder → content. Without a printer there are no PDFs."""
    files: dict[str, bytes] = {}
    printed: dict[str, Wait] = {}
    own, theme = brief.findings.config.fonts, brief.findings.theme
    press = printer and partial(printer, attachments=_attached(brief, attach_ledger))
    drawn: dict[tuple[str, str, str], tuple[str, ...]] = {}
    locales = {book.locale.tag: book.locale for book in brief.findings.report.books}
    for item in brief.realised:
        document = item.document
        fonts = find_fonts(document.lang, sans=own.sans, serif=own.serif)
        seen = seated(document) if document.edition == "chat" else document
        made_up = arranged(seen, fonts, extent, theme.height)
        files |= _render_locale(
            made_up, locales[document.locale], brief.findings, fonts, formats, press, printed, drawn
        )
    files |= {name: wait().data for name, wait in printed.items()}
    return {LEDGER: dump(seal(brief.record, files, drawn)).encode()} | files


def _attached(brief: Brief, wanted: bool) -> tuple[Attached, ...]:
    """The ledger as a file inside the PDF, dated as the brief is.

    It is the one of `Brief.ledger`: hashes of files can't be inside one of them.
    """
    if not wanted and not brief.findings.config.desk.attach_ledger:
        return ()
    at = datetime.fromisoformat(brief.realised[0].document.as_of)
    return (Attached("ledger.json", brief.ledger.encode(), "Findings, claims and sources of this brief", at),)


def _render_locale(
    document: Document,
    locale: Locale,
    findings: Findings,
    fonts: Fonts,
    formats: Sequence[str],
    printer: Print | None,
    printed: dict[str, Wait],
    drawn: dict[tuple[str, str, str], tuple[str, ...]],
) -> dict[str, bytes]:
    stem = f"{document.edition}.{document.locale}"
    files: dict[str, bytes] = {}
    report, style = findings.report.files, Style(findings.theme.look, fonts.regular, fonts.bold)
    if printer is not None or "html" in formats:
        inline = _inline(document, locale, style, drawn)
        sparks = tuple(spark(tile.spark) for tile in document.tiles)
        layouts, css = report.folders("layouts"), style_sheets(report, document.edition)
        dress = findings.theme.dress
        page = partial(render_html, document, layouts, css, inline, sparks, headline=fonts.headline, dress=dress)
        if printer is not None:
            # First of all, so that the printer works while the other files are made. Where a sentence comes from is
            # of no use on paper.
            html, name = page(provenance=False), f"{stem}.pdf"
            printed[name] = printer(html, subset_fonts(html, fonts, name), name)
        if "html" in formats:
            files[f"{stem}.html"] = page().encode()
    if "md" in formats:
        text = render_markdown(document, report.folders("layouts"), lambda chart: f"{_chart_stem(document, chart)}.svg")
        files[f"{stem}.md"] = text.encode()
        files |= _chart_files(document, locale, style)
    return files


def style_sheets(report: ReportFiles, edition: str) -> tuple[Path, ...]:
    """The article's style sheet, which every edition builds upon, and the edition's own."""
    return tuple(report.find(f"theme/{name}.css") for name in dict.fromkeys(("article", edition)))


def _chart_stem(document: Document, chart: str) -> str:
    """A chart's path without its ending. Editions draw the same chart at sizes of their own."""
    name = chart if document.edition == "article" else f"{document.edition}.{chart}"
    return f"charts/{name}.{document.locale}"


def _figures(document: Document) -> Iterator[Figure]:
    for section in document.sections:
        yield from (block for block in section.blocks if isinstance(block, Figure))


def _inline(
    document: Document, locale: Locale, style: Style, drawn: dict[tuple[str, str, str], tuple[str, ...]]
) -> dict[str, str]:
    """Chart id → its SVG for the page, text as text; what is written in it goes to the ledger."""
    pictures = {}
    for figure in _figures(document):
        drawing = draw(figure.chart, style, Ticks(locale), locale.rise_is_red, paths=False, png=False)
        if drawing is None:
            raise HeldError(f"chart {figure.chart.id} has no value to draw")
        pictures[figure.chart.id] = drawing.svg
        drawn[document.edition, document.locale, figure.chart.id] = drawing.texts
    return pictures


def _chart_files(document: Document, locale: Locale, style: Style) -> dict[str, bytes]:
    """The files beside the Markdown: text as outlines, and as pixels."""
    files: dict[str, bytes] = {}
    for figure in _figures(document):
        drawing = draw(figure.chart, style, Ticks(locale), locale.rise_is_red, text=False)
        if drawing is None:
            raise HeldError(f"chart {figure.chart.id} has no value to draw")
        stem = _chart_stem(document, figure.chart.id)
        files[f"{stem}.svg"] = drawing.svg_paths.encode()
        files[f"{stem}.png"] = drawing.png
    return files
