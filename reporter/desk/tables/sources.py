"""The files of each source, read into one checked table a source."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from reporter.desk.config.config import DeskConfig, SourceConfig
from reporter.desk.config.consistency import is_glob
from reporter.desk.config.paths import explain_outside
from reporter.desk.formats.containers import NAMES, Content, make_file_error, open_file
from reporter.desk.formats.json_rows import parse_json
from reporter.desk.formats.layouts import Layout
from reporter.desk.formats.market_identity import (
    classify_column,
    collect_mentions,
    find_contradictions,
    keep_own_options,
    make_expected_market,
)
from reporter.desk.formats.readers import RawTable, check_header, read_csv
from reporter.desk.formats.records import PLAIN_LAYOUT, first_present_name, read_raw_table
from reporter.desk.parsing.canonical import Columns, canonical_columns, optional_columns, required_columns
from reporter.desk.parsing.tables import SourceTable
from reporter.desk.parsing.times import parse_row_times
from reporter.desk.tables.other_layouts import other_layouts
from reporter.desk.tables.shaping import apply_layout, apply_source_options
from reporter.desk.tables.snapshots import find_snapshot_time, snapshot_glob
from reporter.desk.tables.source_rows import build_source_table
from reporter.desk.tables.splits import list_splits
from reporter.desk.validation.price_spans import contradicting_prices, unbelievable_prices
from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.diagnostics.errors import ImplausibleDataError, InputError

#: A glob that finds more files than this was meant otherwise.
_MOST_FILES = 5_000


def read_sources(config: DeskConfig) -> tuple[dict[str, list[SourceTable]], tuple[Diagnostic, ...]]:
    """Every source of a desk: canonical table → its sources in order of priority.

    Returns:
        The tables, and notices of what was dropped.

    Raises:
        InputError: every fault found in any of the files.
        DoubtError: where there is nothing worse than rows that can hardly be true.
    """
    tables: dict[str, list[SourceTable]] = {}
    problems: list[Diagnostic] = []
    doubts: list[Diagnostic] = []
    notices: list[Diagnostic] = []
    for source in config.source:
        try:
            table, noticed = read_source(config, source)
        except ImplausibleDataError as error:
            doubts.extend(error.diagnostics)
        except InputError as error:
            problems.extend(error.diagnostics)
        else:
            tables.setdefault(source.table, []).append(table)
            notices.extend(noticed)
    problems.extend(contradicting_prices(config, tables.get("prices", ())))
    if problems:
        raise InputError([*problems, *doubts])
    if doubts:
        raise ImplausibleDataError(doubts)
    return tables, tuple(notices)


def list_files(config: DeskConfig, source: SourceConfig) -> tuple[str, ...]:
    """The files of a source as messages name them, in the order in which their rows are numbered.

    Raises:
        InputError: there are none.
    """
    if source.format == "sql":
        return (source.path,)
    return tuple(_format_path(config, path) for path in _find_files(config, source))


def read_source(config: DeskConfig, source: SourceConfig) -> tuple[SourceTable, tuple[Diagnostic, ...]]:
    """One source's rows, and notices of what was dropped.

    Raises:
        InputError: every fault found in its files.
        DoubtError: where there is nothing worse than rows that can hardly be true.
    """
    parts: list[Columns] = []
    shown: list[str] = []
    problems: list[Diagnostic] = []
    notices: list[Diagnostic] = []
    if source.format == "sql":
        from reporter.desk.tables.queries import run_query

        raw = run_query(config, source)
        check_header(list(raw.columns), required_columns(source), raw.file, None)
        raw = _check_identity(config, source, raw)
        columns = canonical_columns(config, source, raw, None)
        table, noticed = _checked_table(config, source, [columns], [raw.file])
        return table, (*raw.notices, *noticed)
    for path in _find_files(config, source):
        name = _format_path(config, path)
        try:
            resolved, raw = _read_file(config, source, path, name)
            parts.append(canonical_columns(config, resolved, raw, find_snapshot_time(config, source, path)))
            shown.append(raw.file)
            notices.extend(raw.notices)
        except InputError as error:
            problems.extend(error.diagnostics)
    if problems:
        raise InputError(problems)
    table, noticed = _checked_table(config, source, parts, shown)
    return table, (*notices, *noticed)


def _checked_table(
    config: DeskConfig, source: SourceConfig, parts: Sequence[Columns], files: Sequence[str]
) -> tuple[SourceTable, tuple[Diagnostic, ...]]:
    """A source's rows, whose prices can be the asset's; see `build_source_table`."""
    kinds = {key: item.kind for key, item in config.instrument.items()}
    table, notices = build_source_table(
        source, parts, files, config.find_layout(source), config.gates, kinds, list_splits(config)
    )
    if problems := list(unbelievable_prices(config.asset, table, files)):
        raise InputError(problems)
    return table, notices


def iterate_raw_tables(config: DeskConfig, source: SourceConfig) -> Iterator[tuple[SourceConfig, RawTable]]:
    """The raw table of each file of a source, before rows are selected; see `_read_file`.

    Raises:
        InputError: a file can't be read.
    """
    for path in _find_files(config, source):
        yield _read_file(config, source, path, _format_path(config, path))


def _read_file(config: DeskConfig, source: SourceConfig, path: Path, name: str) -> tuple[SourceConfig, RawTable]:
    """A file's columns, and the source with the names that its columns have in this file."""
    required, layout = required_columns(source), config.find_layout(source)
    if source.format == "csv":
        rest, form = source.table == "events" or _identifies_market, source.text_form
        raw = read_csv(path, name, required, optional_columns(source), rest=rest, member=source.member, form=form)
        return source, _check_identity(config, source, apply_source_options(source, raw))
    content = open_file(path, name, source.member, source.text_form)
    if layout is None:
        if content.kind != source.format:
            hint = f'declare format = "{content.kind}", or see what `reporter sniff` says'
            raise make_file_error(
                "data.not-a-table", name, f'{NAMES[content.kind]}, and format = "{source.format}" is declared', hint
            )
        raw = read_raw_table(content, PLAIN_LAYOUT)
        _check_layout(source, content, raw)
        check_header(list(raw.columns), required, raw.file, None)
        return source, _check_identity(config, source, apply_source_options(source, raw), content)
    raw = read_raw_table(content, layout)
    _check_layout(source, content, raw, layout)
    raw = apply_layout(apply_source_options(source, raw), layout)
    names = {key: first_present_name(column, raw.columns) or column for key, column in source.columns.items()}
    resolved = source.model_copy(
        update={"columns": names, "time": first_present_name(source.time, raw.columns) or source.time}
    )
    check_header(list(raw.columns), required_columns(resolved), raw.file, None)
    return resolved, _check_identity(config, resolved, raw, content)


