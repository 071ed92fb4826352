"""What days, or cases, have shown of each rule."""

from __future__ import annotations

from collections.abc import Sequence

from reporter.editing.trial import Authored, Trial
from reporter.rules import Replay
from reporter.rules.book import Rule
from reporter.rules.history import Seen, cover


def cover_days(trial: Trial, rules: Sequence[Rule], days: range) -> tuple[Seen, ...]:
    """Count over a desk's days."""
    return tuple(cover(trial.replay, rule, days) for rule in rules)


def cover_cases(authored: Authored, rules: Sequence[Rule]) -> tuple[Seen, ...]:
    """Count over the last day of each rule's own cases."""
    found = []
    for rule in rules:
        seen = Seen(rule.id)
        for case in authored.cases:
            if case.rule == rule.id:
                world = authored.worlds.make(case.given, case.date, case.events)
                replay = Replay(authored.report.rules, world, case.fired)
                seen = cover(replay, rule, [world.today], seen)
        found.append(seen)
    return tuple(found)
