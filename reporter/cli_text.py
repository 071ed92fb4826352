"""`reporter lint-text`: read a finished brief as a proof-reader does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reporter.cli_options import DebugOption


def lint_text(
    file: Annotated[list[Path], typer.Argument(metavar="FILE", help="A brief's .md or .html; several may be given.")],
    locale: Annotated[
        str | None,
        typer.Option(
            "--locale", metavar="L", help="What they are written in, where they don't say.", show_default="as they say"
        ),
    ] = None,
    debug: DebugOption = False,
) -> None:
    """Proof-read finished text: characters, marks, spaces, terms, leftovers, signs, repetitions."""
    from reporter.diagnostics import Diagnostic
    from reporter.errors import InputError
    from reporter.folders import locales_folder
    from reporter.proof import proof_file

    found = 0
    unreadable: list[Diagnostic] = []
    for path in file:
        try:
            problems = proof_file(path, locales_folder(), locale or "")
        except InputError as error:
            unreadable += error.diagnostics
            continue
        for problem in problems:
            print(problem)
        if not problems:
            print(f"{path.as_posix()}: right")
        found += len(problems)
    if unreadable:
        raise InputError(unreadable)
    raise typer.Exit(1 if found else 0)
