"""Heights of a document's parts → estimated pages: how many there are, and how much stays white.

Costs are in mm² of white. Where they are from, and how a change of one is measured: see `layout_search`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import accumulate
from math import floor

from reporter.model.document import Block, Document, Paragraph, Section, Table
from reporter.render.layout.chat_heights import measure_chat
from reporter.render.layout.height_estimate import COLUMN_WIDTH, PAGE_WIDTH, TEXT_WIDTH, Heights
from reporter.render.layout.page_flow import BodyBand, BodyPart, divide_into_bands, opening_blocks, split_in_halves

#: What the margins of the first page and of the others take of the paper's height, in millimetres.
FIRST_MARGINS, MARGINS = 32.0, 36.0
#: What a square millimetre of white costs at the end of the brief and along a page's foot; inside a page it costs 1.
_END, _END_OF_ONE, _FOOT = 0.25, 0.15, 0.6
#: A hole of so many square millimetres costs twice its area: one large hole is seen before two small ones.
_SEEN = 4_000.0
#: A last page filled less than this is a leftover, and what one costs in square millimetres of white.
_LEFTOVER, _LEFTOVER_COST = 0.33, 16_000.0
#: A brief has at most so many pages, and what each further one costs in mm²; a page's text takes 46,458.
MOST_PAGES, PAGE_COST = 4, 40_000.0
#: An estimate may be off by this share either way, less than the 5 % of a page that was the most over 24 days on
#: 2026-11-23; what is chosen has to look well in every case.
DOUBTS = (0.985, 1.0, 1.02)
#: What stands under a block is left out at a page's foot: so many millimetres at least.
_UNDER, _UNDER_FIGURE = 1.5, 3.4
#: What it costs in mm² to begin columns anew in the midst of a section and of a page, where nobody sees why.
_CUT_COST = 4_000.0
#: Step in which the height of two even columns is sought, in millimetres; the renderer's own.
_STEP = 2.1


@dataclass(frozen=True, slots=True)
class PageEstimate:
    """An estimate of the pages of a document.

    Attributes:
        pages: how many there are.
        last: how full the last one is, 0 to 1.
        white: square millimetres of white inside the pages, larger holes counted for more; the last page's foot is
            left out.
        broken: places among the parts of the body that begin a page in the midst of a stretch of columns.
    """

    pages: int
    last: float
    white: float
    broken: tuple[int, ...] = ()

    @property
    def extent(self) -> float:
        """How many pages it fills: 2.4 are two whole ones and 40 % of a third."""
        return self.pages - 1 + self.last

    @property
    def cost(self) -> float:
        """How far it is from a page without holes."""
        end = (1 - self.last) * PAGE_WIDTH * 261
        if self.pages == 1:
            return self.white + end * _END_OF_ONE
        left_over = max(_LEFTOVER - self.last, 0.0) / _LEFTOVER
        too_many = max(self.pages - MOST_PAGES, 0) * PAGE_COST
        return self.white + end * _END + _LEFTOVER_COST * (left_over > 0) * (0.5 + left_over) + too_many


@dataclass(frozen=True, slots=True)
class ColumnPiece:
    """A part of a column: `lines` of a height each where it may be broken, and what stands around them."""

    lines: int
    line: float
    around: float
    heads: bool = False
    height: float = field(init=False)

    def __post_init__(self) -> None:
        """Add the height up once; it is asked for a thousand times."""
        object.__setattr__(self, "height", self.lines * self.line + self.around)


@dataclass(frozen=True, slots=True)
class MeasuredDocument:
    """A document's parts with their heights in millimetres.

    Attributes:
        head: masthead and headline; text: what stands beside the key figures; rail: the key figures.
        body: pieces of two columns, or the height of what is kept in one piece.
        starts: of each of these, the place of its first part among the parts of the body.
        between: above a stretch of columns.
        holes: width and height of what stays white whatever page it is on.
        seen: places at which columns begin anew in the midst of a section.
    """

    head: float
    text: float
    rail: float
    body: tuple[tuple[ColumnPiece, ...] | float, ...]
    starts: tuple[int, ...]
    between: float
    seen: frozenset[int] = frozenset()
    holes: tuple[tuple[float, float], ...] = ()


def measure_document(document: Document, heights: Heights) -> MeasuredDocument:
    """Measure a document's parts."""
    if document.edition == "chat":
        spoken = measure_chat(document, heights)
        body = (*spoken.kept, heights.footer_height(document))
        return MeasuredDocument(spoken.head, 0.0, 0.0, body, tuple(range(len(body))), 0.0, holes=spoken.holes)
    cut = divide_into_bands(document)
    laid = tuple(_measure_band(band, heights) for band in cut)
    starts = tuple(accumulate((len(band.parts) for band in cut), initial=0))
    front = heights.front_heights(document, opening_blocks(document))
    seen = (
        start for start, band in zip(starts, cut, strict=False) if start in document.cuts and not band.parts[0].heading
    )
    return MeasuredDocument(*front, (*laid, heights.footer_height(document)), starts, heights.between, frozenset(seen))


