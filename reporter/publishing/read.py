"""Folders of briefs → finished briefs, each held to its ledger before it may go anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from reporter.desk import DeskConfig
from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.diagnostics.errors import HeldError, InputError
from reporter.pipeline.audit import audit_folder, read_folder_ledger
from reporter.pipeline.existing_brief import LEDGER
from reporter.pipeline.read import read_signing_key
from reporter.publishing.posts import FinishedBrief


def read_briefs(desk: DeskConfig, folders: Sequence[Path], *, audited: bool = True) -> tuple[FinishedBrief, ...]:
    """Read finished briefs.

    Args:
        desk: whose they are.
        folders: theirs.
        audited: whether the gate must pass them.

    Raises:
        InputError: one is no folder of a brief, or named twice.
        HeldError: the gate holds one; nothing goes out.
    """
    key = read_signing_key(desk) if audited else None
    briefs, faults, seen = [], [], set()
    for folder in folders:
        ledger = read_folder_ledger(folder)
        if ledger.brief.slug in seen:
            raise InputError(
                [Diagnostic("post.twice", Place(folder.as_posix()), f"{ledger.brief.slug} is named twice")]
            )
        seen.add(ledger.brief.slug)
        if audited:
            faults += [_name_folder(folder, fault) for fault in audit_folder(folder, key).faults]
        paths = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
        files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
        # The reasoning of a desk is nobody's post.
        files.pop(LEDGER, None)
        known = {name: content for name, content in files.items() if name in ledger.files or not ledger.files}
        briefs.append(FinishedBrief(folder.as_posix(), ledger, known))
    if faults:
        raise HeldError(faults, "nothing is published:")
    return tuple(briefs)


def _name_folder(folder: Path, fault: Diagnostic) -> Diagnostic:
    """A fault of a brief, with its folder before the file's name."""
    return replace(fault, place=replace(fault.place, file=(folder / fault.place.file).as_posix()))
