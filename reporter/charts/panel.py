"""A panel over time or numbers: blocks, grid, bars, lines, levels, numbered points, and labels in the margin."""

from __future__ import annotations

from dataclasses import dataclass

from reporter.charts.axis import AxisText, Scale, Tick, labelled, padded, value_ticks
from reporter.charts.bars import bar_colour, draw_bars
from reporter.charts.data import pieces, real, thinned, y_range
from reporter.charts.labels import Pen, beside, dense, spread
from reporter.charts.marks import Box, Dot, Mark, Place, Stroke, Text
from reporter.model.chart import Band, Level, Line, Panel

#: Space between the plot and the labels in the margin.
MARGIN = 4.0
_HEAD, _PHASE_ROW, _DOT = 11.5, 10.0, 4.4


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
        return max(widths, default=0.0) + MARGIN


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
    """Height above the plot: a row for the title and the names of bars, rows for the names of phases."""
    titled = panel.title or any(bars.label for bars in panel.bars) or any(line.name for line in panel.lines)
    rows = max((row for _, row in _names(panel, pen, Scale(*span, 0.0, width))), default=-1) + 1
    return (_HEAD if titled else 0.0) + rows * _PHASE_ROW + 3.0


def draw_panel(plan: Plan, pen: Pen, frame: Box, span: tuple[float, float], *, rise_is_red: bool) -> list[Mark]:
    """The marks of a panel, back to front.

    Args:
        plan: the panel with its ticks.
        pen: sets text.
        frame: the plot, without heading and margin.
        span: range of x.
        rise_is_red: whether rising is shown in the warm colour.
    """
    panel, look = plan.panel, pen.style.look
    x = Scale(*span, frame.left, frame.left + frame.width)
    y = Scale(plan.low, plan.high, frame.top + frame.height, frame.top)
    lines = [(line, _drawn(panel, line, x, y, frame.width)) for line in panel.lines]
    path = [place for _, runs in lines for run in runs for place in dense(run)]
    marks: list[Mark] = _phases(panel, pen, x, frame)
    marks += _bands(panel.bands, pen, y, frame)
    marks += _grid(plan, pen, y, frame)
    marks += draw_bars(panel, pen, x, y, rise_is_red=rise_is_red)
    if panel.bars or plan.low < 0 < plan.high:
        marks.append(Stroke(((frame.left, y.at(0.0)), (frame.left + frame.width, y.at(0.0))), look.zero, 0.6))
    marks += _levels(panel.levels, pen, y, frame) + _rules(panel, pen, x, frame)
    marks += [mark for line, runs in sorted(lines, key=_behind) for mark in _line(line, runs, pen)]
    band_texts = _band_labels(panel.bands, pen, y, frame, path)
    marks += [mark for text in band_texts for mark in (pen.box(text), text)]
    marks += _points(panel, pen, x, y, path, [pen.box(text) for text in band_texts], frame)
    marks += _margin(plan, pen, y, frame)
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
            marks.append(Dot(*run[0], width, colour, colour))
    if runs and line.label:
        marks.append(Dot(*runs[-1][-1], width * 1.4, colour, look.background))
    return marks


def _grid(plan: Plan, pen: Pen, y: Scale, frame: Box) -> list[Mark]:
    ends = (frame.left, frame.left + frame.width)
    lines = (tuple((end, y.at(tick.value)) for end in ends) for tick in plan.ticks)
    return [Stroke(line, pen.style.look.grid, 0.4) for line in lines]


def _levels(levels: tuple[Level, ...], pen: Pen, y: Scale, frame: Box) -> list[Mark]:
    ends = (frame.left, frame.left + frame.width)
    heights = [y.at(level.y) for level in levels if real(level.y)]
    return [Stroke(tuple((end, height) for end in ends), pen.style.look.ink, 0.7, (3.0, 2.2)) for height in heights]


