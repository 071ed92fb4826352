"""`reporter labels …`: the catalogues of labels, brought up to what program and report types ask for."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from reporter.cli_options import DebugOption, make_app

if TYPE_CHECKING:
    from reporter.editing.labels import Labels

labels_app = make_app("Labels of tables, charts and pages: their catalogues.")


@labels_app.command()
def update(debug: DebugOption = False) -> None:
    """Write the template, add new labels to the catalogues, and take out those that nobody asks for."""
    from reporter.editing.labels import catalogue_files
    from reporter.folders import locales_folder

    for path, text in catalogue_files(_labels(), locales_folder()).items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(path.as_posix())


@labels_app.command()
def check(debug: DebugOption = False) -> None:
    """Name labels that are missing, empty, fuzzy or left over, and a template that is out of date."""
    from reporter.editing.labels import catalogue_drift
    from reporter.folders import locales_folder

    problems = catalogue_drift(_labels(), locales_folder())
    for problem in problems:
        print(problem, file=sys.stderr)
    raise typer.Exit(1 if problems else 0)


def _labels() -> Labels:
    from reporter.editing.labels import extract_labels
    from reporter.folders import templates_folder

    return extract_labels(Path(__file__).parent, templates_folder())
