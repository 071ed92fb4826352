"""Memory of a brief: the outcomes of the day before, the framework, and corrections of published figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reporter.model.finding import Input, Outcome
from reporter.model.framework import FrameworkState
from reporter.model.news import NewsFact


@dataclass(frozen=True, slots=True)
class Correction:
    """A published figure whose source gives another value now.

    Attributes:
        claim: id of the claim that stated it.
        old: the reading as it was published.
        new: the same metric of the same day and period as it is known now.
    """

    claim: str
    old: Input
    new: Input


@dataclass(frozen=True, slots=True)
class PublishedStatements:
    """What a published brief has stated of prices, as its ledger has it.

    Attributes:
        slug: the brief's folder.
        date: its date.
        digest: SHA-256 of its ledger's file.
        above: the upper price of its ending; None where it has none.
        below: the lower price of its ending.
        level: the level that it names conditions for and against; None where it names none.
    """

    slug: str
    date: date
    digest: str
    above: float | None
    below: float | None
    level: float | None


@dataclass(frozen=True, slots=True)
class Memory:
    """State carried into today's brief; nothing is stored between runs, all is replayed or given.

    Attributes:
        framework: the framework that stands at the end of the day, or None.
        ended: the one that the day closed, or None.
        before: what became of each rule the day before, with what was known then; empty on the first day.
        corrections: figures of the brief named by `--previous` that have changed since.
        news: the ranked facts of the days before, newest first: what has led them.
        history: what the briefs of the folder named by `--history` have stated.
    """

    framework: FrameworkState | None = None
    ended: FrameworkState | None = None
    before: tuple[Outcome, ...] = ()
    corrections: tuple[Correction, ...] = ()
    news: tuple[tuple[NewsFact, ...], ...] = ()
    history: tuple[PublishedStatements, ...] = ()
