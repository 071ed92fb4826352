"""What phrases and filters exchange: named facts, what a filter needs to know, and the parts of a sentence."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal

from reporter.language.locales import Locale
from reporter.model.finding import Fact
from reporter.model.metric import Citation, Unit

#: Moves of instruments are listed in per cent with one decimal.
_SHOWN = Decimal("0.001")


class UnsayableError(Exception):
    """A filter can't write this fact; whoever knows the place makes a diagnostic of it."""

    def __init__(self, what: str, hint: str = "") -> None:
        """Keep what is wrong, and what would be right."""
        super().__init__(what)
        self.what = what
        self.hint = hint


@dataclass(frozen=True, slots=True)
class NamedFact:
    """A fact as a phrase sees it.

    Attributes:
        path: its name in the finding, `moves.spx` for a member of a list.
        fact: the fact.
        stem: what the paths of its members begin with.
    """

    path: str
    fact: Fact
    stem: str = ""


@dataclass(frozen=True, slots=True)
class Voice:
    """What filters need to know beside the fact.

    Attributes:
        locale: the locale they write in.
        citations: sources by id.
        names: names that the termbase lacks (a desk's own instruments): term key → locale → name.
    """

    locale: Locale
    citations: Mapping[str, Citation]
    names: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class SentencePart:
    """A part of a sentence.

    Attributes:
        text: what the reader sees.
        of: the fact that it shows; None for literal text.
        kind: how it shows it: the filter's name.
        capital: whether it takes a capital where a sentence begins with it.
        asked: names that the branches around it ask for, all of them true.
    """

    text: str
    of: NamedFact | None = None
    kind: str = ""
    capital: bool = False
    asked: frozenset[str] = frozenset()


Say = Callable[..., tuple[SentencePart, ...]]


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter's contract, for checks before a run.

    Attributes:
        name: as phrases write it.
        units: units that it can tell; None for any.
        say: tells a fact; None for a filter that picks members of a list.
        pick: picks members; None for one that tells.
        choices: the texts that its argument `style` may be.
        counts: whether it tells a list fact (by its number of members, or all of them).
        parameters: what may stand in its brackets.
    """

    name: str
    units: frozenset[Unit] | None
    say: Say | None = None
    pick: Callable[[NamedFact], NamedFact] | None = None
    choices: tuple[str, ...] = ()
    counts: bool = False
    parameters: Mapping[str, inspect.Parameter] = field(default_factory=dict)


def list_members(named: NamedFact) -> tuple[NamedFact, ...]:
    """The parts of a list fact, each under a path of its own."""
    stem = named.stem or named.path
    keys = [member.name.removeprefix(f"{stem}.") for member in named.fact.members]
    if len(set(keys)) < len(keys):
        # Members that share a name are told apart by what they are, or failing that by their place.
        keys = [member.term.rpartition(".")[2] or str(place) for place, member in enumerate(named.fact.members, 1)]
    return tuple(NamedFact(f"{stem}.{key}", member) for key, member in zip(keys, named.fact.members, strict=True))


def pick_by_sign(named: NamedFact, which: str, sign: int) -> NamedFact:
    """The members of one sign, as a list fact of their own, `moves.ups`.

    Args:
        named: the list fact.
        which: what the part is called in phrases.
        sign: 1 for rises, −1 for falls, 0 for what is shown as unchanged.
    """
    return _select_members(named, which, lambda parts: tuple(part for part in parts if _visible_sign(part) == sign))


def drop_by_sign(named: NamedFact, which: str, sign: int) -> NamedFact:
    """The members that are not of one sign, `moves.not_up`: "every gauge rose" is true where there are none.

    Args:
        named: the list fact.
        which: what the part is called in phrases.
        sign: 1 for rises, −1 for falls, 0 for what is shown as unchanged.
    """
    return _select_members(named, which, lambda parts: tuple(part for part in parts if _visible_sign(part) != sign))


def _visible_sign(fact: Fact) -> int:
    """The sign that a reader sees: a move that is printed as 0.0% has none."""
    value = number_of(fact)
    size = Decimal(repr(abs(value))).quantize(_SHOWN, ROUND_HALF_UP) if fact.unit is Unit.FRACTION else value
    return (value > 0) - (value < 0) if size else 0


def pick_extreme(named: NamedFact, which: str, sign: int) -> NamedFact:
    """The member with the highest (or lowest) value, as a list of one, `moves.top`.

    Where another is printed with the same figure, none is told apart as the most: the list is empty.

    Args:
        named: the list fact.
        which: what the part is called in phrases.
        sign: 1 for the highest, −1 for the lowest.
    """

    def keep(parts: tuple[Fact, ...]) -> tuple[Fact, ...]:
        ranked = sorted(parts, key=lambda part: -sign * number_of(part))
        tied = len(ranked) > 1 and _round_as_printed(ranked[0]) == _round_as_printed(ranked[1])
        return () if tied else tuple(ranked[:1])

    return _select_members(named, which, keep)


def _round_as_printed(fact: Fact) -> Decimal:
    """Round a number to what a list of moves prints of it."""
    value = Decimal(repr(number_of(fact)))
    return value.quantize(_SHOWN, ROUND_HALF_UP) if fact.unit is Unit.FRACTION else value


def _select_members(named: NamedFact, which: str, keep: Callable[[tuple[Fact, ...]], tuple[Fact, ...]]) -> NamedFact:
    if named.fact.value is None:
        raise UnsayableError("is missing", f"guard it with {{% if {named.path} is known %}}")
    kept = keep(named.fact.members)
    part = replace(
        named.fact,
        name=f"{named.fact.name}.{which}",
        value=float(len(kept)),
        members=kept,
        expression=f"{which}({named.fact.expression})",
    )
    return NamedFact(f"{named.path}.{which}", part, named.stem or named.path)


def number_of(fact: Fact) -> float:
    """The fact's number.

    Raises:
        UnsayableError: it is missing, or a text.
    """
    if fact.value is None:
        raise UnsayableError("is missing", f"guard it with {{% if {fact.name} is known %}}")
    if isinstance(fact.value, str):
        raise UnsayableError(f'is the text "{fact.value}", not a number')
    return fact.value
