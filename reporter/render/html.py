"""Document → one HTML page that needs no other file: style, charts and provenance inside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from itertools import accumulate
from pathlib import Path

from markupsafe import Markup

from reporter.diagnostics.diagnostic import Diagnostic, Place, in_file
from reporter.diagnostics.errors import InputError
from reporter.language.locales import find_locale_of
from reporter.model.document import ClaimSpan, Document, Figure, LiteralSpan, Span
from reporter.model.resources import locales_folder
from reporter.readback.active_content import check_page
from reporter.render.fonts import FontFile
from reporter.render.layout.line_breaking import is_unbreakable, split_at_breaks, split_ending, text_width
from reporter.render.layout.page_flow import figure_numbers
from reporter.render.layout_sandbox import BoundedEnvironment
from reporter.render.layouts import MOST_BYTES, Layouts, fill_layout, layout_environment
from reporter.syntax.authored_text import read_authored_text

#: Width of the page between its margins, and the sizes a headline may have, in points.
_PAGE, _SIZES = 504.0, (21.0, 20.5, 20.0, 19.5, 19.0)
#: A break after one of these reads better than one in the middle of a clause; it may cost this share of a line.
_STOPS, _STOP_WORTH = "，、：；。？！,:;—…", 0.5
#: An apostrophe that a layout has escaped, and so one of a text: in a word, or after a plural's last letter.
_APOSTROPHE = re.compile(r"(?<=[A-Za-z0-9])(?:&#39;|&#x27;)(?=[A-Za-z])|(?<=s)(?:&#39;|&#x27;)(?=[\s.,;:])")
#: Where a line may end inside a value, and the last letter that belongs to an unbroken Latin word.
_BREAKABLE, _LATIN_END = " -–—/", 0x2E7F


@dataclass(frozen=True, slots=True)
class PageStyle:
    """What a desk adds to the style of its pages.

    Attributes:
        css: colours and paper; it follows the style sheet of a page that is printed.
        logo: an image as a `data:` address for the masthead, or empty.
        screen: colours in the light and in the dark; they follow the style sheet of a page that is read on a screen.
    """

    css: str
    logo: str = ""
    screen: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """Another file of the same brief.

    Attributes:
        href: its address, from the page's on or whole.
        text: what the link says.
        lang: language of the text and of what it leads to.
        kind: MIME type of what it leads to.
        translation: whether it is this page in another language.
    """

    href: str
    text: str
    lang: str
    kind: str = "text/html"
    translation: bool = False


@dataclass(frozen=True, slots=True)
class Screen:
    """What a page has that is read on a screen.

    Attributes:
        narrow: chart id → its drawing for a phone, as SVG with text as text.
        faces: the page's fonts as CSS.
        links: the other files of the brief.
        address: the page's own address, or empty where nobody knows it yet.
        picture: address of a picture of it, or empty.
    """

    narrow: Mapping[str, str]
    faces: str = ""
    links: tuple[Link, ...] = ()
    address: str = ""
    picture: str = ""


def render_html(  # noqa: PLR0913 - what a page is made of, by name
    document: Document,
    layouts: Layouts,
    css: Path | Sequence[Path],
    charts: Mapping[str, str],
    sparks: Sequence[str] = (),
    *,
    provenance: bool = True,
    headline: FontFile | None = None,
    dress: PageStyle | None = None,
    screen: Screen | None = None,
) -> str:
    """Render a document through the layout `<edition>.html.j2`.

    Args:
        document: what is said.
        layouts: where the layouts lie.
        css: the theme's style sheet, or several, of which later ones outrank earlier ones.
        charts: chart id → its SVG with text as text; a figure without one is an error.
        sparks: sparkline SVGs, one a tile; none at all leaves them out.
        provenance: mark sentences with their finding and shown values with their claim.
        headline: the headline's face, by which its lines are evened out; without one they fall as they may.
        dress: colours, paper and logo of the desk.
        screen: what a page has that is read on a screen; without it the page is one to be printed.

    Raises:
        InputError: layout or style sheet are missing or wrong.
        ValueError: a figure has no drawing, or sparklines and tiles differ in number.
    """
    figures = _require_drawings(document, charts)
    if screen is None:
        drawings = {figure.chart.id: add_title(charts[figure.chart.id], figure.alt) for figure in figures}
    else:
        drawings = {
            figure.chart.id: pair_drawings(charts[figure.chart.id], screen.narrow[figure.chart.id], figure.alt)
            for figure in figures
        }
    if sparks and len(sparks) != len(document.tiles):
        message = f"{len(sparks)} sparklines for {len(document.tiles)} tiles"
        raise ValueError(message)
    drawn = sparks or [""] * len(document.tiles)
    values = {
        "document": document,
        "labels": document.labels,
        "figures": figure_numbers(document),
        "drawings": drawings,
        "sparks": [add_title(svg, tile.label) for svg, tile in zip(drawn, document.tiles, strict=True)],
        "css": Markup("\n".join(map(_read_style_sheet, [css] if isinstance(css, Path) else css))),
        "theme_css": Markup(_theme_css(dress, screen)),
        "screen": screen,
        "logo": dress.logo if dress else "",
        "provenance": provenance,
        "headline_style": headline_style(document.headline.spans, headline) if headline else "",
    }
    page = _curl_apostrophes(
        fill_layout(build_environment(layouts), f"{document.edition}.html.j2", values), document.lang
    )
    _reject_active_content(page, f"{document.edition}.{document.locale}.html", printed=screen is None)
    return page


def _reject_active_content(page: str, name: str, *, printed: bool) -> None:
    """Refuse a page that holds what no page may, however its layouts made it."""
    found = check_page(page, printed=printed)
    if found:
        raise InputError(in_file(found, name))


def _theme_css(dress: PageStyle | None, screen: Screen | None) -> str:
    if screen is None:
        return dress.css if dress else ""
    return f"{screen.faces}\n{dress.screen if dress else ''}"


def _curl_apostrophes(page: str, lang: str) -> str:
    """A page with the apostrophes of print, where phrases have a keyboard's; in Han type they are too wide."""
    return page if find_locale_of(lang, locales_folder()).is_han else _APOSTROPHE.sub("’", page)


