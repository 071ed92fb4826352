from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.language import lexicon
from reporter.language.locales import Locale, load_locale
from reporter.model.finding import Fact
from reporter.model.metric import LadderClass, Unit
from reporter.model.resources import locales_folder

EN = load_locale("en", locales_folder())
ZH = load_locale("zh-Hant", locales_folder())
LADDERS: tuple[LadderClass, ...] = get_args(LadderClass)


def move(value: float, rung: int | None, unit: Unit = Unit.FRACTION) -> Fact:
    return Fact("move", value, unit, "price.return_1d", rung=rung)


@pytest.mark.parametrize(
    ("value", "rung", "english", "chinese"),
    [
        (0.1219, 4, "surged", "飆升"),
        (0.04, 1, "jumped", "大漲"),
        (0.0395, 3, "jumped", "大漲"),
        (0.0394, 4, "rose", "上漲"),
        (0.079, 2, "jumped", "飆升"),
        (0.02, 2, "rose", "上漲"),
        (0.0095, 1, "rose", "上漲"),
        (0.0094, 4, "edged up", "微漲"),
        (0.002, 0, "edged up", "微漲"),
        (0.0, 0, "was unchanged", "持平"),
        (-0.005, 1, "edged down", "微跌"),
        (-0.02, 2, "fell", "下跌"),
        (-0.022, 4, "fell", "下跌"),
        (-0.04, 3, "tumbled", "大跌"),
        (-0.05, 3, "tumbled", "重挫"),
        (-0.0795, 2, "plunged", "重挫"),
        (-0.14, None, "plunged", "重挫"),
        (0.0004, 4, "was little changed", "大致持平"),
        (-0.0004, 4, "was little changed", "大致持平"),
    ],
)
def test_the_size_of_a_price_s_move_picks_the_verb(value: float, rung: int | None, english: str, chinese: str) -> None:
    fact = move(value, rung)
    assert (lexicon.move_verb(fact, "price", EN), lexicon.move_verb(fact, "price", ZH)) == (english, chinese)


def test_more_decimals_show_smaller_moves() -> None:
    assert lexicon.move_verb(move(0.0004, 1), "index", EN, decimals=2) == "edged up"


def test_a_flow_is_told_by_where_the_money_went() -> None:
    fact = move(-689.2e6, 3, Unit.USD)
    assert (lexicon.move_verb(fact, "flow", EN), lexicon.move_verb(fact, "flow", ZH)) == ("lost a heavy", "大幅淨流出")
    assert (lexicon.move_noun(fact, "flow", EN), lexicon.move_noun(fact, "flow", ZH)) == (
        "heavy net outflow",
        "大幅淨流出",
    )


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [(434.1e6, "net inflow", "淨流入"), (-690e6, "net outflow", "淨流出"), (0.0, "no net flow", "無淨流量")],
)
def test_the_noun_carries_a_flows_sign(value: float, english: str, chinese: str) -> None:
    assert (lexicon.flow_noun(value, EN), lexicon.flow_noun(value, ZH)) == (english, chinese)


@pytest.mark.parametrize(
    ("share", "english", "chinese"),
    [
        (0.01, "part of", "部分"),
        (0.4999, "part of", "部分"),
        (0.5, "most of", "大部分"),
        (0.70, "most of", "大部分"),
        (0.999, "most of", "大部分"),
        (1.0, "all of", "全部"),
        (1.2, "all of", "全部"),
    ],
)
def test_a_retracement_is_as_large_as_its_share(share: float, english: str, chinese: str) -> None:
    assert (lexicon.retracement_word(share, EN), lexicon.retracement_word(share, ZH)) == (english, chinese)


@pytest.mark.parametrize("share", [0.0, -0.2, float("nan")])
def test_nothing_retraced_has_no_word(share: float) -> None:
    with pytest.raises(ValueError, match="nothing was retraced"):
        lexicon.retracement_word(share, EN)


@given(
    st.floats(min_value=-1e6, max_value=1e6),
    st.none() | st.integers(0, 4),
    st.sampled_from(LADDERS),
    st.sampled_from([Unit.FRACTION, Unit.VOL_POINTS, Unit.LEVEL]),
)
def test_a_word_agrees_with_the_sign_and_has_the_same_rung_in_languages_that_do_not_go_by_size(
    value: float, rung: int | None, ladder: LadderClass, unit: Unit
) -> None:
    fact = move(value, rung, unit)
    places = []
    for locale in (EN, ZH):
        words = locale.lexicon.ladders[ladder]
        flat = (words.unchanged, words.flat)
        said = lexicon.move_verb(fact, ladder, locale)
        rungs = {"up": words.up, "down": words.down, "flat": flat}
        places.append(
            [(side, place) for side, told in rungs.items() for place, word in enumerate(told) if word == said]
        )
    (((direction, english),), ((other, chinese),)) = places
    assert direction == other
    assert english == chinese or (unit is Unit.FRACTION and EN.lexicon.ladders[ladder].sizes)
    assert direction in ("flat", "up" if value > 0 else "down")


@given(
    st.floats(min_value=0.0005, max_value=1),
    st.floats(min_value=0.0005, max_value=1),
    st.tuples(st.none() | st.integers(0, 4), st.none() | st.integers(0, 4)),
    st.sampled_from([EN, ZH]),
    st.sampled_from(["price", "index"]),
)
def test_a_larger_move_never_has_the_smaller_word(
    one: float, two: float, rungs: tuple[int | None, int | None], locale: Locale, ladder: LadderClass
) -> None:
    words = locale.lexicon.ladders[ladder]
    small, large = sorted((one, two))
    for sign, order in ((1, words.up), (-1, words.down)):
        said = [
            lexicon.move_verb(move(sign * size, rung), ladder, locale)
            for size, rung in zip((small, large), rungs, strict=True)
        ]
        assert order.index(said[0]) <= order.index(said[1])


@pytest.mark.parametrize(
    ("locale", "word", "least"),
    [(ZH, "重挫", 0.05), (ZH, "大跌", 0.04), (EN, "plunged", 0.08), (EN, "tumbled", 0.04)],
)
@pytest.mark.parametrize("ladder", ["price", "index"])
def test_strong_words_have_a_floor(locale: Locale, word: str, least: float, ladder: LadderClass) -> None:
    assert lexicon.move_verb(move(-least, 1), ladder, locale) == word
    assert lexicon.move_verb(move(-least + 0.001, 4), ladder, locale) != word


def test_a_headline_s_verb_has_the_rung_of_the_body_s() -> None:
    for locale in (EN, ZH):
        words = locale.lexicon.ladders["price"]
        for value in (0.001, -0.02, 0.05, -0.3):
            past, now = (tell(move(value, 2), "price", locale) for tell in (lexicon.move_verb, lexicon.move_verb_now))
            told = (words.up, words.up_now) if value > 0 else (words.down, words.down_now)
            assert told[0].index(past) == told[1].index(now)


@pytest.mark.parametrize("locale", [EN, ZH])
@pytest.mark.parametrize("ladder", LADDERS)
def test_no_word_stands_on_two_rungs(locale: Locale, ladder: LadderClass) -> None:
    words = locale.lexicon.ladders[ladder]
    verbs = (*words.up, *words.down, words.flat, words.unchanged)
    nouns = (*words.up_nouns, *words.down_nouns, words.flat_noun)
    assert len(set(verbs)) == 10
    assert len(set(nouns)) == 9
