"""`reporter audit`: the gate, again, on the files of a brief as they lie."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reporter.cli.options import DebugOption, HistoryOption, JsonOption, QuietOption
from reporter.cli.output import print_report
from reporter.diagnostics.exit_codes import ExitCode


def audit(
    brief: Annotated[Path, typer.Argument(metavar="BRIEF_DIR", help="A brief's folder, with its ledger.json.")],
    key_env: Annotated[
        str | None,
        typer.Option(
            "--key-env",
            metavar="NAME",
            help="The environment variable with the key that the ledger has to be signed with.",
            show_default="no key",
        ),
    ] = None,
    desk: Annotated[
        Path | None,
        typer.Option(
            "--desk",
            metavar="DESK",
            help="The desk's folder: where its [audit] names a key, the ledger has to be signed with it.",
            show_default="no desk",
        ),
    ] = None,
    history: HistoryOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Hold a finished brief to its ledger: passes, or names each thing that the ledger does not support."""
    del debug  # read by main
    from reporter.pipeline.audit import audit_folder
    from reporter.verify.ledger.seal import read_key

    key = None if key_env is None else read_key(key_env)
    if key is None and desk is not None:
        from reporter.pipeline.read import open_desk, read_signing_key

        key = read_signing_key(open_desk(desk))
    verdict = audit_folder(brief, key, history)
    if quiet and verdict.passes:
        return
    if as_json:
        code = ExitCode.DONE if verdict.passes else ExitCode.HELD
        print_report(code, (*verdict.faults, *verdict.notices), passes=verdict.passes)
    else:
        for fault in verdict.faults:
            print(fault)
        for notice in verdict.notices:
            print(f"note: {notice}")
        print(_format_summary(len(verdict.faults), len(verdict.notices)))
    if not verdict.passes:
        raise typer.Exit(ExitCode.HELD)


def _format_summary(faults: int, notices: int) -> str:
    noted = f", {notices} to note" if notices else ""
    return f"held: {faults} not supported by the ledger{noted}" if faults else f"passes{noted}"
