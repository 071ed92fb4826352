"""Runs and ranks that a metric counts, counted again from the readings that a ledger names."""

from __future__ import annotations

import pytest

from reporter.metrics import list_metric_specs
from reporter.verify.ledger.ledger_model import ClaimRecord, Ledger, ReadingRecord
from reporter.verify.recompute.counts import COUNTS, check_counts
from tests.briefs import SAMPLES, composed

#: Flows by the day on which each is known first.
_FLOWS = (("2026-02-06", -3.0), ("2026-02-05", -1.0), ("2026-02-04", -2.0), ("2026-02-03", 4.0))


def read(metric: str, day: str, value: float, as_of: str | None = None) -> ReadingRecord:
    return ReadingRecord(metric=metric, date=day, value=value, unit="count", as_of=as_of or f"{day}Z", source="a")


def make_claim(name: str, inputs: tuple[ReadingRecord, ...], readings: int | None = None) -> ClaimRecord:
    return ClaimRecord(
        id=name,
        finding=name,
        fact="days",
        kind="count",
        is_="abs(x)",
        value=1.0,
        unit="count",
        as_of=None,
        inputs=inputs,
        readings=readings,
        shown={},
    )


def whys(*claims: ClaimRecord) -> list[str]:
    ledger: Ledger = composed(SAMPLES / "quiet-day").record
    return [why for _, why in check_counts(ledger.model_copy(update={"claims": claims}))]


def count(metric: str, value: float, *flows: tuple[str, float], of: str = "etf.net_flow_1d") -> list[str]:
    return whys(make_claim("a", (read(metric, "2026-02-06", value), *(read(of, *one) for one in flows))))


@pytest.mark.parametrize(
    ("value", "flows", "why"),
    [
        (-3.0, _FLOWS, ""),
        (-4.0, _FLOWS, "its readings have one sign on 3 days"),
        (-2.0, _FLOWS, "its readings have one sign on 3 days"),
        (3.0, _FLOWS, "its readings have one sign on 0 days"),
        # Without the reading that ended it, a run may be longer than the readings there are, and no shorter.
        (-4.0, _FLOWS[:3], ""),
        (-2.0, _FLOWS[:3], "its readings have one sign on 3 days"),
        (-4.0, (), ""),
    ],
)
def test_a_run_is_counted_in_its_readings(value: float, flows: tuple[tuple[str, float], ...], why: str) -> None:
    assert count("etf.flow_streak", value, *flows) == (
        [f"etf.flow_streak of 2026-02-06 is {value:g}, and {why}"] if why else []
    )


def test_a_reading_that_is_carried_over_a_weekend_counts_once() -> None:
    carried = read("etf.net_flow_1d", "2026-02-07", -3.0, "2026-02-06Z")
    flows = (read("etf.net_flow_1d", *one) for one in _FLOWS)

    assert whys(make_claim("a", (read("etf.flow_streak", "2026-02-07", -3.0), carried, *flows))) == []


@pytest.mark.parametrize(
    ("value", "flows", "right"),
    [
        (1.0, (("2026-02-06", -3.0), ("2026-02-04", -2.0)), True),
        (2.0, (("2026-02-06", -2.0), ("2026-02-05", -1.0), ("2026-02-04", -2.0)), True),
        (1.0, (("2026-02-06", -2.0), ("2026-02-04", -2.0)), False),
        (3.0, (("2026-02-06", -2.0), ("2026-02-04", -3.0)), False),
        # Nothing as extreme is named: how many there are is the metric's word.
        (3.0, (("2026-02-06", -2.0),), True),
    ],
)
def test_a_rank_is_counted_in_the_readings_that_are_as_extreme(
    value: float, flows: tuple[tuple[str, float], ...], right: bool
) -> None:
    assert (count("etf.outflow_rank", value, *flows) == []) is right


def test_a_reading_of_another_claim_that_is_as_extreme_takes_the_first_rank_away() -> None:
    record = make_claim("a", (read("etf.outflow_rank", "2026-02-06", 1.0), read("etf.net_flow_1d", "2026-02-06", -3.0)))
    other = make_claim("b", (read("etf.net_flow_1d", "2025-02-25", -3.5),))

    assert whys(record) == []
    assert whys(record, other) == [
        "etf.outflow_rank of 2026-02-06 is 1, and readings before that of 2026-02-06 that are as extreme: 1"
    ]


def test_a_rank_among_a_year_passes_over_what_was_before() -> None:
    low = [("2026-02-06", 40.0), ("2025-02-06", 39.0)]
    assert count("miners.hashprice_rank", 1.0, *low, of="miners.hashprice") == []
    low = [("2026-02-06", 40.0), ("2025-02-07", 39.0)]
    assert count("miners.hashprice_rank", 1.0, *low, of="miners.hashprice") != []


def test_a_brief_has_the_readings_that_its_ranks_and_runs_count() -> None:
    ledger = composed(SAMPLES / "btc-2026-02").record

    told = next(one for one in ledger.claims if (one.finding, one.fact) == ("miners.record_low", "most"))
    assert {one.metric for one in told.inputs} >= {"miners.hashprice_rank", "miners.hashprice"}
    assert list(check_counts(ledger)) == []


def test_the_gate_counts_what_each_metric_says_that_it_counts() -> None:
    specs = {name: spec.counts for name, spec in list_metric_specs([]).items() if spec.counts is not None}
    directions = {"run": 0, "above": 1, "below": -1}

    assert {name: (one.metric, directions[one.how], one.days, one.once) for name, one in specs.items()} == {
        name: (one.of, one.direction, one.days, one.once) for name, one in COUNTS.items()
    }