def _check_layout(source: SourceConfig, content: Content, raw: RawTable, layout: Layout | None = None) -> None:
    """Refuse a file that is known to be another than the source says."""
    if problems := list(other_layouts(source, content, raw, layout)):
        raise InputError(problems[:1])


def _identifies_market(name: str) -> bool:
    """Whether a column may name a market or a currency."""
    return classify_column(name) is not None or name.lower().startswith("volume")


def _check_identity(
    config: DeskConfig, source: SourceConfig, raw: RawTable, content: Content | None = None
) -> RawTable:
    """Refuse a file that names another coin, or prices in another currency.

    Returns:
        Its rows; of a list of options, each of which has a symbol of its own, those of the desk's coin.
    """
    expected = make_expected_market(config.asset.symbol, config.asset.currency, source.table, source.measures)
    used = raw
    if source.where and set(source.where) <= raw.columns.keys():
        keep = [all(raw.columns[name][row] == cell for name, cell in source.where.items()) for row in range(len(raw))]
        used = raw.filter_rows(keep)
    answer = parse_json(content) if content is not None and content.kind == "json" else None
    read = [source.columns.get(name, name) for name in source.spec.scaled]
    claims = collect_mentions(used, expected, read, config.find_layout(source), answer)
    if source.table == "options":
        raw, claims = keep_own_options(raw, expected, claims)
    problems = []
    for claim, why, hint in find_contradictions(expected, claims):
        file = raw.file if claim.line is not None else raw.file.partition("#")[0]
        said = f'{claim.where} says "{claim.said}": {why}'
        problems.append(Diagnostic("data.other-market", Place(file, claim.line), said, hint))
    if problems:
        raise InputError(problems)
    return raw


