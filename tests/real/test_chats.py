"""Chats of real days: short answers, yes or no first, nothing told twice, and an ending that says what decides."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import takewhile
from random import Random

import pytest

from reporter.language.sentences import split_sentences
from reporter.model.finding import Fact
from reporter.model.metric import Unit
from reporter.narrative.phrases.phrase_extents import FIGURE_FILTERS
from reporter.narrative.phrases.phrases import Utterance
from reporter.narrative.plan.argument import is_about
from reporter.proofread import load_house_style
from reporter.proofread.passages import ProofPassage
from reporter.proofread.wording_checks import check_plumbing
from tests.briefs import ROOT
from tests.real.trial_days import SEEDS, Exchange, list_exchanges, plan_chat_day, real_trial

pytestmark = pytest.mark.skipif(
    not (ROOT / "../shared/market/DATES.md").is_file(), reason="the real series do not lie beside the project"
)

#: From 2020 on, when most series have begun.
_FIRST = 800
_ASKS = {
    "en": re.compile(r"^(?:So |But |And )?(?:Is|Are|Was|Were|Do|Does|Did|Has|Have|Had|Can|Could|Will)\b"),
    "zh-Hant": re.compile("嗎？$"),
}
_ANSWERS = {
    "en": re.compile(r"^(?:Yes|No|Not|Only|Partly|Neither)\b"),
    "zh-Hant": re.compile("^(?:是|不|有|沒|會|對|還沒|只|守住|未必)"),
}


def list_days(seed: int) -> list[int]:
    return Random(seed).sample(range(_FIRST, len(real_trial().metrics.dates)), 10)


def iterate_chats(seed: int) -> Iterator[tuple[int, str, tuple[Exchange, ...]]]:
    for index in list_days(seed):
        for tag, exchanges in list_exchanges(index).items():
            yield index, tag, exchanges


def list_figures(exchange: Exchange) -> list[tuple[str, str]]:
    """Unit and size of every figure that an answer shows, each once a sentence."""
    return [figure for _, said in exchange.answer for figure in sorted(_list_shown(said))]


def _list_shown(said: Utterance) -> set[tuple[str, str]]:
    return {
        (str(fact.unit), f"{abs(float(fact.value or 0)):.6g}")
        for _, kind, fact in said.claims
        if kind in FIGURE_FILTERS and is_number(fact)
    }


def is_number(fact: Fact) -> bool:
    return isinstance(fact.value, int | float) and fact.unit not in (Unit.INSTANT, Unit.BOOL)


@pytest.mark.parametrize("seed", SEEDS)
def test_an_answer_has_at_most_three_sentences(seed: int) -> None:
    long = [
        (index, tag, one.name)
        for index, tag, exchanges in iterate_chats(seed)
        for one in exchanges
        if sum(len(split_sentences(said.text)) for _, said in one.answer) > 3
    ]
    assert long == []


@pytest.mark.parametrize("seed", SEEDS)
def test_yes_or_no_comes_first_where_the_question_asks_for_it(seed: int) -> None:
    asked = [
        (one.question.text, one.answer[0][1].text, tag)
        for _, tag, exchanges in iterate_chats(seed)
        for one in exchanges
        if _ASKS[tag].search(one.question.text) and " or " not in one.question.text
    ]
    assert len(asked) > 5
    assert [(question, answer) for question, answer, tag in asked if not _ANSWERS[tag].search(answer)] == []


@pytest.mark.parametrize("seed", SEEDS)
def test_no_figure_is_told_twice(seed: int) -> None:
    for index, tag, exchanges in iterate_chats(seed):
        told = Counter(figure for one in exchanges if not one.levels for figure in list_figures(one))
        assert {figure: count for figure, count in told.items() if count > 1} == {}, (index, tag)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_chat_ends_with_what_decides(seed: int) -> None:
    for index, tag, exchanges in iterate_chats(seed):
        assert exchanges[-1].name == "settle", (index, tag)
        assert len(exchanges[-1].answer) == 3
        assert 3 <= len(exchanges) <= 12
    for index in list_days(seed):
        plan = plan_chat_day(index)
        assert plan is not None
        forms = [slot.form for told in plan.sections[-1].paragraphs for slot in told]
        assert forms == ["if_above", "if_below", "body"], index


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_about_the_thesis_is_asked_before_the_rest(seed: int) -> None:
    for index in list_days(seed):
        plan = plan_chat_day(index)
        assert plan is not None
        thesis, names = plan.argument.thesis, [part.id for part in plan.sections]
        if thesis is None or "meaning" not in names:
            continue
        middle = plan.sections[names.index("meaning") + 1 :]
        middle = tuple(
            takewhile(lambda part: not (part.board or part.items or part.sides or part.id == "settle"), middle)
        )
        about = [
            any(is_about(slot.finding, thesis.between) for told in part.paragraphs for slot in told)
            for part in middle
            if not part.follows
        ]
        assert about == sorted(about, reverse=True), (index, names)


@pytest.mark.parametrize("seed", SEEDS)
def test_both_languages_show_the_same_facts(seed: int) -> None:
    for index in list_days(seed):
        shown = [
            [(one.name, one.asks, sorted(_list_facts(one))) for one in exchanges]
            for exchanges in list_exchanges(index).values()
        ]
        assert shown[0] == shown[1], index


def _list_facts(exchange: Exchange) -> set[str]:
    said = (exchange.question, *(told for _, told in exchange.answer))
    return {claim.partition("#")[0] for told in said for claim, kind, _ in told.claims if kind != "relation"}


@pytest.mark.parametrize("seed", SEEDS)
def test_no_sentence_speaks_of_the_making_of_a_brief(seed: int) -> None:
    styles = {book.locale.tag: load_house_style(book.locale) for book in real_trial().authored.report.books}
    found = [
        (text, match.what)
        for _, tag, exchanges in iterate_chats(seed)
        for one in exchanges
        for text in (one.question.text, *(said.text for _, said in one.answer))
        for match in check_plumbing(ProofPassage("prose", text, ()), styles[tag])
    ]
    assert found == []
