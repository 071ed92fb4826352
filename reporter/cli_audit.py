"""`reporter audit`: the gate, again, on the files of a brief as they lie."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reporter.cli_options import DebugOption, JsonOption

if TYPE_CHECKING:
    from reporter.verify.fault import Fault


def audit(
    brief: Annotated[Path, typer.Argument(metavar="BRIEF_DIR", help="A brief's folder, with its ledger.json.")],
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Hold a finished brief to its ledger: passes, or names each thing that the ledger does not support."""
    del debug  # read by main
    from reporter.audit import audit_folder

    verdict = audit_folder(brief)
    if as_json:
        told = {
            "passes": verdict.passes,
            "faults": [_told(fault) for fault in verdict.faults],
            "notices": [_told(notice) for notice in verdict.notices],
        }
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        for fault in verdict.faults:
            print(fault)
        for notice in verdict.notices:
            print(f"note: {notice}")
        print(_summary(len(verdict.faults), len(verdict.notices)))
    if not verdict.passes:
        raise typer.Exit(1)


def _summary(faults: int, notices: int) -> str:
    noted = f", {notices} to note" if notices else ""
    return f"held: {faults} not supported by the ledger{noted}" if faults else f"passes{noted}"


def _told(fault: Fault) -> dict[str, str]:
    return {"place": fault.place, "text": fault.text, "why": fault.why}
