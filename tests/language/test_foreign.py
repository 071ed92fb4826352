from __future__ import annotations

import pytest

from reporter.language.foreign_words import ForeignWord, find_foreign_words
from reporter.language.locales import Locale, load_locale
from reporter.model.resources import locales_folder


@pytest.mark.parametrize(
    ("tag", "text", "found"),
    [
        ("zh-Hant-TW", "收在認沽期權", [ForeignWord(2, "認沽期權", "賣權")]),
        ("zh-Hant-TW", "長期權益", []),
        ("zh-Hant-TW", "避險情緒與避險", []),
        ("zh-Hant-HK", "避險情緒", []),
        ("zh-Hant-HK", "收盤，選擇權", [ForeignWord(0, "收盤", "收市"), ForeignWord(3, "選擇權", "期權")]),
        ("zh-Hans", "联准会的报导", [ForeignWord(0, "联准会", "美联储"), ForeignWord(4, "报导", "报道")]),
        ("zh-Hans", "恐惧的征兆", []),
    ],
)
def test_words_of_another_region_are_found_and_answered(tag: str, text: str, found: list[ForeignWord]) -> None:
    assert list(find_foreign_words(text, load_locale(tag, locales_folder()))) == found


def test_a_native_locale_has_no_foreign_words(zh: Locale) -> None:
    assert list(find_foreign_words("選擇權與認沽期權", zh)) == []
