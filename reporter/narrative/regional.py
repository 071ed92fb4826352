"""A book of phrases to a regional locale's book: the same wordings, their literal text in the region's words.

Facts are not touched: the region's locale tells their numbers, dates and terms when a sentence is said, so a claim
can't be changed by a conversion that never sees it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType

from reporter.language.editions import Edition, in_words
from reporter.language.locales import Locale
from reporter.narrative.phrase_tree import Branch, Call, Condition, Logic, Loop, Part, Text, Value
from reporter.narrative.phrases import PhraseBook


def in_region(book: PhraseBook, locale: Locale) -> PhraseBook:
    """The book as a regional locale says it.

    Args:
        book: phrases of the locale's base.
        locale: the regional locale; a native one gets its book back.
    """
    edition = locale.edition
    if edition is None:
        return book
    says = {
        key: replace(
            say, wordings=tuple(replace(wording, body=_parts(wording.body, edition)) for wording in say.wordings)
        )
        for key, say in book.says.items()
    }
    return PhraseBook(locale, MappingProxyType(says))


def _parts(parts: Iterable[Part], edition: Edition) -> tuple[Part, ...]:
    return tuple(_part(part, edition) for part in parts)


def _part(part: Part, edition: Edition) -> Part:
    if isinstance(part, Text):
        return replace(part, text=in_words(part.text, edition))
    if isinstance(part, Value):
        return _value(part, edition)
    if isinstance(part, Loop):
        return replace(part, over=_value(part.over, edition), body=_parts(part.body, edition))
    arms = tuple((_condition(condition, edition), _parts(body, edition)) for condition, body in part.arms)
    return Branch(arms, _parts(part.otherwise, edition))


def _condition(condition: Condition, edition: Edition) -> Condition:
    if isinstance(condition, Logic):
        return replace(condition, parts=tuple(_condition(part, edition) for part in condition.parts))
    return _value(condition, edition) if isinstance(condition, Value) else condition


def _value(value: Value, edition: Edition) -> Value:
    return replace(value, calls=tuple(_call(call, edition) for call in value.calls))


def _call(call: Call, edition: Edition) -> Call:
    """The words that a filter chooses between, as in `sign("漲", "跌")`; names of styles are no words."""
    if call.used.choices:
        return call
    args = tuple(in_words(arg, edition) if isinstance(arg, str) else arg for arg in call.args)
    options = tuple((name, in_words(arg, edition) if isinstance(arg, str) else arg) for name, arg in call.options)
    return replace(call, args=args, options=options)
