"""Relating words in the ledger: each has a claim, which is computed again; a wrong one holds the brief."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from reporter.verify.gate.ledger_checks import check_ledger, list_ledger_notices
from reporter.verify.ledger.ledger_model import (
    ClaimRecord,
    ConditionRecord,
    FactRecord,
    FindingRecord,
    FrameworkRecord,
    Ledger,
    ReadingRecord,
    RelationRecord,
    SentenceRecord,
    StepRecord,
    dump_ledger,
    read_ledger,
)
from reporter.verify.recompute.history import History
from reporter.verify.recompute.relating import check_relating_words, check_relation_claims
from tests.briefs import SAMPLES, composed

CLAIM = "derivatives.funding_against_rise:still#relation"


def record() -> Ledger:
    return composed(SAMPLES / "btc-2026-02").record


def faults(ledger: Ledger) -> list[str]:
    return [one.what for one in check_ledger(ledger)]


def with_claim(ledger: Ledger, **values: Any) -> Ledger:
    claims = (one.model_copy(update=values) if one.id == CLAIM else one for one in ledger.claims)
    return ledger.model_copy(update={"claims": tuple(claims)})


def with_sentence(ledger: Ledger, of: SentenceRecord, **values: Any) -> Ledger:
    changed = (one.model_copy(update=values) if one is of else one for one in ledger.sentences)
    return ledger.model_copy(update={"sentences": tuple(changed)})


def claim(ledger: Ledger) -> ClaimRecord:
    return next(one for one in ledger.claims if one.id == CLAIM)


def sentence(ledger: Ledger) -> SentenceRecord:
    return next(one for one in ledger.sentences if any(name == CLAIM for _, _, name in one.relating))


def test_a_word_has_a_claim_with_its_condition_and_the_readings_of_both_days() -> None:
    told = claim(record())

    assert (told.kind, told.fact, told.value, told.shown) == ("relation", "still", 1.0, {"zh-Hant": ("仍",)})
    assert told.is_ == "funding_below and funding_was_below"
    assert [(one.metric, one.date) for one in told.inputs] == [
        ("derivatives.funding_1d", "2026-02-06"),
        ("derivatives.funding_1d", "2026-02-05"),
    ]
    assert told.condition is not None
    assert (told.condition.is_, told.condition.value) == ("all", True)


def test_a_brief_as_it_is_made_passes_and_names_its_classes() -> None:
    ledger = record()

    assert faults(ledger) == []
    assert "still" in ledger.relating


def test_a_word_without_a_claim_holds() -> None:
    ledger = record()
    of = sentence(ledger)

    found = faults(with_sentence(ledger, of, relating=()))
    assert f'"{of.text}": {of.id} in zh-Hant: "仍" (still) has no claim' in found


def test_a_claim_of_a_word_that_is_not_there_holds() -> None:
    ledger = record()
    of = sentence(ledger)
    (start, end, name) = of.relating[0]

    found = faults(with_sentence(ledger, of, relating=((start, end, name), (0, 2, name))))
    assert f'"{of.text}": {of.id} in zh-Hant: "{of.text[:2]}" is no relating word there' in found


def test_a_claim_of_another_class_or_finding_holds() -> None:
    ledger = record()

    other = faults(with_claim(ledger, fact="again"))
    assert any("which is of another class" in why for why in other)
    assert any("no true rendering" in why for why in other)
    assert any("which is of another finding" in why for why in faults(with_claim(ledger, finding="lead.rebound")))


@pytest.mark.parametrize("value", [False, None])
def test_a_relation_that_is_not_true_holds(value: bool | None) -> None:
    ledger = record()
    condition = claim(ledger).condition
    assert condition is not None

    found = faults(with_claim(ledger, condition=condition.model_copy(update={"value": value})))
    assert any("is not true and is told as holding" in why for why in found)
    assert any("and from its parts it is true" in why for why in found)


def test_a_relation_is_computed_again_from_the_readings_of_the_day_before() -> None:
    ledger = record()
    before = claim(ledger).inputs[1]

    def turned(one: ClaimRecord) -> ClaimRecord:
        inputs = (
            read.model_copy(update={"value": 0.0005})
            if (read.metric, read.date) == (before.metric, before.date)
            else read
            for read in one.inputs
        )
        return one.model_copy(update={"inputs": tuple(inputs)})

    claims = tuple(map(turned, ledger.claims))
    # A ledger whose other readings say the same is as wrong.
    changed = ledger.model_copy(update={"claims": claims, "stretches": ()})

    assert any("prev(derivatives.funding_1d)" in why for why in faults(changed))
    assert any("where it is looked back on" in why for why in faults(ledger.model_copy(update={"claims": claims})))


def test_how_often_rests_on_a_count() -> None:
    ledger = record()
    often = claim(ledger).model_copy(update={"id": f"{claim(ledger).finding}:usually#relation", "fact": "usually"})

    whys = [why for _, why in check_relation_claims(ledger.model_copy(update={"claims": (often,)}), History({}))]

    assert f"it says how often, and its condition ({often.is_}) counts nothing" in whys


def test_a_ledger_of_before_words_were_bound_is_asked_for_no_claim() -> None:
    ledger = record()
    old = with_sentence(ledger, sentence(ledger), relating=()).model_copy(
        update={"relating": (), "claims": tuple(one for one in ledger.claims if one.kind != "relation")}
    )

    assert faults(read_ledger(dump_ledger(old))) == []


def test_an_unbound_word_of_a_desk_is_a_notice() -> None:
    ledger = record()
    of = sentence(ledger)
    (start, end, _) = of.relating[0]
    bare = with_sentence(ledger, of, relating=((start, end, ""),))
    bare = bare.model_copy(update={"claims": tuple(one for one in bare.claims if one.id != CLAIM)})

    assert faults(bare) == []
    assert [str(one) for one in list_ledger_notices(bare)] == [
        f'ledger.json: "{of.text}": no relation of its rule bears out "仍"'
    ]


def test_conditions_that_are_met_no_longer_are_held_to_the_history_of_the_framework() -> None:
    step = StepRecord(text="turned", is_="all", value=True, parts=(StepRecord(text="a", is_="truth", value=True),))
    named = FactRecord(name="against.funding", value=0.0, unit="count", is_="x", as_of=None)
    failed = FactRecord(name="for_failed", value=1.0, unit="count", is_="for_failed", as_of=None, members=(named,))
    found = FindingRecord(
        id="since.conditions",
        rule="",
        version="",
        topic="memory",
        stance="neutral",
        weight=30,
        days=1,
        partial=False,
        facts=(failed,),
    )
    told = claim(record()).model_copy(
        update={
            "id": "since.conditions:no_longer#relation",
            "finding": "since.conditions",
            "fact": "no_longer",
            "condition": step,
            "shown": {"zh-Hant": ("不再",)},
        }
    )

    def whys(*statuses: str) -> list[str]:
        history = tuple((f"2026-02-0{day}", status) for day, status in enumerate(statuses, 1))
        asked = ConditionRecord(
            id="against.funding",
            side="against",
            asks="x",
            threshold=None,
            deadline="2026-02-10",
            status=statuses[-1],
            turned=None,
            over=False,
            history=history,
        )
        framework = FrameworkRecord(
            level=1.0, found="x", above=True, set="2026-02-01", deadline="2026-02-10", closed=None, conditions=(asked,)
        )
        parts = {"claims": (told,), "findings": (found,), "framework": framework}
        return [why for _, why in check_relation_claims(record().model_copy(update=parts), History({}))]

    assert whys("met", "unknown", "not met") == []
    assert whys("not met", "met") == ["against.funding has not turned from met to not met"]
    assert whys("pending", "not met") == ["against.funding has not turned from met to not met"]


def test_a_relation_of_a_finding_that_nothing_tests_holds() -> None:
    ledger = record()
    findings = tuple(
        one.model_copy(update={"reasoning": None}) if one.id == "derivatives.funding_against_rise" else one
        for one in ledger.findings
    )

    assert any("nothing tests it" in why for why in faults(ledger.model_copy(update={"findings": findings})))


def test_what_is_said_to_be_of_the_same_day_is_held_to_the_ends_of_its_readings() -> None:
    # Which day's wordings say so is a matter of their turn.
    days = (date(2026, 2, day) for day in (5, 3, 2))
    ledgers = (composed(SAMPLES / "btc-2026-02", day, editions=("article", "chat")).record for day in days)
    ledger, told = next((made, one) for made in ledgers for one in made.claims if one.fact == "same_day")
    shares = [one for one in told.inputs if one.metric.startswith("macro.")]
    late = tuple(
        one.model_copy(update={"as_of": "2026-01-30T21:00:00Z"}) if one == shares[0] else one for one in told.inputs
    )

    claims = tuple(one.model_copy(update={"inputs": late}) if one is told else one for one in ledger.claims)
    found = [why for _, why in check_relation_claims(ledger.model_copy(update={"claims": claims}), History({}))]
    assert found == [
        f"{shares[0].metric} of {shares[0].date} is of a period that ends at 2026-01-30T21:00:00Z, on another day"
    ]


RUN = (("2026-02-06", -0.01), ("2026-02-05", -0.02), ("2026-02-04", -0.03))


def tell_news(kind: str, relation: str, values: tuple[tuple[str, float], ...], **facts: float) -> Ledger:
    """A ledger of one finding of news, whose relation rests on readings of a day each, newest first."""
    inputs = tuple(
        ReadingRecord(metric="price.return_1d", date=day, value=value, unit="fraction", as_of=None, source=None)
        for day, value in values
    )
    made = StepRecord(text="so", is_="all", value=True, parts=(StepRecord(text="a", is_="truth", value=True),))
    told = claim(record()).model_copy(
        update={
            "id": f"news.{kind}:{relation}#relation",
            "finding": f"news.{kind}",
            "fact": relation,
            "condition": made,
            "inputs": inputs,
            "date": "2026-02-06",
        }
    )
    found = FindingRecord(
        id=f"news.{kind}",
        rule="",
        version="",
        topic="news",
        stance="bear",
        weight=60,
        days=1,
        partial=False,
        facts=tuple(
            FactRecord(name=name, value=value, unit="count", is_="x", as_of=None) for name, value in facts.items()
        ),
    )
    return record().model_copy(update={"claims": (told,), "findings": (found,)})


def list_news_faults(ledger: Ledger, readings: dict[tuple[str, str], float] | None = None) -> list[str]:
    return [why for _, why in check_relation_claims(ledger, History(readings or {}))]


def test_days_in_a_row_are_held_to_the_readings_of_the_run() -> None:
    assert list_news_faults(tell_news("streak_down", "run", RUN, days=3.0)) == []
    assert list_news_faults(tell_news("streak_down", "run", RUN, days=4.0)) == [
        "it rests on 3 readings, and is said of 4.0"
    ]
    assert list_news_faults(tell_news("streak_up", "run", RUN, days=3.0)) == [
        "not all its readings have the sign that it is said to have"
    ]
    assert list_news_faults(tell_news("streak_down", "run", RUN[::-1], days=3.0)) == [
        "its readings are not of one day after another up to the day"
    ]


def test_a_day_of_the_other_sign_within_a_run_holds() -> None:
    told = tell_news("fund_streak_out", "run", (RUN[0], RUN[2]), days=2.0)

    assert list_news_faults(told, {("price.return_1d", "2026-02-05"): -0.01}) == []
    assert list_news_faults(told, {("price.return_1d", "2026-02-05"): 0.01}) == [
        "price.return_1d of 2026-02-05 has the other sign"
    ]


def test_a_first_beyond_a_level_is_held_to_the_relation_of_its_reading() -> None:
    ledger = tell_news("level_lost", "first", RUN[:1], level=60_000.0)
    relation = RelationRecord(
        metric="price.close",
        date="2026-02-06",
        value=59_000.0,
        direction=-1,
        bound=60_000.0,
        strict=True,
        since="2025-02-06",
        since_value=58_000.0,
        nearest="2025-03-01",
        nearest_value=61_000.0,
        first="2020-01-01",
        compared=300,
    )

    def whys(**values: Any) -> list[str]:
        found = ledger.findings[0].model_copy(update={"relation": relation.model_copy(update=values)})
        return list_news_faults(ledger.model_copy(update={"findings": (found,)}))

    assert list_news_faults(ledger) == ["it has no relation to the readings before it"]
    assert list_news_faults(tell_news("lowest_close", "since", RUN[:1])) == [
        "it has no relation to the readings before it"
    ]
    assert whys() == []
    assert whys(bound=70_000.0) == ["its relation is to 70000 of 2026-02-06, and it is said of 60000.0"]
    assert whys(date="2026-02-05") == ["its relation is to 60000 of 2026-02-05, and it is said of 60000.0"]


def test_a_record_is_held_to_the_readings_before_it() -> None:
    ledger = tell_news("record_close", "record", RUN[:1])
    relation = RelationRecord(
        metric="price.close",
        date="2026-02-06",
        value=124_000.0,
        direction=1,
        bound=124_000.0,
        nearest="2025-10-05",
        nearest_value=123_000.0,
        first="2020-01-01",
        compared=2000,
    )

    def whys(**values: Any) -> list[str]:
        found = ledger.findings[0].model_copy(update={"relation": relation.model_copy(update=values)})
        return list_news_faults(ledger.model_copy(update={"findings": (found,)}))

    assert list_news_faults(ledger) == ["it has no relation to the readings before it"]
    assert whys() == []
    assert whys(since="2025-10-06", since_value=124_000.0) == ["price.close was as extreme on 2025-10-06"]
    assert whys(date="2026-02-05") == ["its relation is of 2026-02-05, and it is said of 2026-02-06"]
    assert whys(nearest=None, nearest_value=None, compared=0) == ["no price.close before it is known"]


def test_a_most_is_held_to_the_reading_itself_among_those_before_it() -> None:
    ledger = tell_news("lowest_close", "most", RUN[:1])
    relation = RelationRecord(
        metric="price.close",
        date="2026-02-06",
        value=59_000.0,
        direction=-1,
        bound=59_000.0,
        since="2025-02-06",
        since_value=58_000.0,
        first="2025-02-06",
        compared=300,
    )

    def whys(**values: Any) -> list[str]:
        found = ledger.findings[0].model_copy(update={"relation": relation.model_copy(update=values)})
        return list_news_faults(ledger.model_copy(update={"findings": (found,)}))

    assert list_news_faults(ledger) == ["it has no relation to the readings before it"]
    assert whys() == []
    assert whys(bound=60_000.0) == ["its relation is to 60000, and price.close is 59000"]
    assert whys(date="2026-02-05") == ["its relation is of 2026-02-05, and it is said of 2026-02-06"]


def tell_most_of_a_list(shown: str, **members: float) -> Ledger:
    """A ledger of one sentence, which says that one of a list fell most, and shows a figure of the list."""
    listed = FactRecord(
        name="equities",
        value=float(len(members)),
        unit="count",
        is_='collect("macro.*.return_1d", "equity")',
        as_of=None,
        members=tuple(
            FactRecord(name=name, value=value, unit="fraction", is_=f"macro.{name}.return_1d", as_of=None)
            for name, value in members.items()
        ),
    )
    found = record().findings[0].model_copy(update={"id": "macro.reversal", "facts": (listed,)})
    told = claim(record()).model_copy(
        update={"id": "macro.reversal:most#relation", "finding": "macro.reversal", "fact": "most"}
    )
    figure = told.model_copy(
        update={
            "id": f"macro.reversal:equities.{shown}#pct",
            "fact": f"equities.{shown}",
            "kind": "pct",
            "value": members[shown],
        }
    )
    text = "Shares moved; one moved most, 2.0%."
    at, number = text.index("most"), text.index("2.0%")
    sentence = SentenceRecord(
        id="s001",
        locale="en",
        edition="article",
        role="body",
        section="macro",
        finding="macro.reversal",
        form="takeaway",
        text=text,
        spans=((number, number + 4, figure.id),),
        relating=((at, at + 4, told.id),),
    )
    return record().model_copy(
        update={"claims": (told, figure), "findings": (found,), "sentences": (sentence,), "relating": ("most",)}
    )


@pytest.mark.parametrize(
    ("shown", "members", "why"),
    [
        ("dow", {"spx": 0.01, "dow": 0.02}, ""),
        ("spx", {"spx": 0.01, "dow": 0.02}, "equities.spx, 0.01, and the list has 0.02"),
        ("dow", {"spx": 0.03, "dow": -0.02}, ""),
        ("spx", {"spx": -0.01, "dow": -0.02}, "equities.spx, -0.01, and the list has -0.02"),
    ],
)
def test_the_most_of_a_list_is_its_largest_rise_or_fall(shown: str, members: dict[str, float], why: str) -> None:
    found = [what for _, what in check_relating_words(tell_most_of_a_list(shown, **members), {"en": ()})]

    assert found == ([f's001 in en: "most" is said of {why}'] if why else [])


def test_since_when_a_fact_is_news_is_held_to_its_relation_in_each_language() -> None:
    ledger = record()
    told = [one for one in ledger.claims if one.fact == "since" and one.kind == "relation"]
    assert any(one.shown.get("zh-Hant") == ("以來",) for one in told)

    first = told[0]
    later = tuple(one.model_copy(update={"date": "2026-02-05"}) if one is first else one for one in ledger.claims)
    found = [why for _, why in check_relation_claims(ledger.model_copy(update={"claims": later}), History({}))]
    assert "its relation is of 2026-02-06, and it is said of 2026-02-05" in found


@pytest.mark.parametrize(
    ("finding", "asked", "why"),
    [
        ("news.move_undone", "price.return_1d > 0% and ago(price.return_1d, 2) < 0%", ""),
        ("news.move_undone", "price.return_1d > 0% and ago(price.return_1d, 2) > 0%", "is not what the word says"),
        ("news.reversal_from_low", "price.low < price.prev_close and price.close > price.low", ""),
        ("news.reversal_from_low", "price.close > price.low", "is not what the word says"),
        ("news.reversal_from_high", "price.high > price.prev_close and price.close < price.high", ""),
        ("news.lowest_close", "price.close > price.low", "is not what the word says"),
    ],
)
def test_what_news_says_was_won_or_given_back_is_held_to_what_the_word_says(finding: str, asked: str, why: str) -> None:
    found = FindingRecord(
        id=finding, rule="", version="", topic="news", stance="bull", weight=60, days=1, partial=False, facts=()
    )
    step = StepRecord(text=asked, is_="truth", value=True)
    told = claim(record()).model_copy(
        update={
            "id": f"{finding}:recover#relation",
            "finding": finding,
            "fact": "recover",
            "is_": asked,
            "condition": step,
        }
    )

    ledger = record().model_copy(update={"claims": (told,), "findings": (found,)})
    whys = [one for _, one in check_relation_claims(ledger, History({}))]
    assert (whys == []) is (why == "")
    assert all(why in one for one in whys)


def test_a_contrast_within_a_list_is_counted_again_from_its_readings() -> None:
    ledger = composed(SAMPLES / "melt-up", editions=("article", "chat")).record
    told = next(one for one in ledger.claims if one.id == "macro.alone_up:contrast#relation")
    assert list_news_faults(ledger.model_copy(update={"claims": (told,)})) == []

    risen = tuple(one.model_copy(update={"value": abs(one.value or 0.0)}) for one in told.inputs)
    claims = (told.model_copy(update={"inputs": risen}),)
    up, down = (f'{name}_count("macro.*.return_1d", "equity")' for name in ("up", "down"))
    assert list_news_faults(ledger.model_copy(update={"claims": claims})) == [
        f"{up} is 2, and of its readings it is 3",
        f"{down} is 1, and of its readings it is 0",
    ]


@pytest.mark.parametrize(
    ("asked", "follows"),
    [
        ("price.return_1d > 0% and macro.spx.return_1d < 0%", True),
        ("price.return_1d < 0% and macro.sp500-fund.return_1d > 0%", True),
        ("price.return_1d > 0% and macro.spx.return_1d > 0%", False),
        ("macro.spx.return_1d < 0%", False),
    ],
)
def test_a_parting_of_ways_is_held_to_two_moves_of_opposite_signs(asked: str, *, follows: bool) -> None:
    ledger = tell_news("decoupling", "contrast", RUN[:1])
    made = StepRecord(text=asked, is_="truth", value=True)
    told = ledger.claims[0].model_copy(update={"condition": made, "is_": asked})

    found = list_news_faults(ledger.model_copy(update={"claims": (told,)}))
    assert found == ([] if follows else [f"its condition ({asked}) is not what the word says"])
