"""Outcomes: states, groups, superseding, time, and what findings carry."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis.strategies import booleans, lists

from reporter.diagnostics.errors import HeldError
from reporter.model.finding import Input, State
from reporter.model.metric import Unit
from reporter.rules import Replay, RuleBook, evaluate_rules
from tests.rules.build import CUT, DAY, book, event, make_metrics, outcomes, rule

Load = Callable[..., RuleBook]
UP = "price.close > 10"


def test_one_outcome_a_rule_in_file_order(load: Load) -> None:
    rules = load(book(rule("b", UP), rule("a", "price.close < 10")), book(rule("c", "flows.net_1d > 0")))
    found = evaluate_rules(rules, make_metrics({"price.close": [11]}))
    assert [(one.rule_id, one.state, one.missing) for one in found] == [
        ("b", State.FIRED, ()),
        ("a", State.NOT_FIRED, ()),
        ("c", State.UNKNOWN, ("flows.net_1d",)),
    ]


def test_unknown_names_only_what_keeps_it_unknown(load: Load) -> None:
    when = "(price.close > 10 or sentiment.score > 1) and flows.net_1d > 0"
    found = outcomes(load(book(rule("a", when))), make_metrics({"price.close": [11]}))["a"]
    assert (found.state, found.missing) == (State.UNKNOWN, ("flows.net_1d",))


def test_fired_with_an_unknown_part_is_partial(load: Load) -> None:
    rules = load(book(rule("a", "price.close > 10 or flows.net_1d > 0"), rule("b", "price.close > 10")))
    found = outcomes(rules, make_metrics({"price.close": [11]}))
    assert [(one.state, one.missing, one.finding and one.finding.partial) for one in found.values()] == [
        (State.FIRED, ("flows.net_1d",), True),
        (State.FIRED, (), False),
    ]


def test_a_missing_fact_silences_unless_it_is_optional(load: Load) -> None:
    facts = "{flow: flows.net_1d, close: price.close}"
    rules = load(book(rule("a", UP, facts=facts), rule("b", UP, facts=facts, optional="[flow]")))
    found = outcomes(rules, make_metrics({"price.close": [11]}))
    assert (found["a"].state, found["a"].missing) == (State.UNKNOWN, ("flows.net_1d",))
    assert (found["b"].state, found["b"].missing) == (State.FIRED, ("flows.net_1d",))
    assert found["b"].finding is not None
    assert [(fact.name, fact.value) for fact in found["b"].finding.facts] == [("flow", None), ("close", 11)]
    assert not found["b"].finding.partial


def test_named_conditions_reach_across_files(load: Load) -> None:
    rules = load(book(rule("a", "high and not low")), "conditions:\n  high: price.close > 10\n  low: not high\n")
    assert outcomes(rules, make_metrics({"price.close": [11]}))["a"].state is State.FIRED


def test_first_of_a_group_wins_in_file_order(load: Load) -> None:
    group = {"group": "g", "pick": "first"}
    rules = load(
        book(rule("a", "price.close > 20", **group), rule("b", UP, **group), rule("c", "price.close > 1", **group))
    )
    found = outcomes(rules, make_metrics({"price.close": [11]}))
    assert [(one.state, one.by) for one in found.values()] == [
        (State.NOT_FIRED, ()),
        (State.FIRED, ()),
        (State.SUPPRESSED, ("b",)),
    ]
    assert found["c"].finding is not None


def test_collect_keeps_all_of_a_group(load: Load) -> None:
    group = {"group": "g", "pick": "collect"}
    found = outcomes(load(book(rule("a", UP, **group), rule("b", UP, **group))), make_metrics({"price.close": [11]}))
    assert [one.state for one in found.values()] == [State.FIRED, State.FIRED]


def test_two_of_a_unique_group_hold_the_brief(load: Load) -> None:
    group = {"group": "g", "pick": "unique"}
    rules = load(book(rule("a", UP, **group), rule("b", UP, **group)))
    with pytest.raises(HeldError) as held:
        evaluate_rules(rules, make_metrics({"price.close": [11]}))
    assert str(held.value) == (
        'rules/0.yaml:9: rules "a" and "b" both fired on 2026-02-06, and their group "g" picks unique'
    )
    assert outcomes(rules, make_metrics({"price.close": [9]}))["a"].state is State.NOT_FIRED


def test_superseded_rules_keep_their_finding_and_still_supersede(load: Load) -> None:
    rules = load(
        book(
            rule("fall", "price.close < 10"),
            rule("plunge", "price.close < 8", supersedes="[fall]"),
            rule("crash", "price.close < 6", supersedes="[plunge]"),
        )
    )
    found = outcomes(rules, make_metrics({"price.close": [5]}))
    assert [(one.state, one.by) for one in found.values()] == [
        (State.SUPPRESSED, ("plunge",)),
        (State.SUPPRESSED, ("crash",)),
        (State.FIRED, ()),
    ]
    assert all(one.finding for one in found.values())
    assert outcomes(rules, make_metrics({"price.close": [9]}))["fall"].state is State.FIRED


def test_superseding_settles_a_unique_group(load: Load) -> None:
    group = {"group": "g", "pick": "unique"}
    rules = load(book(rule("a", UP, **group), rule("b", UP, supersedes="[a]", **group)))
    found = outcomes(rules, make_metrics({"price.close": [11]}))
    assert [(one.state, one.by) for one in found.values()] == [(State.SUPPRESSED, ("b",)), (State.FIRED, ())]


def test_meta_rules_see_what_fired_before_suppression(load: Load) -> None:
    rules = load(
        book(
            rule("meta", 'fired("a") and fired("b")', supersedes="[a, b]", facts="{n: 'count(fired(\"a\"), true)'}"),
            rule("a", UP),
            rule("b", "prev(fired('a'))"),
            rule("c", 'fired("d")'),
            rule("d", "flows.net_1d > 0"),
        )
    )
    found = outcomes(rules, make_metrics({"price.close": [11, 12]}))
    assert [(one.state, one.by, one.missing) for one in found.values()] == [
        (State.FIRED, (), ()),
        (State.SUPPRESSED, ("meta",), ()),
        (State.SUPPRESSED, ("meta",), ()),
        (State.UNKNOWN, (), ("flows.net_1d",)),
        (State.UNKNOWN, (), ("flows.net_1d",)),
    ]
    assert found["meta"].finding is not None
    assert found["meta"].finding.facts[0].value == 2


@pytest.mark.parametrize(
    ("closes", "states"),
    [
        ([11, 11, 11, 9], "ppf-"),
        ([11, None, 11, 11, 11], "p?ppf"),
        ([9, 11, 11, 11, 11], "-ppff"),
    ],
)
def test_for_waits_and_a_gap_begins_again(load: Load, closes: list[float | None], states: str) -> None:
    replay = Replay(load(book(rule("a", UP, for_="3d"))), make_metrics({"price.close": closes}))
    assert _states(replay, len(closes)) == states


@pytest.mark.parametrize(
    ("closes", "states"),
    [
        ([9, 11, 9, 8, 5, 9, 11], "-fff--f"),
        ([11, None, 9, 5, None, 9], "f?f-?-"),
        ([11, 4, 11], "f-f"),
    ],
)
def test_until_holds_between_two_thresholds(load: Load, closes: list[float | None], states: str) -> None:
    replay = Replay(load(book(rule("a", UP, until="price.close < 6"))), make_metrics({"price.close": closes}))
    assert _states(replay, len(closes)) == states


def _states(replay: Replay, days: int) -> str:
    marks = {State.FIRED: "f", State.NOT_FIRED: "-", State.UNKNOWN: "?", State.PENDING: "p"}
    return "".join(marks[replay.evaluate_rules(day)[0].state] for day in range(days))


def test_days_count_the_row_up_to_sixty(load: Load) -> None:
    rules = load(book(rule("a", UP)))
    long = outcomes(rules, make_metrics({"price.close": [11] * 80}))["a"].finding
    short = outcomes(rules, make_metrics({"price.close": [11, 9, 11, 11]}))["a"].finding
    assert long is not None
    assert short is not None
    assert (long.days, short.days) == (60, 2)


def test_an_earlier_day_is_judged_without_the_later_ones(load: Load) -> None:
    rules = load(book(rule("a", "streak(price.close > 10) >= 2"), rule("b", "price.close > 10", for_="2d")))
    whole = make_metrics({"price.close": [11, 11, 9, 11]})
    cut = make_metrics({"price.close": [11, 11]})
    states = [one.state for one in evaluate_rules(rules, whole, 1)]
    assert states == [one.state for one in evaluate_rules(rules, cut)] == [State.FIRED, State.FIRED]


def test_a_day_and_those_beside_it_are_evaluated_once(load: Load) -> None:
    replay = Replay(load(book(rule("a", UP))), make_metrics({"price.close": [11, 9, 12, 13]}))
    # As those who walk over days ask: a day, and then the day before it.
    first = replay.evaluate_rules(1)
    replay.evaluate_rules(0)
    second = replay.evaluate_rules(2)
    assert replay.evaluate_rules(1) is first
    assert replay.evaluate_rules(2) is second


def test_a_day_outside_the_metrics_is_a_bug(load: Load) -> None:
    rules = load(book(rule("a", UP)))
    with pytest.raises(IndexError, match=r"^day 1 is outside the metrics' 1 days$"):
        evaluate_rules(rules, make_metrics({"price.close": [11]}), 1)


def test_finding_carries_rule_place_version_and_inputs(load: Load) -> None:
    text = book(rule("a", UP, facts="{rise: 'price.close - prev(price.close)'}"))
    finding = outcomes(load(text), make_metrics({"price.close": [8, 11]}))["a"].finding
    assert finding is not None
    fact = finding.facts[0]
    assert (finding.rule, fact.value, fact.unit, fact.expression, fact.as_of) == (
        "rules/0.yaml:2",
        3,
        Unit.PRICE,
        "price.close - prev(price.close)",
        CUT,
    )
    assert fact.inputs == (
        Input("price.close", "2026-02-06", 11, Unit.PRICE, CUT, "hand"),
        Input("price.close", "2026-02-05", 8, Unit.PRICE, CUT - DAY, "hand"),
    )


def test_version_follows_what_the_rule_says_and_not_its_comments(load: Load) -> None:
    plain = load(book(rule("a", UP))).rules[0].version
    remarked = rule("a", UP + "  # a comment", note="why", tests="[{name: x, state: unknown}]")
    noted = load(book(remarked)).rules[0].version
    other = load(book(rule("a", "price.close > 11"))).rules[0].version
    assert plain == noted
    assert plain != other
    assert len(plain) == 12


def test_hash_follows_the_bytes_of_all_files(load: Load) -> None:
    one, other = book(rule("a", UP)), book(rule("b", UP))
    assert load(one, other).hash == load(one, other).hash
    assert len({load(one).hash, load(other).hash, load(one, other).hash, load(one + "# c\n").hash}) == 4


def test_event_fact_is_the_newest_of_its_topic(load: Load) -> None:
    rules = load(book(rule("a", 'has_event("policy", 3d)', facts="{story: 'event(\"policy\", 3d)'}")))
    stories = [
        event("old", "policy", 2),
        event("new", "policy", 1),
        event("late", "policy", -1),
        event("q", "quote", 0),
    ]
    found = outcomes(rules, make_metrics({"price.close": [1]}, events=stories))["a"]
    assert found.finding is not None
    fact = found.finding.facts[0]
    assert (fact.value, fact.unit, fact.event, fact.as_of) == ("new", Unit.TEXT, stories[1], CUT - DAY)


def test_conditions_that_name_each_other_twice_stay_cheap(load: Load) -> None:
    lines = ["conditions:", "  c0: flows.net_1d > 0"]
    lines += [f"  c{n}: (c{n - 1} or c{n - 1}) and c{n - 1}" for n in range(1, 25)]
    text = "\n".join(lines) + "\n" + book(rule("a", "c24 or price.close > 1 or streak(c24) > 1"))
    found = outcomes(load(text), make_metrics({"price.close": [2]}))["a"]
    assert (found.state, found.missing) == (State.FIRED, ("flows.net_1d",))


def test_a_turn_counts_the_days_on_which_a_rule_holds(load: Load) -> None:
    rules = load(book(rule("a", UP)))

    @given(lists(booleans(), min_size=2, max_size=58))
    def check(holds: list[bool]) -> None:
        replay = Replay(rules, make_metrics({"price.close": [11.0 if held else 9.0 for held in holds]}))
        days = [at for at, held in enumerate(holds) if held]
        turns = {day: replay.count_turn("a", day) for day in days}
        # One more on each day in a row, and no later day has the turn of an earlier one.
        assert all(turns[day] == turns[day - 1] + 1 for day in days if day - 1 in turns)
        assert list(turns.values()) == sorted(set(turns.values()))

    check()


def test_what_is_due_was_not_on_the_five_days_before(load: Load) -> None:
    rules = load(book(rule("a", UP)))

    @given(lists(booleans(), min_size=1, max_size=40))
    def check(holds: list[bool]) -> None:
        replay = Replay(rules, make_metrics({"price.close": [11.0 if held else 9.0 for held in holds]}))
        due = [replay.is_due("a", day) for day in range(len(holds))]
        # Counted anew from the first day of a stretch of sixty-four.
        first = max((at for at, day in enumerate(replay.metrics.dates) if day.toordinal() % 64 == 0), default=0)
        for start, end in ((0, first), (first, len(holds))):
            for day in range(start, end):
                rested = not any(due[max(start, day - 5) : day])
                assert due[day] is (holds[day] and rested)

    check()


def test_a_turn_goes_on_where_it_was_left(load: Load) -> None:
    closes = [11.0, 9.0, 9.0, 11.0, 11.0, 9.0, 11.0] + [9.0] * 20
    replay = Replay(load(book(rule("a", UP))), make_metrics({"price.close": closes}))
    stretches = {one.toordinal() // 64 for one in replay.metrics.dates[:7]}
    assert len(stretches) == 1, "its days have to be of one stretch"
    turns = [replay.count_turn("a", day) for day in (0, 3, 4, 6)]
    assert [turn - turns[0] for turn in turns] == [0, 1, 2, 3]


def test_what_has_held_for_sixty_days_has_the_dates_turn(load: Load) -> None:
    replay = Replay(load(book(rule("a", UP))), make_metrics({"price.close": [9.0] * 3 + [11.0] * 61}))
    assert [replay.count_turn("a", day) for day in (62, 63)] == [
        replay.metrics.dates[day].toordinal() for day in (62, 63)
    ]
