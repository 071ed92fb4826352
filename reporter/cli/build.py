"""`reporter build`: a brief, published whole or held."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reporter.cli.options import (
    AsOfOption,
    DateOption,
    DebugOption,
    DeskArgument,
    EditionOption,
    FormatOption,
    HistoryOption,
    JsonOption,
    LocaleOption,
    QuietOption,
    ReportNameOption,
    choose_names,
    find_desk,
    read_date,
    split_names,
)
from reporter.cli.output import print_diagnostics, print_report
from reporter.diagnostics.errors import usage_error
from reporter.diagnostics.exit_codes import ExitCode
from reporter.model.timestamps import parse_folder, parse_instant

if TYPE_CHECKING:
    from reporter.pipeline.state import BuildResult


def build(  # noqa: PLR0913, PLR0917 - an option each
    desk: DeskArgument = None,
    date: DateOption = None,
    as_of: AsOfOption = None,
    locale: LocaleOption = None,
    edition: EditionOption = None,
    format: FormatOption = None,
    attach_ledger: Annotated[
        bool, typer.Option("--attach-ledger", help="Make PDF/A-3 with the ledger inside.")
    ] = False,
    evidence: Annotated[
        bool, typer.Option("--evidence", help="Append every figure of the article with what it rests on.")
    ] = False,
    out: Annotated[
        str | None, typer.Option("--out", metavar="DIR", help="Where the brief's folder goes.", show_default="out")
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Let files of a published brief go that were edited or would be lacking.")
    ] = False,
    preview_dir: Annotated[
        str | None,
        typer.Option(
            "--preview-dir",
            metavar="DIR",
            help="Only look: write a draft here, marked so, with its faults.",
            show_default="none, publish",
        ),
    ] = None,
    previous: Annotated[
        Path | None,
        typer.Option(
            "--previous", metavar="BRIEF_DIR", help="Correct what this earlier brief stated.", show_default="none"
        ),
    ] = None,
    history: HistoryOption = None,
    report: ReportNameOption = "",
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Build a brief and publish it whole, or say why not."""
    from reporter.model.formats import DEFAULT_FORMATS, EDITIONS, FORMATS

    formats = choose_names("format", format or DEFAULT_FORMATS, FORMATS)
    editions = choose_names("edition", edition, EDITIONS)
    folder, instant = find_desk(desk), parse_instant(as_of)
    day = read_date(date, folder, instant)
    if preview_dir is not None and (out is not None or replace):
        raise usage_error("usage.preview", "--preview-dir publishes nothing", "leave out --out and --replace")
    target = parse_folder(out, "--out", "out") if preview_dir is None else parse_folder(preview_dir, "--preview-dir")
    from reporter.render.pdf.printer import open_printer

    # Started before the pipeline is imported, which takes as long as the printer needs to get ready.
    with open_printer() if "pdf" in formats else nullcontext() as printer:
        from reporter.pipeline.run import build_brief
        from reporter.pipeline.state import BuildRequest

        request = BuildRequest(
            folder,
            target,
            split_names(locale),
            editions,
            formats,
            attach_ledger,
            evidence,
            previous,
            replace_edited=replace,
            draft=preview_dir is not None,
            history=history,
            report=report,
        )
        built = build_brief(request, day, instant, printer)
    _print_build_result(built, as_json=as_json, quiet=quiet)
    if built.faults:
        raise typer.Exit(ExitCode.HELD)


def _print_build_result(built: BuildResult, *, as_json: bool, quiet: bool) -> None:
    brief = built.folder
    if as_json and not quiet:
        files = sorted(path.relative_to(brief).as_posix() for path in brief.rglob("*") if path.is_file())
        code = ExitCode.HELD if built.faults else ExitCode.DONE
        print_report(code, (*built.faults, *built.notices), brief=brief.as_posix(), changed=built.changed, files=files)
    elif not quiet:
        print(brief.as_posix() if built.changed else f"unchanged: {brief.as_posix()}")
    for notice in () if as_json or quiet else built.notices:
        print(f"notice: {notice}", file=sys.stderr)
    if built.faults and not as_json:
        print(f"{brief.as_posix()} would be held:", file=sys.stderr)
        print_diagnostics(built.faults)
