from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reporter.diagnostics.errors import InputError
from reporter.language import dates, lexicon, numbers
from reporter.language.inherited_settings import base_tag
from reporter.language.locales import load_locale
from reporter.model.resources import locales_folder

HEAD = 'tag = "zh-Hans"\nbabel = "zh_Hans"\nlang = "zh-Hans"\n'
MIDNIGHT = 1_770_336_000.0


def locales(folder: Path, settings: str) -> Path:
    for name in ("zh-Hant.toml", "en.toml", "terms.csv"):
        shutil.copy(locales_folder() / name, folder)
    (folder / "zh-Hans.toml").write_text(settings, encoding="utf-8")
    return folder


def complaints(folder: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        load_locale("zh-Hans", folder)
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.diagnostics]


def test_what_a_region_s_file_leaves_out_is_its_base_s_in_its_own_words() -> None:
    taiwan, hong_kong, mainland = (
        load_locale(tag, locales_folder()) for tag in ("zh-Hant-TW", "zh-Hant-HK", "zh-Hans")
    )
    big = [numbers.format_money(3.2e12, locale) for locale in (taiwan, hong_kong, mainland)]
    assert big == ["3.2 兆美元", "3.2 萬億美元", "3.2 万亿美元"]
    assert numbers.format_money(4.96e10, mainland) == "496 亿美元"
    assert [dates.format_full_date(MIDNIGHT, locale) for locale in (hong_kong, mainland)] == ["2026 年 2 月 6 日"] * 2
    assert [lexicon.flow_noun(-1.0, locale) for locale in (taiwan, mainland)] == ["淨流出", "净流出"]
    ups = [locale.lexicon.ladders["price"].up for locale in (taiwan, hong_kong, mainland)]
    assert ups == [("微漲", "上漲", "大漲", "飆升"), ("微升", "上升", "大升", "飆升"), ("微涨", "上涨", "大涨", "飙升")]


def test_prices_rise_in_red_in_taiwan_and_on_the_mainland_and_in_green_in_hong_kong() -> None:
    tags = ("zh-Hant-TW", "zh-Hant-HK", "zh-Hans")
    assert [load_locale(tag, locales_folder()).rise_is_red for tag in tags] == [True, False, True]


def test_own_keys_stand_over_the_base_s(tmp_path: Path) -> None:
    folder = locales(tmp_path, HEAD + 'based_on = "zh-Hant"\n[list]\nlast = "和"\n[lexicon.price]\nflat = "无波动"\n')
    locale = load_locale("zh-Hans", folder)
    assert (locale.joiners.middle, locale.joiners.last) == ("、", "和")
    assert (locale.lexicon.ladders["price"].flat, locale.lexicon.ladders["index"].flat) == ("无波动", "大致持平")


def test_the_base_of_a_locale_is_read_without_its_settings(tmp_path: Path) -> None:
    folder = locales(tmp_path, 'based_on = "zh-Hant"\nnonsense = 1\n')
    assert [base_tag(tag, folder) for tag in ("zh-Hans", "zh-Hant", "fr")] == ["zh-Hant", "zh-Hant", "fr"]


def test_unknown_keys_of_a_region_s_file_are_located(tmp_path: Path) -> None:
    settings = HEAD + 'based_on = "zh-Hant"\nrise_red = true\n\n[lexicon.price]\nflatt = "平"\nup = ["涨"]\n'
    assert complaints(locales(tmp_path, settings)) == [
        'zh-Hans.toml:5:1: unknown key rise_red; did you mean "rise_is_red"?',
        'zh-Hans.toml:8:1: unknown key lexicon.price.flatt; did you mean "flat"?',
        "zh-Hans.toml:9:1: lexicon.price.up has 1 texts, not 4",
    ]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('based_on = "zh-Hnat"', 'zh-Hans.toml:4:1: based_on = "zh-Hnat" is no other locale; did you mean "zh-Hant"?'),
        (
            'based_on = "zh-Hant"\nopencc = "t2s"',
            'zh-Hans.toml:5:1: opencc = "t2s" is no known chain; did you mean "tw2s"?',
        ),
        (
            'based_on = "zh-Hant"\nquotation_marks = ["「"]',
            "zh-Hans.toml:5:1: quotation_marks holds what is no pair of characters; "
            "write the base's mark and the region's, 「“",
        ),
    ],
)
def test_what_a_file_says_of_its_base_is_checked(tmp_path: Path, settings: str, said: str) -> None:
    assert complaints(locales(tmp_path, HEAD + settings + "\n")) == [said]


def test_a_derived_locale_is_no_base(tmp_path: Path) -> None:
    folder = locales(tmp_path, HEAD + 'based_on = "zh-Hant-TW"\n')
    shutil.copy(locales_folder() / "zh-Hant-TW.toml", folder)
    assert complaints(folder) == [
        'zh-Hans.toml:4:1: based_on = "zh-Hant-TW" is derived itself; name a locale that has phrases'
    ]


def test_names_are_never_inherited(tmp_path: Path) -> None:
    assert complaints(locales(tmp_path, 'tag = "zh-Hans"\nbased_on = "zh-Hant"\n')) == [
        "zh-Hans.toml: babel is missing; it is a text",
        "zh-Hans.toml: lang is missing; it is a text",
        'zh-Hans.toml: babel = "" is no locale that Babel knows; it is written with underscores',
    ]
