"""Rules × a desk's days or their cases → counts of their states, with sample sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from reporter.authoring.brief_sentences import sample_sentences
from reporter.authoring.result_tables import DaySample
from reporter.authoring.trial import AuthoredReport, Trial
from reporter.rules import Replay
from reporter.rules.book.rule_book import Rule
from reporter.rules.engine.history import RuleCoverage, RuleHistory, count_coverage, review_rules


def backtest_rules(
    trial: Trial, rules: Sequence[Rule], days: range, samples: int
) -> tuple[RuleHistory, Mapping[str, tuple[DaySample, ...]]]:
    """Evaluate rules over a range of days and sample their sentences.

    Args:
        trial: the report type on a desk's days.
        rules: which rules.
        days: positions of the days.
        samples: how many sentences a rule; the days are spread over those on which it fired.
    """
    history = review_rules(trial.replay, rules, days)
    said = {
        record.rule: _sample_sentences(trial, record.rule, _spread_days(record.dates, samples))
        for record in history.records
    }
    return history, {name: found for name, found in said.items() if found}


def _spread_days(days: Sequence[date], count: int) -> list[date]:
    """Choose days spread evenly from the first to the last."""
    if len(days) <= count or count < 2:
        return list(days[-count:]) if count else []
    return [days[at * (len(days) - 1) // (count - 1)] for at in range(count)]


def _sample_sentences(trial: Trial, rule: str, days: Sequence[date]) -> tuple[DaySample, ...]:
    found = []
    for day in days:
        index = trial.metrics.find_position(day)
        finding = trial.replay.evaluate_rule(rule, index).finding
        if finding is not None:
            context = replace(trial.context, date=day)
            found.append(DaySample(day, sample_sentences(trial.authored.report.books, finding, context)))
    return tuple(found)


def cover_days(trial: Trial, rules: Sequence[Rule], days: range) -> tuple[RuleCoverage, ...]:
    """Count the coverage of rules over a desk's days.

    Args:
        trial: the report type on the desk's days.
        rules: the rules to count.
        days: positions of the days.
    """
    return tuple(count_coverage(trial.replay, rule, days) for rule in rules)


def cover_cases(authored: AuthoredReport, rules: Sequence[Rule]) -> tuple[RuleCoverage, ...]:
    """Count the coverage of each rule by its own cases."""
    found = []
    for rule in rules:
        seen = RuleCoverage(rule.id)
        for case in authored.cases:
            if case.rule == rule.id:
                world = authored.case_worlds.make_metrics(case.given, case.date, case.events)
                replay = Replay(authored.report.rules, world, case.fired)
                seen = count_coverage(replay, rule, [world.today_index], seen)
        found.append(seen)
    return tuple(found)
