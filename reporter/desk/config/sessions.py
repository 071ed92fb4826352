"""Days on which New York's exchanges are closed or close early, from a table made of `exchange_calendars`.

The table (calendars/us.csv) is made and checked by tests/desk/test_sessions.py, so that no run has to load a library
for it. Outside of its span nothing is known, and nothing is taken for a holiday.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from reporter.desk.config.exchange_calendars import load_sessions

#: Calendars that need no library: none, and New York's.
_TABLES = ("", "us")
_SATURDAY = 5
_EARLY = time(13, 0)


@cache
def _special_days(calendar: str) -> Mapping[date, str]:
    """Weekdays without a session, or with half of one."""
    path = Path(__file__).parent / "calendars" / f"{calendar}.csv"
    rows = (line.split(",") for line in path.read_text("utf-8").splitlines()[1:])
    return {date.fromisoformat(day): kind for day, kind in rows}


def is_closed(calendar: str, day: date) -> bool:
    """Whether an exchange has no session on a day; False where nothing is known of it."""
    if calendar not in _TABLES:
        sessions = load_sessions(calendar)
        return sessions.dates[0] <= day <= sessions.dates[-1] and day not in sessions.positions
    return bool(calendar) and (day.weekday() >= _SATURDAY or _special_days(calendar).get(day) == "closed")


def early_close(calendar: str, day: date) -> time | None:
    """The hour, in the exchange's zone, of an early close; None on other days."""
    if calendar not in _TABLES:
        sessions = load_sessions(calendar)
        close = sessions.find_close(day)
        if close is None:
            return None
        local = datetime.fromtimestamp(close, ZoneInfo(sessions.zone)).time()
        return local if local < sessions.usual_close else None
    return _EARLY if calendar and _special_days(calendar).get(day) == "early" else None