def _require_drawings(document: Document, charts: Mapping[str, str]) -> tuple[Figure, ...]:
    figures = tuple(b for section in document.sections for b in section.blocks if isinstance(b, Figure))
    missing = [figure.chart.id for figure in figures if figure.chart.id not in charts]
    if missing:
        message = f"no drawing for {', '.join(missing)}"
        raise ValueError(message)
    return figures


def add_title(svg: str, alt: str) -> Markup:
    """An SVG with its alternative text, which readers of screens and tagged PDF take from its title."""
    head, tag, body = svg.partition(">")
    if not tag:
        return Markup("")
    return Markup(f'{head} role="img"{tag}<title>{escape(alt)}</title>{body}')


def pair_drawings(broad: str, narrow: str, alt: str) -> Markup:
    """A chart's two drawings as one picture; the style sheet shows the one that there is room for.

    Args:
        broad: SVG for a column.
        narrow: SVG for a phone.
        alt: the alternative text.
    """
    drawings = "".join(
        f'<svg class="{name}" aria-hidden="true"{svg.removeprefix("<svg")}'
        for name, svg in (("broad", broad), ("narrow", narrow))
    )
    return Markup(f'<div class="drawing" role="img" aria-label="{escape(alt)}">{drawings}</div>')


def to_css_string(text: str) -> Markup:
    """A text as a CSS string; what could end the string or the style element is written as its code."""
    safe = "".join(f"\\{ord(c):x} " if c in '\\"<>&\n\r\f' or ord(c) < 0x20 else c for c in text)
    return Markup(f'"{safe}"')


def _span_class(span: Span) -> str:
    if not is_unbreakable(span):
        return ""
    # Digits and signs alone hold together; every needless element costs the PDF time and room.
    return "figure" if any(c in _BREAKABLE or ord(c) > _LATIN_END for c in span.text) else ""


def _claim_id(span: Span) -> str:
    return span.claim if isinstance(span, ClaimSpan) else ""


def foreign_lang(text: str, lang: str) -> str:
    """The language of a name in Latin letters on a page in Han characters; empty where it is the page's own."""
    letters = [character for character in text if character.isalpha()]
    latin = bool(letters) and all(ord(letter) < 0x250 for letter in letters)
    return "en" if latin and find_locale_of(lang, locales_folder()).is_han else ""


def _separate_tail(spans: tuple[Span, ...]) -> tuple[tuple[Span, ...], bool, tuple[Span, ...]]:
    """Split spans before the words that stay on the last line, and say whether a space separates the two.

    WeasyPrint 70 misplaces the break of a text that fits its line but for the space at its own end: the space is apart.
    """
    before, tail = split_ending(spans)
    if tail and before and isinstance(last := before[-1], LiteralSpan) and last.text.endswith(" "):
        return (*before[:-1], LiteralSpan(last.text.rstrip(" "))), True, tail
    return before, False, tail


@cache
def build_environment(layouts: Layouts) -> BoundedEnvironment:
    """The environment of the layouts of this format, with its own filters."""
    made = layout_environment(layouts)
    made.filters.update(
        css_string=to_css_string, claim=_claim_id, apart=_separate_tail, foreign=foreign_lang, span_class=_span_class
    )
    return made


def _read_style_sheet(css: Path) -> str:
    text = read_authored_text(css, str(css), MOST_BYTES)
    if found := re.search("</", text):
        line = text.count("\n", 0, found.start()) + 1
        hint = 'write "<\\/" instead'
        raise InputError(
            [Diagnostic("page.unsafe-style", Place(str(css), line), 'a style sheet must not contain "</"', hint)]
        )
    # Comments are for editors; a page carries the rules alone.
    return re.sub(r"/\*.*?\*/\s*", "", text, flags=re.DOTALL)


def headline_style(spans: Iterable[Span], face: FontFile) -> str:
    """A style for the headline's element, empty where it needs none.

    One line where a slightly smaller size allows it, otherwise lines of about equal length: the renderer of PDF breaks
    a line where it is full, which leaves a last word alone on the second line.

    Args:
        spans: the headline; shown values are not broken.
        face: the face it is set in.
    """
    parts = split_at_breaks(spans, lambda span: isinstance(span, ClaimSpan))
    widths = [text_width(piece.rstrip(), face) for piece in parts]
    ends = [text_width("".join(parts[: n + 1]).rstrip(), face) for n in range(len(parts))]
    length = ends[-1] if ends else 0.0
    size = next((size for size in _SIZES if length * size <= _PAGE), None)
    if size is not None:
        return "" if size == _SIZES[0] else f"font-size:{size:g}pt"
    starts = list(accumulate((text_width(piece, face) for piece in parts), initial=0.0))
    room = _PAGE / _SIZES[0]
    # The first line must be the longer one, or the renderer would pull the second line's first word up to it.
    fits = [n for n in range(len(parts) - 1) if length - starts[n + 1] <= ends[n] <= room]
    if not fits or max(widths) > room:
        return ""
    best = min(fits, key=lambda n: 2 * ends[n] - length - _STOP_WORTH * room * (parts[n].rstrip()[-1:] in _STOPS))
    # A space at a line's end counts before a value that is not broken: without room for it the line ends too early.
    return f"max-width:{(ends[best] + text_width(' ', face)) * _SIZES[0] + 1:.1f}pt"
