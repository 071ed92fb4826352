"""Mistakes in report.yaml's chat section come back with their place, before any day is looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from reporter.diagnostics.errors import InputError
from reporter.language.locales import Locale
from reporter.narrative.outline import Outline
from reporter.narrative.phrases.phrases import PhraseBook, load_phrases
from reporter.narrative.plan.chat_checks import PhraseContext
from reporter.narrative.plan.outline_loader import load_outline
from tests.narrative.build import EN, SPECS, ZH, outline_text

RULES = frozenset({"lead.crash", "lead.up", "lead.quiet", "a.one", "a.two"})
STANCES = {"lead.crash": "bear", "lead.up": "bull", "lead.quiet": "neutral", "a.one": "bear", "a.two": "bull"}
SAYS = {
    "en": {
        "lead.up, lead.crash question": "What happened?",
        "a.one question": "And who sold?",
        "a.one doubt": "But is it real?",
        "a.two question": "Where next?",
    },
    "zh-Hant": {
        "lead.up, lead.crash question": "怎麼了？",
        "a.one question": "誰在賣？",
        "a.one doubt": "可是真的嗎？",
        "a.two question": "接下來呢？",
    },
}
#: An exchange of the chat begins in line 11.
HEAD = "\n  reader: Reader\n  desk: Desk\n  exchanges:\n"
WHAT = "    - { id: what, length: [full], asks: [lead.up], answers: [[lead.up]] }\n"


def books(**changed: dict[str, str]) -> tuple[PhraseBook, ...]:
    def book(locale: Locale) -> PhraseBook:
        says = SAYS[locale.tag] | changed.get(locale.tag.replace("-", "_"), {})
        parts = ((*name.rsplit(" ", 1), text) for name, text in says.items() if text)
        text = "\n".join(f'{{% say "{finding}", "{form}" %}}{said}{{% endsay %}}' for finding, form, said in parts)
        return load_phrases([(Path(f"{locale.tag}.j2"), text)], locale)

    return (book(EN), book(ZH))


def load(folder: Path, chat: str, spoken: PhraseContext | None = None) -> Outline:
    path = folder / "report.yaml"
    path.write_text(outline_text(chat=HEAD + chat), "utf-8")
    return load_outline(path, "report.yaml", RULES, dict(SPECS), spoken)


def problems(folder: Path, chat: str, spoken: PhraseContext | None = None) -> list[str]:
    with pytest.raises(InputError) as caught:
        load(folder, chat, spoken)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("chat", "messages"),
    [
        (
            "    - { id: what, length: [full], asks: [lead.uup], answers: [[lead.up], [a.won]] }\n",
            [
                'report.yaml:12:42: unknown rule "lead.uup"; did you mean "lead.up"?',
                'report.yaml:12:75: unknown rule "a.won"; did you mean "a.two"?',
            ],
        ),
        (
            "    - { id: what, length: [full], asks: [lead.up], answer: [[lead.up]] }\n",
            ['report.yaml:12:52: unknown key "answer"; did you mean "answers"?'],
        ),
        (
            "    - { id: what, length: [ful], asks: [lead.up], answers: [[lead.up]] }\n",
            ["report.yaml:12:28: an entry of \"length\" must be 'full', 'standard' or 'short'; it is ful"],
        ),
        (WHAT + WHAT, ['report.yaml:13:13: two exchanges have the id "what"']),
        (
            "    - { id: what, length: [full], asks: [lead.up], answers: [[lead.up]], figures: [path] }\n",
            ['report.yaml:12:84: unknown figure "path"'],
        ),
        (
            "    - { id: what, length: [full], asks: [lead.up] }\n",
            ['report.yaml:12:7: nothing answers "what"; give it answers, a list or the board'],
        ),
        (
            "    - { id: what, length: [full], asks: [lead.up], answers: [[lead.up], [a.one], [a.two], [a.one]] }\n",
            ["report.yaml:12:61: an answer of 4 paragraphs; it has at most 3; ask a second question"],
        ),
    ],
)
def test_a_mistake_in_the_section_is_named_with_its_place(tmp_path: Path, chat: str, messages: list[str]) -> None:
    assert problems(tmp_path, chat) == messages


def followed(doubts: str, asks: str, answers: str) -> str:
    follow = f"{{ doubts: [{doubts}], asks: [{asks}], answers: [[{answers}]] }}"
    return f"    - {{ id: what, length: [full], asks: [lead.up], answers: [[lead.up]], follow_ups: [{follow}] }}\n"


def test_a_follow_up_doubts_what_the_answer_before_it_says(tmp_path: Path) -> None:
    assert problems(tmp_path, followed("lead.crash", "a.one", "a.one")) == [
        'report.yaml:12:98: "lead.crash" is doubted, and nothing in "what" says it;'
        " a follow-up doubts what the answer before it says"
    ]


def test_a_follow_up_takes_up_the_doubt_that_it_raises(tmp_path: Path) -> None:
    assert problems(tmp_path, followed("lead.up", "a.one", "a.two")) == [
        'report.yaml:12:115: "a.one" raises a doubt that its answer never takes up;'
        " put it into the follow-up's answers"
    ]


def test_what_agrees_can_not_doubt(tmp_path: Path) -> None:
    spoken = PhraseContext(books(en={"a.two doubt": "Yet why?"}, zh_Hant={"a.two doubt": "那為何？"}), STANCES)

    assert problems(tmp_path, followed("lead.up", "a.two", "a.two"), spoken) == [
        'report.yaml:12:115: "a.two" can\'t doubt "lead.up": both are bull'
    ]


def test_a_question_has_a_phrase_in_every_locale(tmp_path: Path) -> None:
    spoken = PhraseContext(books(zh_Hant={"a.one doubt": ""}), STANCES)

    assert problems(tmp_path, followed("lead.up", "a.one", "a.one"), spoken) == [
        'report.yaml:12:115: "a.one" has no doubt in zh-Hant; write {% say "a.one", "doubt" %}'
    ]


def test_two_questions_of_a_brief_can_not_begin_alike(tmp_path: Path) -> None:
    chat = WHAT + "    - { id: next, length: [full], asks: [a.one, a.two], answers: [[a.one, a.two]] }\n"
    spoken = PhraseContext(books(en={"a.one question": "What happened then?"}), STANCES)

    assert problems(tmp_path, chat, spoken) == [
        f'report.yaml:{place}: "{name}", form "question", has no opening of its own in en;'
        ' other questions begin with "what happened" as well; add a wording'
        for place, name in (("12:42", "lead.up"), ("13:42", "a.one"))
    ]


def test_findings_of_one_exchange_may_ask_in_the_same_words(tmp_path: Path) -> None:
    chat = "    - { id: what, length: [full], asks: [lead.up, lead.crash], answers: [[lead.up, lead.crash]] }\n"

    outline = load(tmp_path, chat, PhraseContext(books(), STANCES))

    assert outline.chat is not None
    assert [(one.id, one.asks, one.form) for one in outline.chat.exchanges] == [
        ("what", ("lead.up", "lead.crash"), "question")
    ]


def test_the_speakers_are_labels_of_the_catalogue(tmp_path: Path) -> None:
    assert load(tmp_path, WHAT).list_labels()[-2:] == ("Reader", "Desk")


@pytest.mark.parametrize(
    ("en", "said"),
    [
        (
            {"lead.up, lead.crash answer": "Stocks fell too."},
            '"lead.up" (question) asks for yes or no, and its answer (answer) begins otherwise; '
            "begin with yes, no, not, partly …, or ask in other words",
        ),
        (
            {"lead.up, lead.crash question": "Was it only crypto?{% or %}How did stocks do?"},
            '"lead.up" (question) asks for yes or no in some wordings and not in others; '
            "ask so in all of them, or in none: the answer is the same",
        ),
        (
            {"lead.up, lead.crash question": "How did stocks do?"},
            '"lead.up" (answer) begins with yes or no, and its question asks for neither; begin with what was asked',
        ),
    ],
)
def test_yes_or_no_is_given_where_it_is_asked_for(tmp_path: Path, en: dict[str, str], said: str) -> None:
    says = {"lead.up, lead.crash question": "Was it only crypto?", "lead.up, lead.crash answer": "No, it was not."}
    spoken = PhraseContext(books(en=says | en)[:1], STANCES)

    assert [line.partition(": ")[2] for line in problems(tmp_path, WHAT, spoken)] == [said]


def test_a_question_with_its_yes_or_no_is_right(tmp_path: Path) -> None:
    says = {"lead.up, lead.crash question": "Was it only crypto?", "lead.up, lead.crash answer": "No, it was not."}

    assert load(tmp_path, WHAT, PhraseContext(books(en=says)[:1], STANCES)).chat is not None
