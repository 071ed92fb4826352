from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.language.locales import Locale, load_locale
from reporter.language.regional_editions import RegionalEdition, build_dictionary, convert_characters, convert_words
from reporter.language.termbase import read_termbase
from reporter.model.resources import locales_folder

TW, HK, HANS = (load_locale(tag, locales_folder()) for tag in ("zh-Hant-TW", "zh-Hant-HK", "zh-Hans"))
REGIONS = (TW, HK, HANS)
NAMES = sorted({row.names["zh-Hant"] for row in read_termbase(locales_folder()).values()})


def edition(locale: Locale) -> RegionalEdition:
    assert locale.edition is not None
    return locale.edition


@pytest.mark.parametrize(
    ("text", "taiwan", "hong_kong", "mainland"),
    [
        ("看跌期權的履約價", "賣權的履約價", "認沽期權的行使價", "看跌期权的行权价"),
        (
            "期權變貴，隱含波動率上漲",
            "選擇權變貴，隱含波動率上漲",
            "期權變貴，引伸波幅上升",
            "期权变贵，隐含波动率上涨",
        ),
        ("聯準會升息", "聯準會升息", "聯儲局加息", "美联储加息"),
        ("多頭部位遭強制平倉", "多頭部位遭強制平倉", "好倉遭強制平倉", "多头头寸遭强制平仓"),
        ("未平倉合約為 3 萬億美元", "未平倉量為 3 兆美元", "未平倉合約為 3 萬億美元", "未平仓合约为 3 万亿美元"),
        ("他說「對沖」", "他說「避險」", "他說「對沖」", "他说“对冲”"),
        ("意味著整合溢出", "意味著整合溢出", "意味著整合溢出", "意味着整合溢出"),
    ],
)
def test_each_region_speaks_its_own_words(text: str, taiwan: str, hong_kong: str, mainland: str) -> None:
    assert [convert_words(text, edition(locale)) for locale in REGIONS] == [taiwan, hong_kong, mainland]


@pytest.mark.parametrize(
    ("locale", "text", "said"),
    [
        (TW, "長期權益與期權", "長期權益與選擇權"),
        (TW, "提升水準", "提升水準"),
        (TW, "對沖繩的投資", "對沖繩的投資"),
        (TW, "四川普通話", "四川普通話"),
        (HK, "總部位於香港，部位縮小", "總部位於香港，倉位縮小"),
        (HK, "公開盤中數據", "公開盤中數據"),
        (HK, "展開盤整", "展開盤整"),
        (HK, "許多頭條", "許多頭條"),
        (HK, "投資人民幣", "投資人民幣"),
        (HK, "士氣高漲，幣價上漲", "士氣高漲，幣價上升"),
        (HANS, "情報導入", "情报导入"),
        (HANS, "趁機率先降息", "趁机率先降息"),
    ],
)
def test_a_term_inside_another_word_is_none(locale: Locale, text: str, said: str) -> None:
    assert convert_words(text, edition(locale)) == said


@pytest.mark.parametrize("locale", REGIONS, ids=str)
def test_a_name_keeps_its_words_and_a_link_is_kept_whole(locale: Locale) -> None:
    text = "示例期權所（https://example.org/期權）的期權"
    own = convert_characters("示例期權所", edition(locale))
    option = convert_words("期權", edition(locale))
    said = convert_words(text, edition(locale), {"示例期權所": own})
    assert said == f"{own}（https://example.org/期權）的{option}"


def test_characters_alone_change_in_a_name() -> None:
    assert [convert_characters("收盤「期權」", edition(locale)) for locale in REGIONS] == [
        "收盤「期權」",
        "收盤「期權」",
        "收盘“期权”",
    ]


def test_nothing_after_a_nul_is_lost() -> None:
    assert convert_words("期權\0期權", edition(HANS)) == "期权\0期权"


@pytest.mark.parametrize("locale", REGIONS, ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_what_was_converted_stays_when_it_is_converted_again(name: str, locale: Locale) -> None:
    once = convert_words(name, edition(locale))
    assert convert_words(once, edition(locale)) == once


def test_a_region_s_own_word_leaves_every_stage_as_the_termbase_has_it() -> None:
    for locale in REGIONS:
        for row in read_termbase(locales_folder()).values():
            if row.in_text and locale.tag in row.names:
                assert convert_words(row.names["zh-Hant"], edition(locale)) == row.names[locale.tag]


@given(st.text(st.sampled_from([*"期權收盤多頭升水準漲「」，0123456789abc.%−\ue000\ue001 \n"]), max_size=40))
def test_digits_latin_and_private_marks_pass_unchanged(text: str) -> None:
    for locale in REGIONS:
        said = convert_words(text, edition(locale), {"多頭": "多頭"})
        kept = re.compile(r"[0-9a-c.%−\ue000\ue001 \n]")
        assert kept.findall(said) == kept.findall(text)


def test_only_words_of_the_base_and_their_spellings_are_replaced(tmp_path: Path) -> None:
    rows = "a,期權,選擇權,行權|行使權,期權益\nb,多頭,,多軍,\nc,支撐,支持,,*\n"
    (tmp_path / "terms.csv").write_text("key,zh-Hant,zh-Hant-TW,also,not_in\n" + rows, encoding="utf-8")
    made = build_dictionary(RegionalEdition("zh-Hant-TW", "zh-Hant", tmp_path, ""))
    changed = {word: own for word, own in made.items() if word != own}
    assert changed == {"期權": "選擇權", "行權": "選擇權", "行使權": "選擇權", "多軍": "多頭"}
    assert made["期權益"] == "期權益"


def test_opencc_is_imported_only_for_a_regional_edition() -> None:
    program = (
        "import sys; from reporter.model.resources import locales_folder\n"
        "from reporter.language.locales import load_locale\n"
        "load_locale('zh-Hant', locales_folder()); print('opencc' in sys.modules)\n"
        "load_locale('zh-Hans', locales_folder()); print('opencc' in sys.modules)\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "True"]
