"""Panel annotations → marks: levels, bands, phases, rules and numbered points, with names that never overlap."""

from __future__ import annotations

from collections.abc import Sequence

from reporter.charts.axis import Scale
from reporter.charts.label_placement import Pen, place_beside_dot
from reporter.charts.marks import Box, Dot, Mark, Place, Stroke, TextMark
from reporter.charts.panel_data import is_drawable
from reporter.model.chart import LevelLine, Panel, Point, ShadedBand

#: Height of a row of names above the plot, the radius of a numbered dot, in points; the most rows of names.
PHASE_ROW, _DOT = 10.0, 4.4
_MOST_ROWS = 2

#: A point with the place of its dot.
Dotted = tuple[Point, float, float]


def draw_levels(levels: tuple[LevelLine, ...], pen: Pen, y: Scale, frame: Box) -> list[Mark]:
    """Dashed lines across the plot.

    Args:
        levels: what to draw.
        pen: how it is drawn.
        y: value → points from the top.
        frame: the plot, in points.
    """
    ends = (frame.left, frame.left + frame.width)
    heights = [y.map_value(level.y) for level in levels if is_drawable(level.y)]
    return [Stroke(tuple((end, height) for end in ends), pen.style.look.ink, 0.7, (3.0, 2.2)) for height in heights]


def draw_bands(bands: tuple[ShadedBand, ...], pen: Pen, y: Scale, frame: Box) -> list[Mark]:
    """Shaded bands across the plot.

    Args:
        bands: what to draw.
        pen: how it is drawn.
        y: value → points from the top.
        frame: the plot, in points.
    """
    marks: list[Mark] = []
    for band in bands:
        if top_bottom := _band_edges(band, y, frame):
            top, bottom = top_bottom
            marks.append(Box(frame.left, top, frame.width, bottom - top, pen.style.look.band))
    return marks


def _band_edges(band: ShadedBand, y: Scale, frame: Box) -> tuple[float, float] | None:
    if not (is_drawable(band.low) and is_drawable(band.high)):
        return None
    top, bottom = y.map_value(max(band.low, band.high)), y.map_value(min(band.low, band.high))
    top, bottom = max(top, frame.top), min(bottom, frame.top + frame.height)
    return (top, bottom) if bottom > top else None


def place_band_labels(
    bands: tuple[ShadedBand, ...], pen: Pen, y: Scale, frame: Box, path: list[Place], dots: Sequence[Box]
) -> list[TextMark]:
    """Names of bands, each where it covers the least; one that finds no free place is left out.

    Args:
        bands: the bands.
        pen: how text is set and measured.
        y: value → points from the top.
        frame: the plot, in points.
        path: places of the drawn line, in points.
        dots: what is taken by numbered dots.
    """
    texts: list[TextMark] = []
    for band in bands:
        edges = _band_edges(band, y, frame)
        if not band.label or edges is None:
            continue
        top, bottom = edges[0] + pen.label_size * 0.75, edges[1] - pen.label_size * 0.75
        if bottom < top:
            top = bottom = (edges[0] + edges[1]) / 2
        spots = [(0.0, top), (0.0, bottom), (1.0, top), (1.0, bottom), (0.5, top), (0.5, bottom)]
        if pen.measure_width(band.label) > frame.width - 6:
            continue
        options = [
            pen.make_text(
                frame.left + 3 + side * (frame.width - 6), height, band.label, pen.style.look.focus, anchor=side
            )
            for side, height in spots
        ]
        taken = [*dots, *(pen.text_box(text) for text in texts)]
        best = min(options, key=lambda text: _covering_cost(pen.text_box(text), taken, path))
        if not any(pen.text_box(best).overlap_area(other) for other in taken):
            texts.append(best)
    return texts


def _covering_cost(box: Box, taken: list[Box], path: list[Place]) -> float:
    right, bottom = box.left + box.width, box.top + box.height
    crossed = sum(box.left <= x <= right and box.top <= y <= bottom for x, y in path)
    return crossed + 10 * sum(box.overlap_area(other) for other in taken)


def place_points(panel: Panel, x: Scale, y: Scale, frame: Box) -> list[Dotted]:
    """Where the numbered dots of a panel go.

    Args:
        panel: the panel with its points.
        x: seconds → points from the left.
        y: value → points from the top.
        frame: the plot, in points.
    """
    places = [
        (point, x.map_value(point.x), y.map_value(point.y))
        for point in panel.points
        if is_drawable(point.x) and is_drawable(point.y)
    ]
    places = [(point, px, py) for point, px, py in places if frame.left - 1 <= px <= frame.left + frame.width + 1]
    return _separate_dots(places, frame)


def dot_boxes(places: Sequence[Dotted]) -> list[Box]:
    """The room that dots take."""
    return [Box(px - _DOT, py - _DOT, 2 * _DOT, 2 * _DOT, "") for _, px, py in places]


