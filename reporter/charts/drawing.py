"""Chart with its texts already chosen → SVG and PNG, laid out once for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reporter.charts.axis import AxisText
from reporter.charts.compose import Medium, compose_picture
from reporter.charts.marks import Picture, TextMark
from reporter.charts.raster import render_png as to_png
from reporter.charts.style import Style
from reporter.charts.svg import to_outlined_svg, to_text_svg
from reporter.charts.typeface import open_typeface
from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.diagnostics.errors import InputError
from reporter.model.chart import Chart


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawn chart; what was not asked for is empty.

    Attributes:
        svg: text as text, at printed size, for the page.
        svg_paths: text as outlines, for files.
        png: for files, at twice the resolution of a screen.
        texts: everything that is written in it: labels, and the ticks of its axes.
    """

    svg: str = ""
    svg_paths: str = ""
    png: bytes = b""
    texts: tuple[str, ...] = ()


def draw_chart(  # noqa: PLR0913 - what is drawn, and which outputs are wanted, by name
    chart: Chart,
    style: Style,
    axis: AxisText,
    rise_is_red: bool,
    *,
    text: bool = True,
    paths: bool = True,
    png: bool = True,
    family: str = "Brief Sans",
    medium: Medium = "paper",
) -> Drawing | None:
    """Draw a chart.

    Args:
        chart: what is drawn, every label in the reader's language.
        style: look and faces.
        axis: writes ticks.
        rise_is_red: whether rising is shown in the warm colour.
        text: make `Drawing.svg`.
        paths: make `Drawing.svg_paths`.
        png: make `Drawing.png`.
        family: font family of `Drawing.svg`.
        medium: what it is drawn for; a screen has two widths of its own.

    Returns:
        The drawing, or None where the chart has no value at all: an empty frame would say less than nothing.

    Raises:
        InputError: a label has a character that its face can't show.
    """
    picture = compose_picture(chart, style, axis, rise_is_red=rise_is_red, medium=medium)
    if picture is None:
        return None
    problems = list(_find_missing_glyphs(chart, picture, style))
    if problems:
        raise InputError(problems)
    return Drawing(
        to_text_svg(picture, family) if text else "",
        to_outlined_svg(picture, style) if paths else "",
        to_png(picture, style) if png else b"",
        tuple(mark.text for mark in picture.marks if isinstance(mark, TextMark)),
    )


def _find_missing_glyphs(chart: Chart, picture: Picture, style: Style) -> Iterator[Diagnostic]:
    for mark in picture.marks:
        if isinstance(mark, TextMark):
            file = style.bold if mark.bold else style.regular
            for character in open_typeface(file.path, file.index).find_missing(mark.text):
                what = f'label "{mark.text}" has U+{ord(character):04X}, which the font {file.path} can\'t show'
                yield Diagnostic("font.no-glyph", Place(f"chart {chart.id}"), what, "use another character")
