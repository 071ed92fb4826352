"""Closes and arguments about levels → what became of a statement, and on which day.

What is asked of later days is asked of closes, as the briefs ask it. Where a close that could have decided is missing,
what became of the statement is unknown; where the days are not over, it is open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from reporter.model.framework import ConditionState, FrameworkState
from reporter.model.timestamps import to_midnight
from reporter.rules import Frameworks

#: So many days an ending has to be decided, and after so many the close is held against that of a verdict's day.
HORIZON = 7
OPEN, UNKNOWN = "open", "unknown"

Closes = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a statement, and the position of the day that settled it; None where none has."""

    outcome: str
    day: int | None = None


@dataclass(frozen=True, slots=True)
class FrameworkLife:
    """An argument about a level from the day it was set to its last.

    Attributes:
        state: as of its last day, or of the newest where it still stands.
        end: position of its last day; None where it still stands.
    """

    state: FrameworkState
    end: int | None


def find_first_passing(closes: Closes, day: int, above: float, below: float, last: int | None = None) -> Settled:
    """Find which of two prices a close passes first.

    Args:
        closes: one a day, None where there is none.
        day: position of the day on which the prices were told; later closes count.
        above: the upper price; a close has to be above it.
        below: the lower price; a close has to be below it.
        last: position of the last day that counts; seven days later where it is left out.

    Returns:
        `above` or `below` with the day, `neither` with the last day, or open or unknown.
    """
    last = day + HORIZON if last is None else last
    for at in range(day + 1, last + 1):
        if at >= len(closes):
            return Settled(OPEN)
        close = closes[at]
        if close is None:
            return Settled(UNKNOWN)
        if close > above or close < below:
            return Settled("above" if close > above else "below", at)
    return Settled("neither", last)


def judge_decider(
    closes: Closes, day: int, above: float, below: float, due: float, day_ends: Sequence[float | None]
) -> Settled:
    """Judge whether an ending was decided by the first close at or after the time that was given for it.

    Args:
        closes: one a day.
        day: position of the day of the brief.
        above: the ending's upper price.
        below: its lower one.
        due: the time, seconds since 1970 UTC.
        day_ends: when each day ends, seconds since 1970 UTC.

    Returns:
        `decided` or `undecided` with the day, or open or unknown.
    """
    known = enumerate(day_ends)
    last = next((at for at, end in known if at > day and end is not None and end >= due), None)
    found = find_first_passing(closes, day, above, below, len(closes) if last is None else last)
    if found.day is None:
        return found
    return Settled("undecided" if found.outcome == "neither" else "decided", found.day)


def judge_direction(closes: Closes, day: int) -> Settled:
    """Judge whether the close seven days after a day is `up` on its own, `down` or `unchanged`."""
    if day + HORIZON >= len(closes):
        return Settled(OPEN)
    moved = find_return(closes, day, HORIZON)
    if moved is None:
        return Settled(UNKNOWN)
    return Settled("up" if moved > 0 else "down" if moved < 0 else "unchanged", day + HORIZON)


def find_return(closes: Closes, day: int, days: int) -> float | None:
    """Return the move from a day's close to that of some days later as a fraction; None where one is missing."""
    before, after = closes[day], closes[day + days] if day + days < len(closes) else None
    return None if before is None or after is None or before == 0 else after / before - 1


def list_lives(frameworks: Frameworks, days: int) -> dict[str, FrameworkLife]:
    """List the arguments about levels by the ISO date on which each was set.

    Args:
        frameworks: the arguments of all days.
        days: how many days there are.
    """
    found: dict[str, FrameworkLife] = {}
    for day in range(days):
        closed = frameworks.find_closed(day)
        if closed is not None:
            found[closed.set_date] = FrameworkLife(closed, day)
    standing = frameworks.find_standing(days - 1) if days else None
    if standing is not None:
        found[standing.set_date] = FrameworkLife(standing, None)
    return found


def judge_level(life: FrameworkLife, closes: Closes) -> Settled:
    """Judge on which side of a level the close was on the last day of the argument about it.

    Returns:
        `held` or `lost` where the close was at the level or above it when it was set, else `won` or `not won`.
    """
    if life.end is None:
        return Settled(OPEN)
    close = closes[life.end]
    if close is None:
        return Settled(UNKNOWN)
    stands = close >= life.state.level
    names = ("held", "lost") if life.state.above else ("won", "not won")
    return Settled(names[0] if stands else names[1], life.end)


def count_closes(life: FrameworkLife, closes: Closes, start: int) -> tuple[int, int]:
    """Count the closes after the day a level was set up to its last: those at it or above, and all that are known."""
    last = len(closes) - 1 if life.end is None else life.end
    known = [close for close in closes[start + 1 : last + 1] if close is not None]
    return sum(close >= life.state.level for close in known), len(known)


def judge_condition(condition: ConditionState, told: str, *, ended: bool) -> tuple[str, str]:
    """Judge what became of a condition that a brief has told.

    One that was not met has until its last day to be; one that was met has to be so on its last day. Where the argument
    about the level ends first, it is `dropped`, unless it was met before.

    Args:
        condition: as of the last day of the argument.
        told: ISO date of the brief that told it.
        ended: whether the argument has ended.

    Returns:
        `met`, `not met`, `dropped`, open or unknown, and the ISO date of the day that settled it, or an empty text.
    """
    asked = [(day, status) for day, status in condition.history if day >= told]
    if not asked:
        return UNKNOWN, ""
    last_day, last = asked[-1]
    complete = condition.over or _is_last_day(last_day, condition.deadline)
    if asked[0][1] != "met":
        met = next((day for day, status in asked if status == "met"), "")
        if met:
            return "met", met
        if complete:
            known = any(status == "not met" for _, status in asked)
            return ("not met", last_day) if known else (UNKNOWN, "")
    elif complete:
        return (UNKNOWN, "") if last in ("unknown", "pending") else (last, last_day)
    return ("dropped", last_day) if ended else (OPEN, "")


def _is_last_day(day: str, deadline: float) -> bool:
    return to_midnight(date.fromisoformat(day)) >= deadline


def index_conditions(life: FrameworkLife) -> Mapping[str, ConditionState]:
    """Index the conditions of an argument by their rules."""
    return {condition.id: condition for condition in life.state.conditions}
