"""What looks back over a ledger's readings, computed again from them alone, against pandas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.verify.gate.ledger_checks import check_ledger
from reporter.verify.ledger.ledger_model import Ledger, StepRecord, StretchRecord
from reporter.verify.recompute.conditions import check_reasonings, check_steps
from reporter.verify.recompute.history import History, parse_number
from tests.briefs import REAL, ROOT, SAMPLES, composed

LAST = date(2026, 2, 6)
METRIC = "price.return_1d"
#: Values of a metric, the last of them today's; today's is known.
DAYS = st.lists(st.sampled_from([-0.03, -0.01, 0.0, 0.02, None]), min_size=1, max_size=90).map(lambda own: [*own, 0.01])
#: Functions whose value rests on more days than a claim names.
LOOKING_BACK = {"percentile", "days_since", "first_since", "streak", "mean_over", "max_over", "min_over"}


def stretch(values: Sequence[float | None], *, begins: bool = True, sources: Sequence[str] = ()) -> StretchRecord:
    first = LAST - timedelta(days=len(values) - 1)
    changes = tuple(
        ((first + timedelta(days=at)).isoformat(), source)
        for at, source in enumerate(sources)
        if at == 0 or sources[at - 1] != source
    )
    return StretchRecord(
        metric=METRIC,
        first=first.isoformat(),
        begins=begins,
        values=tuple(values),
        sources=changes or ((first.isoformat(), "a"),),
    )


def call(name: str, told: float | None, *more: StepRecord, now: float | None = 0.01) -> StepRecord:
    metric = StepRecord(text=METRIC, is_="metric", value=now)
    return StepRecord(text=f"{name}({METRIC}, …)", is_="call", value=told, signs=(name,), parts=(metric, *more))


def number(value: int) -> StepRecord:
    return StepRecord(text=str(value), is_="number", value=float(value))


def above_zero(name: str, told: float | None, value: bool = True) -> StepRecord:
    metric = StepRecord(text=METRIC, is_="metric", value=0.01)
    zero = StepRecord(text="0%", is_="number", value=0.0)
    asked = StepRecord(text=f"{METRIC} > 0%", is_="compare", value=value, signs=(">",), parts=(metric, zero))
    return StepRecord(text=f"{name}({asked.text})", is_="call", value=told, signs=(name,), parts=(asked,))


def found(step: StepRecord, *records: StretchRecord) -> Any:
    return History({}, records).evaluate(step, LAST)


@given(DAYS, st.integers(2, 100))
def test_a_percentile_is_the_share_of_the_last_known_values(values: list[float | None], days: int) -> None:
    known = pd.Series(values, dtype=float).dropna().tail(days)
    right = float((known <= known.iloc[-1]).mean()) if len(known) * 2 >= days else None

    assert found(call("percentile", right, number(days)), stretch(values)) == (
        None if right is None else pytest.approx(right)
    )


@given(DAYS, st.integers(2, 100), st.sampled_from(["max_over", "min_over", "mean_over"]))
def test_a_window_is_reduced_over_its_known_days(values: list[float | None], days: int, name: str) -> None:
    window = pd.Series(values, dtype=float).tail(days)
    right = getattr(window, name.partition("_")[0])() if window.count() * 2 >= days else None

    assert found(call(name, right, number(days)), stretch(values)) == (None if right is None else pytest.approx(right))


@given(DAYS)
def test_days_since_are_counted_back_to_the_last_day_that_is_known_to_hold(values: list[float | None]) -> None:
    holds = pd.Series(values, dtype=float) > 0
    before = holds[:-1][holds[:-1]].index

    assert found(above_zero("days_since", 0.0), stretch(values)) == 0.0
    assert found(above_zero("first_since", None), stretch(values)) == (
        len(values) - 1 - before[-1] if len(before) else None
    )


@pytest.mark.parametrize("told", [61, 99, 100, 101, 400])
def test_a_run_of_more_than_sixty_days_is_counted(told: int) -> None:
    values = [-0.01, *([0.01] * 100)]

    whys = list(check_steps(above_zero("streak", float(told)), LAST.isoformat(), History({}, [stretch(values)])))

    what = f"streak({METRIC} > 0%) is {told}, and from its parts it is 100"
    assert whys == ([] if told == 100 else [what])


def test_a_run_that_is_as_long_as_the_data_ends_with_them() -> None:
    assert found(above_zero("streak", 30.0), stretch([0.01] * 30)) == 30.0
    with pytest.raises(LookupError):
        found(above_zero("streak", 30.0), stretch([0.01] * 30, begins=False))


def test_days_of_another_source_are_passed_over() -> None:
    values, sources = [0.5, 0.5, 0.005, 0.02, 0.01], ["a", "a", "b", "b", "b"]

    assert found(call("percentile", None, number(4)), stretch(values, sources=sources)) == pytest.approx(2 / 3)
    assert found(call("max_over", None, number(5)), stretch(values, sources=sources)) == 0.02
    assert found(call("change", None, number(3)), stretch(values, sources=sources)) is None
    assert found(call("change", None, number(2)), stretch(values, sources=sources)) == pytest.approx(0.005)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5%", 0.05),
        ("25bp", 0.0025),
        ("500m", 5e8),
        ("1bn", 1e9),
        ("3k", 3e3),
        ("30d", 30.0),
        ("-2.5", -2.5),
        ("x", None),
    ],
)
def test_numbers_are_read_as_rules_write_them(text: str, value: float | None) -> None:
    assert parse_number(text) == value


@cache
def record(day: str = "") -> Ledger:
    if day and not (ROOT / "../shared/market/DATES.md").is_file():
        pytest.skip("the real series do not lie beside the project")
    desk, at = (REAL, date.fromisoformat(day)) if day else (SAMPLES / "btc-2026-02", None)
    return composed(desk, at, editions=("article", "chat")).record


def steps(step: StepRecord) -> Iterator[StepRecord]:
    yield step
    for part in step.parts:
        yield from steps(part)


def changed(step: StepRecord, at: StepRecord, value: float) -> StepRecord:
    if step is at:
        return step.model_copy(update={"value": value})
    return step.model_copy(update={"parts": tuple(changed(part, at, value) for part in step.parts)})


@pytest.mark.parametrize(
    "day", ["2026-02-06", *(pytest.param(day, marks=pytest.mark.long) for day in ("2025-10-10", "2024-03-05"))]
)
def test_no_value_that_looks_back_can_be_changed(day: str) -> None:
    ledger = record(day)
    assert list(check_ledger(ledger)) == []
    history, seen, passed = History({}, ledger.stretches), set(), []
    for one in ledger.findings:
        if one.reasoning is None:
            continue
        for step in steps(one.reasoning.condition):
            if step.is_ != "call" or step.signs[0] not in LOOKING_BACK or step.value is None:
                continue
            seen.add(step.signs[0])
            turned = changed(one.reasoning.condition, step, float(step.value) + 0.001)
            why = one.reasoning.model_copy(update={"condition": turned})
            alone = ledger.model_copy(update={"findings": (one.model_copy(update={"reasoning": why}),)})
            if not any(text.startswith(step.text) for _, text in check_reasonings(alone, history)):
                passed.append(f"{one.id}: {step.text}")

    assert passed == []
    assert seen


def test_readings_that_are_looked_back_on_agree_with_those_of_claims() -> None:
    ledger = record()
    told = {(read.metric, read.date): read.value for claim in ledger.claims for read in claim.inputs}
    one = next(part for part in ledger.stretches if (part.metric, ledger.brief.date) in told)
    value = told[one.metric, ledger.brief.date]
    wrong = one.model_copy(update={"values": (*one.values[:-1], (one.values[-1] or 0.0) + 1.0)})
    edited = ledger.model_copy(update={"stretches": tuple(wrong if part is one else part for part in ledger.stretches)})

    whys = [fault.what for fault in check_ledger(edited)]

    now = f"{(one.values[-1] or 0.0) + 1.0:.10g}"
    what = f"on {ledger.brief.date} it is {value:.10g} for a claim and {now} where it is looked back on"
    assert f'"{one.metric}": {what}' in whys
