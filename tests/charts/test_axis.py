"""Ticks are round, few and inside; labels make way for each other."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.charts.axis import choose_time_ticks, choose_value_ticks, label_ticks, pad_range
from reporter.charts.label_placement import spread_labels

MARCH = datetime(2031, 3, 5, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (59_000, 74_000, (60_000, 65_000, 70_000)),
        (-0.13, 0.02, (-0.1, -0.05, 0.0)),
        (0, 1, (0.0, 0.25, 0.5, 0.75, 1.0)),
        (0.00011, 0.00019, (0.00012, 0.00014, 0.00016, 0.00018)),
    ],
)
def test_value_ticks_are_round(low: float, high: float, ticks: tuple[float, ...]) -> None:
    assert choose_value_ticks(low, high, 5) == ticks


@given(low=st.floats(-1e12, 1e12), span=st.floats(1e-6, 1e12), most=st.integers(1, 6))
def test_value_ticks_are_few_and_inside(low: float, span: float, most: int) -> None:
    start, end = pad_range(low, low + span, 0.05)
    ticks = choose_value_ticks(start, end, most)
    assert len(ticks) <= most
    assert all(start - (end - start) * 1e-6 <= tick <= end + (end - start) * 1e-6 for tick in ticks)


@pytest.mark.parametrize(
    ("hours", "first", "count"),
    [
        (48, "2031-03-05T00:00", 5),
        (24, "2031-03-05T00:00", 5),
        (24 * 60, "2031-03-17T00:00", 4),
        (24 * 700, "2031-07-01T00:00", 4),
    ],
)
def test_time_ticks_stand_on_round_instants(hours: int, first: str, count: int) -> None:
    ticks = choose_time_ticks(MARCH, MARCH + hours * 3600, 5)
    assert f"{datetime.fromtimestamp(ticks[0], UTC):%Y-%m-%dT%H:%M}" == first
    assert len(ticks) == count


def test_weeks_begin_on_monday() -> None:
    assert {
        datetime.fromtimestamp(tick, UTC).weekday() for tick in choose_time_ticks(MARCH, MARCH + 30 * 86400, 5)
    } == {0}


def test_a_text_too_coarse_to_tell_neighbours_apart_is_shown_once() -> None:
    assert [tick.text for tick in label_ticks((0.1, 0.2, 1.0), lambda value: f"{value:.0f}")] == ["0", "", "1"]


@given(wanted=st.lists(st.floats(0, 100), max_size=9), height=st.floats(1, 11))
def test_labels_keep_their_distance_and_their_order(wanted: list[float], height: float) -> None:
    places = spread_labels(wanted, height, 0, 100)
    ranked = sorted(zip(wanted, places, strict=True))
    heights = sorted(places)
    assert [place for _, place in ranked] == pytest.approx(heights)
    assert all(b - a >= height - 1e-6 for a, b in pairwise(heights))
    assert all(height / 2 - 1e-6 <= place <= 100 - height / 2 + 1e-6 for place in places)


def test_labels_with_room_stay_where_they_are_wanted() -> None:
    assert spread_labels([80, 20, 50], 10, 0, 100) == (80, 20, 50)
