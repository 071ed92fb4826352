"""A raw table to canonical columns: times with a zone, numbers in canonical units, every bad cell located."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

import numpy as np
import numpy.typing as npt

from reporter.desk.config.config import DeskConfig, SourceConfig
from reporter.desk.config.fields import parse_duration
from reporter.desk.formats.readers import MAX_PROBLEMS, RawTable
from reporter.desk.formats.schema import EVENT_COLUMNS, OPTIONAL_DATES
from reporter.desk.parsing.cell_parsing import (
    Floats,
    Texts,
    add_cell_diagnostics,
    parse_dates,
    parse_numbers,
    parse_option_types,
    to_text_array,
)
from reporter.desk.parsing.times import Seconds, are_last_seconds, parse_known_times, parse_row_times, period_columns
from reporter.diagnostics.diagnostic import Diagnostic, Place, did_you_mean
from reporter.diagnostics.errors import InputError
from reporter.diagnostics.hidden_characters import find_hidden, name_character

#: Canonical column name → values, one a row; `line` holds the row's line in its file.
Columns = dict[str, npt.NDArray[np.generic]]


def required_columns(source: SourceConfig) -> tuple[str, ...]:
    """Names, in the file, of the columns that must be there: those the table needs, and those desk.toml names."""
    spec = source.spec
    if source.layout == "wide":
        return (*source.time_columns, *source.instruments.values(), *source.where, *source.drop)
    required = ("close",) if source.layout == "closes" else spec.required
    own = (*required, *spec.text, *(name for name in spec.dates if name not in OPTIONAL_DATES))
    named = (source.columns.get(name, name) for name in own)
    known = (source.known,) if source.known else ()
    return (*source.time_columns, *named, *source.columns.values(), *source.where, *known, *source.drop)


def optional_columns(source: SourceConfig) -> tuple[str, ...]:
    """Names, in the file, of the columns that are read where they are there."""
    spec = source.spec
    return () if source.layout == "wide" else (*spec.optional, *(name for name in spec.dates if name in OPTIONAL_DATES))


def canonical_columns(config: DeskConfig, source: SourceConfig, raw: RawTable, moment: int | None = None) -> Columns:
    """One file's rows in canonical form.

    Args:
        config: the desk.
        source: the declaration, with the names that columns have in this file.
        raw: the file's rows.
        moment: when the file was taken, seconds since 1970 UTC, where that is known of it.

    Raises:
        InputError: every cell that can't be read, located.
    """
    raw = _filter_rows(config, source, raw)
    problems = list(_find_hidden_characters(raw))
    if problems:
        raise InputError(problems)
    times = parse_row_times(source, raw, problems) if source.time else np.full(len(raw), moment or 0, dtype=np.int64)
    if not problems and are_last_seconds(source, times):
        source, times = source.model_copy(update={"stamp": "end"}), times + 1
    if source.layout == "wide":
        columns = _read_wide_layout(source, raw, times, problems)
    else:
        columns = _read_long_layout(source, raw, problems)
        columns["line"] = np.asarray(raw.lines, dtype=np.int64)
        columns |= period_columns(source, times)
    if source.known:
        columns["known"] = np.maximum(columns["known"].astype(np.int64), parse_known_times(source.known, raw, problems))
    if problems:
        raise InputError(problems)
    if moment is not None and source.taken is not None:
        columns["taken"] = np.full(len(columns["line"]), moment, dtype=np.int64)
    return columns


def _find_hidden_characters(raw: RawTable) -> Iterator[Diagnostic]:
    """Cells with characters that nobody sees: they would steer a terminal, or turn a sentence's figures round."""
    for name, cells in raw.columns.items():
        whole = "\n".join(cells)
        if (whole.isascii() and whole.replace("\n", "").isprintable()) or find_hidden(whole) is None:
            continue
        faulty = ((line, found[0]) for line, cell in zip(raw.lines, cells, strict=True) if (found := find_hidden(cell)))
        for line, char in islice(faulty, MAX_PROBLEMS):
            what = f'column "{name}": {name_character(char)}'
            yield Diagnostic("data.hidden-character", Place(raw.file, line), what, "delete it from the cell")


