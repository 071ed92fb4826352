"""The files of each source, read into one checked table a source."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from reporter.desk.canonical import Columns, canonical_columns, optional_columns, required_columns
from reporter.desk.config import DeskConfig, SourceConfig
from reporter.desk.consistency import is_glob
from reporter.desk.readers import read_csv
from reporter.desk.rows import source_table
from reporter.desk.tables import SourceTable
from reporter.errors import InputError, Problem

#: A glob that finds more files than this was meant otherwise.
_MOST_FILES = 5_000


def read_sources(config: DeskConfig) -> tuple[dict[str, list[SourceTable]], tuple[str, ...]]:
    """Every source of a desk: canonical table → its sources in order of priority.

    Returns:
        The tables, and notices of what was dropped.

    Raises:
        InputError: every fault found in any of the files.
    """
    tables: dict[str, list[SourceTable]] = {}
    problems: list[Problem] = []
    notices: list[str] = []
    for source in config.source:
        try:
            table, noticed = _read_source(config, source)
        except InputError as error:
            problems.extend(error.problems)
        else:
            tables.setdefault(source.table, []).append(table)
            notices.extend(noticed)
    if problems:
        raise InputError(problems)
    return tables, tuple(notices)


def _read_source(config: DeskConfig, source: SourceConfig) -> tuple[SourceTable, tuple[str, ...]]:
    parts: list[Columns] = []
    shown: list[str] = []
    problems: list[Problem] = []
    for path in _files(config, source):
        name = _shown(config, path)
        try:
            raw = read_csv(
                path, name, required_columns(source), optional_columns(source), rest=source.table == "events"
            )
            parts.append(canonical_columns(config, source, raw))
            shown.append(name)
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return source_table(source, parts, shown)


def _files(config: DeskConfig, source: SourceConfig) -> list[Path]:
    """The files of a source: a path, or a glob below the desk's folder in name order."""
    if is_glob(source.path):
        return _matching(config, source)
    path = config.folder / source.path
    if path.is_file():
        return [path]
    if path.is_dir():
        raise InputError([config.problem(source, f'"{source.path}" is a folder', 'name a file, or write "…/*.csv"')])
    near = sorted(item.name for item in path.parent.glob("*") if item.is_file()) if path.parent.is_dir() else []
    hint = f"files there: {_some(near)}" if near else "check the path; it is relative to desk.toml"
    if any(feed.source == source.id for feed in config.feed):
        hint = "run `reporter fetch` to fill it"
    raise InputError([config.problem(source, f'no file "{source.path}"', hint)])


def _matching(config: DeskConfig, source: SourceConfig) -> list[Path]:
    try:
        files = sorted(path for path in config.folder.glob(source.path) if path.is_file())
    except (ValueError, NotImplementedError) as error:
        raise InputError([config.problem(source, f'path "{source.path}" is no glob', str(error).lower())]) from error
    if not files:
        where = f"in {config.folder.as_posix()}"
        raise InputError([config.problem(source, f'no file matches "{source.path}"', where)])
    if len(files) > _MOST_FILES:
        what = f'"{source.path}" matches {len(files)} files, more than {_MOST_FILES}'
        raise InputError([config.problem(source, what, "write a narrower glob")])
    root = config.folder.resolve()
    outside = [path for path in files if not path.resolve().is_relative_to(root)]
    if outside:
        what = f"{_shown(config, outside[0])} is a link that leads out of the desk folder"
        raise InputError([config.problem(source, what, "a glob stays inside the desk folder")])
    return files


def _some(names: Iterable[str]) -> str:
    names = list(names)
    return ", ".join(names[:8]) + (" …" if len(names) > 8 else "")


def _shown(config: DeskConfig, path: Path) -> str:
    """A data file as its author would type it from where desk.toml was named."""
    inside = Path(os.path.relpath(path, config.folder))
    return os.path.normpath(Path(config.shown_as).parent / inside)