def _measure_band(band: BodyBand, heights: Heights) -> tuple[ColumnPiece, ...] | float:
    if band.kind == "columns":
        return tuple(
            heights.measure_once(part.heading or part.row[0], ColumnPiece, partial(_make_piece, part, heights))
            for part in band.parts
        )
    if band.kind == "closing":
        blocks = tuple(block for part in band.parts for block in part.row)
        return heights.closing_height(Section("", None, blocks)) + heights.between
    width = TEXT_WIDTH if band.kind == "single" else PAGE_WIDTH
    return sum(_across_height(part, width, heights) for part in band.parts) + heights.between


def _across_height(part: BodyPart, width: float, heights: Heights) -> float:
    if part.heading:
        return heights.heading_height(part.heading, width)
    return max(_block_height(block, heights) for block in part.row)


def _block_height(block: Block, heights: Heights) -> float:
    """Height of a block across the page; text keeps its own width there, and a narrow table is halved."""
    if isinstance(block, Table) and len(split_in_halves(block)) > 1:
        return heights.halves_height(len(block.rows))
    return heights.block_height(block, TEXT_WIDTH if isinstance(block, Paragraph) else PAGE_WIDTH)


def _make_piece(part: BodyPart, heights: Heights) -> ColumnPiece:
    if part.heading:
        return ColumnPiece(0, 0.0, heights.heading_height(part.heading, COLUMN_WIDTH) + 3.0, heads=True)
    block = part.row[0]
    if isinstance(block, Paragraph):
        return ColumnPiece(heights.line_count(block.sentences, COLUMN_WIDTH, 9.5), heights.column, heights.below)
    # What stands under a figure or a table is left out at a column's foot.
    return ColumnPiece(1, heights.block_height(block, COLUMN_WIDTH) - _UNDER_FIGURE, _UNDER_FIGURE)


def layout_cost(parts: MeasuredDocument, height: float) -> float:
    """How far a document is from pages without holes, whichever way its estimate errs.

    Args:
        parts: the document.
        height: of the paper, in millimetres.
    """
    costs = [paginate(parts, height, doubt).cost for doubt in DOUBTS]
    return (sum(costs) + max(costs)) / (len(costs) + 1)


def paginate(parts: MeasuredDocument, height: float, doubt: float = 1.0) -> PageEstimate:
    """Estimate the pages of a document on paper of a height, less the share that the estimate may be off.

    Args:
        parts: heights of the document's parts, in millimetres.
        height: of the paper, in millimetres.
        doubt: how many times the estimated heights the true ones may be, one of `DOUBTS`.
    """
    pages = _Pages(height, doubt, parts.between)
    if parts.rail:
        pages.add_hole(TEXT_WIDTH, parts.rail - parts.text)
        pages.add_hole(PAGE_WIDTH - TEXT_WIDTH, parts.text - parts.rail)
    for wide, high in parts.holes:
        pages.add_hole(wide, high)
    pages.at = parts.head + max(parts.text, parts.rail)
    for part, start in zip(parts.body, parts.starts, strict=True):
        before = pages.page
        if isinstance(part, float):
            pages.place_whole(part)
        else:
            pages.fill_columns(part, start)
        if start in parts.seen and pages.page == before:
            pages.white += _CUT_COST
    return PageEstimate(pages.page + 1, min(pages.at / pages.room, 1.0), pages.white, tuple(pages.broken))


