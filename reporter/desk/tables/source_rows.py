"""The rows of all files of a source as one table: sorted, each row once, no two periods overlapping."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from reporter.desk.config.config import SourceConfig
from reporter.desk.config.fields import parse_duration
from reporter.desk.config.gate_config import GatesConfig
from reporter.desk.formats.layouts import Layout
from reporter.desk.formats.readers import MAX_PROBLEMS
from reporter.desk.parsing.canonical import Columns
from reporter.desk.parsing.tables import SourceTable
from reporter.desk.tables.aggregation import aggregate_rows
from reporter.desk.tables.events import find_invalid_events
from reporter.desk.tables.snapshots import apply_snapshot_time
from reporter.desk.tables.splits import Split, adjust_columns
from reporter.desk.validation.anomalies import find_anomalies
from reporter.desk.validation.empty_rows import drop_empty_rows
from reporter.desk.validation.plausibility import find_implausible
from reporter.desk.validation.stale_rows import drop_dead_bars
from reporter.diagnostics.diagnostic import Diagnostic, Place, make_notice
from reporter.diagnostics.errors import ImplausibleDataError, InputError
from reporter.model.timestamps import DAY

_HOUR = 3_600
_PLACE = ("file", "line")


def build_source_table(
    source: SourceConfig,
    parts: Sequence[Columns],
    files: Sequence[str],
    layout: Layout | None = None,
    gates: GatesConfig | None = None,
    kinds: Mapping[str, str] | None = None,
    splits: tuple[Split, ...] = (),
) -> tuple[SourceTable, tuple[Diagnostic, ...]]:
    """One source's rows, checked and sorted.

    Args:
        source: its declaration.
        parts: canonical columns, a file each.
        files: how the files are shown.
        layout: the vendor's layout that they have, if any.
        gates: which faults of a row hold the brief; what always does where absent.
        kinds: class of each of the desk's own instruments.
        splits: those of the asset, which are no jumps of its price.

    Returns:
        The table, and notices of what was dropped.

    Raises:
        InputError: every row that can't be true or contradicts another.
        DoubtError: every row that can hardly be true.
    """
    columns = _join_parts(parts)
    if layout is not None and layout.gather is not None:
        columns = aggregate_rows(source, columns, layout.gather)
    if "taken" in columns:
        columns = apply_snapshot_time(columns)
        if not len(columns["start"]):
            what = "no row's period was over when the files were taken"
            raise InputError([Diagnostic("data.not-over", Place(files[0]), what, "is taken declared rightly?")])
    problems = list(find_implausible(source, columns, files))
    columns, notices = _sort_unique_rows(source, columns, files, problems)
    problems += _find_overlaps(source, columns, files)
    if source.table == "events":
        problems += find_invalid_events(columns, files)
    if problems:
        raise InputError(problems)
    columns, left_out = drop_empty_rows(source, columns, files, kinds)
    seen = _keep_newest_views(source, columns)
    if splits and source.table == "prices":
        seen = adjust_columns(seen, splits)
    found = find_anomalies(source, seen, files, gates or GatesConfig())
    if found.problems:
        raise ImplausibleDataError(found.problems)
    columns, halts = drop_dead_bars(source, columns)
    bar, lag = parse_duration(source.bar), parse_duration(source.lag)
    table = SourceTable(source, pd.DataFrame(columns), bar, lag, found.allowed, halts)
    return table, (*notices, *left_out, *found.notices)


def _join_parts(parts: Sequence[Columns]) -> Columns:
    """The files' rows one after another; a column that a file lacks is blank there."""
    counts = [len(part["line"]) for part in parts]
    file = np.repeat(np.arange(len(parts), dtype=np.int64), counts)
    if len(parts) == 1:
        return {**parts[0], "file": file}
    models = {name: values for part in reversed(parts) for name, values in part.items()}
    joined = {}
    for name, model in models.items():
        blank = "" if model.dtype == object else np.nan
        pieces = [
            part[name] if name in part else np.full(count, blank, dtype=model.dtype)
            for part, count in zip(parts, counts, strict=True)
        ]
        joined[name] = np.concatenate(pieces)
    return {**joined, "file": file}


