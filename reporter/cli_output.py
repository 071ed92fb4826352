"""What commands print: diagnostics as lines or as JSON, values as JSON; and the checks of options that they share."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Iterable
from typing import Any, TextIO

from reporter.diagnostics import Diagnostic, sort_diagnostics
from reporter.errors import ReporterError, usage_error


def print_json(value: Any) -> None:
    """Print a value as JSON, as people can read it too."""
    print(json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False))


def diagnostics_json(diagnostics: Iterable[Diagnostic]) -> list[dict[str, str | int | None]]:
    """Diagnostics as JSON has them, in the order in which they are printed."""
    return [item.values() for item in sort_diagnostics(diagnostics)]


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
        print_json(
            {"exit_code": error.exit_code, "message": str(error), "diagnostics": diagnostics_json(error.diagnostics)}
        )
        return
    print(error, file=sys.stderr)


def known_values(kind: str, named: Collection[str], known: Collection[str]) -> tuple[str, ...]:
    """The values of an option, each once.

    Args:
        kind: what they are, for the message.
        named: as given.
        known: what may be given.

    Raises:
        InputError: one of them isn't known.
    """
    unknown = [name for name in named if name not in known]
    if unknown:
        what, hint = f'unknown {kind} "{unknown[0]}"', f"known {kind}s are {', '.join(known)}"
        raise usage_error("usage.unknown-value", what, hint)
    return tuple(dict.fromkeys(named))
