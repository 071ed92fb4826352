"""`reporter explain`: what the code of a diagnostic means, and what to do about it."""

from __future__ import annotations

from typing import Annotated

import typer

from reporter.cli.options import DebugOption, JsonOption, QuietOption


def explain(
    code: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="CODE",
            help="Codes of diagnostics, such as desk.unknown-key; --json shows them.",
            show_default="none",
        ),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Print all of them: docs/diagnostics.md.")] = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Say what a diagnostic means, what it comes from and what to do; every code is in docs/diagnostics.md."""
    del debug  # read by main
    from reporter.cli.output import print_json
    from reporter.diagnostics.codes import explain_code, load_explanations, render_diagnostics_page
    from reporter.diagnostics.errors import usage_error

    if not code and not every:
        raise usage_error("usage.missing-argument", "no code is named", "reporter explain CODE…, or --all")
    found = list(load_explanations().values()) if every else [explain_code(name) for name in code or ()]
    if quiet:
        return
    if as_json:
        print_json([item.to_dict() for item in found])
    elif every:
        print(render_diagnostics_page(), end="")
    else:
        print("\n\n".join(item.format_text() for item in found))
