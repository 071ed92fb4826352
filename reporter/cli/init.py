"""`reporter init`: a desk to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reporter.cli.options import (
    DebugOption,
    JsonOption,
    QuietOption,
)
from reporter.cli.output import print_report
from reporter.diagnostics.exit_codes import ExitCode


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The new desk's folder.")],
    sample: Annotated[
        str,
        typer.Option(
            "--from", metavar="SAMPLE", help="Copy a sample desk: btc-2026-02.", show_default="invented prices"
        ),
    ] = "",
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Make a desk to start from: a desk.toml with comments and a small table of prices."""
    from reporter.setup.starter import copy_sample, make_desk

    made = copy_sample(folder, sample) if sample else make_desk(folder)
    if quiet:
        return
    if as_json:
        print_report(ExitCode.DONE, written=[path.as_posix() for path in made])
        return
    for path in made:
        print(path.as_posix())
    if sample:
        print(f"next: `reporter build {folder.as_posix()}`")
        return
    print(f"next: put your prices into {(folder / 'prices.csv').as_posix()}, then `reporter build {folder.as_posix()}`")
