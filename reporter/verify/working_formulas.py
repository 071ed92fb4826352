"""How a desk's metrics are made of others, written once more for the gate: parts in, the figure out."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence

#: Two ways to compute a figure differ by less than this share of it.
_NEAR = 1e-6
#: A difference of large parts has fewer digits; it may be off by this share of the largest.
_NEAR_PARTS = 1e-12

#: What has the unit of its parts.
_IN_UNITS = frozenset({"change", "mean", "sum", "difference"})

Parts = Sequence[float]


def _compute_score(parts: Parts) -> float:
    return (parts[-1] - statistics.fmean(parts)) / statistics.stdev(parts)


def _compute_rank(parts: Parts) -> float:
    return sum(1 for part in parts if part <= parts[-1]) / len(parts)


_FORMULAS: Mapping[str, Callable[[Parts], float]] = {
    "change": lambda parts: parts[-1] - parts[0],
    "percent_change": lambda parts: parts[-1] / parts[0] - 1,
    "mean": statistics.fmean,
    "sum": math.fsum,
    "rank": _compute_rank,
    "z_score": _compute_score,
    "ratio": lambda parts: parts[0] / parts[1],
    "difference": lambda parts: parts[0] - parts[1],
}


def compute_working(how: str, parts: Parts) -> float | None:
    """Compute a figure of its parts; None where they don't give one.

    Args:
        how: change, percent_change, mean, sum, rank, z_score, ratio or difference.
        parts: oldest first; of a ratio or difference, in the order of its formula.
    """
    try:
        return _FORMULAS[how](parts)
    except (ArithmeticError, IndexError, KeyError, statistics.StatisticsError):
        return None


def is_right_working(how: str, parts: Parts, value: float) -> bool:
    """Whether a value is what its parts give.

    Args:
        how: see `compute_working`.
        parts: see `compute_working`.
        value: the figure as it is told.
    """
    right = compute_working(how, parts)
    if right is None:
        return False
    # A figure without the unit of its parts is held to one of size 1.
    size = max(map(abs, parts), default=0.0) if how in _IN_UNITS else 1.0
    return abs(right - value) <= max(_NEAR * max(abs(right), abs(value)), _NEAR_PARTS * size)
