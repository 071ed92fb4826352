"""A document laid out on paper with the heights of its parts: how many pages it comes to, and how much stays white."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import accumulate
from math import floor

from reporter.model.document import Block, Document, Paragraph, Section, Table
from reporter.render.bubbles import talk
from reporter.render.flow import Band, Part, bands, halves, opening
from reporter.render.heights import COLUMN_WIDTH, PAGE_WIDTH, TEXT_WIDTH, Heights

#: What the margins of the first page and of the others take of the paper's height, in millimetres.
FIRST_MARGINS, MARGINS = 32.0, 36.0
#: What a square millimetre of white costs at the end of the brief and along a page's foot; inside a page it costs 1.
_END, _END_OF_ONE, _FOOT = 0.25, 0.15, 0.6
#: A hole of so many square millimetres costs twice its area: one large hole is seen before two small ones.
_SEEN = 4_000.0
#: A last page filled less than this is a leftover, and what one costs in square millimetres of white.
_LEFTOVER, _LEFTOVER_COST = 0.33, 16_000.0
#: A brief has at most so many pages, and what each further one costs.
MOST_PAGES, PAGE_COST = 4, 40_000.0
#: An estimate may be off by this share either way; what is chosen has to look well in every case.
DOUBTS = (0.985, 1.0, 1.02)
#: What stands under a block is left out at a page's foot: so many millimetres at least.
_UNDER, _UNDER_FIGURE = 1.5, 3.4
#: What it costs to begin columns anew in the midst of a section and of a page, where nobody sees why.
_CUT_COST = 4_000.0
#: Step in which the height of two even columns is sought, in millimetres; the renderer's own.
_STEP = 2.1


@dataclass(frozen=True, slots=True)
class Made:
    """What laying a document out on paper came to.

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
    def cost(self) -> float:
        """How far it is from a page without holes."""
        end = (1 - self.last) * PAGE_WIDTH * 261
        if self.pages == 1:
            return self.white + end * _END_OF_ONE
        left_over = max(_LEFTOVER - self.last, 0.0) / _LEFTOVER
        too_many = max(self.pages - MOST_PAGES, 0) * PAGE_COST
        return self.white + end * _END + _LEFTOVER_COST * (left_over > 0) * (0.5 + left_over) + too_many


@dataclass(frozen=True, slots=True)
class Piece:
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
class Measured:
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
    body: tuple[tuple[Piece, ...] | float, ...]
    starts: tuple[int, ...]
    between: float
    seen: frozenset[int] = frozenset()
    holes: tuple[tuple[float, float], ...] = ()


def measured(document: Document, heights: Heights) -> Measured:
    """Measure a document's parts."""
    if document.edition == "chat":
        spoken = talk(document, heights)
        body = (*spoken.kept, heights.footer(document))
        return Measured(spoken.head, 0.0, 0.0, body, tuple(range(len(body))), 0.0, holes=spoken.holes)
    cut = bands(document)
    laid = tuple(_band(band, heights) for band in cut)
    starts = tuple(accumulate((len(band.parts) for band in cut), initial=0))
    front = heights.front(document, opening(document))
    seen = (
        start for start, band in zip(starts, cut, strict=False) if start in document.cuts and not band.parts[0].heading
    )
    return Measured(*front, (*laid, heights.footer(document)), starts, heights.between, frozenset(seen))


def _band(band: Band, heights: Heights) -> tuple[Piece, ...] | float:
    if band.kind == "columns":
        return tuple(
            heights.once(part.heading or part.row[0], Piece, partial(_piece, part, heights)) for part in band.parts
        )
    if band.kind == "closing":
        blocks = tuple(block for part in band.parts for block in part.row)
        return heights.closing(Section("", None, blocks)) + heights.between
    width = TEXT_WIDTH if band.kind == "single" else PAGE_WIDTH
    return sum(_across(part, width, heights) for part in band.parts) + heights.between


def _across(part: Part, width: float, heights: Heights) -> float:
    if part.heading:
        return heights.heading(part.heading, width)
    return max(_high(block, heights) for block in part.row)


def _high(block: Block, heights: Heights) -> float:
    """A block across the page; text keeps to its own width there, and a narrow table is halved."""
    if isinstance(block, Table) and len(halves(block)) > 1:
        return heights.halves(len(block.rows))
    return heights.block(block, TEXT_WIDTH if isinstance(block, Paragraph) else PAGE_WIDTH)


