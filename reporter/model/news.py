"""News: what a metric declares about how its values are news, and the facts that are found, with why they rank."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from math import prod
from typing import Final, Literal

#: A move of the price on which a value that repeats the day before to the last digit is a stale one.
STALE_ON: Final = 0.02
#: How a series behaves. A level wanders (a price, open interest), a change has a sign and no memory (a day's return,
#: a flow), an amount has no sign (a range, liquidations). What is rare in one is common in another.
Behaviour = Literal["level", "change", "amount"]
Topic = Literal["price", "futures", "liquidations", "flows", "volatility", "markets", "coins", "sentiment", "onchain"]


@dataclass(frozen=True, slots=True)
class News:
    """How a metric's values are news.

    Attributes:
        behaviour: how the series behaves.
        topic: what its facts are about; a front takes the best of each topic.
        up: kind of fact that a high value is; empty where none is told.
        down: kind of fact that a low value is, or a fall where the series is one of changes.
        least: observations below which "the highest in the data" is not told, because the data are too short for it.
        magnitude: size in the metric's unit below which a change counts in proportion; 0 for none.
        never_repeats: whether a value that equals the day before's to the last digit, on a day that moved, is stale.
        window: days in a row whose closes it needs; a window with a gap is not as long as it says.
        only: metric that is 1 on days whose value counts; empty where all do.
    """

    behaviour: Behaviour
    topic: Topic
    up: str = ""
    down: str = ""
    least: int = 365
    magnitude: float = 0.0
    never_repeats: bool = False
    window: int = 0
    only: str = ""


@dataclass(frozen=True, slots=True)
class Factor:
    """A number that a fact's surprise is multiplied by, and why."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class NewsFact:
    """Something about a day that may be news.

    Attributes:
        kind: what kind of fact, `lowest_close`; the weights' table has them all.
        metric: the metric that it is about.
        topic: what it is about.
        day: the day.
        value: the metric's value on the day, in its unit.
        direction: 1 up, -1 down.
        since: date of the last observation at least as extreme; None where there is none in the data.
        gap_days: days from that date; None where there is none.
        gap: comparable observations in a row, before the day's, that are less extreme.
        tied: whether the observation of `since` equals the day's: it is matched, and not passed.
        rank: place among all comparable observations so far, 1 for the most extreme; None where none is asked for.
        of: how many comparable observations there are, the day's among them.
        rank_year: place among those of the last 365 days.
        first: date of the first comparable observation: from when the data go.
        on_record: whether none in data that are long enough is as extreme.
        partial: whether its source covers a part of the market: no total, and never a record.
        streak: length of a run, signed; None where it is none.
        level: the round level, or price, that was crossed or touched; None where it is none.
        subject: key of the instrument, for other markets; else empty.
        figures: other figures that a sentence about it needs, by name.
        same_as: name of a better fact of the day that tells the same happening; empty where there is none.
        bits: surprise.
        weight: how much readers ask for the kind.
        factors: what else surprise is multiplied by.
        novelty: 1 for what the last days' facts have not told, less where they have.
        pinned: whether the desk has said that it leads the day.
    """

    kind: str
    metric: str
    topic: Topic
    day: date
    value: float
    direction: int
    since: date | None = None
    gap_days: int | None = None
    gap: int = 0
    tied: bool = False
    rank: int | None = None
    of: int | None = None
    rank_year: int | None = None
    first: date | None = None
    on_record: bool = False
    partial: bool = False
    streak: int | None = None
    level: float | None = None
    subject: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)
    same_as: str = ""
    bits: float = 0.0
    weight: float = 1.0
    factors: tuple[Factor, ...] = ()
    novelty: float = 1.0
    pinned: bool = False

    @property
    def name(self) -> str:
        """Kind and, where there is one, instrument: `equity_fall.spx`."""
        return f"{self.kind}.{self.subject}" if self.subject else self.kind

    @property
    def score(self) -> float:
        """Weight, bits, factors and novelty multiplied; facts are ranked by it."""
        return self.weight * self.bits * self.novelty * prod(factor.value for factor in self.factors)
