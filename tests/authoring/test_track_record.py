"""The record of a sample's briefs: it says what their plans say, and later days change nothing that is settled."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest

from reporter.authoring.brief_sentences import metrics_until
from reporter.authoring.track.files import dump_record, format_rows
from reporter.authoring.track.record import TrackRecord, build_track_record
from reporter.authoring.track.statements import list_statements
from reporter.authoring.trial import Trial, find_day_range, open_trial
from reporter.model.verdict import BRANCHES
from reporter.pipeline.compose import plan_article
from reporter.pipeline.evaluate import build_memory
from reporter.rules import rank_verdicts
from tests.briefs import SAMPLES

SAMPLE = SAMPLES / "btc-2026-02"
LAST = date(2026, 2, 6)


@cache
def _trial(last: date) -> Trial:
    return open_trial(SAMPLE, None, last)


@cache
def _record(last: date, days: int) -> TrackRecord:
    trial = _trial(last)
    return build_track_record(trial, find_day_range(trial.metrics, last - timedelta(days=days - 1), last))


def _told_in_plan(trial: Trial, day: int) -> set[tuple[str, str, float | None]]:
    """Read off the whole plan of a day: kind, finding and price of each verdict, ending and level."""
    outcomes = trial.replay.evaluate_rules(day)
    metrics = metrics_until(trial.metrics, day)
    memory, verdicts = build_memory(trial.frameworks, day, trial.news), rank_verdicts(trial.replay, outcomes, day)
    context = replace(trial.context, date=metrics.dates[-1])
    plan = plan_article(trial.authored.report, outcomes, metrics, memory, trial.list_news(day), context, verdicts)
    if plan is None:
        return set()
    told: set[tuple[str, str, float | None]] = set()
    for section in plan.sections:
        for slots in section.paragraphs:
            for slot in slots:
                if slot.form in ("claim", "concession") and slot.finding.id.startswith("verdict."):
                    told.add(("verdict", slot.finding.id, None))
                if slot.form in BRANCHES:
                    fact = slot.finding.find_fact(BRANCHES[slot.form])
                    assert fact is not None
                    assert isinstance(fact.value, float)
                    told.add(("ending", slot.finding.id, fact.value))
                if slot.finding.id.startswith("decider."):
                    told.add(("decider", slot.finding.id, None))
        if section.sides and memory.framework is not None:
            told.add(("level", memory.framework.kind, memory.framework.level))
            told |= {("condition", item.slot.finding.id, None) for side in section.sides for item in side.items}
    return told


def test_the_record_holds_what_the_plans_of_the_days_say() -> None:
    trial = _trial(LAST)
    days = find_day_range(trial.metrics, date(2026, 1, 28), LAST)
    told: dict[int, set[tuple[str, str, float | None]]] = {day: set() for day in days}
    for one in list_statements(trial, days):
        prices = one.prices.values() if one.kind in ("ending", "level") else (None,)
        told[one.day] |= {(one.kind, one.id, price) for price in prices}
    levels: set[str] = set()
    for day in days:
        planned = _told_in_plan(trial, day)
        argued = {item for item in planned if item[0] in ("level", "condition")}
        framework = trial.frameworks.find_standing(day)
        if argued and framework is not None:
            # A level is told on each of its full days, and counted on the first.
            again = framework.set_date in levels or framework.set_date < "2026-01-28"
            planned -= argued if again else set()
            levels.add(framework.set_date)
        assert told[day] == planned, trial.metrics.dates[day]
    assert {kind for found in told.values() for kind, *_ in found} == {
        "level",
        "condition",
        "ending",
        "decider",
        "verdict",
    }


@pytest.mark.long
def test_a_later_record_repeats_what_was_settled_before() -> None:
    before, after = _record(LAST - timedelta(days=14), 30), _record(LAST, 44)
    rows = {(row.date, row.kind, row.id, row.told_as): row for row in after.rows}
    settled = [row for row in before.rows if row.outcome != "open"]
    assert len(settled) >= 40
    for row in settled:
        assert rows[row.date, row.kind, row.id, row.told_as] == row
    assert any(row.outcome == "open" for row in before.rows)


@pytest.mark.long
def test_the_same_data_give_the_same_bytes() -> None:
    trial = open_trial(SAMPLE, None, LAST)
    again = build_track_record(trial, find_day_range(trial.metrics, LAST - timedelta(days=43), LAST))
    assert dump_record(again) == dump_record(_record(LAST, 44))
    assert format_rows(again) == format_rows(_record(LAST, 44))


def test_every_count_is_the_rows_counted() -> None:
    record = _record(LAST, 44)
    rows = list(csv.DictReader(io.StringIO(format_rows(record))))
    told = json.loads(dump_record(record))
    assert len(rows) == len(record.rows) == len(told["statements"])
    for line in told["lines"]:
        of_line = [row for row in rows if row["kind"] == line["kind"] and line["id"] in (None, row["id"])]
        if line["told_as"] is not None and line["kind"] == "condition":
            of_line = [row for row in of_line if (row["told_as"] == "met") == (line["told_as"] == "met")]
        elif line["told_as"] is not None:
            of_line = [row for row in of_line if line["told_as"] in (row["told_as"], row["stance"])]
        assert line["made"] == len(of_line), line
        for outcome, count in line["outcomes"].items():
            assert count["count"] == sum(row["outcome"] == outcome for row in of_line), line


def test_one_day_has_a_record_of_open_statements() -> None:
    record = _record(LAST, 1)
    assert record.rows
    assert {row.outcome for row in record.rows if row.kind in ("ending", "verdict", "decider")} == {"open"}


@pytest.mark.long
def test_a_desk_of_prices_alone_has_a_record(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    desk.mkdir()
    closes = [50_000 + 700 * ((day * 37) % 11) for day in range(90)]
    rows = [
        f"{date(2026, 1, 1) + timedelta(days=day)},{close},{close + 300},{close - 300},{close}"
        for day, close in enumerate(closes)
        if day not in (60, 61, 80)
    ]
    (desk / "prices.csv").write_text("date,open,high,low,close\n" + "\n".join(rows) + "\n", "utf-8")
    (desk / "desk.toml").write_text(
        """
[desk]
slug = "xyz"
report = "market_brief"
locales = ["en", "zh-Hant"]
[asset]
symbol = "XYZ"
name = { en = "The asset", zh-Hant = "資產" }
[[source]]
id = "prices"
table = "prices"
path = "prices.csv"
time = "date"
timezone = "UTC"
bar = "1d"
unit = "usd"
cite = { en = "Prices", zh-Hant = "價格" }
""",
        "utf-8",
    )
    trial = open_trial(desk, None)
    record = build_track_record(trial, find_day_range(trial.metrics, None, None))
    assert {row.kind for row in record.rows} >= {"ending", "decider"}
    unknown = [row for row in record.rows if row.outcome == "unknown"]
    missing = {(date(2026, 1, 1) + timedelta(days=day)).isoformat() for day in (60, 61, 80)}
    assert unknown
    # What is unknown has a day without a close ahead of it, and no brief is of such a day.
    assert not missing & {row.date for row in record.rows}
    for row in unknown:
        assert any(row.date < day <= row.due for day in missing), row


@pytest.mark.parametrize("days", [2, 9])
def test_short_histories_have_a_record(days: int) -> None:
    first = date(2025, 8, 1)
    trial = open_trial(SAMPLE, None, first + timedelta(days=days - 1))
    record = build_track_record(trial, range(days))
    assert record.first == trial.metrics.dates[0]
    assert all(line.counts.made >= line.counts.settled for line in record.lines)
