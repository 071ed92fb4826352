"""How a file and its cells are written, as keys of desk.toml: totals among the rows, gaps, numbers.

Only `sniff` asks. What it finds becomes keys of desk.toml; what may be read in two ways is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reporter.desk.containers import Content
from reporter.desk.number_forms import MISSING_MARKS, form_of, number_in
from reporter.desk.readers import RawTable
from reporter.desk.suggested import Suggestion, quoted

#: More kinds of rows without a time than these are no totals.
_MOST_TOTALS = 8


@dataclass(frozen=True, slots=True)
class Cells:
    """What was found.

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


def cells_of(raw: RawTable, time: str | None, columns: Sequence[str]) -> Cells:
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
            raw = raw.only([cell not in totals for cell in raw.columns[time]])
    used = {name: raw.columns[name] for name in dict.fromkeys(columns) if name in raw.columns}
    seen = {cell for cells in used.values() for cell in cells}
    blank = tuple(mark for mark in MISSING_MARKS if mark in seen)
    numbers = form_of(used.values())
    percent = any(cell.rstrip(") ").endswith("%") for cell in seen)
    sized = any(re.search(r"[0-9] ?(?:[kKmMbBtT][nNmM]?|[萬万億亿兆])\)?$", cell) for cell in seen)
    form = numbers[0] if len(numbers) == 1 else ""
    plain = {name: [_plain(cell, form, blank) for cell in cells] for name, cells in used.items()}
    shown = RawTable(raw.file, {**raw.columns, **plain}, raw.lines, raw.notices)
    return Cells(shown, drop, blank, numbers, percent, sized)


def _plain(cell: str, form: str, blank: Sequence[str]) -> str:
    if cell in blank:
        return ""
    value = number_in(cell, form, percent=True, sized=True) if form else None
    return cell if value is None else repr(value)


def text_keys(made: Suggestion, content: Content, banner: bool = False) -> None:
    """How a text is written, and which part of a file is meant, as keys.

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
            made.keys[key] = quoted(value) if value != "\t" else '"\\t"'
    if form.header != 1 and not banner:
        made.keys["header"] = str(form.header)
    if form.header_lines != 1 and not banner:
        made.keys["header_lines"] = str(form.header_lines)


def cell_keys(
    made: Suggestion, raw: RawTable, time: str | None, columns: Sequence[str], *, plain: bool = True
) -> RawTable:
    """How cells are written, as keys; and the rows with their numbers in plain digits.

    Args:
        made: the suggestion.
        raw: the rows.
        time: the column of times.
        columns: the columns of numbers.
        plain: whether numbers are read as they stand; a layout of accountants' tables reads them itself.
    """
    seen = cells_of(raw, time, columns)
    if seen.drop:
        inner = ", ".join(f"{quoted(name)} = [{', '.join(map(quoted, cells))}]" for name, cells in seen.drop.items())
        made.keys["drop"] = f"{{ {inner} }}"
    if not plain:
        return seen.raw
    if seen.blank:
        made.keys["blank"] = f"[{', '.join(map(quoted, seen.blank))}]"
    if len(seen.numbers) > 1:
        made.asks["numbers"] = f"numbers may be written as {' or '.join(map(quoted, seen.numbers))}"
    elif seen.numbers:
        made.keys["numbers"] = quoted(seen.numbers[0])
    if seen.percent:
        made.facts.append("numbers have percent signs")
    if seen.sized:
        made.facts.append("numbers are followed by K, M, B or the like, which multiplies them")
    return seen.raw
