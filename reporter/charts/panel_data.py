"""Panel → what of it can be drawn: finite values in order, broken at gaps, and the ranges they need."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import groupby, pairwise

from reporter.charts.axis import FIRST_INSTANT, LAST_INSTANT
from reporter.charts.marks import Place
from reporter.model.chart import BarSeries, LineSeries, Panel

#: Beyond this a difference of two values overflows; no market has such a number.
_HUGE = 1e100


def is_drawable(value: float | None) -> bool:
    """Whether a value can be drawn."""
    return value is not None and math.isfinite(value) and abs(value) < _HUGE


def _has_valid_x(panel: Panel, x: float) -> bool:
    return is_drawable(x) and (panel.x != "time" or FIRST_INSTANT <= x <= LAST_INSTANT)


def split_at_gaps(panel: Panel, line: LineSeries) -> tuple[tuple[Place, ...], ...]:
    """The unbroken pieces of a line, each with at least one place (x and value)."""
    rows = [(x, y if is_drawable(y) and _has_valid_x(panel, x) else None) for x, y in zip(line.x, line.y, strict=False)]
    runs = groupby(rows, key=lambda row: row[1] is None)
    return tuple(tuple((x, y) for x, y in run if y is not None) for broken, run in runs if not broken)


def bar_rows(panel: Panel, bars: BarSeries) -> tuple[Place, ...]:
    """The bars that have a value, each with its x."""
    rows = zip(bars.x, bars.y, strict=False)
    return tuple((x, y) for x, y in rows if y is not None and is_drawable(y) and _has_valid_x(panel, x))


def has_drawable_data(panel: Panel) -> bool:
    """Whether a panel has any value to draw; levels, bands and phases alone say nothing."""
    return any(split_at_gaps(panel, line) for line in panel.lines) or any(bar_rows(panel, bars) for bars in panel.bars)


def x_range(panels: Iterable[Panel]) -> tuple[float, float]:
    """The range of x that panels share, with room for the outer bars."""
    low, high = math.inf, -math.inf
    for panel in panels:
        rows = [row for bars in panel.bars for row in bar_rows(panel, bars)]
        half = bar_step(panel) / 2
        xs = [x for line in panel.lines for piece in split_at_gaps(panel, line) for x, _ in piece]
        xs += [edge for x, _ in rows for edge in (x - half, x + half)]
        low, high = min([low, *xs]), max([high, *xs])
    return (low, high) if high > low else (low - 1.0, high + 1.0)


def bar_step(panel: Panel) -> float:
    """The distance between neighbouring bars, 1 where there is only one."""
    xs = sorted({x for bars in panel.bars for x, _ in bar_rows(panel, bars)})
    steps = [right - left for left, right in pairwise(xs)]
    return min(steps) if steps else 1.0


def y_range(panel: Panel) -> tuple[float, float]:
    """The smallest and the largest value that must be seen: data, zero under bars, levels, points.

    A band far from the data is cut at the panel's edge; it would flatten the line otherwise.
    """
    values = [y for line in panel.lines for piece in split_at_gaps(panel, line) for _, y in piece]
    values += [y for bars in panel.bars for _, y in bar_rows(panel, bars)]
    values += [0.0] if panel.bars else []
    values += [level.y for level in panel.levels if is_drawable(level.y)]
    values += [point.y for point in panel.points if is_drawable(point.y)]
    low, high = min(values), max(values)
    reach = high - low
    edges = [edge for band in panel.bands for edge in (band.low, band.high) if is_drawable(edge)]
    near = [edge for edge in edges if low - reach <= edge <= high + reach]
    return min([low, *near]), max([high, *near])


def thin_line(places: tuple[Place, ...], width: float) -> tuple[Place, ...]:
    """A line's places without those that `width` columns can't show: first, lowest, highest, last of each.

    Keeps files small where a series has thousands of bars; peaks and troughs stay exact.
    """
    columns = max(int(width), 1)
    if len(places) <= 4 * columns:
        return places
    left, right = places[0][0], places[-1][0]
    column = (right - left) / columns or 1.0
    kept: list[Place] = []
    for _, group in groupby(places, key=lambda place: int((place[0] - left) / column)):
        rows = list(group)
        chosen = {0, len(rows) - 1}
        chosen |= {min(range(len(rows)), key=lambda n: rows[n][1]), max(range(len(rows)), key=lambda n: rows[n][1])}
        kept += [rows[n] for n in sorted(chosen)]
    return tuple(kept)
