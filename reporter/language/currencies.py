"""Currencies of prices: codes of ISO 4217, coins that are meant to be a dollar, points; how a locale writes them.

Names, symbols and digits are CLDR's, but for those that a locale's settings name themselves.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from babel.numbers import get_currency_name, get_currency_precision, get_currency_symbol, list_currencies

from reporter.language.locales import Locale, PriceStyle, babel_locale

#: What stands in place of a currency where prices are an index's points.
POINTS = "points"
#: An exchange rate is a number: 1.1734.
RATE = "{n}"
DOLLAR = "USD"
#: What exchange rates are quoted with: 1.1734, 154.32, 31.245.
_RATE_DIGITS = 5
#: More decimals than these no price is told with: thousandths of a dinar are none that a reader asks for.
_MOST_PLACES = 2


@cache
def list_iso_currencies() -> frozenset[str]:
    """List the codes of ISO 4217."""
    return frozenset(
        code for code in list_currencies() if not code.startswith("X") or code in ("XAF", "XCD", "XOF", "XPF")
    )


def fit_price_style(locale: Locale, quote: str, *, rate: bool = False, tick: int | None = None) -> Locale:
    """Return a locale that writes prices of an asset as they are quoted.

    Args:
        locale: whose forms are used.
        quote: code of the currency, "USD" for coins that are meant to be one, or `POINTS`.
        rate: whether the price is an exchange rate, which is a number of no currency.
        tick: decimals at any size, where the desk declares its tick.
    """
    style = PriceStyle(
        RATE if rate else _make_pattern(locale, quote),
        2 if quote == POINTS else min(get_currency_precision(quote), _MOST_PLACES),
        _RATE_DIGITS if rate else 0,
        tick,
    )
    return locale if style == PriceStyle() else replace(locale, numbers=replace(locale.numbers, price=style))


def _make_pattern(locale: Locale, quote: str) -> str:
    """Make the pattern of a currency's prices; empty for the US dollar, which has one of its own."""
    style = locale.numbers.currencies
    if quote == DOLLAR:
        return ""
    if quote == POINTS:
        return style.points
    symbol = find_currency_symbol(quote, locale)
    name = find_currency_name(quote, locale)
    return style.pattern.replace("{symbol}", f"{symbol} " if symbol.isalpha() else symbol).replace("{name}", name)


def find_currency_symbol(code: str, locale: Locale) -> str:
    """Find the symbol of a currency, its code where the locale has none."""
    return str(get_currency_symbol(code, babel_locale(locale.babel)))


def find_currency_name(code: str, locale: Locale) -> str:
    """Find the name of a currency as the locale's readers say it."""
    return locale.numbers.currencies.names.get(code) or str(get_currency_name(code, locale=babel_locale(locale.babel)))


def list_currency_signs(locale: Locale) -> tuple[str, ...]:
    """List symbols that stand before an amount in a locale, longest first; those of letters only with their space."""
    found = {find_currency_symbol(code, locale) for code in list_iso_currencies()}
    marks = {sign if not sign.isalpha() else f"{sign} " for sign in found}
    return tuple(sorted(marks, key=lambda sign: (-len(sign), sign)))


def list_currency_names(locale: Locale) -> tuple[str, ...]:
    """List names that stand behind an amount in a locale, longest first."""
    found = {find_currency_name(code, locale) for code in list_iso_currencies()}
    return tuple(sorted(found, key=lambda name: (-len(name), name)))
