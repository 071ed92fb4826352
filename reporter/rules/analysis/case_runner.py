"""Run a test case: case × rules → what differs from its expectations, in sentences; nothing where it passes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isclose

from reporter.diagnostics.errors import HeldError, InputError
from reporter.model.finding import Finding, Outcome
from reporter.rules.analysis.case_worlds import CaseWorlds
from reporter.rules.book.rule_book import Case, RuleBook
from reporter.rules.engine.evaluate import Replay

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


def run_case(book: RuleBook, worlds: CaseWorlds, case: Case, say: Say | None = None) -> CaseResult:
    """Evaluate a case's rule on the case's metrics and compare the outcome with what is expected.

    Args:
        book: the rules.
        worlds: makes the case's world.
        case: the case.
        say: says findings; without it texts are not compared.
    """
    metrics = worlds.make_metrics(case.given, case.date, case.events)
    try:
        outcome = Replay(book, metrics, case.fired).evaluate_rule(case.rule, metrics.today_index)
    except HeldError as error:
        return CaseResult(case, None, (str(error),))
    faults = [*_check_state(case, outcome), *_check_facts(case, outcome)]
    if say is not None and case.text and outcome.finding is not None:
        faults += _check_texts(case, outcome.finding, say)
    return CaseResult(case, outcome, tuple(faults))


def _check_state(case: Case, outcome: Outcome) -> list[str]:
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


def _check_facts(case: Case, outcome: Outcome) -> list[str]:
    faults = []
    for name, wanted in case.facts.items():
        fact = outcome.finding.find_fact(name) if outcome.finding else None
        value = fact.value if fact else None
        same = value == wanted or (
            isinstance(value, float | int)
            and wanted is not None
            and isclose(value, wanted, rel_tol=1e-9, abs_tol=1e-12)
        )
        if outcome.finding is None:
            faults.append(f'there is no finding, so no fact "{name}"')
        elif not same:
            faults.append(f'fact "{name}" is {_format_value(value)}; expected {_format_value(wanted)}')
    return faults


def _check_texts(case: Case, finding: Finding, say: Say) -> list[str]:
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


def _format_value(value: object) -> str:
    return "missing" if value is None else f"{value:.12g}" if isinstance(value, float) else str(value)
