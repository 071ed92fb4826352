"""Types of values in desk.toml: durations, instants, time zones, names, texts per locale."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator

from reporter.desk.config.exchange_calendars import WEEKDAYS, explain_unknown_calendar
from reporter.desk.formats.market_identity import is_dollar
from reporter.diagnostics.diagnostic import did_you_mean
from reporter.language.currencies import POINTS, list_iso_currencies

_DURATION = re.compile(r"([0-9]{1,5})(m|h|d)")
_SECONDS = {"m": 60, "h": 3600, "d": 86400}


def parse_duration(text: str) -> int:
    """Seconds of `15m`, `1h`, `1d` or `0`.

    Raises:
        ValueError: for anything else.
    """
    if text == "0":
        return 0
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError('write a length of time as "15m", "1h", "1d" or "0"')
    return int(match[1]) * _SECONDS[match[2]]


def _validate_duration(text: str) -> str:
    parse_duration(text)
    return text


def _validate_optional_duration(text: str) -> str:
    return _validate_duration(text) if text else text


def _validate_instant(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError as error:
        raise ValueError('write an instant as "2026-02-06T08:00Z"') from error
    if moment is not None and moment.tzinfo is None and len(text) > len("2026-02-06"):
        raise ValueError('write an instant with its offset, such as "2026-02-06T08:00Z"')
    return text


def instant_seconds(text: str) -> int:
    """Seconds since 1970 UTC of an ISO instant; a bare date is its first moment in UTC."""
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def pick_operator_text(texts: Mapping[str, str]) -> str:
    """A text per locale → the one for the operator: for all locales, English, or the first there is."""
    return texts.get("") or texts.get("en") or next(iter(texts.values()), "")


def _validate_clock(text: str) -> str:
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text):
        raise ValueError('write a time of day as "16:00"')
    return text


def _validate_zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError('write an IANA time zone such as "UTC" or "America/New_York"') from error
    return text


def _validate_slug(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text) or len(text) > 60:
        raise ValueError('write small letters, digits and single hyphens, such as "btc", at most 60 of them')
    return text


def _validate_identifier(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", text):
        raise ValueError('write small letters, digits and underscores, such as "prices_daily"')
    return text


def _validate_address(text: str) -> str:
    if not re.fullmatch(r"(https?://\S+)?", text):
        raise ValueError('write a whole address, such as "https://example.org"')
    return text


#: What an address may say of a brief and its day.
ADDRESS_NAMES = ("brief", "date", "year", "month", "day")


def _validate_day_address(text: str) -> str:
    for name in re.findall(r"\{([^{}]*)\}", _validate_address(text)):
        if name not in ADDRESS_NAMES:
            raise ValueError(did_you_mean(name, ADDRESS_NAMES) or f"names in braces are {', '.join(ADDRESS_NAMES)}")
    return text


def _validate_colour(text: str) -> str:
    if not re.fullmatch(r"(#[0-9A-Fa-f]{6})?", text):
        raise ValueError('write a colour as "#123F6D"')
    return text


def _validate_not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("it must not be empty")
    return text


def _to_locale_mapping(value: object) -> object:
    return {"": value} if isinstance(value, str) else value


def _validate_texts(texts: dict[str, str]) -> dict[str, str]:
    if not texts or not all(text.strip() for text in texts.values()):
        raise ValueError("it must not be empty")
    return texts


def _validate_date(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError as error:
        raise ValueError('write a date as "2026-02-06"') from error
    return text


def ordered_span(span: tuple[float, float] | None) -> tuple[float, float] | None:
    """A span whose lower end is above 0 and below the other.

    Raises:
        ValueError: for any other.
    """
    if span is not None and not 0 < span[0] < span[1] < float("inf"):
        raise ValueError("write the lowest and the highest price, such as [1000, 1000000]")
    return span


def as_tuple(value: object) -> object:
    """A list of TOML as the tuple that a model holds."""
    return tuple(value) if isinstance(value, list) else value


def as_names(value: object) -> object:
    """One name, or a list of TOML, as the tuple that a model holds."""
    return (value,) if isinstance(value, str) else as_tuple(value)


#: What a source's calendar may be without a library: by its zone, New York's, nobody's.
BUILT_IN = ("", "us", "none")
#: A word longer than this is no code that was mistyped.
_LONGEST_CODE = 4


def _validate_currency(text: str) -> str:
    if text == POINTS or is_dollar(text) or text in list_iso_currencies():
        return text
    near = did_you_mean(text.upper(), sorted(list_iso_currencies())) if len(text) <= _LONGEST_CODE else ""
    raise ValueError(near or 'write a code of ISO 4217 such as "TWD", a coin such as "USDT", or "points"')


def _validate_tick(text: str) -> str:
    if not re.fullmatch(r"(0\.[0-9]{0,9}[1-9][0-9]?|[1-9][0-9]{0,5})?", text):
        raise ValueError('write the smallest step of the price as a text, such as "0.0001" or "0.05"')
    return text


def _validate_calendar(text: str) -> str:
    if said := explain_unknown_calendar(text):
        raise ValueError(said[1])
    return text


def _validate_source_calendar(text: str) -> str:
    return text if text in BUILT_IN or text == WEEKDAYS else _validate_calendar(text)


def _validate_market(text: str) -> str:
    return text if text in ("", "us") else _validate_calendar(text)


Market = Annotated[str, AfterValidator(_validate_market)]
Calendar = Annotated[str, AfterValidator(_validate_calendar)]
SourceCalendar = Annotated[str, AfterValidator(_validate_source_calendar)]
Currency = Annotated[str, AfterValidator(_validate_currency)]
Tick = Annotated[str, AfterValidator(_validate_tick)]
Filled = Annotated[str, AfterValidator(_validate_not_blank)]
Identifier = Annotated[str, AfterValidator(_validate_identifier)]
Duration = Annotated[str, AfterValidator(_validate_duration)]
OptionalDuration = Annotated[str, AfterValidator(_validate_optional_duration)]
Instant = Annotated[str, AfterValidator(_validate_instant)]
Day = Annotated[str, AfterValidator(_validate_date)]
Slug = Annotated[str, AfterValidator(_validate_slug)]
Address = Annotated[str, AfterValidator(_validate_address)]
DayAddress = Annotated[str, AfterValidator(_validate_day_address)]
Colour = Annotated[str, AfterValidator(_validate_colour)]
Clock = Annotated[str, AfterValidator(_validate_clock)]
Zone = Annotated[str, AfterValidator(_validate_zone)]
#: Text per locale; a plain string stands for every locale under the key "".
PerLocale = Annotated[dict[str, str], BeforeValidator(_to_locale_mapping)]
SomePerLocale = Annotated[PerLocale, AfterValidator(_validate_texts)]
Words = Annotated[tuple[Filled, ...], BeforeValidator(as_tuple)]
