"""A feed's file: rows with the time they were known, merged and written whole.

A row's `known` is blank where nothing restated it: it was known when its period ended, as desk.toml's lag says. A value
that the exchange gives differently later is kept beside the first, with the time at which it was fetched.
"""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.diagnostics.errors import InputError
from reporter.model.timestamps import format_second

TIME, KNOWN = "time", "known"
#: A row as text cells, a column each.
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FeedTable:
    """The columns of a feed's file.

    Attributes:
        values: the columns that a feed gives beside time and key.
        key: columns that tell rows of one time apart.
    """

    values: tuple[str, ...]
    key: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns of the file, in order."""
        return (TIME, *self.key, *self.values, KNOWN)


@dataclass(frozen=True, slots=True)
class MergedRows:
    """A file's rows after a fetch.

    Attributes:
        rows: all of them, in order of time, key and time known.
        added, restated: how many came with this fetch.
    """

    rows: tuple[Row, ...]
    added: int
    restated: int


def to_cell(value: float | str | None) -> str:
    """A value → its cell in a feed file: the shortest digits that read back as the same number; blank for none."""
    return "" if value is None else value if isinstance(value, str) else repr(float(value)).removesuffix(".0")


def merge_rows(table: FeedTable, before: Iterable[Row], fetched: Iterable[Row], now: float) -> MergedRows:
    """Merge fetched rows into the old ones: same values once, restated values as rows of their own.

    Args:
        table: the columns of the feed's file.
        before: rows that the file holds.
        fetched: rows of this run.
        now: seconds since 1970 UTC, when restated values were known.
    """

    def row_key(row: Row) -> tuple[str, ...]:
        return tuple(row[name] for name in (TIME, *table.key))

    rows = [dict(row) for row in before]
    newest = {row_key(row): row for row in sorted(rows, key=lambda row: row[KNOWN])}
    added = restated = 0
    for row in fetched:
        old = newest.get(row_key(row))
        if old is None:
            fresh = {**row, KNOWN: ""}
            added += 1
        elif any(old[name] != row[name] for name in table.values):
            fresh = {**row, KNOWN: format_second(now)}
            restated += 1
        else:
            continue
        newest[row_key(row)] = fresh
        rows.append(fresh)
    rows.sort(key=lambda row: (*row_key(row), row[KNOWN]))
    return MergedRows(tuple(rows), added, restated)


def read_rows(path: Path, table: FeedTable, shown: str) -> tuple[Row, ...]:
    """The rows of a feed's file; none where there is no file yet.

    Args:
        path: the file.
        table: its columns.
        shown: its name in messages.

    Raises:
        InputError: the file is not one that a feed wrote.
    """
    if not path.exists():
        return ()
    try:
        found = _KINDS[path.suffix].read(path)
    except (OSError, ValueError, csv.Error) as error:
        raise InputError(
            [Diagnostic("file.unreadable", Place(shown), f"can't be read: {error}", "move it away")]
        ) from error
    for number, row in enumerate(found, 2):
        if tuple(row) != table.columns or None in row.values():
            what = f"is no file of this feed, which has the columns {', '.join(table.columns)}"
            raise InputError(
                [Diagnostic("feed.foreign-file", Place(shown, number), what, "name another path, or move it away")]
            )
    return tuple(found)


def write_rows(path: Path, table: FeedTable, rows: Sequence[Row]) -> None:
    """Write a file aside and move it into place.

    Args:
        path: the file.
        table: its columns.
        rows: all of its rows.

    Raises:
        InputError: the disk is full or the folder not writable; what stood there stands there still.
    """
    content = _KINDS[path.suffix].write(table.columns, rows)
    aside: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(aside).chmod(0o644)
        Path(aside).replace(path)
    except OSError as error:
        if aside is not None:
            with suppress(OSError):
                Path(aside).unlink()
        what = f"can't be written: {error.strerror or error}"
        raise InputError([Diagnostic("file.unwritable", Place(path.as_posix()), what)]) from error


# --- kinds of files ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _FileKind:
    read: Callable[[Path], list[dict[str, str]]]
    write: Callable[[Sequence[str], Sequence[Row]], bytes]


def _read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, strict=True, restkey=""))


def _write_csv(columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _read_parquet(path: Path) -> list[dict[str, str]]:
    from pyarrow import parquet

    listed: list[dict[str, str]] = parquet.read_table(path).to_pylist()
    return listed


def _write_parquet(columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    import pyarrow
    from pyarrow import parquet

    # Text, as in the CSV file: one reader understands both, and a restated figure shows the digits that came.
    text = pyarrow.table({name: pyarrow.array([row[name] for row in rows], pyarrow.string()) for name in columns})
    sink = pyarrow.BufferOutputStream()
    parquet.write_table(text, sink, compression="zstd")
    written: bytes = sink.getvalue().to_pybytes()
    return written


_KINDS: Mapping[str, _FileKind] = {
    ".csv": _FileKind(_read_csv, _write_csv),
    ".parquet": _FileKind(_read_parquet, _write_parquet),
}
