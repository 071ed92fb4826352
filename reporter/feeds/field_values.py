"""Fields of an answer as numbers and texts, or an error that names the field: answer formats change silently."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from reporter.feeds.feed_error import FeedError


def parse_number(value: Any, where: str, field: str) -> float:
    """A finite number; exchanges also write them as texts.

    Args:
        value: the field's value.
        where: what was asked, for the message.
        field: its name, for the message.

    Raises:
        FeedError: it is none.
    """
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        try:
            read = float(value)
        except ValueError:
            read = math.nan
        if math.isfinite(read):
            return read
    raise make_drift_error(where, field, f"{_quote_value(value)} is no number")


def parse_optional_number(value: Any, where: str, field: str) -> float | None:
    """A finite number, or None where the exchange gives null.

    Args:
        value: the field's value.
        where: what was asked, for the message.
        field: its name, for the message.
    """
    return None if value is None else parse_number(value, where, field)


def parse_instant(value: Any, where: str, field: str) -> int:
    """Seconds since 1970 UTC of milliseconds.

    Args:
        value: the field's value, milliseconds since 1970 UTC.
        where: what was asked, for the message.
        field: its name, for the message.

    Raises:
        FeedError: it is no time between 2000 and 2100.
    """
    seconds = parse_number(value, where, field) / 1000
    if not 946_684_800 <= seconds < 4_102_444_800:
        raise make_drift_error(where, field, f"{_quote_value(value)} is no time in milliseconds")
    return int(seconds)


def get_field(holder: Any, where: str, field: str) -> Any:
    """A field that must be there.

    Args:
        holder: the object that should have it.
        where: what was asked, for the message.
        field: its name.

    Raises:
        FeedError: it is not.
    """
    if not isinstance(holder, Mapping) or field not in holder:
        raise make_drift_error(where, field, "is missing")
    return holder[field]


def require_list(value: Any, where: str, field: str) -> list[Any]:
    """The value as a list, or an error.

    Args:
        value: the field's value.
        where: what was asked, for the message.
        field: its name, for the message.

    Raises:
        FeedError: it is none.
    """
    if not isinstance(value, list):
        raise make_drift_error(where, field, f"{_quote_value(value)} is no list")
    return value


def make_drift_error(where: str, field: str, what: str) -> FeedError:
    """The error for an answer in another format than this program reads.

    Args:
        where: what was asked.
        field: the field's name.
        what: what is wrong with it.
    """
    return FeedError(
        "feed.drift", f'{where}: field "{field}": {what}', "the answer has another form, and nothing was written"
    )


def _quote_value(value: Any) -> str:
    text = "null" if value is None else str(value)
    return f'"{text[:40]}…"' if len(text) > 40 else f'"{text}"'
