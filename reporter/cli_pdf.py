"""`reporter check-pdf`: say what is wrong with a finished PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reporter.cli_options import DebugOption


def check_pdf(
    file: Annotated[list[Path], typer.Argument(metavar="FILE", help="A brief's PDF; several may be given.")],
    debug: DebugOption = False,
) -> None:
    """Check a finished PDF: fonts, letters, places, language, tags, outline, links; how many pages, how well filled.

    What is wrong makes the command fail; what only looks bad is a notice.
    """
    from reporter.render.pdf_check import faults, notices

    wrong = False
    for path in file:
        try:
            data = path.read_bytes()
        except OSError as error:
            found: tuple[str, ...] = (f"can't be read: {error.strerror}",)
        else:
            found = faults(data)
        for fault in found:
            print(f"{path.as_posix()}: {fault}")
        if not found:
            print(f"{path.as_posix()}: right")
            for notice in notices(data):
                print(f"{path.as_posix()}: notice: {notice}")
        wrong = wrong or bool(found)
    raise typer.Exit(1 if wrong else 0)
