"""Words of direction: sign and rung in, one word out; the same sign and rung in every locale."""

from __future__ import annotations

from decimal import Decimal

from reporter.language.locales import Locale
from reporter.language.numbers import shows_as_zero
from reporter.model.finding import Fact
from reporter.model.metric import LadderClass, Unit

#: The plain word (rose, fell): it says the direction and nothing about the size.
PLAIN_RUNG = 2


def told_rung(value: float, unit: Unit, rung: int | None, decimals: int = 1) -> int:
    """The rung that words may use.

    A value that is shown as zero is no move, whatever its history says; a move that was never ranked
    gets the plain word.
    """
    if shows_as_zero(value, unit, decimals):
        return 0
    return PLAIN_RUNG if rung is None else rung


def moved(fact: Fact, ladder: LadderClass, locale: Locale, decimals: int = 1) -> str:
    """The verb of a move: edged up, rose, jumped, surged; was little changed, was unchanged.

    Only a change of nothing is unchanged; one that is shown as zero, 0.0%, is little changed.

    Args:
        fact: the move; its value is a number.
        ladder: which words.
        locale: in which language.
        decimals: how many of them the value beside the word shows.
    """
    words, value = locale.lexicon.ladders[ladder], _value(fact)
    flat = words.unchanged if value == 0 else words.flat
    return _on(words.up, words.down, flat, value, told_rung(value, fact.unit, fact.rung, decimals))


def move_noun(fact: Fact, ladder: LadderClass, locale: Locale) -> str:
    """The noun of a move: small gain, rise, jump, surge."""
    words, value = locale.lexicon.ladders[ladder], _value(fact)
    return _on(words.up_nouns, words.down_nouns, words.flat_noun, value, told_rung(value, fact.unit, fact.rung))


def flow(value: float, locale: Locale) -> str:
    """The noun that carries a flow's sign: net inflow, net outflow, no net flow."""
    if value == 0:
        return locale.lexicon.no_flow
    return locale.lexicon.inflow if value > 0 else locale.lexicon.outflow


def retraced(share: float, locale: Locale) -> str:
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


def _value(fact: Fact) -> float:
    if not isinstance(fact.value, float | int):
        raise TypeError(f"{fact.name} is no number")
    return fact.value


def _on(up: tuple[str, ...], down: tuple[str, ...], flat: str, value: float, rung: int) -> str:
    if rung == 0:
        return flat
    return (up if value > 0 else down)[rung - 1]
