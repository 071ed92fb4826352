"""Conjunctions between sentences: each rests on two findings that contrast, and follows the sentence it answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import pytest

from reporter.pipeline.audit import audit_against_ledger
from reporter.pipeline.existing_brief import LEDGER
from reporter.pipeline.outputs import render_brief
from reporter.verify.gate.ledger_checks import check_ledger
from reporter.verify.ledger.ledger_model import ClaimRecord, Ledger, SentenceRecord, StepRecord, read_ledger
from reporter.verify.recompute.joints import find_answered_sentences
from tests.briefs import SAMPLES, composed

BEFORE, AFTER = "derivatives.funding_against_rise", "derivatives.vol_relief"
CLAIM = f"{AFTER}:contrast_derivatives_funding_against_rise#relation"
ARTICLES = ("article.en.md", "article.zh-Hant.md")


@cache
def files() -> dict[str, bytes]:
    return dict(render_brief(composed(SAMPLES / "btc-2026-02"), ("md",), None))


def record() -> Ledger:
    return read_ledger(files()[LEDGER])


def claim() -> ClaimRecord:
    return next(one for one in record().claims if one.id == CLAIM)


def sentence(finding: str, locale: str) -> SentenceRecord:
    own = (one for one in record().sentences if (one.edition, one.locale, one.role) == ("article", locale, "body"))
    return next(one for one in own if one.finding == finding)


def whys(ledger: Ledger) -> list[str]:
    return [one.what for one in check_ledger(ledger)]


def with_condition(**values: Any) -> Ledger:
    told = claim()
    assert told.condition is not None
    changed = told.model_copy(update={"condition": told.condition.model_copy(update=values)})
    ledger = record()
    return ledger.model_copy(update={"claims": tuple(changed if one.id == CLAIM else one for one in ledger.claims)})


def with_stance(finding: str, stance: str) -> Ledger:
    ledger = record()
    changed = (one.model_copy(update={"stance": stance}) if one.id == finding else one for one in ledger.findings)
    return ledger.model_copy(update={"findings": tuple(changed)})


def judged(texts: dict[str, str]) -> list[str]:
    edited = {name: texts[name].encode() if name in texts else content for name, content in files().items()}
    return [one.what for one in audit_against_ledger(record(), edited).faults]


def test_a_joint_names_both_findings_their_stances_and_readings() -> None:
    told = claim()

    assert told.condition is not None
    assert (told.is_, told.condition.is_, told.value) == (
        f"{BEFORE} and {AFTER} have opposite stances",
        "stances",
        1.0,
    )
    assert [(part.text, part.value) for part in told.condition.parts] == [(BEFORE, -1.0), (AFTER, 1.0)]
    assert {"derivatives.dvol", "derivatives.funding_1d"} <= {one.metric for one in told.inputs}


def test_the_sentence_that_a_joint_answers_is_found_in_each_language() -> None:
    ledger = record()

    for locale in ("en", "zh-Hant"):
        answered = find_answered_sentences(ledger, "article", locale)
        assert answered[sentence(AFTER, locale).id] == sentence(BEFORE, locale).id


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (partial(with_stance, BEFORE, "bull"), f"the stance of {BEFORE} is bull"),
        (partial(with_stance, BEFORE, "bull"), f"{BEFORE} and {AFTER} have no opposite stances"),
        (partial(with_stance, AFTER, "neutral"), f"the stance of {AFTER} is neutral"),
        (partial(with_condition, is_="tension"), f"{BEFORE} and {AFTER} are not declared to be in tension"),
        (partial(with_condition, parts=()), f"names no finding before {AFTER}"),
        (partial(with_condition, value=False), "is not true and is told as holding"),
        (
            partial(
                with_condition,
                parts=(
                    StepRecord(text="lead.rebound", is_="finding", value=1.0),
                    StepRecord(text=AFTER, is_="finding", value=1.0),
                ),
            ),
            "in en answers no sentence of lead.rebound",
        ),
    ],
)
def test_a_joint_that_does_not_follow_holds(change: Callable[[], Ledger], why: str) -> None:
    assert any(why in one for one in whys(change()))


def test_a_tension_that_the_report_type_declares_follows() -> None:
    ledger = with_condition(is_="tension").model_copy(update={"tensions": ((BEFORE, AFTER),)})

    assert not any("tension" in one for one in whys(ledger))


def test_a_word_inside_a_sentence_rests_on_no_joint() -> None:
    ledger = record()
    of = sentence(AFTER, "en")
    place = of.text.index("fell")
    moved = of.model_copy(update={"relating": (*of.relating, (place, place + 4, CLAIM))})
    changed = ledger.model_copy(
        update={"sentences": tuple(moved if one == of else one for one in ledger.sentences)},
    )

    assert any(f"in {of.id} in en it stands inside the sentence" in one for one in whys(changed))


def test_what_a_joint_answers_cannot_be_cut_in_any_language() -> None:
    texts = {}
    for name in ARTICLES:
        locale = name.split(".")[1]
        text = files()[name].decode()
        own = sentence(BEFORE, locale).text
        assert own in text
        texts[name] = re.sub(rf" ?{re.escape(own)} ?", "", text)

    assert any(f"{sentence(AFTER, 'en').id} turns on it" in one for one in judged(texts))


def test_a_paragraph_that_begins_with_a_joint_stays_behind_what_it_answers() -> None:
    name = "article.en.md"
    paragraphs = files()[name].decode().split("\n\n")
    first, second = (
        next(at for at, one in enumerate(paragraphs) if sentence(finding, "en").text in one)
        for finding in (BEFORE, AFTER)
    )
    assert second == first + 1
    paragraphs[first], paragraphs[second] = paragraphs[second], paragraphs[first]

    assert any("begins with a contrast to" in one for one in judged({name: "\n\n".join(paragraphs)}))
