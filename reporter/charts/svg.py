"""Picture → SVG: text as text for the PDF (small, searchable), or as outlines for files."""

from __future__ import annotations

from html import escape

from reporter.charts.marks import Box, Dot, Mark, Picture, Place, Stroke, TextMark
from reporter.charts.style import FontFace, Style
from reporter.charts.typeface import Typeface, open_typeface

#: A chart in a blog's column is read on a screen: twice the size in print makes 7-point labels 14 pixels.
_SCREEN = 2.0


def to_text_svg(picture: Picture, family: str) -> str:
    """SVG whose text is text, at its printed size.

    Args:
        picture: the chart.
        family: font family of the text; the page has to provide it.
    """
    body = "".join(_write_text(mark) if isinstance(mark, TextMark) else _write_shape(mark) for mark in picture.marks)
    size = f'width="{_format_number(picture.width)}pt" height="{_format_number(picture.height)}pt"'
    font = f'font-family="{escape(family)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {_view_box(picture)} {font}>{body}</svg>'


def to_outlined_svg(picture: Picture, style: Style) -> str:
    """SVG whose text is outlines, twice the printed size, for files that are shown as images."""
    glyphs: dict[tuple[bool, int], str] = {}
    body = "".join(
        _write_outlines(mark, style, glyphs) if isinstance(mark, TextMark) else _write_shape(mark)
        for mark in picture.marks
    )
    defs = "".join(f'<path id="{_glyph_id(key)}" d="{outline}"/>' for key, outline in glyphs.items())
    size = f'width="{_format_number(picture.width * _SCREEN)}" height="{_format_number(picture.height * _SCREEN)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {_view_box(picture)}><defs>{defs}</defs>{body}</svg>\n'


def _view_box(picture: Picture) -> str:
    return f'viewBox="0 0 {_format_number(picture.width)} {_format_number(picture.height)}"'


def _format_number(number: float) -> str:
    """A coordinate with two decimals, a 140th of a millimetre, without a tail of zeros or a negative zero."""
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def _write_shape(mark: Mark) -> str:
    if isinstance(mark, Box):
        veil = f' fill-opacity="{_format_number(mark.opacity)}"' if mark.opacity < 1 else ""
        sides = (("x", mark.left), ("y", mark.top), ("width", mark.width), ("height", mark.height))
        place = " ".join(f'{name}="{_format_number(length)}"' for name, length in sides)
        return f'<rect {place} fill="{mark.colour}"{veil}/>'
    if isinstance(mark, Stroke):
        dash = f' stroke-dasharray="{" ".join(map(_format_number, mark.dash))}"' if mark.dash else ""
        join = ' stroke-linejoin="round"' if len(mark.places) > 2 else ""
        return (
            f'<path d="{_path_data(mark.places)}" fill="none" stroke="{mark.colour}"'
            f' stroke-width="{_format_number(mark.width)}"{dash}{join}/>'
        )
    if isinstance(mark, Dot):
        place = f'cx="{_format_number(mark.x)}" cy="{_format_number(mark.y)}" r="{_format_number(mark.radius)}"'
        return f'<circle {place} fill="{mark.colour}" stroke="{mark.rim}" stroke-width="0.8"/>'
    raise TypeError(mark)


def _path_data(places: tuple[Place, ...]) -> str:
    return "M" + "L".join(f"{_format_number(x)} {_format_number(y)}" for x, y in places)


def _write_text(mark: TextMark) -> str:
    # Every text starts at its own x: text-anchor would cost the PDF a form object each.
    bold = ' font-weight="700"' if mark.bold else ""
    place = f'x="{_format_number(mark.x)}" y="{_format_number(mark.y)}" font-size="{_format_number(mark.size)}"'
    return f'<text {place} fill="{mark.colour}"{bold}>{escape(mark.text, quote=False)}</text>'


def _write_outlines(mark: TextMark, style: Style, glyphs: dict[tuple[bool, int], str]) -> str:
    file: FontFace = style.bold if mark.bold else style.regular
    face = open_typeface(file.path, file.index)
    uses = []
    for glyph, place in face.position_glyphs(mark.text)[:-1]:
        outline = face.get_outline(glyph)
        if outline:
            glyphs.setdefault((mark.bold, glyph), outline_path(face, glyph))
            uses.append(f'<use href="#{_glyph_id((mark.bold, glyph))}" x="{_format_number(place)}"/>')
    scale = f"{mark.size / face.upem:.5f}".rstrip("0")
    move = f"translate({_format_number(mark.x)} {_format_number(mark.y)})scale({scale} -{scale})"
    return f'<g transform="{move}" fill="{mark.colour}">{"".join(uses)}</g>'


def outline_path(face: Typeface, glyph: int) -> str:
    """The outline of a glyph as a path's data, in font units, y upwards."""
    return "".join(
        letter + " ".join(_format_number(value) for value in numbers) for letter, numbers in face.get_outline(glyph)
    )


def _glyph_id(key: tuple[bool, int]) -> str:
    return ("b" if key[0] else "r") + str(key[1])
