"""Chart → picture: its panels laid out on one canvas over a shared x axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reporter.charts.axis import AxisText, Scale, Tick, choose_time_ticks, choose_value_ticks, label_ticks
from reporter.charts.bars import category_height, draw_categories
from reporter.charts.label_placement import Pen
from reporter.charts.marks import Box, Mark, Picture, Stroke
from reporter.charts.panel import PanelPlan, draw_panel, head_height, plan_panel
from reporter.charts.panel_data import has_drawable_data, x_range
from reporter.charts.style import Style
from reporter.model.chart import Chart, Panel
from reporter.model.metric import Unit

#: What a chart is drawn for: a printed page, a screen's column, or a phone's.
Medium = Literal["paper", "broad", "narrow"]

_MM = 72 / 25.4
#: Width and height of a chart, in millimetres.
SIZES = {
    "wide": (178.0, 62.0),
    "column": (127.4, 58.0),
    "small": (87.0, 48.0),
    "tall": (127.4, 92.0),
    "low": (127.4, 46.0),
}
#: On a screen a chart is drawn twice, at a width of the column and at one of a phone, whatever its size on paper:
#: width, and height by that size, in millimetres. Scaled to a column of 512 to 704 pixels, and to one of 268 to 448,
#: labels of 7 points are 9 pixels high at least.
_SCREENS = {
    "broad": (140.0, {"wide": 58.0, "column": 58.0, "small": 54.0, "tall": 92.0, "low": 52.0}, 24.0),
    "narrow": (72.0, {"wide": 60.0, "column": 60.0, "small": 52.0, "tall": 84.0, "low": 54.0}, 26.0),
}
#: A stack's width, and the height of each of its panels, in millimetres.
_STACK_WIDTH, _STACK_PANEL = 87.0, 20.0
_FOOT, _GAP = 13.0, 5.0
#: Share of a chart's width that labels beside the plot may take.
_MOST_MARGIN = 0.55


@dataclass(frozen=True, slots=True)
class _SharedAxis:
    """The x axis that panels share."""

    kind: str
    span: tuple[float, float]
    right: float


def compose_picture(
    chart: Chart, style: Style, axis: AxisText, *, rise_is_red: bool, medium: Medium = "paper"
) -> Picture | None:
    """Lay a chart out.

    Panels without a single value are left out.

    Args:
        chart: what is drawn.
        style: look and faces.
        axis: writes ticks.
        rise_is_red: whether rising is shown in the warm colour.
        medium: what it is drawn for, which decides its width.

    Returns:
        The picture, or None where no panel has a value to draw.
    """
    panels = tuple(panel for panel in chart.panels if has_drawable_data(panel))
    if not panels:
        return None
    pen = Pen(style)
    width, height = (side * _MM for side in _chart_size(chart, len(panels), medium))
    if panels[0].x == "category":
        return _compose_categories(panels, pen, axis, width, height, rise_is_red=rise_is_red)
    panels = tuple(panel for panel in panels if panel.x == panels[0].x)
    share = (height - _FOOT) / len(panels)
    plans = [plan_panel(panel, pen, axis, share - _GAP - 14) for panel in panels]
    margin = min(max(plan.margin_width(pen) for plan in plans), width * _MOST_MARGIN)
    shared = _SharedAxis(panels[0].x, x_range(panels), width - margin - 1)
    marks: list[Mark] = [Box(0.0, 0.0, width, height, style.look.background)]
    top = 0.0
    for plan in plans:
        frame = _plot_frame(plan, pen, shared, top, share - (_GAP if plan is not plans[-1] else 0.0))
        marks += draw_panel(plan, pen, frame, shared.span, margin, rise_is_red=rise_is_red)
        top += share
    return Picture(width, height, (*marks, *_draw_x_labels(shared, pen, axis, height)))


def chart_height(chart: Chart) -> float:
    """The height in millimetres that a chart will have; 0 where it has no value to draw."""
    panels = tuple(panel for panel in chart.panels if has_drawable_data(panel))
    if not panels:
        return 0.0
    height = _chart_size(chart, len(panels))[1]
    if panels[0].x != "category":
        return height
    return sum(category_height(panel, height * _MM / len(panels)) for panel in panels if panel.x == "category") / _MM


def _chart_size(chart: Chart, panels: int, medium: Medium = "paper") -> tuple[float, float]:
    if medium != "paper":
        # A stretch is chosen to fill pages; a screen has none.
        wide, heights, each = _SCREENS[medium]
        return wide, each * panels + _FOOT / _MM if chart.size == "stack" else heights[chart.size]
    if chart.size == "stack":
        width, height = _STACK_WIDTH, _STACK_PANEL * panels + _FOOT / _MM
    else:
        width, height = SIZES[chart.size]
    return width, height * chart.stretch


def _plot_frame(plan: PanelPlan, pen: Pen, shared: _SharedAxis, top: float, share: float) -> Box:
    head = head_height(plan.panel, pen, shared.span, shared.right)
    return Box(0.0, top + head, shared.right, share - head, pen.style.look.background)


def _draw_x_labels(shared: _SharedAxis, pen: Pen, axis: AxisText, height: float) -> list[Mark]:
    """Tick labels under the lowest panel: as many, up to five, as stand clear of each other."""
    x = Scale(*shared.span, 0.0, shared.right)
    for most in (5, 4, 3, 2, 1):
        ticks = _choose_x_ticks(shared, axis, most)
        places = [
            (_clamp_left(x.map_value(tick.value), pen.measure_width(tick.text), shared.right), tick)
            for tick in ticks
            if tick.text
        ]
        ends = [left + pen.measure_width(tick.text) + 8 for left, tick in places]
        if all(left >= end for (left, _), end in zip(places[1:], ends, strict=False)):
            break
    look, base = pen.style.look, height - _FOOT
    marks: list[Mark] = [Stroke(((0.0, base), (shared.right, base)), look.zero, 0.5)]
    for left, tick in places:
        at = x.map_value(tick.value)
        marks.append(Stroke(((at, base), (at, base + 2.5)), look.zero, 0.5))
        marks.append(pen.make_text(left, base + 7.4, tick.text, look.secondary))
    return marks


def _clamp_left(middle: float, width: float, right: float) -> float:
    return max(min(middle - width / 2, right - width), 0.0)


def _choose_x_ticks(shared: _SharedAxis, axis: AxisText, most: int) -> tuple[Tick, ...]:
    low, high = shared.span
    if shared.kind == "time":
        return label_ticks(choose_time_ticks(low, high, most), lambda seconds: axis.format_time(seconds, high - low))
    # Numbers along x are strikes, which are prices.
    return label_ticks(choose_value_ticks(low, high, most), lambda value: axis.format_value(value, Unit.PRICE))


def _compose_categories(
    panels: tuple[Panel, ...], pen: Pen, axis: AxisText, width: float, height: float, *, rise_is_red: bool
) -> Picture:
    panels = tuple(panel for panel in panels if panel.x == "category")
    heights = [category_height(panel, height / len(panels)) for panel in panels]
    background = pen.style.look.background
    marks: list[Mark] = [Box(0.0, 0.0, width, sum(heights), background)]
    top = 0.0
    for panel, tall in zip(panels, heights, strict=True):
        frame = Box(0.0, top, width, tall, background)
        marks += draw_categories(panel, pen, axis, frame, rise_is_red=rise_is_red)
        top += tall
    return Picture(width, sum(heights), tuple(marks))
