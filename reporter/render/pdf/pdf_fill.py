"""Page of a PDF → how well it is filled: where it ends, and the largest white rectangle inside it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pikepdf

from reporter.readback.pdf import PdfBox, PdfWords, Sheet, read_sheet

_MM = 72 / 25.4
#: Margins of the page's content in millimetres: left and right, top of a following page, bottom.
_SIDE, _TOP, _BOTTOM = 16.0, 18.0, 18.0
#: Millimetres of a cell of the grid on which white is sought, and what a line or a drawing keeps clear around it.
_CELL, _CLEAR = 2.0, 3.0
#: White narrower than this is a margin or a ragged edge, in millimetres.
_NARROW = 40.0


@dataclass(frozen=True, slots=True)
class Fill:
    """How a page is filled.

    Attributes:
        end: where its content ends, as a share of its room from the top.
        hole: width and height of the largest white rectangle above its end, in millimetres.
    """

    end: float
    hole: tuple[float, float]

    @property
    def white_area(self) -> float:
        """Area of the hole in square centimetres."""
        return self.hole[0] * self.hole[1] / 100


def measure_fill(sheet: Sheet) -> Fill:
    """Measure a page. What an element of the layout merely reserves is white; only what is drawn counts."""
    width, height = sheet.width / _MM, sheet.height / _MM
    room = height - _TOP - _BOTTOM
    drawn = [*_word_boxes(sheet.words), *_ground_boxes(sheet.boxes, sheet)]
    places = [(box.left / _MM, height - box.top / _MM, box.right / _MM, height - box.bottom / _MM) for box in drawn]
    # The running foot stands below the room.
    places = [place for place in places if place[1] < height - _BOTTOM]
    end = min(max((bottom for *_, bottom in places), default=_TOP), height - _BOTTOM)
    columns, rows = round((width - 2 * _SIDE) / _CELL), round((end - _TOP) / _CELL)
    taken = [[False] * columns for _ in range(max(rows, 0))]
    for left, top, right, bottom in places:
        for row in range(max(_to_cell(top - _CLEAR - _TOP), 0), min(_to_cell(bottom + _CLEAR - _TOP) + 1, rows)):
            first, last = max(_to_cell(left - _SIDE), 0), min(_to_cell(right - _SIDE) + 1, columns)
            taken[row][first:last] = [True] * max(last - first, 0)
    wide, high = _largest_hole(taken)
    return Fill((end - _TOP) / room, (wide * _CELL, high * _CELL))


def measure_extent(data: bytes) -> float:
    """How many pages a PDF fills: 2.4 are two whole ones and 40 % of a third."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return len(pdf.pages) - 1 + measure_fill(read_sheet(pdf.pages[-1])).end


def _to_cell(millimetres: float) -> int:
    return int(millimetres // _CELL)


def _word_boxes(words: Iterable[PdfWords]) -> Iterator[PdfBox]:
    for word in words:
        if not word.artifact and word.text.strip():
            yield PdfBox(word.left, word.base - 0.3 * word.size, word.right, word.base + 0.9 * word.size)


def _ground_boxes(boxes: Iterable[PdfBox], sheet: Sheet) -> Iterator[PdfBox]:
    """Drawings' grounds; a clip around the whole page draws nothing."""
    for box in boxes:
        if box.right - box.left < 0.95 * sheet.width and 30 < box.top - box.bottom < 0.8 * sheet.height:
            yield box


def _largest_hole(taken: Sequence[Sequence[bool]]) -> tuple[int, int]:
    """Width and height in cells of the largest free rectangle that is wide enough to be seen as a hole."""
    best = (0, 0)
    free = [0] * len(taken[0]) if taken else []
    for row in taken:
        free = [0 if full else above + 1 for full, above in zip(row, free, strict=True)]
        open_: list[tuple[int, int]] = []
        for place, high in enumerate([*free, 0]):
            start = place
            while open_ and open_[-1][1] >= high:
                start, tall = open_.pop()
                wide = place - start
                if wide * _CELL >= _NARROW and wide * tall > best[0] * best[1]:
                    best = (wide, tall)
            open_.append((start, high))
    return best
