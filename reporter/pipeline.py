"""The whole flow on one screen: desk folder → metrics → outcomes → plan → documents → files → published or not.

Every step is a function from frozen values to frozen values; this module and the writers alone touch files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from reporter import __version__
from reporter.charts import draw, load_style
from reporter.charts.spark import spark
from reporter.desk import DeskConfig, load_desk, read_desk_config
from reporter.desk.instruments import INSTRUMENTS
from reporter.errors import HeldError, InputError, Problem, did_you_mean
from reporter.formats import DEFAULT_FORMATS
from reporter.folders import locales_folder, templates_folder
from reporter.language.catalogues import catalogue_problems, known_labels
from reporter.language.locales import Locale, load_locale
from reporter.language.ticks import Ticks
from reporter.metrics import compute_metrics, registry
from reporter.model.document import Document, Figure
from reporter.model.finding import Outcome
from reporter.model.metric import MetricSet
from reporter.narrative.gaps import GAP_FACTS, GAP_FINDINGS
from reporter.narrative.outline import Outline, load_outline
from reporter.narrative.phrase_checks import check_phrases
from reporter.narrative.phrases import PhraseBook, SpeechContext, load_phrases
from reporter.narrative.plan import Plan, plan_brief
from reporter.narrative.realise import Realised, Setting, realise
from reporter.publish import publish, publishing
from reporter.render.fonts import Fonts, find_fonts, subset_fonts
from reporter.render.html import render_html
from reporter.render.markdown import render_markdown
from reporter.render.pdf import render_pdf
from reporter.rules import RuleBook, evaluate, load_rules
from reporter.verify.ledger import Versions, write_ledger

@dataclass(frozen=True, slots=True)
class ReportType:
    """A report type as loaded: its outline, rules and each locale's phrases, checked against one another.

    Attributes:
        folder: where its layouts and theme lie.
        rules, outline, books: what is evaluated, planned and said.
    """

    folder: Path
    rules: RuleBook
    outline: Outline
    books: tuple[PhraseBook, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """A desk's metrics on a date, and what became of each rule."""

    config: DeskConfig
    report: ReportType
    metrics: MetricSet
    outcomes: tuple[Outcome, ...]


def open_desk(folder: Path) -> DeskConfig:
    """Read a desk's configuration; see `read_desk_config`."""
    return read_desk_config(folder)


def measure(folder: Path, day: date | None = None, as_of: datetime | None = None) -> MetricSet:
    """Metrics of a desk on a date, as known then."""
    return compute_metrics(load_desk(open_desk(folder), day, as_of))


def find(folder: Path, day: date | None = None, as_of: datetime | None = None, locales: Sequence[str] = ()) -> Findings:
    """Everything up to the findings. All that authors can get wrong is checked before any data is read."""
    config = open_desk(folder)
    report = load_report(config, locales or config.desk.locales)
    metrics = compute_metrics(load_desk(config, day, as_of))
    return Findings(config, report, metrics, evaluate(report.rules, metrics))


def load_report(config: DeskConfig, locales: Sequence[str]) -> ReportType:
    """Load the desk's report type for some locales.

    Raises:
        InputError: everything that is wrong in rules, phrases, outline or catalogues.
    """
    folder = _report_folder(config)
    metrics = dict(registry([*INSTRUMENTS, *config.instrument]))
    tags = tuple(dict.fromkeys(locales))
    spoken = tuple(load_locale(tag, locales_folder()) for tag in tags)
    rules = load_rules([(path, _shown(path)) for path in sorted((folder / "rules").glob("*.yaml"))], metrics)
    books = tuple(_phrases(folder, locale) for locale in spoken)
    names = frozenset(rule.id for rule in rules.rules)
    path = folder / "report.yaml"
    outline = load_outline(path, _shown(path), names, metrics)
    problems = [*_phrase_problems(rules, books), *_label_problems(outline, spoken)]
    if problems:
        raise InputError(problems)
    return ReportType(folder, rules, outline, books)


def _report_folder(config: DeskConfig) -> Path:
    root = templates_folder()
    folder = root / config.desk.report
    if not (folder / "report.yaml").is_file():
        known = sorted(path.parent.name for path in root.glob("*/report.yaml"))
        hint = did_you_mean(config.desk.report, known) or f"known report types: {', '.join(known)}"
        raise InputError([Problem(config.shown_as, None, None, f'unknown report type "{config.desk.report}"', hint)])
    return folder


def _shown(path: Path) -> str:
    """A report type's file as its author knows it: from the report type's folder on."""
    return path.relative_to(templates_folder()).as_posix()


def _phrases(folder: Path, locale: Locale) -> PhraseBook:
    files = sorted((folder / "phrases" / locale.tag).glob("*.j2"))
    if not files:
        place = _shown(folder / "phrases" / locale.tag)
        raise InputError([Problem(place, None, None, f'no phrases for locale "{locale.tag}"', "add *.j2 files there")])
    return load_phrases([(Path(_shown(path)), path.read_text("utf-8")) for path in files], locale)


def _phrase_problems(rules: RuleBook, books: Sequence[PhraseBook]) -> Iterable[Problem]:
    facts = {rule.id: frozenset(rule.facts) for rule in rules.rules} | dict.fromkeys(GAP_FINDINGS, GAP_FACTS)
    optional = {rule.id: frozenset(rule.optional) for rule in rules.rules}
    units = {rule.id: {name: fact.unit for name, fact in rule.facts.items()} for rule in rules.rules}
    return check_phrases(books, facts, optional, units)


