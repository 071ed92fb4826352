"""Conditions and facts in the ledger: recorded as rules decided them, and computed again without rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.verify.gate.ledger_checks import check_ledger
from reporter.verify.ledger.ledger_model import FindingRecord, Ledger, StepRecord
from reporter.verify.recompute.conditions import check_reasonings, check_steps
from reporter.verify.recompute.history import History
from tests.briefs import REAL, ROOT, SAMPLES, composed
from tests.news.test_headlines import make_brief


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


@pytest.mark.long
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
            if not list(check_reasonings(with_condition(alone, one, turned), History({}))):
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


def streak_step(told: float, bound: str = "0%") -> StepRecord:
    """`streak(price.return_1d < 0%)` as a ledger has it, of a day on which the condition holds."""
    metric = StepRecord(text="price.return_1d", is_="metric", value=-0.01)
    asked = StepRecord(
        text=f"price.return_1d < {bound}",
        is_="compare",
        value=True,
        signs=("<",),
        parts=(metric, StepRecord(text=bound, is_="number", value=float(bound.rstrip("%")) / 100)),
    )
    return StepRecord(text=f"streak({asked.text})", is_="call", value=told, signs=("streak",), parts=(asked,))


LAST = date(2026, 2, 6)


def known(values: Sequence[float]) -> dict[tuple[str, str], float]:
    """Readings of the last days, the newest first."""
    return {("price.return_1d", (LAST - timedelta(days=back)).isoformat()): value for back, value in enumerate(values)}


@given(before=st.lists(st.sampled_from([-0.03, -0.01, 0.0, 0.02]), min_size=1, max_size=12), told=st.integers(1, 14))
def test_a_streak_is_as_long_as_the_readings_say(before: list[float], told: int) -> None:
    values = [-0.01, *before, 0.02]
    right = next(length for length, value in enumerate(values) if value >= 0)

    found = list(check_steps(streak_step(float(told)), LAST.isoformat(), History(known(values))))

    # Of a run that is told too long and of one that is told too short the gate sees another length.
    assert (found == []) is (told == right)


def test_a_streak_is_judged_as_far_as_readings_go() -> None:
    def whys(told: float, values: Sequence[float]) -> list[str]:
        return list(check_steps(streak_step(told), LAST.isoformat(), History(known(values))))

    assert whys(3.0, [-0.01, -0.01]) == []
    assert whys(3.0, [-0.01, -0.01, 0.01]) == [
        "streak(price.return_1d < 0%) is 3, and from its parts it is 2",
    ]
    assert whys(2.0, [-0.01] * 5) == ["streak(price.return_1d < 0%) is 2, and from its parts it is 3"]


@pytest.mark.parametrize(("days", "listed", "readings"), [(60, 60, None), (62, 12, 62)])
def test_a_run_of_sixty_days_has_all_its_readings_in_the_ledger(
    tmp_path: Path, days: int, listed: int, readings: int | None
) -> None:
    rising = [60_000.0 * 1.001**day for day in range(days + 1)]
    ledger = make_brief(tmp_path, [*[61_000.0 - 10.0 * day for day in range(30)], *rising]).record

    told = next(one for one in ledger.claims if (one.finding, one.fact) == ("news.streak_up", "run"))
    assert (len(told.inputs), told.readings) == (listed, readings)
    assert list(check_ledger(ledger)) == []
