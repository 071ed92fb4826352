"""PDF → diagnostics: what it has to pass before a desk puts its name on it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any, cast
from urllib.parse import urlsplit

import pikepdf

from reporter.diagnostics.diagnostic import Diagnostic, Place, Severity
from reporter.readback.pdf import PdfTag, PdfWords, Sheet, read_sheet, read_tags
from reporter.render.fonts import SANS, SERIF
from reporter.render.layout.pagination import MOST_PAGES
from reporter.render.pdf.pdf_fill import measure_fill
from reporter.render.pdf.pdfa_check import check_pdfa

MOST_KILOBYTES = 150
#: Square centimetres of white in one piece that a page bears, and the share of a last page that must be filled.
MOST_WHITE, LEAST_FILLED = 60.0, 0.2
#: Points from the paper's left edge to where the second column begins, about.
_MIDDLE = 290.0
_NAMES = tuple(family.replace(" ", "-") for family in (SANS, SERIF))
_HEADING = re.compile(r"H[1-6]")
#: Points: the least distance of text from the paper's edge, and the room below a heading for what it heads.
_EDGE, _ROOM = 14.0, 66.0
#: A drawing without a letter has at most so many shapes: a line and the dot at its end, not a chart.
_MOST_SHAPES = 8
#: What holds a figure with its caption; groups of anything else are taken out of the tree.
_CAPTIONED = "NonStruct"


def find_pdf_holds(
    data: bytes, labels: Mapping[str, Sequence[str]] | None = None, name: str = ""
) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with a PDF, in the order of the checks; empty where it is right.

    A fault means that a reader would miss or misread something, so a brief with one is held.

    Args:
        data: the file.
        labels: alternative text of each chart → everything that is written in it, where that is known.
        name: how the file is shown.
    """
    place = Place(name)
    try:
        pdf = pikepdf.open(io.BytesIO(data))
    except pikepdf.PdfError as error:
        # What stands before the reason is the stream's address in memory.
        what = f"not a PDF that can be read: {str(error).rpartition(': ')[2]}"
        return (Diagnostic("pdf.unreadable", place, what, severity=Severity.HOLD),)
    with pdf:
        sheets = [read_sheet(page) for page in pdf.pages]
        words = [sheet.words for sheet in sheets]
        tags = read_tags(pdf)
        checks: Mapping[str, Iterable[str]] = {
            "pdf.syntax": pdf.check_pdf_syntax(),
            "pdf.wrong-font": _check_fonts(pdf),
            "pdf.letters": _check_letters(words),
            "pdf.misplaced": _check_placement(pdf, words),
            "pdf.head": _check_head(pdf),
            "pdf.tags": _check_tags(tags),
            "pdf.drawing": _check_drawings(tags, sheets),
            "pdf.chart-label": _check_labels(tags, words, labels or {}),
            "pdf.headings": _check_headings(pdf, tags, words),
            "pdf.links": _check_links(pdf),
            "pdf.attachment": check_pdfa(pdf),
        }
        found = ((code, fault) for code, check in checks.items() for fault in check)
        return tuple(dict.fromkeys(Diagnostic(code, place, fault, severity=Severity.HOLD) for code, fault in found))


def find_pdf_notices(data: bytes, name: str = "") -> tuple[Diagnostic, ...]:
    """What an editor would rather not see: too many pages, a large file, holes, leftovers, a heading or a line alone.

    The PDF must be one that `faults` can read.
    """
    with pikepdf.open(io.BytesIO(data)) as pdf:
        sheets = [read_sheet(page) for page in pdf.pages]
        words = [sheet.words for sheet in sheets]
        tags = read_tags(pdf)
        checks: Mapping[str, Iterable[str]] = {
            "pdf.extent": _check_extent(pdf, data),
            "pdf.unfilled": _check_fill(sheets),
            "pdf.stranded": _find_stranded_headings(tags, words),
            "pdf.alone": _find_lone_lines(tags, words),
        }
        found = ((code, what) for code, check in checks.items() for what in check)
        return tuple(Diagnostic(code, Place(name), what, severity=Severity.NOTICE) for code, what in found)


def _check_extent(pdf: pikepdf.Pdf, data: bytes) -> Iterator[str]:
    if len(pdf.pages) > MOST_PAGES:
        yield f"{len(pdf.pages)} pages; a brief has 1 to {MOST_PAGES}"
    # What is attached is no part of the page.
    files = (item for item in pdf.objects if _has_value(item, "/Type", "/EmbeddedFile"))
    size = len(data) - sum(len(cast("pikepdf.Stream", file).read_raw_bytes()) for file in files)
    if size > MOST_KILOBYTES * 1024:
        yield f"{-(-size // 1024)} KB; a brief has at most {MOST_KILOBYTES}"


