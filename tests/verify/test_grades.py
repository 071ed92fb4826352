"""How firmly a sentence speaks: read from its words, and the same in every language and wording."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import pytest

from reporter.narrative.phrase_tree import Branch, Loop, Part, Text, Value
from reporter.pipeline import open_desk, report_of
from reporter.verify.grades import grades
from reporter.verify.numerals import locale_of
from reporter.verify.parity import parity_faults
from reporter.verify.record import SCHEMA, BriefRecord, DocumentRecord, Ledger, SentenceRecord, VersionsRecord
from tests.briefs import SAMPLES


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
    assert dict(grades(text, (), locale_of(tag))) == found


def test_what_shows_a_claim_is_no_word_of_the_sentence() -> None:
    text = "It fell about 5%."

    assert dict(grades(text, ((8, 16),), locale_of("en"))) == {}


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
    assert why in [fault for _, fault in parity_faults(_ledger(en, zh))]


def test_questions_state_nothing() -> None:
    assert list(parity_faults(_ledger("Could that be the low?", "低點就是終點嗎？"))) == []


@cache
def _wordings() -> dict[tuple[str, str], list[tuple[str, str, str]]]:
    """Finding and form → (locale, file:line, text of all its branches) of each wording."""
    found: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    for book in report_of(open_desk(SAMPLES / "btc-2026-02")).books:
        for key, say in book.says.items():
            for wording in say.wordings:
                text = "".join(_texts(wording.body))
                found.setdefault(key, []).append((book.locale.tag, f"{say.file}:{wording.line}", text))
    return found


def _texts(parts: Sequence[Part]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Text):
            yield part.text
        elif isinstance(part, Value):
            yield "1"
        elif isinstance(part, Branch):
            for _, body in part.arms:
                yield from _texts(body)
                yield "1"
            yield from _texts(part.otherwise)
        elif isinstance(part, Loop):
            yield from _texts(part.body)


def test_every_wording_of_a_phrase_has_the_same_grades_in_all_languages() -> None:
    """Languages choose their wordings by themselves, so each has to be as firm as any other."""
    unlike = []
    for key, wordings in _wordings().items():
        told = [
            (set(grades(text, (), locale_of(tag))), place, text)
            for tag, place, text in wordings
            if not text.rstrip().endswith(("?", "？"))
        ]
        if any(found != told[0][0] for found, _, _ in told):
            unlike.append(f"{key}: " + "; ".join(f"{place} {sorted(found)}" for found, place, _ in told))

    assert unlike == []
