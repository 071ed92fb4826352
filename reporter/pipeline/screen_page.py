"""A document → its HTML page for screens: charts for two widths, embedded fonts, links to other files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from reporter.charts import Style, draw_chart
from reporter.charts.drawing import Drawing
from reporter.charts.sparkline import draw_sparkline
from reporter.diagnostics.diagnostic import NO_FILE, Diagnostic
from reporter.diagnostics.errors import HeldError
from reporter.language.locales import Locale
from reporter.language.ticks import Ticks
from reporter.model.document import Document, Figure
from reporter.pipeline.state import Evaluation
from reporter.render.fonts import Fonts, embed_faces
from reporter.render.html import Link, Screen, render_html
from reporter.report_type.theme import to_screen_look

#: Edition, locale and chart → everything written in the chart on a page.
Drawn = dict[tuple[str, str, str], tuple[str, ...]]

SHEET = "theme/screen.css"


def render_screen_page(
    document: Document,
    locale: Locale,
    findings: Evaluation,
    fonts: Fonts,
    links: Sequence[Link],
    drawn: Drawn,
    formats: Sequence[str],
) -> str:
    """Render a document's page for screens.

    Args:
        document: as it was realised; how it is laid out for paper is of no use here.
        locale: it is written in.
        findings: of its brief.
        fonts: its faces.
        links: the other files of the brief.
        drawn: what is written in charts; that of both widths is added.
        formats: what is made beside it, of `reporter.model.formats.FORMATS`.

    Raises:
        HeldError: a chart has no value to draw.
    """
    report, theme = findings.report.files, findings.theme
    style = Style(to_screen_look(theme.look), fonts.regular, fonts.bold)
    figures = [block for section in document.sections for block in section.blocks if isinstance(block, Figure)]
    drawings = {figure.chart.id: tuple(_draw_widths(figure, style, locale)) for figure in figures}
    for chart, widths in drawings.items():
        key = (document.edition, document.locale, chart)
        written = chain(drawn.get(key, ()), *(drawing.texts for drawing in widths))
        drawn[key] = tuple(dict.fromkeys(written))
    broad, narrow = ({chart: widths[n].svg for chart, widths in drawings.items()} for n in (0, 1))
    address = get_page_address(findings.config.desk.site, document.slug, get_page_name(document))
    screen = Screen(narrow, links=tuple(links), address=address, picture=_lead_picture(document, findings, formats))
    sparks = tuple(draw_sparkline(tile.spark, style.look.focus) for tile in document.tiles)

    def render_page(screen: Screen) -> str:
        return render_html(
            document,
            report.list_folders("layouts"),
            report.find_file(SHEET),
            broad,
            sparks,
            dress=theme.dress,
            screen=screen,
        )

    # Which characters the fonts need is known once the page is there.
    return render_page(replace(screen, faces=embed_faces(render_page(screen), document.headline.text, fonts)))


def _draw_widths(figure: Figure, style: Style, locale: Locale) -> Iterator[Drawing]:
    for medium in ("broad", "narrow"):
        drawing = draw_chart(
            figure.chart, style, Ticks(locale), locale.rise_is_red, paths=False, png=False, medium=medium
        )
        if drawing is None:
            what = f"chart {figure.chart.id} has no value to draw"
            raise HeldError([Diagnostic("publish.empty-chart", NO_FILE, what)])
        yield drawing


def _lead_picture(document: Document, findings: Evaluation, formats: Sequence[str]) -> str:
    """Address of the picture that is shown beside a link to the page: its first chart, as published with the Markdown.

    Empty where the desk names no site, where no Markdown is made, or where the page has no chart.
    """
    blocks = (block for section in document.sections for block in section.blocks)
    first = next((block for block in blocks if isinstance(block, Figure)), None)
    if first is None or "md" not in formats:
        return ""
    return get_page_address(findings.config.desk.site, document.slug, f"{chart_stem(document, first.chart.id)}.png")


def chart_stem(document: Document, chart: str) -> str:
    """The path of a chart's files without its ending. Editions draw the same chart at sizes of their own."""
    name = chart if document.edition == "article" else f"{document.edition}.{chart}"
    return f"charts/{name}.{document.locale}"


def get_page_name(document: Document, ending: str = "html") -> str:
    """Return the file name of a document."""
    return f"{document.edition}.{document.locale}.{ending}"


def get_page_address(site: str, slug: str, name: str) -> str:
    """The address of a brief's file under a desk's site, or an empty text where the desk names none.

    Args:
        site: the desk's address, or an empty text.
        slug: of the brief.
        name: of the file.
    """
    return f"{site.rstrip('/')}/{slug}/{name}" if site else ""


def iterate_page_links(
    document: Document, documents: Sequence[Document], locales: Mapping[str, Locale], formats: Sequence[str]
) -> Iterator[Link]:
    """Links to what is made beside a document's page: its translations, its other editions, its PDF.

    Args:
        document: the page's document.
        documents: all of the brief's.
        locales: tag → locale.
        formats: what is written: md, pdf, html.
    """
    for other in documents:
        locale = locales[other.locale]
        if other.edition == document.edition and other.locale != document.locale:
            yield Link(get_page_name(other), locale.name, other.lang, translation=True)
        elif other.locale == document.locale and other.edition != document.edition:
            yield Link(get_page_name(other), other.labels.edition(other.edition), other.lang)
    if "pdf" in formats:
        yield Link(get_page_name(document, "pdf"), "PDF", document.lang, "application/pdf")


def list_link_texts(documents: Sequence[Document], locales: Mapping[str, Locale]) -> tuple[str, ...]:
    """List every text that such links may have, which the gate knows as texts of the layout."""
    names = (locales[document.locale].name for document in documents)
    editions = (document.labels.edition(document.edition) for document in documents)
    return tuple(dict.fromkeys((*names, *editions, "PDF")))
