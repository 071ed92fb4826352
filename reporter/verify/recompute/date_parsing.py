"""Text → its dates, months, weekdays and times, as the parts of an instant that they determine."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from babel.dates import get_day_names, get_month_names

from reporter.language.locales import Locale, babel_locale

_HAN_DATE = (
    r"(?:(?P<hy>\d{4})\s?年\s?)?(?P<hm>\d{1,2})\s?月(?:\s?(?P<hd>\d{1,2})\s?日)?|(?P<hyo>\d{4})\s?年(?!\s?\d)"
    r"|(?P<hdo>\d{1,2})\s?日(?![內間])"
)
_ISO = r"(?P<iy>\d{4})-(?P<im>\d\d)-(?P<id>\d\d)"
_TIME = r"(?<!\d)(?P<hour>\d{1,2})[:：](?P<minute>\d\d)(?!\d)"


@dataclass(frozen=True, slots=True)
class DateParts:
    """The parts of an instant that a text determines; others are None. Weekdays count from Monday, 0."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    hour: int | None = None
    minute: int | None = None

    @property
    def key(self) -> str:
        """A key that all ways of writing the same date parts share."""
        parts = ((name, getattr(self, name)) for name in self.__slots__)
        return " ".join(f"{name} {value}" for name, value in parts if value is not None)

    def matches_instant(self, seconds: float) -> bool:
        """Return whether an instant, in seconds since 1970 UTC, agrees with the parts."""
        at = datetime.fromtimestamp(seconds, UTC)
        known = {
            "year": at.year,
            "month": at.month,
            "day": at.day,
            "weekday": at.weekday(),
            "hour": at.hour,
            "minute": at.minute,
        }
        return all(getattr(self, name) in (None, value) for name, value in known.items())


@dataclass(frozen=True, slots=True)
class CalendarReader:
    """How one locale's dates are found and read."""

    pattern: re.Pattern[str]
    months: Mapping[str, int]
    weekdays: Mapping[str, int]

    def find_dates(self, text: str) -> Iterator[tuple[re.Match[str], DateParts]]:
        """Find every date, month, weekday and time of a text, in order."""
        for match in self.pattern.finditer(text):
            yield match, self.parse_match(match)

    def parse_match(self, match: re.Match[str]) -> DateParts:
        """Convert a match to date parts."""
        found = {name: value for name, value in match.groupdict().items() if value}

        def find_number(*names: str) -> int | None:
            return next((int(found[name]) for name in names if name in found), None)

        month = find_number("hm", "im")
        for name in ("ma", "mb", "mc"):
            if name in found:
                month = self.months[found[name].lower()]
        weekday = self.weekdays[found["wd"].lower()] if "wd" in found else None
        return DateParts(
            find_number("hy", "hyo", "iy", "ya", "yb", "yc"),
            month,
            find_number("hd", "hdo", "id", "da", "db"),
            weekday,
            find_number("hour"),
            find_number("minute"),
        )


def get_calendar_reader(locale: Locale) -> CalendarReader:
    """Return the reader of a locale's dates; ISO dates and times in digits are read in all locales."""
    return _build_calendar_reader(locale.babel)


@cache
def _build_calendar_reader(identifier: str) -> CalendarReader:
    babel = babel_locale(identifier)
    months: dict[str, int] = {}
    weekdays: dict[str, int] = {}
    for width in ("wide", "abbreviated"):
        for number, name in get_month_names(width, locale=babel).items():
            months.setdefault(str(name).lower().rstrip("."), number)
        for number, name in get_day_names(width, locale=babel).items():
            weekdays.setdefault(str(name).lower(), number)
    for number, char in enumerate("一二三四五六日"):
        for start in ("星期", "週", "周", "禮拜", "礼拜"):
            weekdays.setdefault(start + char, number)
    return CalendarReader(re.compile(_build_pattern(months, weekdays)), months, weekdays)


def _build_pattern(months: Mapping[str, int], weekdays: Mapping[str, int]) -> str:
    forms = [_ISO, _TIME, _HAN_DATE]
    latin = _join_alternatives(name.title() for name in months if name.isascii() and name.isalpha())
    if latin:
        # A capital tells the month of May from the verb.
        forms += [
            rf"(?P<da>\d{{1,2}})\s(?P<ma>{latin})\b(?:,?\s(?P<ya>\d{{4}}))?",
            rf"\b(?P<mb>{latin})\s(?P<db>\d{{1,2}})\b(?!\d|:)(?:,\s(?P<yb>\d{{4}}))?",
            rf"\b(?P<mc>{latin})\b(?:\s(?P<yc>\d{{4}}))?",
        ]
    days = [name.title() if name.isascii() else name for name in weekdays]
    bound = r"\b" if days and days[0].isascii() else ""
    forms.append(rf"{bound}(?P<wd>{_join_alternatives(days)}){bound}")
    return "|".join(forms)


def _join_alternatives(words: Iterator[str] | list[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))
