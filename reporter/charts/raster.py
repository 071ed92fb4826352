"""Picture → PNG, filled and stroked by matplotlib's Agg renderer; text is drawn as outlines."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

from reporter.charts.marks import Box, Dot, Mark, Picture, Stroke, TextMark
from reporter.charts.style import Style
from reporter.charts.typeface import open_typeface

if TYPE_CHECKING:
    from matplotlib.backends.backend_agg import RendererAgg
    from matplotlib.path import Path as Outline
    from matplotlib.transforms import Transform

#: Pixels a point: twice the 96 pixels an inch of a plain screen.
_SCALE = 2 * 96 / 72
#: matplotlib's path codes for the steps of an outline, and how many places each takes.
_CODES = {"M": (1, 1), "L": (2, 1), "Q": (3, 2), "C": (4, 3)}
_CLOSE = 79


def render_png(picture: Picture, style: Style) -> bytes:
    """The picture as PNG at twice the resolution of a screen; the same picture gives the same bytes."""
    # Imported here because a brief without PNG files has no use for it. The renderer is used without a figure,
    # so no setting of a stray matplotlibrc and no search for fonts can reach the picture.
    import numpy
    from matplotlib.backends.backend_agg import RendererAgg

    width, height = round(picture.width * _SCALE), round(picture.height * _SCALE)
    renderer = RendererAgg(width, height, 72.0)  # type: ignore[no-untyped-call]  # matplotlib has no types for it
    painter = _Painter(renderer, height, style)
    for mark in picture.marks:
        painter.paint_mark(mark)
    pixels = numpy.asarray(renderer.buffer_rgba())  # type: ignore[no-untyped-call]
    # Each row begins with the number of its filter: none, which suits flat colours best. The background covers the
    # canvas, so the fourth channel says nothing.
    rows = numpy.zeros((height, 1 + 3 * width), numpy.uint8)
    rows[:, 1:] = pixels[:, :, :3].reshape(height, -1)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    # Written by hand: a general writer tries every filter on every row, which takes three times as long.
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows.tobytes(), 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_png_chunk(kind, data) for kind, data in parts)


def _png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


class _Painter:
    """Paints marks with a renderer whose y runs upwards, in pixels."""

    def __init__(self, renderer: RendererAgg, height: int, style: Style) -> None:
        from matplotlib.path import Path
        from matplotlib.transforms import Affine2D

        self._renderer, self._style, self._path = renderer, style, Path
        self._page = Affine2D().scale(_SCALE, -_SCALE).translate(0, height)
        self._affine = Affine2D

    def paint_mark(self, mark: Mark) -> None:
        if isinstance(mark, TextMark):
            self._paint_text(mark)
        elif isinstance(mark, Box):
            right, bottom = mark.left + mark.width, mark.top + mark.height
            corners = [(mark.left, mark.top), (right, mark.top), (right, bottom), (mark.left, bottom)]
            self._draw_path(self._path([*corners, corners[0]]), fill=mark.colour, opacity=mark.opacity)
        elif isinstance(mark, Stroke):
            self._draw_path(self._path(mark.places), line=mark.colour, width=mark.width, dash=mark.dash)
        elif isinstance(mark, Dot):
            circle = self._path.circle((mark.x, mark.y), mark.radius)
            self._draw_path(circle, fill=mark.colour, line=mark.rim, width=0.8)

    def _draw_path(
        self,
        path: Outline,
        *,
        fill: str = "",
        line: str = "",
        width: float = 0.0,
        dash: tuple[float, ...] = (),
        opacity: float = 1.0,
        place: Transform | None = None,
    ) -> None:
        gc = self._renderer.new_gc()
        gc.set_antialiased(True)
        gc.set_snap(False)
        gc.set_capstyle("butt")
        gc.set_joinstyle("round")
        gc.set_alpha(opacity)
        gc.set_linewidth(width * _SCALE if line else 0.0)
        gc.set_foreground(line or fill)
        if dash:
            gc.set_dashes(0, [length * _SCALE for length in dash])
        path.should_simplify = False
        paint = _to_rgb(fill) if fill else None
        self._renderer.draw_path(gc, path, place or self._page, paint)  # type: ignore[no-untyped-call]

    def _paint_text(self, mark: TextMark) -> None:
        file = self._style.bold if mark.bold else self._style.regular
        face = open_typeface(file.path, file.index)
        places: list[tuple[float, float]] = []
        codes: list[int] = []
        for glyph, left in face.position_glyphs(mark.text)[:-1]:
            for letter, numbers in face.get_outline(glyph):
                if letter == "Z":
                    places.append((0.0, 0.0))
                    codes.append(_CLOSE)
                    continue
                code, count = _CODES[letter]
                points = list(zip(numbers[::2], numbers[1::2], strict=True))
                places += [(x + left, y) for x, y in points]
                codes += [code] * count
        if places:
            scale = mark.size / face.upem
            own = self._affine().scale(scale, -scale).translate(mark.x, mark.y) + self._page
            self._draw_path(self._path(places, codes), fill=mark.colour, place=own)


def _to_rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    return red, green, blue
