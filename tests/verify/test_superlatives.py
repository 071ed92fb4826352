"""Relations found again: what is said to be the most extreme since a date is, and is since no other date."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.verify.ledger.ledger_model import ClaimRecord, FindingRecord, Ledger, ReadingRecord, RelationRecord
from reporter.verify.recompute.superlatives import check_superlatives, list_more_extreme, reaches, trace_superlative
from tests.briefs import SAMPLES, composed
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


@given(values=VALUES, direction=st.sampled_from([1, -1]))
def test_what_is_more_extreme_is_all_of_the_days_before_and_nothing_else(
    values: list[float | None], direction: int
) -> None:
    metrics = make_metrics({"price.close": values})

    found = list_more_extreme(metrics, "price.close", direction)

    right = [day for day, value in enumerate(values) if value is not None and (value - 6.0) * direction > 0]
    assert found == tuple(metrics.dates[day] for day in reversed(right))


AHEAD = (("2026-01-30", -1.2), ("2025-11-20", -0.9))


def rank_faults(
    rank: float, ahead: tuple[tuple[str, float], ...], other: tuple[str, float] | None = None, since: str = "2026-01-30"
) -> list[str]:
    """What is wrong with a rank that rests on a flow of −0.8 and on some before it, in a ledger with another one."""

    def read(day: str, value: float) -> ReadingRecord:
        return ReadingRecord(metric="etf.net_flow_1d", date=day, value=value, unit="usd", as_of=None, source="a")

    relation = RelationRecord(
        metric="etf.net_flow_1d",
        date="2026-02-06",
        value=-0.8,
        direction=-1,
        bound=-0.8,
        since=since,
        since_value=-1.2,
        first="2024-01-11",
        compared=3,
    )
    finding = FindingRecord(
        id="news.fund_outflow",
        rule="",
        version="",
        topic="news",
        stance="neutral",
        weight=60,
        days=1,
        partial=False,
        facts=(),
        relation=relation,
    )
    claims = [
        ClaimRecord(
            id=f"news.fund_outflow:{fact}#x",
            finding="news.fund_outflow",
            fact=fact,
            kind="ordinal",
            is_=fact,
            value=value,
            unit="count",
            as_of=None,
            inputs=tuple(read(*one) for one in inputs),
            shown={},
        )
        for fact, value, inputs in (
            ("rank", rank, (("2026-02-06", -0.8), *ahead)),
            *((("earlier", other[1], (other,)),) if other else ()),
        )
    ]
    ledger: Ledger = composed(SAMPLES / "quiet-day").record
    made = ledger.model_copy(update={"claims": tuple(claims), "findings": (finding,)})
    return [why for _, why in check_superlatives(made, {})]


def test_a_rank_is_held_to_the_readings_that_are_before_it() -> None:
    assert rank_faults(3.0, AHEAD) == []
    assert rank_faults(2.0, AHEAD) == ["it has the rank 2.0, and rests on 2 readings that are more extreme"]
    assert rank_faults(3.0, (AHEAD[0], ("2025-11-20", -0.7))) == [
        "etf.net_flow_1d of 2025-11-20 is said to be more extreme, and is not"
    ]
    assert rank_faults(3.0, (AHEAD[0], AHEAD[0])) == ["what is before it in rank is not of as many days before it"]
    assert rank_faults(3.0, AHEAD, since="2025-12-01") == [
        "the last reading that is before it in rank is not that of 2025-12-01"
    ]


def test_a_more_extreme_reading_of_the_ledger_that_a_rank_passes_over_holds() -> None:
    assert rank_faults(3.0, AHEAD, ("2026-02-05", -0.7)) == []
    assert rank_faults(3.0, AHEAD, ("2026-01-31", -1.2)) == []
    assert rank_faults(3.0, AHEAD, ("2025-02-25", -1.0)) == [
        "etf.net_flow_1d of 2025-02-25 is more extreme, and is not among those before it in rank"
    ]


@pytest.mark.parametrize(("value", "strict", "right"), [(5.0, False, True), (5.0, True, False), (4.0, True, True)])
def test_a_level_is_lost_below_it_and_not_at_it(value: float, strict: bool, right: bool) -> None:
    assert reaches(value, 5.0, -1, strict=strict) is right
