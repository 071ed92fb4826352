"""Panel over time or numbers → marks: blocks, grid, bars, lines, levels, numbered points, labels in the margin."""

from __future__ import annotations

from dataclasses import dataclass, replace

from reporter.charts.annotations import (
    PHASE_ROW,
    arrange_name_rows,
    dot_boxes,
    draw_bands,
    draw_levels,
    draw_phases,
    draw_points,
    draw_rules,
    place_band_labels,
    place_points,
)
from reporter.charts.axis import AxisText, Scale, Tick, choose_value_ticks, label_ticks, pad_range
from reporter.charts.bars import bar_colour, draw_bars
from reporter.charts.label_placement import Pen, densify_line, spread_labels
from reporter.charts.marks import Box, Dot, Mark, Place, Stroke, TextMark
from reporter.charts.panel_data import is_drawable, split_at_gaps, thin_line, y_range
from reporter.model.chart import BarSeries, LineSeries, Panel

#: Space between the plot and the labels in the margin.
MARGIN = 4.0
#: Height of a row of names over a panel, and the most rows: the plot needs the room.
_HEAD, _HEAD_ROWS = 11.5, 2


@dataclass(frozen=True, slots=True)
class MarginTag:
    """A label in the margin, at a value."""

    value: float
    text: str
    colour: str
    bold: bool


@dataclass(frozen=True, slots=True)
class PanelPlan:
    """A panel before placing: its range, ticks and labels in the margin."""

    panel: Panel
    low: float
    high: float
    ticks: tuple[Tick, ...]
    tags: tuple[MarginTag, ...]

    def margin_width(self, pen: Pen) -> float:
        """Width that the labels in the margin need."""
        widths = [pen.measure_width(tick.text) for tick in self.ticks]
        widths += [pen.measure_width(tag.text, bold=tag.bold) for tag in self.tags]
        return max(widths, default=0.0) + MARGIN + 0.5


def plan_panel(panel: Panel, pen: Pen, axis: AxisText, height: float) -> PanelPlan:
    """Decide a panel's range, ticks and labels.

    Args:
        panel: a panel with something to draw.
        pen: measures text.
        axis: writes values.
        height: rough height of the plot in points, which decides how many ticks it bears.
    """
    low, high = y_range(panel)
    padded_low, padded_high = pad_range(low, high, 0.07)
    if panel.bars and not panel.points and high > low:
        # Bars stand on zero: no air under them. A numbered dot on zero needs it, or the canvas's edge cuts it.
        padded_low, padded_high = (0.0 if low == 0 else padded_low), (0.0 if high == 0 else padded_high)
    most = 5 if height > 75 else 3

    def format_tick(value: float) -> str:
        return axis.format_value(abs(value) if panel.mirrored else value, panel.unit)

    ticks = label_ticks(choose_value_ticks(padded_low, padded_high, most), format_tick)
    return PanelPlan(panel, padded_low, padded_high, ticks, (*_line_tags(panel, pen), *_level_tags(panel, pen)))


def _line_tags(panel: Panel, pen: Pen) -> list[MarginTag]:
    tags = []
    for line in panel.lines:
        runs = split_at_gaps(panel, line)
        if line.label and runs:
            tags.append(
                MarginTag(runs[-1][-1][1], line.label, _line_colour(line, pen, text=True), line.role == "focus")
            )
    return tags


def _level_tags(panel: Panel, pen: Pen) -> list[MarginTag]:
    ink = pen.style.look.ink
    return [
        MarginTag(level.y, level.label, ink, False) for level in panel.levels if level.label and is_drawable(level.y)
    ]


def _line_colour(line: LineSeries, pen: Pen, *, text: bool = False) -> str:
    look = pen.style.look
    if line.role == "focus":
        return look.focus
    # A comparator's grey is too light for small text.
    return look.secondary if text else look.comparator


