"""Lint: the usual mistakes, each found with values that show it, and silence about what is meant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.metrics.framework import SPECS
from reporter.rules import Replay, RuleBook, load_rules
from reporter.rules.analysis.lint import apply_ignores, lint_rules
from reporter.rules.analysis.solve import Solver
from reporter.rules.expressions.parse import parse_expression
from reporter.syntax import read_yaml
from tests.rules.build import REGISTRY, book, make_metrics, rule

Load = Callable[..., RuleBook]
FIRST = {"group": "g", "pick": "first"}
UNIQUE = {"group": "g", "pick": "unique"}
MOVE = "price.return_1d"

FRAMEWORK = """
level: []
opens: price.weekend
lasts: 5d
levels: [{ id: ten, value: price.close }]
conditions:
  - { id: for.mood, side: for, name: { en: mood }, value: sentiment.score, at_least: 50 }
  - { id: for.some, side: for, name: { en: some mood }, value: sentiment.score, above: 40 }
  - { id: for.close, side: for, name: { en: close }, value: price.close, at_least: framework.level }
  - { id: against.mood, side: against, name: { en: no mood }, value: sentiment.score, below: 30 }
"""


def sided(name: str, when: str, stance: str) -> str:
    return rule(name, when).replace("stance: neutral", f"stance: {stance}")


MISTAKES: Mapping[str, tuple[str, str, dict[str, str], tuple[str, ...]]] = {
    "a percent sign is forgotten": (
        "rules.percent",
        "3 is 300% of price.return_1d; write it with %",
        {MOVE: "300%"},
        (rule("a", f"{MOVE} >= 3"),),
    ),
    "two clauses can't both hold": (
        "rules.never",
        "nothing meets its condition: price.return_1d > 5% and price.return_1d < -5%",
        {MOVE: "5.1%"},
        (rule("a", f"{MOVE} > 5% and {MOVE} < -5%"),),
    ),
    "a bound that the metric can't pass": (
        "rules.always",
        "everything meets its condition, wherever it is known: sentiment.score >= 0",
        {"sentiment.score": "0.1"},
        (rule("a", "sentiment.score >= 0"),),
    ),
    "and beside or": (
        "rules.mixed",
        '"and" binds before "or"; say with brackets what is meant: '
        "price.return_1d > 5% or price.weekend and sentiment.score > 50",
        {},
        (rule("a", f"{MOVE} > 5% or price.weekend and sentiment.score > 50"),),
    ),
    "a measure compared with ==": (
        "rules.equality",
        "price.return_1d is measured, so it is hardly ever exactly 5%",
        {MOVE: "5.005%"},
        (rule("a", f"{MOVE} == 5%"),),
    ),
    "the rungs stand in the wrong order": (
        "rules.shadowed",
        'it can never fire: wherever it holds, an earlier rule of its group does, here "small"',
        {MOVE: "5.1%"},
        (rule("small", f"{MOVE} > 1%", **FIRST), rule("large", f"{MOVE} > 5%", **FIRST)),
    ),
    "two of a group that picks one": (
        "rules.overlap",
        'it and "a" can both hold, and their group picks unique',
        {MOVE: "5.1%"},
        (rule("a", f"{MOVE} > 1%", **UNIQUE), rule("b", f"{MOVE} > 5%", **UNIQUE)),
    ),
    "a hole between two rungs": (
        "rules.gap",
        'a value between the rungs "up" … "down" meets none of them',
        {MOVE: "1%"},
        (rule("up", f"{MOVE} > 1%", **FIRST), rule("down", f"{MOVE} < 1%", **FIRST)),
    ),
    "it ends where it begins": (
        "rules.until",
        "it begins and ends on the same values, so it flaps: when price.return_1d > 5%, until price.return_1d > 1%",
        {MOVE: "5.1%"},
        (rule("a", f"{MOVE} > 5%", until=f"{MOVE} > 1%"),),
    ),
    "fired() of a rule that can't hold with it": (
        "rules.never",
        'nothing meets its condition: fired("up") and price.return_1d < 0%',
        {MOVE: "5.1%"},
        (rule("up", f"{MOVE} > 5%"), rule("a", f'fired("up") and {MOVE} < 0%')),
    ),
    "one reading has two stances": (
        "rules.stance",
        'it is bear where "cheap", which reads the same, is bull',
        {"sentiment.score": "19"},
        (sided("cheap", "sentiment.score < 20", "bull"), sided("low", "sentiment.score < 25", "bear")),
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_usual_mistake_is_found_with_values(load: Load, mistake: str) -> None:
    code, what, example, rules = MISTAKES[mistake]
    found = [flaw for flaw in lint_rules(load(book(*rules)), REGISTRY) if flaw.code == code]
    assert [(flaw.what, dict(flaw.example)) for flaw in found] == [(what, example)]


@pytest.mark.parametrize(
    "rules",
    [
        (rule("a", f"{MOVE} >= 3% and ({MOVE} < 5% or sentiment.score > 50)"),),
        (rule("a", f"{MOVE} > 0"), rule("b", "price.weekend")),
        (rule("up", f"{MOVE} >= 1%", **FIRST), rule("any", f"{MOVE} < 9%", **FIRST)),
        (rule("up", f"{MOVE} > 1%", **UNIQUE), rule("down", f"{MOVE} < -1%", **UNIQUE)),
        (rule("a", f"{MOVE} > 5%", until=f"{MOVE} < 1%"),),
        (rule("known", "flows.net_1d > 0", **FIRST), rule("rest", "flows.net_1d is missing", **FIRST)),
        (rule("a", "min_over(price.close, 30) > price.close"),),
        (sided("low", "sentiment.score < 25", "bull"), sided("high", "sentiment.score > 75", "bear")),
        (sided("a", f"{MOVE} > 1%", "bull"), sided("b", f"{MOVE} > 1% and sentiment.score > 75", "bear")),
    ],
)
def test_what_is_meant_is_left_alone(load: Load, rules: tuple[str, ...]) -> None:
    assert [flaw for flaw in lint_rules(load(book(*rules)), REGISTRY) if flaw.code != "rules.gap"] == []


def test_conditions_of_a_framework_that_say_nothing_are_flaws(tmp_path: Path) -> None:
    path = tmp_path / "report.yaml"
    path.write_text(FRAMEWORK, "utf-8")
    known = {**REGISTRY, **{spec.id: spec for spec in SPECS}}
    found = lint_rules(load_rules([], known, (read_yaml(path, "report.yaml"), "report.yaml")), known)

    assert [(flaw.code, flaw.rule, flaw.what) for flaw in found] == [
        (
            "rules.question",
            "for.close",
            "it asks whether the close is at the level, which is what its framework is to decide",
        ),
        ("rules.implied", "for.some", 'it holds wherever "for.mood" does, and says nothing more'),
    ]


def test_a_gap_in_the_middle_is_a_flaw_only_inside_a_ladder(load: Load) -> None:
    found = lint_rules(
        load(book(rule("up", f"{MOVE} > 1%", **UNIQUE), rule("down", f"{MOVE} < -1%", **UNIQUE))), REGISTRY
    )
    assert [(flaw.code, flaw.example) for flaw in found] == [("rules.gap", {MOVE: "-1%"})]


def test_an_author_may_ignore_with_a_reason(load: Load) -> None:
    text = book(rule("a", f"{MOVE} == 5%", ignore="{equality: the venue rounds}"))
    loaded = load(text)
    flaws = apply_ignores(loaded, lint_rules(loaded, REGISTRY))
    assert [(flaw.code, flaw.ignored) for flaw in flaws] == [("rules.equality", "the venue rounds")]


def test_an_ignore_for_nothing_is_a_flaw_itself(load: Load) -> None:
    loaded = load(book(rule("a", f"{MOVE} > 5%", ignore="{never: once was}")))
    flaws = apply_ignores(loaded, lint_rules(loaded, REGISTRY))
    assert [(flaw.code, flaw.what) for flaw in flaws] == [("rules.idle", 'it ignores "never", which nothing says')]


_IDS = (MOVE, "sentiment.score", "flows.net_1d")
_LIMITS = {MOVE: ["-5%", "0%", "2%", "5%"], "sentiment.score": ["25", "50", "75"], "flows.net_1d": ["-1m", "0", "300m"]}


@st.composite
def _conditions(draw: st.DrawFn) -> str:
    def clause() -> str:
        name = draw(st.sampled_from(_IDS))
        return f"{name} {draw(st.sampled_from(['<', '<=', '>', '>=', '==']))} {draw(st.sampled_from(_LIMITS[name]))}"

    joined = [f"({clause()} {draw(st.sampled_from(['and', 'or']))} {clause()})" for _ in range(draw(st.integers(1, 3)))]
    return " and ".join(f"not {one}" if draw(st.booleans()) else one for one in joined)


@settings(deadline=None)
@given(_conditions(), st.booleans())
def test_what_the_solver_finds_is_so(text: str, wanted: bool) -> None:
    """The values of a counter-example make the engine itself say what the solver says; none is a proof over a grid."""
    tree = parse_expression(text)
    answer = Solver(RuleBook((), {}, ""), REGISTRY).find_values([(tree, wanted)])
    empty = RuleBook((), {}, "")
    if answer.values is not None:
        metrics = make_metrics({name: [value] for name, value in answer.values.items()})
        assert Replay(empty, metrics).scope.bind_condition(tree)(0) is wanted
        return
    assert answer.sure
    for move in (-0.06, -0.05, 0.0, 0.01, 0.02, 0.03, 0.05, 0.06):
        for score in (20.0, 25.0, 50.0, 60.0, 75.0, 80.0):
            for flow in (-2e6, -1e6, 0.0, 1e6, 3e8, 4e8):
                metrics = make_metrics({MOVE: [move], "sentiment.score": [score], "flows.net_1d": [flow]})
                assert Replay(empty, metrics).scope.bind_condition(tree)(0) is not wanted
