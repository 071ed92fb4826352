"""Conjunctions between sentences: each rests on two findings that contrast, and follows the sentence that it answers.

Whichever two sentences of the sample stand so that the later one can say "but" are declared to be in tension.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, partial
from itertools import pairwise
from typing import Any

import pytest

from reporter.narrative.phrases.phrase_checks import has_link
from reporter.pipeline.audit import audit_against_ledger
from reporter.pipeline.compose import compose_brief
from reporter.pipeline.existing_brief import LEDGER
from reporter.pipeline.outputs import render_brief
from reporter.pipeline.state import Evaluation
from reporter.verify.gate.ledger_checks import check_ledger
from reporter.verify.ledger.ledger_model import ClaimRecord, Ledger, SentenceRecord, StepRecord, read_ledger
from reporter.verify.recompute.joints import find_answered_sentences, is_joint
from tests.briefs import SAMPLES, found

LOCALES = ("en", "zh-Hant")


def declaring(*pairs: tuple[str, str]) -> Evaluation:
    """The sample's findings, with these pairs alone in tension."""
    findings = found(SAMPLES / "btc-2026-02")
    outline = findings.report.outline.model_copy(update={"tensions": pairs})
    return replace(findings, report=replace(findings.report, outline=outline))


def told(ledger: Ledger, locale: str) -> list[SentenceRecord]:
    wanted = ("article", locale, "body")
    return [one for one in ledger.sentences if (one.edition, one.locale, one.role) == wanted]


def opening_paragraphs() -> Iterator[tuple[str, str]]:
    """Findings of the last sentence of a paragraph and of the first of the next one, where that has a link."""
    findings = declaring()
    made = compose_brief(findings, ("article",))
    spoken = {one.finding for one in told(made.record, "en")}
    for section in made.plan.sections:
        for one, other in pairwise(slots for slots in section.paragraphs if slots):
            names = (one[-1].finding.id, other[0].finding.id)
            says = [book.says.get((names[1], other[0].form)) for book in findings.report.books]
            if set(names) <= spoken and all(say is not None and has_link(say.wordings[0]) for say in says):
                yield names


@cache
def brief() -> tuple[str, str, dict[str, bytes]]:
    """The two findings in tension, and the files of a brief that tells both."""
    before, after = next(opening_paragraphs())
    return before, after, dict(render_brief(compose_brief(declaring((before, after)), ("article",)), ("md",), None))


def record() -> Ledger:
    return read_ledger(brief()[2][LEDGER])


def claim() -> ClaimRecord:
    return next(one for one in record().claims if is_joint(one))


def sentence(finding: str, locale: str) -> SentenceRecord:
    return next(one for one in told(record(), locale) if one.finding == finding)


def whys(ledger: Ledger) -> list[str]:
    return [one.what for one in check_ledger(ledger)]


def with_condition(**values: Any) -> Ledger:
    asked, ledger = claim(), record()
    assert asked.condition is not None
    changed = asked.model_copy(update={"condition": asked.condition.model_copy(update=values)})
    return ledger.model_copy(update={"claims": tuple(changed if one == asked else one for one in ledger.claims)})


def with_stances(before: str, after: str) -> Ledger:
    """The joint rests on these stances, and its condition says that they are bear and bull."""
    names = dict(zip(brief()[:2], (before, after), strict=True))
    sides = zip(names, (-1.0, 1.0), strict=True)
    ledger = with_condition(
        is_="stances", parts=tuple(StepRecord(text=name, is_="finding", value=side) for name, side in sides)
    )
    findings = (one.model_copy(update={"stance": names.get(one.id, one.stance)}) for one in ledger.findings)
    return ledger.model_copy(update={"findings": tuple(findings)})


def judged(texts: dict[str, str]) -> list[str]:
    edited = {name: texts[name].encode() if name in texts else content for name, content in brief()[2].items()}
    return [one.what for one in audit_against_ledger(record(), edited).faults]