def head_height(panel: Panel, pen: Pen, span: tuple[float, float], width: float) -> float:
    """Height above the plot: rows for the title and the names of bars and lines, rows for the names of phases.

    Args:
        panel: the panel.
        pen: how text is set and measured.
        span: first and last instant, seconds since 1970 UTC.
        width: of the panel in points.
    """
    headed = max((row for *_, row in _arrange_headings(panel, pen, width)), default=-1) + 1
    rows = max((row for _, row in arrange_name_rows(panel, pen, Scale(*span, 0.0, width))), default=-1) + 1
    return headed * _HEAD + rows * PHASE_ROW + 3.0


def draw_panel(
    plan: PanelPlan, pen: Pen, frame: Box, span: tuple[float, float], margin: float, *, rise_is_red: bool
) -> list[Mark]:
    """The marks of a panel, back to front.

    Args:
        plan: the panel with its ticks.
        pen: sets text.
        frame: the plot, without heading and margin.
        span: range of x.
        margin: width beside the plot for labels.
        rise_is_red: whether rising is shown in the warm colour.
    """
    panel, look = plan.panel, pen.style.look
    x = Scale(*span, frame.left, frame.left + frame.width)
    y = Scale(plan.low, plan.high, frame.top + frame.height, frame.top)
    lines = [(line, _map_line_runs(panel, line, x, y, frame.width)) for line in panel.lines]
    path = [place for _, runs in lines for run in runs for place in densify_line(run)]
    marks: list[Mark] = draw_phases(panel, pen, x, frame)
    marks += draw_bands(panel.bands, pen, y, frame)
    marks += _draw_grid(plan, pen, y, frame)
    marks += draw_bars(panel, pen, x, y, rise_is_red=rise_is_red)
    if panel.bars or plan.low < 0 < plan.high:
        marks.append(
            Stroke(((frame.left, y.map_value(0.0)), (frame.left + frame.width, y.map_value(0.0))), look.zero, 0.6)
        )
    marks += draw_levels(panel.levels, pen, y, frame) + draw_rules(panel, pen, x, frame)
    marks += [mark for line, runs in sorted(lines, key=_is_focus_line) for mark in _draw_line(line, runs, pen)]
    points = place_points(panel, x, y, frame)
    band_texts = place_band_labels(panel.bands, pen, y, frame, path, dot_boxes(points))
    marks += [mark for text in band_texts for mark in (pen.text_box(text), text)]
    marks += draw_points(points, pen, path, [pen.text_box(text) for text in band_texts], frame)
    marks += _draw_margin(plan, pen, y, frame, margin - MARGIN)
    return marks + _draw_headings(panel, pen, frame, x, rise_is_red=rise_is_red)


def _is_focus_line(drawn: tuple[LineSeries, object]) -> bool:
    return drawn[0].role == "focus"


def _map_line_runs(panel: Panel, line: LineSeries, x: Scale, y: Scale, width: float) -> list[tuple[Place, ...]]:
    runs = (thin_line(run, width) for run in split_at_gaps(panel, line))
    return [tuple((x.map_value(at), y.map_value(value)) for at, value in run) for run in runs]


def _draw_line(line: LineSeries, runs: list[tuple[Place, ...]], pen: Pen) -> list[Mark]:
    look = pen.style.look
    colour = _line_colour(line, pen)
    width = look.focus_width if line.role == "focus" else look.comparator_width
    marks: list[Mark] = []
    for run in runs:
        if len(run) > 1:
            marks.append(Stroke(run, colour, width))
        else:
            # A value between two gaps has no length to stroke; a dot keeps it visible.
            marks.append(_make_dot(run[0], width, colour, colour))
    if runs and line.label:
        marks.append(_make_dot(runs[-1][-1], width * 1.4, colour, look.background))
    return marks


def _make_dot(place: Place, radius: float, colour: str, rim: str) -> Dot:
    """A dot on a value, whole at the canvas's left edge too."""
    return Dot(max(place[0], radius), place[1], radius, colour, rim)


def _draw_grid(plan: PanelPlan, pen: Pen, y: Scale, frame: Box) -> list[Mark]:
    ends = (frame.left, frame.left + frame.width)
    lines = (tuple((end, y.map_value(tick.value)) for end in ends) for tick in plan.ticks)
    return [Stroke(line, pen.style.look.grid, 0.4) for line in lines]


