from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.language import numbers
from reporter.language.locales import Locale, load_locale
from reporter.model.metric import Unit
from reporter.model.resources import locales_folder

Write = Callable[[float, Locale], str]

EN = load_locale("en", locales_folder())
ZH = load_locale("zh-Hant", locales_folder())
BOTH = st.sampled_from([EN, ZH])


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        (60_000.0, "$60,000", "60,000 美元"),
        (70_555.39, "$70,555", "70,555 美元"),
        (70_000.5, "$70,001", "70,001 美元"),
        (72.21, "$72.21", "72.21 美元"),
        (999.994, "$999.99", "999.99 美元"),
        (999.996, "$1,000", "1,000 美元"),
        (1.0, "$1.00", "1.00 美元"),
        (0.123456, "$0.1235", "0.1235 美元"),
        (0.5, "$0.50", "0.50 美元"),
        (0.0, "$0.00", "0.00 美元"),
        (-0.0, "$0.00", "0.00 美元"),
        (-37.63, "−$37.63", "−37.63 美元"),
    ],
)
def test_prices_are_written_in_full_digits(value: float, english: str, chinese: str) -> None:
    assert (numbers.format_price(value, EN), numbers.format_price(value, ZH)) == (english, chinese)


def test_the_first_end_of_a_range_goes_without_currency() -> None:
    assert (numbers.format_price(60_000, EN, bare=True), numbers.format_price(60_000, ZH, bare=True)) == (
        "60,000",
        "60,000",
    )


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        (1e9, "$1.0 billion", "10 億美元"),
        (690e6, "$690 million", "6.9 億美元"),
        (-689.2e6, "$689.2 million", "6.892 億美元"),
        (434.1e6, "$434.1 million", "4.341 億美元"),
        (950_000, "$950,000", "95 萬美元"),
        (123_456, "$123,500", "12.35 萬美元"),
        (49.234e9, "$49.2 billion", "492 億美元"),
        (2.5e12, "$2.5 trillion", "2.5 萬億美元"),
        (999_999_999, "$1.0 billion", "10 億美元"),
        (99_999_999, "$100 million", "1 億美元"),
        (999_999, "$1 million", "100 萬美元"),
        (9_999.6, "$10,000", "1 萬美元"),
        (0.4, "$0", "0 美元"),
        (-0.0, "$0", "0 美元"),
    ],
)
def test_aggregates_have_the_same_precision_in_both_languages(value: float, english: str, chinese: str) -> None:
    assert (numbers.format_money(value, EN), numbers.format_money(value, ZH)) == (english, chinese)


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        (5.96e9, "nearly $6 billion", "將近 60 億美元"),
        (-403.7e6, "more than $400 million", "逾 4 億美元"),
        (2.5e8, "$250 million", "2.5 億美元"),
        (995e6, "nearly $1 billion", "將近 10 億美元"),
        (96.04, "more than $96", "逾 96 美元"),
        (0.0, "$0", "0 美元"),
    ],
)
def test_a_spoken_amount_has_two_digits_and_a_side(value: float, english: str, chinese: str) -> None:
    assert (numbers.format_about(value, EN), numbers.format_about(value, ZH)) == (english, chinese)


@pytest.mark.parametrize(
    ("value", "decimals", "signed", "text"),
    [
        (0.14, 1, False, "14.0%"),
        (-0.14, 1, False, "14.0%"),
        (-0.14, 1, True, "−14.0%"),
        (0.0197, 2, True, "+1.97%"),
        (0.0005, 1, True, "+0.1%"),
        (0.00049, 1, True, "0.0%"),
        (-1e-9, 1, True, "0.0%"),
        (0.00145, 1, False, "0.1%"),  # The exact double; going through 0.145 first would round it up.
        (12.3, 2, True, "+1,230.00%"),
        (0.105, 0, False, "11%"),
    ],
)
def test_percentages_round_half_up_once(value: float, decimals: int, signed: bool, text: str) -> None:
    assert numbers.format_percent(value, EN, decimals, signed=signed) == text
    assert numbers.format_percent(value, ZH, decimals, signed=signed) == text


@pytest.mark.parametrize(
    ("write", "value", "english", "chinese"),
    [
        (numbers.format_points, 58.9, "58.9", "58.9"),
        (numbers.format_points, -13.04, "−13.0", "−13.0"),
        (numbers.format_level, 6932.3, "6,932.30", "6,932.30"),
        (numbers.format_ratio, 0.6543, "0.65", "0.65"),
        (numbers.format_ratio, 7.4312, "7.4", "7.4"),
        (numbers.format_correlation, 0.62, "+0.62", "+0.62"),
        (numbers.format_correlation, -0.004, "0.00", "0.00"),
        (numbers.format_count, 12_345.0, "12,345", "12,345"),
        (numbers.format_score, 9.0, "9", "9"),
        (numbers.format_days, 3.0, "3", "3"),
        (numbers.format_hashprice, 31.9, "$31.90", "31.90 美元"),
        (numbers.format_funding, -0.000288, "−0.0288%", "−0.0288%"),
        (numbers.format_funding, 0.0001, "+0.0100%", "+0.0100%"),
        (numbers.format_coins, 12_300.4, "12,300", "12,300"),
        (numbers.format_coins, 1_234_567, "1.235 million", "123.5 萬"),
        (numbers.format_coins, 999_999.6, "1 million", "100 萬"),
        (numbers.format_coins, 3.25, "3.3", "3.3"),
        (numbers.format_coins, -0.01, "0", "0"),
        (numbers.format_number_word, 2, "two", "二"),
        (numbers.format_counting_word, 2, "two", "兩"),
        (numbers.format_counting_word, 3, "three", "三"),
        (numbers.format_number_word, 11, "11", "11"),
        (numbers.format_ordinal, 3, "third", "第三"),
        (numbers.format_ordinal, 12, "12th", "第 12"),
        (numbers.format_ordinal, 21, "21st", "第 21"),
    ],
)
def test_each_quantity_has_one_form(write: Write, value: float, english: str, chinese: str) -> None:
    assert (write(value, EN), write(value, ZH)) == (english, chinese)


