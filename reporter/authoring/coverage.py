"""Rules × days or cases → coverage: how often each rule was true, false and unknown."""

from __future__ import annotations

from collections.abc import Sequence

from reporter.authoring.trial import AuthoredReport, Trial
from reporter.rules import Replay
from reporter.rules.book.rule_book import Rule
from reporter.rules.engine.history import RuleCoverage, count_coverage


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
