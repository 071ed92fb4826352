"""Panel's bars → marks: upright ones over time or numbers, or named horizontal ones with their values."""

from __future__ import annotations

from functools import partial

from reporter.charts.axis import AxisText, Scale
from reporter.charts.label_placement import Pen
from reporter.charts.marks import Box, Mark, Place, Stroke, TextMark
from reporter.charts.panel_data import bar_rows, bar_step, is_drawable
from reporter.charts.style import Look
from reporter.model.chart import BarSeries, Panel

#: Least height of a row of a category panel; a chart grows when its names need more.
ROW = 11.0
_HEAD, _GROUP = 12.0, 4.0
#: A bar this many times as long as the next longest is cut, or the others could not be told apart.
_OUTLIER, _CUT = 3.0, 1.6
#: Share of the room beside the names that tags at the bars' ends may take.
_MOST_TAGS = 0.7


def bar_colour(role: str, value: float, look: Look, *, rise_is_red: bool) -> str:
    """The colour of a bar: by its role, or by its sign where the role is `signed`.

    Args:
        role: what the bars are, or `signed`.
        value: the bar's value.
        look: the colours.
        rise_is_red: whether a rise is red, as in Taiwan and on the mainland.
    """
    up, down = (look.warm, look.cool) if rise_is_red else (look.cool, look.warm)
    if role == "signed":
        if value == 0:
            return look.neutral
        return up if value > 0 else down
    return {"up": up, "down": down}.get(role, look.neutral)


def draw_bars(panel: Panel, pen: Pen, x: Scale, y: Scale, *, rise_is_red: bool) -> list[Mark]:
    """Upright bars from zero; several sets stand side by side unless they point opposite ways.

    Args:
        panel: the panel with its bars.
        pen: how they are drawn.
        x: seconds → points from the left.
        y: value → points from the top.
        rise_is_red: whether a rise is red.
    """
    sets = [(bars, bar_rows(panel, bars)) for bars in panel.bars]
    sets = [(bars, rows) for bars, rows in sets if rows]
    mirrored = len(sets) == 2 and _common_sign(sets[0][1]) * _common_sign(sets[1][1]) == -1
    lanes = 1 if mirrored else max(len(sets), 1)
    room = abs(x.map_value(x.low + bar_step(panel)) - x.start)
    # One bar alone would fill the panel; no bar is wider than 14 points.
    lane = min(room * 0.74 / lanes, 14.0)
    marks: list[Mark] = []
    for number, (bars, rows) in enumerate(sets):
        shift = 0.0 if mirrored else (number - (lanes - 1) / 2) * lane
        for at, value in rows:
            colour = bar_colour(bars.role, value, pen.style.look, rise_is_red=rise_is_red)
            top, bottom = sorted((y.map_value(value), y.map_value(0.0)))
            width = max(lane - (0.5 if lane > 3 else 0.0), 0.3)
            marks.append(Box(x.map_value(at) + shift - width / 2, top, width, bottom - top, colour))
    return marks


def _common_sign(rows: tuple[Place, ...]) -> int:
    values = [value for _, value in rows]
    if min(values) >= 0 < max(values):
        return 1
    return -1 if max(values) <= 0 and min(values) < 0 else 0


def category_height(panel: Panel, height: float) -> float:
    """Height of a category panel that leaves every name its row: the given one, or more."""
    return max(height, (_HEAD if panel.title else 0.0) + len(panel.categories) * ROW + 4 + len(panel.groups) * _GROUP)


