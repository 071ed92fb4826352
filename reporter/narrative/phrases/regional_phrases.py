"""A phrase book → a regional locale's book: the same wordings, literal text converted to regional words.

Facts are not touched: the region's locale tells their numbers, dates and terms when a sentence is said, so a claim
can't be changed by a conversion that never sees it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType

from reporter.language.locales import Locale
from reporter.language.regional_editions import RegionalEdition, convert_words
from reporter.narrative.phrases.phrase_tree import (
    Branch,
    Condition,
    FactValue,
    FilterCall,
    LogicalCondition,
    Loop,
    Part,
    PhraseText,
    Wording,
)
from reporter.narrative.phrases.phrases import PhraseBook
from reporter.narrative.phrases.wording_relations import list_word_uses


def to_regional_book(book: PhraseBook, locale: Locale) -> PhraseBook:
    """Convert a phrase book to a regional locale.

    Args:
        book: phrases of the locale's base.
        locale: the regional locale; a native one gets its book back.
    """
    edition = locale.edition
    if edition is None:
        return book
    says = {
        key: replace(
            say,
            wordings=tuple(_convert_wording(wording, locale, edition) for wording in say.wordings),
        )
        for key, say in book.says.items()
    }
    return PhraseBook(locale, MappingProxyType(says), book)


def _convert_wording(wording: Wording, locale: Locale, edition: RegionalEdition) -> Wording:
    body = _convert_parts(wording.body, edition)
    # Where the base has none of them, the region, which has the same words in its own script, has none either.
    return replace(wording, body=body, uses=list_word_uses(body, locale) if wording.uses else ())


def _convert_parts(parts: Iterable[Part], edition: RegionalEdition) -> tuple[Part, ...]:
    return tuple(_convert_part(part, edition) for part in parts)


def _convert_part(part: Part, edition: RegionalEdition) -> Part:
    if isinstance(part, PhraseText):
        return replace(part, text=convert_words(part.text, edition))
    if isinstance(part, FactValue):
        return _convert_value(part, edition)
    if isinstance(part, Loop):
        return replace(part, over=_convert_value(part.over, edition), body=_convert_parts(part.body, edition))
    arms = tuple(
        (_convert_condition(condition, edition), _convert_parts(body, edition)) for condition, body in part.arms
    )
    return Branch(arms, _convert_parts(part.otherwise, edition))


def _convert_condition(condition: Condition, edition: RegionalEdition) -> Condition:
    if isinstance(condition, LogicalCondition):
        return replace(condition, parts=tuple(_convert_condition(part, edition) for part in condition.parts))
    return _convert_value(condition, edition) if isinstance(condition, FactValue) else condition


def _convert_value(value: FactValue, edition: RegionalEdition) -> FactValue:
    return replace(value, calls=tuple(_convert_call(call, edition) for call in value.calls))


def _convert_call(call: FilterCall, edition: RegionalEdition) -> FilterCall:
    """Convert the words in a filter's arguments, as in `sign("漲", "跌")`; names of styles stay."""
    if call.used.choices:
        return call
    args = tuple(convert_words(arg, edition) if isinstance(arg, str) else arg for arg in call.args)
    options = tuple((name, convert_words(arg, edition) if isinstance(arg, str) else arg) for name, arg in call.options)
    return replace(call, args=args, options=options)