def test_signed_points_have_both_signs() -> None:
    assert [numbers.format_points(value, EN, signed=True) for value in (3.21, -13.0, 0.04, -0.04)] == [
        "+3.2",
        "−13.0",
        "0.0",
        "0.0",
    ]


@pytest.mark.parametrize(
    ("value", "unit", "english", "chinese"),
    [
        (70_000, Unit.PRICE, "70,000", "70,000"),
        (50, Unit.PRICE, "50", "50"),
        (1.2e9, Unit.USD, "$1.2bn", "12 億"),
        (-690e6, Unit.USD, "−$690m", "−6.9 億"),
        (500_000, Unit.USD, "$500k", "50 萬"),
        (0, Unit.USD, "$0", "0"),
        (0.05, Unit.FRACTION, "5%", "5%"),
        (-0.05, Unit.FRACTION, "−5%", "−5%"),
        (0.00005, Unit.FRACTION, "0.005%", "0.005%"),
        (60.0, Unit.VOL_POINTS, "60", "60"),
        (-12.5, Unit.VOL_POINTS, "−12.5", "−12.5"),
        (31.5, Unit.HASHPRICE, "$31.5", "31.5"),
        (12_000, Unit.CONTRACTS, "12,000", "12,000"),
    ],
)
def test_ticks_are_short(value: float, unit: Unit, english: str, chinese: str) -> None:
    assert (numbers.format_value_tick(value, unit, EN), numbers.format_value_tick(value, unit, ZH)) == (
        english,
        chinese,
    )


def test_instants_have_no_ticks_of_numbers() -> None:
    with pytest.raises(ValueError, match="instant has no ticks of numbers"):
        numbers.format_value_tick(0.0, Unit.INSTANT, EN)


WRITERS: list[Write] = [
    numbers.format_price,
    numbers.format_money,
    numbers.format_percent,
    lambda value, locale: numbers.format_percent(value, locale, signed=True),
    numbers.format_points,
    lambda value, locale: numbers.format_points(value, locale, signed=True),
    numbers.format_level,
    numbers.format_ratio,
    numbers.format_correlation,
    numbers.format_count,
    numbers.format_hashprice,
    numbers.format_funding,
    numbers.format_coins,
    numbers.format_number_word,
    *(
        lambda value, locale, unit=unit: numbers.format_value_tick(value, unit, locale)
        for unit in (Unit.USD, Unit.FRACTION)
    ),
]
FINITE = st.floats(min_value=-1e13, max_value=1e13) | st.floats(min_value=-1e-3, max_value=1e-3)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("write", WRITERS)
def test_what_is_no_number_is_refused(write: Write, value: float) -> None:
    with pytest.raises(ValueError, match="can't be written as a number"):
        write(value, EN)


@given(st.sampled_from(WRITERS), FINITE, BOTH)
def test_no_text_holds_a_negative_zero_or_a_hyphen(write: Write, value: float, locale: Locale) -> None:
    text = write(value, locale)
    assert "-" not in text
    if "−" in text or "+" in text:
        assert re.search("[1-9]", text), text


@given(FINITE, st.integers(0, 4), BOTH)
def test_a_percentage_reads_back_within_half_a_unit(value: float, decimals: int, locale: Locale) -> None:
    text = numbers.format_percent(value, locale, decimals, signed=True)
    back = Decimal(text.removesuffix("%").replace(",", "").replace("−", "-"))
    assert abs(back - Decimal(repr(value)) * 100) <= Decimal("0.5").scaleb(-decimals)


@given(st.floats(min_value=1, max_value=9e14))
def test_an_aggregate_reads_back_alike_in_both_languages(value: float) -> None:
    sizes = {"trillion": 12, "billion": 9, "million": 6, "萬億": 12, "億": 8, "萬": 4}

    def back(text: str) -> Decimal:
        found = re.fullmatch(r"\$?([\d,.]+) ?(trillion|billion|million|萬億|億|萬)?(?: ?美元)?", text)
        assert found, text
        return Decimal(found[1].replace(",", "")).scaleb(sizes.get(found[2] or "", 0))

    english, chinese = back(numbers.format_money(value, EN)), back(numbers.format_money(value, ZH))
    assert english == chinese
    half_a_unit = Decimal("0.005" if value >= 1e9 else "0.0005")
    assert abs(english - Decimal(repr(value))) <= max(Decimal(repr(value)) * half_a_unit, Decimal("0.5"))
