from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reporter.desk.config.config import SourceConfig
from reporter.desk.formats.readers import RawTable
from reporter.desk.parsing.times import find_next_session_end, parse_row_times, period_columns
from reporter.diagnostics.diagnostic import Diagnostic
from tests.desk.build import complaints, load, seconds, source, write_desk

_HEADER = "date,open,high,low,close\n"
_ZONE_HINT = "write these times in UTC or with an offset"


def _source(**keys: object) -> SourceConfig:
    values = {
        "id": "a",
        "table": "prices",
        "path": "a.csv",
        "time": "t",
        "timezone": "UTC",
        "bar": "1h",
        "unit": "usd",
        "cite": "x",
    }
    return SourceConfig.model_validate(values | keys)


def _read(cells: list[str], **keys: object) -> tuple[list[int], list[str]]:
    problems: list[Diagnostic] = []
    raw = RawTable("a.csv", {"t": cells}, list(range(2, len(cells) + 2)))
    times = parse_row_times(_source(**keys), raw, problems)
    return times.tolist(), [str(problem) for problem in problems]


@pytest.mark.parametrize(
    ("cell", "keys", "meant"),
    [
        ("2026-02-06", {}, "2026-02-06"),
        ("2026-02-06 13:30", {}, "2026-02-06T13:30"),
        ("2026-02-06T13:30:15", {}, "2026-02-06T13:30:15"),
        ("2026-02-06T13:30:15.999", {}, "2026-02-06T13:30:15"),
        ("2026-02-06T13:30:15.999999999Z", {}, "2026-02-06T13:30:15"),
        ("2026-02-06T13:30Z", {}, "2026-02-06T13:30"),
        ("2026-02-06T13:30+08:00", {}, "2026-02-06T05:30"),
        ("2026-02-06T13:30-0500", {}, "2026-02-06T18:30"),
        ("2026-02-06T13:30Z", {"timezone": "Asia/Taipei"}, "2026-02-06T13:30"),
        ("2026-02-06 13:30", {"timezone": "Asia/Taipei"}, "2026-02-06T05:30"),
        ("2026-07-06 13:30", {"timezone": "America/New_York"}, "2026-07-06T17:30"),
        ("2024-02-29", {}, "2024-02-29"),
        ("06/02/2026", {"time_format": "%d/%m/%Y"}, "2026-02-06"),
        ("02/06/2026", {"time_format": "%m/%d/%Y"}, "2026-02-06"),
        ("20260206 1330", {"time_format": "%Y%m%d %H%M", "timezone": "Asia/Taipei"}, "2026-02-06T05:30"),
        ("2026-02-06 13:30 +0800", {"time_format": "%Y-%m-%d %H:%M %z"}, "2026-02-06T05:30"),
        ("1770384600", {"time_format": "s"}, "2026-02-06T13:30"),
        ("1770384600000", {"time_format": "ms"}, "2026-02-06T13:30"),
        ("1770384600000000", {"time_format": "us", "timezone": "Asia/Taipei"}, "2026-02-06T13:30"),
    ],
)
def test_a_time_is_the_instant_that_it_says(cell: str, keys: dict[str, object], meant: str) -> None:
    assert _read([cell], **keys) == ([seconds(meant)], [])


def test_cells_with_and_without_offset_may_stand_in_one_column() -> None:
    cells = ["2026-02-06T13:30Z", "2026-02-06 13:30", "2026-02-06T13:30+08:00"]
    read, said = _read(cells, timezone="America/New_York")
    assert said == []
    assert read == [seconds("2026-02-06T13:30"), seconds("2026-02-06T18:30"), seconds("2026-02-06T05:30")]


