"""A brief → the files to publish: Markdown, HTML and PDF, charts, and the sealed ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from reporter.charts import Style, chart_height, draw_chart
from reporter.charts.sparkline import draw_sparkline
from reporter.diagnostics.diagnostic import NO_FILE, Diagnostic, Place, Severity
from reporter.diagnostics.errors import HeldError
from reporter.language.locales import Locale
from reporter.language.ticks import Ticks
from reporter.model.document import Document, Figure
from reporter.pipeline.existing_brief import LEDGER
from reporter.pipeline.findings_json import dump_findings
from reporter.pipeline.screen_page import Drawn, chart_stem, get_page_name, iterate_page_links, render_screen_page
from reporter.pipeline.state import FINDINGS, Brief, Evaluation
from reporter.render.fonts import Fonts, find_fonts, subset_fonts
from reporter.render.html import render_html
from reporter.render.layout.conversation import choose_introductions, fit_charts
from reporter.render.layout.layout_search import choose_layout, estimate_extents, find_missed_estimate
from reporter.render.markdown import render_markdown
from reporter.render.pdf.printer import PrintPage, Wait
from reporter.render.pdf.writer import AttachedFile, Pdf
from reporter.report_type.files import ReportFiles
from reporter.verify.ledger.ledger import seal_ledger
from reporter.verify.ledger.ledger_model import dump_ledger
from reporter.verify.ledger.seal import sign_ledger


def render_brief(
    brief: Brief,
    formats: Sequence[str],
    printer: PrintPage | None,
    *,
    attach_ledger: bool = False,
    beside: Mapping[str, bytes] | None = None,
    key: bytes | None = None,
    notices: list[Diagnostic] | None = None,
) -> dict[str, bytes]:
    """Render all files of a brief: path in its folder → content. Without a printer there are no PDFs.

    Args:
        brief: the brief.
        formats: what to write, of `reporter.model.formats.FORMATS`.
        printer: makes the PDFs.
        attach_ledger: put the ledger into each PDF.
        beside: files that are published with the brief as they are.
        key: what the ledger is signed with, if it is.
        notices: takes what an editor should know of the pages; none of it holds a brief.
    """
    files: dict[str, bytes] = dict(beside or {})
    printed: dict[str, Wait] = {}
    estimates: dict[str, tuple[Document, tuple[float, ...]]] = {}
    own, theme = brief.findings.config.fonts, brief.findings.theme
    press = printer and partial(printer, attachments=_make_attachments(brief, attach_ledger))
    drawn: Drawn = {}
    locales = {book.locale.tag: book.locale for book in brief.findings.report.books}
    documents = choose_introductions([item.document for item in brief.realised])
    for document in documents:
        fonts = find_fonts(document.lang, sans=own.sans, serif=own.serif)
        # Paper is laid out, and Markdown takes its charts' sizes from it. A ledger alone is made in half the time.
        if press is not None or "md" in formats:
            seen = fit_charts(document) if document.edition == "chat" else document
            made_up = choose_layout(seen, fonts, chart_height, theme.height)
            if press is not None:
                name = f"{document.edition}.{document.locale}.pdf"
                estimates[name] = made_up, estimate_extents(made_up, fonts, chart_height, theme.height)
            files |= _render_locale(
                made_up, locales[document.locale], brief.findings, fonts, formats, press, printed, drawn
            )
        if "html" in formats:
            links = tuple(iterate_page_links(document, documents, locales, formats))
            page = render_screen_page(document, locales[document.locale], brief.findings, fonts, links, drawn, formats)
            files[get_page_name(document)] = page.encode()
    pdfs = {name: wait() for name, wait in printed.items()}
    files |= {name: pdf.data for name, pdf in pdfs.items()}
    if notices is not None:
        notices += _find_page_notices(estimates, pdfs)
    ledger = seal_ledger(brief.record, files, drawn)
    if key is not None:
        ledger = sign_ledger(ledger, brief.findings.config.audit.key_env, key)
    return {LEDGER: dump_ledger(ledger).encode()} | files


def _find_page_notices(
    estimates: Mapping[str, tuple[Document, tuple[float, ...]]], pdfs: Mapping[str, Pdf]
) -> Iterator[Diagnostic]:
    """Name the PDFs that are longer or shorter than what their layout was chosen for, and patches that did not fit."""
    for name, pdf in pdfs.items():
        for misfit in pdf.misfits:
            what = f"made without a correction of the renderer: WeasyPrint's {misfit}"
            hint = "install the version of weasyprint that this program asks for; see `reporter doctor`"
            yield Diagnostic("pdf.uncorrected", Place(name), what, hint, severity=Severity.NOTICE)
        found = None if pdf.extent is None else find_missed_estimate(*estimates[name], pdf.extent)
        if found is not None:
            yield found


def list_side_files(brief: Brief, *, findings: bool) -> dict[str, bytes]:
    """List the files that are published with a brief as they are: its findings, where they are asked for."""
    return {FINDINGS: dump_findings(brief.findings)} if findings else {}


def _make_attachments(brief: Brief, wanted: bool) -> tuple[AttachedFile, ...]:
    """Return the ledger as a file to attach to the PDF, dated as the brief.

    It is the one of `Brief.ledger`: hashes of files can't be inside one of them.
    """
    if not wanted and not brief.findings.config.desk.attach_ledger:
        return ()
    at = datetime.fromisoformat(brief.realised[0].document.as_of)
    return (AttachedFile("ledger.json", brief.ledger.encode(), "Findings, claims and sources of this brief", at),)


def _render_locale(
    document: Document,
    locale: Locale,
    findings: Evaluation,
    fonts: Fonts,
    formats: Sequence[str],
    printer: PrintPage | None,
    printed: dict[str, Wait],
    drawn: Drawn,
) -> dict[str, bytes]:
    stem = f"{document.edition}.{document.locale}"
    files: dict[str, bytes] = {}
    report, style = findings.report.files, Style(findings.theme.look, fonts.regular, fonts.bold)
    if printer is not None:
        inline = _draw_inline_charts(document, locale, style, drawn)
        sparks = tuple(draw_sparkline(tile.spark) for tile in document.tiles)
        layouts, css, dress = (
            report.list_folders("layouts"),
            list_style_sheets(report, document.edition),
            findings.theme.dress,
        )
        # Where a sentence comes from is of no use on paper.
        html = render_html(
            document, layouts, css, inline, sparks, provenance=False, headline=fonts.headline, dress=dress
        )
        # First of all, so that the printer works while the other files are made.
        printed[f"{stem}.pdf"] = printer(html, subset_fonts(html, fonts, f"{stem}.pdf"), f"{stem}.pdf")
    if "md" in formats:
        text = render_markdown(
            document, report.list_folders("layouts"), lambda chart: f"{chart_stem(document, chart)}.svg"
        )
        files[f"{stem}.md"] = text.encode()
        files |= _draw_chart_files(document, locale, style)
    return files


def list_style_sheets(report: ReportFiles, edition: str) -> tuple[Path, ...]:
    """The article's style sheet, which every edition builds upon, and the edition's own."""
    return tuple(report.find_file(f"theme/{name}.css") for name in dict.fromkeys(("article", edition)))


def _iterate_figures(document: Document) -> Iterator[Figure]:
    for section in document.sections:
        yield from (block for block in section.blocks if isinstance(block, Figure))


def _draw_inline_charts(document: Document, locale: Locale, style: Style, drawn: Drawn) -> dict[str, str]:
    """Draw the charts of a page: chart id → SVG with live text, whose texts are added to `drawn`."""
    pictures = {}
    for figure in _iterate_figures(document):
        drawing = draw_chart(figure.chart, style, Ticks(locale), locale.rise_is_red, paths=False, png=False)
        if drawing is None:
            raise HeldError([_make_empty_chart(figure)])
        pictures[figure.chart.id] = drawing.svg
        drawn[document.edition, document.locale, figure.chart.id] = drawing.texts
    return pictures


def _draw_chart_files(document: Document, locale: Locale, style: Style) -> dict[str, bytes]:
    """Draw the chart files beside the Markdown: SVG with outlined text, and PNG."""
    files: dict[str, bytes] = {}
    for figure in _iterate_figures(document):
        drawing = draw_chart(figure.chart, style, Ticks(locale), locale.rise_is_red, text=False)
        if drawing is None:
            raise HeldError([_make_empty_chart(figure)])
        stem = chart_stem(document, figure.chart.id)
        files[f"{stem}.svg"] = drawing.svg_paths.encode()
        files[f"{stem}.png"] = drawing.png
    return files


def _make_empty_chart(figure: Figure) -> Diagnostic:
    return Diagnostic("publish.empty-chart", NO_FILE, f"chart {figure.chart.id} has no value to draw")
