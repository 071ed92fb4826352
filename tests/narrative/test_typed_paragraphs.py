"""Paragraphs of an argument: a claim, at most three facts, one consequence, one exception, and what joins them."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.diagnostics.errors import InputError
from reporter.model.finding import Fact, Finding, Input, Stance
from reporter.model.metric import Unit
from reporter.narrative.outline import FigureOutline
from reporter.narrative.plan.contrasts import mark_contrasts
from reporter.narrative.plan.figure_places import list_rooms, place_figures
from reporter.narrative.plan.typed_paragraphs import add_consequences, join_paragraphs, type_paragraphs
from reporter.narrative.plan_model import Label, PlannedFigure, PlannedRow, PlannedSection, Slot
from tests.narrative.build import make_finding, make_outline

CLAIMED = (Slot(make_finding("verdict.a"), "claim"), Slot(make_finding("verdict.a"), "body"))
BESIDE = (Slot(make_finding("verdict.b"), "claim"), Slot(make_finding("verdict.b"), "body"))
DOUBT = (Slot(make_finding("verdict.a"), "doubt"),)


def body(name: str, stance: Stance = "neutral") -> Slot:
    return Slot(replace(make_finding(name), stance=stance), "body")


def shape(paragraphs: tuple[tuple[Slot, ...], ...]) -> list[list[str]]:
    return [[f"{slot.finding.id} {slot.role}" for slot in slots] for slots in paragraphs]


def test_the_thesis_has_its_facts_and_its_exception_and_what_stands_beside_it_has_its_own() -> None:
    typed = type_paragraphs([CLAIMED, BESIDE], [body("a.one"), body("a.two"), body("a.three")], body("a.against"))
    assert shape(typed) == [
        ["verdict.a claim", "verdict.a fact", "a.one fact", "a.two fact", "a.against exception"],
        ["verdict.b claim", "verdict.b fact"],
    ]


def test_what_a_verdict_has_against_itself_comes_before_any_other_exception() -> None:
    assert shape(type_paragraphs([CLAIMED, DOUBT], [], body("a.against"))) == [
        ["verdict.a claim", "verdict.a fact", "verdict.a exception"]
    ]


def test_nothing_is_argued_without_a_claim() -> None:
    assert type_paragraphs([], [body("a.one")], body("a.against")) == ()


@given(st.integers(0, 6), st.booleans(), st.booleans(), st.booleans())
def test_no_paragraph_has_more_than_three_facts_and_one_exception(
    facts: int, beside: bool, doubted: bool, against: bool
) -> None:
    argued = [CLAIMED, *([BESIDE] if beside else []), *([DOUBT] if doubted else [])]
    exception = body("a.against") if against else None
    for slots in type_paragraphs(argued, [body(f"a.n{at}") for at in range(facts)], exception):
        roles = [slot.role for slot in slots]
        assert roles[0] == "claim"
        assert roles.count("claim") == 1
        assert roles.count("fact") <= 3
        assert roles.count("exception") <= 1
        assert "exception" not in roles[:-1]


def test_an_exception_answers_the_last_sentence_that_takes_a_side() -> None:
    row = (body("a.one", "bull"), body("a.two"), replace(body("a.three", "bear"), role="exception"))
    marked = mark_contrasts((row,))[0]
    assert marked[2].contrast is not None
    assert marked[2].contrast.name == "contrast_a_one"
    plain = mark_contrasts(((*row[:2], replace(row[2], role="fact")),))[0]
    assert plain[2].contrast is None


def test_a_consequence_stands_behind_what_it_follows_from_and_once() -> None:
    means = make_finding("means.loss")
    found = add_consequences(((body("a.one"), body("a.two")), (body("a.one"),)), [(means, ["a.one"])])
    assert shape(found) == [["a.one ", "means.loss consequence", "a.two "], ["a.one "]]


def test_a_paragraph_draws_one_consequence() -> None:
    follows = [(make_finding("means.one"), ["a.one"]), (make_finding("means.two"), ["a.two"])]
    found = add_consequences(((body("a.one"), body("a.two")),), follows)
    assert shape(found) == [["a.one ", "means.one consequence", "a.two "]]


def test_what_follows_and_what_it_follows_from_are_known_rules_or_news(tmp_path: Path) -> None:
    consequences = "{ lead.upp: [news.lowest_close, lead.up], lead.up: [news.lowest_clos] }"
    with pytest.raises(InputError) as caught:
        make_outline(tmp_path, argument=f"{{ consequences: {consequences} }}")
    assert [line.split(" ", 1)[1] for line in str(caught.value).splitlines()] == [
        'unknown rule "lead.upp"; did you mean "lead.up"?',
        'unknown rule "news.lowest_clos"; did you mean "news.lowest_close"?',
    ]


def test_a_claim_alone_has_no_consequence() -> None:
    claim = replace(CLAIMED[0], role="claim")
    assert add_consequences(((claim,),), [(make_finding("means.one"), ["verdict.a"])]) == ((claim,),)


def test_nothing_is_drawn_from_a_fact_whose_claim_is_told() -> None:
    told = ((replace(body("news.low"), form="claim"), body("news.low")), (body("a.one"),))
    assert add_consequences(told, [(make_finding("means.one"), ["news.low"])]) == told


@given(st.lists(st.integers(1, 6), max_size=6))
def test_joining_keeps_every_sentence_in_its_order(lengths: list[int]) -> None:
    rows = [tuple(body(f"a.n{at}_{number}") for number in range(count)) for at, count in enumerate(lengths)]
    joined = join_paragraphs(rows)
    assert list(chain.from_iterable(joined)) == list(chain.from_iterable(rows))
    assert all(len(slots) <= max(4, *lengths) for slots in joined)


def reading(metric: str, unit: Unit = Unit.RATIO) -> Fact:
    return Fact("value", 1.0, unit, metric, (Input(metric, "2026-02-06", 1.0, unit, None, None),))


def of(metric: str, name: str = "a.one", unit: Unit = Unit.RATIO) -> Finding:
    return replace(make_finding(name), facts=(reading(metric, unit), reading("price.close")))


def section(name: str, *told: Finding, figures: tuple[str, ...] = (), **more: object) -> PlannedSection:
    drawn = tuple(
        PlannedFigure(FigureOutline(id="drawn", kind="price_days", findings=()), of(metric, "figure.drawn"))
        for metric in figures
    )
    paragraphs = tuple((Slot(one, "body"),) for one in told)
    plain = PlannedSection(name, Label("Heading"), paragraphs, (), (), (), drawn)
    return replace(plain, **more)  # type: ignore[arg-type]


BOARD = section("board", board=(PlannedRow(None, "neutral", None),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sections", "places"),
    [
        # Beside the text that is about what the chart shows, or under the signals; a heading without text goes.
        ([section("a", of("etf.flow")), section("b", figures=("etf.sum",)), BOARD], {"a": 1, "board": 0}),
        ([section("a", of("etf.flow")), section("b", figures=("macro.spx",)), BOARD], {"a": 0, "board": 1}),
        ([section("a", of("etf.flow")), section("b", figures=("macro.spx",))], {"a": 0, "b": 1}),
        # A text keeps a chart that no other text is about.
        ([section("a", of("etf.flow"), figures=("macro.spx",)), BOARD], {"a": 1, "board": 0}),
        ([section("a", of("macro.gold")), section("b", of("etf.flow"), figures=("macro.spx",))], {"a": 1, "b": 0}),
        # What opens the brief keeps its charts.
        ([section("a", figures=("price.close",), heading=None), BOARD], {"a": 1, "board": 0}),
    ],
)
def test_a_chart_stands_beside_the_text_about_it(sections: list[PlannedSection], places: dict[str, int]) -> None:
    assert {one.id: len(one.figures) for one in place_figures(sections)} == places


def test_a_condition_is_not_what_a_sentence_is_about() -> None:
    assert list_rooms(of("etf.flow")) == {"etf"}
    assert list_rooms(of("etf.flow", unit=Unit.BOOL)) == {"price"}