def _to_sort_codes(values: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    """Values that numpy sorts quickly, in the same order."""
    if values.dtype != object:
        return values
    order = {text: number for number, text in enumerate(sorted(set(values.tolist())))}
    return np.asarray([order[text] for text in values.tolist()], dtype=np.int64)


def _keep_newest_views(source: SourceConfig, columns: Columns) -> Columns:
    """One row a period, with its latest value, so that corrected rows raise no anomaly."""
    if not source.keeps_revisions or len(columns["start"]) < 2:
        return columns
    same = np.ones(len(columns["start"]) - 1, dtype=bool)
    for name in ("start", *source.spec.key):
        same &= columns[name][1:] == columns[name][:-1]
    newest = np.append(~same, True)
    return {name: values[newest] for name, values in columns.items()}


def _sort_unique_rows(
    source: SourceConfig, columns: Columns, files: Sequence[str], problems: list[Diagnostic]
) -> tuple[Columns, tuple[Diagnostic, ...]]:
    """Rows in order of time and key; identical ones dropped with a notice, conflicting ones refused."""
    # A value given differently later is no contradiction where the rows say when each was known.
    revised = ("known",) if source.keeps_revisions else ()
    keys = [_to_sort_codes(columns[name]) for name in ("start", *source.spec.key, *revised)]
    # Place in the files comes last, so that the first of identical rows is the one kept.
    order = np.lexsort((columns["line"], columns["file"], *reversed(keys)))
    columns = {name: values[order] for name, values in columns.items()}
    same = np.ones(max(len(order) - 1, 0), dtype=bool)
    for key in keys:
        same &= key[order][1:] == key[order][:-1]
    if not same.any():
        return columns, ()
    dropped = np.zeros(len(order), dtype=bool)
    for row in (np.flatnonzero(same) + 1).tolist():
        if _are_rows_equal(columns, row - 1, row):
            dropped[row] = True
        elif len(problems) < MAX_PROBLEMS:
            problems.append(_conflict_diagnostic(source, columns, row, files))
    kept = {name: values[~dropped] for name, values in columns.items()}
    return kept, tuple(_duplicate_notices(columns, dropped, files))


def _are_rows_equal(columns: Columns, first: int, second: int) -> bool:
    pairs = ((values[first], values[second]) for name, values in columns.items() if name not in _PLACE)
    return all(a == b or (a != a and b != b) for a, b in pairs)  # noqa: PLR0124 - a gap equals a gap


def _conflict_diagnostic(source: SourceConfig, columns: Columns, row: int, files: Sequence[str]) -> Diagnostic:
    here, before = int(columns["line"][row]), int(columns["line"][row - 1])
    file, other = files[int(columns["file"][row])], files[int(columns["file"][row - 1])]
    where = f"line {before}" if file == other else f"line {before} of {other}"
    alike = " and ".join(("time", *source.spec.key))
    return Diagnostic(
        "data.conflicting-rows",
        Place(file, here),
        f"this row and {where} give different values for the same {alike}",
        "keep one",
    )


def _duplicate_notices(columns: Columns, dropped: npt.NDArray[np.bool_], files: Sequence[str]) -> Iterator[Diagnostic]:
    for number, file in enumerate(files):
        lines = np.unique(columns["line"][dropped & (columns["file"] == number)])
        if len(lines):
            rows = "1 identical duplicate row" if len(lines) == 1 else f"{len(lines)} identical duplicate rows"
            what = f"{rows} dropped, the first in line {lines[0]}"
            yield make_notice("data.duplicate-rows", Place(file), what)


def _find_overlaps(source: SourceConfig, columns: Columns, files: Sequence[str]) -> Iterator[Diagnostic]:
    """Periods that begin before the one before has ended: the declared length of a bar is wrong."""
    bar = parse_duration(source.bar)
    if not bar or source.table == "options" or len(columns["start"]) < 2:
        return
    series = (
        _to_sort_codes(columns["instrument"]) if "instrument" in columns else np.zeros(len(columns["start"]), np.int64)
    )
    order = np.lexsort((columns["start"], series))
    starts = columns["start"][order].astype(np.int64)
    # A local day may be an hour short when the clocks change, and a half session ends three hours early.
    short = 4 if source.calendar_name else 1
    least = bar - short * _HOUR if bar == DAY and source.timezone != "UTC" else bar
    gaps = np.diff(starts)
    bad = (np.diff(series[order].astype(np.int64)) == 0) & (gaps < least) & (gaps > 0)
    if bad.any():
        place = int(np.argmax(bad))
        row = int(order[place + 1])
        what = f'row begins {_format_duration(int(gaps[place]))} after the one before, but bar = "{source.bar}"'
        yield Diagnostic(
            "data.overlapping-rows",
            Place(files[int(columns["file"][row])], int(columns["line"][row])),
            what,
            "is bar declared rightly?",
        )


def _format_duration(seconds: int) -> str:
    for unit, size in (("d", DAY), ("h", _HOUR), ("m", 60)):
        if seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
