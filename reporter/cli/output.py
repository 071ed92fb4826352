"""What commands print: diagnostics as lines or as JSON, values as JSON."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any, TextIO

from reporter.diagnostics.diagnostic import Diagnostic, Place, sort_diagnostics
from reporter.diagnostics.errors import InputError, ReporterError, usage_error
from reporter.diagnostics.exit_codes import ExitCode
from reporter.model.timestamps import format_minute

#: More codes than this below an error are more than anybody looks up.
_MOST_CODES = 4


def print_json(value: Any) -> None:
    """Print a value as JSON, as people can read it too."""
    print(json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False))


def print_report(exit_code: int, diagnostics: Iterable[Diagnostic] = (), **values: Any) -> None:
    """Print the one JSON form of what a command found: how it ends, its own values, and all that it has to say.

    Args:
        exit_code: what the command exits with.
        diagnostics: faults and notices.
        values: what else the command tells, by its own keys.
    """
    print_json({"exit_code": int(exit_code), **values, "diagnostics": diagnostics_to_json(diagnostics)})


def diagnostics_to_json(diagnostics: Iterable[Diagnostic]) -> list[dict[str, str | int | None]]:
    """Diagnostics as JSON has them, in the order in which they are printed."""
    return [item.to_dict() for item in sort_diagnostics(diagnostics)]


def print_diagnostics(diagnostics: Iterable[Diagnostic], file: TextIO | None = None) -> None:
    """Print diagnostics, a line each, in the order of files and lines.

    Args:
        diagnostics: what is to be told.
        file: where to; standard error if left out.
    """
    stream = file or sys.stderr
    for item in sort_diagnostics(diagnostics):
        print(item, file=stream)


def print_error(error: ReporterError, *, as_json: bool) -> None:
    """Tell what stopped a command: lines on standard error, or one JSON value on standard output."""
    if as_json:
        print_report(error.exit_code, error.diagnostics, message=str(error))
        return
    print(error, file=sys.stderr)
    if sys.stderr.isatty() and (codes := _list_codes_to_explain(error.diagnostics)):
        # Not in the lines, which are sentences and are searched for; and not in logs, which have no reader at hand.
        print(f"more about this: reporter explain {' '.join(codes)}", file=sys.stderr)


def _list_codes_to_explain(diagnostics: Iterable[Diagnostic]) -> list[str]:
    """The first few codes that say more than their message; a slip of typing is told by its hint."""
    codes = dict.fromkeys(item.code for item in diagnostics if not item.code.startswith("usage."))
    return list(codes)[:_MOST_CODES]


def write_new(path: Path, text: str) -> None:
    """Write a file that somebody named, and leave one that has anything in it alone.

    Args:
        path: where to.
        text: what it holds.

    Raises:
        InputError: it is there already, or can't be written.
    """
    try:
        if path.is_file() and path.stat().st_size:
            raise usage_error("file.exists", f"{path.as_posix()} is there already", "name another file, or remove it")
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        what = f"can't be written: {error.strerror}"
        raise InputError([Diagnostic("file.unwritable", Place(path.as_posix()), what)]) from None


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder, which is made where it is not there; files of these names are replaced.

    Args:
        folder: where to.
        files: name → content.

    Raises:
        InputError: one can't be written.
    """
    path = folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            path = folder / name
            path.write_bytes(content)
    except OSError as error:
        what = f"can't be written: {error.strerror}"
        raise InputError([Diagnostic("file.unwritable", Place(path.as_posix()), what)]) from None


def to_json_value(value: object) -> Any:
    """Convert a value to what `json` can write; numbers that JSON doesn't have become null."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json_value(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): to_json_value(item) for key, item in value.items()}
    if isinstance(value, Sequence | frozenset) and not isinstance(value, str):
        return [to_json_value(item) for item in value]
    if isinstance(value, float) and not abs(value) < float("inf"):
        return None
    return value


def to_json(value: object) -> str:
    """Format a value as indented JSON."""
    return json.dumps(to_json_value(value), ensure_ascii=False, indent=1, allow_nan=False)


def choose_exit_code(failed: int, count: int) -> ExitCode:
    """Choose the exit code of a command whose parts may fail separately."""
    return ExitCode.DONE if not failed else ExitCode.HELD if failed == count else ExitCode.SOME


def format_value(value: float, unit: str) -> str:
    """Format a value of a unit for a terminal."""
    return format_minute(value) if unit == "instant" else f"{value:,.6g}" if abs(value) < 1 else f"{value:,.2f}"
