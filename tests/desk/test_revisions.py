"""A value given differently later: each brief reads what was known at the cut of the day it is about."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.desk import read_desk, read_desk_config
from reporter.metrics import MetricDays, compute_metrics
from tests.desk.build import complaints, load, source, write_desk
from tests.metrics.build import value

HEAD = "date,open,high,low,close,known\n"
DAYS = ("2026-02-05", "2026-02-06", "2026-02-07")


def _desk(folder: Path, *rows: str) -> Path:
    return write_desk(folder, source("prices", known="known"), files={"prices.csv": HEAD + "".join(rows)})


def _row(day: str, close: float, known: str = "") -> str:
    return f"{day},10,100,1,{close},{known}\n"


def _closes(folder: Path, day: date, as_of: str) -> list[float | None]:
    instant = datetime.fromisoformat(as_of).replace(tzinfo=UTC)
    return list(compute_metrics(load(folder, day, instant)).series["price.close"].values)


def test_a_later_brief_sees_yesterday_as_yesterday_s_own_did(tmp_path: Path) -> None:
    _desk(
        tmp_path,
        _row("2026-02-05", 11),
        _row("2026-02-05", 12, "2026-02-06T01:00Z"),
        _row("2026-02-05", 13, "2026-02-06T12:00Z"),
        _row("2026-02-06", 20),
    )
    assert _closes(tmp_path, date(2026, 2, 5), "2026-02-06T00:00") == [11]
    assert _closes(tmp_path, date(2026, 2, 5), "2026-02-06T01:00") == [12]
    # Cut an hour after its day, a brief read 12; that a day later there is 13 changes no yesterday.
    assert _closes(tmp_path, date(2026, 2, 6), "2026-02-07T00:00") == [11, 20]
    assert _closes(tmp_path, date(2026, 2, 6), "2026-02-07T01:00") == [12, 20]
    assert _closes(tmp_path, date(2026, 2, 6), "2026-02-07T12:00") == [13, 20]


def test_a_row_first_known_late_is_not_known_before(tmp_path: Path) -> None:
    _desk(tmp_path, _row("2026-02-05", 11), _row("2026-02-06", 20, "2026-02-07T09:00Z"))
    assert complaints(tmp_path, date(2026, 2, 6)) == [
        "desk.toml: prices of 2026-02-06 are not known at 2026-02-07T00:00Z: their source has a lag; "
        "ask for the brief as of a later instant"
    ]


def test_two_values_known_at_one_time_still_contradict_each_other(tmp_path: Path) -> None:
    _desk(tmp_path, _row("2026-02-05", 11), _row("2026-02-05", 12))
    assert complaints(tmp_path) == [
        "prices.csv:3: this row and line 2 give different values for the same time; keep one"
    ]


def test_a_time_known_without_an_offset(tmp_path: Path) -> None:
    _desk(tmp_path, _row("2026-02-05", 11, "2026-02-06T01:00"))
    assert complaints(tmp_path) == [
        'prices.csv:2: column "known": "2026-02-06T01:00" is not an ISO time with its offset; '
        "write it as 2026-02-06T09:00Z"
    ]


@pytest.mark.long
@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(1, 60)), max_size=8, unique=True),
    st.integers(0, 30),
)
def test_many_days_at_once_are_each_day_alone(
    tmp_path_factory: object, revised: list[tuple[int, int]], after: int
) -> None:
    folder = tmp_path_factory.mktemp("desk")  # type: ignore[attr-defined]
    rows = [_row(day, 20 + place) for place, day in enumerate(DAYS)]
    for place, hours in revised:
        end = datetime.fromisoformat(DAYS[place]).replace(tzinfo=UTC) + timedelta(days=1)
        known = end + timedelta(hours=hours)
        rows.append(_row(DAYS[place], 30 + place + hours / 100, known.isoformat()))
    _desk(folder, *rows)
    days = MetricDays(read_desk(read_desk_config(folder)), date(2026, 2, 7), after * 3600)
    for day in days.last.dates:
        alone = compute_metrics(load(folder, day, datetime.fromtimestamp(days.cut_instant(day), UTC)))
        assert days.metrics_of_day(day).series == alone.series
        assert value(alone, "price.close") == days.last.series["price.close"].values[days.day_position(day)]
