"""What of a day's news is told where: lead, second clause, standfirst, body; and words for every kind of fact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from reporter.desk.config.instruments import INSTRUMENTS
from reporter.model.finding import Fact, Finding
from reporter.model.metric import Unit
from reporter.model.news import NewsFact, Topic
from reporter.model.resources import templates_folder
from reporter.model.timestamps import to_midnight
from reporter.narrative.outline import NewsLead, NewsOutline
from reporter.narrative.phrases.phrases import PhraseBook, SpeechContext, load_phrases
from reporter.narrative.plan.news_findings import NEWS_FINDINGS, NEWS_OPTIONAL, NewsItem, make_news_finding
from reporter.narrative.plan.news_plan import BODY, NewsPlanner
from reporter.narrative.plan.plan import plan_brief
from reporter.narrative.plan_model import Slot
from reporter.news import WEIGHTS
from reporter.pipeline.day_news import find_news_items
from tests.narrative.build import EN, ZH, fired, make_metrics, make_outline

DAY = date(2026, 2, 6)
LEAD = Finding("lead.quiet", "rules/a.yaml:1", "v1", "price", "neutral", 50, ())


def item(kind: str, score: float, topic: Topic = "price", **more: object) -> NewsItem:
    fact = NewsFact(
        kind=kind,
        metric="price.close",
        topic=topic,
        day=DAY,
        value=-0.05,
        direction=-1,
        gap_days=400,
        since=DAY - timedelta(days=400),
        first=DAY - timedelta(days=2000),
        bits=score,
    )
    fact = replace(fact, **more)  # type: ignore[arg-type]
    share = Fact("share", fact.figures.get("share"), Unit.FRACTION, "share")
    return NewsItem(fact, Finding(f"news.{fact.name}", "", "", "news", "neutral", 60, (share,), phrase=f"news.{kind}"))


OUTLINE = NewsOutline(
    lead={
        "lowest_close": NewsLead(days=40),
        "largest_fall": NewsLead(size=0.03),
        "move_undone": NewsLead(share=0.5),
        "fund_outflow": NewsLead(),
    },
    calm=("lead.quiet",),
    still=("narrowest_range",),
)
KINDS = ("lowest_close", "largest_fall", "move_undone", "fund_outflow", "level_lost", "narrowest_range", "metal_high")
FORMS = frozenset(
    {*product((f"news.{kind}" for kind in KINDS), ("headline", "beside", "standfirst", "body"))}
    | {("lead.quiet", "headline"), ("lead.quiet", "headline_calm")}
)
PLAIN = item("plain", 4.0)


def planner(*items: NewsItem) -> NewsPlanner:
    return NewsPlanner(items, OUTLINE, FORMS)


def heads(*items: NewsItem) -> tuple[str, str | None]:
    head, beside = planner(*items).choose_headline(LEAD)
    return f"{head.finding.id} {head.form}", beside.finding.id if beside else None


@pytest.mark.parametrize(
    ("items", "head", "beside"),
    [
        ((item("lowest_close", 9), PLAIN), "news.lowest_close headline", None),
        (
            (item("lowest_close", 9), item("fund_outflow", 6, "flows"), PLAIN),
            "news.lowest_close headline",
            "news.fund_outflow",
        ),
        ((item("lowest_close", 9), PLAIN, item("fund_outflow", 3, "flows")), "news.lowest_close headline", None),
        ((item("lowest_close", 9), item("largest_fall", 8), PLAIN), "news.lowest_close headline", None),
        (
            (item("lowest_close", 9), item("level_lost", 8, same_as="lowest_close"), PLAIN),
            "news.lowest_close headline",
            "news.level_lost",
        ),
        ((item("lowest_close", 9, gap_days=30), item("largest_fall", 5), PLAIN), "news.largest_fall headline", None),
        ((item("largest_fall", 9, value=-0.02), PLAIN), "lead.quiet headline_calm", "news.largest_fall"),
        ((item("move_undone", 9, figures={"share": 0.6}), PLAIN), "news.move_undone headline", None),
        ((item("move_undone", 9, figures={"share": 0.4}, gap_days=5), PLAIN), "lead.quiet headline_calm", None),
        ((PLAIN, item("narrowest_range", 3.5)), "lead.quiet headline", "news.narrowest_range"),
        (
            (PLAIN, item("narrowest_range", 3.5, since=None, first=DAY - timedelta(days=90))),
            "lead.quiet headline",
            None,
        ),
        ((PLAIN, item("metal_high", 3.5, "markets", rank_year=2)), "lead.quiet headline_calm", "news.metal_high"),
        ((PLAIN, item("metal_high", 1.0, "markets", rank_year=9)), "lead.quiet headline", None),
        ((), "lead.quiet headline", None),
    ],
    ids=[
        "the best fact",
        "with the best of another topic",
        "not with a weak one",
        "nor with one of its own topic",
        "but with the level that it passed",
        "one too near gives way",
        "one too small gives way",
        "a share that is enough",
        "a share that is not",
        "a calm fact and calm words",
        "not what leads short data",
        "no calm words beside a rare fact",
        "a fact of no weight",
        "no news",
    ],
)
def test_a_headline_tells_the_best_fact_that_may_lead(
    items: tuple[NewsItem, ...], head: str, beside: str | None
) -> None:
    assert heads(*items) == (head, beside)


def test_a_pinned_fact_leads_whatever_it_scores() -> None:
    pinned = item("fund_outflow", 0.1, "flows", pinned=True)

    assert heads(pinned, item("lowest_close", 9), PLAIN)[0] == "news.fund_outflow headline"
    assert planner(pinned, PLAIN).explain_lead() == ("fund_outflow leads: desk.toml says so",)


THESIS = Slot(Finding("verdict.covering", "rules/v.yaml:1", "v1", "futures", "mixed", 50, ()), "beside")


@pytest.mark.parametrize(
    ("items", "beside"),
    [
        ((item("lowest_close", 10.0), item("fund_outflow", 7.9, "flows")), "verdict.covering"),
        ((item("lowest_close", 10.0), item("fund_outflow", 8.1, "flows")), "news.fund_outflow"),
        # The level that the lead's extreme passed says less than the thesis.
        ((item("lowest_close", 10.0), item("level_lost", 9.0, same_as="lowest_close")), "verdict.covering"),
        ((item("narrowest_range", 5.0), PLAIN), "news.narrowest_range"),
        ((PLAIN, item("narrowest_range", 3.9)), "verdict.covering"),
        ((item("metal_high", 5.0, "markets"), PLAIN), "verdict.covering"),
    ],
    ids=["less than the lead", "nearly the lead", "its level", "above a plain move", "below it", "another market"],
)
def test_the_thesis_has_the_second_clause_where_no_news_is_as_good(items: tuple[NewsItem, ...], beside: str) -> None:
    outline = OUTLINE.model_copy(update={"sooner": 0.8})

    chosen = NewsPlanner(items, outline, FORMS).choose_headline(LEAD, (THESIS,))[1]

    assert chosen is not None
    assert chosen.finding.id == beside


def test_a_second_clause_that_makes_a_headline_too_long_gives_way_to_the_next() -> None:
    items = (item("lowest_close", 9), item("fund_outflow", 8, "flows"), item("metal_high", 7, "markets"), PLAIN)

    def fits(_head: Slot, beside: Slot) -> bool:
        return beside.finding.id != "news.fund_outflow"

    head, beside = replace(planner(*items), fits=fits).choose_headline(LEAD)

    assert (head.finding.id, beside and beside.finding.id) == ("news.lowest_close", "news.metal_high")


def test_the_standfirst_tells_each_topic_once_and_never_that_of_the_lead() -> None:
    items = (
        item("lowest_close", 9),
        item("fund_outflow", 8, "flows"),
        item("largest_fall", 7),
        item("metal_high", 6, "markets"),
        item("metal_high", 5, "markets", subject="silver"),
        PLAIN,
    )
    chosen = planner(*items)
    head, beside = chosen.choose_headline(LEAD)

    told = chosen.list_standfirst((head,) if beside is None else (head, beside), 2)

    assert [slot.finding.id for slot in told] == ["news.fund_outflow", "news.metal_high"]


def test_the_body_keeps_what_headline_and_standfirst_promise() -> None:
    items = (item("lowest_close", 9), item("largest_fall", 8), item("metal_high", 3, "markets"), PLAIN)
    chosen = planner(*items)
    head = Slot(items[0].finding, "headline")
    promised = (head, *chosen.list_standfirst((head,), 2))

    told = chosen.list_body(promised, (), 2)

    assert [[slot.finding.id for slot in part] for part in told] == [["news.lowest_close"], ["news.metal_high"]]
    assert all(slot.form == BODY for part in told for slot in part)


def test_key_points_tell_what_nothing_else_does_and_the_body_what_is_rare() -> None:
    rare: tuple[tuple[str, float, Topic, str, int], ...] = (
        ("lowest_close", 9, "price", "price.close", 1),
        ("largest_fall", 8, "price", "price.return_1d", 2),
        ("metal_high", 7, "markets", "macro.gold", 3),
        ("fund_outflow", 6, "flows", "etf.flow", 4),
        ("narrowest_range", 1, "price", "price.range", 3),
    )
    items = tuple(item(kind, score, of, metric=metric, rank_year=rank) for kind, score, of, metric, rank in rare)
    chosen = planner(*items, PLAIN)
    head = Slot(items[0].finding, "headline")

    notes = chosen.list_notes((head,), 2)
    told = chosen.list_body((head,), notes, 0)

    assert [slot.finding.id for slot in notes] == ["news.largest_fall", "news.metal_high"]
    assert [slot.finding.id for part in told for slot in part] == ["news.lowest_close", "news.narrowest_range"]


def test_that_data_begin_late_is_said_once() -> None:
    late: dict[str, Any] = {"since": None, "gap_days": None, "first": DAY - timedelta(days=190)}
    items = (
        item("lowest_close", 9),
        item("largest_fall", 8, metric="price.return_1d", **late),
        item("fund_outflow", 7, "flows", metric="etf.flow", **late),
        item("metal_high", 6, "markets", metric="macro.gold.close", subject="gold"),
        PLAIN,
    )

    notes = planner(*items).list_notes((Slot(items[0].finding, "headline"),), 5)

    assert [slot.finding.id for slot in notes] == ["news.largest_fall", "news.metal_high.gold"]


def test_a_record_is_told_once_and_two_markets_of_one_kind_are_one_fact() -> None:
    old: dict[str, Any] = {"since": None, "gap_days": None}
    forms = FORMS | {
        (f"news.{kind}", form) for kind in ("record_close", "record_high", "level_won") for form in ("headline", "body")
    }
    items = (
        item("level_won", 9, **old),
        item("record_close", 8, **old),
        item("record_high", 7, metric="price.high", **old),
        item("metal_high", 6, "markets", metric="macro.gold.close", subject="gold"),
        item("metal_high", 5, "markets", metric="macro.silver.close", subject="silver"),
        PLAIN,
    )
    chosen = NewsPlanner(items, OUTLINE, forms)
    head = Slot(items[0].finding, "headline")

    notes = chosen.list_notes((head,), 5)

    assert [slot.finding.id for slot in notes] == [items[3].finding.id]
    assert [slot.finding.id for part in chosen.list_body((head,), notes, 5) for slot in part] == [
        "news.level_won",
        items[4].finding.id,
    ]


def led(*kinds: str) -> tuple[tuple[NewsFact, ...], ...]:
    """The news of days before, newest first, each led by a kind."""
    return tuple((item(kind, 9).fact, PLAIN.fact) for kind in kinds)


@pytest.mark.parametrize(
    ("before", "head"),
    [
        ((), "news.lowest_close"),
        (("lowest_close",), "news.fund_outflow"),
        (("lowest_close", "lowest_close"), "news.lowest_close"),
        (("lowest_close", "fund_outflow"), "news.fund_outflow"),
        (("fund_outflow", "lowest_close"), "news.lowest_close"),
    ],
)
def test_no_kind_leads_two_days_where_another_fact_has_nearly_its_score(before: tuple[str, ...], head: str) -> None:
    items = (item("lowest_close", 9), item("fund_outflow", 8.2, "flows"), PLAIN)
    outline = OUTLINE.model_copy(update={"rotate": 0.9})

    chosen = NewsPlanner(items, outline, FORMS, before=led(*before)).find_lead()

    assert chosen is not None
    assert chosen.finding.id == head


def test_a_kind_that_leads_for_days_yields_to_less_and_less() -> None:
    items = (item("lowest_close", 5), PLAIN)
    outline = OUTLINE.model_copy(update={"rotate": 0.9})

    leads = [NewsPlanner(items, outline, FORMS, before=led(*["lowest_close"] * days)).find_lead() for days in range(4)]

    assert [one is not None for one in leads] == [True, True, True, False]


def test_a_plain_day_has_a_second_clause_of_news_or_of_what_it_comes_to() -> None:
    month = Slot(Finding("beside.month", "rules/b.yaml:1", "v1", "price", "neutral", 20, ()), "beside")
    low = item("implied_volatility_low", 3, "volatility")
    forms = FORMS | {("news.implied_volatility_low", "beside")}

    def second(*items: NewsItem, before: tuple[str, ...] = ()) -> str | None:
        planned = NewsPlanner((PLAIN, *items), OUTLINE, forms, clauses=(month,), before=led(*before))
        beside = planned.choose_headline(LEAD)[1]
        return beside.finding.id if beside else None

    assert second() == "beside.month"
    assert second(low) == "news.implied_volatility_low"
    assert second(low, before=("implied_volatility_low",)) == "beside.month"


def test_what_leads_the_data_of_another_market_leads_no_headline() -> None:
    first = {"since": None, "gap_days": None, "of": 900, "first": DAY - timedelta(days=1000)}
    outline = NewsOutline(lead={"metal_high": NewsLead(), "fund_outflow": NewsLead()})

    def lead(one: NewsItem) -> NewsItem | None:
        return NewsPlanner((one, PLAIN), outline, FORMS).find_lead()

    assert lead(item("metal_high", 9, "markets", **first)) is None
    assert lead(item("fund_outflow", 9, "flows", **first)) is not None
    assert lead(item("fund_outflow", 9, "flows", **{**first, "first": DAY - timedelta(days=700)})) is None


def test_a_topic_has_two_key_points_and_never_a_third() -> None:
    of_price = ("largest_fall", "narrowest_range", "move_undone")
    items = (
        item("lowest_close", 9),
        *(item(kind, 8 - at, metric=f"price.{kind}") for at, kind in enumerate(of_price)),
        item("fund_outflow", 3, "flows", metric="etf.flow"),
        PLAIN,
    )
    chosen = planner(*items)
    head = Slot(items[0].finding, "headline")

    notes = chosen.list_notes((head,), 3)
    told = chosen.list_body((head,), notes, 0)

    assert [slot.finding.id for slot in notes] == ["news.largest_fall", "news.narrowest_range", "news.fund_outflow"]
    assert [slot.finding.id for part in told for slot in part] == ["news.lowest_close", "news.move_undone"]
    assert chosen.list_notes((head,), 4) == notes


def test_where_key_points_are_few_an_untold_topic_has_its_best_fact_of_weeks() -> None:
    weeks = {"gap_days": 12, "since": DAY - timedelta(days=12)}
    of_topics: tuple[tuple[str, Topic], ...] = (
        ("largest_fall", "price"),
        ("fund_outflow", "flows"),
        ("move_undone", "flows"),
    )
    modest = [item(kind, 2 - at / 4, topic, metric=f"m.{kind}", **weeks) for at, (kind, topic) in enumerate(of_topics)]
    days = item("metal_high", 1, "markets", metric="m.metal", gap_days=9, since=DAY - timedelta(days=9))
    head = Slot(item("lowest_close", 9).finding, "headline")
    chosen = planner(item("lowest_close", 9), *modest, days, PLAIN)

    # The price is in the headline, the second of the flows is one too many, and nine days are no weeks.
    assert [slot.finding.id for slot in chosen.list_notes((head,), 5)] == ["news.fund_outflow"]
    assert not chosen.is_news(chosen.list_notes((head,), 5))
    # Nor does a day's brief argue what every month has.
    assert [slot.finding.id for slot in planner(PLAIN, *modest).list_superlative(())] == []


def test_another_market_stands_behind_a_rare_fact_of_the_price_in_the_standfirst() -> None:
    metal = item("metal_high", 5, "markets", metric="macro.gold")
    lead, flows = item("lowest_close", 9), item("fund_outflow", 3, "flows", metric="etf.flow")
    rare = item("largest_fall", 4, metric="price.return_1d", rank_year=1)
    head = (Slot(lead.finding, "headline"),)

    def second(*items: NewsItem) -> list[str]:
        return [slot.finding.id for slot in planner(lead, metal, *items, PLAIN).list_standfirst(head, 2)]

    assert second() == ["news.metal_high"]
    assert second(flows) == ["news.fund_outflow", "news.metal_high"]
    assert second(rare) == ["news.largest_fall", "news.metal_high"]
    assert second(replace(rare, fact=replace(rare.fact, rank_year=40))) == ["news.metal_high"]


@pytest.mark.parametrize(
    ("kinds", "same"),
    [
        (("lowest_close", "level_lost"), True),
        (("lowest_close", "largest_fall"), False),
    ],
)
def test_extremes_since_one_date_are_one_key_point_and_a_move_is_another(kinds: tuple[str, str], same: bool) -> None:
    told, other = (item(kind, 9 - at, metric=f"price.{kind}") for at, kind in enumerate(kinds))

    notes = planner(told, other, PLAIN).list_notes((Slot(told.finding, "headline"),), 2)

    assert [slot.finding.id for slot in notes] == ([] if same else [other.finding.id])


def test_a_market_is_told_by_one_of_its_instruments() -> None:
    items = (
        item("lowest_close", 9),
        item("metal_high", 3, "markets", subject="gold", metric="macro.gold", rank_year=1),
        item(
            "metal_high", 2, "markets", subject="gld", metric="macro.gld.close", rank_year=1, same_as="metal_high.gold"
        ),
        PLAIN,
    )

    told = planner(*items).list_body((Slot(items[0].finding, "headline"),), (), 0)

    assert [slot.finding.id for part in told for slot in part] == ["news.lowest_close", "news.metal_high.gold"]


def test_what_does_not_lead_says_why() -> None:
    told = planner(item("metal_high", 9, "markets"), item("lowest_close", 8, gap_days=30), PLAIN).explain_lead()

    assert told == (
        "the day's plain move leads",
        "metal_high does not lead: no fact of its kind does",
        "lowest_close does not lead: one as extreme is 30 days old, and 40 are asked for",
    )


def test_a_report_type_that_lets_no_kind_lead_tells_no_news(tmp_path: Path) -> None:
    outline = make_outline(tmp_path, ["a.one", "level.up", "figure.one"])
    forms = FORMS | {("lead.up", "headline")}

    planned = plan_brief(outline, [fired("lead.up")], make_metrics(), forms, news=(item("lowest_close", 9),))

    assert planned is not None
    assert (planned.headline.finding.id, planned.beside) == ("lead.up", None)


# --- the words that come with the program ----------------------------------------------------------------------------


@cache
def books() -> tuple[PhraseBook, ...]:
    folder = templates_folder() / "market_brief" / "phrases"
    return tuple(
        load_phrases([(path, path.read_text("utf-8")) for path in sorted((folder / one.tag).glob("*.j2"))], one)
        for one in (EN, ZH)
    )


def make_facts(kind: str, flags: dict[str, bool]) -> Iterator[Fact]:
    """The facts that a finding of a kind has, with values that its filters can tell."""
    values: dict[str, tuple[float | str | None, Unit]] = {
        "since": (to_midnight(date(2024, 8, 5)) if flags["dated"] else None, Unit.INSTANT),
        "rank": (2.0 if flags["ranked"] else None, Unit.COUNT),
        "day": (to_midnight(DAY), Unit.INSTANT),
        "earlier_day": (to_midnight(DAY - timedelta(days=1)), Unit.INSTANT),
        "name": (f"instrument.{next(iter(INSTRUMENTS))}", Unit.TEXT),
        "days": (6.0, Unit.COUNT),
        "total": (-1.5e9 if kind.startswith("fund") else -0.12, Unit.USD if kind.startswith("fund") else Unit.FRACTION),
        "value": (_UNITS.get(kind, (-0.051, Unit.FRACTION))),
        "longs": (1e8 if flags["known"] else None, Unit.USD),
        "shorts": (None if flags["known"] else 1e8, Unit.USD),
        "change": (0.04 if flags["known"] else None, Unit.FRACTION),
        "in_coins": (-0.02 if flags["known"] else None, Unit.FRACTION),
        "before": (50.5 if flags["known"] else None, Unit.VOL_POINTS),
        "now": (55.5, Unit.VOL_POINTS),
    }
    for name in NEWS_FINDINGS[f"news.{kind}"]:
        if name == "reach":
            last = "since_year" if flags["dated"] else "record" if flags["record"] else "data"
            member = Fact(f"reach.{last}", to_midnight(date(2017, 8, 17)), Unit.INSTANT, name)
            yield Fact(name, 1.0, Unit.COUNT, name, members=(member,))
        elif name in flags:
            yield Fact(name, float(flags[name]), Unit.BOOL, name)
        elif name in values:
            yield Fact(name, *values[name], name)
        elif name in ("close", "low", "high", "level", "above", "below"):
            yield Fact(name, 60_000.0, Unit.PRICE, name)
        elif name == "partial":
            yield Fact(name, 0.0, Unit.BOOL, name)
        else:
            yield Fact(name, -0.051, Unit.FRACTION, name)


_UNITS: dict[str, tuple[float, Unit]] = {
    **dict.fromkeys(("liquidations_high", "liquidations_low"), (2e8, Unit.USD)),
    **dict.fromkeys(("long_liquidations_high", "short_liquidations_high"), (2e8, Unit.USD)),
    **dict.fromkeys(("open_interest_high", "open_interest_low"), (2e10, Unit.USD)),
    **dict.fromkeys(("fund_inflow", "fund_outflow"), (-9e8, Unit.USD)),
    **dict.fromkeys(("fund_streak_in", "fund_streak_out"), (-9e7, Unit.USD)),
    **dict.fromkeys(("implied_volatility_high", "implied_volatility_low"), (55.5, Unit.VOL_POINTS)),
    **dict.fromkeys(("realised_volatility_high", "realised_volatility_low"), (55.5, Unit.VOL_POINTS)),
    **dict.fromkeys(("implied_volatility_rise", "implied_volatility_fall"), (-9.5, Unit.VOL_POINTS)),
    **dict.fromkeys(("sentiment_high", "sentiment_low"), (11.0, Unit.SCORE)),
    **dict.fromkeys(("record_close", "highest_close", "lowest_close", "level_lost", "level_won"), (6e4, Unit.PRICE)),
    **dict.fromkeys(("record_high", "highest_price", "lowest_price", "touched_below"), (6e4, Unit.PRICE)),
    "touched_above": (6e4, Unit.PRICE),
    **{
        f"{kind}_{way}": (6e3, Unit.LEVEL)
        for kind in ("equity", "metal", "energy", "dollar", "volatility", "coin")
        for way in ("high", "low")
    },
}
_FLAGS = ("dated", "ranked", "known", "record", "tied", "fell", "whole", "apart", "early")


@pytest.mark.parametrize("kind", [name.removeprefix("news.") for name in NEWS_FINDINGS])
@pytest.mark.parametrize("together", [1, pytest.param(len(_FLAGS), marks=pytest.mark.long)], ids=["alone", "together"])
def test_every_kind_is_said_in_both_languages_with_the_same_facts(kind: str, together: int) -> None:
    forms = {form for name, form in books()[0].says if name == f"news.{kind}"}
    assert forms == {form for name, form in books()[1].says if name == f"news.{kind}"}
    name = {"en": "Bitcoin", "zh-Hant": "比特幣"}
    context = SpeechContext(DAY, {}, name, "BTC", name)
    own = NEWS_FINDINGS[f"news.{kind}"] | {"dated", "ranked", "known"}
    for held in product(*((True, False) if flag in own else (False,) for flag in _FLAGS)):
        if together < sum(held) < len(own):
            continue
        flags = dict(zip(_FLAGS, held, strict=True))
        facts = tuple(make_facts(kind, flags))
        finding = Finding(f"news.{kind}", "", "", "news", "neutral", 60, facts, phrase=f"news.{kind}")
        for form in forms:
            shown = []
            for book in books():
                for wording in range(len(book.says[f"news.{kind}", form].wordings)):
                    said = book.say_finding(finding, form, context, wording=wording)
                    assert said.text.strip() == said.text
                    shown.append({claim.partition("#")[0] for claim, _, _ in said.claims})
            assert all(one == shown[0] for one in shown), (form, flags)


def test_every_kind_of_fact_but_the_plain_move_is_a_finding() -> None:
    assert {f"news.{kind}" for kind in WEIGHTS} - {"news.plain"} <= set(NEWS_FINDINGS)


def test_a_fact_that_may_be_missing_is_one_that_findings_have() -> None:
    assert frozenset().union(*NEWS_FINDINGS.values()) >= NEWS_OPTIONAL


def test_headlines_are_in_the_present_tense_and_never_calm() -> None:
    said = {key: say for key, say in books()[0].says.items() if key[0].startswith("news.") and key[1] == "headline"}
    text = {key: str(say.wordings) for key, say in said.items()}
    past = (" closed ", " fell ", " rose ", " was ", " were ", " had ", "little changed", "quiet")
    assert [(key, word) for key, words in text.items() for word in past if word in words] == []


# --- what is borne out --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("returns", "told"), [([0.01, 0.02, 0.01, 0.03], True), ([0.01, -0.02, 0.01, 0.03], False), ([0.02, 0.01], False)]
)
def test_a_run_is_told_only_where_its_readings_bear_it_out(returns: list[float], told: bool) -> None:
    metrics = make_metrics({"price.return_1d": returns, "price.close": [60_000.0] * len(returns)})
    run = NewsFact("streak_up", "price.return_1d", "price", DAY, returns[-1], 1, streak=4, figures={"total": 0.07})

    assert bool(find_news_items([run], metrics)) is told


def test_a_since_date_is_told_only_where_no_reading_lies_between() -> None:
    metrics = make_metrics({"price.close": [5.0, 7.0, 8.0, 6.0], "price.return_1d": [0.1, 0.1, 0.1, -0.1]})
    since, between = metrics.dates[0], metrics.dates[1]
    lowest = NewsFact("lowest_close", "price.close", "price", DAY, 6.0, -1, since=since, gap_days=3, first=since)

    assert [one.finding.id for one in find_news_items([lowest], metrics)] == ["news.lowest_close"]
    assert find_news_items([replace(lowest, since=between)], metrics) == ()
    assert find_news_items([replace(lowest, since=None)], metrics) == ()


@pytest.mark.parametrize(("rank", "told"), [(3, 3.0), (2, None)])
def test_a_rank_is_told_only_where_as_many_readings_are_more_extreme(rank: int, told: float | None) -> None:
    returns = [0.01] * 300 + [-0.09, 0.02, -0.2, 0.01, -0.05]
    metrics = make_metrics({"price.return_1d": returns, "price.close": [60_000.0] * len(returns)})
    day, since = metrics.dates[-1], metrics.dates[-3]
    fall = NewsFact(
        "largest_fall", "price.return_1d", "price", day, -0.05, -1, since=since, gap_days=2, rank=rank, of=305
    )

    (item,) = find_news_items([fall], metrics)

    fact = item.finding.find_fact("rank")
    assert fact is not None
    assert fact.value == told
    assert [one.value for one in fact.inputs] == ([-0.05, -0.2, -0.09] if told else [])


# --- what a figure means ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hours", "early"), [(0, 1.0), (9, 0.0), (24, 0.0)])
def test_a_mood_that_was_read_before_the_day_says_so(hours: int, early: float) -> None:
    made = make_metrics({"sentiment.score": [9.0], "price.close": [62_910.0], "price.return_1d": [-0.14]})
    read = replace(made.series["sentiment.score"], as_of=(to_midnight(DAY) + 3600.0 * hours,))
    metrics = replace(made, series={**made.series, "sentiment.score": read})
    lowest = NewsFact("sentiment_low", "sentiment.score", "sentiment", DAY, 9.0, -1, first=DAY)

    finding = make_news_finding(lowest, metrics, None)

    assert finding is not None
    fact = finding.find_fact("early")
    assert fact is not None
    assert fact.value == early


@pytest.mark.parametrize(("coins", "apart"), [(-0.157, 0.0), (-0.005, 1.0), (0.125, 1.0)])
def test_dollars_of_open_interest_are_told_with_coins_that_went_another_way(coins: float, apart: float) -> None:
    values = {
        "derivatives.open_interest_change_1d": [-0.32],
        "derivatives.open_interest_coins_change_1d": [coins],
        "price.close": [4_800.0],
        "price.return_1d": [-0.395],
    }
    largest = NewsFact(
        "open_interest_fall", "derivatives.open_interest_change_1d", "futures", DAY, -0.32, -1, first=DAY
    )

    finding = make_news_finding(largest, make_metrics(values), None)

    assert finding is not None
    facts = {fact.name: fact.value for fact in finding.facts}
    assert (facts["coins"], facts["apart"]) == (coins, apart)
