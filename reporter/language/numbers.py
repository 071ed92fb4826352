"""Number → text in a locale: rounded half up, once, from the exact value; no text ever holds "-0"."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from math import isfinite

from babel.numbers import NumberPattern, parse_pattern

from reporter.language.locales import Locale, NumberScale, babel_locale
from reporter.model.metric import Unit

# Wide enough that no finite double is rounded a second time.
ROUNDING = Context(prec=700, rounding=ROUND_HALF_UP)
_TEN = Decimal(10)
_THOUSAND = Decimal(1000)
_MILLION = Decimal(1_000_000)
_BILLION = 1_000_000_000
#: Below a hundred an amount has two digits anyway.
_SPOKEN = Decimal(100)


def format_price(value: float, locale: Locale, *, bare: bool = False) -> str:
    """A price of the asset in full digits, in its currency.

    From 1,000 up it has no decimals, below as many as the currency has, below 1 four significant digits; an exchange
    rate has five significant digits at any size, and a declared tick decides for itself. A whole price of
    ten and more has no decimals.

    Args:
        value: price in the asset's currency.
        locale: how to write it.
        bare: without the currency, for the first end of a range.
    """
    number = _to_decimal(value)
    size = abs(number)
    style = locale.numbers.price
    if style.tick is not None:
        text = _write_places(size, style.tick, locale)
    elif style.digits and size:
        places = max(style.digits - 1 - _round_significant(size, style.digits).adjusted(), 0)
        text = _group_digits(_round_half_up(size, places), locale, keep=places)
    elif size >= _THOUSAND or _round_half_up(size, 2) >= _THOUSAND:
        text = _group_digits(_round_half_up(size, 0), locale)
    elif size >= 1 or size == 0:
        text = _write_places(size, style.places, locale)
    else:
        text = _group_digits(_round_significant(size, 4), locale, keep=2, most=3 - size.adjusted())
    if not bare:
        text = (style.pattern or locale.numbers.currency).replace("{n}", text)
    return _sign_text(number, locale) + text


def format_money(value: float, locale: Locale) -> str:
    """The size of an aggregate in US dollars; its sign belongs to the noun beside it.

    Four significant digits, three from a billion on: tables of flows give a tenth of a million, and nobody's
    open interest is known to the million.
    """
    digits = 3 if abs(value) >= _BILLION else 4
    size = _round_aggregate(value, digits)
    for scale in locale.numbers.scales:
        if scale.money and size >= scale.at:
            # A decimal that no significant digit stands behind would be a claim: $813 billion, not $813.0 billion.
            known = max(digits - 1 - (size / scale.at).adjusted(), 0)
            return scale.money.replace("{n}", _write_in_scale(size, scale, locale, min(scale.decimals, known)))
    return locale.numbers.currency.replace("{n}", _group_digits(size, locale))


def format_about(value: float, locale: Locale) -> str:
    """The size of an aggregate as one says it: two digits, and whether the true one is below or above."""
    exact = abs(_to_decimal(value))
    size = _round_half_up(exact, 0) if exact < _SPOKEN else _round_significant(exact, 2)
    text = format_money(float(size), locale)
    for scale in locale.numbers.scales:
        if scale.money and size >= scale.at:
            text = scale.money.replace("{n}", _group_digits(size / scale.at, locale, most=3))
            break
    pattern = locale.numbers.nearly if exact < size else locale.numbers.over if exact > size else "{n}"
    return pattern.replace("{n}", text)


def format_percent(value: float, locale: Locale, decimals: int = 1, *, signed: bool = False) -> str:
    """A fraction as a percentage: its size, or with its sign where the sign is the message.

    Args:
        value: a fraction, 0.01 for one per cent.
        locale: how it writes numbers.
        decimals: digits after the point.
        signed: write the sign too.
    """
    return _with_sign(_to_decimal(value).scaleb(2), locale, decimals, signed=signed, around=locale.numbers.percent)


def format_points(value: float, locale: Locale, decimals: int = 1, *, signed: bool = False) -> str:
    """Volatility points, basis points or multiples of sigma: with their minus, or with both signs where `signed`.

    Args:
        value: the value.
        locale: how it writes numbers.
        decimals: digits after the point.
        signed: write a plus too.
    """
    return _with_sign(_to_decimal(value), locale, decimals, signed=signed, minus=True)


def format_level(value: float, locale: Locale) -> str:
    """An index or quote in its own points, two decimals."""
    return _with_sign(_to_decimal(value), locale, 2, minus=True)


def format_ratio(value: float, locale: Locale) -> str:
    """A ratio: two decimals, one from 2 up, where a second would claim more than a multiple can."""
    return _with_sign(_to_decimal(value), locale, 1 if abs(value) >= 2 else 2, minus=True)


def format_correlation(value: float, locale: Locale) -> str:
    """A correlation coefficient with its sign, two decimals."""
    return _with_sign(_to_decimal(value), locale, 2, signed=True)


def format_count(value: float, locale: Locale, *, signed: bool = False) -> str:
    """A whole number in digits.

    Args:
        value: a whole number.
        locale: how it writes numbers.
        signed: write a plus too.
    """
    return _with_sign(_to_decimal(value), locale, 0, signed=signed, minus=True)


def format_score(value: float, locale: Locale) -> str:
    """A sentiment score from 0 to 100."""
    return format_count(value, locale)


def format_days(value: float, locale: Locale) -> str:
    """A number of days, without the word."""
    return format_count(value, locale)


def _write_places(size: Decimal, places: int, locale: Locale) -> str:
    rounded = _round_half_up(size, places)
    whole = rounded >= _TEN and rounded == rounded.to_integral_value()
    return _group_digits(rounded, locale, keep=0 if whole else places)


def format_hashprice(value: float, locale: Locale) -> str:
    """US dollars per PH/s per day, two decimals; the phrase says per what."""
    return locale.numbers.hashprice.replace(
        "{n}", _group_digits(_round_half_up(abs(_to_decimal(value)), 2), locale, keep=2)
    )


def format_funding(value: float, locale: Locale) -> str:
    """A funding rate as a signed percentage with four decimals."""
    return format_percent(value, locale, 4, signed=True)


def format_coins(value: float, locale: Locale) -> str:
    """An amount in units of the asset: full digits, compact from a million up, one decimal below 1,000."""
    number = _to_decimal(value)
    size = _round_half_up(abs(number), 0)
    if size >= _MILLION:
        text = _write_compact(_round_aggregate(value, 4), locale)
    else:
        text = _group_digits(size if size >= _THOUSAND else _round_half_up(abs(number), 1), locale, most=1)
    return (_sign_text(number, locale) if any(char in "123456789" for char in text) else "") + text


def format_number_word(value: float, locale: Locale) -> str:
    """A small whole number as a word (three, 三), a larger one in digits."""
    return _write_word(value, locale, locale.numbers.words)


def format_counting_word(value: float, locale: Locale) -> str:
    """A small whole number as the word before a measure word, where Chinese says 兩 for 2."""
    return _write_word(value, locale, locale.numbers.counting)


def format_ordinal(value: float, locale: Locale) -> str:
    """A rank: third, 第三; from the eleventh on with digits.

    Raises:
        ValueError: the value is below 1.
    """
    place = int(_round_half_up(_to_decimal(value), 0))
    if place < 1:
        raise ValueError(f"{value} is no rank: ranks begin at 1")
    if place <= len(locale.numbers.ordinals):
        return locale.numbers.ordinals[place - 1]
    forms = locale.numbers.ordinal_forms
    form = str(babel_locale(locale.babel).ordinal_form(place))
    return forms.get(form, forms["other"]).replace("{n}", format_count(place, locale))


def format_value_tick(value: float, unit: Unit, locale: Locale) -> str:
    """A label on an axis, as short as its unit allows and without needless zeros.

    Args:
        value: the value, in `unit`.
        unit: of the axis.
        locale: how it writes numbers.

    Raises:
        ValueError: the value isn't finite, or the unit isn't one of numbers.
    """
    number = _to_decimal(value)
    if unit is Unit.USD:
        return _tick_money(number, locale)
    if unit is Unit.PRICE:
        return format_price(value, locale, bare=True).removesuffix(_decimal_zeros(locale))
    if unit is Unit.FRACTION:
        return _tick_number(number.scaleb(2), locale, around=locale.numbers.percent)
    if unit is Unit.HASHPRICE:
        return _tick_number(number, locale, around=locale.numbers.tick)
    if unit in (Unit.INSTANT, Unit.TEXT, Unit.BOOL):
        raise ValueError(f"{unit} has no ticks of numbers")
    return _tick_number(number, locale)


def shows_as_zero(value: float, unit: Unit, decimals: int = 1) -> bool:
    """Whether the value's text at that many decimals is a zero, so that no word may claim a move.

    Args:
        value: the value, in `unit`.
        unit: of the value.
        decimals: digits after the point.
    """
    number = _to_decimal(value)
    if unit is Unit.FRACTION:
        return _round_half_up(number.scaleb(2), decimals) == 0
    if unit in (Unit.VOL_POINTS, Unit.BP, Unit.SIGMA):
        return _round_half_up(number, decimals) == 0
    return number == 0


def _to_decimal(value: float) -> Decimal:
    # float() first, because the repr of a NumPy number isn't a numeral.
    plain = float(value)
    if not isfinite(plain):
        raise ValueError(f"{plain} can't be written as a number")
    return Decimal(repr(plain))


def _round_half_up(number: Decimal, places: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-places), context=ROUNDING)


def _round_significant(number: Decimal, digits: int) -> Decimal:
    return number if number == 0 else _round_half_up(number, digits - 1 - number.adjusted())


def _round_aggregate(value: float, digits: int) -> Decimal:
    """The size at that many significant digits, but never finer than a whole unit."""
    size = abs(_to_decimal(value))
    return _round_half_up(size, 0) if size < 10 ** (digits - 1) else _round_significant(size, digits)


def _write_in_scale(size: Decimal, scale: NumberScale, locale: Locale, keep: int) -> str:
    return _group_digits(size / scale.at, locale, keep=keep, most=3)


def _write_compact(size: Decimal, locale: Locale) -> str:
    scale = next(scale for scale in locale.numbers.scales if scale.bare and size >= scale.at)
    return scale.bare.replace("{n}", _write_in_scale(size, scale, locale, 0))


def _with_sign(
    number: Decimal, locale: Locale, decimals: int, *, signed: bool = False, minus: bool = False, around: str = "{n}"
) -> str:
    """Both signs where `signed`, a minus alone where `minus`, otherwise the size; nothing before a zero."""
    shown = _round_half_up(number, decimals)
    text = around.replace("{n}", _group_digits(abs(shown), locale, keep=decimals))
    return (_sign_text(shown, locale, plus=signed) if signed or minus else "") + text


def _sign_text(number: Decimal, locale: Locale, *, plus: bool = False) -> str:
    if number < 0:
        return locale.numbers.minus
    return locale.numbers.plus if plus and number > 0 else ""


def _write_word(value: float, locale: Locale, known: tuple[str, ...]) -> str:
    number = _round_half_up(_to_decimal(value), 0)
    return known[int(number)] if 0 <= number < len(known) else format_count(value, locale)


def _tick_money(number: Decimal, locale: Locale) -> str:
    size = _round_significant(abs(number), 3)
    scale = next((scale for scale in locale.numbers.scales if size >= scale.at), None)
    if scale is None:
        return _tick_number(_round_half_up(number, 2), locale, around=locale.numbers.tick)
    return _sign_text(number, locale) + scale.tick.replace("{n}", _write_in_scale(size, scale, locale, 0))


def _tick_number(number: Decimal, locale: Locale, around: str = "{n}") -> str:
    shown = _round_half_up(number, 4)
    return _sign_text(shown, locale) + around.replace("{n}", _group_digits(abs(shown), locale, most=4))


def _decimal_zeros(locale: Locale) -> str:
    """What two zero decimals look like, so that a tick at 50 isn't 50.00."""
    return _group_digits(Decimal(0), locale, keep=2)[1:]


def _group_digits(size: Decimal, locale: Locale, *, keep: int = 0, most: int = 0) -> str:
    """A size that is already rounded, grouped; `keep` decimals stand even as zeros, `most` at the utmost."""
    return str(_number_pattern(keep, max(keep, most)).apply(size, babel_locale(locale.babel)))


@lru_cache(maxsize=64)
def _number_pattern(keep: int, most: int) -> NumberPattern:
    decimals = "0" * keep + "#" * (most - keep)
    return parse_pattern("#,##0" + (f".{decimals}" if decimals else ""))
