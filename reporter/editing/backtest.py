"""Rules over years of a desk's days, with sentences that they said on some of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from reporter.editing.speech import sample
from reporter.editing.tables import Sample
from reporter.editing.trial import Trial
from reporter.rules.book import Rule
from reporter.rules.history import History, review


def backtest(
    trial: Trial, rules: Sequence[Rule], days: range, samples: int
) -> tuple[History, Mapping[str, tuple[Sample, ...]]]:
    """Review rules over days.

    Args:
        trial: the report type on a desk's days.
        rules: which rules.
        days: positions of the days.
        samples: how many sentences a rule; the days are spread over those on which it fired.
    """
    history = review(trial.replay, rules, days)
    said = {record.rule: _said(trial, record.rule, _spread(record.dates, samples)) for record in history.records}
    return history, {name: found for name, found in said.items() if found}


def _spread(days: Sequence[date], count: int) -> list[date]:
    """The first day, the last and some between."""
    if len(days) <= count or count < 2:
        return list(days[-count:]) if count else []
    return [days[at * (len(days) - 1) // (count - 1)] for at in range(count)]


def _said(trial: Trial, rule: str, days: Sequence[date]) -> tuple[Sample, ...]:
    found = []
    for day in days:
        index = (day - trial.metrics.dates[0]).days
        finding = trial.replay.outcome(rule, index).finding
        if finding is not None:
            context = replace(trial.context, date=day)
            found.append(Sample(day, sample(trial.authored.report.books, finding, context)))
    return tuple(found)
