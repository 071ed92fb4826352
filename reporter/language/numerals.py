"""Text → numbers in it, with exact value and displayed precision.

Nothing here knows how the program writes numbers, so that reading them back is a test of the writing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from reporter.language.currencies import list_currency_names, list_currency_signs, list_iso_currencies
from reporter.language.locales import Locale, load_locale
from reporter.language.numbers import ROUNDING
from reporter.language.vocabulary import load_vocabulary
from reporter.model.resources import locales_folder

_HAN_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "兩": 2, "两": 2}
_HAN_TENS = {"十": 10, "百": 100, "千": 1000}
#: A number in Chinese characters: the ordinal's 第 is read with it.
HAN = r"第?[零〇一二兩两三四五六七八九十百千]+"
_HAN_FRACTION = (
    r"(?P<whole>[百千萬万十])分之(?P<part>[零〇一二兩两三四五六七八九十]+)"
    r"|(?P<of>[二三四五六七八九十]+)分之(?P<share>[一二三四五六七八九]+)"
)
#: Names of currencies that a locale's own list may lack.
_CURRENCY_NAMES = ("美元", "港元", "港币", "歐元", "欧元", "日圓", "日元", "人民幣", "人民币", "新台幣", "英鎊", "英镑")
_SIGNS = {"+": 1, "＋": 1, "−": -1, "-": -1, "–": -1, "－": -1}


@dataclass(frozen=True, slots=True)
class DisplayedNumber:
    """A number as it is displayed.

    Attributes:
        size: its size with scale applied; a percentage is left in per cent.
        step: what one unit of the last displayed digit is worth.
        sign: 1 or -1 where a sign is displayed, else 0.
        percent: whether it is in per cent.
        currency: the currency's sign or word, or empty.
    """

    size: Decimal
    step: Decimal
    sign: int = 0
    percent: bool = False
    currency: str = ""

    @property
    def comparison_key(self) -> str:
        """A text that is equal for two ways to write the same number."""
        sign = {1: "+", 0: "", -1: "−"}[self.sign]
        return f"{sign}{self.currency}{self.size.normalize():f}{'%' if self.percent else ''}"

    def is_rounding_of(self, exact: Decimal) -> bool:
        """Whether this is what a size rounds to, half up, at the displayed precision."""
        return (abs(exact) / self.step).quantize(Decimal(1), context=ROUNDING) * self.step == self.size


@dataclass(frozen=True, slots=True)
class Numerals:
    """How one locale's numbers are found and read.

    Attributes:
        digits, words: what finds them.
        scales, values: factors of scale words, and values of number words.
        points: what stands behind an index's points; empty where nothing does.
    """

    digits: re.Pattern[str]
    words: re.Pattern[str]
    scales: Mapping[str, Decimal]
    values: Mapping[str, Decimal]
    points: str = ""

    def read_number(self, text: str) -> DisplayedNumber | None:
        """Parse a text that is exactly one number with its unit; None where it isn't one."""
        text = text.strip()
        # 第 13: an ordinal beyond ten is written in digits.
        found = self.digits.fullmatch(text.removeprefix("第").lstrip().removesuffix(self.points).rstrip())
        if found:
            return self.number_from_digits(found)
        found = self.words.fullmatch(text.lower())
        return self.number_from_words(found) if found else None

    def number_from_digits(self, found: re.Match[str]) -> DisplayedNumber:
        """Make a number of a match of `digits`."""
        plain = found["digits"].replace(",", "")
        scale = self.scales.get(found["scale"] or "", Decimal(1))
        places = len(plain.partition(".")[2])
        return DisplayedNumber(
            Decimal(plain) * scale,
            Decimal(1).scaleb(-places) * scale,
            _SIGNS.get(found["sign"] or "", 0),
            bool(found["percent"]),
            (found["before"] or found["after"] or "").strip(),
        )

    def number_from_words(self, found: re.Match[str]) -> DisplayedNumber | None:
        """Make a number of a match of `words`; None where it isn't one."""
        groups = found.groupdict()
        if groups.get("whole"):
            part = parse_han_number(groups["part"])
            whole = {"百": 100, "千": 1000, "萬": 10000, "万": 10000, "十": 10}[groups["whole"]]
            return None if part is None else DisplayedNumber(part / whole * 100, Decimal("0.0001"), percent=True)
        if groups.get("of"):
            of, share = parse_han_number(groups["of"]), parse_han_number(groups["share"])
            return None if not of or share is None else DisplayedNumber(share / of, Decimal("0.0001"))
        text = found[0].lower()
        value = self.values.get(text)
        if value is None:
            value = parse_han_number(text.removeprefix("第"))
        return None if value is None else DisplayedNumber(value, Decimal(1))


