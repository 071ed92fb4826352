"""A file → the layouts that it has, best first; or that it is a plain table; or nothing that is known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from reporter.desk.formats.containers import Content, decode_text, make_file_error, open_file
from reporter.desk.formats.json_rows import parse_json, value_at_path
from reporter.desk.formats.layouts import Layout, Library
from reporter.desk.formats.number_forms import to_float
from reporter.desk.formats.readers import RawTable
from reporter.desk.formats.records import PLAIN_LAYOUT, first_present_name, read_raw_table
from reporter.desk.formats.text_forms import detect_text_form
from reporter.desk.tables.shaping import apply_layout, epoch_seconds
from reporter.diagnostics.diagnostic import Diagnostic
from reporter.diagnostics.errors import InputError

_LOOKED_AT = 20
#: One row in so many may be wrong before the order of columns is.
_BAD_ROWS = 20


@dataclass(frozen=True, slots=True)
class LayoutMatch:
    """A layout that fits a file.

    Attributes:
        name: the layout's name.
        layout: the layout.
        raw: the file's rows, shaped by it; as they stand where no table takes them.
        weight: how much speaks for it.
        doubt: why another layout may be meant; empty where none may.
    """

    name: str
    layout: Layout
    raw: RawTable
    weight: int
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class RecognisedFile:
    """The layouts that fit a file, best first, or the plain table in it.

    Attributes:
        content: the file.
        matches: layouts that it has, best first.
        plain: its table as it stands, where it is one.
        fault: why the best layout can't be read all the same.
    """

    content: Content
    matches: tuple[LayoutMatch, ...]
    plain: RawTable | None
    fault: tuple[Diagnostic, ...] = ()


def recognise_file(path: Path, shown_as: str, library: Library, member: str = "") -> RecognisedFile:
    """A file → the layouts that fit it, best first.

    Args:
        path: the file.
        shown_as: how to name it in messages.
        library: the layouts that are known.
        member: which file of a zip, worksheet or place in JSON is meant, where there are several.

    Raises:
        InputError: it can't be opened, is damaged, or is an error message.
    """
    content = detect_text_form(open_file(path, shown_as, member))
    if content.kind == "json" and _is_empty(parse_json(content)):
        raise make_file_error("data.no-rows", shown_as, "an answer without rows", "ask for a span that has some")
    elif content.kind == "csv":
        decode_text(content)
    found: list[LayoutMatch] = []
    faults: list[Diagnostic] = []
    tables: dict[object, RawTable | None] = {}
    for name, layout in library.items():
        raw = _read_as_layout(content, layout, tables) if layout.verified else None
        if raw is None or not _has_layout(raw, layout, content):
            continue
        try:
            rows = apply_layout(raw, layout) if layout.table else raw
        except InputError as error:
            faults.extend(error.diagnostics)
            continue
        found.append(LayoutMatch(name, layout, rows, _match_weight(layout, path.name)))
    found.sort(key=lambda match: (-match.weight, match.name))
    if found or faults:
        return RecognisedFile(content, tuple(_flag_rivals(found, path.name)), None, () if found else tuple(faults))
    return RecognisedFile(content, (), _read_plain_table(content))


def _is_empty(value: Any) -> bool:
    """Whether an answer's list of rows, or the whole answer, is empty."""
    if not isinstance(value, dict):
        return isinstance(value, list) and not value
    return any(
        value.get(key) in ([], {}) or _is_empty(value.get(key)) for key in ("data", "result", "Data") if key in value
    )


def _read_as_layout(content: Content, layout: Layout, tables: dict[object, RawTable | None]) -> RawTable | None:
    """The file read as a layout says, once for each way of reading; None where it can't be read so."""
    nameless = layout.header in ("none", "maybe")
    found = (
        (layout.header, layout.needs)
        if layout.header == "found"
        else (layout.header, layout.fields if nameless else ())
    )
    key: object = (layout.path, layout.shape, layout.fields, layout.time) if content.kind == "json" else found
    if content.kind not in ("json", "csv", "excel"):
        key = "arrow"
    if key not in tables:
        try:
            tables[key] = read_raw_table(content, layout)
        except InputError:
            tables[key] = None
    return tables[key]


def _read_plain_table(content: Content) -> RawTable | None:
    try:
        return read_raw_table(content, PLAIN_LAYOUT)
    except InputError:
        if content.kind != "json":
            raise
        return None


