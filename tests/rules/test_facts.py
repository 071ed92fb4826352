"""Facts: the rung of a move, and list facts with their members."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from reporter.model.finding import Fact
from reporter.model.metric import Unit
from reporter.rules import RuleBook
from tests.rules.build import book, make_metrics, outcomes, rule

Load = Callable[..., RuleBook]
#: Population standard deviation 0.01.
CALM = [0.01, -0.01] * 20


def _fact(rules: RuleBook, values: Sequence[float | None]) -> Fact:
    found = outcomes(rules, make_metrics({"price.return_1d": values}))["a"].finding
    assert found is not None
    return found.facts[0]


@pytest.mark.parametrize(
    ("value", "rung"),
    [
        (0.0004, 0),
        (-0.0004, 0),
        (0.0005, 1),
        (0.0049, 1),
        (-0.0051, 2),
        (0.0149, 2),
        (0.0151, 3),
        (-0.029, 3),
        (0.031, 4),
    ],
)
def test_rung_is_measured_in_the_metrics_own_history(load: Load, value: float, rung: int) -> None:
    fact = _fact(load(book(rule("a", "true", facts="{move: price.return_1d}"))), [*CALM, value])
    assert (fact.rung, fact.ladder) == (rung, "price")


def test_short_history_is_told_in_the_middle(load: Load) -> None:
    rules = load(book(rule("a", "true", facts="{move: price.return_1d}")))
    assert _fact(rules, [*CALM[:19], 0.5]).rung == 2
    assert _fact(rules, [*CALM[:10], None, *CALM[:10], 0.5]).rung == 4


@pytest.mark.parametrize(
    "expression", ["prev(price.return_1d)", "ago(price.return_1d, 1)", "ago(prev(price.return_1d), 0)"]
)
def test_rung_of_an_earlier_day_is_that_days(load: Load, expression: str) -> None:
    rules = load(book(rule("a", "true", facts=f"{{move: '{expression}'}}")))
    assert _fact(rules, [*CALM, 0.012, 0.2]).rung == 2


def test_only_a_metric_as_it_is_has_a_rung(load: Load) -> None:
    rules = load(book(rule("a", "true", facts="{move: price.return_1d * 2}")))
    fact = _fact(rules, [*CALM, 0.2])
    assert (fact.rung, fact.ladder) == (None, None)


def test_list_fact_has_members_in_the_desks_order(load: Load) -> None:
    rules = load(book(rule("a", "true", facts='{all: \'collect("macro.*.return_1d", "*")\'}')))
    metrics = make_metrics(
        {"macro.ndx.return_1d": [*CALM, 0.2], "macro.spx.return_1d": [0.01], "macro.gold.return_1d": [None]}
    )
    found = outcomes(rules, metrics)["a"].finding
    assert found is not None
    fact = found.facts[0]
    assert (fact.value, fact.unit) == (2, Unit.COUNT)
    assert [(one.name, one.term, one.value, one.expression, one.rung) for one in fact.members] == [
        ("spx", "instrument.spx", 0.01, "macro.spx.return_1d", 2),
        ("ndx", "instrument.ndx", 0.2, "macro.ndx.return_1d", 4),
    ]
    assert [reading.metric for reading in fact.inputs] == ["macro.spx.return_1d", "macro.ndx.return_1d"]


def test_empty_list_fact_is_missing_and_says_what_of(load: Load) -> None:
    rules = load(book(rule("a", "true", facts='{all: \'collect("macro.*.return_1d", "equity")\'}')))
    found = outcomes(rules, make_metrics({"macro.gold.return_1d": [0.1]}))["a"]
    assert (found.state.value, found.missing) == ("unknown", ("macro.spx.return_1d", "macro.ndx.return_1d"))


def test_window_fact_rests_on_the_days_of_its_source_that_have_a_value(load: Load) -> None:
    rules = load(book(rule("a", "true", facts="{high: 'max_over(price.return_1d, 3)'}")))
    fact = _fact(rules, [0.9, 0.1, None, 0.2])
    assert fact.value == 0.2
    assert [(reading.date, reading.value) for reading in fact.inputs] == [
        ("2026-02-06", 0.2),
        ("2026-02-04", 0.1),
    ]
