"""Since-dates, ranks and runs of every observation at once equal what a search through the series finds."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from reporter.news.tracks import Track, compute_tail_shares

#: Few different values, so that ties are common.
SERIES = st.lists(st.integers(-6, 6).map(float), min_size=1, max_size=60)
#: Days with gaps, in order.
STEPS = st.lists(st.integers(1, 90), min_size=60, max_size=60)


def track_of(values: Sequence[float], steps: Sequence[int]) -> Track:
    days, day = [], 0
    for step, _ in zip(steps, values, strict=False):
        day += step
        days.append(day)
    return Track(tuple(days), tuple(values))


@given(SERIES, st.sampled_from((1, -1)))
def test_since_is_the_last_earlier_value_at_least_as_extreme(values: list[float], direction: int) -> None:
    track = track_of(values, range(1, 61))
    for place, value in enumerate(values):
        found = [one for one in range(place) if values[one] * direction >= value * direction]
        assert track.since(place, direction) == (found[-1] if found else -1)


@given(SERIES, STEPS, st.sampled_from((1, -1)))
def test_a_rank_counts_what_is_more_extreme_and_its_year_has_365_days(
    values: list[float], steps: list[int], direction: int
) -> None:
    track = track_of(values, steps)
    for place, value in enumerate(values):
        before = values[: place + 1]
        assert track.rank(place, direction) == 1 + sum(one * direction > value * direction for one in before)
        year = [one for one, day in zip(before, track.days, strict=False) if day > track.days[place] - 365]
        assert track.rank_year(place, direction) == 1 + sum(one * direction > value * direction for one in year)


@given(SERIES, st.integers(-6, 6).map(float), st.booleans())
def test_a_level_was_last_reached_where_a_search_back_finds_it(values: list[float], level: float, below: bool) -> None:
    track = track_of(values, range(1, 61))
    for place in range(len(values)):
        found = [one for one in range(place + 1) if (values[one] < level if below else values[one] > level)]
        assert track.reached(place, level, below=below) == (found[-1] if found else -1)


@given(SERIES, st.integers(1, 10))
def test_a_tail_share_counts_the_window_before_and_one_more(values: list[float], window: int) -> None:
    for place, share in enumerate(compute_tail_shares(values, window)):
        before = [abs(one) for one in values[max(0, place - window) : place]]
        as_large = sum(one >= abs(values[place]) for one in before)
        assert share == (as_large + 1) / (len(before) + 1)


@given(SERIES)
def test_no_day_knows_of_a_later_one(values: list[float]) -> None:
    whole = track_of(values, range(1, 61))
    for count in range(1, len(values) + 1):
        part = track_of(values[:count], range(1, 61))
        assert (part.as_high, part.as_low) == (whole.as_high[:count], whole.as_low[:count])
        assert part.ranks == whole.ranks[:count]
