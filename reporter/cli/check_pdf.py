"""`reporter check-pdf`: say what is wrong with a finished PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reporter.cli.options import DebugOption, JsonOption, QuietOption
from reporter.cli.output import print_report
from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.diagnostics.errors import InputError
from reporter.diagnostics.exit_codes import ExitCode


def check_pdf(
    file: Annotated[list[Path], typer.Argument(metavar="FILE", help="A brief's PDF; several may be given.")],
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Check a finished PDF: fonts, letters, places, language, tags, outline, links; how many pages, how well filled.

    What is wrong makes the command fail; what only looks bad is a notice.
    """
    from reporter.render.pdf.pdf_check import find_pdf_holds, find_pdf_notices

    wrong: list[Diagnostic] = []
    noted: list[Diagnostic] = []
    unreadable: list[Diagnostic] = []
    for path in file:
        place = Place(path.as_posix())
        try:
            data = path.read_bytes()
        except OSError as error:
            unreadable.append(Diagnostic("file.unreadable", place, f"can't be read: {error.strerror}"))
            continue
        found = list(find_pdf_holds(data, name=place.file))
        looks = [] if found else list(find_pdf_notices(data, place.file))
        wrong, noted = wrong + found, noted + looks
        if not as_json:
            _print_result(place, found, looks, quiet=quiet)
    if unreadable:
        raise InputError([*unreadable, *(wrong if as_json else ())])
    code = ExitCode.HELD if wrong else ExitCode.DONE
    if as_json and not (quiet and not wrong):
        print_report(code, [*wrong, *noted], passes=not wrong)
    raise typer.Exit(code)


def _print_result(place: Place, found: list[Diagnostic], looks: list[Diagnostic], *, quiet: bool) -> None:
    for fault in found:
        print(fault)
    if not found and not quiet:
        print(f"{place}: right")
        for look in looks:
            print(f"{place}: notice: {look.what}")
