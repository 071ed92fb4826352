from __future__ import annotations

from collections.abc import Mapping

import pytest

from reporter.language.locales import Locale, load_locale
from reporter.language.texts import find_text_key, text_in_locale
from reporter.model.resources import locales_folder

HANS = load_locale("zh-Hans", locales_folder())


@pytest.mark.parametrize(
    ("texts", "key"),
    [
        ({"zh-Hans": "甲", "zh-Hant": "乙", "": "丙"}, "zh-Hans"),
        ({"zh-Hant": "乙", "": "丙"}, "zh-Hant"),
        ({"zh": "丁", "": "丙"}, "zh"),
        ({"": "丙", "en": "A"}, ""),
        ({"en": "A", "zh-Hant-TW": "戊"}, None),
    ],
)
def test_a_locale_takes_its_own_text_its_base_s_then_one_for_all(texts: Mapping[str, str], key: str | None) -> None:
    assert find_text_key(texts, "zh-Hans", "zh-Hant") == key


def test_a_native_locale_shows_texts_as_they_are(en: Locale, zh: Locale) -> None:
    assert text_in_locale({"zh-Hant": "期權「甲」", "en": "A"}, zh) == "期權「甲」"
    assert text_in_locale({"zh-Hant": "甲"}, en) is None


def test_a_region_s_own_text_is_not_converted() -> None:
    assert text_in_locale({"zh-Hans": "期權", "zh-Hant": "乙"}, HANS) == "期權"


def test_prose_gets_the_region_s_words_and_a_name_its_characters() -> None:
    hong_kong = load_locale("zh-Hant-HK", locales_folder())
    texts = {"zh-Hant": "收盤報導"}
    assert (text_in_locale(texts, hong_kong), text_in_locale(texts, hong_kong, name=True)) == ("收市報道", "收盤報導")
    assert (text_in_locale(texts, HANS), text_in_locale(texts, HANS, name=True)) == ("收盘报道", "收盘报导")


def test_a_text_for_all_keeps_its_words() -> None:
    assert text_in_locale({"": "收盤報導"}, HANS) == "收盘报导"
