"""Marks become SVG: with text as text for the PDF (small, searchable), or with outlined text for files."""

from __future__ import annotations

from html import escape

from reporter.charts.marks import Box, Dot, Mark, Picture, Place, Stroke, Text
from reporter.charts.style import FontFile, Style
from reporter.charts.typeface import Typeface, typeface

#: A chart in a blog's column is read on a screen: twice the size in print makes 7-point labels 14 pixels.
_SCREEN = 2.0


def svg_text(picture: Picture, family: str) -> str:
    """SVG whose text is text, at its printed size.

    Args:
        picture: the chart.
        family: font family of the text; the page has to provide it.
    """
    body = "".join(_text(mark) if isinstance(mark, Text) else _shape(mark) for mark in picture.marks)
    size = f'width="{_n(picture.width)}pt" height="{_n(picture.height)}pt"'
    font = f'font-family="{escape(family)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {_view(picture)} {font}>{body}</svg>'


def svg_paths(picture: Picture, style: Style) -> str:
    """SVG whose text is outlines, twice the printed size, for files that are shown as images."""
    glyphs: dict[tuple[bool, int], str] = {}
    body = "".join(_outlined(mark, style, glyphs) if isinstance(mark, Text) else _shape(mark) for mark in picture.marks)
    defs = "".join(f'<path id="{_name(key)}" d="{outline}"/>' for key, outline in glyphs.items())
    size = f'width="{_n(picture.width * _SCREEN)}" height="{_n(picture.height * _SCREEN)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {_view(picture)}><defs>{defs}</defs>{body}</svg>\n'


def _view(picture: Picture) -> str:
    return f'viewBox="0 0 {_n(picture.width)} {_n(picture.height)}"'


def _n(number: float) -> str:
    """A coordinate with two decimals, a 140th of a millimetre, without a tail of zeros or a negative zero."""
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def _shape(mark: Mark) -> str:
    if isinstance(mark, Box):
        veil = f' fill-opacity="{_n(mark.opacity)}"' if mark.opacity < 1 else ""
        place = f'x="{_n(mark.left)}" y="{_n(mark.top)}" width="{_n(mark.width)}" height="{_n(mark.height)}"'
        return f'<rect {place} fill="{mark.colour}"{veil}/>'
    if isinstance(mark, Stroke):
        dash = f' stroke-dasharray="{" ".join(map(_n, mark.dash))}"' if mark.dash else ""
        join = ' stroke-linejoin="round"' if len(mark.places) > 2 else ""
        return (
            f'<path d="{_route(mark.places)}" fill="none" stroke="{mark.colour}"'
            f' stroke-width="{_n(mark.width)}"{dash}{join}/>'
        )
    if isinstance(mark, Dot):
        place = f'cx="{_n(mark.x)}" cy="{_n(mark.y)}" r="{_n(mark.radius)}"'
        return f'<circle {place} fill="{mark.colour}" stroke="{mark.rim}" stroke-width="0.8"/>'
    raise TypeError(mark)


def _route(places: tuple[Place, ...]) -> str:
    return "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in places)


def _text(mark: Text) -> str:
    # Every text starts at its own x: text-anchor would cost the PDF a form object each.
    bold = ' font-weight="700"' if mark.bold else ""
    place = f'x="{_n(mark.x)}" y="{_n(mark.y)}" font-size="{_n(mark.size)}"'
    return f'<text {place} fill="{mark.colour}"{bold}>{escape(mark.text, quote=False)}</text>'


def _outlined(mark: Text, style: Style, glyphs: dict[tuple[bool, int], str]) -> str:
    file: FontFile = style.bold if mark.bold else style.regular
    face = typeface(file.path, file.index)
    uses = []
    for glyph, place in face.run(mark.text)[:-1]:
        outline = face.outline(glyph)
        if outline:
            glyphs.setdefault((mark.bold, glyph), outline_path(face, glyph))
            uses.append(f'<use href="#{_name((mark.bold, glyph))}" x="{_n(place)}"/>')
    scale = f"{mark.size / face.upem:.5f}".rstrip("0")
    move = f"translate({_n(mark.x)} {_n(mark.y)})scale({scale} -{scale})"
    return f'<g transform="{move}" fill="{mark.colour}">{"".join(uses)}</g>'


def outline_path(face: Typeface, glyph: int) -> str:
    """The outline of a glyph as a path's data, in font units, y upwards."""
    return "".join(letter + " ".join(_n(value) for value in numbers) for letter, numbers in face.outline(glyph))


def _name(key: tuple[bool, int]) -> str:
    return ("b" if key[0] else "r") + str(key[1])
