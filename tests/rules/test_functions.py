"""Each named function: its value on known days, and what a gap does to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from reporter.model.metric import Unit
from reporter.rules.engine.binding import Scope
from reporter.rules.expressions.check import KnownNames, check_expression
from reporter.rules.expressions.parse import parse_expression
from reporter.rules.expressions.signatures import FUNCTIONS
from tests.rules.build import CUT, REGISTRY, event, make_metrics

GAP: float | None = None
CLOSE = "price.close"


def _scope(closes: Sequence[float | None], **more: Sequence[float | None]) -> Scope:
    return Scope(make_metrics({CLOSE: closes, **more}), {}, lambda _rule, _index: None)


def _number(text: str, closes: Sequence[float | None]) -> float | None:
    scope = _scope(closes)
    unit, refused = check_expression(parse_expression(text), KnownNames(REGISTRY, (), ()), "fact")
    assert not refused, (unit, refused)
    return scope.bind_number(parse_expression(text))(len(closes) - 1)


@pytest.mark.parametrize(
    ("text", "closes", "value"),
    [
        ("prev(price.close)", [1, 2, 3], 2),
        ("prev(price.close)", [1, GAP, 3], None),
        ("prev(price.close)", [3], None),
        ("ago(price.close, 2)", [1, 2, 3], 1),
        ("ago(price.close, 2d)", [1, 2, GAP], 1),
        ("ago(price.close, 3)", [1, 2, 3], None),
        ("ago(price.close, streak(price.close > 1))", [1, 2, 3], 1),
        ("ago(price.close, streak(price.close > 1) / 2)", [1, 2, 3, 4], None),
        ("ago(price.close, -1 * streak(price.close > 1))", [1, 2, 3], None),
        ("change(price.close, 2)", [1, 2, 4], 3),
        ("change(price.close, 2)", [GAP, 2, 4], None),
        ("pct_change(price.close, 1)", [4, 5], 0.25),
        ("pct_change(price.close, 1)", [0, 5], None),
        ("pct_change(price.close, 1)", [-1, 5], None),
        ("streak(price.close > 1)", [2, 1, 2, 3], 2),
        ("streak(price.close > 1)", [2, 2, 1], 0),
        ("streak(price.close > 1)", [2, GAP, 2, 3], 2),
        ("streak(price.close > 1)", [2, 2, GAP], None),
        ("streak(price.close > 1)", [2, 2, 2], 3),
        ("days_since(price.close > 5)", [6, 1, 1], 2),
        ("days_since(price.close > 5)", [1, 6], 0),
        ("days_since(price.close > 5)", [6, GAP, 1], 2),
        ("days_since(price.close > 5)", [6, 1, GAP], None),
        ("days_since(price.close > 5)", [1, 1], None),
        ("first_since(price.close > 5)", [6, 1, 7], 2),
        ("first_since(price.close > 5)", [6, 1, GAP], 2),
        ("first_since(price.close > 5)", [1, 1, 7], None),
        ("base_rate(price.close > 5, price.close > 2, 1)", [6, 3, 6, 1, 6, 3], 2 / 3),
        ("base_rate(price.close > 5, price.close > 2, 1)", [6, 3, 6, 1, 6], None),
        ("base_rate(price.close > 5, price.close > 2, 1)", [6, 3, 6, GAP, 6, 3, 6, 1], 2 / 3),
        ("base_hits(price.close > 5, price.close > 2, 1)", [6, 3, 6, 1, 6, 3], 2),
        ("base_cases(price.close > 5, price.close > 2, 1)", [6, 3, 6, 1, 6, 3, 6], 3),
        ("base_cases(price.close > 5, price.close > 2, 2d)", [6, 3, 6, 1, 6, 3], None),
        ("usual_rate(price.close > 2, 1)", [6, 3, 6, 1, GAP], 2 / 3),
        ("days_in(price.close > 2, 3d)", [6, 3, 1, 6], 2),
        ("days_in(price.close > 2, 3d)", [GAP, 3, 1, 1], 1),
        ("days_in(price.close > 2, 3d)", [6, GAP, 1, 6], None),
        ("days_in(price.close > 2, 3d)", [6, 3], None),
        ("usual_rate(price.close > 2, 2)", [6, 3, 6, 1], None),
        ("percentile(price.close, 4)", [1, 2, 3, 2], 0.75),
        ("percentile(price.close, 4)", [9, 1, GAP, 3, 2], 0.5),
        ("percentile(price.close, 4)", [1, 2], 1.0),
        ("percentile(price.close, 4)", [2], None),
        ("percentile(price.close, 4)", [1, 2, 3, GAP], None),
        ("max_over(price.close, 3)", [9, 1, 3, 2], 3),
        ("max_over(price.close, 4)", [GAP, GAP, 3, 2], 3),
        ("max_over(price.close, 4)", [GAP, GAP, GAP, 2], None),
        ("max_over(price.close, 4)", [3, 3, 3, GAP], None),
        ("max_over(price.close, 4)", [2], None),
        ("min_over(price.close, 3)", [0, 4, 3, 5], 3),
        ("mean_over(price.close, 2)", [9, 1, 2], 1.5),
        ("mean_over(price.close, 4)", [1, GAP, GAP, 2], 1.5),
        ("abs(price.close - 5)", [2], 3),
        ("abs(price.close)", [GAP], None),
        ("min(price.close, 5, 3)", [4], 3),
        ("max(price.close, 5)", [4], 5),
        ("max(price.close, 5)", [GAP], None),
        ("count(price.close > 1, price.close > 2, price.close > 3)", [3], 2),
        ("count(price.close > 1, flows.net_1d > 2)", [3], None),
        ("price.close / (price.close - 3) * 1%", [3], None),
    ],
)
def test_number(text: str, closes: Sequence[float | None], value: float | None) -> None:
    assert _number(text, closes) == value


@pytest.mark.parametrize(
    ("text", "closes", "value"),
    [
        ("crossed(price.close, 5)", [4, 6], True),
        ("crossed(price.close, 5)", [6, 4], True),
        ("crossed(price.close, 5)", [5, 6], False),
        ("crossed(price.close, 5)", [4, 5], True),
        ("crossed(price.close, 5)", [GAP, 6], None),
        ("crossed(price.close, 5)", [6], None),
        ("crossed(price.close, mean_over(price.close, 2))", [4, 4, 8, 2], True),
        ("prev(price.close > 3)", [4, 1], True),
        ("prev(price.close > 3)", [4], None),
        ("ago(price.close > 3, 2)", [4, 1, 1], True),
        ("1 < price.close < 3", [2], True),
        ("1 < price.close < 3", [3], False),
        ("1 < price.close < flows.net_1d", [2], None),
        ("1 < price.close < flows.net_1d", [1], False),
        ("price.close in [1, 2k]", [2000], True),
        ("price.close not in [1, 2k]", [2], True),
        ("price.close in [1]", [GAP], None),
        ("price.close is missing", [GAP], True),
        ("price.close is not missing", [GAP], False),
        ("(price.close > 1) is missing", [GAP], True),
        ("price.weekend", [1], None),
        ("true or price.weekend", [1], True),
    ],
)
def test_condition(text: str, closes: Sequence[float | None], value: bool | None) -> None:
    assert check_expression(parse_expression(text), KnownNames(REGISTRY, (), ()), "condition")[1] == ()
    assert _scope(closes).bind_condition(parse_expression(text))(len(closes) - 1) is value


def test_a_metric_of_yes_and_no_is_a_condition() -> None:
    scope = Scope(make_metrics({"price.weekend": [0.0, 1.0, None]}), {}, lambda _rule, _index: None)
    weekend = scope.bind_condition(parse_expression("price.weekend"))
    assert [weekend(day) for day in range(3)] == [False, True, None]


def test_change_between_two_sources_is_missing() -> None:
    metrics = make_metrics({CLOSE: [1, 2, 4]}, sources={CLOSE: ["a", "b", "b"]})
    scope = Scope(metrics, {}, lambda _rule, _index: None)
    assert scope.bind_number(parse_expression("change(price.close, 1)"))(2) == 2
    assert scope.bind_number(parse_expression("change(price.close, 2)"))(2) is None
    assert scope.bind_number(parse_expression("pct_change(price.close, 2)"))(2) is None


def test_has_event_looks_back_from_each_days_cut() -> None:
    metrics = make_metrics({CLOSE: [1, 1, 1]}, events=[event("a", "policy", 1.5)])
    has = Scope(metrics, {}, lambda _rule, _index: None).bind_condition(parse_expression('has_event("policy", 1d)'))
    assert [has(day) for day in range(3)] == [False, True, False]
    wide = Scope(metrics, {}, lambda _rule, _index: None).bind_condition(parse_expression('has_event("policy", 2d)'))
    assert [wide(day) for day in range(3)] == [False, True, True]
    other = Scope(metrics, {}, lambda _rule, _index: None).bind_condition(parse_expression('has_event("quote", 9d)'))
    assert other(2) is False


@pytest.mark.parametrize(
    ("text", "spx", "ndx", "gold", "value"),
    [
        ('same_sign("macro.*.return_1d", "*")', 0.1, 0.2, -0.1, 2 / 3),
        ('same_sign("macro.*.return_1d", "*")', -0.1, -0.2, None, -1.0),
        ('same_sign("macro.*.return_1d", "equity")', -0.1, 0.2, 0.1, 0.0),
        ('same_sign("macro.*.return_1d", "equity")', None, None, 0.1, None),
        ('up_count("macro.*.return_1d", "*")', 0.1, 0.0, -0.1, 1.0),
        ('up_count("macro.*.return_1d", "metal")', 0.1, 0.1, None, None),
        ('up_count("macro.*.return_1d", "not metal")', 0.1, 0.1, 0.1, 2.0),
        ('known_count("macro.*.return_1d", "equity")', 0.1, None, 0.1, 1.0),
        ('known_count("macro.*.return_1d", "metal")', 0.1, 0.1, None, 0.0),
        ('up_count("macro.*.return_1d", "*", 1)', 0.1, 0.1, 0.1, None),
    ],
)
def test_lists(text: str, spx: float | None, ndx: float | None, gold: float | None, value: float | None) -> None:
    metrics = make_metrics({"macro.spx.return_1d": [spx], "macro.ndx.return_1d": [ndx], "macro.gold.return_1d": [gold]})
    assert Scope(metrics, {}, lambda _rule, _index: None).bind_number(parse_expression(text))(0) == value


def test_a_list_can_be_read_some_days_ago() -> None:
    metrics = make_metrics({"macro.spx.return_1d": [0.1, None], "macro.ndx.return_1d": [-0.1, None]})
    up = Scope(metrics, {}, lambda _rule, _index: None).bind_number(
        parse_expression('up_count("macro.*.return_1d", "equity", 1d)')
    )
    assert up(1) == 1.0


def test_nested_look_backs_cost_days_and_not_their_product() -> None:
    text = "price.close"
    for _level in range(8):
        text = f"max_over({text}, 300)"
    # Computed anew at each level for each day, this would take 300 to the power of 8 steps, and never end.
    assert _number(text, [float(day % 7) for day in range(1300)]) == 6.0


def test_every_function_says_what_a_gap_does() -> None:
    first_words = {function.gap.split(":")[0].split(" ")[0] for function in FUNCTIONS.values()}
    assert first_words == {"hold", "break", "unknown", "none", "missing"}


@pytest.mark.parametrize(
    ("hours", "value"),
    [
        ((0.0, 0.0), True),  # midnight ends the day before it
        ((-3.0, -23.0), True),
        ((-3.0, -24.0), False),  # the day before
        ((-3.0, 1.0), False),
        ((None, None), None),
        ((-3.0, None), True),
    ],
)
def test_readings_of_a_list_are_of_the_day_on_which_their_periods_end(
    hours: tuple[float | None, float | None], value: bool | None
) -> None:
    names = ("macro.spx.return_1d", "macro.ndx.return_1d")
    metrics = make_metrics({name: [None if hour is None else 0.1] for name, hour in zip(names, hours, strict=True)})
    ends = {name: None if hour is None else CUT + 3600 * hour for name, hour in zip(names, hours, strict=True)}
    series = {name: replace(metrics.series[name], as_of=(end,)) for name, end in ends.items()}
    read = replace(metrics, series={**metrics.series, **series})
    told = Scope(read, {}, lambda _rule, _index: None).bind_condition(
        parse_expression('on_day("macro.*.return_1d", "equity")')
    )
    assert told(0) is value


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        ("at(price.clos, 20)", 'unknown metric "price.clos"', 'did you mean "price.close"?'),
        ("at(price.low, 20)", 'at() can\'t read hours of "price.low"', "it reads price.close"),
        (
            "share_in_window(price.close, 0, 4)",
            'share_in_window() can\'t read hours of "price.close"',
            "it reads flows.net_1d",
        ),
        (
            "share_in_window(flows.net_1d, 8, 4)",
            "share_in_window() takes a metric and hours of a day",
            "write share_in_window(",
        ),
        ("share_in_window(flows.net_1d, 20, 25)", '"25" isn\'t a whole hour from 0 to 24', "write 20"),
        ("at(price.close + 1, 20)", "at() takes a metric and hours of a day", "write at(metric, 20)"),
        ("at(price.close)", "at() doesn't take 1 argument", "write at(metric, 20)"),
    ],
)
def test_hours_that_cannot_be_read_are_refused(text: str, what: str, hint: str) -> None:
    _, refused = check_expression(parse_expression(text), KnownNames(REGISTRY, (), ()), "fact")

    assert refused[0].what.startswith(what)
    assert refused[0].hint.startswith(hint)


def test_a_reading_of_hours_is_a_metric_of_its_own() -> None:
    name = "share_in_window(flows.net_1d, 20, 24)"

    assert parse_expression(f"prev({name})") == parse_expression("prev(share_in_window( flows.net_1d,20 , 24))")
    unit, refused = check_expression(parse_expression(name), KnownNames(REGISTRY, (), ()), "fact")
    assert (unit, refused) == (Unit.FRACTION, ())
