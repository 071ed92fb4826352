from __future__ import annotations

import pytest

from reporter.model.metric import MissingReason
from reporter.narrative.plan.gap_findings import GAP_FINDINGS, find_gaps
from tests.narrative.build import make_metrics

FUNDING, FLOW = "derivatives.funding_1d", "etf.net_flow_1d"


def gaps(watched: list[str], values: dict[str, float], missing: dict[str, MissingReason]) -> dict[str, list[str]]:
    """Finding → the tables that it names."""
    found = find_gaps(make_metrics({"brief.weekend": 0.0, "price.close": 5.0, **values}, missing=missing), watched)
    return {finding.id: [member.name for member in finding.facts[0].members] for finding in found}


@pytest.mark.parametrize(
    ("why", "finding"),
    [
        (MissingReason.NO_SOURCE, "gap.no_source"),
        (MissingReason.NOT_STARTED, "gap.not_started"),
        (MissingReason.STALE, "gap.stale"),
        (MissingReason.BLANK, "gap.blank"),
        (MissingReason.NO_ROW, "gap.no_row"),
        (MissingReason.INCOMPLETE, "gap.incomplete"),
        (MissingReason.CLOSED, "gap.closed"),
        (MissingReason.NOT_PUBLISHED, "gap.not_published"),
        (MissingReason.COVERAGE, "gap.coverage"),
        (MissingReason.RANGE, "gap.range"),
    ],
)
def test_each_reason_has_a_finding_of_its_own(why: MissingReason, finding: str) -> None:
    assert gaps([FUNDING], {}, {FUNDING: why}) == {finding: ["funding"]}
    assert finding in GAP_FINDINGS


@pytest.mark.parametrize("why", [MissingReason.REPRESENTED, MissingReason.UNDEFINED, MissingReason.TOO_SHORT])
def test_a_reason_that_is_no_gap_is_not_told(why: MissingReason) -> None:
    assert gaps([FUNDING], {}, {FUNDING: why}) == {}


def test_tables_with_the_same_reason_are_told_together_each_once() -> None:
    watched = [FUNDING, "derivatives.liquidations_long", "derivatives.liquidations_short", FUNDING]

    found = find_gaps(make_metrics({"brief.weekend": 0.0}), watched)

    [finding] = found
    [fact] = finding.facts
    assert (finding.id, finding.topic, fact.name, fact.value) == ("gap.no_source", "gap", "tables", 2.0)
    assert [(member.name, member.term) for member in fact.members] == [
        ("funding", "table.funding"),
        ("liquidations", "table.liquidations"),
    ]


def test_a_metric_with_a_value_is_no_gap() -> None:
    assert gaps(["price.close", FUNDING], {FUNDING: 0.0}, {}) == {}


def test_a_table_that_gave_something_is_no_gap() -> None:
    watched = ["derivatives.liquidations_long"]

    assert gaps(watched, {"derivatives.liquidations_short": 1.0}, {watched[0]: MissingReason.NO_ROW}) == {}


def test_another_market_speaks_for_one_that_is_missing() -> None:
    assert (
        gaps(["macro.spx.return_1d"], {"macro.gold.return_1d": 0.01}, {"macro.spx.return_1d": MissingReason.NO_ROW})
        == {}
    )


@pytest.mark.parametrize(("weekend", "told"), [(1.0, {}), (0.0, {"gap.closed": ["cross_asset"]})])
def test_markets_that_close_every_weekend_leave_no_gap_then(weekend: float, told: dict[str, list[str]]) -> None:
    missing = dict.fromkeys(
        ("macro.spx.return_1d", "macro.gold.return_1d", "macro.spy.return_1d", "macro.nikkei.return_1d"),
        MissingReason.CLOSED,
    )

    assert gaps(["macro.spx.return_1d"], {"brief.weekend": weekend}, missing) == told


def test_on_a_weekend_a_feed_that_stopped_is_still_a_gap() -> None:
    assert gaps([FLOW], {"brief.weekend": 1.0}, {FLOW: MissingReason.STALE}) == {"gap.stale": ["fund_flows"]}