def _has_layout(raw: RawTable, layout: Layout, content: Content) -> bool:
    """Whether a table has the columns and values that a layout needs."""
    names = raw.columns
    if content.kind == "json" and layout.shape == "lists" and len(names) != len(layout.fields):
        return False
    if content.kind != "json" and "" not in layout.path:
        # What lies deep in an answer is no table of its own.
        return False
    if content.kind in ("csv", "excel") and not _has_layout_header(raw, layout):
        return False
    if any(first_present_name(need, names) is None for need in layout.needs) or any(
        name in names for name in layout.lacks
    ):
        return False
    if layout.around and not says_around(content, layout):
        return False
    for name, pattern in layout.values.items():
        cells = [cell for cell in names.get(name, [])[:_LOOKED_AT] if cell]
        if not cells or not all(re.search(pattern, cell) for cell in cells):
            return False
    if layout.table == "prices" and not _has_ordered_bars(raw, layout):
        return False
    return all(_is_in_span(names.get(name, []), span) for name, span in layout.medians.items())


def says_around(content: Content, layout: Layout) -> bool:
    """Whether an answer says around its rows what the layout's answers say there."""
    if content.kind != "json":
        return False
    said = {place: value_at_path(parse_json(content), place) for place in layout.around}
    return all(isinstance(said[place], str) and re.search(form, said[place]) for place, form in layout.around.items())


def _has_ordered_bars(raw: RawTable, layout: Layout) -> bool:
    """Whether highs and lows of unnamed columns enclose opens and closes; named ones are checked at build.

    Lists of one length have their prices in several orders: Coinbase's are low, high, open, close, Bitfinex's open,
    close, high, low. One bad row is a bad row, many are another order.
    """
    if layout.shape != "lists" and layout.header not in ("none", "maybe"):
        return True
    named = [first_present_name(layout.columns.get(key, key), raw.columns) for key in ("open", "high", "low", "close")]
    if any(name is None for name in named):
        return True
    first, high, low, last = (np.asarray([to_float(cell) for cell in raw.columns[name or ""]]) for name in named)
    with np.errstate(invalid="ignore"):
        wrong = (high < np.fmax(first, last)) | (low > np.fmin(first, last))
    return int(wrong.sum()) <= len(raw) // _BAD_ROWS


def _has_layout_header(raw: RawTable, layout: Layout) -> bool:
    """Whether a text table without names has as many columns as its layout, and times in the first."""
    if layout.header not in ("none", "maybe"):
        return layout.header == "first" or bool(layout.needs)
    shared = min(len(raw.columns), len(layout.fields))
    named = list(raw.columns)[:shared] == list(layout.fields)[:shared]
    if not named:
        return layout.header == "maybe"
    times = next(iter(raw.columns.values()))[:_LOOKED_AT]
    whole = len(raw.columns) == len(layout.fields)
    return whole and (bool(layout.values) or all(epoch_seconds(cell) is not None for cell in times))


def _is_in_span(cells: Sequence[str], span: tuple[float, float]) -> bool:
    sizes = [size for cell in cells if (size := _finite_magnitude(cell)) > 0]
    return bool(sizes) and span[0] <= float(np.median(sizes)) <= span[1]


def _finite_magnitude(cell: str) -> float:
    try:
        value = abs(float(cell))
    except ValueError:
        return 0.0
    return value if np.isfinite(value) else 0.0


def _match_weight(layout: Layout, file_name: str) -> int:
    named = 10 if layout.named and re.search(layout.named, file_name) else 0
    return (
        len(layout.needs or layout.fields)
        + 2 * len(layout.values)
        + 2 * len(layout.around)
        + len(layout.medians)
        + named
    )


def _flag_rivals(found: Sequence[LayoutMatch], file_name: str) -> Iterator[LayoutMatch]:
    """The matches, each with its rivals of the same columns, between which only values decide."""
    for match in found:
        rivals = [
            other.name
            for other in found
            if other is not match
            and other.layout.table != match.layout.table
            and set(other.layout.needs) == set(match.layout.needs)
        ]
        named = bool(match.layout.named and re.search(match.layout.named, file_name))
        doubt = f"{' and '.join(rivals)} have the same columns" if rivals and not named else ""
        yield LayoutMatch(match.name, match.layout, match.raw, match.weight, doubt)


def find_column(columns: Mapping[str, Sequence[str]], pattern: str) -> str | None:
    """The first column whose whole name matches a pattern, ignoring case and the marks between words.

    A form after "||" is asked for where no column has the ones before.
    """
    plain = {name: re.sub(r"[\s\-/.()（）\[\]%]+", "_", name).strip("_") for name in columns}
    for form in pattern.split("||"):
        if found := next((name for name in columns if re.fullmatch(form, plain[name], re.IGNORECASE)), None):
            return found
    return None