@pytest.mark.parametrize(
    ("cell", "keys", "said"),
    [
        (
            "03/04/2026",
            {},
            'not an ISO date or time; declare time_format, such as "%d/%m/%Y" or "%m/%d/%Y": '
            "the order can't be guessed",
        ),
        ("1770384600", {}, 'not an ISO date or time; declare time_format = "s"'),
        ("1770384600000", {}, 'not an ISO date or time; declare time_format = "ms"'),
        ("1770384600000000", {}, 'not an ISO date or time; declare time_format = "us"'),
        ("20260206", {}, 'not an ISO date or time; declare time_format = "%Y%m%d"'),
        ("Total", {}, 'not an ISO date or time; take out rows that are no period: drop = { "t" = ["Total"] }'),
        ("", {}, "not an ISO date or time; take out rows that are no period"),
        ("2026-2-6", {}, 'not an ISO date or time; declare time_format, such as "%d/%m/%Y" or "ms"'),
        ("2026-02-29", {}, "a day or hour that does not exist"),
        ("2026-02-06T24:00", {}, "a day or hour that does not exist"),
        ("1926-02-06", {}, "outside the years 1970 to 2099"),
        ("2026-02-06", {"time_format": "%d/%m/%Y"}, 'not a time of the form "%d/%m/%Y"'),
        ("1770384600000", {"time_format": "s"}, 'not a time in "s" between 1980 and 2100; declare time_format = "ms"'),
        ("1770384600", {"time_format": "ms"}, 'not a time in "ms" between 1980 and 2100; declare time_format = "s"'),
        (
            "1770384600000",
            {"time_format": "us"},
            'not a time in "us" between 1980 and 2100; declare time_format = "ms"',
        ),
        ("nan", {"time_format": "s"}, 'not a time in "s" between 1980 and 2100'),
        (
            "2026-03-08 02:30",
            {"timezone": "America/New_York"},
            f"skipped in America/New_York when its clocks change; {_ZONE_HINT}",
        ),
        (
            "2025-11-02 01:30",
            {"timezone": "America/New_York"},
            f"given twice in America/New_York when its clocks change; {_ZONE_HINT}",
        ),
    ],
)
def test_a_cell_that_is_no_time_is_told_with_its_line(cell: str, keys: dict[str, object], said: str) -> None:
    good = {"s": "1770381000", "ms": "1770381000000", "us": "1770381000000000"}.get(str(keys.get("time_format")), "")
    good = good or ("05/02/2026" if "time_format" in keys else "2026-02-05")
    assert _read([good, cell], **keys)[1] == [f'a.csv:3: column "t": "{cell}" is {said}']


def test_a_day_that_begins_with_a_skipped_hour_still_is_a_day() -> None:
    # Clocks in Santiago go forward at midnight: that Sunday begins at 01:00.
    read, said = _read(["2026-09-06"], timezone="America/Santiago", bar="1d")
    assert (read, said) == ([seconds("2026-09-06T04:00")], [])


@given(st.integers(seconds("2009-01-01"), seconds("2090-01-01")))
def test_epochs_and_iso_texts_agree(instant: int) -> None:
    moment = datetime.fromtimestamp(instant, UTC)
    texts = {"": moment.isoformat(), "s": str(instant), "ms": str(instant * 1000), "us": str(instant * 1_000_000)}
    for form, text in texts.items():
        assert _read([text], time_format=form) == ([instant], [])


@given(st.lists(st.integers(seconds("2020-01-01"), seconds("2030-01-01")), min_size=1, max_size=5))
def test_local_texts_are_read_as_the_zone_says_or_refused(instants: list[int]) -> None:
    from zoneinfo import ZoneInfo

    zone = ZoneInfo("Europe/Berlin")
    for instant in instants:
        local = datetime.fromtimestamp(instant, zone)
        read, said = _read([local.replace(tzinfo=None).isoformat()], timezone="Europe/Berlin")
        twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
        assert bool(said) == twice
        if not twice:
            assert read == [instant]


def test_stamps_are_starts_or_ends() -> None:
    times = np.asarray([seconds("2026-02-06T08:00")])
    for keys, start, end, known in (
        ({"bar": "8h"}, "2026-02-06T08:00", "2026-02-06T16:00", "2026-02-06T16:00"),
        ({"bar": "8h", "stamp": "end", "lag": "30m"}, "2026-02-06T00:00", "2026-02-06T08:00", "2026-02-06T08:30"),
    ):
        found = {name: values.tolist() for name, values in period_columns(_source(**keys), times).items()}
        assert found == {"start": [seconds(start)], "end": [seconds(end)], "known": [seconds(known)]}


def test_a_close_written_to_the_millisecond_is_the_full_hour() -> None:
    assert _read(["2026-02-06T23:59:59.999Z"], stamp="end")[0] == [seconds("2026-02-07")]
    assert _read(["1770422399999"], stamp="end", time_format="ms")[0] == [seconds("2026-02-07")]
    assert _read(["2026-02-06T23:59:59.999Z"], bar="0", table="events")[0] == [seconds("2026-02-07")]