def _filter_rows(config: DeskConfig, source: SourceConfig, raw: RawTable) -> RawTable:
    """The rows that desk.toml selects: by `where`, and by symbol in a long table of instruments."""
    if source.where:
        keep = [True] * len(raw)
        for column, value in source.where.items():
            keep = [kept and cell == value for kept, cell in zip(keep, raw.columns[column], strict=True)]
        if not any(keep):
            what = f"no row of {raw.file} has " + ", ".join(f'{c} = "{v}"' for c, v in source.where.items())
            raise InputError(
                [config.source_diagnostic("data.no-matching-row", source, what, "check the spelling in where = { … }")]
            )
        raw = raw.filter_rows(keep)
    if source.table == "cross_asset" and source.layout == "long":
        column = source.columns.get("instrument", "instrument")
        symbols = set(raw.columns[column])
        unknown = [symbol for symbol in source.instruments.values() if symbol not in symbols]
        if unknown:
            raise InputError(
                config.source_diagnostic(
                    "data.no-matching-row",
                    source,
                    f'no row of {raw.file} has {column} = "{symbol}"',
                    did_you_mean(symbol, sorted(symbols)) or f"there are: {', '.join(sorted(symbols)[:20])}",
                )
                for symbol in unknown
            )
        wanted = set(source.instruments.values())
        raw = raw.filter_rows([cell in wanted for cell in raw.columns[column]])
    return raw


def _read_long_layout(source: SourceConfig, raw: RawTable, problems: list[Diagnostic]) -> Columns:
    spec = source.spec
    columns: Columns = {}
    for name in spec.columns:
        column = source.columns.get(name, name)
        if column not in raw.columns:
            continue
        if name in spec.text:
            columns[name] = _read_text_column(source, name, raw, column, problems)
        elif name in spec.dates:
            columns[name] = parse_dates(raw, column, problems)
        else:
            values = parse_numbers(raw, column, problems, source)
            factor = spec.find_factor(source.unit, name) if name in spec.scaled else 1.0
            columns[name] = values * factor if factor != 1.0 else values
            if source.per and name in spec.scaled:
                # A rate for eight hours, given every four, counts half each time.
                columns[name] = values * factor * (parse_duration(source.bar) / parse_duration(source.per))
        if name in spec.key:
            blank = np.asarray([not cell for cell in raw.columns[column]], dtype=bool)
            add_cell_diagnostics("data.blank-cell", raw, column, blank, "blank, and every row needs it", problems)
    if source.table == "events":
        columns |= _read_event_texts(source, raw)
    if source.layout == "closes":
        # A list of closes says nothing of the day's other prices.
        columns |= {name: np.full(len(raw), np.nan) for name in ("open", "high", "low")}
    return columns


def _read_text_column(source: SourceConfig, name: str, raw: RawTable, column: str, problems: list[Diagnostic]) -> Texts:
    if source.table == "options":
        return parse_option_types(raw, column, problems)
    values = to_text_array(raw, column)
    if name == "instrument":
        keys = {symbol: key for key, symbol in source.instruments.items()}
        return np.asarray([keys[symbol] for symbol in values.tolist()], dtype=object)
    return values


def _read_event_texts(source: SourceConfig, raw: RawTable) -> Mapping[str, Texts]:
    """The texts of an event, by column, in every locale that the file has."""
    named = {name: column for name, column in source.columns.items() if name.partition("_")[0] in EVENT_COLUMNS}
    own = {name: name for name in raw.columns if name.partition("_")[0] in EVENT_COLUMNS}
    return {name: to_text_array(raw, column) for name, column in (own | named).items()}


def _read_wide_layout(source: SourceConfig, raw: RawTable, times: Seconds, problems: list[Diagnostic]) -> Columns:
    """One row an instrument and time; a blank cell is kept, because it means that the market was closed."""
    count = len(source.instruments)
    closes: list[Floats] = [parse_numbers(raw, column, problems, source) for column in source.instruments.values()]
    columns: Columns = {
        "instrument": np.repeat(np.asarray(list(source.instruments), dtype=object), len(raw)),
        "close": np.concatenate(closes),
        "line": np.tile(np.asarray(raw.lines, dtype=np.int64), count),
    }
    return columns | {name: np.tile(values, count) for name, values in period_columns(source, times).items()}
