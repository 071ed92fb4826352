"""Current × edited report type over the same days → which briefs change, and how their text does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reporter.authoring.brief_sentences import BriefSentence, compose_sentences, metrics_until
from reporter.authoring.trial import Trial
from reporter.model.finding import Outcome, State
from reporter.pipeline.evaluate import build_memory
from reporter.rules import rank_verdicts


@dataclass(frozen=True, slots=True)
class OutcomeChange:
    """A rule whose state changes with the edit; a state is empty where there is no such rule."""

    rule: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChangedDay:
    """A day on which the edit changes the brief.

    Attributes:
        date: the day.
        turns: rules whose outcome changes.
        gone: sentences that only the current brief has.
        come: sentences that only the edited one has.
    """

    date: date
    turns: tuple[OutcomeChange, ...]
    gone: tuple[BriefSentence, ...]
    come: tuple[BriefSentence, ...]


@dataclass(frozen=True, slots=True)
class ReportDifference:
    """Number of days compared, and those on which the brief changes."""

    days: int
    changed: tuple[ChangedDay, ...]


def compare_trials(current: Trial, edited: Trial, days: range) -> ReportDifference:
    """Compare two report types over days; briefs are written only where an outcome or a fact changes.

    Args:
        current: the report type as it is.
        edited: the report type as edited, on the same metrics.
        days: positions of the days.
    """
    # Other words in the same place change every brief that holds them, so then each day has to be said.
    words = current.authored.report.books != edited.authored.report.books
    outline = current.authored.report.outline != edited.authored.report.outline
    changed = []
    for index in days:
        before, after = current.replay.evaluate_rules(index), edited.replay.evaluate_rules(index)
        if words or outline or _outcome_keys(before) != _outcome_keys(after):
            found = _compare_day(current, edited, index, (before, after))
            if found.turns or found.gone or found.come:
                changed.append(found)
    return ReportDifference(len(days), tuple(changed))


def _outcome_keys(outcomes: Sequence[Outcome]) -> list[object]:
    """The parts of outcomes that can change a brief: states, stances, weights and facts."""
    return [
        (one.rule_id, one.state, one.finding and (one.finding.stance, one.finding.weight, one.finding.facts))
        for one in outcomes
    ]


def compose_day(trial: Trial, index: int, outcomes: Sequence[Outcome]) -> tuple[BriefSentence, ...]:
    """Compose all sentences of the brief that a trial's rules and phrases would have made on one of its days.

    Args:
        trial: rules and phrases on a desk's days.
        index: position of the day.
        outcomes: what became of each rule on it.
    """
    return compose_sentences(
        trial.authored.report,
        outcomes,
        metrics_until(trial.metrics, index),
        trial.context,
        build_memory(trial.frameworks, index, trial.news),
        trial.list_news(index),
        rank_verdicts(trial.replay, outcomes, index),
    )


def _compare_day(
    current: Trial, edited: Trial, index: int, outcomes: tuple[Sequence[Outcome], Sequence[Outcome]]
) -> ChangedDay:
    before, after = (
        compose_day(trial, index, found) for trial, found in ((current, outcomes[0]), (edited, outcomes[1]))
    )
    return ChangedDay(
        date=current.metrics.dates[index],
        turns=tuple(_find_outcome_changes(*outcomes)),
        gone=tuple(line for line in before if line not in after),
        come=tuple(line for line in after if line not in before),
    )


def _find_outcome_changes(before: Sequence[Outcome], after: Sequence[Outcome]) -> list[OutcomeChange]:
    old = {one.rule_id: _state_name(one) for one in before}
    new = {one.rule_id: _state_name(one) for one in after}
    return [
        OutcomeChange(name, old.get(name, ""), new.get(name, ""))
        for name in dict.fromkeys((*old, *new))
        if old.get(name) != new.get(name) and State.FIRED in (old.get(name), new.get(name))
    ]


def _state_name(outcome: Outcome) -> str:
    return str(outcome.state)