def _draw_margin(plan: PanelPlan, pen: Pen, y: Scale, frame: Box, room: float) -> list[Mark]:
    """Labels of lines and levels beside the plot, then the ticks that stand clear of them."""
    look, left = pen.style.look, frame.left + frame.width + MARGIN
    height = pen.label_size * 1.25
    tags = _choose_margin_tags(plan.tags, pen, room, int((frame.height + 6) / height))
    wanted = [y.map_value(tag.value) for tag in tags]
    places = spread_labels(wanted, height, frame.top - 3, frame.top + frame.height + 3)
    marks: list[Mark] = []
    for tag, want, place in zip(tags, wanted, places, strict=True):
        if abs(want - place) > 2:
            marks.append(Stroke(((left - MARGIN, want), (left - 1, place)), look.comparator, 0.4))
        marks.append(pen.make_text(left, place, tag.text, tag.colour, bold=tag.bold))
    taken = list(places)
    for tick in plan.ticks:
        at, text = y.map_value(tick.value), pen.fit_text(tick.text, room)
        if text and all(abs(at - place) >= height * 0.9 for place in taken):
            marks.append(pen.make_text(left, at, text, look.secondary))
            taken.append(at)
    return marks


def _choose_margin_tags(tags: tuple[MarginTag, ...], pen: Pen, room: float, most: int) -> list[MarginTag]:
    """The labels that have room beside the plot: those of the chart's own line first."""
    fitted = (replace(tag, text=pen.fit_text(tag.text, room, bold=tag.bold)) for tag in tags)
    kept = sorted((tag for tag in fitted if tag.text), key=lambda tag: not tag.bold)
    return kept[: max(most, 1)]


def _arrange_headings(
    panel: Panel, pen: Pen, width: float
) -> list[tuple[BarSeries | LineSeries | str, str, float, int]]:
    """Title, names of bars and names of lines: each with its text, where it begins, and its row from the top."""
    size = pen.style.look.title_size
    wanted: list[tuple[BarSeries | LineSeries | str, str, float, float]] = []
    if panel.title:
        wanted.append((panel.title, panel.title, 0.0, 9.0))
    wanted += [(bars, bars.label, 8.0, 9.0) for bars in panel.bars if bars.label]
    wanted += [(line, line.name, 12.0, 9.0) for line in panel.lines if line.name]
    placed: list[tuple[BarSeries | LineSeries | str, str, float, int]] = []
    left, row = 0.0, 0
    for what, text, sample, after in wanted:
        titled = isinstance(what, str)
        fitted = pen.fit_text(text, width - sample, bold=titled, size=size if titled else None)
        long = sample + pen.measure_width(fitted, bold=titled, size=size if titled else None)
        if left and left + long > width:
            left, row = 0.0, row + 1
        if fitted and row < _HEAD_ROWS:
            placed.append((what, fitted, left, row))
            left += long + after
    return placed


def _draw_headings(panel: Panel, pen: Pen, frame: Box, x: Scale, *, rise_is_red: bool) -> list[Mark]:
    look, marks = pen.style.look, list[Mark]()
    names = max((row for _, row in arrange_name_rows(panel, pen, x)), default=-1) + 1
    headings = _arrange_headings(panel, pen, frame.width)
    lowest = max((row for *_, row in headings), default=0)
    for what, text, start, row in headings:
        at = frame.top - 3 - names * PHASE_ROW - _HEAD / 2 - (lowest - row) * _HEAD
        left = frame.left + start
        if isinstance(what, str):
            marks.append(TextMark(left, at + look.title_size * 0.36, text, look.title_size, look.ink, True))
        elif isinstance(what, BarSeries):
            marks.append(Box(left, at - 2.6, 5.2, 5.2, bar_colour(what.role, 1.0, look, rise_is_red=rise_is_red)))
            marks.append(pen.make_text(left + 8, at, text, look.secondary))
        else:
            marks.append(Stroke(((left, at), (left + 9, at)), _line_colour(what, pen), look.focus_width))
            marks.append(pen.make_text(left + 12, at, text, look.secondary))
    return marks
