"""Instants (seconds since 1970 UTC) as dates and times of a locale; always UTC."""

from __future__ import annotations

from datetime import UTC, datetime

from babel.dates import format_datetime

from reporter.language.locales import Locale, babel_locale

_DAY = 86_400.0


def date(seconds: float, locale: Locale) -> str:
    """5 February."""
    return _written(seconds, locale.dates.date, locale)


def date_full(seconds: float, locale: Locale) -> str:
    """5 February 2026."""
    return _written(seconds, locale.dates.date_full, locale)


def weekday(seconds: float, locale: Locale) -> str:
    """Thursday."""
    return _written(seconds, locale.dates.weekday, locale)


def month(seconds: float, locale: Locale) -> str:
    """February."""
    return _written(seconds, locale.dates.month, locale)


def time(seconds: float, locale: Locale) -> str:
    """20:00 UTC."""
    return _written(seconds, locale.dates.time, locale)


def date_time(seconds: float, locale: Locale) -> str:
    """5 February, 20:00 UTC."""
    return _written(seconds, locale.dates.date_time, locale)


def tick(seconds: float, span_seconds: float, locale: Locale) -> str:
    """A label on a time axis.

    Args:
        seconds: where the tick stands.
        span_seconds: length of the whole axis. Up to four days a tick that isn't a midnight shows its time;
            beyond 200 days ticks are months.
        locale: how to write it.
    """
    if span_seconds > 200 * _DAY:
        return _written(seconds, locale.dates.tick_month, locale)
    if span_seconds <= 4 * _DAY and seconds % _DAY:
        return _written(seconds, locale.dates.tick_time, locale)
    return _written(seconds, locale.dates.tick_date, locale)


def _written(seconds: float, pattern: str, locale: Locale) -> str:
    # A NaN or an infinity raises ValueError or OverflowError here; neither is a date.
    moment = datetime.fromtimestamp(float(seconds), UTC)
    return format_datetime(moment, pattern, locale=babel_locale(locale.babel))
