"""Verdicts: the rule that each is, where its mistakes are shown, and how verdicts of a day are ranked."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from reporter.diagnostics.errors import InputError
from reporter.model.verdict import RankedVerdict
from reporter.rules import Replay, RuleBook, rank_verdicts
from tests.rules.build import Values, make_metrics

Load = Callable[..., RuleBook]

VERDICT = """verdicts:
  - id: verdict.bought
    between: [price, flows]
    when: price.return_1d < 0% and flows.net_1d > 0
    stance: mixed
    doubts: {{greed: {doubt}}}
    instead: {instead}
    facts: {{{facts}}}
  - id: verdict.any
    between: [price]
    when: price.return_1d < 0%
    stance: bear
"""


def _verdicts(doubt: str = "sentiment.score > 75", instead: str = "[]", facts: str = "flow: flows.net_1d") -> str:
    return VERDICT.format(doubt=doubt, instead=instead, facts=facts)


def _rank(book: RuleBook, values: dict[str, Values]) -> tuple[RankedVerdict, ...]:
    metrics = make_metrics(values)
    replay = Replay(book, metrics)
    return rank_verdicts(replay, replay.evaluate_rules(metrics.today_index), metrics.today_index)


def test_a_verdict_is_a_rule_with_hinges_among_its_facts_and_doubts_among_its_relations(load: Load) -> None:
    rule = load(_verdicts()).rules[0]
    assert rule.verdict is not None
    assert (rule.topic, rule.verdict.between, rule.verdict.doubts) == ("verdict", ("price", "flows"), ("greed",))
    assert {name: fact.text for name, fact in rule.facts.items()} == {
        "flow": "flows.net_1d",
        "above": "hinge.above",
        "below": "hinge.below",
    }
    assert {name: asked.text for name, asked in rule.relations.items()} == {"greed": "sentiment.score > 75"}
    assert rule.optional == ("above", "below")


def test_mistakes_are_shown_where_they_stand_all_at_once(load: Load) -> None:
    with pytest.raises(InputError) as refused:
        load(_verdicts(doubt="sentiment.scroe > 75", instead="[price.flat]", facts="above: price.low"))
    assert str(refused.value).splitlines() == [
        'rules/0.yaml:6:21: rule "verdict.bought": doubt "greed": unknown metric "sentiment.scroe"; did you mean '
        '"sentiment.score"?',
        'rules/0.yaml:7:15: rule "verdict.bought": stands instead of an unknown rule "price.flat"',
        'rules/0.yaml:8:20: rule "verdict.bought": "above" is a fact of every verdict',
    ]


def test_a_topic_that_is_none_is_refused(load: Load) -> None:
    with pytest.raises(InputError) as refused:
        load(_verdicts().replace("[price, flows]", "[price, weather]"))
    assert str(refused.value) == (
        "rules/0.yaml:3:22: an entry of \"between\" must be 'price', 'futures', 'liquidations', 'flows', 'volatility', "
        "'markets', 'coins', 'sentiment' or 'onchain'; it is weather"
    )


def test_the_rarest_comes_first_with_the_days_that_it_is_counted_over(load: Load) -> None:
    moves, flows = [-0.01] * 3 + [0.01] * 4 + [-0.02], [None, -1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 5.0]
    bought, falling = _rank(load(_verdicts()), {"price.return_1d": moves, "flows.net_1d": flows})
    assert [(one.finding.id, one.held, one.known) for one in (bought, falling)] == [
        ("verdict.bought", 1, 6),
        ("verdict.any", 3, 7),
    ]
    # All these days are of the week before, on each of which one counts less.
    assert bought.score == pytest.approx(math.log2(8 / 2) * 0.7)
    assert falling.score == pytest.approx(math.log2(9 / 4) * 0.7**3)


def test_what_counts_less_comes_later(load: Load) -> None:
    moves: Values = [0.01] * 20 + [-0.01]
    half = _verdicts().replace("    stance: bear", "    counts: 0.5\n    stance: bear")
    (found,), (less,) = (_rank(load(text), {"price.return_1d": moves}) for text in (_verdicts(), half))
    assert less.score == pytest.approx(found.score / 2)


@pytest.mark.parametrize(
    ("last", "held", "times"),
    [
        ([-0.01] * 3, 2, 0.7**2),
        ([-0.01, 0.01, -0.01, 0.01, -0.01], 2, 0.7**2),
        ([-0.01, *[0.01] * 7, -0.01], 1, 1.0),
        ([-0.01] * 6, 5, 0.25),
    ],
    ids=["for days", "again and again", "eight days ago", "at least a quarter"],
)
def test_what_stands_or_keeps_coming_back_counts_less(load: Load, last: Values, held: int, times: float) -> None:
    moves: Values = [0.01] * 20 + list(last)
    (found,) = _rank(load(_verdicts()), {"price.return_1d": moves})
    assert found.score == pytest.approx(math.log2((len(moves) + 1) / (held + 1)) * times)


@pytest.mark.parametrize(("score", "doubted"), [(80.0, True), (50.0, False), (None, False)])
def test_a_doubt_that_cannot_be_known_is_none(load: Load, score: float | None, doubted: bool) -> None:
    found = _rank(load(_verdicts()), {"price.return_1d": [-0.01], "flows.net_1d": [1.0], "sentiment.score": [score]})
    assert {one.finding.id: one.doubted for one in found} == {"verdict.bought": doubted, "verdict.any": False}
