"""Instant (seconds since 1970 UTC) → date or time as a locale writes it; always UTC."""

from __future__ import annotations

from datetime import UTC, datetime

from babel.dates import format_datetime

from reporter.language.locales import Locale, babel_locale
from reporter.model.timestamps import DAY


def format_date(seconds: float, locale: Locale) -> str:
    """Write an instant as day and month: `5 February`."""
    return _format_instant(seconds, locale.dates.date, locale)


def format_full_date(seconds: float, locale: Locale) -> str:
    """Write an instant as day, month and year: `5 February 2026`."""
    return _format_instant(seconds, locale.dates.date_full, locale)


def format_weekday(seconds: float, locale: Locale) -> str:
    """Write an instant's day of the week: `Thursday`."""
    return _format_instant(seconds, locale.dates.weekday, locale)


def format_month(seconds: float, locale: Locale) -> str:
    """Write an instant's month: `February`."""
    return _format_instant(seconds, locale.dates.month, locale)


def format_month_year(seconds: float, locale: Locale) -> str:
    """Write an instant's month and year: `February 2026`."""
    return _format_instant(seconds, locale.dates.month_year, locale)


def format_time(seconds: float, locale: Locale) -> str:
    """Write an instant's time of day: `20:00 UTC`."""
    return _format_instant(seconds, locale.dates.time, locale)


def format_date_time(seconds: float, locale: Locale) -> str:
    """Write an instant as day, month and time: `5 February, 20:00 UTC`."""
    return _format_instant(seconds, locale.dates.date_time, locale)


def format_time_tick(seconds: float, span_seconds: float, locale: Locale) -> str:
    """A label on a time axis.

    Args:
        seconds: where the tick stands.
        span_seconds: length of the whole axis. Up to four days a tick that isn't a midnight shows its time;
            beyond 200 days ticks are months.
        locale: how to write it.
    """
    if span_seconds > 200 * DAY:
        return _format_instant(seconds, locale.dates.tick_month, locale)
    if span_seconds <= 4 * DAY and seconds % DAY:
        return _format_instant(seconds, locale.dates.tick_time, locale)
    return _format_instant(seconds, locale.dates.tick_date, locale)


def _format_instant(seconds: float, pattern: str, locale: Locale) -> str:
    # A NaN or an infinity raises ValueError or OverflowError here; neither is a date.
    moment = datetime.fromtimestamp(float(seconds), UTC)
    return format_datetime(moment, pattern, locale=babel_locale(locale.babel))
