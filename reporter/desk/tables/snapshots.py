"""Files that are each a snapshot: a folder a day, or one export. What a later snapshot restates was not known before.

`path = "snapshots/{date}/flows.csv"` with `taken = "09:00"` says that each file was taken at that time of its date, in
the source's zone. A period that was not over when a file was taken is not in it, and a row is known from the first file
that has it on. Of the values that later files give it, `revisions` tells which one a day's brief saw.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from reporter.desk.config.config import DeskConfig, SourceConfig
from reporter.desk.config.fields import instant_seconds
from reporter.diagnostics.errors import InputError

_MARK = "{date}"


def snapshot_glob(path: str) -> str:
    """A path with its {date} as a glob; any other path as it is."""
    return path.replace(_MARK, "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]")


def find_snapshot_time(config: DeskConfig, source: SourceConfig, path: Path) -> int | None:
    """When a file was taken, seconds since 1970 UTC; None where neither path nor source declares it.

    Args:
        config: desk.toml.
        source: its declaration.
        path: the file.

    Raises:
        InputError: the path holds no date, or desk.toml doesn't say at which time files are taken.
    """
    if _MARK not in source.path:
        return instant_seconds(source.at) if source.at else None
    pattern = (
        re.escape(PurePosixPath(source.path).as_posix()).replace(r"\\{date\\}", _MARK).replace(re.escape(_MARK), _MARK)
    )
    pattern = (
        pattern.replace(_MARK, r"(\d{4}-\d{2}-\d{2})", 1).replace(_MARK, r"\d{4}-\d{2}-\d{2}").replace(r"\*", "[^/]*")
    )
    match = re.fullmatch(pattern, path.relative_to(config.folder).as_posix())
    try:
        day = date.fromisoformat(match[1]) if match else None
    except ValueError:
        day = None
    if day is None or source.taken is None:
        raise InputError(
            [
                config.source_diagnostic(
                    "desk.no-date-in-path", source, f"{path.name}: its path holds no date that exists"
                )
            ]
        )
    clock = datetime.strptime(source.taken, "%H:%M").time()  # noqa: DTZ007 - a time of day, which gets its zone below
    return int(datetime.combine(day, clock, ZoneInfo(source.timezone)).timestamp())


def apply_snapshot_time(columns: dict[str, npt.NDArray[np.generic]]) -> dict[str, npt.NDArray[np.generic]]:
    """Drop rows whose period was not over when their file was taken, and date the rest as known from then on."""
    over = columns["end"].astype(np.int64) <= columns["taken"].astype(np.int64)
    columns = {name: values[over] for name, values in columns.items()}
    known = np.maximum(columns["known"].astype(np.int64), columns.pop("taken").astype(np.int64))
    return {**columns, "known": known}
