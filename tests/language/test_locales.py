from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reporter.diagnostics.errors import InputError
from reporter.language.locales import Locale, available_locales, load_locale
from reporter.model.resources import locales_folder


def test_the_shipped_locales_are_found_by_their_tags() -> None:
    assert available_locales(locales_folder()) == ("en", "zh-Hans", "zh-Hant", "zh-Hant-HK", "zh-Hant-TW")


def test_settings_differ_where_the_languages_do(en: Locale, zh: Locale) -> None:
    assert (en.babel, en.lang, en.rise_is_red) == ("en", "en", False)
    assert (zh.babel, zh.lang, zh.rise_is_red) == ("zh_Hant", "zh-Hant", True)


@pytest.mark.parametrize(
    ("parts", "english", "chinese"),
    [((), "", ""), (("A",), "A", "A"), (("A", "B"), "A and B", "A與B"), (("A", "B", "C"), "A, B and C", "A、B與C")],
)
def test_lists_join_as_the_language_does(
    parts: tuple[str, ...], english: str, chinese: str, en: Locale, zh: Locale
) -> None:
    assert (en.join(parts), zh.join(parts)) == (english, chinese)


def test_an_unknown_tag_gets_the_nearest_one() -> None:
    with pytest.raises(InputError) as caught:
        load_locale("zh-Hnat", locales_folder())
    assert str(caught.value) == f'{locales_folder()}: unknown locale "zh-Hnat"; did you mean "zh-Hant"?'


def test_every_fault_of_a_locale_file_is_told_at_once(tmp_path: Path) -> None:
    text = (locales_folder() / "en.toml").read_text(encoding="utf-8")
    text = text.replace('percent = "{n}%"', 'percent = "%"').replace("rise_is_red = false", 'rise_is_red = "no"')
    text = text.replace('last = " and "', 'lst = " and "').replace('babel = "en"', 'babel = "qq"')
    text = text.replace('"rose", "jumped", "surged"]', '"rose", "jumped"]', 1)
    (tmp_path / "en.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_locale("en", tmp_path)
    file = tmp_path / "en.toml"
    ups = next(number for number, line in enumerate(text.splitlines(), 1) if '"rose", "jumped"]' in line)
    assert str(caught.value).splitlines() == [
        f'{file}:4:1: babel = "qq" is no locale that Babel knows; it is written with underscores',
        f"{file}:7:1: rise_is_red is not true or false",
        f"{file}:14:1: list.last is missing; it is a text",
        f'{file}:16:1: unknown key list.lst; did you mean "last"?',
        f"{file}:23:1: numbers.percent lacks {{n}}",
        f"{file}:{ups}:1: lexicon.price.up has 3 texts, not 4",
    ]


def test_a_file_that_is_no_toml_is_located(tmp_path: Path) -> None:
    (tmp_path / "en.toml").write_text('tag = "en"\nbabel = en\n', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_locale("en", tmp_path)
    assert str(caught.value) == f'{tmp_path / "en.toml"}:2:9: "en" is no value; write a text in quotes: "en"'


def test_a_tag_must_be_that_of_its_file(tmp_path: Path) -> None:
    shutil.copy(locales_folder() / "en.toml", tmp_path / "fr.toml")
    with pytest.raises(InputError) as caught:
        load_locale("fr", tmp_path)
    assert str(caught.value) == f'{tmp_path / "fr.toml"}:3:1: tag is "en" in the file of "fr"'
