"""Intraday bars of two days → the phases of a fall: break, sweep, base and rebound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from reporter.model.metric import Bar

#: A fall smaller than this, or than this share of the whole range, has no phases worth a name.
_LEAST_FALL, _LEAST_SHARE = 0.04, 0.6
#: The lowest part of a fall, and the least share of it that a rebound takes back.
_FLOOR, _REBOUND = 0.25, 0.38
#: A phase shorter than this can't be seen on two days.
_LEAST_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class PricePhase:
    """A named phase of the path, in seconds since 1970 UTC."""

    name: Literal["Break", "Sweep", "Base", "Rebound"]
    start: float
    end: float


def find_price_phases(bars: Sequence[Bar], length: float) -> tuple[PricePhase, ...]:
    """Find the phases of a fall and its aftermath; none where no fall was large enough.

    Args:
        bars: oldest first.
        length: of a bar, in seconds.
    """
    low = min(range(len(bars)), key=lambda n: (bars[n].low, n))
    top = max(range(low + 1), key=lambda n: (bars[n].high, n))
    after = max(range(low, len(bars)), key=lambda n: (bars[n].high, -n))
    fall = bars[top].high - bars[low].low
    if fall < _LEAST_FALL * bars[top].high or fall < _LEAST_SHARE * _get_price_range(bars) or top == low:
        return ()
    floor = bars[low].low + _FLOOR * fall
    sweep = max((n for n in range(top, low + 1) if bars[n].close > floor), default=top) + 1
    base = max((n for n in range(low, after + 1) if bars[n].close <= floor), default=low) + 1
    rebounds = bars[after].high - bars[low].low >= _REBOUND * fall
    # What takes as long as the break itself is no sweep, but its end.
    sweep = sweep if 0 < low + 1 - sweep <= (sweep - top) else low + 1
    marks: list[tuple[Literal["Break", "Sweep", "Base", "Rebound"], int, int]] = [
        ("Break", top, sweep),
        ("Sweep", sweep, low + 1),
    ]
    if rebounds:
        # What no rise has left is no base yet: the next day may go lower.
        marks += [("Base", low + 1, base), ("Rebound", base, after + 1)]
    found = (
        PricePhase(name, _get_bar_edge(bars, start, length), _get_bar_edge(bars, end, length))
        for name, start, end in marks
    )
    return tuple(stretch for stretch in found if stretch.end - stretch.start >= _LEAST_SECONDS)


def _get_price_range(bars: Sequence[Bar]) -> float:
    return max(bar.high for bar in bars) - min(bar.low for bar in bars)


def _get_bar_edge(bars: Sequence[Bar], number: int, length: float) -> float:
    return bars[number].start if number < len(bars) else bars[-1].start + length
