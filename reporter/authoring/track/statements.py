"""A trial's days → what the brief of each states that later days bear out or not.

A statement is in no language. It is read off the plan of the day's article, so nothing counts that no reader was told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from reporter.authoring.brief_sentences import metrics_until
from reporter.authoring.trial import Trial
from reporter.model.finding import Finding
from reporter.model.framework import FrameworkState
from reporter.model.verdict import BRANCHES
from reporter.narrative.plan.argument import CLAIM, CONCESSION
from reporter.narrative.plan_model import PlannedSection, Slot
from reporter.pipeline.compose import plan_statements
from reporter.pipeline.evaluate import build_memory
from reporter.rules import rank_verdicts

Kind = Literal["level", "condition", "ending", "decider", "verdict"]
KINDS: tuple[Kind, ...] = ("level", "condition", "ending", "decider", "verdict")


@dataclass(frozen=True, slots=True)
class Statement:
    """What a brief states of a level, a condition, an ending, a reading that is to decide it, or in a verdict.

    Attributes:
        day: position of the brief's day.
        kind: which of these it is.
        id: the finding that says it; of a condition its rule, of a level the name of how it was found.
        told_as: of a level `above` or `below`, where the close was when it was set; of a condition its status on the
            day; of an ending `verdict` or `move`, whose prices they are; of what decides its topic; of a verdict
            `thesis`, `beside` it or `against` it.
        stance: of the finding; empty for levels and conditions.
        prices: `level`, or `above` and `below`; of a verdict none.
        due: when what decides is known, seconds since 1970 UTC; None for all else.
        set_date: ISO date on which the argument about the level was set; empty for all else.
        finding: the finding itself, by which a page names it; None for levels.
    """

    day: int
    kind: Kind
    id: str
    told_as: str
    stance: str = ""
    prices: Mapping[str, float] = field(default_factory=dict)
    due: float | None = None
    set_date: str = ""
    finding: Finding | None = None


def list_statements(trial: Trial, days: range) -> tuple[Statement, ...]:
    """List what the briefs of some days state, in order of the days.

    An argument about a level is counted once, on the first day that tells it, and not at all where it was set before
    the first of the days: an earlier brief has told it.

    Args:
        trial: the report type on a desk's days.
        days: their positions.
    """
    found: list[Statement] = []
    told: set[str] = set()
    first = trial.metrics.dates[days.start].isoformat()
    for day in days:
        sections, framework = _plan_day(trial, day)
        found += _list_verdicts(trial, sections, day)
        found += _list_ending(trial, sections, day)
        if framework is not None and framework.set_date >= first and framework.set_date not in told:
            arguments = tuple(_list_argument(sections, framework, day))
            told |= {framework.set_date} if arguments else set()
            found += arguments
    return tuple(found)


def _plan_day(trial: Trial, day: int) -> tuple[tuple[PlannedSection, ...], FrameworkState | None]:
    outcomes = trial.replay.evaluate_rules(day)
    memory = build_memory(trial.frameworks, day, trial.news)
    verdicts = rank_verdicts(trial.replay, outcomes, day)
    metrics = metrics_until(trial.metrics, day)
    context, news = replace(trial.context, date=metrics.dates[-1]), trial.list_news(day)
    sections = plan_statements(trial.authored.report, outcomes, metrics, memory, news, context, verdicts)
    return sections, memory.framework


def _list_slots(sections: Sequence[PlannedSection]) -> Iterator[Slot]:
    for section in sections:
        for slots in section.paragraphs:
            yield from slots


def _list_verdicts(trial: Trial, sections: Sequence[PlannedSection], day: int) -> Iterator[Statement]:
    """List the verdicts that a day's argument tells: the thesis, what bears it out, or what speaks against it."""
    role = "thesis"
    for slot in _list_slots(sections):
        if slot.form in (CLAIM, CONCESSION) and is_verdict(trial, slot.finding):
            told_as = "against" if slot.form == CONCESSION else role
            yield Statement(day, "verdict", slot.finding.id, told_as, slot.finding.stance, finding=slot.finding)
            role = "beside"


def is_verdict(trial: Trial, finding: Finding) -> bool:
    """Return whether a finding is of a rule that is a verdict."""
    return bool(finding.rule) and trial.replay.get_rule(finding.id).verdict is not None


def _list_ending(trial: Trial, sections: Sequence[PlannedSection], day: int) -> Iterator[Statement]:
    """List the ending of a day: its two prices, and what decides between them."""
    for section in sections:
        for slots in section.paragraphs:
            branches = [slot for slot in slots if slot.form in BRANCHES]
            if not branches:
                continue
            finding, prices = branches[0].finding, _read_branches(branches[0].finding)
            whose = "verdict" if is_verdict(trial, finding) else "move"
            yield Statement(day, "ending", finding.id, whose, finding.stance, prices, finding=finding)
            for slot in slots[len(branches) :]:
                due = read_number(slot.finding, "date")
                if due is not None:
                    one = slot.finding
                    yield Statement(day, "decider", one.id, one.topic, one.stance, prices, due, finding=one)
            return


def _read_branches(finding: Finding) -> dict[str, float]:
    read = {name: read_number(finding, name) for name in BRANCHES.values()}
    return {name: value for name, value in read.items() if value is not None}


def read_number(finding: Finding, name: str) -> float | None:
    """Return the number that a fact of a finding has; None where it has none."""
    fact = finding.find_fact(name)
    return float(fact.value) if fact is not None and isinstance(fact.value, float | int) else None


def _list_argument(sections: Sequence[PlannedSection], framework: FrameworkState, day: int) -> Iterator[Statement]:
    """List a level and the conditions that are told of it, where a day's article argues about it."""
    sides = [side for section in sections for side in section.sides]
    if not sides:
        return
    told_as, prices = "above" if framework.above else "below", {"level": framework.level}
    yield Statement(day, "level", framework.kind, told_as, prices=prices, set_date=framework.set_date)
    for side in sides:
        for item in side.items:
            name = item.slot.finding.id
            yield Statement(day, "condition", name, item.status, "", prices, None, framework.set_date)
