"""An edited report type beside the current one, over the same days: which briefs change, and how their text does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reporter.editing.speech import Line, brief, until
from reporter.editing.trial import Trial
from reporter.model.finding import Outcome, State
from reporter.pipeline import remembered


@dataclass(frozen=True, slots=True)
class Turn:
    """A rule that is another thing after the edit; empty where there is no such rule."""

    rule: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A day whose brief changes.

    Attributes:
        date: the day.
        turns: rules whose outcome changes.
        gone: sentences that only the current brief has.
        come: sentences that only the edited one has.
    """

    date: date
    turns: tuple[Turn, ...]
    gone: tuple[Line, ...]
    come: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """All days of a range: how many were compared, and those that change."""

    days: int
    changed: tuple[Changed, ...]


def compare(current: Trial, edited: Trial, days: range) -> Difference:
    """Compare two report types over days. A brief is said in full only where an outcome or a fact changes."""
    # Other words in the same place change every brief that holds them, so then each day has to be said.
    words = current.authored.report.books != edited.authored.report.books
    outline = current.authored.report.outline != edited.authored.report.outline
    changed = []
    for index in days:
        before, after = current.replay.outcomes(index), edited.replay.outcomes(index)
        if words or outline or _told(before) != _told(after):
            found = _changed(current, edited, index, (before, after))
            if found.turns or found.gone or found.come:
                changed.append(found)
    return Difference(len(days), tuple(changed))


def _told(outcomes: Sequence[Outcome]) -> list[object]:
    """What of outcomes can change a brief: states and facts, not where a rule stands in its file."""
    return [
        (one.rule_id, one.state, one.finding and (one.finding.stance, one.finding.weight, one.finding.facts))
        for one in outcomes
    ]


def _changed(
    current: Trial, edited: Trial, index: int, outcomes: tuple[Sequence[Outcome], Sequence[Outcome]]
) -> Changed:
    before, after = (
        brief(
            trial.authored.report,
            found,
            until(trial.metrics, index),
            trial.context,
            remembered(trial.frameworks, index),
        )
        for trial, found in ((current, outcomes[0]), (edited, outcomes[1]))
    )
    return Changed(
        date=current.metrics.dates[index],
        turns=tuple(_turns(*outcomes)),
        gone=tuple(line for line in before if line not in after),
        come=tuple(line for line in after if line not in before),
    )


def _turns(before: Sequence[Outcome], after: Sequence[Outcome]) -> list[Turn]:
    old = {one.rule_id: _state(one) for one in before}
    new = {one.rule_id: _state(one) for one in after}
    return [
        Turn(name, old.get(name, ""), new.get(name, ""))
        for name in dict.fromkeys((*old, *new))
        if old.get(name) != new.get(name) and State.FIRED in (old.get(name), new.get(name))
    ]


def _state(outcome: Outcome) -> str:
    return str(outcome.state)
