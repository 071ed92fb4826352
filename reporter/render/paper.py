"""A document laid out on paper with the heights of its parts: how many pages it comes to, and how much stays white."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import floor

from reporter.model.document import Block, Document, Paragraph, Section, Table
from reporter.render.flow import Band, Part, bands, halves, opening
from reporter.render.heights import COLUMN_WIDTH, PAGE_WIDTH, TEXT_WIDTH, Heights

#: What the margins of the first page and of the others take of the paper's height, in millimetres.
FIRST_MARGINS, MARGINS = 32.0, 36.0
#: How much a square millimetre of white costs at the end of the brief; inside a page it costs 1.
_END, _END_OF_ONE = 0.45, 0.15
#: A last page filled less than this is a leftover, and what one costs in square millimetres of white.
_LEFTOVER, _LEFTOVER_COST = 0.33, 16_000.0
#: An estimate may be off by this share either way; what is chosen has to look well in every case.
DOUBTS = (0.985, 1.0, 1.02)
#: Step in which the height of two even columns is sought, in millimetres; the renderer's own.
_STEP = 2.1


@dataclass(frozen=True, slots=True)
class Made:
    """What laying a document out on paper came to.

    Attributes:
        pages: how many there are.
        last: how full the last one is, 0 to 1.
        white: square millimetres of white inside the pages, the last one's foot not counted.
    """

    pages: int
    last: float
    white: float

    @property
    def cost(self) -> float:
        """How far it is from a page without holes."""
        end = (1 - self.last) * PAGE_WIDTH * 261
        if self.pages == 1:
            return self.white + end * _END_OF_ONE
        left_over = max(_LEFTOVER - self.last, 0.0) / _LEFTOVER
        return self.white + end * _END + _LEFTOVER_COST * (left_over > 0) * (0.5 + left_over)


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
        between: above a stretch of columns.
    """

    head: float
    text: float
    rail: float
    body: tuple[tuple[Piece, ...] | float, ...]
    between: float


def measured(document: Document, heights: Heights) -> Measured:
    """Measure a document's parts."""
    body = tuple(_band(band, heights) for band in bands(document))
    front = heights.front(document, opening(document))
    return Measured(*front, (*body, heights.footer(document)), heights.between)


def _band(band: Band, heights: Heights) -> tuple[Piece, ...] | float:
    if band.kind == "columns":
        return tuple(_piece(part, heights) for part in band.parts)
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
    return Piece(1, heights.block(block, COLUMN_WIDTH), 0.0)


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
    pages = _Pages(height, doubt)
    if parts.rail:
        pages.white = max(parts.rail - parts.text, 0.0) * TEXT_WIDTH
        pages.white += max(parts.text - parts.rail, 0.0) * (PAGE_WIDTH - TEXT_WIDTH)
    pages.at = parts.head + max(parts.text, parts.rail)
    for part in parts.body:
        if isinstance(part, float):
            pages.keep(part)
        else:
            pages.columns(part, parts.between)
    return Made(pages.page + 1, min(pages.at / pages.room, 1.0), pages.white)


@dataclass(slots=True)
class _Pages:
    """Pages being filled: which one, how far down, and how much white was left."""

    height: float
    doubt: float
    page: int = 0
    at: float = 0.0
    white: float = 0.0

    @property
    def room(self) -> float:
        """Between the margins of this page."""
        return (self.height - (MARGINS if self.page else FIRST_MARGINS)) / self.doubt

    def turn(self) -> None:
        """Begin another page."""
        self.page, self.at = self.page + 1, 0.0

    def keep(self, high: float) -> None:
        """Set something in one piece."""
        if self.at and self.at + high > self.room:
            self.white += (self.room - self.at) * PAGE_WIDTH
            self.turn()
        self.at += high

    def columns(self, pieces: Sequence[Piece], between: float) -> None:
        """Two columns: even ones where they end on this page, else as high as the page has room."""
        self.at += between
        while pieces:
            room = self.room - self.at
            whole = sum(piece.height for piece in pieces)
            even = _even(pieces, whole / 2, room)
            if even is not None:
                self.white += max(2 * even - whole, 0.0) * COLUMN_WIDTH
                self.at += even
                return
            fresh = self.at <= between
            for _ in range(2):
                used, pieces = _column(pieces, room, force=fresh)
                self.white += max(room - used, 0.0) * COLUMN_WIDTH
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
