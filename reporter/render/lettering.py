"""Labels of drawings set in one go.

WeasyPrint lays each letter of a drawing out by itself and gives each a place of its own, because SVG may turn and move
letters one by one. Our charts never do. A label set as one text costs a tenth of the time, and keeps its spaces, so
that whoever searches for it finds it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from typing import Any


@contextmanager
def whole_labels(tags: dict[str, Any]) -> Iterator[None]:
    """While active, texts of drawings are set whole.

    Args:
        tags: WeasyPrint's functions that draw an SVG's elements, by name.
    """
    plain = tags["text"]
    tags["text"] = _label
    try:
        yield
    finally:
        tags["text"] = plain


def _label(svg: Any, node: Any, font_size: float) -> None:
    from weasyprint.draw.text import draw_first_line
    from weasyprint.matrix import Matrix
    from weasyprint.svg.text import TextBox
    from weasyprint.text.line_break import split_first_line

    style = _style(svg.font_config, node.get("font-family", ""), int(node.get("font-weight", 400)), font_size)
    layout, *_ = split_first_line(node.text, style, svg.context, inf, 0)
    svg.stream.push_state()
    fill, stroke = svg.set_graphical_state(node, font_size)
    svg.stream.begin_text()
    layout.reactivate(style)
    svg.fill_stroke(fill, stroke, text=True)
    place = Matrix(d=-1, e=float(node.get("x")), f=float(node.get("y")))
    draw_first_line(svg.stream, TextBox(layout, style), "none", "none", place)
    svg.stream.end_text()
    svg.stream.pop_state()


class _Style(dict[str, Any]):
    """What WeasyPrint asks of a text: its properties, and where fonts come from."""

    font_config: Any


def _style(fonts: Any, family: str, weight: int, size: float) -> _Style:
    from weasyprint.css.properties import INITIAL_VALUES

    # Charts are laid out with the widths of letters alone.
    style = _Style(INITIAL_VALUES, font_family=[family], font_weight=weight, font_size=size, font_kerning="none")
    style.font_config = fonts
    return style
