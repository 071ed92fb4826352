"""Command-line text → days, instants and folders; days and instants ↔ seconds since 1970; instants → ISO text."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final, overload

from reporter.diagnostics.errors import usage_error

#: A day in seconds, and the day from whose midnight on seconds are counted.
DAY: Final = 86_400
EPOCH: Final = date(1970, 1, 1)
_DAY_FORM = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
#: Other ways of writing a day, which all begin with the year, so that it is clear which day is meant.
_OTHER_DAY = re.compile(r"(\d{4})(?P<mark>[-/.]?)(\d{1,2})(?P=mark)(\d{1,2})", re.ASCII)
_WEEK = re.compile(r"(\d{4})-?W(\d{2})(?:-?[1-7])?", re.ASCII)


def read_clock() -> datetime:
    """Return the current instant; a build depends on it only where "yesterday" is asked for."""
    return datetime.now(UTC)


def parse_day(text: str | None, option: str = "--date") -> date | None:
    """Parse a day written as 2026-02-06; None stays None.

    Raises:
        InputError: it is no date, or one that is written otherwise: a brief's date is written in one way only.
    """
    if text is None:
        return None
    try:
        if _DAY_FORM.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise usage_error("usage.wrong-time", f'{option} "{text}" is not a date', _suggest_day(text))


def _suggest_day(text: str) -> str:
    """Suggest what to write in place of an invalid date."""
    try:
        if week := _WEEK.fullmatch(text):
            monday = date.fromisocalendar(int(week[1]), int(week[2]), 1)
            return f"a brief is of one day, and that week has {monday} to {monday + timedelta(days=6)}"
        if other := _OTHER_DAY.fullmatch(text):
            return f"write it as {date(int(other[1]), int(other[3]), int(other[4]))}"
    except ValueError:
        pass
    return "write it as 2026-02-06"


def parse_instant(text: str | None, option: str = "--as-of") -> datetime | None:
    """Parse an instant written as 2026-02-07T09:00+08:00, in UTC; None stays None.

    Raises:
        InputError: it is no instant, or has no offset from UTC.
    """
    if text is None:
        return None
    right = "write it as 2026-02-07T09:00+08:00"
    try:
        if not _DAY_FORM.match(text):
            raise ValueError  # a week date, or digits alone, which Python would read
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is None:
            raise usage_error("usage.wrong-time", f'{option} "{text}" has no offset from UTC', right)
        return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        raise usage_error("usage.wrong-time", f'{option} "{text}" is not an instant', right) from None


def parse_folder(text: str | None, option: str = "--out", default: str = "") -> Path:
    """Parse a folder's path; None gives the default.

    Args:
        text: what was typed, or None.
        option: its name in the message.
        default: the path where nothing was typed.

    Raises:
        InputError: it is empty, as a variable of a script that isn't set is.
    """
    text = default if text is None else text
    if not text.strip():
        raise usage_error("usage.empty-folder", f"{option} is empty", "name a folder; the current one is .")
    return Path(text)


@overload
def format_minute(seconds: float) -> str: ...
@overload
def format_minute(seconds: None) -> None: ...
@overload
def format_minute(seconds: float | None) -> str | None: ...
def format_minute(seconds: float | None) -> str | None:
    """Format an instant as `2026-02-07T09:00Z`; None stays None."""
    return None if seconds is None else f"{from_seconds(seconds):%Y-%m-%dT%H:%MZ}"


@overload
def format_second(seconds: float) -> str: ...
@overload
def format_second(seconds: None) -> None: ...
@overload
def format_second(seconds: float | None) -> str | None: ...
def format_second(seconds: float | None) -> str | None:
    """Format an instant as ledgers and feed files have it, `2026-02-07T09:00:00Z`; None stays None."""
    return None if seconds is None else f"{from_seconds(seconds):%Y-%m-%dT%H:%M:%SZ}"


def format_readable_minute(seconds: float) -> str:
    """Format an instant for a reader of tables, `2026-02-07 09:00`; at 00:00 UTC as its day alone."""
    return f"{from_seconds(seconds):%Y-%m-%d %H:%M}".removesuffix(" 00:00")


def format_day(seconds: float) -> str:
    """Format an instant's UTC day as `2026-02-07`."""
    return from_seconds(seconds).date().isoformat()


def from_seconds(seconds: float) -> datetime:
    """Seconds since 1970 → the instant, in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def to_midnight(day: date) -> float:
    """Return 00:00 UTC of a day, in seconds since 1970."""
    return datetime.combine(day, time(), UTC).timestamp()
