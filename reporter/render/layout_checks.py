"""Layout and style sheet files → diagnostics, before a document is rendered through them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from reporter.diagnostics.diagnostic import Diagnostic, Place, in_file, line_column
from reporter.diagnostics.errors import InputError
from reporter.language.filters import FILTERS
from reporter.readback.active_content import check_page
from reporter.readback.style_sheets import check_style_sheet
from reporter.render import html, markdown
from reporter.render.layouts import MOST_BYTES, Layouts, check_syntax
from reporter.syntax.authored_text import read_authored_text
from reporter.syntax.template_residue import find_residue
from reporter.syntax.template_scan import BLANK, scan_template

#: Parts of a page in which braces are another language's.
_OTHERS = re.compile(r"<(style|script)\b.*?</\1\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)


def check_layouts(layouts: Iterable[tuple[Path, str]], folders: Layouts) -> list[Diagnostic]:
    """Layouts that can't be read or compiled, and template syntax that they would print.

    Args:
        layouts: each file and how its path is shown in problems.
        folders: where layouts lie, in the order in which one is looked for.
    """
    problems: list[Diagnostic] = []
    for path, shown_as in layouts:
        try:
            text = read_authored_text(path, shown_as, MOST_BYTES)
        except InputError as error:
            problems += error.diagnostics
            continue
        environment = html.build_environment(folders) if ".html" in path.name else markdown.build_environment(folders)
        problems += check_syntax(environment, text, shown_as) or [
            *_find_template_residue(text, shown_as),
            *in_file(check_page(scan_template(text).blank_print_tags()), shown_as),
        ]
    return problems


def check_styles(sheets: Iterable[tuple[Path, str]]) -> list[Diagnostic]:
    """Style sheets that fetch, hide text or write text of their own.

    Args:
        sheets: each file and how its path is shown in problems.
    """
    problems: list[Diagnostic] = []
    for path, shown_as in sheets:
        try:
            text = read_authored_text(path, shown_as, MOST_BYTES)
        except InputError as error:
            problems += error.diagnostics
            continue
        problems += in_file(check_style_sheet(text), shown_as)
    return problems


def _find_template_residue(text: str, shown_as: str) -> Iterator[Diagnostic]:
    literal = _OTHERS.sub(lambda found: re.sub(r"[^\n]", BLANK, found[0]), scan_template(text).blank_tags())
    for item in find_residue(literal, FILTERS, markup=True):
        hint = "a value is printed as {{ name }} or {{ name|filter }}"
        yield Diagnostic(
            "page.residue",
            Place(shown_as, *line_column(text, item.start)),
            f'"{item.printable_text}" is left of template syntax',
            hint,
        )