def draw_categories(panel: Panel, pen: Pen, axis: AxisText, frame: Box, *, rise_is_red: bool) -> list[Mark]:
    """Horizontal bars from a zero line, names at the left, values at the bars' ends; first on top.

    A category without a value keeps its name, and its tag where it has one.

    Args:
        panel: the panel with its categories.
        pen: how they are drawn.
        axis: how values are written.
        frame: the plot, in points.
        rise_is_red: whether a rise is red.
    """
    look = pen.style.look
    values = _values_by_category(panel)
    tags = [_category_tag(panel, axis, n, value) for n, value in enumerate(values)]
    names = max((pen.measure_width(name) for name in panel.categories), default=0.0)
    names = min(names, frame.width * 0.5)
    head = _HEAD if panel.title else 0.0
    row = (frame.height - head - 4 - len(panel.groups) * _GROUP) / max(len(values), 1)
    longest = _longest_bar(values)
    shown = [None if value is None else max(min(value, longest), -longest) for value in values]
    right = frame.left + frame.width
    before, after = _measure_tags(shown, tags, pen)
    # Where tags at both ends would leave no room for the bars, they stand in a column.
    aside = before + after > _MOST_TAGS * (frame.width - names - 8)
    if aside:
        names = min(names, frame.width * 0.3)
        before, after = 0.0, min(max(map(partial(pen.measure_width, bold=True), tags)) + 6, frame.width * 0.55)
    scale = _value_scale(shown, frame.left + names + 8 + before, right - after)
    zero = scale.map_value(0.0)
    role = panel.bars[0].role if panel.bars else "signed"
    marks: list[Mark] = []
    if panel.title:
        marks.append(TextMark(frame.left, frame.top + 8.4, panel.title, look.title_size, look.ink, True))
    gaps = 0.0
    for number, (name, value, tag) in enumerate(zip(panel.categories, shown, tags, strict=True)):
        if number in panel.groups:
            gaps += _GROUP
            edge = frame.top + head + 2 + number * row + gaps - _GROUP / 2
            marks.append(Stroke(((frame.left, edge), (frame.left + frame.width, edge)), look.grid, 0.3))
        middle = frame.top + head + 2 + (number + 0.5) * row + gaps
        marks.append(pen.make_text(frame.left, middle, _truncate_name(name, names, pen), look.ink))
        end = zero if value is None else scale.map_value(value)
        if value is not None:
            colour = bar_colour(role, value, look, rise_is_red=rise_is_red)
            thick = min(row * 0.56, 11.0)
            marks.append(Box(min(zero, end), middle - thick / 2, abs(end - zero), thick, colour))
            if value != values[number]:
                marks.append(_draw_cut(zero + (end - zero) * 0.85, middle, thick, look.background))
        left = value is not None and value < 0
        if aside:
            marks.append(
                pen.make_text(right, middle, pen.fit_text(tag, after, bold=True), look.ink, bold=True, anchor=1.0)
            )
        else:
            marks.append(pen.make_text(end + (-4 if left else 4), middle, tag, look.ink, bold=True, anchor=float(left)))
    marks.append(Stroke(((zero, frame.top + head), (zero, frame.top + frame.height)), look.zero, 0.6))
    return marks


def _longest_bar(values: list[float | None]) -> float:
    """Return the length at which bars are cut, so that an outlier leaves its neighbours visible."""
    sizes = sorted((abs(value) for value in values if value is not None), reverse=True)
    if len(sizes) > 2 and sizes[0] > _OUTLIER * sizes[1] > 0:
        return _CUT * sizes[1]
    return sizes[0] if sizes else 0.0


def _draw_cut(at: float, middle: float, thick: float, colour: str) -> Stroke:
    return Stroke(((at - 1.5, middle + thick / 2 + 1), (at + 1.5, middle - thick / 2 - 1)), colour, 1.6)


def _values_by_category(panel: Panel) -> list[float | None]:
    values: list[float | None] = [None] * len(panel.categories)
    first: BarSeries | None = panel.bars[0] if panel.bars else None
    for position, value in zip(first.x, first.y, strict=False) if first else ():
        if is_drawable(value) and is_drawable(position) and 0 <= int(position) < len(values):
            values[int(position)] = value
    return values


def _category_tag(panel: Panel, axis: AxisText, number: int, value: float | None) -> str:
    if number < len(panel.tags):
        return panel.tags[number]
    return "" if value is None else axis.format_value(value, panel.unit)


def _measure_tags(values: list[float | None], tags: list[str], pen: Pen) -> tuple[float, float]:
    """Room that tags need beyond the bars' ends, at the left and at the right."""
    known = [(value, tag) for value, tag in zip(values, tags, strict=True)]
    before = max(
        (pen.measure_width(tag, bold=True) + 6 for value, tag in known if value is not None and value < 0), default=0.0
    )
    after = max(
        (pen.measure_width(tag, bold=True) + 6 for value, tag in known if value is None or value >= 0), default=2.0
    )
    return before, after


def _value_scale(values: list[float | None], left: float, right: float) -> Scale:
    """The scale of the bars, from the least value or zero to the greatest or zero."""
    known = [0.0, *(value for value in values if value is not None)]
    low, high = min(known), max(known)
    return Scale(low, high, left, right) if low < high else Scale(0.0, 1.0, left, right)


def _truncate_name(name: str, room: float, pen: Pen) -> str:
    """Cut a name to the room there is for it, never to nothing."""
    if pen.measure_width(name) <= room:
        return name
    return next(
        (cut for n in range(len(name) - 1, 0, -1) if pen.measure_width(cut := f"{name[:n].rstrip()}…") <= room), "…"
    )
