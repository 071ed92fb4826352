"""Ladders: what they expand to, and where mistakes in their pieces are shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reporter.diagnostics.errors import InputError
from reporter.model.finding import State
from reporter.rules import RuleBook
from tests.rules.build import make_metrics, outcomes

Load = Callable[..., RuleBook]

LADDER = """ladders:
  - id: price.heat
    topic: price
    of: {of}
    when: {when}
    weight: 40
    facts: {{move: price.return_1d}}
    rungs:
      - {{id: hot, at_least: {bound}, stance: bull, weight: 60}}
      - {{id: warm, above: 1%, stance: bull}}
      - {{id: cold, stance: neutral}}
"""


def _ladder(of: str = "price.return_1d", when: str = "price.close > 0", bound: str = "5%") -> str:
    return LADDER.format(of=of, when=when, bound=bound)


def test_a_rung_is_a_rule_of_one_group_that_picks_the_first(load: Load) -> None:
    book = load(_ladder())
    assert [(rule.id, rule.when.text, rule.weight, rule.group, rule.pick, rule.ladder) for rule in book.rules] == [
        (
            "price.heat.hot",
            "(price.close > 0) and (price.return_1d) >= 5%",
            60,
            "price_heat",
            "first",
            "price.heat",
        ),
        ("price.heat.warm", "(price.close > 0) and (price.return_1d) > 1%", 40, "price_heat", "first", "price.heat"),
        (
            "price.heat.cold",
            "(price.close > 0) and (price.return_1d) is not missing",
            40,
            "price_heat",
            "first",
            "price.heat",
        ),
    ]


@pytest.mark.parametrize(
    ("move", "fired"), [(0.05, "hot"), (0.049, "warm"), (0.01, "cold"), (-0.2, "cold"), (None, "")]
)
def test_one_rung_holds_wherever_the_value_is_known(load: Load, move: float | None, fired: str) -> None:
    found = outcomes(load(_ladder()), make_metrics({"price.close": [10], "price.return_1d": [move]}))
    firing = [name for name, outcome in found.items() if outcome.state is State.FIRED]
    assert firing == ([f"price.heat.{fired}"] if fired else [])


def test_a_mistake_is_shown_where_its_piece_stands(load: Load) -> None:
    with pytest.raises(InputError) as refused:
        load(_ladder(of="price.retrun_1d", when="flows.nett_1d > 0"))
    assert str(refused.value).splitlines() == [
        'rules/0.yaml:4:9: ladder "price.heat": unknown metric "price.retrun_1d"; did you mean "price.return_1d"?',
        'rules/0.yaml:5:11: ladder "price.heat": unknown metric "flows.nett_1d"; did you mean "flows.net_1d"?',
    ]


def test_a_bound_of_another_unit_is_shown_at_the_bound(load: Load) -> None:
    with pytest.raises(InputError) as refused:
        load(_ladder(bound="3d"))
    assert str(refused.value) == (
        'rules/0.yaml:9:29: rule "price.heat.hot": compares fraction (price.return_1d) with days (3d)'
    )


@pytest.mark.parametrize(
    ("rungs", "what"),
    [
        (
            "[{id: a, at_least: 5%, below: 9%, stance: bull}]",
            'rules/0.yaml:6:13: ladder "x.y": rung "a" has at_least and below; one bound is enough',
        ),
        (
            "[{id: a, stance: bull}, {id: b, above: 1%, stance: bull}]",
            'rules/0.yaml:6:13: ladder "x.y": rung "a" has no bound and isn\'t the last, so no rung below it can hold',
        ),
        (
            "[{id: a, at_least: 5%, stance: bull}, {id: b, at_most: 1%, stance: bull}]",
            'rules/0.yaml:2:5: ladder "x.y": at_least and at_most point in two directions; '
            "begin at one end, or write two ladders",
        ),
    ],
)
def test_what_a_ladder_refuses(load: Load, rungs: str, what: str) -> None:
    text = "ladders:\n  - id: x.y\n    topic: price\n    of: price.return_1d\n    weight: 1\n    rungs: " + rungs + "\n"
    with pytest.raises(InputError) as refused:
        load(text)
    assert str(refused.value) == what