def _piece(part: Part, heights: Heights) -> Piece:
    if part.heading:
        return Piece(0, 0.0, heights.heading(part.heading, COLUMN_WIDTH) + 3.0, heads=True)
    block = part.row[0]
    if isinstance(block, Paragraph):
        return Piece(heights.lines(block.sentences, COLUMN_WIDTH, 9.5), heights.column, heights.below)
    # What stands under a figure or a table is left out at a column's foot.
    return Piece(1, heights.block(block, COLUMN_WIDTH) - _UNDER_FIGURE, _UNDER_FIGURE)


def cost(parts: Measured, height: float) -> float:
    """How far a document is from pages without holes, whichever way its estimate errs.

    Args:
        parts: the document.
        height: of the paper, in millimetres.
    """
    costs = [laid_out(parts, height, doubt).cost for doubt in DOUBTS]
    return (sum(costs) + max(costs)) / (len(costs) + 1)


def laid_out(parts: Measured, height: float, doubt: float = 1.0) -> Made:
    """Lay a document out on paper of a height, less by the share that its estimate may be off."""
    pages = _Pages(height, doubt, parts.between)
    if parts.rail:
        pages.hole(TEXT_WIDTH, parts.rail - parts.text)
        pages.hole(PAGE_WIDTH - TEXT_WIDTH, parts.text - parts.rail)
    for wide, high in parts.holes:
        pages.hole(wide, high)
    pages.at = parts.head + max(parts.text, parts.rail)
    for part, start in zip(parts.body, parts.starts, strict=True):
        before = pages.page
        if isinstance(part, float):
            pages.keep(part)
        else:
            pages.columns(part, start)
        if start in parts.seen and pages.page == before:
            pages.white += _CUT_COST
    return Made(pages.page + 1, min(pages.at / pages.room, 1.0), pages.white, tuple(pages.broken))


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

    def turn(self) -> None:
        """Begin another page."""
        self.page, self.at = self.page + 1, 0.0

    def keep(self, high: float) -> None:
        """Set something in one piece."""
        if self.at and self.at + high > self.room:
            self.foot(self.room - self.at)
            self.turn()
        # What stands above a part is left out at the top of a page.
        self.at += high if self.at else high - self.between

    def hole(self, wide: float, high: float) -> None:
        """Leave white in the midst of a page."""
        area = wide * max(high, 0.0)
        self.white += area * (1 + area / _SEEN)

    def foot(self, high: float) -> None:
        """Leave white along the foot of a page."""
        area = PAGE_WIDTH * max(high, 0.0)
        self.white += area * _FOOT * (1 + area / _SEEN / 2)

    def columns(self, pieces: Sequence[Piece], start: int) -> None:
        """Two columns: even ones where they end on this page, else as high as the page has room."""
        self.at += self.between if self.at else 0.0
        last = start + len(pieces)
        while pieces:
            room = self.room - self.at
            whole = sum(piece.height for piece in pieces)
            even = _even(pieces, whole / 2, room)
            if even is not None:
                self.hole(COLUMN_WIDTH, 2 * even - whole)
                self.at += even
                return
            fresh = not self.at
            left, pieces = _column(pieces, room, force=fresh)
            right, pieces = _column(pieces, room, force=fresh)
            self.foot(room - max(left, right))
            self.hole(COLUMN_WIDTH, abs(left - right))
            self.broken.append(last - len(pieces))
            self.turn()


def _even(pieces: Sequence[Piece], high: float, room: float) -> float | None:
    """The least height at which two columns take all, or None where that is more than the room."""
    while high <= room:
        _, rest = _column(pieces, high)
        _, rest = _column(rest, high)
        if not rest:
            return high
        high += _STEP
    return None


def _column(pieces: Sequence[Piece], room: float, *, force: bool = False) -> tuple[float, Sequence[Piece]]:
    """Fill a column: how much of its room is used, and what is left over.

    With `force` something that is higher than the whole room is set all the same.
    """
    used = 0.0
    for number, piece in enumerate(pieces):
        left = room - used
        following = pieces[number + 1] if number + 1 < len(pieces) else None
        least = piece.height + (_least(following) if piece.heads and following else 0.0)
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


def _least(piece: Piece) -> float:
    """The least of a piece that must stand under its heading."""
    return min(piece.lines, 2) * piece.line + 1.0
