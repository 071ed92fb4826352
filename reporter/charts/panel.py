"""A panel over time or numbers: blocks, grid, bars, lines, levels, numbered points, and labels in the margin."""

from __future__ import annotations

from dataclasses import dataclass, replace

from reporter.charts.annotations import (
    PHASE_ROW,
    band_labels,
    dot_boxes,
    draw_bands,
    draw_levels,
    draw_phases,
    draw_points,
    draw_rules,
    name_rows,
    point_places,
)
from reporter.charts.axis import AxisText, Scale, Tick, labelled, padded, value_ticks
from reporter.charts.bars import bar_colour, draw_bars
from reporter.charts.data import pieces, real, thinned, y_range
from reporter.charts.labels import Pen, dense, spread
from reporter.charts.marks import Box, Dot, Mark, Place, Stroke, Text
from reporter.model.chart import Bars, Line, Panel

#: Space between the plot and the labels in the margin.
MARGIN = 4.0
#: Height of a row of names over a panel, and the most rows: the plot needs the room.
_HEAD, _HEAD_ROWS = 11.5, 2


@dataclass(frozen=True, slots=True)
class Tag:
    """A label in the margin, at a value."""

    value: float
    text: str
    colour: str
    bold: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """A panel before placing: its range, ticks and labels in the margin."""

    panel: Panel
    low: float
    high: float
    ticks: tuple[Tick, ...]
    tags: tuple[Tag, ...]

    def margin(self, pen: Pen) -> float:
        """Width that the labels in the margin need."""
        widths = [pen.width(tick.text) for tick in self.ticks]
        widths += [pen.width(tag.text, bold=tag.bold) for tag in self.tags]
        return max(widths, default=0.0) + MARGIN + 0.5


def plan_panel(panel: Panel, pen: Pen, axis: AxisText, height: float) -> Plan:
    """Decide a panel's range, ticks and labels.

    Args:
        panel: a panel with something to draw.
        pen: measures text.
        axis: writes values.
        height: rough height of the plot in points, which decides how many ticks it bears.
    """
    low, high = y_range(panel)
    padded_low, padded_high = padded(low, high, 0.07)
    if panel.bars and high > low:
        # Bars stand on zero: no air under them.
        padded_low, padded_high = (0.0 if low == 0 else padded_low), (0.0 if high == 0 else padded_high)
    most = 5 if height > 75 else 3

    def written(value: float) -> str:
        return axis.value(abs(value) if panel.mirrored else value, panel.unit)

    ticks = labelled(value_ticks(padded_low, padded_high, most), written)
    return Plan(panel, padded_low, padded_high, ticks, (*_line_tags(panel, pen), *_level_tags(panel, pen)))


def _line_tags(panel: Panel, pen: Pen) -> list[Tag]:
    tags = []
    for line in panel.lines:
        runs = pieces(panel, line)
        if line.label and runs:
            tags.append(Tag(runs[-1][-1][1], line.label, _line_colour(line, pen, text=True), line.role == "focus"))
    return tags


def _level_tags(panel: Panel, pen: Pen) -> list[Tag]:
    ink = pen.style.look.ink
    return [Tag(level.y, level.label, ink, False) for level in panel.levels if level.label and real(level.y)]


def _line_colour(line: Line, pen: Pen, *, text: bool = False) -> str:
    look = pen.style.look
    if line.role == "focus":
        return look.focus
    # A comparator's grey is too light for small text.
    return look.secondary if text else look.comparator


def head_height(panel: Panel, pen: Pen, span: tuple[float, float], width: float) -> float:
    """Height above the plot: rows for the title and the names of bars and lines, rows for the names of phases."""
    headed = max((row for *_, row in _headings(panel, pen, width)), default=-1) + 1
    rows = max((row for _, row in name_rows(panel, pen, Scale(*span, 0.0, width))), default=-1) + 1
    return headed * _HEAD + rows * PHASE_ROW + 3.0


