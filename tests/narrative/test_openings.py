"""No two questions of a brief begin alike, whatever the day asks."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.desk.config.instruments import INSTRUMENTS
from reporter.diagnostics.diagnostic import Place
from reporter.language.locales import Locale
from reporter.metrics import list_metric_specs
from reporter.narrative.chat_outline import DOUBT
from reporter.narrative.phrases.phrases import PhraseBook, load_phrases
from reporter.narrative.phrases.question_openings import QuestionOpenings, get_wording_opening
from reporter.report_type.load import load_report
from reporter.report_type.report_type import ReportType
from tests.narrative.build import EN, LAST, ZH


def book(locale: Locale, text: str) -> PhraseBook:
    return load_phrases([(Path("a.j2"), text)], locale)


@pytest.mark.parametrize(
    ("locale", "text", "begun"),
    [
        (EN, "What happened to it?", "what happened"),
        (EN, "Will {{ level }} hold?", "will"),
        (EN, "But funding: is it?", "but funding"),
        (EN, "Doesn't it fall?", "doesn't it"),
        (EN, "{{ level }} again?", ""),
        (EN, "{% if up is known %}So{% endif %} what?", ""),
        (ZH, "「為什麼」會這樣？", "為什"),
        (ZH, "守住 {{ level }} 了嗎？", "守住"),
        (ZH, "那 {{ level }} 呢？", "那"),
    ],
)
def test_an_opening_is_the_first_words_of_the_phrase_itself(locale: Locale, text: str, begun: str) -> None:
    says = book(locale, f'{{% say "a" %}}{text}{{% endsay %}}').says

    assert get_wording_opening(says["a", "body"].wordings[0], locale) == begun


def test_the_next_wording_is_taken_where_the_days_own_begins_like_an_earlier_question() -> None:
    phrases = book(EN, '{% say "a, b", "question" %}What is it?{% or %}How is it?{% or %}What was it?{% endsay %}')
    asked = QuestionOpenings(phrases, LAST)

    first, second = asked.choose_wording("a", "question"), asked.choose_wording("b", "question")

    # Of those that are left, one with another first word is preferred.
    assert {first, second} in ({0, 1}, {1, 2})


@pytest.fixture(scope="module")
def report() -> ReportType:
    place = Place("test")
    return load_report("market_brief", place, dict(list_metric_specs(INSTRUMENTS)), ["zh-Hant", "en"], place)


@given(data=st.data(), day=st.integers(0, 4000))
def test_no_two_questions_of_the_shipped_chat_begin_alike(report: ReportType, data: st.DataObject, day: int) -> None:
    assert report.outline.chat is not None
    slots = [
        slot
        for exchange in report.outline.chat.exchanges
        for slot in (
            [(name, exchange.form) for name in exchange.asks],
            *([(name, DOUBT) for name in follow.asks] for follow in exchange.follow_ups),
        )
    ]
    asking = [data.draw(st.sampled_from(slot)) for slot in slots]
    kept = data.draw(st.lists(st.booleans(), min_size=len(asking), max_size=len(asking)))
    for phrases in report.books:
        asked = QuestionOpenings(phrases, date(2020, 1, 1) + timedelta(day))
        begun = [
            get_wording_opening(phrases.says[name, form].wordings[asked.choose_wording(name, form)], phrases.locale)
            for (name, form), wanted in zip(asking, kept, strict=True)
            if wanted
        ]
        assert "" not in begun
        assert len(begun) == len(set(begun))
