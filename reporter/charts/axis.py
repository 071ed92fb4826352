"""Value range → ticks and positions of an axis; the locale writes the ticks' texts."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from reporter.model.metric import Unit
from reporter.model.timestamps import DAY

_HOUR = 3600
_TIME_STEPS = (
    *(60 * n for n in (1, 2, 5, 10, 15, 30)),
    *(_HOUR * n for n in (1, 2, 3, 4, 6, 8, 12)),
    *(DAY * n for n in (1, 2, 3, 7, 14)),
)
_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600)
#: 1970 began on a Thursday; weeks are counted from the Monday before.
_MONDAY = -3 * DAY
#: Years 1 to 9999, what a calendar can name.
FIRST_INSTANT, LAST_INSTANT = -62_135_596_800.0, 253_402_300_799.0


class AxisText(Protocol):
    """Writes the values of an axis in the reader's language."""

    def format_value(self, value: float, unit: Unit) -> str:
        """A tick or tag: `70,000`, `5%`, `490 億`."""

    def format_time(self, seconds: float, span_seconds: float) -> str:
        """An instant (seconds since 1970 UTC) on an axis that covers `span_seconds`: `2月6日`, `18:00`."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A linear map from [low, high] to [start, end] of the page, in points."""

    low: float
    high: float
    start: float
    end: float

    def map_value(self, value: float) -> float:
        """The place of a value."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


@dataclass(frozen=True, slots=True)
class Tick:
    """A tick's value and its text."""

    value: float
    text: str


def pad_range(low: float, high: float, share: float) -> tuple[float, float]:
    """The range with `share` of its length added at both ends; a flat range gets room around it.

    Args:
        low: the lower end.
        high: the upper end.
        share: of the length, added at each end.
    """
    room = (high - low) * share
    if high - low <= abs(high) * 1e-9:
        room = abs(high) * 0.02
    if room < 1e-290:
        room = 1.0
    return low - room, high + room


def choose_value_ticks(low: float, high: float, most: int) -> tuple[float, ...]:
    """Round values inside [low, high], at most `most` of them, as many as that allows.

    Args:
        low: the lower end.
        high: the upper end.
        most: how many ticks there may be.
    """
    exponent = math.floor(math.log10((high - low) / most))
    for power in range(exponent, exponent + 3):
        for digit in (1.0, 2.0, 2.5, 5.0):
            step = digit * 10.0**power
            first, last = math.ceil(low / step), math.floor(high / step)
            if last - first + 1 <= most:
                # Rounding hides the binary tail of 3 * 0.1, which would show in a tick's text.
                return tuple(round(n * step, max(0, 1 - power)) for n in range(first, last + 1))
    return ()


def choose_time_ticks(low: float, high: float, most: int) -> tuple[float, ...]:
    """Instants on round hours, days, weeks or months of UTC inside [low, high], at most `most`.

    Args:
        low: seconds since 1970 UTC.
        high: seconds since 1970 UTC.
        most: how many ticks there may be.
    """
    for step in _TIME_STEPS:
        origin = _MONDAY if step % (7 * DAY) == 0 else 0
        first, last = math.ceil((low - origin) / step), math.floor((high - origin) / step)
        if last - first + 1 <= most:
            return tuple(float(origin + n * step) for n in range(first, last + 1))
    for months in _MONTH_STEPS:
        ticks = _list_month_starts(low, high, months, most)
        if ticks is not None:
            return ticks
    return ()


def _list_month_starts(low: float, high: float, months: int, most: int) -> tuple[float, ...] | None:
    start = datetime.fromtimestamp(max(low, FIRST_INSTANT), UTC)
    index = start.year * 12 + start.month - 1
    index -= index % months
    found: list[float] = []
    while 12 <= index < 120_000:
        instant = datetime(index // 12, index % 12 + 1, 1, tzinfo=UTC).timestamp()
        if instant > high:
            break
        if instant >= low:
            found.append(instant)
        if len(found) > most:
            return None
        index += months
    return tuple(found)


def label_ticks(values: tuple[float, ...], write: Callable[[float], str]) -> tuple[Tick, ...]:
    """Ticks with their texts; a text that repeats the one before it (too coarse a format) is left out."""
    ticks: list[Tick] = []
    for value in values:
        text = write(value)
        before = next((tick.text for tick in reversed(ticks) if tick.text), "")
        ticks.append(Tick(value, "" if text == before else text))
    return tuple(ticks)
