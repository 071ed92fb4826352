"""Cases and probes run; their results as JUnit XML for machines that read that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from xml.etree import ElementTree as Xml

from reporter.editing.speech import forms_of, sayer
from reporter.editing.trial import Authored
from reporter.errors import HeldError, InputError
from reporter.model.finding import Finding, State
from reporter.model.metric import Unit
from reporter.rules import Replay
from reporter.rules.book import Case, Rule
from reporter.rules.cases import CaseResult, run_case
from reporter.rules.leaves import leaves
from reporter.rules.plain import plain
from reporter.rules.tree import Compare, Metric, literal, walk

_WHOLE = (Unit.COUNT, Unit.DAYS, Unit.BOOL, Unit.INSTANT)


@dataclass(frozen=True, slots=True)
class Probe:
    """A case's world with one reading moved to a threshold, to one side of it, or taken away.

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
    def shown(self) -> str:
        """The reading as an editor writes it."""
        if self.value is None or self.limit is None or self.value == self.limit:
            return f"{self.metric} = {plain(self.value, self.unit)}"
        side = "above" if self.value > self.limit else "below"
        return f"{self.metric} just {side} {plain(self.limit, self.unit)}"


def run_cases(authored: Authored, cases: Sequence[Case]) -> tuple[CaseResult, ...]:
    """Run cases, their texts too."""
    say = sayer(authored.report.books, authored.case_context)
    return tuple(run_case(authored.report.rules, authored.worlds, case, say) for case in cases)


def run_probes(authored: Authored, cases: Sequence[Case]) -> tuple[Probe, ...]:
    """Move each reading of each case that fires to the thresholds it is compared with, and beyond, and away.

    Whatever fires then must be sayable in every locale and form, with what is present.
    """
    rules = {rule.id: rule for rule in authored.report.rules.rules}
    firing: dict[str, Case] = {}
    for case in cases:
        if case.expect is State.FIRED:
            firing.setdefault(case.rule, case)
    return tuple(probe for case in firing.values() for probe in _probes(authored, rules[case.rule], case))


def _probes(authored: Authored, rule: Rule, case: Case) -> Iterator[Probe]:
    conditions = {name: found.tree for name, found in authored.report.rules.conditions.items()}
    limits: dict[str, dict[float, None]] = {name: {} for name in case.given}
    for leaf in leaves(rule.when.tree, conditions):
        if isinstance(leaf, Compare):
            found = [value for item in leaf.items if (value := literal(item)) is not None]
            for part in walk(leaf):
                if isinstance(part, Metric) and part.id in limits:
                    limits[part.id] |= dict.fromkeys(found)
    for metric, thresholds in limits.items():
        spec = authored.registry[metric]
        yield _probe(authored, case, metric, None, None)
        for limit in thresholds:
            step = 1.0 if spec.unit in _WHOLE else max(abs(limit) * 1e-6, 1e-9)
            for value in (limit - step, limit, limit + step):
                if spec.low <= value <= spec.high:
                    yield _probe(authored, case, metric, value, limit)


def _probe(authored: Authored, case: Case, metric: str, value: float | None, limit: float | None) -> Probe:
    given: Mapping[str, tuple[float | None, ...]] = {**case.given, metric: (*case.given[metric][:-1], value)}
    moved = replace(case, given=given)
    unit = authored.registry[metric].unit
    state, fault = "", ""
    try:
        world = authored.worlds.make(moved.given, moved.date, moved.events)
        outcome = Replay(authored.report.rules, world, moved.fired).outcome(case.rule, world.today)
        state = str(outcome.state)
        if outcome.finding is not None:
            _say_all(authored, outcome.finding)
    except (HeldError, InputError) as error:
        fault = str(error)
    return Probe(case.rule, case.name, metric, value, limit, unit, state, fault)


def _say_all(authored: Authored, finding: Finding) -> None:
    """Say a finding in every form, wording and locale.

    Raises:
        InputError: a phrase asks for what isn't there.
    """
    say = sayer(authored.report.books, authored.case_context)
    for form in forms_of(authored.report.books, finding.id):
        say(finding, form)


def junit(results: Sequence[CaseResult], probes: Sequence[Probe]) -> str:
    """Results as JUnit XML: a suite a rule, a test a case, and the probes that went wrong."""
    suites: dict[str, Xml.Element] = {}
    for result in results:
        suite = _suite(suites, result.case.rule)
        test = Xml.SubElement(suite, "testcase", classname=result.case.rule, name=result.case.name)
        test.set("file", result.case.place.rpartition(":")[0])
        if result.faults:
            Xml.SubElement(test, "failure", message=result.faults[0]).text = "\n".join(result.faults)
    for probe in probes:
        if probe.fault:
            test = Xml.SubElement(_suite(suites, probe.rule), "testcase", classname=probe.rule, name=probe.shown)
            Xml.SubElement(test, "failure", message=probe.fault).text = probe.fault
    root = Xml.Element("testsuites")
    for suite in suites.values():
        suite.set("tests", str(len(suite)))
        suite.set("failures", str(sum(1 for _ in suite.iter("failure"))))
        root.append(suite)
    Xml.indent(root)
    return Xml.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(suites: dict[str, Xml.Element], rule: str) -> Xml.Element:
    return suites.setdefault(rule, Xml.Element("testsuite", name=rule))
