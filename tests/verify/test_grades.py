"""How firmly a sentence speaks: read from its words, and the same in every language and wording."""

from __future__ import annotations

import pytest

from reporter.language.numerals import load_builtin_locale
from reporter.verify.gate.firmness_grades import find_grades
from reporter.verify.gate.locale_parity import check_parity
from reporter.verify.ledger.ledger_model import (
    SCHEMA,
    BriefRecord,
    DocumentRecord,
    Ledger,
    SentenceRecord,
    VersionsRecord,
)


@pytest.mark.parametrize(
    ("tag", "text", "found"),
    [
        (
            "en",
            "It fell about 5%, because of selling.",
            {"approximation.about": "about", "cause.because": "because of"},
        ),
        ("en", "There is no doubt about it, from close to close.", {}),
        ("en", "Reuters reported that it may last.", {"hedge.reported": "reported that", "hedge.may": "may"}),
        ("zh-Hant", "據路透社報導，跌幅約 5%。", {"hedge.reported": "據", "approximation.about": "約"}),
        ("zh-Hant", "依資料，未平倉合約因此縮小。", {}),
        (
            "zh-Hans",
            "跌幅约 5%，可能因为抛售。",
            {"approximation.about": "约", "hedge.may": "可能", "cause.because": "因为"},
        ),
    ],
)
def test_a_grade_is_read_from_words_that_stand_by_themselves(tag: str, text: str, found: dict[str, str]) -> None:
    assert dict(find_grades(text, (), load_builtin_locale(tag))) == found


def test_what_shows_a_claim_is_no_word_of_the_sentence() -> None:
    text = "It fell about 5%."

    assert dict(find_grades(text, ((8, 16),), load_builtin_locale("en"))) == {}


def _ledger(en: str, zh: str) -> Ledger:
    said = {"en": en, "zh-Hant": zh}
    return Ledger(
        format=SCHEMA,
        brief=BriefRecord(slug="x", date="2026-02-06", as_of=None),
        versions=VersionsRecord(reporter="1", rules="r"),
        documents=tuple(DocumentRecord(locale=tag, edition="article", lang=tag, asset="") for tag in said),
        findings=(),
        claims=(),
        sentences=tuple(
            SentenceRecord(
                id="s1",
                locale=tag,
                edition="article",
                role="body",
                section="lede",
                finding="a.b",
                form="body",
                text=text,
            )
            for tag, text in said.items()
        ),
        charts=(),
        formulas={},
        names={},
        gaps=(),
        unknown=(),
        sources=(),
        notices=(),
    )


@pytest.mark.parametrize(
    ("en", "zh", "why"),
    [
        (
            "It fell about 5%.",
            "跌幅 5%。",
            's1 says "about" (approximation.about) in en and nothing like it in zh-Hant',
        ),
        ("It may last.", "據報會持續。", 's1 says "may" (hedge.may) in en and nothing like it in zh-Hant'),
        ("It fell.", "因拋售而下跌。", 's1 says "因" (cause.because) in zh-Hant and nothing like it in en'),
    ],
)
def test_a_word_of_one_language_alone_is_a_fault(en: str, zh: str, why: str) -> None:
    assert any(why in fault.what for fault in check_parity(_ledger(en, zh)))


def test_what_one_language_claims_alone_is_told_at_both_wordings() -> None:
    ledger = _ledger("It fell to $5.", "下跌。")
    english, chinese = ledger.sentences
    english = english.model_copy(update={"spans": ((11, 13, "a.b:low#price"),), "phrase": "phrases/en/x.j2:3"})
    chinese = chinese.model_copy(update={"phrase": "phrases/zh-Hant/x.j2:7"})
    (found,) = check_parity(ledger.model_copy(update={"sentences": (english, chinese)}))
    assert str(found) == (
        'phrases/en/x.j2:3: "It fell to $5.": en and zh-Hant don\'t claim the same here: a.b:low; '
        "the other wording is at phrases/zh-Hant/x.j2:7"
    )


def test_questions_state_nothing() -> None:
    assert list(check_parity(_ledger("Could that be the low?", "低點就是終點嗎？"))) == []
