"""`reporter lint-text`: read a finished brief as a proof-reader does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reporter.cli.options import DebugOption, JsonOption, QuietOption
from reporter.cli.output import print_report
from reporter.diagnostics.diagnostic import Diagnostic
from reporter.diagnostics.errors import InputError
from reporter.diagnostics.exit_codes import ExitCode


def lint_text(
    file: Annotated[list[Path], typer.Argument(metavar="FILE", help="A brief's .md or .html; several may be given.")],
    locale: Annotated[
        str | None,
        typer.Option(
            "--locale", metavar="L", help="What they are written in, where they don't say.", show_default="as they say"
        ),
    ] = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Proof-read finished text: characters, marks, spaces, terms, leftovers, signs, repetitions."""
    from reporter.model.resources import locales_folder
    from reporter.proofread import proofread_file

    found: list[Diagnostic] = []
    unreadable: list[Diagnostic] = []
    for path in file:
        try:
            flaws = proofread_file(path, locales_folder(), locale or "")
        except InputError as error:
            unreadable += error.diagnostics
            continue
        found += flaws
        for flaw in () if as_json else flaws:
            print(flaw)
        if not (flaws or as_json or quiet):
            print(f"{path.as_posix()}: right")
    if unreadable:
        raise InputError([*unreadable, *(found if as_json else ())])
    code = ExitCode.HELD if found else ExitCode.DONE
    if as_json and not (quiet and not found):
        print_report(code, found, passes=not found)
    raise typer.Exit(code)
