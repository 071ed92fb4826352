"""Charts: what is drawn, with every label already in its language; the renderer decides how it looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reporter.model.metric import Unit


@dataclass(frozen=True, slots=True)
class LineSeries:
    """A line over time (or strike): x in seconds since 1970 UTC (or in the axis unit); None breaks it.

    `label` stands at the line's end; empty draws none. `role` focus is inked, comparator is grey. `name` stands
    with a sample of the line above the panel, where bars and a line share it.
    """

    x: tuple[float, ...]
    y: tuple[float | None, ...]
    label: str = ""
    role: Literal["focus", "comparator"] = "focus"
    name: str = ""


@dataclass(frozen=True, slots=True)
class BarSeries:
    """Bars from zero. `signed` colours by sign with the locale's up and down colours."""

    x: tuple[float, ...]
    y: tuple[float | None, ...]
    label: str = ""
    role: Literal["signed", "up", "down", "neutral"] = "signed"


@dataclass(frozen=True, slots=True)
class LevelLine:
    """A dashed horizontal line with a value tag."""

    y: float
    label: str


@dataclass(frozen=True, slots=True)
class ShadedBand:
    """A shaded horizontal band."""

    low: float
    high: float
    label: str


@dataclass(frozen=True, slots=True)
class Point:
    """A numbered dot on a line; its label is next to it, and `what` explains its number under the chart."""

    x: float
    y: float
    number: int
    label: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class VerticalRule:
    """A vertical hairline with its label at the top (a price among strikes, an event)."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Phase:
    """A labelled stretch of the x axis, drawn as a faint block with its label above (a day, a session)."""

    start: float
    end: float
    label: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One plotting area.

    Attributes:
        x: time (seconds since 1970 UTC), number (strikes) or category (position i has name categories[i],
            drawn as horizontal bars, first on top).
        unit: unit of the values, decides how ticks and value tags are written.
        title: short label above the panel; empty in a chart of one panel.
        lines, bars, levels, bands, points, phases: what is drawn.
        rules: vertical hairlines.
        categories: names for x = category.
        groups: positions at which a new group of categories begins.
        tags: value tags at the end of category bars, as text, in order.
        mirrored: two sizes drawn back to back, so that the axis below zero counts up again.
    """

    x: Literal["time", "number", "category"]
    unit: Unit
    title: str = ""
    lines: tuple[LineSeries, ...] = ()
    bars: tuple[BarSeries, ...] = ()
    levels: tuple[LevelLine, ...] = ()
    bands: tuple[ShadedBand, ...] = ()
    points: tuple[Point, ...] = ()
    phases: tuple[Phase, ...] = ()
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    mirrored: bool = False
    rules: tuple[VerticalRule, ...] = ()
    groups: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart of one or more panels that share an x axis.

    Attributes:
        id: file name stem, `price_48h`.
        panels: top to bottom.
        size: wide 178×62 mm, column 127.4×58 mm, low 127.4×46 mm, tall 127.4×92 mm, small 87×48 mm; stack is 87 mm
            wide and as high as its panels need.
        stretch: how much higher than its size it is drawn; chosen with the layout of the page.
    """

    id: str
    panels: tuple[Panel, ...]
    size: Literal["wide", "column", "small", "tall", "low", "stack"] = "column"
    stretch: float = 1.0


def circle_number(number: int) -> str:
    """A number as the dots of charts have it: `①`, and `(21)` where there is no such sign."""
    return chr(0x2460 + number - 1) if 1 <= number <= 20 else f"({number})"
