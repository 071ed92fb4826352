"""A day's argument: which verdict is its thesis, what stands beside it, where it is told, how the brief ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.model.finding import Fact, Finding, Input, Outcome, Stance, State
from reporter.model.memory import Memory
from reporter.model.metric import Unit
from reporter.model.news import NewsFact, Topic
from reporter.model.verdict import BRANCHES, RankedVerdict
from reporter.narrative.plan.argument import choose_argument, list_argument, plan_ending, serves_thesis
from reporter.narrative.plan.news_findings import NewsItem
from reporter.narrative.plan.plan import plan_brief
from reporter.narrative.plan_model import Argument, Plan, Slot
from tests.narrative.build import fired, make_metrics, make_outline

SAID_AS = ("claim", "body", "beside", "standfirst", "heading", "concession", "doubt", "answer", "if_above", "if_below")
NAMES = ("verdict.a", "verdict.b", "verdict.c", "ending.rise", "decider.flow", "decider.close")
FORMS = frozenset(product((*NAMES, "price.plain", "price.other"), SAID_AS)) | frozenset(
    product(("lead.up", "lead.quiet"), ("headline", "standfirst", "body", "question", "question_meaning"))
)


def _price(name: str, value: float | None) -> Fact:
    return Fact(name, value, Unit.PRICE, f"hinge.{name}")


def _finding(name: str, stance: Stance = "mixed", topic: str = "verdict", above: float | None = 110.0) -> Finding:
    return Finding(name, "", "", topic, stance, 85, (_price("above", above), _price("below", 90.0)))


def _verdict(
    name: str, score: float = 5.0, between: tuple[Topic, ...] = ("price",), stance: Stance = "mixed", **more: object
) -> RankedVerdict:
    made = RankedVerdict(_finding(f"verdict.{name}", stance), between, (), False, 1, 365, score)
    return replace(made, **more)  # type: ignore[arg-type]


def _names(verdict: RankedVerdict | None) -> str:
    return verdict.finding.id.removeprefix("verdict.") if verdict else ""


@pytest.mark.parametrize(
    ("verdicts", "lead", "chosen"),
    [
        ([], "price", ("", "", "")),
        # What happens every other day is no thesis.
        ([_verdict("a", 0.9)], "price", ("", "", "")),
        ([_verdict("a", 5)], "price", ("a", "", "")),
        # What is about the day's best news counts more; who is forced out loses a position in futures.
        ([_verdict("a", 5), _verdict("b", 4.5, ("price", "futures"))], "liquidations", ("b", "a", "")),
        ([_verdict("a", 5), _verdict("b", 4.5, ("price", "flows"))], "flows", ("b", "a", "")),
        ([_verdict("a", 6), _verdict("b", 4.5, ("price", "flows"))], "flows", ("a", "b", "")),
        # Support shares a topic, and is about something else as well; what points the other way is told against it.
        ([_verdict("a", 5, ("price",), "bull"), _verdict("b", 4, ("price",), "bull")], "price", ("a", "", "")),
        ([_verdict("a", 5, ("price",)), _verdict("b", 4, ("flows",))], "price", ("a", "", "")),
        # What happens once in four days stands beside no thesis.
        ([_verdict("a", 5), _verdict("b", 1.9, ("price", "flows"))], "price", ("a", "", "")),
        (
            [_verdict("a", 5, ("price",), "bull"), _verdict("b", 4, ("price", "flows"), "bear")],
            "price",
            ("a", "", "b"),
        ),
    ],
)
def test_thesis_support_and_counter(verdicts: list[RankedVerdict], lead: Topic, chosen: tuple[str, str, str]) -> None:
    argument = choose_argument(verdicts, lead, FORMS)
    assert (_names(argument.thesis), _names(argument.support), _names(argument.counter)) == chosen


@pytest.mark.parametrize(("score", "superlative", "thesis"), [(2.4, False, "a"), (2.4, True, ""), (2.5, True, "a")])
def test_a_fact_that_leads_is_rather_the_thesis_than_a_verdict_of_every_week(
    score: float, superlative: bool, thesis: str
) -> None:
    argument = choose_argument([_verdict("a", score)], "flows", FORMS, superlative=superlative)
    assert _names(argument.thesis) == thesis


def test_what_a_language_cannot_say_is_no_thesis() -> None:
    argument = choose_argument([_verdict("a", 5), _verdict("b", 4)], "price", FORMS - {("verdict.a", "claim")})
    assert _names(argument.thesis) == "b"


def _forms(argument: object) -> list[list[str]]:
    assert isinstance(argument, tuple)
    return [[f"{slot.finding.id.removeprefix('verdict.')} {slot.form}" for slot in slots] for slots in argument]


def test_a_doubt_of_the_thesis_itself_is_told_rather_than_another_verdict() -> None:
    counter = _verdict("b", 4, ("price", "flows"), "bear")
    for doubted, last in ((False, ["b concession"]), (True, ["a doubt"])):
        argument = choose_argument([_verdict("a", 5, stance="bull", doubted=doubted), counter], "price", FORMS)
        assert _forms(tuple(list_argument(argument, FORMS))) == [["a claim", "a body"], last]
        assert _forms(tuple(list_argument(argument, FORMS, spoken=True))) == [["a answer"], last]


_SCORES = st.floats(min_value=0, max_value=12)
_STANCES = st.sampled_from(["bull", "bear", "mixed", "neutral"])
_TOPICS = st.lists(st.sampled_from(["price", "flows", "futures"]), min_size=1, max_size=3, unique=True).map(tuple)


@given(st.lists(st.tuples(_SCORES, _STANCES, _TOPICS), max_size=3), st.sampled_from(["price", "flows"]))
def test_no_verdict_is_told_twice_and_none_of_the_support_contradicts(
    made: list[tuple[float, Stance, tuple[Topic, ...]]], lead: Topic
) -> None:
    verdicts = [_verdict(name, *one[:1], one[2], one[1]) for name, one in zip("abc", made, strict=False)]
    argument = choose_argument(verdicts, lead, FORMS)
    told = [one for one in (argument.thesis, argument.support, argument.counter) if one is not None]
    assert len({one.finding.id for one in told}) == len(told)
    assert (argument.thesis is None) == (not any(one.score >= 1 for one in verdicts))
    if argument.thesis and argument.support:
        assert {argument.thesis.finding.stance, argument.support.finding.stance} != {"bull", "bear"}
        assert set(argument.thesis.between) & set(argument.support.between)


PLAIN = _finding("ending.rise", topic="ending")
BRANCHED = ("verdict.a if_above", "verdict.a if_below")
WITHOUT = _finding("verdict.a", above=None)
FLOW, CLOSE = _finding("decider.flow", topic="flows"), _finding("decider.close", topic="price")


@pytest.mark.parametrize(
    ("subjects", "topics", "told"),
    [
        (
            [_finding("verdict.a"), PLAIN],
            ("price",),
            ["verdict.a if_above", "verdict.a if_below", "decider.close body"],
        ),
        (
            [_finding("verdict.a")],
            ("price", "flows"),
            [*BRANCHED, "decider.flow body"],
        ),
        # A thesis without a price above leaves the ending to the day's move; without that there is none.
        (
            [_finding("verdict.a", above=None), PLAIN],
            (),
            ["ending.rise if_above", "ending.rise if_below", "decider.close body"],
        ),
        ([WITHOUT], (), []),
        ([], (), []),
    ],
)
def test_an_ending_has_two_branches_and_what_decides(
    subjects: list[Finding], topics: tuple[Topic, ...], told: list[str]
) -> None:
    assert [f"{slot.finding.id} {slot.form}" for slot in plan_ending(subjects, (FLOW, CLOSE), topics, FORMS)] == told


@pytest.mark.parametrize(("topics", "decides"), [(("price",), "decider.flow"), (("futures",), "decider.positions")])
def test_where_nothing_that_decides_is_about_the_thesis_the_report_type_says_what_does(
    topics: tuple[Topic, ...], decides: str
) -> None:
    deciders = (FLOW, _finding("decider.positions", topic="futures"), CLOSE)
    told = plan_ending([_finding("verdict.a")], deciders, topics, FORMS, [FLOW])
    assert told[-1].finding.id == decides


def _reading(metric: str) -> Fact:
    return Fact("x", 1.0, Unit.COUNT, metric, (Input(metric, "2026-02-06", 1.0, Unit.COUNT, 0.0, "source"),))


@pytest.mark.parametrize(
    ("metric", "stance", "serves"),
    [
        ("derivatives.funding_1d", "neutral", True),
        ("etf.net_flow_1d", "neutral", False),
        # What points the other way limits the thesis, whatever it is about.
        ("etf.net_flow_1d", "bear", True),
    ],
)
def test_what_serves_a_thesis(metric: str, stance: Stance, serves: bool) -> None:
    finding = Finding("a.b", "", "", "derivatives", stance, 50, (_reading(metric),))
    assert serves_thesis(finding, Argument(_verdict("a", between=("price", "futures"), stance="bull"))) is serves


@pytest.mark.parametrize(
    ("topic", "metric", "stance", "serves"),
    [
        # A superlative of the price is served by what points anywhere, one of another topic by what is about that.
        ("price", "derivatives.funding_1d", "neutral", False),
        ("price", "derivatives.funding_1d", "bull", True),
        ("flows", "etf.net_flow_1d", "neutral", True),
        ("flows", "derivatives.funding_1d", "bull", False),
    ],
)
def test_what_serves_a_superlative(topic: Topic, metric: str, stance: Stance, serves: bool) -> None:
    finding = Finding("a.b", "", "", "derivatives", stance, 50, (_reading(metric),))
    argument = Argument(superlative=_finding("news.a", "neutral"), superlative_topic=topic)
    assert serves_thesis(finding, argument) is serves


def test_a_day_with_nothing_to_argue_tells_what_weighs_much_and_what_the_desk_s_news_say() -> None:
    argument = Argument(nothing=PLAIN)
    told = [
        serves_thesis(Finding("a.b", "", "", topic, "bear", weight, (_reading("etf.net_flow_1d"),)), argument)
        for topic, weight in (("flows", 69), ("flows", 70), ("news", 50))
    ]
    assert told == [False, True, True]


SECTIONS = """
  - { id: lede, length: [full, standard, short], paragraphs: [[lead.up], [price.plain, price.other]] }
  - { id: argument, length: [standard], argument: true }
  - id: ending
    length: [standard]
    ending: { settled: [price.settled], plain: [ending.rise], decides: [decider.flow, decider.close] }