def draw_points(places: Sequence[Dotted], pen: Pen, path: list[Place], labelled: list[Box], frame: Box) -> list[Mark]:
    """Numbered dots, and their labels where they cover the least.

    Args:
        places: the dots.
        pen: how they are drawn.
        path: places of the drawn line, in points.
        labelled: what other labels take.
        frame: the plot, in points.
    """
    look = pen.style.look
    taken = labelled + dot_boxes(places)
    dots: list[Mark] = []
    labels: list[Mark] = []
    for point, px, py in places:
        dots += _draw_stem(px, py, path, pen)
        dots.append(Dot(px, py, _DOT, look.ink, look.background))
        dots.append(pen.make_text(px, py, str(point.number), look.background, bold=True, anchor=0.5))
        if point.label:
            text = place_beside_dot(
                px, py, pen.make_text(px, py, point.label, look.ink, bold=True), pen, taken, path, frame
            )
            if text:
                taken.append(pen.text_box(text))
                labels += [pen.text_box(text), text]
    return labels + dots


def _separate_dots(places: list[Dotted], frame: Box) -> list[Dotted]:
    """Dots moved sideways where one would hide another, and off the canvas's edge, which would cut one in half."""
    left, right = frame.left + _DOT + 0.5, frame.left + frame.width
    moved: list[Dotted] = []
    for point, px, py in places:
        near = [other for _, other, height in moved if abs(height - py) < 2 * _DOT + 1]
        steps = sorted((n * (2 * _DOT + 1) for n in range(-20, 21)), key=lambda step: (abs(step), -step))
        free = (
            px + step
            for step in steps
            if left <= px + step <= right and all(abs(px + step - other) >= 2 * _DOT for other in near)
        )
        moved.append((point, next(free, min(max(px, left), right)), py))
    return moved


def _draw_stem(px: float, py: float, path: list[Place], pen: Pen) -> list[Mark]:
    """Tie a dot to the line of closes that it lies off, since highs and lows lie beyond the closes."""
    nearest = min(path, key=lambda place: abs(place[0] - px), default=(px, py))
    if abs(nearest[0] - px) > _DOT or abs(nearest[1] - py) < _DOT + 2:
        return []
    return [Stroke(((px, py), (px, nearest[1])), pen.style.look.ink, 0.5)]


def arrange_name_rows(panel: Panel, pen: Pen, x: Scale) -> list[tuple[TextMark, int]]:
    """Names of phases over their blocks and of rules over their lines; one that would touch another goes up a row.

    What finds no place in the rows that there are is left out: the plot needs the room.

    Args:
        panel: the panel with its phases and rules.
        pen: how text is set and measured.
        x: seconds → points from the left.
    """
    look = pen.style.look
    wanted = [(phase.start, phase.end, phase.label, False) for phase in panel.phases]
    wanted += [(rule.x, rule.x, rule.label, True) for rule in panel.rules if x.low <= rule.x <= x.high]
    ends: list[float] = []
    rows: list[tuple[TextMark, int]] = []
    for low, high, name, ruled in sorted(wanted):
        start, end = max(x.map_value(low), x.start), min(x.map_value(high), x.end)
        if end < start or not name or (end == start and not ruled):
            continue
        label = pen.fit_text(name, x.end - x.start, bold=ruled)
        width = pen.measure_width(label, bold=ruled)
        left = start + 3 if end - start > width + 6 else (start + end - width) / 2
        left = max(min(left, x.end - width), x.start)
        row = next((n for n, edge in enumerate(ends) if left >= edge + 4), len(ends))
        if row >= _MOST_ROWS or not label:
            continue
        ends[row : row + 1] = [left + width]
        rows.append((pen.make_text(left, 0.0, label, look.ink if ruled else look.secondary, bold=ruled), row))
    return rows


def draw_phases(panel: Panel, pen: Pen, x: Scale, frame: Box) -> list[Mark]:
    """Blocks behind phases, with their names above.

    Args:
        panel: the panel with its phases.
        pen: how they are drawn.
        x: seconds → points from the left.
        frame: the plot, in points.
    """
    look, marks = pen.style.look, list[Mark]()
    blocks = [(max(x.map_value(p.start), x.start), min(x.map_value(p.end), x.end)) for p in panel.phases]
    blocks = [(start, end) for start, end in blocks if end > start]
    for number, (start, end) in enumerate(blocks):
        # Every other block is tinted, so that neighbours are told apart without an edge.
        if number % 2 == 0:
            marks.append(Box(start, frame.top, end - start, frame.height, look.phase))
        marks.append(Stroke(((start, frame.top - 3), (start, frame.top + frame.height)), look.grid, 0.4))
    last = blocks[-1][1] if blocks else x.end
    if last < x.end - 1:
        marks.append(Stroke(((last, frame.top - 3), (last, frame.top + frame.height)), look.grid, 0.4))
    for text, row in arrange_name_rows(panel, pen, x):
        marks.append(TextMark(text.x, frame.top - 4 - row * PHASE_ROW, text.text, text.size, text.colour, text.bold))
    return marks


def draw_rules(panel: Panel, pen: Pen, x: Scale, frame: Box) -> list[Mark]:
    """Dashed lines from top to foot.

    Args:
        panel: the panel with its rules.
        pen: how they are drawn.
        x: seconds → points from the left.
        frame: the plot, in points.
    """
    places = [x.map_value(rule.x) for rule in panel.rules if x.low <= rule.x <= x.high]
    top, bottom, ink = frame.top - 2, frame.top + frame.height, pen.style.look.ink
    return [Stroke(((place, top), (place, bottom)), ink, 0.7, (3.0, 2.2)) for place in places]
