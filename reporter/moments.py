"""Days and instants as they are asked for on the command line."""

from __future__ import annotations

from datetime import UTC, date, datetime

from reporter.errors import usage_error


def parse_day(text: str | None, option: str = "--date") -> date | None:
    """A day written as 2026-02-06; None stays None.

    Raises:
        InputError: it is no date.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise usage_error("usage.wrong-time", f'{option} "{text}" is not a date', "write it as 2026-02-06") from None


def parse_instant(text: str | None, option: str = "--as-of") -> datetime | None:
    """An instant written as 2026-02-07T09:00+08:00, in UTC; None stays None.

    Raises:
        InputError: it is no instant, or has no offset from UTC.
    """
    if text is None:
        return None
    right = "write it as 2026-02-07T09:00+08:00"
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is None:
            raise usage_error("usage.wrong-time", f'{option} "{text}" has no offset from UTC', right)
        return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        raise usage_error("usage.wrong-time", f'{option} "{text}" is not an instant', right) from None


def iso_minute(seconds: float | None) -> str | None:
    """An instant as `2026-02-07T09:00Z`; None stays None."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%MZ")