"""
RULES = ["price.plain", "price.other", "price.settled", *NAMES]


def _plan(folder: Path, *verdicts: RankedVerdict, before: str = "lead.up") -> Plan:
    outline = make_outline(folder, RULES, sections=SECTIONS, argument="{ instead: [price.plain] }")
    finding = {one.finding.id: one.finding for one in verdicts} | {one.id: one for one in (PLAIN, FLOW, CLOSE)}
    outcomes = [fired("lead.up"), fired("price.plain"), fired("price.other"), fired("price.settled")]
    outcomes += [Outcome(name, State.FIRED, finding=one) for name, one in finding.items()]
    forms = FORMS | {("price.plain", "body"), ("price.other", "body"), ("price.settled", "body")}
    planned = plan_brief(
        outline, outcomes, make_metrics(), forms, Memory(before=(fired(before),)), verdicts=tuple(verdicts)
    )
    assert planned is not None
    return planned


def _told(plan: Plan) -> dict[str, list[str]]:
    return {
        part.id: [f"{slot.finding.id} {slot.form}" for row in part.paragraphs for slot in row] for part in plan.sections
    }


def test_a_thesis_is_told_in_headline_standfirst_argument_and_ending(tmp_path: Path) -> None:
    thesis = _verdict("a", instead=("price.other",))
    plan = _plan(tmp_path, thesis)
    assert plan.beside == Slot(thesis.finding, "beside")
    assert Slot(thesis.finding, "standfirst") in plan.standfirst
    assert _told(plan) == {
        "lede": ["lead.up body"],
        "argument": ["verdict.a claim", "verdict.a body"],
        "ending": ["price.settled body", "verdict.a if_above", "verdict.a if_below", "decider.close body"],
    }
    assert [part.heading for part in plan.sections if part.id == "argument"] == [Slot(thesis.finding, "heading")]


def test_without_a_verdict_nothing_is_left_out_and_the_day_s_move_ends_the_brief(tmp_path: Path) -> None:
    plan = _plan(tmp_path)
    assert plan.beside is None
    assert _told(plan) == {
        "lede": ["lead.up body", "price.plain body", "price.other body"],
        "ending": ["price.settled body", "ending.rise if_above", "ending.rise if_below", "decider.close body"],
    }


def _news(gap: int, **more: object) -> NewsItem:
    day = date(2026, 2, 6)
    since = day - timedelta(days=gap)
    fact = NewsFact("fund_outflow", "etf.net_flow_1d", "flows", day, -1e9, -1, gap_days=gap, since=since, bits=5.0)
    fact = replace(fact, **more)  # type: ignore[arg-type]
    return NewsItem(fact, replace(_finding("news.fund_outflow", "neutral", "news"), phrase="news.fund_outflow"))


_NEWS_FORMS = frozenset(
    ("news.fund_outflow", form) for form in ("headline", "beside", "standfirst", "body", "claim", *BRANCHES)
)
_NOTHING = _finding("ending.nothing", "neutral", "ending")


def _plan_news(folder: Path, *news: NewsItem, verdict: RankedVerdict | None = None) -> Plan:
    sections = """
  - { id: lede, length: [full, standard, short], news: 5, paragraphs: [[lead.up]] }
  - { id: argument, length: [standard], argument: true }
  - id: ending
    length: [standard]
    ending: { plain: [ending.rise], decides: [decider.flow, decider.close] }