def _check_fonts(pdf: pikepdf.Pdf) -> Iterator[str]:
    faces: list[Any] = [item for item in pdf.objects if _has_value(item, "/Type", "/Font")]
    for font in (face for face in faces if not str(face.get("/Subtype")).startswith("/CIDFont")):
        name = str(font.get("/BaseFont", "/?"))[1:]
        described: list[Any] = [d.get("/FontDescriptor", {}) for d in font.get("/DescendantFonts", [font])]
        if not any(key in one for one in described for key in ("/FontFile", "/FontFile2", "/FontFile3")):
            yield f'the font "{name}" is not embedded'
        if not re.match(r"[A-Z]{6}\+", name):
            yield f'the font "{name}" is not a subset'
        if "/ToUnicode" not in font:
            yield f'the font "{name}" has no list of its letters, so its text can\'t be searched'
        if not name.partition("+")[2].startswith(_NAMES):
            yield f'the font "{name}" is none of the page\'s own'


def _check_letters(words: Iterable[tuple[PdfWords, ...]]) -> Iterator[str]:
    for number, page in enumerate(words, 1):
        for word in page:
            if word.glyphless:
                yield f'page {number}: a letter of "{word.text}" has no glyph'
            elif "\ufffd" in word.text:
                yield f'page {number}: "{word.text}" has a letter that nothing is known of'


def _check_placement(pdf: pikepdf.Pdf, words: Iterable[tuple[PdfWords, ...]]) -> Iterator[str]:
    for number, (page, said) in enumerate(zip(pdf.pages, words, strict=True), 1):
        left, bottom, right, top = (float(edge) for edge in page.mediabox)
        shown = [word for word in said if word.text.strip()]
        for word in shown:
            inside = left + _EDGE <= word.left and word.right <= right - _EDGE
            if not inside or not bottom + _EDGE <= word.base <= top - _EDGE:
                yield f'page {number}: "{word.text}" stands outside the margins'
        for first, second in _find_overlaps(shown):
            yield f'page {number}: "{first.text}" and "{second.text}" lie over each other'


def _find_overlaps(words: list[PdfWords]) -> Iterator[tuple[PdfWords, PdfWords]]:
    """Pairs whose small letters meet."""
    ordered = sorted(words, key=lambda word: word.base)
    for place, first in enumerate(ordered):
        for second in ordered[place + 1 :]:
            if second.base > first.base + first.size * 0.45:
                break
            if min(first.right, second.right) - max(first.left, second.left) > 0.25 * min(first.size, second.size):
                yield first, second


def _check_head(pdf: pikepdf.Pdf) -> Iterator[str]:
    root: Any = pdf.Root
    if not str(root.get("/Lang", "")):
        yield "the document names no language"
    title = str(pdf.docinfo.get("/Title", ""))
    if not title:
        yield "the document has no title"
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False):
        yield "a reader would show the file's name in place of the title"
    if not root.get("/MarkInfo", {}).get("/Marked", False):
        yield "the document is not tagged"
    if "/JavaScript" in root.get("/Names", {}) or _has_value(root.get("/OpenAction"), "/S", "/JavaScript"):
        yield "the document runs a script"


def _check_tags(tags: tuple[PdfTag, ...]) -> Iterator[str]:
    figures = [tag for tag in tags if tag.kind == "Figure"]
    for number, figure in enumerate(figures, 1):
        if not figure.alt.strip():
            yield f"figure {number} of {len(figures)} has no alternative text"
    tables = sum(tag.kind == "Table" for tag in tags)
    if tables and not any(tag.kind == "TH" for tag in tags):
        yield "a table has no header cells"
    for tag in tags:
        if tag.lang and not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", tag.lang):
            yield f'"{tag.lang}" is no language'


def _check_drawings(tags: tuple[PdfTag, ...], sheets: Sequence[Sheet]) -> Iterator[str]:
    """Charts of many shapes and no letter: their labels were turned into outlines, which no search finds.

    A chart has a caption; a logo has none, and may be outlines alone.
    """
    words = [sheet.words for sheet in sheets]
    figures = [tag for tag in tags if tag.kind == "Figure"]
    for number, figure in enumerate(figures, 1):
        shapes = sum(sheets[page].paths.get(mark, 0) for page, mark in figure.content)
        if _CAPTIONED in figure.parent and shapes > _MOST_SHAPES and not _tag_text(figure, words).strip():
            yield f"figure {number} of {len(figures)} has no text: its labels can't be found by search"