def draw_panel(
    plan: Plan, pen: Pen, frame: Box, span: tuple[float, float], margin: float, *, rise_is_red: bool
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
    lines = [(line, _drawn(panel, line, x, y, frame.width)) for line in panel.lines]
    path = [place for _, runs in lines for run in runs for place in dense(run)]
    marks: list[Mark] = draw_phases(panel, pen, x, frame)
    marks += draw_bands(panel.bands, pen, y, frame)
    marks += _grid(plan, pen, y, frame)
    marks += draw_bars(panel, pen, x, y, rise_is_red=rise_is_red)
    if panel.bars or plan.low < 0 < plan.high:
        marks.append(Stroke(((frame.left, y.at(0.0)), (frame.left + frame.width, y.at(0.0))), look.zero, 0.6))
    marks += draw_levels(panel.levels, pen, y, frame) + draw_rules(panel, pen, x, frame)
    marks += [mark for line, runs in sorted(lines, key=_behind) for mark in _line(line, runs, pen)]
    points = point_places(panel, x, y, frame)
    band_texts = band_labels(panel.bands, pen, y, frame, path, dot_boxes(points))
    marks += [mark for text in band_texts for mark in (pen.box(text), text)]
    marks += draw_points(points, pen, path, [pen.box(text) for text in band_texts], frame)
    marks += _margin(plan, pen, y, frame, margin - MARGIN)
    return marks + _head(panel, pen, frame, x, rise_is_red=rise_is_red)


def _behind(drawn: tuple[Line, object]) -> bool:
    return drawn[0].role == "focus"


def _drawn(panel: Panel, line: Line, x: Scale, y: Scale, width: float) -> list[tuple[Place, ...]]:
    runs = (thinned(run, width) for run in pieces(panel, line))
    return [tuple((x.at(at), y.at(value)) for at, value in run) for run in runs]


def _line(line: Line, runs: list[tuple[Place, ...]], pen: Pen) -> list[Mark]:
    look = pen.style.look
    colour = _line_colour(line, pen)
    width = look.focus_width if line.role == "focus" else look.comparator_width
    marks: list[Mark] = []
    for run in runs:
        if len(run) > 1:
            marks.append(Stroke(run, colour, width))
        else:
            # A value between two gaps has no length to stroke; a dot keeps it visible.
            marks.append(_dot(run[0], width, colour, colour))
    if runs and line.label:
        marks.append(_dot(runs[-1][-1], width * 1.4, colour, look.background))
    return marks


def _dot(place: Place, radius: float, colour: str, rim: str) -> Dot:
    """A dot on a value, whole at the canvas's left edge too."""
    return Dot(max(place[0], radius), place[1], radius, colour, rim)


def _grid(plan: Plan, pen: Pen, y: Scale, frame: Box) -> list[Mark]:
    ends = (frame.left, frame.left + frame.width)
    lines = (tuple((end, y.at(tick.value)) for end in ends) for tick in plan.ticks)
    return [Stroke(line, pen.style.look.grid, 0.4) for line in lines]


def _margin(plan: Plan, pen: Pen, y: Scale, frame: Box, room: float) -> list[Mark]:
    """Labels of lines and levels beside the plot, then the ticks that stand clear of them."""
    look, left = pen.style.look, frame.left + frame.width + MARGIN
    height = pen.size * 1.25
    tags = _shown(plan.tags, pen, room, int((frame.height + 6) / height))
    wanted = [y.at(tag.value) for tag in tags]
    places = spread(wanted, height, frame.top - 3, frame.top + frame.height + 3)
    marks: list[Mark] = []
    for tag, want, place in zip(tags, wanted, places, strict=True):
        if abs(want - place) > 2:
            marks.append(Stroke(((left - MARGIN, want), (left - 1, place)), look.comparator, 0.4))
        marks.append(pen.text(left, place, tag.text, tag.colour, bold=tag.bold))
    taken = list(places)
    for tick in plan.ticks:
        at, text = y.at(tick.value), pen.fitted(tick.text, room)
        if text and all(abs(at - place) >= height * 0.9 for place in taken):
            marks.append(pen.text(left, at, text, look.secondary))
            taken.append(at)
    return marks


def _shown(tags: tuple[Tag, ...], pen: Pen, room: float, most: int) -> list[Tag]:
    """The labels that have room beside the plot: those of the chart's own line first."""
    fitted = (replace(tag, text=pen.fitted(tag.text, room, bold=tag.bold)) for tag in tags)
    kept = sorted((tag for tag in fitted if tag.text), key=lambda tag: not tag.bold)
    return kept[: max(most, 1)]


def _headings(panel: Panel, pen: Pen, width: float) -> list[tuple[Bars | Line | str, str, float, int]]:
    """Title, names of bars and names of lines: each with its text, where it begins, and its row from the top."""
    size = pen.style.look.title_size
    wanted: list[tuple[Bars | Line | str, str, float, float]] = []
    if panel.title:
        wanted.append((panel.title, panel.title, 0.0, 9.0))
    wanted += [(bars, bars.label, 8.0, 9.0) for bars in panel.bars if bars.label]
    wanted += [(line, line.name, 12.0, 9.0) for line in panel.lines if line.name]
    placed: list[tuple[Bars | Line | str, str, float, int]] = []
    left, row = 0.0, 0
    for what, text, sample, after in wanted:
        titled = isinstance(what, str)
        fitted = pen.fitted(text, width - sample, bold=titled, size=size if titled else None)
        long = sample + pen.width(fitted, bold=titled, size=size if titled else None)
        if left and left + long > width:
            left, row = 0.0, row + 1
        if fitted and row < _HEAD_ROWS:
            placed.append((what, fitted, left, row))
            left += long + after
    return placed


def _head(panel: Panel, pen: Pen, frame: Box, x: Scale, *, rise_is_red: bool) -> list[Mark]:
    look, marks = pen.style.look, list[Mark]()
    names = max((row for _, row in name_rows(panel, pen, x)), default=-1) + 1
    headings = _headings(panel, pen, frame.width)
    lowest = max((row for *_, row in headings), default=0)
    for what, text, start, row in headings:
        at = frame.top - 3 - names * PHASE_ROW - _HEAD / 2 - (lowest - row) * _HEAD
        left = frame.left + start
        if isinstance(what, str):
            marks.append(Text(left, at + look.title_size * 0.36, text, look.title_size, look.ink, True))
        elif isinstance(what, Bars):
            marks.append(Box(left, at - 2.6, 5.2, 5.2, bar_colour(what.role, 1.0, look, rise_is_red=rise_is_red)))
            marks.append(pen.text(left + 8, at, text, look.secondary))
        else:
            marks.append(Stroke(((left, at), (left + 9, at)), _line_colour(what, pen), look.focus_width))
            marks.append(pen.text(left + 12, at, text, look.secondary))
    return marks
