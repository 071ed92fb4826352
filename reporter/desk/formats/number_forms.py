"""Numbers as people and spreadsheets write them: separators, currency signs, brackets, percent signs, K and M and B.

`numbers = "1.234,56"` in desk.toml shows how a source writes one; it is never guessed, since 1,234 may be two numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

#: How one number is written → what stands between thousands, and before decimals.
FORMS: Mapping[str, tuple[str, str]] = {
    "1234.56": ("", "."),
    "1,234.56": (",", "."),
    "1.234,56": (".", ","),
    "1 234,56": (" ", ","),
    "1 234.56": (" ", "."),
    "1'234.56": ("'", "."),
    "1234,56": ("", ","),
}
#: What stands behind a number for so many of them.
_SIZES = {"k": 1e3, "m": 1e6, "mn": 1e6, "mm": 1e6, "b": 1e9, "bn": 1e9, "t": 1e12, "萬": 1e4, "万": 1e4}
_SIZES |= {"億": 1e8, "亿": 1e8, "兆": 1e12}
#: Cells that people write where there is no value.
MISSING_MARKS = (
    "—",
    "–",
    "-",
    "--",
    "N/A",
    "n/a",
    "#N/A",
    "#N/A N/A",
    "NA",
    "null",
    "NULL",
    "None",
    "NaN",
    "nan",
    ".",
    "..",
    "無",
)
_PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")


@cache
def _number_pattern(form: str) -> re.Pattern[str]:
    thousands, decimal = FORMS[form]
    grouped = rf"[1-9][0-9]{{0,2}}(?:{re.escape(thousands)}[0-9]{{3}})+|" if thousands else ""
    size = "|".join(sorted(_SIZES, key=len, reverse=True))
    return re.compile(
        rf"(?P<bracket>\()?(?P<sign>[+-])?(?:US\$|\$|USD)? ?(?P<inner>[+-])?"
        rf"(?P<whole>{grouped}[0-9]+)?(?:{re.escape(decimal)}(?P<part>[0-9]*))?(?P<power>[eE][+-]?[0-9]{{1,3}})?"
        rf" ?(?:(?P<percent>%)|(?P<size>{size}))? ?(?:USD|\$)?(?P<end>\))?",
        re.IGNORECASE,
    )


def parse_number(cell: str, form: str, *, percent: bool = False, sized: bool = False) -> float | None:
    """The number that a cell shows; None where it shows none in this form.

    Args:
        cell: the cell.
        form: one of `FORMS`.
        percent: whether a percent sign may stand behind it, which then says nothing new.
        sized: whether K, M, B or 億 may stand behind it, which multiply it.
    """
    text = cell.replace("\u00a0", " ").replace("\u202f", " ").replace("−", "-").replace("’", "'").strip()
    match = _number_pattern(form).fullmatch(text)
    if match is None or not (match["whole"] or match["part"]) or bool(match["bracket"]) != bool(match["end"]):
        return None
    signs = [sign for sign in (match["sign"], match["inner"], "-" if match["bracket"] else None) if sign]
    if len(signs) > 1 or (match["percent"] and not percent) or (match["size"] and not sized):
        return None
    whole = re.sub(r"[^0-9]", "", match["whole"] or "0")
    value = float(f"{whole}.{match['part'] or 0}{match['power'] or ''}")
    value *= _SIZES[match["size"].lower()] if match["size"] else 1.0
    return -value if signs == ["-"] else value


def detect_number_forms(columns: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """The forms in which every cell can be read; none where all are plain digits, several where it is ambiguous.

    Forms that read every cell alike count as one.
    """
    cells = [cell for column in columns for cell in column if cell and cell not in MISSING_MARKS]
    if not cells or all(_PLAIN.fullmatch(cell) for cell in cells):
        return ()
    read: dict[tuple[float | None, ...], str] = {}
    for form in FORMS:
        values = tuple(parse_number(cell, form, percent=True, sized=True) for cell in cells)
        if None not in values:
            read.setdefault(values, form)
    return tuple(read.values())


def to_float(cell: str) -> float:
    """A cell → its number, NaN where it is none."""
    try:
        return float(cell)
    except ValueError:
        return float("nan")
