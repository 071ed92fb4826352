"""HTML page and fonts → tagged PDF. Nothing is fetched but what is handed over here."""

from __future__ import annotations

import gc
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.diagnostics.errors import HeldError, InputError
from reporter.render.fonts import SANS, SERIF, FontSubset
from reporter.render.pdf.patches.column_balancing import coarse_column_steps
from reporter.render.pdf.patches.svg_text import SvgTextApi, draw_labels_whole
from reporter.render.pdf.patches.tagging import simplify_tags, tag_languages
from reporter.render.pdf.pdf_shrink import shrink_pdf

if TYPE_CHECKING:
    from weasyprint import URLFetcher

_ASSET = "asset:"
#: Drawings as this project writes them; text is escaped, so no other "<svg" can stand in a page.
_DRAWING = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_TITLE = re.compile(r"<title>([^<]*)</title>")
_LABEL = re.compile(r"<text\b[^>]*>([^<]*)</text>")
_CONTENT = re.compile(r"(data:[\w/+.-]{,40};?[^\s'\"]{,12})[^\s'\"]*")
_CLASS = re.compile(r'<svg[^>]*? class="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Pdf:
    """A finished PDF.

    Attributes:
        data: the file.
        pages: how many pages it has.
        warnings: what the renderer had to say, such as a style rule that it ignores.
        misfits: what of WeasyPrint its patches don't fit; what they would have done was left out.
        extent: how many pages' room is used; None where the file has not been read back.
    """

    data: bytes
    pages: int
    warnings: tuple[str, ...]
    misfits: tuple[str, ...] = ()
    extent: float | None = None


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file inside a PDF: the ledger beside the brief.

    Attributes:
        name: as a reader saves it.
        data: its content.
        description: what a reader shows of it.
        at: its date; the brief's own, because a clock would change the bytes of every run.
    """

    name: str
    data: bytes
    description: str
    at: datetime


def render_pdf(
    html: str, fonts: Sequence[FontSubset], *, name: str = "page", attachments: Sequence[AttachedFile] = ()
) -> Pdf:
    """Render a finished page.

    The same page and fonts give the same bytes: no dates, and an identifier made from nothing.

    Args:
        html: the page, with style and charts inside it.
        fonts: every face that it is set in, from `subset_fonts`.
        name: what to call the page in an error.
        attachments: files to put into the PDF, which becomes PDF/A-3 then (and is still tagged).

    Raises:
        InputError: the page asks for something from outside.
        HeldError: the renderer reports an error, or text was set in a face that is not ours.
    """
    # Imported here: it takes half a second, and a brief without a PDF has no use for it.
    import pydyf  # type: ignore[import-untyped]
    from weasyprint import CSS, HTML, Attachment
    from weasyprint.layout import block
    from weasyprint.pdf import tags
    from weasyprint.svg import TAGS
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError

    assets = {f"{_ASSET}font-{number}": font.data for number, font in enumerate(fonts)}
    html, drawings = lift_drawings(html)
    assets |= drawings
    fetcher = _make_fetcher(assets)
    configuration = FontConfiguration()
    misfits: list[str | None] = []
    with _capture_log() as log, _pause_collection():
        try:
            style = CSS(string=_font_faces(fonts), font_config=configuration, url_fetcher=fetcher)
            page = HTML(string=html, url_fetcher=fetcher, base_url="about:blank")
            variant = "pdf/a-3a" if attachments else "pdf/ua-1"
            with coarse_column_steps(block) as misfit:
                misfits.append(misfit)
                document = page.render(font_config=configuration, stylesheets=[style], pdf_variant=variant)
            for file in attachments:
                document.metadata.attachments.append(
                    Attachment(
                        string=file.data,
                        name=file.name,
                        description=file.description,
                        relationship="Data",
                        created=file.at,
                        modified=file.at,
                        url_fetcher=fetcher,
                    )
                )
            with tag_languages(tags, pydyf.String) as languages, draw_labels_whole(TAGS, _svg_text_api()) as labels:
                misfits += [languages, labels]
                finish = partial(_finish_pdf, misfits)
                data: bytes = document.write_pdf(finisher=finish, pdf_variant=variant)
        except FatalURLFetchingError as error:
            hint = "only what is inside the page can be shown; give images as data: addresses"
            raise InputError([Diagnostic("page.outside-resource", Place(name), str(error), hint)]) from error
    _hold_wrong_fonts(log, {font.family for font in document.fonts.values()}, name)
    warnings = tuple(record.getMessage() for record in log)
    return Pdf(data, len(document.pages), warnings, tuple(filter(None, misfits)))


def _svg_text_api() -> SvgTextApi:
    """The functions of WeasyPrint that draw a text."""
    from weasyprint.css.properties import INITIAL_VALUES
    from weasyprint.draw.text import draw_first_line
    from weasyprint.matrix import Matrix
    from weasyprint.svg import SVG
    from weasyprint.svg.text import TextBox
    from weasyprint.text.line_break import split_first_line

    return SvgTextApi(SVG, split_first_line, draw_first_line, TextBox, Matrix, INITIAL_VALUES)


def _finish_pdf(misfits: list[str | None], _document: object, pdf: Any) -> None:
    """WeasyPrint's last call before it writes the file."""
    if "AF" in pdf.catalog:
        # WeasyPrint 70 lists every attached file twice.
        pdf.catalog["AF"][:] = list(dict.fromkeys(pdf.catalog["AF"]))
    misfits.append(simplify_tags(pdf))
    shrink_pdf(pdf)


def lift_drawings(html: str) -> tuple[str, dict[str, bytes]]:
    """The page with its drawings as images, and the images by address.

    Inside the page every line and label of a drawing would be matched against the style sheet, which costs a third
    of the whole rendering. Letters of an image are text in the PDF all the same.
    """
    assets: dict[str, bytes] = {}

    def lift_drawing(found: re.Match[str]) -> str:
        address = f"{_ASSET}drawing-{len(assets)}.svg"
        assets[address] = found[0].encode()
        alt = _TITLE.search(found[0])
        kind = _CLASS.match(found[0])
        return f'<img src="{address}" alt="{alt[1] if alt else ""}" class="{kind[1] if kind else ""}">'

    return _DRAWING.sub(lift_drawing, html), assets


def chart_labels(html: str) -> dict[str, tuple[str, ...]]:
    """What is written in a page's charts: alternative text → labels; drawings without letters are left out."""
    found = ((_TITLE.search(drawing), _LABEL.findall(drawing)) for drawing in _DRAWING.findall(html))
    return {unescape(alt[1]): tuple(map(unescape, labels)) for alt, labels in found if alt and labels}


def _font_faces(fonts: Sequence[FontSubset]) -> str:
    return "".join(
        f'@font-face{{font-family:"{font.family}";font-weight:{font.weight};src:url("{_ASSET}font-{number}")}}'
        for number, font in enumerate(fonts)
    )


def _hold_wrong_fonts(log: Sequence[logging.LogRecord], families: set[str], name: str) -> None:
    """Hold a page that the renderer could not set as asked: a lost font would be replaced without a word."""
    found = [record.getMessage() for record in log if record.levelno >= logging.ERROR or _is_font_lost(record)]
    # An image's address is its whole content.
    faults = [_CONTENT.sub(r"\1…", fault) for fault in found]
    faults += [f'text was set in the font "{family}"' for family in sorted(families - {SANS, SERIF})]
    if faults:
        raise HeldError([Diagnostic("pdf.wrong-font", Place(name), fault) for fault in faults])


def _is_font_lost(record: logging.LogRecord) -> bool:
    return "cannot be loaded" in record.getMessage()


def _make_fetcher(assets: Mapping[str, bytes]) -> URLFetcher:
    """A fetcher that serves `data:` addresses and the given assets, and ends the rendering at anything else."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class ClosedFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
            if url in assets:
                kind = "image/svg+xml" if url.endswith(".svg") else "font/otf"
                return URLFetcherResponse(url, assets[url], {"Content-Type": kind})
            if urlsplit(url).scheme == "data":
                return super().fetch(url, headers)
            message = f'the page asks for "{url}"'
            raise FatalURLFetchingError(message)

    return ClosedFetcher(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)


class _Collector(logging.Handler):
    """Keeps what the renderer logs."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@contextmanager
def _pause_collection() -> Iterator[None]:
    """Pause the garbage collector, which would walk the tree of boxes for a seventh of the whole time."""
    active = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if active:
            gc.enable()


@contextmanager
def _capture_log() -> Iterator[list[logging.LogRecord]]:
    logger, collector = logging.getLogger("weasyprint"), _Collector()
    before, logger.propagate = logger.propagate, False
    logger.addHandler(collector)
    try:
        yield collector.records
    finally:
        logger.removeHandler(collector)
        logger.propagate = before