@pytest.mark.parametrize(
    ("day", "close"),
    [("2026-03-06", "21:00"), ("2026-03-09", "20:00"), ("2026-10-30", "20:00"), ("2026-11-02", "21:00")],
)
def test_a_session_closes_by_the_clock_of_its_exchange(day: str, close: str) -> None:
    declared = _source(table="fund_flows", bar="1d", session_close="16:00", timezone="America/New_York", lag="8h")
    times, _ = _read([day], timezone="America/New_York")
    found = {name: values.tolist() for name, values in period_columns(declared, np.asarray(times)).items()}
    end = seconds(f"{day}T{close}")
    assert found == {"start": [end - 86_400], "end": [end], "known": [end + 8 * 3600], "day": [seconds(day)]}


@pytest.mark.parametrize(
    ("after", "ends"),
    [
        ("2026-02-06T12:00Z", "2026-02-06T21:00Z"),
        # The end of a session is not after itself; a weekend has none.
        ("2026-02-06T21:00Z", "2026-02-09T21:00Z"),
        ("2026-02-07T00:00Z", "2026-02-09T21:00Z"),
        # Presidents' Day; a half session on the day after Thanksgiving; summer time.
        ("2026-02-14T00:00Z", "2026-02-17T21:00Z"),
        ("2025-11-28T00:00Z", "2025-11-28T18:00Z"),
        ("2026-07-01T00:00Z", "2026-07-01T20:00Z"),
    ],
)
def test_the_next_session_is_the_calendar_s(after: str, ends: str) -> None:
    declared = _source(table="cross_asset", bar="1d", session_close="16:00", timezone="America/New_York")
    found = find_next_session_end(seconds(after), declared)
    assert found == seconds(ends)


def test_without_sessions_or_a_calendar_none_is_next() -> None:
    for keys in ({}, {"bar": "1d", "session_close": "16:00", "timezone": "Asia/Tokyo"}):
        assert find_next_session_end(seconds("2026-02-06T12:00Z"), _source(**keys)) is None


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York", "UTC"])
def test_a_day_keeps_its_own_date_in_every_zone(zone: str) -> None:
    times, _ = _read(["2026-02-06"], timezone=zone)
    assert period_columns(_source(bar="1d", timezone=zone), np.asarray(times))["day"].tolist() == [
        seconds("2026-02-06")
    ]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(["2026-02-03,1,1,1,1", "2026-02-04,2,2,2,2", "2026-02-05,3,3,3,3", "2026-02-06,4,4,4,4"]))
def test_the_order_of_rows_does_not_matter(tmp_path: Path, rows: list[str]) -> None:
    write_desk(tmp_path, files={"prices.csv": _HEADER + "\n".join(rows)})
    frame = load(tmp_path).tables["prices"][0].frame
    assert frame.drop(columns="line").to_dict("list") == {
        "open": [1, 2, 3, 4],
        "high": [1, 2, 3, 4],
        "low": [1, 2, 3, 4],
        "close": [1, 2, 3, 4],
        "start": [seconds(f"2026-02-0{day}") for day in (3, 4, 5, 6)],
        "end": [seconds(f"2026-02-0{day}") for day in (4, 5, 6, 7)],
        "known": [seconds(f"2026-02-0{day}") for day in (4, 5, 6, 7)],
        "day": [seconds(f"2026-02-0{day}") for day in (3, 4, 5, 6)],
        "file": [0, 0, 0, 0],
    }


def test_hours_declared_as_days_are_found(tmp_path: Path) -> None:
    rows = "".join(f"2026-02-05T{hour:02}:00,1,1,1,1\n" for hour in range(24))
    write_desk(tmp_path, files={"prices.csv": _HEADER + rows})
    assert complaints(tmp_path) == [
        'prices.csv:3: row begins 1h after the one before, but bar = "1d"; is bar declared rightly?'
    ]


def test_local_days_may_be_an_hour_short(tmp_path: Path) -> None:
    rows = "".join(f"2026-03-{day:02},1,1,1,1\n" for day in range(6, 11))
    other = source("local", timezone="America/New_York")
    write_desk(tmp_path, source("prices"), other, files={"local.csv": _HEADER + rows})
    assert complaints(tmp_path) == []