def _bands(bands: tuple[Band, ...], pen: Pen, y: Scale, frame: Box) -> list[Mark]:
    marks: list[Mark] = []
    for band in bands:
        if top_bottom := _band_edges(band, y, frame):
            top, bottom = top_bottom
            marks.append(Box(frame.left, top, frame.width, bottom - top, pen.style.look.band))
    return marks


def _band_edges(band: Band, y: Scale, frame: Box) -> tuple[float, float] | None:
    if not (real(band.low) and real(band.high)):
        return None
    top, bottom = y.at(max(band.low, band.high)), y.at(min(band.low, band.high))
    top, bottom = max(top, frame.top), min(bottom, frame.top + frame.height)
    return (top, bottom) if bottom > top else None


def _band_labels(bands: tuple[Band, ...], pen: Pen, y: Scale, frame: Box, path: list[Place]) -> list[Text]:
    texts: list[Text] = []
    for band in bands:
        edges = _band_edges(band, y, frame)
        if not band.label or edges is None:
            continue
        top, bottom = edges[0] + pen.size * 0.75, edges[1] - pen.size * 0.75
        if bottom < top:
            top = bottom = (edges[0] + edges[1]) / 2
        spots = [(0.0, top), (0.0, bottom), (1.0, top), (1.0, bottom), (0.5, top), (0.5, bottom)]
        options = [
            pen.text(frame.left + 3 + side * (frame.width - 6), height, band.label, pen.style.look.focus, anchor=side)
            for side, height in spots
        ]
        taken = [pen.box(text) for text in texts]
        texts.append(min(options, key=lambda text: _covered(pen.box(text), taken, path)))
    return texts


def _covered(box: Box, taken: list[Box], path: list[Place]) -> float:
    right, bottom = box.left + box.width, box.top + box.height
    crossed = sum(box.left <= x <= right and box.top <= y <= bottom for x, y in path)
    return crossed + 10 * sum(box.overlap(other) for other in taken)


def _points(panel: Panel, pen: Pen, x: Scale, y: Scale, path: list[Place], taken: list[Box], frame: Box) -> list[Mark]:
    look = pen.style.look
    places = [(point, x.at(point.x), y.at(point.y)) for point in panel.points if real(point.x) and real(point.y)]
    places = [(point, px, py) for point, px, py in places if frame.left - 1 <= px <= frame.left + frame.width + 1]
    taken = taken + [Box(px - _DOT, py - _DOT, 2 * _DOT, 2 * _DOT, look.ink) for _, px, py in places]
    dots: list[Mark] = []
    labels: list[Mark] = []
    for point, px, py in places:
        dots.append(Dot(px, py, _DOT, look.ink, look.background))
        dots.append(pen.text(px, py, str(point.number), look.background, bold=True, anchor=0.5))
        if point.label:
            text = beside(px, py, pen.text(px, py, point.label, look.ink, bold=True), pen, taken, path, frame)
            taken.append(pen.box(text))
            labels += [pen.box(text), text]
    return labels + dots


def _margin(plan: Plan, pen: Pen, y: Scale, frame: Box) -> list[Mark]:
    look, left = pen.style.look, frame.left + frame.width + MARGIN
    height = pen.size * 1.25
    wanted = [y.at(tag.value) for tag in plan.tags]
    places = spread(wanted, height, frame.top - 3, frame.top + frame.height + 3)
    marks: list[Mark] = []
    for tag, want, place in zip(plan.tags, wanted, places, strict=True):
        if abs(want - place) > 2:
            marks.append(Stroke(((left - MARGIN, want), (left - 1, place)), look.comparator, 0.4))
        marks.append(pen.text(left, place, tag.text, tag.colour, bold=tag.bold))
    for tick in plan.ticks:
        at = y.at(tick.value)
        if tick.text and all(abs(at - place) >= height * 0.9 for place in places):
            marks.append(pen.text(left, at, tick.text, look.secondary))
    return marks