def written(finding: str, locale: str) -> str:
    """A sentence as it stands in Markdown."""
    return sentence(finding, locale).text.replace("$", "&#36;").replace("S&P", "S&#38;P")


def test_a_joint_names_both_findings_and_rests_on_the_readings_of_both() -> None:
    before, after, _ = brief()
    asked = claim()

    assert asked.condition is not None
    assert (asked.finding, asked.value) == (after, 1.0)
    assert (asked.condition.is_, asked.is_) == ("tension", f"{before} and {after} are declared to be in tension")
    assert [part.text for part in asked.condition.parts] == [before, after]
    facts = {one.id: {fact.is_ for fact in one.facts} for one in record().findings}
    read = {one.metric for one in asked.inputs}
    assert facts[before] & read
    assert facts[after] & read
    assert set(asked.shown) == set(LOCALES)


def test_the_sentence_that_a_joint_answers_is_found_in_each_language() -> None:
    before, after, _ = brief()

    for locale in LOCALES:
        answered = find_answered_sentences(record(), "article", locale)
        assert answered[sentence(after, locale).id] == sentence(before, locale).id


def test_what_follows_passes() -> None:
    assert whys(record()) == []
    assert whys(with_stances("bear", "bull")) == []
    assert judged({}) == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (partial(with_stances, "bull", "bull"), "the stance of {before} is bull"),
        (partial(with_stances, "bull", "bull"), "{before} and {after} have no opposite stances"),
        (partial(with_stances, "bear", "neutral"), "the stance of {after} is neutral"),
        (
            lambda: record().model_copy(update={"tensions": ()}),
            "{before} and {after} are not declared to be in tension",
        ),
        (partial(with_condition, parts=()), "names no finding before {after}"),
        (partial(with_condition, value=False), "is not true and is told as holding"),
    ],
)
def test_a_joint_that_does_not_follow_holds(change: Callable[[], Ledger], why: str) -> None:
    before, after, _ = brief()

    assert any(why.format(before=before, after=after) in one for one in whys(change()))


def test_a_joint_whose_answered_sentence_is_not_told_before_it_holds() -> None:
    before, after, _ = brief()
    ledger = record()
    gone = sentence(before, "en").id
    kept = tuple(one for one in ledger.sentences if one.id != gone)

    where = f"{sentence(after, 'en').id} in en"
    assert any(f"{where} answers no sentence of {before}" in one for one in whys(with_sentences(ledger, kept)))


def test_a_word_inside_a_sentence_rests_on_no_joint() -> None:
    ledger, of = record(), sentence(brief()[1], "en")
    moved = of.model_copy(update={"relating": (*of.relating, (len(of.text) - 2, len(of.text) - 1, claim().id))})
    changed = tuple(moved if one == of else one for one in ledger.sentences)

    assert any(
        f"in {of.id} in en it stands inside the sentence" in one for one in whys(with_sentences(ledger, changed))
    )


def with_sentences(ledger: Ledger, sentences: tuple[SentenceRecord, ...]) -> Ledger:
    return ledger.model_copy(update={"sentences": sentences})


def test_what_a_joint_answers_cannot_be_cut_in_any_language() -> None:
    before, after, files = brief()
    texts = {}
    for locale in LOCALES:
        name, own = f"article.{locale}.md", written(before, locale)
        text = files[name].decode()
        assert text.count(own) == 1
        texts[name] = text.replace(own, "")

    assert any(f"{sentence(after, 'en').id} turns on it" in one for one in judged(texts))


def test_a_paragraph_that_begins_with_a_joint_stays_behind_what_it_answers() -> None:
    before, after, files = brief()
    paragraphs = files["article.en.md"].decode().split("\n\n")
    first, second = (
        next(at for at, one in enumerate(paragraphs) if written(name, "en") in one) for name in (before, after)
    )
    paragraphs[first], paragraphs[second] = paragraphs[second], paragraphs[first]

    found_faults = judged({"article.en.md": "\n\n".join(paragraphs)})
    assert any(f"begins with a contrast to {sentence(before, 'en').id}" in one for one in found_faults)
