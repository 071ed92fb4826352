"""A column of times → the forms of desk.toml that all of them have; and hints for other forms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache

from reporter.desk.formats.weekdays import has_right_weekday, to_english_weekday

#: A time_format of dates whose years are those of the Republic of China: 114/12/29 is 29 December 2025.
ROC = "roc"
_ROC_DATE = re.compile(
    r"(?:民國|民国)? ?(?P<year>[0-9]{3})(?P<between>[/.年-]?) ?(?P<month>[0-9]{1,2})[/.月-]? ?(?P<day>[0-9]{1,2})日?"
)

_DATES = (
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y%m%d",
    "%Y-%m-%d",
    "%b %d, %Y",
    "%B %d, %Y",
    "%d %b %Y",
    "%d %B %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%a, %d %b %Y",
    "%Y年%m月%d日",
)
_CLOCKS = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p", "%I:%M%p")
_ENDS = ("", " UTC", " GMT", " %z")
#: A weekday behind a date.
_WEEKDAYS = (",%a", ", %a", " %a", "(%a)", " (%a)")


@cache
def _list_forms() -> tuple[str, ...]:
    clocked = [f"{day}{between}{clock}" for day in _DATES for clock in _CLOCKS for between in (" ", ", ", "T")]
    joined = [*_DATES, *clocked]
    forms = tuple(f"{form}{end}" for form in joined for end in _ENDS if not end or "%H" in form or "%I" in form)
    return (*forms, *(f"{day}{end}" for day in _DATES if "%a" not in day for end in _WEEKDAYS))


def find_time_forms(cells: Sequence[str]) -> tuple[str, ...]:
    """The usual forms that every time of a column has; several where 03/04 may be March or April."""
    cells = [cell for cell in dict.fromkeys(cells) if cell]
    if not cells or not all(re.search(r"[0-9]", cell) for cell in cells):
        return ()
    if all(map(parse_roc_date, cells)):
        return (ROC,)
    found = [form for form in _list_forms() if _may_have_form(cells[0], form) and _has_form(cells[0], form)]
    return tuple(form for form in found if all(_has_form(cell, form) for cell in cells))


def _may_have_form(cell: str, form: str) -> bool:
    """Whether a cell has a clock and words exactly where a form has them; a cheap test before parsing."""
    clocked = "%H" in form or "%I" in form
    worded = any(mark in form for mark in ("%a", "%b", "%B"))
    return clocked == (":" in cell) and (not worded or re.search(r"[^\W\d_]", to_english_weekday(cell)) is not None)


def _has_form(cell: str, form: str) -> bool:
    try:
        moment = parse_time(cell, form)
    except ValueError:
        return False
    return 1970 <= moment.year < 2100 and ("%a" not in form or has_right_weekday(moment, to_english_weekday(cell)))


def parse_time(cell: str, form: str) -> datetime:
    """A time of a form of desk.toml, without regard to its zone.

    Raises:
        ValueError: it has another form.
    """
    if form == ROC:
        return datetime.fromisoformat(parse_roc_date(cell))
    return datetime.strptime(to_english_weekday(cell) if "%a" in form else cell, form)  # noqa: DTZ007 - see above


def parse_roc_date(cell: str) -> str:
    """The ISO date of a date such as 114/12/29, 民國114年12月29日 or 1141229; empty for any other cell."""
    match = _ROC_DATE.fullmatch(cell)
    # Without a mark between its parts, a month of one digit could not be told from two.
    if match is None or (not match["between"] and not re.fullmatch(r"[0-9]{7}", cell)):
        return ""
    try:
        return date(int(match["year"]) + 1911, int(match["month"]), int(match["day"])).isoformat()
    except ValueError:
        return ""


def choose_time_form(cells: Sequence[str]) -> tuple[str | None, str]:
    """The form of a column's times, or None and what its author must say.

    Forms that read every cell alike count as one; between 03/04 in March and in April nothing here decides.
    """
    forms = find_time_forms(cells)
    looked = list(dict.fromkeys(cell for cell in cells if cell))
    read = {tuple(parse_time(cell, form) for cell in looked): form for form in forms[::-1]}
    if len(read) == 1:
        return next(iter(read.values())), ""
    shown = next((cell for cell in looked), "")
    if read:
        return None, f'times such as "{shown}" may be {" or ".join(sorted(read.values()))}'
    return None, f'the times look like "{shown}", {explain_odd_time(shown) or "a form that is not known"}'


def explain_odd_time(cell: str) -> str:
    """What a time that fits no form of desk.toml may be; empty where that is unknown."""
    if re.fullmatch(r"[1-7][0-9]{4}(\.[0-9]+)?", cell):
        return "a spreadsheet's number of a day: give the column the form of a date there, and export it again"
    if re.fullmatch(r"(民國)?1[0-9]{2}([/.年-])[0-9]{1,2}[/.月-][0-9]{1,2}日?", cell):
        return 'a year of the Republic of China, 1911 years behind: time_format = "roc"'
    return ""
