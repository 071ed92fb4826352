"""Which questions ask for yes or no, and which answers begin with one, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from reporter.language.locales import Locale
from reporter.narrative.phrases.phrase_tree import Wording
from reporter.narrative.phrases.phrases import load_phrases
from reporter.narrative.phrases.question_kinds import AnswerBeginning, asks_yes_or_no, read_answer_beginnings
from tests.narrative.build import EN, ZH


def wording(locale: Locale, text: str) -> Wording:
    return (
        load_phrases([(Path("a.j2"), f'{{% say "a.one" %}}{text}{{% endsay %}}')], locale)
        .says["a.one", "body"]
        .wordings[0]
    )


@pytest.mark.parametrize(
    ("locale", "text", "asks"),
    [
        (EN, "Was it only crypto?", True),
        (EN, "So is the fall of {{ day|date }} undone?", True),
        (EN, "But funding is negative. Doesn't that say the opposite?", True),
        (EN, "Are holders ahead or behind?", False),
        (EN, "Who was forced out?", False),
        (EN, "And the mood?", False),
        (EN, "Is it so.", False),
        (ZH, "黃金也跌嗎？", True),
        (ZH, "有沒有加槓桿？", True),
        (ZH, "{{ level|price }} 夠不夠？", True),
        (ZH, "淨流入還是淨流出？", False),
        (ZH, "做多的代價多高？", False),
        (ZH, "誰在買嗎？", False),
    ],
)
def test_a_question_asks_for_yes_or_no(locale: Locale, text: str, asks: bool) -> None:
    assert asks_yes_or_no(wording(locale, text), locale) is asks


@pytest.mark.parametrize(
    ("locale", "text", "answers", "bare"),
    [
        (EN, "No: gold rose {{ gold|pct }}.", True, True),
        (EN, "Not all of it.", True, False),
        (EN, "No cause is named.", True, False),
        (EN, "Nothing that is reported.", False, False),
        (EN, "{{ gold|pct }} more.", False, False),
        (EN, "{% if up %}Yes, up{% else %}No, down{% endif %}.", True, True),
        (EN, "{% if up %}Yes, up{% else %}Down{% endif %}.", False, True),
        (ZH, "沒有，黃金上漲。", True, True),
        (ZH, "有人在買。", True, False),
        (ZH, "空頭在加碼。", False, False),
    ],
)
def test_an_answer_begins_with_yes_or_no(locale: Locale, text: str, answers: bool, bare: bool) -> None:
    assert read_answer_beginnings(wording(locale, text), locale) == AnswerBeginning(answers, bare)
