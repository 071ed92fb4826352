"""Round numbers: how far apart they are, which is nearest, and which a day crossed or was turned back at."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis.strategies import floats

from reporter.metrics.round_levels import round_step, roundest_between
from tests.metrics.build import closes, measure, missing, table, value

PRICES = floats(min_value=0.01, max_value=1e6)


@pytest.mark.parametrize(
    ("price", "step"),
    [(0.5, 0.05), (1.5, 0.1), (19_999, 1_000), (20_000, 5_000), (60_000, 5_000), (99_999, 5_000), (100_000, 10_000)],
)
def test_round_numbers_are_as_far_apart_as_a_market_watches(price: float, step: float) -> None:
    assert round_step(price) == pytest.approx(step)


@pytest.mark.parametrize(
    ("close", "level"),
    [(62_499, 60_000), (62_500, 65_000), (70_555, 70_000), (97_600, 100_000), (112_774, 110_000), (1_480, 1_500)],
)
def test_the_nearest_round_number(tmp_path: Path, close: float, level: float) -> None:
    metrics = measure(tmp_path, files={"prices.csv": closes([close])})
    assert value(metrics, "price.round_level") == level
    assert value(metrics, "price.level_gap") == pytest.approx(close / level - 1)


@pytest.mark.parametrize(
    ("low", "high", "close", "level", "step"),
    [
        (18_971, 20_469, 18_971, 20_000, 10_000),
        (62_910, 73_166, 62_910, 70_000, 10_000),
        (62_910, 64_000, 64_000, math.nan, 0),
        (64_000, 66_000, 66_000, 65_000, 5_000),
        (98_000, 101_000, 101_000, 100_000, 100_000),
        (17_000, 45_000, 17_000, 20_000, 10_000),
        (17_000, 45_000, 45_000, 40_000, 10_000),
        (45_000, 52_000, 52_000, 50_000, 50_000),
        (0.98, 1.02, 1.02, 1.0, 1.0),
    ],
)
def test_the_roundest_number_between(low: float, high: float, close: float, level: float, step: float) -> None:
    found = roundest_between(low, high, close)
    assert found.value == pytest.approx(level, nan_ok=True)
    assert found.step == pytest.approx(step)


@given(PRICES, PRICES)
def test_a_level_lies_between_and_no_rounder_one_does(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assume(low < high)
    found = roundest_between(low, high, other)
    if math.isnan(found.value):
        finest = round_step(other)
        assert math.floor(low / finest) == math.floor(high / finest)
        return
    assert low * (1 - 1e-9) <= found.value <= high * (1 + 1e-9)
    assert found.value / found.step == pytest.approx(round(found.value / found.step))
    coarser = found.step * 10
    assert math.floor(low / coarser) == math.floor(high / coarser)


def _day(folder: Path, before: float, opened: float, high: float, low: float, close: float) -> tuple[float, float]:
    rows = [("2026-01-01", before, before, before, before), ("2026-01-02", opened, high, low, close)]
    metrics = measure(folder, files={"prices.csv": table("date,open,high,low,close", rows)})
    pair = ("price.level_crossed", "price.level_rejected")
    crossed, rejected = (math.nan if missing(metrics, name) else value(metrics, name) for name in pair)
    return crossed, rejected


@pytest.mark.parametrize(
    ("day", "crossed", "rejected"),
    [
        # Through 65,000 and turned back at 70,000: the rounder is the day's.
        ((62_600, 62_600, 71_422, 60_000, 69_980), math.nan, 70_000),
        # Through 70,000 and turned back at 75,000: what was crossed.
        ((68_000, 68_000, 75_600, 67_000, 72_000), 70_000, math.nan),
        ((62_910, 62_910, 71_751, 60_000, 70_580), 70_000, math.nan),
        ((20_469, 20_400, 20_800, 17_622, 18_971), 20_000, math.nan),
        # A high that touches a level was not above it.
        ((61_000, 61_000, 65_000, 60_500, 62_000), math.nan, math.nan),
        ((61_000, 61_000, 65_001, 60_500, 62_000), math.nan, 65_000),
        ((61_000, 61_500, 62_000, 60_500, 61_700), math.nan, math.nan),
    ],
)
def test_a_day_has_one_level_the_rounder(
    tmp_path: Path, day: tuple[float, float, float, float, float], crossed: float, rejected: float
) -> None:
    assert _day(tmp_path, *day) == pytest.approx((crossed, rejected), nan_ok=True)


def test_closes_alone_tell_what_was_crossed(tmp_path: Path) -> None:
    metrics = measure(tmp_path, files={"prices.csv": closes([68_000, 72_000])})
    assert value(metrics, "price.level_crossed") == 70_000
    assert missing(metrics, "price.level_rejected")