def _label_problems(outline: Outline, locales: Sequence[Locale]) -> Iterable[Problem]:
    for locale in locales:
        yield from catalogue_problems(locale)
        known = frozenset(known_labels(locale))
        for msgid in outline.labels():
            if msgid not in known:
                what = f'label "{msgid}" is not in the catalogue of {locale.tag}'
                yield Problem("report.yaml", None, None, what, did_you_mean(msgid, known))


@dataclass(frozen=True, slots=True)
class Brief:
    """A brief, realised in every locale asked for, and not yet written."""

    findings: Findings
    plan: Plan
    realised: tuple[Realised, ...]
    ledger: str

    @property
    def slug(self) -> str:
        """Its folder's name."""
        return self.realised[0].document.slug


def compose(findings: Findings) -> Brief:
    """Plan the brief once and say it in every locale.

    Raises:
        HeldError: no finding leads, or the languages disagree.
    """
    config, report, metrics = findings.config, findings.report, findings.metrics
    forms = frozenset.intersection(*(frozenset(book.says) for book in report.books))
    plan = plan_brief(report.outline, findings.outcomes, metrics, forms)
    if plan is None:
        raise HeldError(f"{config.shown_as}: no finding of {metrics.dates[-1]} can lead a brief; nothing is published")
    context = SpeechContext(
        date=metrics.dates[-1],
        citations=metrics.citations,
        asset_name=config.asset.name,
        asset_symbol=config.asset.symbol,
        asset_short=config.asset.short,
        names={f"instrument.{key}": item.name for key, item in metrics.instruments.items() if item.name},
    )
    setting = Setting(
        slug=f"{config.desk.slug}-{metrics.dates[-1].isoformat()}",
        symbol=config.asset.symbol,
        byline=config.desk.byline,
        disclosure=config.desk.disclosure,
        tags=config.desk.tags,
        as_of=metrics.as_of,
    )
    realised = tuple(realise(plan, report.outline, book, context, metrics, setting) for book in report.books)
    pairs = tuple((item.document, item.claims) for item in realised)
    ledger = write_ledger(pairs, findings.outcomes, plan.said, metrics, Versions(__version__, report.rules.hash))
    return Brief(findings, plan, realised, ledger)


def build(
    folder: Path,
    out: Path,
    *,
    day: date | None = None,
    as_of: datetime | None = None,
    locales: Sequence[str] = (),
    formats: Sequence[str] = DEFAULT_FORMATS,
) -> Path:
    """Build one brief and publish it whole.

    Returns:
        The brief's folder.

    Raises:
        InputError: something an author or the data got wrong; nothing was written.
        HeldError: the brief can't be defended; nothing was written.
        LockedError: another run is writing the same brief.
    """
    brief = compose(find(folder, day, as_of, locales))
    with publishing(out, brief.slug):
        return publish(out, brief.slug, render(brief, formats))


def render(brief: Brief, formats: Sequence[str]) -> dict[str, bytes]:
    """All files of a brief: path in its folder → content."""
    files: dict[str, bytes] = {"ledger.json": brief.ledger.encode()}
    for item, book in zip(brief.realised, brief.findings.report.books, strict=True):
        files |= _render_locale(item.document, book.locale, brief.findings.report.folder, formats)
    return files


def _render_locale(document: Document, locale: Locale, report: Path, formats: Sequence[str]) -> dict[str, bytes]:
    paged = "pdf" in formats or "html" in formats
    fonts = find_fonts(document.lang)
    drawn = _draw(document, locale, report, fonts, page=paged, files="md" in formats)
    stem = f"{document.edition}.{document.locale}"
    files = dict(drawn.files)
    if "md" in formats:
        text = render_markdown(document, report / "layouts", lambda chart: f"charts/{chart}.{document.locale}.svg")
        files[f"{stem}.md"] = text.encode()
    if paged:
        sparks = tuple(spark(tile.spark) for tile in document.tiles)
        html = render_html(document, report / "layouts", report / "theme" / "article.css", drawn.inline, sparks)
        if "html" in formats:
            files[f"{stem}.html"] = html.encode()
        if "pdf" in formats:
            files[f"{stem}.pdf"] = render_pdf(html, subset_fonts(html, fonts, f"{stem}.pdf"), name=f"{stem}.pdf").data
    return files


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Charts of one document: SVG for the page by chart id, and files beside the Markdown."""

    inline: Mapping[str, str]
    files: Mapping[str, bytes]


def _draw(document: Document, locale: Locale, report: Path, fonts: Fonts, *, page: bool, files: bool) -> _Drawn:
    style = load_style(report / "theme" / "chart.toml", fonts.regular, fonts.bold)
    inline: dict[str, str] = {}
    written: dict[str, bytes] = {}
    for section in document.sections:
        for figure in section.blocks:
            if not isinstance(figure, Figure):
                continue
            drawing = draw(figure.chart, style, Ticks(locale), locale.rise_is_red, text=page, paths=files, png=files)
            if drawing is None:
                raise HeldError(f"chart {figure.chart.id} has no value to draw")
            inline[figure.chart.id] = drawing.svg
            if files:
                stem = f"charts/{figure.chart.id}.{document.locale}"
                written[f"{stem}.svg"] = drawing.svg_paths.encode()
                written[f"{stem}.png"] = drawing.png
    return _Drawn(inline, written)

