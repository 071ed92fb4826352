"""Patch of WeasyPrint that draws each text of a drawing as one text instead of letter by letter.

WeasyPrint lays each letter of a drawing out by itself and gives each a place of its own, because SVG may turn and move
letters one by one. Our charts never do. A label set as one text costs a tenth of the time, and keeps its spaces, so
that whoever searches for it finds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from typing import Any

from reporter.render.pdf.patches.signatures import find_misfit

_KNOWN_TAGS = (("text", ("svg", "node", "font_size")),)
_KNOWN_SVG = (
    ("set_graphical_state", ("self", "node", "font_size", "context")),
    ("fill_stroke", ("self", "fill", "stroke", "even_odd", "text")),
)
_KNOWN_API = (
    (
        "split",
        ("text", "style", "context", "max_width", "justification_spacing", "is_line_start", "minimum"),
    ),
    ("draw", ("stream", "textbox", "text_overflow", "block_ellipsis", "matrix")),
    ("box", ("pango_layout", "style")),
)


@dataclass(frozen=True, slots=True)
class SvgTextApi:
    """What of WeasyPrint draws a text.

    Attributes:
        svg: the class of drawings.
        split: lays a text out, here without a limit to its line.
        draw: draws a text that was laid out.
        box: makes what `draw` takes.
        matrix: makes a place on the page.
        initial: every property's initial value.
    """

    svg: type[Any]
    split: Callable[..., Any]
    draw: Callable[..., Any]
    box: Callable[..., Any]
    matrix: Callable[..., Any]
    initial: Mapping[str, Any]


@contextmanager
def draw_labels_whole(tags: dict[str, Any], setting: SvgTextApi) -> Iterator[str | None]:
    """While active, texts of drawings are set whole; yields what of WeasyPrint the patch doesn't fit, or None.

    Where it doesn't fit, labels are drawn by WeasyPrint letter by letter.

    Args:
        tags: WeasyPrint's functions that draw an SVG's elements, by name.
        setting: what sets a text.
    """
    misfits = (find_misfit(tags, _KNOWN_TAGS), find_misfit(setting.svg, _KNOWN_SVG), find_misfit(setting, _KNOWN_API))
    if (misfit := next(filter(None, misfits), None)) is not None:
        yield misfit
        return

    def draw_label(svg: Any, node: Any, font_size: float) -> None:
        _draw_label(svg, node, font_size, setting)

    plain = tags["text"]
    tags["text"] = draw_label
    try:
        yield None
    finally:
        tags["text"] = plain


def _draw_label(svg: Any, node: Any, size: float, setting: SvgTextApi) -> None:
    style = _Style(setting.initial)
    style.font_config = svg.font_config
    # Charts are laid out with the widths of letters alone.
    style |= {"font_family": [node.get("font-family", "")], "font_size": size, "font_kerning": "none"}
    style["font_weight"] = int(node.get("font-weight", 400))
    layout, *_ = setting.split(node.text, style, svg.context, inf, 0)
    svg.stream.push_state()
    fill, stroke = svg.set_graphical_state(node, size)
    svg.stream.begin_text()
    layout.reactivate(style)
    svg.fill_stroke(fill, stroke, text=True)
    place = setting.matrix(d=-1, e=float(node.get("x")), f=float(node.get("y")))
    setting.draw(svg.stream, setting.box(layout, style), "none", "none", place)
    svg.stream.end_text()
    svg.stream.pop_state()


class _Style(dict[str, Any]):
    """What WeasyPrint asks of a text: its properties, and where fonts come from."""

    font_config: Any
