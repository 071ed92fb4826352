"""Times that can only be the end of a day are read as such, or the message says how."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.desk.build import complaints, load, seconds, source, write_desk


def _rows(clock: str) -> str:
    days = [date(2026, 2, 2) + timedelta(place) for place in range(5)]
    return "time,open,high,low,close\n" + "".join(f"{day}{clock},10,12,9,11\n" for day in days)


@pytest.mark.parametrize("clock", ["T23:59:59.999Z", " 23:59:59", "T23:59:59.999999Z"])
def test_a_last_second_is_the_end_of_its_day(tmp_path: Path, clock: str) -> None:
    write_desk(tmp_path, source("prices", time="time"), files={"prices.csv": _rows(clock)})
    [table] = load(tmp_path).tables["prices"]
    assert list(table.frame["end"])[-1] == seconds("2026-02-07")
    assert list(table.frame["start"])[-1] == seconds("2026-02-06")


def test_last_seconds_of_hours_are_their_ends(tmp_path: Path) -> None:
    rows = "".join(f"2026-02-06T{hour:02}:59:59.999Z,10,12,9,11\n" for hour in range(24))
    prices = source("prices", time="time", bar="1h")
    write_desk(tmp_path, prices, files={"prices.csv": "time,open,high,low,close\n" + rows})
    [table] = load(tmp_path).tables["prices"]
    assert list(table.frame["end"])[-1] == seconds("2026-02-07")


def test_days_that_end_at_another_clock_are_told_with_it(tmp_path: Path) -> None:
    write_desk(tmp_path, source("prices", time="time", stamp="end"), files={"prices.csv": _rows(" 23:58:00")})
    assert complaints(tmp_path) == [
        "desk.toml:1:1: no bar of any price source ends at the day's cut, 00:00 UTC; the daily bars end at 23:58 UTC: "
        "if that is only how its days are stamped, write the clock into the form of their times, such as "
        'time_format = "%Y-%m-%d 23:58:00"; if they do end then, write day_cut = "23:58"; check bar, stamp and '
        "timezone too"
    ]
