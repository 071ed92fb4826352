"""How often: what followed an event on earlier days, against all days, and how rarely two things meet on one day.

Words such as "usually" and "rarely" may rest on these alone. Everything is known on the day that asks: an outcome
counts only once its horizon is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Final

#: Fewer cases than this are no rate, and are not told.
LEAST_CASES: Final = 3

#: Day by day, whether something held; None where it can't be known.
Held = Sequence[bool | None]


@dataclass(frozen=True, slots=True)
class BaseRate:
    """How often an outcome followed an event, and how often it followed any day.

    Attributes:
        cases: days of the event whose outcome is known.
        hits: of those, days that the outcome followed.
        all_cases: all days whose outcome is known.
        all_hits: of those, days that the outcome followed.
    """

    cases: int
    hits: int
    all_cases: int
    all_hits: int

    @property
    def share(self) -> float:
        """Share of the event's days that the outcome followed."""
        return self.hits / self.cases

    @property
    def usual_share(self) -> float:
        """Share of all days that the outcome followed: what the event's share is to be told beside."""
        return self.all_hits / self.all_cases


@dataclass(frozen=True, slots=True)
class PairRarity:
    """How often two things held on one day.

    Attributes:
        days: days on which both are known, the day that asks among them.
        times: of those, days on which both held.
        last: position of the last such day before; None where there is none.
    """

    days: int
    times: int
    last: int | None


def compute_base_rate(
    event: Held, outcome: Held, horizon: int, today: int, later: Sequence[int | None] | None = None
) -> BaseRate | None:
    """Count what followed an event, as known on a day.

    Args:
        event: whether it happened, a day.
        outcome: whether what is asked for holds on a day that lies `horizon` days after the event.
        horizon: days from the event to the outcome, 1 or more.
        today: position of the day that asks; no later one is looked at.
        later: of each day the position of the one that lies the horizon after it, None where there is none; positions
            that differ by the horizon where it is left out.

    Returns:
        The rate; None where fewer than three days of the event have a known outcome.

    Raises:
        ValueError: the horizon is below 1.
    """
    if horizon < 1:
        raise ValueError(f"an outcome {horizon} days after its event")
    asked: Held
    followed: Held
    if later is None:
        asked, followed = event[: max(today - horizon + 1, 0)], outcome[horizon : today + 1]
    else:
        ends = [(day, end) for day, end in enumerate(later[: today + 1]) if end is not None and end <= today]
        asked, followed = [event[day] for day, _ in ends], [outcome[end] for _, end in ends]
    all_days = [then for then in followed if then is not None]
    cases = [then for then in compress(followed, asked) if then is not None]
    if len(cases) < LEAST_CASES:
        return None
    return BaseRate(len(cases), sum(cases), len(all_days), sum(all_days))


def count_pair(first: Held, second: Held, today: int) -> PairRarity:
    """Count the days, up to one, on which two things held together.

    Args:
        first: whether the one held, a day.
        second: whether the other did.
        today: position of the day that asks.
    """
    known = [day for day in range(today + 1) if first[day] is not None and second[day] is not None]
    both = [day for day in known if first[day] and second[day]]
    return PairRarity(len(known), len(both), next((day for day in reversed(both) if day < today), None))
