"""Typefaces: widths and outlines of text, straight from the font file, so no other program's fonts can slip in."""

from __future__ import annotations

from functools import cache

import uharfbuzz

from reporter.language.font_data import open_font_data

#: A step of an outline: its SVG letter and its coordinates, in font units, y upwards.
Step = tuple[str, tuple[float, ...]]
_Point = tuple[float, float]


class Typeface:
    """A face of a font file; reading is lazy, so a collection of 16 MB costs only what is used of it."""

    def __init__(self, path: str, index: int) -> None:
        """Open a face.

        Args:
            path: the font file.
            index: position of the face in a collection.
        """
        self.path, self.index = path, index
        face = uharfbuzz.Face(open_font_data(path), index)
        self._font = uharfbuzz.Font(face)
        self.upem = int(face.upem)
        self._outlines: dict[int, tuple[Step, ...]] = {}
        self._runs: dict[str, tuple[tuple[int, float], ...]] = {}

    def find_missing(self, text: str) -> str:
        """The characters that the face has no glyph for, in order, each once."""
        return "".join(dict.fromkeys(c for c in text if not self._font.get_nominal_glyph(ord(c))))

    def position_glyphs(self, text: str) -> tuple[tuple[int, float], ...]:
        """Glyphs of a text with the place of each, in font units from the start; the last is (-1, length)."""
        if text not in self._runs:
            # Glyphs are placed without kerning, as a page's renderer places the letters of a drawing one by one.
            pen, places = 0.0, []
            for character in text:
                glyph = self._font.get_nominal_glyph(ord(character)) or 0
                places.append((glyph, pen))
                pen += self._font.get_glyph_h_advance(glyph)
            self._runs[text] = (*places, (-1, pen))
        return self._runs[text]

    def measure_width(self, text: str, size: float) -> float:
        """Width of a text in points."""
        return self.position_glyphs(text)[-1][1] * size / self.upem

    def get_outline(self, glyph: int) -> tuple[Step, ...]:
        """The outline of a glyph."""
        if glyph not in self._outlines:
            pen = _OutlinePen()
            self._font.draw_glyph_with_pen(glyph, pen)
            self._outlines[glyph] = tuple(pen.steps)
        return self._outlines[glyph]


class _OutlinePen:
    """Collects outline steps under the names that drawing calls them by."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def _add_step(self, letter: str, *points: _Point) -> None:
        self.steps.append((letter, tuple(float(value) for point in points for value in point)))

    def moveTo(self, point: _Point) -> None:  # noqa: N802 - the name that the pen protocol asks for
        self._add_step("M", point)

    def lineTo(self, point: _Point) -> None:  # noqa: N802 - the name that the pen protocol asks for
        self._add_step("L", point)

    def qCurveTo(self, *points: _Point) -> None:  # noqa: N802 - the name that the pen protocol asks for
        self._add_step("Q", *points)

    def curveTo(self, *points: _Point) -> None:  # noqa: N802 - the name that the pen protocol asks for
        self._add_step("C", *points)

    def closePath(self) -> None:  # noqa: N802 - the name that the pen protocol asks for
        self._add_step("Z")


@cache
def open_typeface(path: str, index: int) -> Typeface:
    """The face, opened once a process."""
    return Typeface(path, index)