def _find_files(config: DeskConfig, source: SourceConfig) -> list[Path]:
    """The files of a source: a path, or a glob below the desk's folder in name order."""
    pattern = snapshot_glob(source.path)
    if is_glob(pattern):
        return _match_glob(config, source, pattern)
    path = config.folder / source.path
    _check_path_allowed(config, source, path)
    if path.is_file():
        return [path]
    if path.is_dir():
        raise InputError(
            [
                config.source_diagnostic(
                    "desk.wrong-path", source, f'"{source.path}" is a folder', 'name a file, or write "…/*.csv"'
                )
            ]
        )
    near = sorted(item.name for item in path.parent.glob("*") if item.is_file()) if path.parent.is_dir() else []
    hint = f"files there: {_list_some(near)}" if near else "check the path; it is relative to desk.toml"
    if any(feed.source == source.id for feed in config.feed):
        hint = "run `reporter fetch` to fill it"
    raise InputError([config.source_diagnostic("desk.no-file", source, f'no file "{source.path}"', hint)])


def _match_glob(config: DeskConfig, source: SourceConfig, pattern: str) -> list[Path]:
    try:
        files = sorted(path for path in config.folder.glob(pattern) if path.is_file())
    except (ValueError, NotImplementedError) as error:
        raise InputError(
            [
                config.source_diagnostic(
                    "desk.wrong-path", source, f'path "{source.path}" is no glob', str(error).lower()
                )
            ]
        ) from error
    if not files:
        where = f"in {config.folder.as_posix()}"
        raise InputError([config.source_diagnostic("desk.no-file", source, f'no file matches "{source.path}"', where)])
    if len(files) > _MOST_FILES:
        what = f'"{source.path}" matches {len(files)} files, more than {_MOST_FILES}'
        raise InputError([config.source_diagnostic("desk.wrong-path", source, what, "write a narrower glob")])
    for path in files:
        _check_path_allowed(config, source, path)
    return files


def _check_path_allowed(config: DeskConfig, source: SourceConfig, path: Path) -> None:
    if (why := explain_outside(config, path)) is not None:
        raise InputError([config.source_diagnostic("desk.outside", source, *why)])


def _list_some(names: Iterable[str]) -> str:
    names = list(names)
    return ", ".join(names[:8]) + (" …" if len(names) > 8 else "")


def _format_path(config: DeskConfig, path: Path) -> str:
    """A data file as its author would type it from where desk.toml was named."""
    inside = Path(os.path.relpath(path, config.folder))
    return os.path.normpath(Path(config.shown_as).parent / inside)


def find_successors(config: DeskConfig, source: SourceConfig) -> tuple[str, ...]:
    """Symbols of a source's files whose rows begin after the last row that `where` keeps, as `column = "symbol"`.

    They are a possible reason why prices end.

    Args:
        config: the desk.
        source: one of its sources.
    """
    if not source.where or not source.time or source.format == "sql":
        return ()
    spans: dict[tuple[str, ...], tuple[int, int]] = {}
    try:
        for resolved, raw in iterate_raw_tables(config, source):
            problems: list[Diagnostic] = []
            times = parse_row_times(resolved, raw, problems)
            if problems:
                return ()
            for row, symbol in enumerate(zip(*(raw.columns[column] for column in source.where), strict=True)):
                first, last = spans.get(symbol, (int(times[row]), int(times[row])))
                spans[symbol] = min(first, int(times[row])), max(last, int(times[row]))
    except InputError:
        # Whatever is wrong with rows that nobody reads is no reason to say less of those that are read.
        return ()
    kept = spans.pop(tuple(source.where.values()), None)
    later = sorted((first, symbol) for symbol, (first, _) in spans.items() if kept is not None and first > kept[1])
    return tuple(
        ", ".join(f'{column} = "{cell}"' for column, cell in zip(source.where, symbol, strict=True))
        for _, symbol in later
    )
