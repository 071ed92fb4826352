"""Marks: a chart after layout, as plain shapes in points, y downwards; every output is made from the same ones."""

from __future__ import annotations

from dataclasses import dataclass

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Stroke:
    """An open line through its places; `dash` is on and off lengths, empty for a solid line."""

    places: tuple[Place, ...]
    colour: str
    width: float
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle; `opacity` below 1 lets what is behind it through."""

    left: float
    top: float
    width: float
    height: float
    colour: str
    opacity: float = 1.0

    def overlap_area(self, other: Box) -> float:
        """The area that two boxes share."""
        wide = min(self.left + self.width, other.left + other.width) - max(self.left, other.left)
        high = min(self.top + self.height, other.top + other.height) - max(self.top, other.top)
        return max(wide, 0.0) * max(high, 0.0)


@dataclass(frozen=True, slots=True)
class Dot:
    """A filled disc with a rim of the background's colour."""

    x: float
    y: float
    radius: float
    colour: str
    rim: str


@dataclass(frozen=True, slots=True)
class TextMark:
    """A text that starts at x, with its baseline at y."""

    x: float
    y: float
    text: str
    size: float
    colour: str
    bold: bool = False


Mark = Stroke | Box | Dot | TextMark


@dataclass(frozen=True, slots=True)
class Picture:
    """All marks of a chart, back to front, on a canvas of width × height points."""

    width: float
    height: float
    marks: tuple[Mark, ...]
