"""How a file and its cells are written, as keys of desk.toml: totals among the rows, gaps, numbers.

Only `sniff` asks. What it finds becomes keys of desk.toml; what may be read in two ways is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reporter.desk.formats.containers import Content
from reporter.desk.formats.number_forms import MISSING_MARKS, detect_number_forms, parse_number
from reporter.desk.formats.readers import RawTable
from reporter.desk.formats.suggestion_lines import Suggestion, quote_toml

#: More kinds of rows without a time than these are no totals.
_MOST_TOTALS = 8


@dataclass(frozen=True, slots=True)
class CellForms:
    """How the cells of a table are written, as detected from them.

    Attributes:
        raw: the rows with their numbers in plain digits.
        drop: column of times → cells of it whose rows are no period.
        blank: cells that mean "no value".
        numbers: how numbers are written; empty for plain digits, several where the cells can't tell.
        percent: whether percent signs stand behind them.
        sized: whether K, M or B stand behind them.
    """

    raw: RawTable
    drop: Mapping[str, tuple[str, ...]]
    blank: tuple[str, ...]
    numbers: tuple[str, ...]
    percent: bool
    sized: bool


def detect_cell_forms(raw: RawTable, time: str | None, columns: Sequence[str]) -> CellForms:
    """How a table's cells are written.

    Args:
        raw: its rows.
        time: the column of times.
        columns: the columns of numbers that will be read.
    """
    drop: dict[str, tuple[str, ...]] = {}
    if time is not None:
        totals = tuple(dict.fromkeys(cell for cell in raw.columns[time] if cell and not re.search(r"[0-9]", cell)))
        if 0 < len(totals) <= _MOST_TOTALS:
            drop[time] = totals
            raw = raw.filter_rows([cell not in totals for cell in raw.columns[time]])
    used = {name: raw.columns[name] for name in dict.fromkeys(columns) if name in raw.columns}
    seen = {cell for cells in used.values() for cell in cells}
    blank = tuple(mark for mark in MISSING_MARKS if mark in seen)
    numbers = detect_number_forms(used.values())
    percent = any(cell.rstrip(") ").endswith("%") for cell in seen)
    sized = any(re.search(r"[0-9] ?(?:[kKmMbBtT][nNmM]?|[萬万億亿兆])\)?$", cell) for cell in seen)
    form = numbers[0] if len(numbers) == 1 else ""
    plain = {name: [_to_plain_digits(cell, form, blank) for cell in cells] for name, cells in used.items()}
    shown = RawTable(raw.file, {**raw.columns, **plain}, raw.lines, raw.notices)
    return CellForms(shown, drop, blank, numbers, percent, sized)


def _to_plain_digits(cell: str, form: str, blank: Sequence[str]) -> str:
    if cell in blank:
        return ""
    value = parse_number(cell, form, percent=True, sized=True) if form else None
    return cell if value is None else repr(value)


def suggest_text_keys(made: Suggestion, content: Content, banner: bool = False) -> None:
    """Add the desk.toml keys for how a text file is written, and for the part of it that is meant.

    Args:
        made: the suggestion.
        content: the file.
        banner: whether its layout finds the line of the names itself.
    """
    form = content.form
    for key, value, usual in (
        ("encoding", form.encoding, "utf-8"),
        ("separator", form.separator, ","),
        ("member", content.member, ""),
    ):
        if value != usual:
            made.keys[key] = quote_toml(value) if value != "\t" else '"\\t"'
    if form.header != 1 and not banner:
        made.keys["header"] = str(form.header)
    if form.header_lines != 1 and not banner:
        made.keys["header_lines"] = str(form.header_lines)


def suggest_cell_keys(
    made: Suggestion, raw: RawTable, time: str | None, columns: Sequence[str], *, plain: bool = True
) -> RawTable:
    """Add the desk.toml keys for how cells are written; return the rows with numbers in plain digits.

    Args:
        made: the suggestion.
        raw: the rows.
        time: the column of times.
        columns: the columns of numbers.
        plain: whether numbers are read as they stand; a layout of accountants' tables reads them itself.
    """
    seen = detect_cell_forms(raw, time, columns)
    if seen.drop:
        inner = ", ".join(
            f"{quote_toml(name)} = [{', '.join(map(quote_toml, cells))}]" for name, cells in seen.drop.items()
        )
        made.keys["drop"] = f"{{ {inner} }}"
    if not plain:
        return seen.raw
    if seen.blank:
        made.keys["blank"] = f"[{', '.join(map(quote_toml, seen.blank))}]"
    if len(seen.numbers) > 1:
        made.asks["numbers"] = f"numbers may be written as {' or '.join(map(quote_toml, seen.numbers))}"
    elif seen.numbers:
        made.keys["numbers"] = quote_toml(seen.numbers[0])
    if seen.percent:
        made.facts.append("numbers have percent signs")
    if seen.sized:
        made.facts.append("numbers are followed by K, M, B or the like, which multiplies them")
    return seen.raw
