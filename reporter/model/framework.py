"""The framework of a price level: when it was set, its conditions, and the status of each since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from reporter.model.finding import Finding

Status = Literal["met", "not met", "unknown", "pending"]


@dataclass(frozen=True, slots=True)
class ConditionState:
    """One condition of a framework on a day.

    Attributes:
        id: its rule.
        side: for the level, or against it.
        name: what it is called, per locale.
        asks: the expression that is to hold.
        finding: its reading, with facts, on the day, or on its last day where that is over.
        status: met, not met, unknown, or pending where it is asked from a later day on; on that day.
        history: ISO date and status of each day since the framework was set, up to that day.
        turned: midnight UTC of the day of its last turn between met and not met, seconds since 1970; None where it
            has not turned since the framework was set. Days on which it was unknown lie between and turn nothing.
        deadline: midnight UTC of the last day on which it is asked.
        over: whether that day has passed.
    """

    id: str
    side: Literal["for", "against"]
    name: Mapping[str, str]
    asks: str
    finding: Finding
    status: Status
    history: tuple[tuple[str, Status], ...]
    turned: float | None
    deadline: float
    over: bool


@dataclass(frozen=True, slots=True)
class FrameworkState:
    """A framework on a day.

    Attributes:
        level: the price it is about.
        kind: how the level was found, an id of report.yaml's `levels`.
        above: whether the close was at the level or above it when the framework was set.
        set_date: ISO date on which it was set.
        deadline: ISO date of its last day.
        closed: how the day closed it, an id of report.yaml's `closes`; empty where it stands.
        conditions: those that were taken on the day it was set, each with its state.
    """

    level: float
    kind: str
    above: bool
    set_date: str
    deadline: str
    closed: str
    conditions: tuple[ConditionState, ...]
