"""A test case × the rules → what is wrong with it, in the words of a reader; nothing where it is right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isclose

from reporter.errors import HeldError, InputError
from reporter.model.finding import Finding, Outcome
from reporter.rules.book import Case, RuleBook
from reporter.rules.evaluate import Replay
from reporter.rules.world import Worlds

#: A finding and a form → locale → every way in which it can be said.
Say = Callable[[Finding, str], Mapping[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A case that was run.

    Attributes:
        case: the case.
        outcome: what became of its rule; None where the world can't be judged.
        faults: what was expected and isn't so, each in a sentence.
    """

    case: Case
    outcome: Outcome | None
    faults: tuple[str, ...]


def run_case(book: RuleBook, worlds: Worlds, case: Case, say: Say | None = None) -> CaseResult:
    """Run a case.

    Args:
        book: the rules.
        worlds: makes the case's world.
        case: the case.
        say: says findings; without it texts are not compared.
    """
    metrics = worlds.make(case.given, case.date, case.events)
    try:
        outcome = Replay(book, metrics, case.fired).outcome(case.rule, metrics.today)
    except HeldError as error:
        return CaseResult(case, None, (str(error),))
    faults = [*_state(case, outcome), *_facts(case, outcome)]
    if say is not None and case.text and outcome.finding is not None:
        faults += _texts(case, outcome.finding, say)
    return CaseResult(case, outcome, tuple(faults))


def _state(case: Case, outcome: Outcome) -> list[str]:
    faults = []
    if outcome.state != case.expect:
        lacks = f" for want of {', '.join(outcome.missing)}" if outcome.state == "unknown" else ""
        by = f" by {', '.join(outcome.by)}" if outcome.by else ""
        faults.append(f"it is {outcome.state}{by}{lacks}; expected {case.expect}")
    if case.missing is not None and set(case.missing) != set(outcome.missing):
        faults.append(f"missing is [{', '.join(outcome.missing)}]; expected [{', '.join(case.missing)}]")
    if case.by is not None and set(case.by) != set(outcome.by):
        faults.append(f"it is suppressed by [{', '.join(outcome.by)}]; expected [{', '.join(case.by)}]")
    return faults


def _facts(case: Case, outcome: Outcome) -> list[str]:
    faults = []
    for name, wanted in case.facts.items():
        fact = outcome.finding.fact(name) if outcome.finding else None
        value = fact.value if fact else None
        same = value == wanted or (
            isinstance(value, float | int)
            and wanted is not None
            and isclose(value, wanted, rel_tol=1e-9, abs_tol=1e-12)
        )
        if outcome.finding is None:
            faults.append(f'there is no finding, so no fact "{name}"')
        elif not same:
            faults.append(f'fact "{name}" is {_shown(value)}; expected {_shown(wanted)}')
    return faults


def _texts(case: Case, finding: Finding, say: Say) -> list[str]:
    try:
        ways = say(finding, case.form)
    except InputError as error:
        return [str(error)]
    faults = []
    for locale, text in case.text.items():
        if locale not in ways:
            faults.append(f'no locale "{locale}" is loaded')
        elif text not in ways[locale]:
            said = '" or "'.join(ways[locale])
            faults.append(f'{locale}: it says "{said}"; expected "{text}"')
    return faults


def _shown(value: object) -> str:
    return "missing" if value is None else f"{value:.12g}" if isinstance(value, float) else str(value)
