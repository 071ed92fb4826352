"""Fields of an answer as numbers and texts, or an error that names the field: an exchange's form changes silently."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from reporter.feeds.fault import FeedError


def number(value: Any, where: str, field: str) -> float:
    """A finite number; exchanges also write them as texts.

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
    raise drift(where, field, f"{_shown(value)} is no number")


def optional(value: Any, where: str, field: str) -> float | None:
    """A finite number, or None where the exchange gives null."""
    return None if value is None else number(value, where, field)


def instant(value: Any, where: str, field: str) -> int:
    """Seconds since 1970 UTC of milliseconds.

    Raises:
        FeedError: it is no time between 2000 and 2100.
    """
    seconds = number(value, where, field) / 1000
    if not 946_684_800 <= seconds < 4_102_444_800:
        raise drift(where, field, f"{_shown(value)} is no time in milliseconds")
    return int(seconds)


def item(holder: Any, where: str, field: str) -> Any:
    """A field that must be there.

    Raises:
        FeedError: it is not.
    """
    if not isinstance(holder, Mapping) or field not in holder:
        raise drift(where, field, "is missing")
    return holder[field]


def rows(value: Any, where: str, field: str) -> list[Any]:
    """A list.

    Raises:
        FeedError: it is none.
    """
    if not isinstance(value, list):
        raise drift(where, field, f"{_shown(value)} is no list")
    return value


def drift(where: str, field: str, what: str) -> FeedError:
    """The answer has another form than the one this program reads."""
    return FeedError(
        "feed.drift", f'{where}: field "{field}": {what}', "the answer has another form, and nothing was written"
    )


def _shown(value: Any) -> str:
    text = "null" if value is None else str(value)
    return f'"{text[:40]}…"' if len(text) > 40 else f'"{text}"'
