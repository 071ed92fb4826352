"""Surprise in bits: how improbable it is that a value is the most extreme of so many."""

from __future__ import annotations

from math import log2, pi, sqrt

from reporter.news.weights import FULL_SINCE


def compute_change_bits(gap: int) -> float:
    """Bits of the largest of `gap` + 1 values without memory, whose probability is 1 / (gap + 1)."""
    return log2(gap + 1)


def compute_level_bits(gap: int) -> float:
    """Bits of a wandering level at its highest of `gap` + 1 points, on readers' clock.

    The probability that a random walk ends at its maximum is about 1/√(π·gap), so that a level's bits are half of a
    change's; readers hear "since" alike, so twice the bits less one are counted.
    """
    return log2(pi * max(gap, 1) + 1) - 1


def compute_fullness(gap: int) -> float:
    """How much of a level's surprise counts: under three weeks "since" is hardly news."""
    return min(1.0, sqrt(gap / FULL_SINCE))


def compute_share_bits(share: float) -> float:
    """Bits of an event that a share of cases has."""
    return -log2(share)
