from __future__ import annotations

import warnings
from datetime import date, time
from pathlib import Path

import pytest

from reporter.desk.config import sessions
from reporter.desk.config.sessions import early_close, is_closed


@pytest.mark.parametrize(
    ("day", "closed"),
    [
        ("2026-02-16", True),  # Presidents' Day
        ("2026-04-03", True),  # Good Friday
        ("2025-01-09", True),  # a day of mourning
        ("2026-02-14", True),  # a Saturday
        ("2026-02-17", False),
        ("2025-11-28", False),  # half a session
    ],
)
def test_days_without_a_session(day: str, closed: bool) -> None:
    assert is_closed("us", date.fromisoformat(day)) == closed
    assert not is_closed("", date.fromisoformat(day))


def test_half_sessions_close_at_one() -> None:
    assert early_close("us", date(2025, 11, 28)) == time(13, 0)
    assert early_close("us", date(2025, 11, 26)) is None
    assert early_close("", date(2025, 11, 28)) is None


def test_the_table_is_the_library_s() -> None:
    calendars = pytest.importorskip("exchange_calendars", reason="exchange_calendars is not installed")
    import pandas as pd

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=DeprecationWarning)
        exchange = calendars.get_calendar("XNYS", start="2000-01-03", end="2035-12-31")
    # What was decided after the table was made, a day of mourning for instance, differs: make the table anew.
    trading, early = set(exchange.sessions.date), set(exchange.early_closes.date)
    days = pd.bdate_range("2000-01-03", "2035-12-31").date
    made = [f"{day},{'early' if day in early else 'closed'}" for day in days if day not in trading or day in early]
    path = Path(sessions.__file__).parent / "calendars" / "us.csv"
    assert path.read_text("utf-8").splitlines() == ["date,session", *made]
