"""Numbers in an author's own words: which are quantities that only data may give, and which are words."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.language.numerals import load_builtin_locale
from reporter.language.quantities import find_quantities
from reporter.narrative.phrases.phrase_grammar import parse_phrases

EN, ZH = load_builtin_locale("en"), load_builtin_locale("zh-Hant")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("up or thirty million", ["thirty", "million"]),
        ("fell ten percent", ["ten percent"]),
        ("three times the average", ["three times"]),
        ("within half a per cent", ["half a per cent"]),
        ("two-thirds of it", ["two-thirds"]),
        ("fifteen of them, dozens", ["fifteen", "dozens"]),
        ("ⅷ ½ ² ① Ⅻ ㊂", ["ⅷ", "½", "²", "①", "Ⅻ", "㊂"]),
        ("３０ and ٣٠", ["３０", "٣٠"]),
        ("phase VIII", ["VIII"]),
        ("70,000.5", ["70,000.5"]),
    ],
)
def test_quantities_in_english(text: str, found: list[str]) -> None:
    assert [item.text for item in find_quantities(text, EN)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("或三十萬", ["三十萬"]),
        ("跌了兩成", ["兩成"]),
        ("翻了三倍", ["三倍"]),
        ("漲百分之五", ["百分之五"]),
        ("三分之二的供給", ["三分之二"]),
        ("數百萬美元", ["數百萬"]),
        ("十二枚，二十六人", ["十二枚", "二十六"]),
        ("五個百分點", ["五個百分點"]),
    ],
)
def test_quantities_in_chinese(text: str, found: list[str]) -> None:
    assert [item.text for item in find_quantities(text, ZH)] == found


@pytest.mark.parametrize(
    "text",
    [
        "one of them, at one point",
        "First things first, the second of them",
        "the thirty-day average of seven days",
        "twelve months, ninety trading days",
        "the lowest tenth of the year",
        "the lower half of the day's range",
        "all three marks of fear",
        "below zero, twice",
        "the VIX, the CPI, a DXY",
    ],
)
def test_words_that_are_no_quantities_in_english(text: str) -> None:
    assert not find_quantities(text, EN)


@pytest.mark.parametrize(
    "text",
    [
        "一直一起，其中之一",
        "三十天均值，九十個交易日",
        "最高的十分之一",
        "下半部，多半",
        "三項徵兆",
        "第二個",
        "徵兆",
        "雙方",
        "半年",
    ],
)
def test_words_that_are_no_quantities_in_chinese(text: str) -> None:
    assert not find_quantities(text, ZH)


@given(st.characters(categories=["Nd", "No", "Nl"]).filter(lambda char: char != "〇"))
def test_every_character_that_is_a_number_is_found(char: str) -> None:
    assert unicodedata.numeric(char) is not None
    assert [item.text for item in find_quantities(f"a {char} b", EN)] == [char]


def test_a_declared_quantity_is_a_name() -> None:
    said = '{{% say "a"{} %}}up two per cent{{% endsay %}}'
    _, problems = parse_phrases("p.j2", said.format(""), EN)
    assert [str(problem) for problem in problems] == [
        'p.j2:1:17: a number in the text, "two per cent"; '
        'print a fact, or declare it: {% say "a", digits="two per cent" %}'
    ]
    assert not parse_phrases("p.j2", said.format(', digits="two per cent"'), EN)[1]
    _, idle = parse_phrases("p.j2", said.format(', digits="two per cent, nine"'), EN)
    assert [problem.what for problem in idle] == ['"a" declares the digits "nine" and writes none']
