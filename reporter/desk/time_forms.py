"""Times as people write them: which of the usual forms a column has, and which it may have besides."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from functools import cache

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


@cache
def _forms() -> tuple[str, ...]:
    clocked = [f"{day}{between}{clock}" for day in _DATES for clock in _CLOCKS for between in (" ", ", ", "T")]
    joined = [*_DATES, *clocked]
    return tuple(f"{form}{end}" for form in joined for end in _ENDS if not end or "%H" in form or "%I" in form)


def forms_of(cells: Sequence[str]) -> tuple[str, ...]:
    """The usual forms that every time of a column has; several where 03/04 may be March or April."""
    cells = [cell for cell in dict.fromkeys(cells) if cell]
    if not cells or not all(re.search(r"[0-9]", cell) for cell in cells):
        return ()
    found = [form for form in _forms() if _is(cells[0], form)]
    return tuple(form for form in found if all(_is(cell, form) for cell in cells))


def _is(cell: str, form: str) -> bool:
    try:
        year = datetime.strptime(cell, form).year  # noqa: DTZ007 - only its form is asked for
    except ValueError:
        return False
    return 1970 <= year < 2100


def usual_form(cells: Sequence[str]) -> tuple[str | None, str]:
    """The form of a column's times, or None and what its author has to say.

    Forms that read every cell alike count as one; between 03/04 in March and in April nothing here decides.
    """
    forms = forms_of(cells)
    looked = list(dict.fromkeys(cell for cell in cells if cell))
    read = {tuple(datetime.strptime(cell, form) for cell in looked): form for form in forms[::-1]}  # noqa: DTZ007 - compared
    if len(read) == 1:
        return next(iter(read.values())), ""
    shown = next((cell for cell in looked), "")
    if read:
        return None, f'times such as "{shown}" may be {" or ".join(sorted(read.values()))}'
    return None, f'the times look like "{shown}", {odd_time(shown) or "a form that is not known"}'


def odd_time(cell: str) -> str:
    """What a time of no form of desk.toml may be; nothing where that is not known."""
    if re.fullmatch(r"[1-7][0-9]{4}(\.[0-9]+)?", cell):
        return "a spreadsheet's number of a day: give the column the form of a date there, and export it again"
    if re.fullmatch(r"(民國)?1[0-9]{2}([/.年-])[0-9]{1,2}[/.月-][0-9]{1,2}日?", cell):
        return "a year of the Republic of China, 1911 years behind: export it with years such as 2026"
    return ""
