"""Conditions and facts in the ledger: recorded as rules decided them, and computed again without rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from typing import Any

import pytest

from reporter.verify.gate.ledger_checks import check_ledger
from reporter.verify.ledger.ledger_model import FindingRecord, Ledger, StepRecord
from reporter.verify.recompute.conditions import check_reasonings
from tests.briefs import REAL, ROOT, SAMPLES, composed


@cache
def record(day: str = "") -> Ledger:
    if day and not (ROOT / "../shared/market/DATES.md").is_file():
        pytest.skip("the real series do not lie beside the project")
    desk, at = (REAL, date.fromisoformat(day)) if day else (SAMPLES / "btc-2026-02", None)
    return composed(desk, at, editions=("article", "chat")).record


def finding(ledger: Ledger, key: str) -> FindingRecord:
    return next(one for one in ledger.findings if one.id == key)


def steps(step: StepRecord) -> Iterator[StepRecord]:
    yield step
    for part in step.parts:
        yield from steps(part)


def changed(step: StepRecord, at: StepRecord, **values: Any) -> StepRecord:
    """The same parts with one of them otherwise."""
    if step is at:
        return step.model_copy(update=values)
    return step.model_copy(update={"parts": tuple(changed(part, at, **values) for part in step.parts)})


def with_condition(ledger: Ledger, one: FindingRecord, condition: StepRecord) -> Ledger:
    assert one.reasoning is not None
    new = one.model_copy(update={"reasoning": one.reasoning.model_copy(update={"condition": condition})})
    return ledger.model_copy(update={"findings": tuple(new if f.id == one.id else f for f in ledger.findings)})


def test_every_finding_of_a_rule_has_its_condition_as_written() -> None:
    ledger = record()

    lead = finding(ledger, "lead.rebound").reasoning
    assert lead is not None
    assert (lead.date, lead.decided_by) == ("2026-02-06", "when")
    assert lead.text == "big_rise and after_shock and price.retraced_share >= 25%"
    rules = (ROOT / "templates/market_brief/rules/lead.yaml").read_text("utf-8").splitlines()
    line = next(at for at, text in enumerate(rules, 1) if text.endswith(f"when: {lead.text}"))
    assert lead.place == f"market_brief/rules/lead.yaml:{line}:11"
    share = next(step for step in steps(lead.condition) if step.text == "price.retraced_share >= 25%")
    assert [(part.text, part.value) for part in share.parts][1] == ("25%", 0.25)
    assert {one.id for one in ledger.findings if one.reasoning is None and one.rule} == set()


def test_a_finding_that_has_ended_is_judged_by_its_own_day() -> None:
    ledger = record("2024-11-07")

    ended = finding(ledger, "flows.streak_out").reasoning
    assert ended is not None
    assert (ended.date, ended.condition.value) == ("2024-11-06", True)
    assert list(check_ledger(ledger)) == []


@pytest.mark.parametrize("day", ["", "2026-02-06", "2025-10-10", "2020-03-12"])
def test_no_truth_of_a_condition_can_be_turned_alone(day: str) -> None:
    ledger = record(day)
    passed = []
    for one in ledger.findings:
        alone = ledger.model_copy(update={"findings": (one,)})
        for step in steps(one.reasoning.condition) if one.reasoning else ():
            # What a function of its own gives rests on more days than a ledger lists.
            if not isinstance(step.value, bool) or step.is_ in {"call", "truth", "metric"}:
                continue
            turned = changed(one.reasoning.condition, step, value=not step.value) if one.reasoning else step
            if not list(check_reasonings(with_condition(alone, one, turned), {})):
                passed.append(f"{one.id}: {step.text}")

    assert passed == []


def _first(test: Callable[[StepRecord], bool], condition: StepRecord) -> StepRecord:
    return next(step for step in steps(condition) if test(step))


def test_a_side_of_a_comparison_is_held_to_the_readings() -> None:
    ledger = record()
    reasoned = [(one, one.reasoning.condition) for one in ledger.findings if one.reasoning is not None]
    one, condition = next(pair for pair in reasoned if any(step.text == "price.close" for step in steps(pair[1])))
    close = _first(lambda step: step.text == "price.close", condition)
    wrong = with_condition(ledger, one, changed(condition, close, value=70_500.0))

    whys = [fault.what for fault in check_ledger(wrong)]

    assert f'"finding {one.id}": price.close is 70500, and from its parts it is 69980' in whys


def test_a_threshold_is_held_to_what_the_rule_says() -> None:
    ledger = record()
    one = finding(ledger, "lead.rebound")
    assert one.reasoning is not None
    limit = _first(lambda step: step.text == "25%", one.reasoning.condition)
    wrong = with_condition(ledger, one, changed(one.reasoning.condition, limit, value=0.2))

    assert '"finding lead.rebound": 25% is 0.2, and from its parts it is 0.25' in [
        fault.what for fault in check_ledger(wrong)
    ]


def test_a_finding_whose_condition_does_not_hold_is_a_fault() -> None:
    ledger = record()
    one = finding(ledger, "lead.rebound")
    assert one.reasoning is not None
    why = one.reasoning.model_copy(update={"decided_by": "until"})
    new = one.model_copy(update={"reasoning": why})
    wrong = ledger.model_copy(update={"findings": tuple(new if f.id == one.id else f for f in ledger.findings)})

    assert [fault.what for fault in check_ledger(wrong)] == [
        '"finding lead.rebound": '
        "its condition (big_rise and after_shock and price.retraced_share >= 25%) is true and is told as holding"
    ]


def test_how_many_rose_is_counted_again() -> None:
    ledger = record()
    one = finding(ledger, "macro.reversal")
    # The chart's title counts what this finding lists.
    up = next(fact for fact in finding(ledger, "figure.macro").facts if fact.name == "up")
    assert up.made is not None
    wrong_fact = up.model_copy(update={"value": 3.0, "made": up.made.model_copy(update={"value": 3.0})})
    new = one.model_copy(update={"facts": (*one.facts, wrong_fact)})
    wrong = ledger.model_copy(update={"findings": tuple(new if f.id == one.id else f for f in ledger.findings)})

    whys = [one.what for one in check_ledger(wrong) if one.what.startswith('"finding macro.reversal, fact up"')]
    assert any(why.endswith("is 3, and of what equities lists it is 4") for why in whys)
