"""The rules that come with the program: their cases are right, and every rule has the cases it needs."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import cast

import pytest

from reporter.authoring.case_drafts import draft_cases, format_draft
from reporter.authoring.case_testing import run_cases, run_probes
from reporter.authoring.json_schemas import build_expression_pattern
from reporter.authoring.report_lint import lint_report
from reporter.authoring.trial import AuthoredReport, open_authored_report
from reporter.model.finding import State
from reporter.rules import Frameworks

#: Rules that ask for nothing that could be missing: an event either is there or isn't, a list counts what it has.
_NEVER_UNKNOWN = re.compile(r"^(fired|has_event|known_count)\(")


@pytest.fixture(scope="module")
def shipped() -> AuthoredReport:
    return open_authored_report(None, None)


def test_every_case_is_right(shipped: AuthoredReport) -> None:
    wrong = [(one.case.place, one.case.name, one.faults) for one in run_cases(shipped, shipped.cases) if one.faults]
    assert wrong == []


@pytest.mark.long
def test_whatever_fires_at_a_threshold_or_with_a_gap_can_be_said(shipped: AuthoredReport) -> None:
    assert [(probe.reading_text, probe.fault) for probe in run_probes(shipped, shipped.cases) if probe.fault] == []


def test_every_rule_has_cases_that_fire_and_that_do_not(shipped: AuthoredReport) -> None:
    states: dict[str, set[State]] = defaultdict(set)
    for case in shipped.cases:
        states[case.rule].add(case.expect)
    rules = shipped.report.rules.rules
    assert [rule.id for rule in rules if State.FIRED not in states[rule.id]] == []
    silent = {State.NOT_FIRED, State.PENDING, State.SUPPRESSED}
    assert [rule.id for rule in rules if not states[rule.id] & silent] == []


def test_every_rule_has_a_case_with_a_gap(shipped: AuthoredReport) -> None:
    gaps = {
        case.rule
        for case in shipped.cases
        if any(None in values for values in case.given.values()) or case.expect is State.UNKNOWN
    }
    lacking = [
        rule.id
        for rule in shipped.report.rules.rules
        if rule.id not in gaps and not _NEVER_UNKNOWN.match(rule.when.text)
    ]
    assert lacking == []


@pytest.mark.long
def test_no_rule_is_lost_by_lint(shipped: AuthoredReport) -> None:
    kinds = "never always shadowed overlap gap until mixed equality percent unsaid idle"
    grave = {f"rules.{kind}" for kind in kinds.split()}
    found = [(flaw.rule, flaw.code, flaw.what) for flaw in lint_report(shipped) if not flaw.ignored]
    assert [flaw for flaw in found if flaw[1] in grave] == []


@pytest.mark.long
def test_a_condition_that_most_days_could_not_turn_is_a_flaw(shipped: AuthoredReport) -> None:
    class Counted:
        def count_out_of_reach(self) -> dict[str, tuple[int, int]]:
            return {"for.realised": (30, 16), "for.band": (30, 15)}

    found = [flaw for flaw in lint_report(shipped, cast(Frameworks, Counted())) if flaw.code == "rules.far"]
    assert [(flaw.rule, flaw.what) for flaw in found] == [
        ("for.realised", "on 16 of 30 days on which a framework was set it lay too far from its bound to turn")
    ]


def test_a_draft_is_a_file_of_cases_that_are_right(shipped: AuthoredReport) -> None:
    rule = next(rule for rule in shipped.report.rules.rules if rule.id == "price.size")
    cases = draft_cases(shipped, rule)
    assert [one.faults for one in run_cases(shipped, cases)] == [()] * len(cases)
    assert {case.expect for case in cases} == {State.FIRED, State.NOT_FIRED, State.UNKNOWN}
    assert next(format_draft(cases, shipped.registry)) == "  - rule: price.size"


def test_the_schema_knows_every_shipped_expression(shipped: AuthoredReport) -> None:
    pattern = re.compile(build_expression_pattern(shipped.registry))
    texts = [
        expression.text
        for rule in shipped.report.rules.rules
        for expression in (rule.when, *rule.facts.values(), *([rule.until] if rule.until else []))
    ]
    assert [text for text in texts if not pattern.match(text)] == []


@pytest.mark.parametrize("text", ["price.retrun_1d > 5%", "abs(price.close_) > 1", 'fired("lead.crash") and x.y'])
def test_the_schema_underlines_a_metric_that_there_is_not(shipped: AuthoredReport, text: str) -> None:
    assert re.match(build_expression_pattern(shipped.registry), text) is None
