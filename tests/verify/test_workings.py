"""What a desk's metrics are made of: in the ledger, and computed again from it by the gate."""

from __future__ import annotations

from pathlib import Path

import pytest

from reporter.metrics import compute_metrics
from reporter.model.finding import Input
from reporter.model.metric import MetricSet, Unit
from reporter.verify.ledger.ledger_model import Ledger, ReadingRecord, read_ledger
from reporter.verify.ledger.working_records import list_workings
from reporter.verify.recompute.metrics import check_derived_figures
from reporter.verify.working_formulas import compute_working, is_right_working
from tests.briefs import SAMPLES, composed
from tests.desk.build import days, load, source, write_desk
from tests.metrics.build import closes, table

MADE = ("stablecoins.supply_change_7d", "hong_kong.net_flow_5")


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return read_ledger(composed(SAMPLES / "own-tables").ledger)


def test_the_ledger_says_what_a_desks_metrics_are_made_of(ledger: Ledger) -> None:
    found = {one.metric: one for one in ledger.workings}

    assert set(found) == set(MADE)
    assert [part.value for part in found["hong_kong.net_flow_5"].parts] == [4.6e6, 11.8e6, 7.4e6, 15.3e6, 21.7e6]
    assert [part.date for part in found["stablecoins.supply_change_7d"].parts] == ["2025-09-05", "2025-09-12"]
    assert list(check_derived_figures(ledger)) == []


def test_a_part_that_was_changed_is_found(ledger: Ledger) -> None:
    one = next(part for part in ledger.workings if part.metric == "hong_kong.net_flow_5")
    parts = (one.parts[0].model_copy(update={"value": 5e6}), *one.parts[1:])
    edited = tuple(part.model_copy(update={"parts": parts}) if part is one else part for part in ledger.workings)

    assert list(check_derived_figures(ledger.model_copy(update={"workings": edited}))) == [
        (
            "hong_kong.net_flow_5",
            "on 2025-09-12 it is 60800000, and its sum of hong_kong.net_flow is 61200000",
        )
    ]


def test_a_claim_that_was_changed_is_found(ledger: Ledger) -> None:
    def edit(reading: ReadingRecord) -> ReadingRecord:
        return reading.model_copy(update={"value": 0.05}) if reading.metric == MADE[0] else reading

    claims = tuple(
        one.model_copy(update={"inputs": tuple(map(edit, one.inputs))})
        if any(reading.metric == MADE[0] for reading in one.inputs)
        else one
        for one in ledger.claims
    )

    told = [
        why for where, why in check_derived_figures(ledger.model_copy(update={"claims": claims})) if where == MADE[0]
    ]
    assert told == ["on 2025-09-12 it is 0.05, and its percent_change of stablecoins.supply is 0.02374031008"]


@pytest.mark.parametrize(
    ("how", "parts", "value"),
    [
        ("change", [1.0, 3.0], 2.0),
        ("percent_change", [2.0, 3.0], 0.5),
        ("mean", [1.0, 2.0, 6.0], 3.0),
        ("sum", [1.0, 2.0, 6.0], 9.0),
        ("rank", [5.0, 1.0, 9.0, 5.0], 0.75),
        ("z_score", [1.0, 2.0, 3.0], 1.0),
        ("ratio", [3.0, 4.0], 0.75),
        ("difference", [3.0, 4.0], -1.0),
        ("ratio", [3.0, 0.0], None),
        ("z_score", [2.0, 2.0], None),
        ("sums", [2.0, 2.0], None),
    ],
)
def test_a_figure_is_computed_of_its_parts(how: str, parts: list[float], value: float | None) -> None:
    assert compute_working(how, parts) == value
    assert is_right_working(how, parts, 0.75 if value is None else value) == (value is not None)


OWN = """metrics:
  - { id: t.v, unit: count, label: { en: It }, column: t.v, day: last }
  - { id: t.change, unit: count, label: { en: It }, change: { of: t.v, days: 2 } }
  - { id: t.growth, unit: fraction, label: { en: It }, percent_change: { of: t.v, days: 3 } }
  - { id: t.mean, unit: count, label: { en: It }, mean: { of: t.v, days: 4 } }
  - { id: t.rank, unit: fraction, label: { en: It }, rank: { of: t.v, days: 5 } }
  - { id: t.score, unit: ratio, label: { en: It }, z_score: { of: t.v, days: 5 } }
  - { id: t.over, unit: count, label: { en: It }, difference: { of: t.v, less: t.mean } }
  - { id: t.part, unit: ratio, label: { en: It }, ratio: { of: t.change, to: t.mean } }
  - { id: t.s, unit: count, label: { en: It }, column: t.v, day: last, max_age_days: 5 }
  - { id: t.rows, unit: count, label: { en: It }, sum: { of: t.s, rows: 3 } }
  - { id: t.step, unit: count, label: { en: It }, change: { of: t.s, rows: 2 } }
"""


def _measure(folder: Path) -> MetricSet:
    dates = [day for at, day in enumerate(days("2026-01-05", 30)) if at % 7 < 5]
    desk = '\n[table.t]\nname = "t"\ncolumns = { v = "count" }\n'
    rows = [(day, 10 + at * 7 % 11) for at, day in enumerate(dates)]
    files = {
        "prices.csv": closes([100.0 + at for at in range(30)], "2026-01-05"),
        "t.csv": table("date,v", rows),
        "metrics/own.yaml": OWN,
    }
    return compute_metrics(load(write_desk(folder, source("prices"), source("t", "t", unit=None), desk, files=files)))


def test_whatever_is_made_of_others_can_be_made_again(tmp_path: Path) -> None:
    metrics = _measure(tmp_path)
    made = [name for name, series in metrics.series.items() if series.spec.made is not None]
    readings = [
        Input(name, day.isoformat(), metrics.series[name].values[at], Unit.COUNT, None, None)
        for name in made
        for at, day in enumerate(metrics.dates)
    ]

    found = list(list_workings(readings, metrics))

    assert {one.metric for one in found} == set(made)
    assert [one for one in found if not is_right_working(one.how, [part.value for part in one.parts], one.value)] == []
    told = {(reading.metric, reading.date) for reading in readings if reading.value is not None}
    assert told == {(one.metric, one.date) for one in found}
