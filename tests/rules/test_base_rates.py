"""Base rates and pairs count what was known, and no more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.rules.engine.base_rates import LEAST_CASES, compute_base_rate, count_pair

HELD = st.lists(st.sampled_from((True, False, None)), min_size=40, max_size=40)


@given(HELD, HELD, st.integers(1, 7), st.integers(0, 39))
def test_a_base_rate_counts_events_whose_outcome_is_known(
    event: list[bool | None], outcome: list[bool | None], horizon: int, today: int
) -> None:
    hits = misses = all_hits = all_misses = 0
    for day in range(40):
        if day + horizon <= today and outcome[day + horizon] is not None:
            followed = outcome[day + horizon] is True
            all_hits, all_misses = all_hits + followed, all_misses + (not followed)
            if event[day] is True:
                hits, misses = hits + followed, misses + (not followed)
    rate = compute_base_rate(event, outcome, horizon, today)
    if hits + misses < LEAST_CASES:
        assert rate is None
        return
    assert rate is not None
    assert (rate.cases, rate.hits) == (hits + misses, hits)
    assert (rate.all_cases, rate.all_hits) == (all_hits + all_misses, all_hits)
    assert rate.share == hits / (hits + misses)
    assert rate.usual_share == all_hits / (all_hits + all_misses)


@given(HELD, HELD, st.integers(0, 39))
def test_no_later_day_changes_a_count(event: list[bool | None], outcome: list[bool | None], today: int) -> None:
    count = today + 1
    assert compute_base_rate(event[:count], outcome[:count], 3, today) == compute_base_rate(event, outcome, 3, today)
    assert count_pair(event[:count], outcome[:count], today) == count_pair(event, outcome, today)


def test_two_cases_are_no_rate() -> None:
    event: list[bool | None] = [True, True, False, False]
    assert compute_base_rate(event, [True] * 4, 1, 3) is None
    assert compute_base_rate([True, True, True, False], [True] * 4, 1, 3) is not None


def test_an_outcome_lies_after_its_event() -> None:
    with pytest.raises(ValueError, match="an outcome 0 days after its event"):
        compute_base_rate([True], [True], 0, 0)


def test_a_pair_has_its_days_its_times_and_the_last_time_before() -> None:
    first: list[bool | None] = [True, True, None, False, True]
    second: list[bool | None] = [True, False, True, True, True]
    assert count_pair(first, second, 4).days == 4
    assert (count_pair(first, second, 4).times, count_pair(first, second, 4).last) == (2, 0)
    assert count_pair(first, second, 0).last is None
