"""`reporter doctor`: what is missing on this machine."""

from __future__ import annotations

from dataclasses import asdict

import typer

from reporter.cli.options import (
    DebugOption,
    JsonOption,
    QuietOption,
)
from reporter.cli.output import print_report
from reporter.diagnostics.exit_codes import ExitCode


def doctor(as_json: JsonOption = False, quiet: QuietOption = False, debug: DebugOption = False) -> None:
    """Say what is missing on this machine, and how to get it."""
    from reporter.setup.doctor import examine_system

    checks = examine_system()
    whole = all(item.ok for item in checks)
    shown = [item for item in checks if not (quiet and item.ok)]
    if as_json and shown:
        wrong = [item.to_diagnostic() for item in shown if not item.ok]
        print_report(ExitCode.DONE if whole else ExitCode.HELD, wrong, checks=[asdict(item) for item in shown])
    for item in () if as_json else shown:
        print(f"{'ok     ' if item.ok else 'MISSING'} {item.name}: {item.detail}")
        if not item.ok and item.remedy:
            print(f"        {item.remedy}")
    raise typer.Exit(0 if whole else 1)