def parse_han_number(text: str) -> Decimal | None:
    """A number below ten thousand in Chinese characters; None where it isn't one."""
    if len(text) > 1 and all(char in _HAN_DIGITS for char in text):
        # 二〇二六: digits in a row, as in years.
        return Decimal("".join(str(_HAN_DIGITS[char]) for char in text))
    total, digit = 0, 0
    for char in text:
        if char in _HAN_DIGITS:
            digit = _HAN_DIGITS[char]
        elif char in _HAN_TENS:
            total, digit = total + (digit or 1) * _HAN_TENS[char], 0
        else:
            return None
    return Decimal(total + digit) if text else None


@cache
def load_builtin_locale(tag: str) -> Locale:
    """The locale of a tag, from the settings that come with the program."""
    return load_locale(tag, locales_folder())


def load_numerals(locale: Locale) -> Numerals:
    """How a locale's numbers are read."""
    # Hashing a whole locale on every call would cost more than reading a number.
    return _compile_numerals(locale.tag, locale.folder)


def _match_sign(sign: str) -> str:
    """Make the pattern of a currency's sign; one of letters is a word of its own."""
    return rf"(?<![A-Za-z]){re.escape(sign)}" if sign[:1].isalpha() else re.escape(sign)


@cache
def _compile_numerals(tag: str, folder: Path) -> Numerals:
    known = load_vocabulary(load_locale(tag, folder))
    latin = sorted((w for w in known.scales if w.isascii()), key=len, reverse=True)
    other = sorted((w for w in known.scales if not w.isascii()), key=len, reverse=True)
    scale = "|".join([*(rf"{re.escape(word)}\b" for word in latin), *map(re.escape, other)])
    spoken = load_locale(tag, folder)
    signs = "|".join(dict.fromkeys((*map(_match_sign, list_currency_signs(spoken)), "[$€£¥]")))
    own = list_currency_names(spoken)
    # A currency for which the locale has no name goes by its code.
    codes = [rf"{name}(?![A-Za-z])" for name in own if name in list_iso_currencies()]
    said = (re.escape(name) for name in (*own, *_CURRENCY_NAMES) if not name.isascii())
    names = "|".join(dict.fromkeys((*said, *codes)))
    digits = (
        rf"(?P<sign>(?<![\w.])[+＋−－–-])?(?P<before>{signs})?(?P<digits>\d(?:[\d,]*\d)?(?:\.\d+)?)"
        rf"(?:\s?(?P<scale>{scale}))?(?:\s?(?P<percent>[%％]))?(?:\s?(?P<after>{names}))?"
        r"(?:(?<=\d)(?:st|nd|rd|th)\b)?"
    )
    words = sorted(known.numbers, key=len, reverse=True)
    ascii_words = "|".join(re.escape(word) for word in words if word.isascii())
    others = "|".join(re.escape(word) for word in words if not word.isascii())
    forms = [_HAN_FRACTION, HAN, *([others] if others else [])]
    if ascii_words:
        forms.insert(0, rf"\b(?:{ascii_words})\b")
    points = spoken.numbers.currencies.points.partition("{n}")[2].strip()
    return Numerals(re.compile(digits), re.compile("|".join(forms), re.IGNORECASE), known.scales, known.numbers, points)
