"""Explanations, the nearest change that turns a rule, coverage and records over days."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from reporter.model.finding import State
from reporter.rules import Replay, RuleBook
from reporter.rules.analysis.explain import ClauseExplanation, explain_day
from reporter.rules.analysis.flips import find_nearest_flip
from reporter.rules.engine.history import RuleCoverage, count_coverage, review_rules
from reporter.rules.engine.measure import measure_condition
from tests.rules.build import Values, book, make_metrics, rule

Load = Callable[..., RuleBook]


def _replay(load: Load, values: dict[str, Values], *rules: str, conditions: str = "") -> Replay:
    return Replay(load(book(*rules, conditions=conditions)), make_metrics(values))


def _flat(reason: ClauseExplanation) -> list[tuple[str, bool | None, bool]]:
    return [(reason.text, reason.truth, reason.decisive), *(one for part in reason.parts for one in _flat(part))]


def test_a_clause_tells_value_threshold_margin_and_source(load: Load) -> None:
    replay = _replay(load, {"price.return_1d": [0.02, 0.04]}, rule("a", "abs(price.return_1d) >= 5%"))
    found = explain_day(replay, replay.get_rule("a"), 1)
    reason = found.reason
    assert (found.outcome.state, found.decided_by, found.days) == (State.NOT_FIRED, "when", 0)
    assert (reason.value, reason.threshold, reason.unit) == (0.04, 0.05, "fraction")
    assert reason.margin == pytest.approx(-0.01)
    assert [(one.metric, one.value, one.source) for one in reason.readings] == [("price.return_1d", 0.04, "hand")]


def test_only_the_clause_that_would_turn_it_decides(load: Load) -> None:
    values: dict[str, Values] = {"price.close": [11], "sentiment.score": [20], "flows.net_1d": [5]}
    when = "price.close > 10 and (sentiment.score > 50 or flows.net_1d > 9)"
    replay = _replay(load, values, rule("a", when))
    assert _flat(explain_day(replay, replay.get_rule("a"), 0).reason) == [
        ("(price.close > 10) and ((sentiment.score > 50) or (flows.net_1d > 9))", False, False),
        ("price.close > 10", True, False),
        ("(sentiment.score > 50) or (flows.net_1d > 9)", False, False),
        ("sentiment.score > 50", False, True),
        ("flows.net_1d > 9", False, True),
    ]


def test_a_missing_reading_says_why(load: Load) -> None:
    replay = _replay(load, {"price.close": [11]}, rule("a", "flows.net_1d > 0 and price.close > 1"))
    reason = explain_day(replay, replay.get_rule("a"), 0).reason
    assert [(one.metric, one.value, one.missing) for part in reason.parts[:1] for one in part.readings] == [
        ("flows.net_1d", None, "no row")
    ]


def test_an_exit_decides_while_a_state_holds(load: Load) -> None:
    values: dict[str, Values] = {"price.close": [11, 8]}
    replay = _replay(load, values, rule("a", "price.close > 10", until="price.close < 5"))
    found = [explain_day(replay, replay.get_rule("a"), day) for day in (0, 1)]
    assert [(one.decided_by, one.outcome.state, one.days) for one in found] == [
        ("when", State.FIRED, 1),
        ("until", State.FIRED, 2),
    ]


def _flip(replay: Replay, name: str = "a") -> tuple[str, float, bool, State] | None:
    found = find_nearest_flip(replay, replay.get_rule(name), replay.metrics.today_index)
    return (found.metric, round(found.needed, 9), found.above, found.state) if found else None


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("price.close >= 12", ("price.close", 12.0, True, State.FIRED)),
        ("price.close > 10", ("price.close", 10.0, False, State.NOT_FIRED)),
        ("price.close / 2 > 9", ("price.close", 18.0, True, State.FIRED)),
        ("price.close > 20 and flows.net_1d > 0", None),
        ("price.close > 20 or sentiment.score > 41", ("sentiment.score", 41.0, True, State.FIRED)),
        ("not price.close > 10", ("price.close", 10.0, False, State.FIRED)),
        ("price.close > prev(price.close) + 5", ("price.close", 15.0, True, State.FIRED)),
        ("abs(price.return_1d) >= 5%", ("price.return_1d", -0.05, False, State.FIRED)),
    ],
)
def test_the_nearest_change_that_turns_a_rule(
    load: Load, when: str, expected: tuple[str, float, bool, State] | None
) -> None:
    closes = [10.0 + at % 2 for at in range(20)]
    scores = [40.0, 40.5] * 10
    values: dict[str, Values] = {"price.close": closes, "sentiment.score": scores, "price.return_1d": [-0.04]}
    replay = _replay(load, values, rule("a", when))
    assert _flip(replay) == expected


def test_the_change_is_looked_for_through_other_rules(load: Load) -> None:
    replay = _replay(load, {"price.close": [11]}, rule("up", "price.close > 12"), rule("a", 'fired("up")'))
    assert _flip(replay) == ("price.close", 12.0, True, State.FIRED)


def test_a_change_that_only_suppresses_turns_it_too(load: Load) -> None:
    group = {"group": "g", "pick": "first"}
    replay = _replay(
        load, {"price.close": [11]}, rule("high", "price.close > 12", **group), rule("a", "price.close > 1", **group)
    )
    assert _flip(replay) == ("price.close", 1.0, False, State.NOT_FIRED)


def _days(values: Sequence[float | None]) -> dict[str, Values]:
    return {"price.close": values}


def test_a_record_counts_spells_flaps_and_the_longest(load: Load) -> None:
    replay = _replay(load, _days([1, 9, 1, 9, 9, 9, None, 1, 1, 9]), rule("a", "price.close > 5"))
    record = review_rules(replay, replay.book.rules, range(10)).records[0]
    assert (record.fired, record.unknown, record.spells, record.flaps, record.longest, record.firing_rate) == (
        5,
        1,
        3,
        1,
        3,
        0.5,
    )


def test_rules_that_fire_together_are_told_and_constant_ones_are_not(load: Load) -> None:
    closes = [9.0 if at % 2 else 1.0 for at in range(20)]
    replay = _replay(
        load,
        _days(closes),
        rule("a", "price.close > 5"),
        rule("b", "price.close > 6"),
        rule("always", "price.close > 0"),
    )
    history = review_rules(replay, replay.book.rules, range(20))
    assert [(pair.one, pair.other, pair.together, pair.share) for pair in history.pairs] == [("a", "b", 10, 1.0)]


def test_coverage_counts_truths_and_clauses_that_decide(load: Load) -> None:
    values: dict[str, Values] = {"price.close": [1, 9, 9, None], "sentiment.score": [60, 60, 40, 60]}
    replay = _replay(load, values, rule("a", "price.close > 5 and sentiment.score > 50"))
    seen = count_coverage(replay, replay.get_rule("a"), range(4))
    assert seen == RuleCoverage("a", 1, 2, 1, {"price.close > 5": 2, "sentiment.score > 50": 2})


@pytest.mark.parametrize(
    "when",
    [
        "price.close > 5 and sentiment.score > 50 and flows.net_1d <= 3",
        "price.close > 5 or not sentiment.score > 50",
        "price.close > prev(price.close)",
    ],
)
def test_the_compiled_trace_says_what_the_slow_one_does(load: Load, when: str) -> None:
    values: dict[str, Values] = {
        "price.close": [1, 9, None, 7],
        "sentiment.score": [60, None, 40, 51],
        "flows.net_1d": [1, 2, 9, 3],
    }
    replay = _replay(load, values, rule("a", when))
    measured = measure_condition(replay.get_rule("a").when.tree, replay.scope)
    for day in range(4):
        taken = measured.take(day)
        slow = replay.traced.trace_condition(replay.get_rule("a").when.tree, day)
        leaves = {id(leaf): truth for leaf, truth in zip(measured.leaves, taken[1::2], strict=True)}
        assert taken[0] is slow.value
        waiting = [slow]
        while waiting:
            clause = waiting.pop()
            waiting += clause.parts
            if not clause.parts:
                assert leaves[id(clause.node)] is clause.value


def test_a_trace_tells_the_margin(load: Load) -> None:
    replay = _replay(
        load, {"price.close": [7], "sentiment.score": [None]}, rule("a", "price.close > 5 or sentiment.score > 1")
    )
    measured = measure_condition(replay.get_rule("a").when.tree, replay.scope)
    taken = measured.take(0)
    assert [measured.compute_margin(at, 0, taken) for at in (0, 1)] == [2.0, None]
