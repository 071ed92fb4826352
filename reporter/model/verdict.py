"""A verdict of a day with its rarity: how often it has held, and on how many days of the week before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reporter.model.finding import Finding
from reporter.model.news import Topic

#: The forms of an ending's two branches → the fact that each is about; a branch is told where it is known.
BRANCHES: Mapping[str, str] = {"if_above": "above", "if_below": "below"}


@dataclass(frozen=True, slots=True)
class RankedVerdict:
    """A verdict that fired on a day.

    Attributes:
        finding: it, with its facts.
        between: the topics of its readings.
        instead: the rules whose sentences would say the same again.
        doubted: whether something speaks against it that its phrases name.
        held: on how many days of the year before it held, this one left out.
        known: on how many of them it was known whether it did.
        score: bits of its rarity, less for each day of the week before on which it held.
    """

    finding: Finding
    between: tuple[Topic, ...]
    instead: tuple[str, ...]
    doubted: bool
    held: int
    known: int
    score: float
