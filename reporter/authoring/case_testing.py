"""Cases → results of running and probing them, also as JUnit XML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from xml.etree import ElementTree as Xml

from reporter.authoring.brief_sentences import list_forms, make_sayer
from reporter.authoring.trial import AuthoredReport
from reporter.diagnostics.errors import HeldError, InputError
from reporter.model.finding import Finding, State
from reporter.model.metric import Unit
from reporter.rules import Replay
from reporter.rules.analysis.case_runner import CaseResult, run_case
from reporter.rules.book.rule_book import Case, Rule
from reporter.rules.expressions.condition_leaves import iterate_leaves
from reporter.rules.expressions.literals import format_literal
from reporter.rules.expressions.tree import Compare, MetricName, literal_value, walk_tree

_WHOLE = (Unit.COUNT, Unit.DAYS, Unit.BOOL, Unit.INSTANT)


@dataclass(frozen=True, slots=True)
class Probe:
    """A case with one reading moved to a threshold or just beyond it, or left out, and the rule's state then.

    Attributes:
        rule: the rule.
        case: name of the case whose world it is.
        metric: what was moved, and `value` to where; None is missing.
        limit: the threshold that it was moved to or just beyond; None where it is missing.
        unit: its unit.
        state: what the rule is then.
        fault: what went wrong, or empty.
    """

    rule: str
    case: str
    metric: str
    value: float | None
    limit: float | None
    unit: Unit
    state: str
    fault: str

    @property
    def reading_text(self) -> str:
        """The moved reading in the notation of rules."""
        if self.value is None or self.limit is None or self.value == self.limit:
            return f"{self.metric} = {format_literal(self.value, self.unit)}"
        side = "above" if self.value > self.limit else "below"
        return f"{self.metric} just {side} {format_literal(self.limit, self.unit)}"


def run_cases(authored: AuthoredReport, cases: Sequence[Case]) -> tuple[CaseResult, ...]:
    """Run cases and compare their states, facts and texts with what is expected."""
    say = make_sayer(authored.report.books, authored.case_context)
    return tuple(run_case(authored.report.rules, authored.case_worlds, case, say) for case in cases)


def run_probes(authored: AuthoredReport, cases: Sequence[Case]) -> tuple[Probe, ...]:
    """Probe each firing case: move each reading to its thresholds, just beyond them, and leave it out.

    Whatever fires then must be sayable in every locale and form, with what is present.
    """
    rules = {rule.id: rule for rule in authored.report.rules.rules}
    firing: dict[str, Case] = {}
    for case in cases:
        if case.expect is State.FIRED:
            firing.setdefault(case.rule, case)
    return tuple(probe for case in firing.values() for probe in _iterate_probes(authored, rules[case.rule], case))


def _iterate_probes(authored: AuthoredReport, rule: Rule, case: Case) -> Iterator[Probe]:
    conditions = {name: found.tree for name, found in authored.report.rules.conditions.items()}
    limits: dict[str, dict[float, None]] = {name: {} for name in case.given}
    for leaf in iterate_leaves(rule.when.tree, conditions):
        if isinstance(leaf, Compare):
            found = [value for item in leaf.items if (value := literal_value(item)) is not None]
            for part in walk_tree(leaf):
                if isinstance(part, MetricName) and part.id in limits:
                    limits[part.id] |= dict.fromkeys(found)
    for metric, thresholds in limits.items():
        spec = authored.registry[metric]
        yield _run_probe(authored, case, metric, None, None)
        for limit in thresholds:
            step = 1.0 if spec.unit in _WHOLE else max(abs(limit) * 1e-6, 1e-9)
            for value in (limit - step, limit, limit + step):
                if spec.low <= value <= spec.high:
                    yield _run_probe(authored, case, metric, value, limit)


def _run_probe(authored: AuthoredReport, case: Case, metric: str, value: float | None, limit: float | None) -> Probe:
    given: Mapping[str, tuple[float | None, ...]] = {**case.given, metric: (*case.given[metric][:-1], value)}
    moved = replace(case, given=given)
    unit = authored.registry[metric].unit
    state, fault = "", ""
    try:
        world = authored.case_worlds.make_metrics(moved.given, moved.date, moved.events)
        outcome = Replay(authored.report.rules, world, moved.fired).evaluate_rule(case.rule, world.today_index)
        state = str(outcome.state)
        if outcome.finding is not None:
            _say_every_form(authored, outcome.finding)
    except (HeldError, InputError) as error:
        fault = str(error)
    return Probe(case.rule, case.name, metric, value, limit, unit, state, fault)


def _say_every_form(authored: AuthoredReport, finding: Finding) -> None:
    """Say a finding in every form, wording and locale, to find phrases that fail.

    Raises:
        InputError: a phrase asks for what isn't there.
    """
    say = make_sayer(authored.report.books, authored.case_context)
    for form in list_forms(authored.report.books, finding.id):
        say(finding, form)


def format_junit(results: Sequence[CaseResult], probes: Sequence[Probe]) -> str:
    """Format results as JUnit XML: a suite a rule, a test a case, and the probes that failed."""
    suites: dict[str, Xml.Element] = {}
    for result in results:
        suite = _get_suite(suites, result.case.rule)
        test = Xml.SubElement(suite, "testcase", classname=result.case.rule, name=result.case.name)
        test.set("file", result.case.place.rpartition(":")[0])
        if result.faults:
            Xml.SubElement(test, "failure", message=result.faults[0]).text = "\n".join(result.faults)
    for probe in probes:
        if probe.fault:
            test = Xml.SubElement(
                _get_suite(suites, probe.rule), "testcase", classname=probe.rule, name=probe.reading_text
            )
            Xml.SubElement(test, "failure", message=probe.fault).text = probe.fault
    root = Xml.Element("testsuites")
    for suite in suites.values():
        suite.set("tests", str(len(suite)))
        suite.set("failures", str(sum(1 for _ in suite.iter("failure"))))
        root.append(suite)
    Xml.indent(root)
    return Xml.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _get_suite(suites: dict[str, Xml.Element], rule: str) -> Xml.Element:
    return suites.setdefault(rule, Xml.Element("testsuite", name=rule))
