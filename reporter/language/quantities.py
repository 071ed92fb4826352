"""Authored text → numbers written in it: digits of every script, signs of numbers, number words.

A sentence's numbers come from data, so what is found here is refused where it isn't declared. A number word is left
alone where it is part of how something is measured and not what was measured:

- a span of time ("thirty-day average", 三十天) or an ordinal ("the second of them", 第二);
- a share that names a place ("the lowest tenth of the year", 十分之一) or "half" of a thing ("the lower half", 下半部);
- a count below ten of things ("all three marks", 三項), "one", "zero" (below zero), "twice".

It is a quantity, and refused, where it is ten or more and no span of time, where a unit or a scale word follows
("two per cent", 兩成, "thirty million", 三十萬), where it is a share with a numerator ("two thirds", 三分之二),
or where it is written in digits of any script, as a Roman or circled number or as a fraction in one sign.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from reporter.language.locales import Locale
from reporter.language.numerals import Numerals, load_numerals

_HAN_DIGIT = "零〇一二兩两三四五六七八九十百千"
#: Han numerals with a scale or unit behind them; shares other than those that name a place.
_HAN = re.compile(
    rf"(?:[{_HAN_DIGIT}半數数幾几][{_HAN_DIGIT}]*(?:[點点][{_HAN_DIGIT}]+)?)(?:[萬万億亿]|兆)+(?!一)"
    rf"|[百千萬万]分之[{_HAN_DIGIT}]+"
    rf"|[{_HAN_DIGIT}]+分之(?!一)[{_HAN_DIGIT}]+"
    rf"|[{_HAN_DIGIT}半]+(?:[點点][{_HAN_DIGIT}]+)?"
    r"(?:成(?![為为交長长份本立])|倍|折(?!算|合)|美元|港元|歐元|欧元|日圓|日元|新台幣|新台币|人民幣|人民币|英鎊|英镑|韓元|韩元|元|個百分點|个百分点|百分點|百分点|基點|基点|枚|顆|颗)"
)
_HAN_SPAN = r"\s*(?:多|餘|余|來|来)?\s*(?:個|个)?(?:交易日|公布日|小時|小时|分鐘|分钟|天|日|週|周|星期|月|季|年|秒|期)"
#: Valid Roman numbers of two signs or more, in capitals as they are written.
_ROMAN = re.compile(
    r"(?<![A-Za-z0-9])(?=[MDCLXVI]{2})M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})(?![A-Za-z0-9])"
)
_DIGITS = re.compile(r"\d+(?:[.,．，]\d+)*")
_SPAN = re.compile(
    r"(?:[ -](?:or more|trading|calendar|full|straight|consecutive|previous|last))*"
    r"[\s-]+(?:second|minute|hour|day|night|session|week|month|quarter|year)s?\b",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"[\s-]*(?:per ?cent|percent|percentage|basis points|points|bps|dollars|cents|euros|pounds|yen|yuan|times|fold"
    r"|contracts|coins|bitcoins?|btc|ounces|thirds|quarters|fifths|tenths|halves)\b"
    r"|[\s-]*(?:a|an)\s+(?:per ?cent|percent|percentage point|point|dollar|basis point)\b"
    r"|\s*[%％‰]",
    re.IGNORECASE,
)
_SCALE = re.compile(
    r"\b(?:hundred|thousand|million|billion|trillion|quadrillion|dozen|gross|mn|bn|tn)s?\b", re.IGNORECASE
)
#: Number words of the language that the locale's lists may lack.
_TENS = re.compile(r"\b(?:thir|four|fif|six|seven|eigh|nine)teen\b", re.IGNORECASE)
_TEN = Decimal(10)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that an author wrote: where it begins, where it ends (exclusive), and its text."""

    start: int
    end: int
    text: str


def find_number_signs(text: str) -> Iterator[Quantity]:
    """Digits of every script, Roman numbers, and characters that are numbers: ½ ② Ⅷ ㊂, but no Han character."""
    for found in _DIGITS.finditer(text):
        yield Quantity(*found.span(), found[0])
    if not text.isascii():
        for at, char in enumerate(text):
            if unicodedata.category(char) in ("No", "Nl") and char != "〇":
                yield Quantity(at, at + 1, char)
    for found in _ROMAN.finditer(text):
        yield Quantity(*found.span(), found[0])


def find_quantities(text: str, locale: Locale) -> tuple[Quantity, ...]:
    """Every quantity of a text, in its order; of two that overlap the one that begins first, then the longer.

    Args:
        text: as its author wrote it.
        locale: whose number words are read; the digits and signs of all are.
    """
    return _drop_overlaps([*find_number_signs(text), *_find_number_words(text, load_numerals(locale))])


def find_numbers(text: str, locale: Locale) -> tuple[Quantity, ...]:
    """Every number of a text, quantity or not, as the gate reads numbers."""
    spoken = load_numerals(locale)
    words = (
        Quantity(*found.span(), found[0]) for found in spoken.words.finditer(text) if spoken.number_from_words(found)
    )
    return _drop_overlaps([*find_number_signs(text), *_find_number_words(text, spoken), *words])


def _find_number_words(text: str, spoken: Numerals) -> Iterator[Quantity]:
    for pattern in (_SCALE, _TENS):
        for found in pattern.finditer(text):
            yield Quantity(*found.span(), found[0])
    if not text.isascii():
        for found in _HAN.finditer(text):
            yield Quantity(*found.span(), found[0])
    for found in spoken.words.finditer(text):
        read = spoken.number_from_words(found)
        if read is None or "分之" in found[0] or found[0].startswith("第"):
            continue
        if found[0].isascii():
            span, unit = _SPAN.match(text, found.end()), _UNIT.match(text, found.end())
        else:
            span, unit = _han_span().match(text, found.end()), None
        if unit or (read.size >= _TEN and not span and not _is_ordinal(found[0])):
            end = unit.end() if unit else found.end()
            yield Quantity(found.start(), end, text[found.start() : end])


@cache
def _han_span() -> re.Pattern[str]:
    return re.compile(_HAN_SPAN)


def _is_ordinal(word: str) -> bool:
    return word.isascii() and word.lower().endswith(("th", "ths", "st", "nd", "rd"))


def _drop_overlaps(found: list[Quantity]) -> tuple[Quantity, ...]:
    kept: list[Quantity] = []
    for one in sorted(found, key=lambda item: (item.start, -item.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return tuple(kept)
