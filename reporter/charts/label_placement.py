"""Labels and the places they want → places where none overlaps another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from reporter.charts.marks import Box, Place, TextMark
from reporter.charts.style import Style
from reporter.charts.typeface import open_typeface

#: How far the plate under a text reaches beyond it at both ends, in points.
_PLATE = 1.5


@dataclass(frozen=True, slots=True)
class Pen:
    """Measures and sets text in a style."""

    style: Style

    @property
    def label_size(self) -> float:
        """Size of labels."""
        return self.style.look.label_size

    def measure_width(self, text: str, *, bold: bool = False, size: float | None = None) -> float:
        """Width of a text in points.

        Args:
            text: the text.
            bold: set in bold.
            size: of the letters in points; None takes the chart's.
        """
        face = self.style.bold if bold else self.style.regular
        return open_typeface(face.path, face.index).measure_width(text, size or self.label_size)

    def make_text(
        self, x: float, y: float, text: str, colour: str, *, bold: bool = False, anchor: float = 0.0
    ) -> TextMark:
        """A text whose middle line is at y; `anchor` 0 starts, 0.5 centres, 1 ends it at x.

        Args:
            x: points from the left.
            y: points from the top.
            text: the text.
            colour: its colour.
            bold: set in bold.
            anchor: 0 starts, 0.5 centres, 1 ends it at x.
        """
        left = x - anchor * self.measure_width(text, bold=bold)
        return TextMark(left, y + self.label_size * 0.36, text, self.label_size, colour, bold)

    def fit_text(self, text: str, room: float, *, bold: bool = False, size: float | None = None) -> str:
        """The text, or as much of it as has room; one with a figure in it is left out rather than cut.

        Args:
            text: the text.
            room: width in points.
            bold: set in bold.
            size: of the letters in points; None takes the chart's.
        """
        if self.measure_width(text, bold=bold, size=size) <= room:
            return text
        if any(map(str.isdigit, text)):
            return ""
        kept = next((n for n in range(len(text) - 1, 0, -1) if self._measure_truncated(text, n, bold, size) <= room), 0)
        return f"{text[:kept].rstrip()}…" if kept else ""

    def _measure_truncated(self, text: str, kept: int, bold: bool, size: float | None) -> float:
        return self.measure_width(f"{text[:kept].rstrip()}…", bold=bold, size=size)

    def text_box(self, text: TextMark) -> Box:
        """The room that a text takes."""
        width = self.measure_width(text.text, bold=text.bold, size=text.size)
        top, height = text.y - text.size * 0.86, text.size * 1.06
        return Box(text.x - _PLATE, top, width + 2 * _PLATE, height, self.style.look.background, 0.82)


def spread_labels(wanted: Sequence[float], height: float, top: float, bottom: float) -> tuple[float, ...]:
    """Centres of labels of one height, as near as can be to where they are wanted, without overlap.

    Labels that would overlap form a block centred on the mean of what they want, as in a least-squares fit
    under order (pool adjacent violators). Where there are more labels than room, they share it evenly.

    Args:
        wanted: wished centres, in any order.
        height: height of a label.
        top: highest edge that a label may reach.
        bottom: lowest edge that a label may reach.
    """
    if not wanted:
        return ()
    order = sorted(range(len(wanted)), key=lambda n: (wanted[n], n))
    height = min(height, (bottom - top) / len(wanted))
    blocks: list[tuple[float, int]] = []  # sum of wished places of the block's first label, members
    for position, label in enumerate(order):
        blocks.append((wanted[label] - position * height, 1))
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            (total, members), (before, earlier) = blocks.pop(), blocks.pop()
            blocks.append((before + total, earlier + members))
    firsts = [total / members for total, members in blocks for _ in range(members)]
    low, high = top + height / 2, bottom - height / 2 - (len(wanted) - 1) * height
    places = [0.0] * len(wanted)
    for position, label in enumerate(order):
        places[label] = min(max(firsts[position], low), max(high, low)) + position * height
    return tuple(places)


def place_beside_dot(
    x: float, y: float, text: TextMark, pen: Pen, taken: Sequence[Box], line: Sequence[Place], frame: Box
) -> TextMark | None:
    """The text at the side of a dot where it covers least: other labels first, then the line itself.

    A side that would begin left of the plot, where the canvas may end, is moved into it. None where the text would lie
    over another label or leave the plot at every side.

    Args:
        x: the dot's centre.
        y: the dot's centre.
        text: the label, anywhere.
        pen: measures it.
        taken: boxes that are in use.
        line: places along the drawn lines, dense enough to be tested as points.
        frame: the plot; what sticks out of it counts as covered.
    """
    width, size = pen.measure_width(text.text, bold=text.bold), text.size
    far, down = 7.0, size * 0.36
    sides = (
        (x + far, y + down),
        (x - far - width, y + down),
        (x - width / 2, y - far),
        (x - width / 2, y + far + size * 0.75),
        (x + far, y - far * 0.7),
        (x - far - width, y - far * 0.7),
        (x + far, y + far + size * 0.5),
        (x - far - width, y + far + size * 0.5),
    )

    places = [(max(left, frame.left + _PLATE), base) for left, base in sides]

    def position_cost(rank: int) -> tuple[float, int]:
        left, base = places[rank]
        box = pen.text_box(TextMark(left, base, text.text, size, text.colour, text.bold))
        outside = box.width * box.height - box.overlap_area(frame)
        covered = sum(box.overlap_area(other) for other in taken)
        touched = sum(_box_contains(box, place) for place in line)
        return (outside * 50 + covered * 10 + touched * 4, rank)

    left, base = places[min(range(len(places)), key=position_cost)]
    placed = TextMark(left, base, text.text, size, text.colour, text.bold)
    box = pen.text_box(placed)
    hidden = sum(box.overlap_area(other) for other in taken)
    return placed if hidden < 1 and box.width * box.height - box.overlap_area(frame) < 8 else None


def _box_contains(box: Box, place: Place) -> bool:
    return box.left <= place[0] <= box.left + box.width and box.top <= place[1] <= box.top + box.height


def densify_line(places: Sequence[Place], step: float = 2.0) -> tuple[Place, ...]:
    """Places along a drawn line at most `step` points apart."""
    found: list[Place] = list(places[:1])
    for (x0, y0), (x1, y1) in pairwise(places):
        parts = max(int(max(abs(x1 - x0), abs(y1 - y0)) / step), 1)
        found += [(x0 + (x1 - x0) * n / parts, y0 + (y1 - y0) * n / parts) for n in range(1, parts + 1)]
    return tuple(found)
