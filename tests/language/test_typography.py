from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.language.typography import set_spaces


def joined(text: str, *, han: bool) -> str:
    return "".join(part for _, part in set_spaces([text], [False], han=han))


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("比特幣上漲12.2%至70,000 美元", "比特幣上漲 12.2% 至 70,000 美元"),
        ("  標普500指數 \n  上漲 ", "標普 500 指數上漲"),
        ("據 CoinGlass 數據 ，淨流出", "據 CoinGlass 數據，淨流出"),
        ("收盤 （ UTC ） 前", "收盤（UTC）前"),
        ("下跌 −14.0 % 。", "下跌 −14.0%。"),
        ("下跌−14.0%與+1.97%", "下跌 −14.0% 與 +1.97%"),
        ("三 次", "三次"),
        ("Kevin Warsh獲提名", "Kevin Warsh 獲提名"),
        ("反彈──卻未企穩……", "反彈──卻未企穩……"),
        ("「極端」Derive", "「極端」Derive"),
    ],
)
def test_chinese_spaces_stand_between_han_and_latin_alone(written: str, shown: str) -> None:
    assert joined(written, han=True) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("  rose  12% \n to $70,000 . ", "rose 12% to $70,000."),
        ("gold , silver and ( as noted ) oil", "gold, silver and (as noted) oil"),
    ],
)
def test_english_spaces_collapse(written: str, shown: str) -> None:
    assert joined(written, han=False) == shown


def test_a_space_goes_into_the_words_and_not_into_the_claim() -> None:
    assert set_spaces(["上漲", "12.2%", "至"], [False, True, False], han=True) == [
        (0, "上漲 "),
        (1, "12.2%"),
        (2, " 至"),
    ]


def test_a_space_between_two_claims_belongs_to_neither() -> None:
    assert set_spaces(["上漲", "12.2%"], [True, True], han=True) == [(0, "上漲"), (None, " "), (1, "12.2%")]


def test_parts_without_text_vanish() -> None:
    assert set_spaces(["a", " ", "b"], [True, False, True], han=False) == [(0, "a"), (None, " "), (2, "b")]


@given(st.lists(st.text("甲乙aB1%，。（） \n"), max_size=6), st.booleans())
def test_setting_spaces_changes_nothing_else_and_settles(texts: list[str], han: bool) -> None:
    runs = set_spaces(texts, [False] * len(texts), han=han)
    once = "".join(part for _, part in runs)
    assert once.replace(" ", "") == "".join("".join(texts).split())
    assert joined(once, han=han) == once
    assert "  " not in once