def _check_labels(
    tags: tuple[PdfTag, ...], words: list[tuple[PdfWords, ...]], labels: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    said = {tag.alt: _without_spaces(_tag_text(tag, words)) for tag in tags if tag.kind == "Figure"}
    for alt, texts in labels.items():
        short = alt.partition(". ")[0]
        if alt not in said:
            yield f'the chart "{short}" is not in the page'
            continue
        for text in dict.fromkeys(texts):
            if _without_spaces(text) not in said[alt]:
                yield f'the chart "{short}": a search doesn\'t find its label "{text}"'


def _check_headings(pdf: pikepdf.Pdf, tags: tuple[PdfTag, ...], words: list[tuple[PdfWords, ...]]) -> Iterator[str]:
    headings = [(tag, _tag_text(tag, words)) for tag in tags if _HEADING.fullmatch(tag.kind)]
    levels = [int(tag.kind[1]) for tag, _ in headings]
    if levels[:1] != [1] or levels.count(1) != 1:
        yield "the document has not one first heading"
    for (before, after), (_, (_, text)) in zip(pairwise(levels), pairwise(headings), strict=True):
        if after > before + 1:
            yield f'the heading "{text}" skips a level'
    with pdf.open_outline() as outline:
        listed = [_without_spaces(title) for title in _iterate_titles(outline.root)]
    if listed != [_without_spaces(text) for _, text in headings]:
        yield "the outline is not the list of headings"


def _tag_text(tag: PdfTag, words: list[tuple[PdfWords, ...]]) -> str:
    return "".join(word.text for _, word in _words_in_tag(tag, words) if not word.artifact)


def _words_in_tag(tag: PdfTag, words: list[tuple[PdfWords, ...]]) -> Iterator[tuple[int, PdfWords]]:
    """What an element holds, with its page."""
    return ((page, word) for page, mark in tag.content for word in words[page] if word.mark == mark)


def _check_fill(sheets: list[Sheet]) -> Iterator[str]:
    for number, sheet in enumerate(sheets, 1):
        fill = measure_fill(sheet)
        if fill.white_area > MOST_WHITE:
            wide, high = fill.hole
            yield f"page {number}: {wide:.0f} × {high:.0f} mm stand empty in the midst of it"
        if fill.end < LEAST_FILLED and number == len(sheets) > 1:
            yield f"page {number}: the last page is filled to {fill.end:.0%} only"


def _find_stranded_headings(tags: tuple[PdfTag, ...], words: list[tuple[PdfWords, ...]]) -> Iterator[str]:
    for tag in tags:
        if _HEADING.fullmatch(tag.kind):
            page, lowest = _lowest_line(tag, words)
            if lowest is not None and lowest < _ROOM:
                yield f'page {page + 1}: the heading "{_tag_text(tag, words)}" stands alone at the foot'


def _find_lone_lines(tags: tuple[PdfTag, ...], words: list[tuple[PdfWords, ...]]) -> Iterator[str]:
    """Paragraphs of which a single line stands in a column or on a page of its own."""
    for tag in tags:
        if tag.kind == "P":
            lines = sorted(_paragraph_lines(tag, words))
            runs = [len(list(run)) for _, run in groupby(lines, key=itemgetter(0, 1))]
            if len(runs) > 1 and min(runs[0], runs[-1]) == 1:
                yield f'page {lines[0][0] + 1}: a single line of "{_tag_text(tag, words)[:24]}…" stands alone'


def _paragraph_lines(tag: PdfTag, words: list[tuple[PdfWords, ...]]) -> set[tuple[int, int, float]]:
    """Lines of a paragraph: page, column (0 left of the middle, 1 right), height."""
    firsts: dict[tuple[int, float], float] = {}
    for page, word in _words_in_tag(tag, words):
        if word.text.strip():
            place = (page, round(word.base, 1))
            firsts[place] = min(firsts.get(place, word.left), word.left)
    return {(page, int(left >= _MIDDLE), base) for (page, base), left in firsts.items()}


def _lowest_line(tag: PdfTag, words: list[tuple[PdfWords, ...]]) -> tuple[int, float | None]:
    bases = [(page, word.base) for page, word in _words_in_tag(tag, words)]
    return min(bases, key=lambda place: place[1]) if bases else (0, None)


def _iterate_titles(items: Iterable[Any]) -> Iterator[str]:
    for item in items:
        yield item.title
        yield from _iterate_titles(item.children)


def _without_spaces(text: str) -> str:
    """A text without its spaces: a line's end is a space in one place and none in another."""
    return "".join(text.split())


def _check_links(pdf: pikepdf.Pdf) -> Iterator[str]:
    for number, page in enumerate(pdf.pages, 1):
        for link in (item for item in page.get("/Annots", []) if item.get("/Subtype") == "/Link"):
            action: Any = link.get("/A", {})
            if "/URI" in action:
                address = str(action.URI)
                parts = urlsplit(address)
                if parts.scheme not in {"http", "https"} or not parts.netloc:
                    yield f'page {number}: a link leads to "{address}"'
            elif "/Dest" not in link and action.get("/S") != "/GoTo":
                yield f"page {number}: a link leads nowhere"


def _has_value(item: Any, key: str, value: str) -> bool:
    return isinstance(item, pikepdf.Dictionary | pikepdf.Stream) and str(item.get(key, "")) == value
