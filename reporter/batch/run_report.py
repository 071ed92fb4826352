"""The report of a batch: a line of JSON for each result as it comes, so that a run that is killed told what it did."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from reporter.batch.job import BatchResult, BriefStatus
from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.diagnostics.errors import InputError
from reporter.model.timestamps import read_clock


class WriteResult(Protocol):
    """Adds a result to a report."""

    def __call__(self, result: BatchResult, /) -> None:
        """Write the result's line at once."""


@contextmanager
def open_run_report(path: Path | None) -> Iterator[WriteResult]:
    """Open a report to add results to; what it holds of earlier runs stays.

    Args:
        path: its file; with None nothing is written.

    Raises:
        InputError: the file can't be written.
    """
    if path is None:
        yield lambda result: None
        return
    try:
        file = path.open("a", encoding="utf-8")
    except OSError as error:
        what = f"can't be written: {error.strerror}"
        raise InputError([Diagnostic("file.unwritable", Place(path.as_posix()), what)]) from None

    def write(result: BatchResult) -> None:
        at = read_clock().isoformat(timespec="seconds")
        file.write(json.dumps({"at": at, **result.to_dict()}, ensure_ascii=False) + "\n")
        file.flush()

    with file:
        yield write


def list_failed_desks(path: Path) -> tuple[str, ...]:
    """List the desks of a report whose last result is not well, in their order there.

    Args:
        path: the report's file.

    Raises:
        InputError: it can't be read, or a line of it is no result; the last may be torn.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    except (OSError, UnicodeDecodeError) as error:
        what = f"can't be read: {getattr(error, 'strerror', None) or 'is no text'}"
        raise InputError([Diagnostic("batch.no-run-report", Place(path.as_posix()), what)]) from None
    last: dict[str, bool] = {}
    for number, line in enumerate(lines, 1):
        try:
            desk, status = _read_line(json.loads(line))
        except (ValueError, KeyError, TypeError):
            if number == len(lines) and not line.endswith("\n"):
                # The run that wrote it was killed in the middle of it.
                continue
            what = "is no result of a batch"
            hint = "--only-failed takes the file that --run-report wrote"
            raise InputError([Diagnostic("batch.no-run-report", Place(path.as_posix(), number), what, hint)]) from None
        last[desk] = status.is_well
    return tuple(desk for desk, well in last.items() if not well)


def _read_line(read: Mapping[str, object]) -> tuple[str, BriefStatus]:
    return str(read["desk"]), BriefStatus(str(read["status"]))
