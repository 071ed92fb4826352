"""Relations found again: what is said to be the most extreme since a date is, and is since no other date."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.verify.recompute.superlatives import reaches, trace_superlative
from tests.narrative.build import make_metrics

VALUES = st.lists(st.one_of(st.none(), st.integers(1, 12).map(float)), min_size=1, max_size=30).map(
    lambda values: [*values, 6.0]
)


@given(values=VALUES, direction=st.sampled_from([1, -1]), strict=st.booleans(), bound=st.sampled_from([6.0, 5.0, 7.0]))
def test_a_relation_is_borne_out_for_its_own_date_alone(
    values: list[float | None], direction: int, strict: bool, bound: float
) -> None:
    metrics = make_metrics({"price.close": values})
    holds = reaches(6.0, bound, direction, strict=strict)
    extreme = [
        day
        for day, value in enumerate(values[:-1])
        if value is not None and reaches(value, bound, direction, strict=strict)
    ]
    right = metrics.dates[extreme[-1]] if extreme else None

    for since in (None, *metrics.dates[:-1]):
        found = trace_superlative(metrics, "price.close", direction, bound, since, strict=strict)
        assert (found is not None) == (holds and since == right)
        if found is not None:
            between = [one for one in values[extreme[-1] + 1 if extreme else 0 : -1] if one is not None]
            assert found.compared == len(between)
            assert found.nearest_value == (max(between) if direction > 0 else min(between)) if between else True
            assert found.since_value == (values[extreme[-1]] if extreme else None)


def test_a_reading_that_is_still_that_of_the_day_before_is_none_of_its_own() -> None:
    metrics = make_metrics({"price.close": [9.0, 5.0, 5.0, 6.0]})
    series = metrics.series["price.close"]
    carried = type(series)(series.spec, (9.0, 9.0, 5.0, 6.0), (1.0, 1.0, 2.0, 3.0), series.source, series.missing)
    metrics.series["price.close"] = carried  # type: ignore[index]

    found = trace_superlative(metrics, "price.close", 1, 6.0, metrics.dates[0])

    assert found is not None
    assert found.compared == 1


@pytest.mark.parametrize(("value", "strict", "right"), [(5.0, False, True), (5.0, True, False), (4.0, True, True)])
def test_a_level_is_lost_below_it_and_not_at_it(value: float, strict: bool, right: bool) -> None:
    assert reaches(value, 5.0, -1, strict=strict) is right