@dataclass(slots=True)
class _Pages:
    """Pages being filled: which one, how far down, and how much white was left."""

    height: float
    doubt: float
    between: float
    page: int = 0
    at: float = 0.0
    white: float = 0.0
    broken: list[int] = field(default_factory=list)

    @property
    def room(self) -> float:
        """Between the margins of this page, with what stands under its last line."""
        return (self.height + _UNDER - (MARGINS if self.page else FIRST_MARGINS)) / self.doubt

    def turn_page(self) -> None:
        """Begin another page."""
        self.page, self.at = self.page + 1, 0.0

    def place_whole(self, high: float) -> None:
        """Set something in one piece."""
        if self.at and self.at + high > self.room:
            self.add_foot(self.room - self.at)
            self.turn_page()
        # What stands above a part is left out at the top of a page.
        self.at += high if self.at else high - self.between

    def add_hole(self, wide: float, high: float) -> None:
        """Leave white in the midst of a page."""
        area = wide * max(high, 0.0)
        self.white += area * (1 + area / _SEEN)

    def add_foot(self, high: float) -> None:
        """Leave white along the foot of a page."""
        area = PAGE_WIDTH * max(high, 0.0)
        self.white += area * _FOOT * (1 + area / _SEEN / 2)

    def fill_columns(self, pieces: Sequence[ColumnPiece], start: int) -> None:
        """Two columns: even ones where they end on this page, else as high as the page has room."""
        self.at += self.between if self.at else 0.0
        last = start + len(pieces)
        while pieces:
            room = self.room - self.at
            whole = sum(piece.height for piece in pieces)
            even = _find_even_height(pieces, whole / 2, room)
            if even is not None:
                self.add_hole(COLUMN_WIDTH, 2 * even - whole)
                self.at += even
                return
            fresh = not self.at
            left, pieces = _fill_column(pieces, room, force=fresh)
            right, pieces = _fill_column(pieces, room, force=fresh)
            self.add_foot(room - max(left, right))
            self.add_hole(COLUMN_WIDTH, abs(left - right))
            self.broken.append(last - len(pieces))
            self.turn_page()


def _find_even_height(pieces: Sequence[ColumnPiece], high: float, room: float) -> float | None:
    """The least height at which two columns take all, or None where that is more than the room."""
    while high <= room:
        _, rest = _fill_column(pieces, high)
        _, rest = _fill_column(rest, high)
        if not rest:
            return high
        high += _STEP
    return None


def _fill_column(
    pieces: Sequence[ColumnPiece], room: float, *, force: bool = False
) -> tuple[float, Sequence[ColumnPiece]]:
    """Fill a column: how much of its room is used, and what is left over.

    With `force` something that is higher than the whole room is set all the same.
    """
    used = 0.0
    for number, piece in enumerate(pieces):
        left = room - used
        following = pieces[number + 1] if number + 1 < len(pieces) else None
        least = piece.height + (_least_height(following) if piece.heads and following else 0.0)
        if least <= left or (piece.height - piece.around <= left and not piece.heads):
            used += piece.height
            continue
        if force and not number:
            return room, pieces[1:]
        taken = min(floor(left / piece.line), piece.lines - 2) if piece.line else 0
        if piece.lines > 3 and taken >= 2:
            rest = replace(piece, lines=piece.lines - taken)
            return used + taken * piece.line, (rest, *pieces[number + 1 :])
        return used, pieces[number:]
    return used, ()


def _least_height(piece: ColumnPiece) -> float:
    """The least height of a piece that must follow its heading on the same page."""
    return min(piece.lines, 2) * piece.line + 1.0
