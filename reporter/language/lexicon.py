"""Sign and size of a move → the word for it.

A move of a price or of an index is told by its size, which is what its readers compare: where "plunged" begins is each
language's own. Other moves are told by their rung in their own history, which is the same in every locale.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from reporter.language.locales import Ladder, Locale
from reporter.language.numbers import shows_as_zero
from reporter.model.finding import Fact
from reporter.model.metric import LadderClass, Unit

#: The plain word (rose, fell): it says the direction and nothing about the size.
PLAIN_RUNG = 2
#: Sizes of moves are compared as they are printed, with one decimal of a per cent.
_SHOWN = Decimal("0.001")


def printable_rung(value: float, unit: Unit, rung: int | None, decimals: int = 1) -> int:
    """The rung whose words may be printed for a value.

    A value that is shown as zero is no move, whatever its history says; a move that was never ranked
    gets the plain word.

    Args:
        value: the move, in `unit`.
        unit: of the move.
        rung: 0 (unchanged) to 4 (extreme), or None.
        decimals: with which the value is shown.
    """
    if shows_as_zero(value, unit, decimals):
        return 0
    return PLAIN_RUNG if rung is None else rung


def word_rung(fact: Fact, words: Ladder, decimals: int = 1) -> int:
    """The rung of the word that tells a move: by its size where the ladder has sizes, else by its own history.

    The size is that which is printed with one decimal, so that moves which a reader sees as equal have one word.

    Args:
        fact: the move; its value is a number.
        words: the ladder's words in a language.
        decimals: how many of them the value beside the word shows.
    """
    value = _numeric_value(fact)
    rung = printable_rung(value, fact.unit, fact.rung, decimals)
    if fact.unit is not Unit.FRACTION or not words.sizes:
        return rung
    if shows_as_zero(value, fact.unit, decimals):
        return 0
    size = Decimal(repr(abs(value))).quantize(_SHOWN, ROUND_HALF_UP)
    return 1 + sum(size >= Decimal(repr(least)) for least in words.sizes)


def move_verb(fact: Fact, ladder: LadderClass, locale: Locale, decimals: int = 1) -> str:
    """The verb of a move: edged up, rose, jumped, surged; was little changed, was unchanged.

    Only a change of nothing is unchanged; one that is shown as zero, 0.0%, is little changed.

    Args:
        fact: the move; its value is a number.
        ladder: which words.
        locale: in which language.
        decimals: how many of them the value beside the word shows.
    """
    words, value = locale.lexicon.ladders[ladder], _numeric_value(fact)
    flat = words.unchanged if value == 0 else words.flat
    return _choose_word(words.up, words.down, flat, value, word_rung(fact, words, decimals))


def move_verb_now(fact: Fact, ladder: LadderClass, locale: Locale, decimals: int = 1) -> str:
    """The verb of a move in the present tense, for headlines: edges up, rises, jumps, surges.

    Args:
        fact: the move; its value is a number.
        ladder: which words.
        locale: in which language.
        decimals: how many of them the value beside the word shows.
    """
    words = locale.lexicon.ladders[ladder]
    rung = word_rung(fact, words, decimals)
    return _choose_word(words.up_now, words.down_now, words.flat_now, _numeric_value(fact), rung)


def move_noun(fact: Fact, ladder: LadderClass, locale: Locale) -> str:
    """The noun of a move: small gain, rise, jump, surge.

    Args:
        fact: the move.
        ladder: which words its moves are told with.
        locale: whose words.
    """
    words, value = locale.lexicon.ladders[ladder], _numeric_value(fact)
    return _choose_word(words.up_nouns, words.down_nouns, words.flat_noun, value, word_rung(fact, words))


def flow_noun(value: float, locale: Locale) -> str:
    """The noun that carries a flow's sign: net inflow, net outflow, no net flow."""
    if value == 0:
        return locale.lexicon.no_flow
    return locale.lexicon.inflow if value > 0 else locale.lexicon.outflow


def retracement_word(share: float, locale: Locale) -> str:
    """How much of a leg was taken back: part of (below one half), most of, all of (from one up).

    Raises:
        ValueError: nothing was taken back, so there is nothing to say.
    """
    if not share > 0:
        raise ValueError("nothing was retraced")
    exact = Decimal(repr(float(share)))
    part, most, all_of = locale.lexicon.retraced
    if exact >= 1:
        return all_of
    return most if exact >= Decimal("0.5") else part


def _numeric_value(fact: Fact) -> float:
    if not isinstance(fact.value, float | int):
        raise TypeError(f"{fact.name} is no number")
    return fact.value


def _choose_word(up: tuple[str, ...], down: tuple[str, ...], flat: str, value: float, rung: int) -> str:
    if rung == 0:
        return flat
    return (up if value > 0 else down)[rung - 1]
