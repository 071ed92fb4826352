from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.language.currencies import fit_price_style, list_iso_currencies
from reporter.language.locales import load_locale
from reporter.language.numbers import format_price
from reporter.language.numerals import load_numerals
from reporter.model.resources import locales_folder


def _format(tag: str, quote: str, value: float, *, rate: bool = False, tick: int | None = None) -> str:
    return format_price(value, fit_price_style(load_locale(tag, locales_folder()), quote, rate=rate, tick=tick))


@pytest.mark.parametrize(
    ("quote", "value", "en", "zh"),
    [
        ("USD", 61234.5, "$61,235", "61,235 美元"),
        ("TWD", 612.5, "NT$612.50", "612.50 新台幣"),
        ("HKD", 52.3, "HK$52.30", "52.30 港元"),
        ("EUR", 0.00001234, "€0.00001234", "0.00001234 歐元"),
        ("JPY", 812.3, "¥812", "812 日圓"),
        ("CHF", 33.4, "CHF 33.40", "33.40 瑞士法郎"),
        ("points", 22780.35, "22,780", "22,780 點"),
    ],
)
def test_currencies_are_written_as_each_locale_does(quote: str, value: float, en: str, zh: str) -> None:
    assert (_format("en", quote, value), _format("zh-Hant", quote, value)) == (en, zh)


@pytest.mark.parametrize(
    ("quote", "value", "shown"),
    [
        ("USD", 1.17344, "1.1734"),
        ("JPY", 154.321, "154.32"),
        ("TWD", 31.2449, "31.245"),
        ("USD", 0.99999, "0.99999"),
    ],
)
def test_exchange_rates_have_five_digits_and_no_currency(quote: str, value: float, shown: str) -> None:
    assert _format("en", quote, value, rate=True) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(715.0, "NT$715"), (714.999, "NT$715"), (715.004, "NT$715"), (715.1, "NT$715.10")]
)
def test_a_whole_price_has_no_decimals(value: float, shown: str) -> None:
    assert _format("en", "TWD", value) == shown
    assert _format("en", "TWD", value, tick=2) == shown


def test_a_tick_decides_for_itself() -> None:
    assert _format("en", "points", 22780.35, tick=2) == "22,780.35"
    assert _format("en", "JPY", 812.34, tick=1) == "¥812.3"


def test_the_dollar_needs_no_other_locale() -> None:
    locale = load_locale("en", locales_folder())
    assert fit_price_style(locale, "USD") is locale


# The first number of a locale compiles what reads it.
@settings(deadline=None)
@given(
    tag=st.sampled_from(["en", "zh-Hant", "zh-Hans", "zh-Hant-HK"]),
    quote=st.sampled_from([*sorted(list_iso_currencies()), "points"]),
    value=st.floats(1e-6, 1e9),
    rate=st.booleans(),
)
def test_every_price_is_read_back_with_its_currency(tag: str, quote: str, value: float, rate: bool) -> None:
    text = _format(tag, quote, value, rate=rate)
    read = load_numerals(load_locale(tag, locales_folder())).read_number(text)
    assert read is not None, text
    assert read.is_rounding_of(Decimal(repr(value)))
    assert bool(read.currency) == (quote != "points" and not rate), text