"""
    rules = [*NAMES, "ending.nothing"]
    parts = {"sections": sections, "argument": "{ nothing: [ending.nothing] }", "news": "{ lead: { fund_outflow: } }"}
    outline = make_outline(folder, rules, **parts)
    true = [PLAIN, FLOW, CLOSE, _NOTHING, *([verdict.finding] if verdict else [])]
    outcomes = [fired("lead.up"), *(Outcome(one.id, State.FIRED, finding=one) for one in true)]
    forms = FORMS | _NEWS_FORMS | {("ending.nothing", "standfirst")}
    verdicts = (verdict,) if verdict else ()
    planned = plan_brief(outline, outcomes, make_metrics(), forms, Memory(), news, verdicts=verdicts)
    assert planned is not None
    return planned


def test_without_a_verdict_the_fact_in_front_is_claimed_and_ends_the_brief(tmp_path: Path) -> None:
    plan = _plan_news(tmp_path, _news(60))
    assert plan.argument.subject is plan.headline.finding
    assert plan.argument.between == ("flows",)
    assert _told(plan) == {
        "lede": ["lead.up body", "news.fund_outflow claim", "news.fund_outflow body"],
        "ending": ["news.fund_outflow if_above", "news.fund_outflow if_below", "decider.flow body"],
    }


def test_a_verdict_rare_enough_is_the_thesis_of_a_day_that_news_leads(tmp_path: Path) -> None:
    verdict = _verdict("a", 3.0)
    plan = _plan_news(tmp_path, _news(60), verdict=verdict)
    assert plan.argument.subject is verdict.finding
    assert _told(plan)["lede"] == ["lead.up body", "news.fund_outflow body"]


def test_a_day_without_verdict_or_news_says_so_and_ends_on_its_move(tmp_path: Path) -> None:
    plan = _plan_news(tmp_path)
    assert plan.argument.subject is None
    assert plan.standfirst[-1] == Slot(_NOTHING, "standfirst")
    assert _told(plan)["ending"] == ["ending.rise if_above", "ending.rise if_below", "decider.close body"]


def test_what_happened_a_week_ago_is_no_superlative_and_a_day_with_news_does_not_say_that_it_has_none(
    tmp_path: Path,
) -> None:
    assert _plan_news(tmp_path, _news(13)).argument == Argument(nothing=_NOTHING)
    # What passed a level is news from fewer days on.
    assert _plan_news(tmp_path, _news(13, level=6e4)).argument.superlative is not None
    rare = _news(13, rank_year=1, first=date(2020, 1, 1), kind="other")
    assert _plan_news(tmp_path, rare).argument == Argument()


def test_what_a_short_brief_left_open_is_not_settled(tmp_path: Path) -> None:
    assert "price.settled body" not in _told(_plan(tmp_path, before="lead.quiet"))["ending"]


@pytest.mark.parametrize(("days", "told"), [(None, False), (1.0, False), (2.0, True), (18.0, True), (19.0, False)])
def test_a_thesis_says_how_many_days_a_year_have_it_where_they_are_few(days: float | None, told: bool) -> None:
    made = _verdict("a")
    often = Fact("often", days, Unit.COUNT, "days_in(covered, 365d)")
    thesis = replace(made, finding=replace(made.finding, facts=(*made.finding.facts, often)))
    forms = FORMS | {("verdict.a", "rarity")}

    paragraphs = list(list_argument(Argument(thesis), forms))

    assert [slot.form for slot in paragraphs[0]] == ["claim", "body", *["rarity"] * told]
    assert "rarity" not in [slot.form for slots in list_argument(Argument(thesis), FORMS) for slot in slots]