def _head(panel: Panel, pen: Pen, frame: Box, x: Scale, *, rise_is_red: bool) -> list[Mark]:
    look = pen.style.look
    rows = max((row for _, row in _names(panel, pen, x)), default=-1) + 1
    at = frame.top - 3 - rows * _PHASE_ROW - _HEAD / 2
    left, marks = frame.left, list[Mark]()
    if panel.title:
        marks.append(Text(left, at + look.title_size * 0.36, panel.title, look.title_size, look.ink, True))
        left += pen.width(panel.title, bold=True, size=look.title_size) + 9
    for bars in panel.bars:
        if bars.label:
            colour = bar_colour(bars.role, 1.0, look, rise_is_red=rise_is_red)
            marks.append(Box(left, at - 2.6, 5.2, 5.2, colour))
            marks.append(pen.text(left + 8, at, bars.label, look.secondary))
            left += pen.width(bars.label) + 17
    for line in panel.lines:
        if line.name:
            colour = _line_colour(line, pen)
            marks.append(Stroke(((left, at), (left + 9, at)), colour, look.focus_width))
            marks.append(pen.text(left + 12, at, line.name, look.secondary))
            left += pen.width(line.name) + 21
    return marks


def _names(panel: Panel, pen: Pen, x: Scale) -> list[tuple[Text, int]]:
    """Names of phases over their blocks and of rules over their lines; one that would touch another goes up a row."""
    look = pen.style.look
    wanted = [(phase.start, phase.end, phase.label, False) for phase in panel.phases]
    wanted += [(rule.x, rule.x, rule.label, True) for rule in panel.rules if x.low <= rule.x <= x.high]
    ends: list[float] = []
    rows: list[tuple[Text, int]] = []
    for low, high, label, ruled in sorted(wanted):
        start, end = max(x.at(low), x.start), min(x.at(high), x.end)
        if end < start or not label or (end == start and not ruled):
            continue
        width = pen.width(label, bold=ruled)
        left = start + 3 if end - start > width + 6 else (start + end - width) / 2
        left = max(min(left, x.end - width), x.start)
        row = next((n for n, edge in enumerate(ends) if left >= edge + 4), len(ends))
        ends[row : row + 1] = [left + width]
        rows.append((pen.text(left, 0.0, label, look.ink if ruled else look.secondary, bold=ruled), row))
    return rows


def _phases(panel: Panel, pen: Pen, x: Scale, frame: Box) -> list[Mark]:
    look, marks = pen.style.look, list[Mark]()
    blocks = [(max(x.at(p.start), x.start), min(x.at(p.end), x.end)) for p in panel.phases]
    blocks = [(start, end) for start, end in blocks if end > start]
    for number, (start, end) in enumerate(blocks):
        # Every other block is tinted, so that neighbours are told apart without an edge.
        if number % 2 == 0:
            marks.append(Box(start, frame.top, end - start, frame.height, look.phase))
        marks.append(Stroke(((start, frame.top - 3), (start, frame.top + frame.height)), look.grid, 0.4))
    last = blocks[-1][1] if blocks else x.end
    if last < x.end - 1:
        marks.append(Stroke(((last, frame.top - 3), (last, frame.top + frame.height)), look.grid, 0.4))
    for text, row in _names(panel, pen, x):
        marks.append(Text(text.x, frame.top - 4 - row * _PHASE_ROW, text.text, text.size, text.colour, text.bold))
    return marks


def _rules(panel: Panel, pen: Pen, x: Scale, frame: Box) -> list[Mark]:
    places = [x.at(rule.x) for rule in panel.rules if x.low <= rule.x <= x.high]
    top, bottom, ink = frame.top - 2, frame.top + frame.height, pen.style.look.ink
    return [Stroke(((place, top), (place, bottom)), ink, 0.7, (3.0, 2.2)) for place in places]
