"""`reporter labels …`: the catalogues of labels, brought up to what program and report types ask for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from reporter.cli.options import DebugOption, JsonOption, QuietOption, make_app
from reporter.cli.output import print_diagnostics, print_report
from reporter.diagnostics.exit_codes import ExitCode

if TYPE_CHECKING:
    from reporter.authoring.label_catalogues import LabelUses

labels_app = make_app("Labels of tables, charts and pages: their catalogues.")


@labels_app.command()
def update(as_json: JsonOption = False, quiet: QuietOption = False, debug: DebugOption = False) -> None:
    """Write the template, add new labels to the catalogues, and take out those that nobody asks for."""
    from reporter.authoring.label_catalogues import build_catalogues
    from reporter.model.resources import locales_folder

    written = []
    for path, text in build_catalogues(_extract_labels(), locales_folder()).items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            written.append(path.as_posix())
    if quiet:
        return
    if as_json:
        print_report(ExitCode.DONE, written=written)
        return
    for name in written:
        print(name)


@labels_app.command()
def check(as_json: JsonOption = False, quiet: QuietOption = False, debug: DebugOption = False) -> None:
    """Name labels that are missing, empty, fuzzy or left over, and a template that is out of date."""
    from reporter.authoring.label_catalogues import check_catalogues
    from reporter.model.resources import locales_folder

    problems = check_catalogues(_extract_labels(), locales_folder())
    code = ExitCode.HELD if problems else ExitCode.DONE
    if not as_json:
        print_diagnostics(problems)
    elif problems or not quiet:
        print_report(code, problems, passes=not problems)
    raise typer.Exit(code)


def _extract_labels() -> LabelUses:
    from reporter.authoring.label_catalogues import extract_labels
    from reporter.model.resources import templates_folder

    return extract_labels(Path(__file__).parents[1], templates_folder())
