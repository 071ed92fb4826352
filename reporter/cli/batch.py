"""`reporter batch`: the briefs of many desks, each published whole or told why not."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reporter.cli.options import (
    YESTERDAY,
    AsOfOption,
    DateOption,
    DebugOption,
    EditionOption,
    FormatOption,
    JsonOption,
    LocaleOption,
    QuietOption,
    ReportNameOption,
    choose_names,
    split_names,
)
from reporter.cli.output import print_json
from reporter.diagnostics.errors import usage_error
from reporter.diagnostics.exit_codes import ExitCode
from reporter.model.timestamps import parse_day, parse_folder, parse_instant

if TYPE_CHECKING:
    from reporter.batch.job import BatchResult

#: Which exit code is told where nothing went well and briefs failed for several reasons; the first that is among them.
_WORST = (ExitCode.USAGE, ExitCode.HELD, ExitCode.LOCKED, ExitCode.NOTHING_NEW)


def batch(  # noqa: PLR0913, PLR0917 - a command's options are its arguments
    desks: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="DESK…",
            help="Desks' folders, or @FILE with a folder a line.",
            show_default="those of --only-failed",
        ),
    ] = None,
    date: DateOption = None,
    as_of: AsOfOption = None,
    locale: LocaleOption = None,
    edition: EditionOption = None,
    format: FormatOption = None,
    out: Annotated[str, typer.Option("--out", metavar="DIR", help="Where the briefs' folders go.")] = "out",
    report: ReportNameOption = "",
    replace: Annotated[
        bool, typer.Option("--replace", help="Let files of published briefs go that were edited or would be lacking.")
    ] = False,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", metavar="N", min=1, help="Processes that share the desks.", show_default="one a core"),
    ] = None,
    timeout: Annotated[
        float, typer.Option("--timeout", metavar="S", min=1.0, help="Seconds that a brief may take.")
    ] = 120.0,
    tries: Annotated[
        int,
        typer.Option(
            "--tries", metavar="N", min=1, help="How often one is tried whose process dies, or that another run has."
        ),
    ] = 3,
    run_report: Annotated[
        Path | None,
        typer.Option(
            "--run-report", metavar="FILE", help="Add a line of JSON a desk to this file.", show_default="none"
        ),
    ] = None,
    only_failed: Annotated[
        Path | None,
        typer.Option(
            "--only-failed",
            metavar="FILE",
            help="Only the desks whose last line of this run report is not well.",
            show_default="all",
        ),
    ] = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Build the briefs of many desks; one that can't be built stops no other."""
    from reporter.batch.desk_lists import check_slugs, read_desk_names
    from reporter.batch.job import BatchJob
    from reporter.batch.processes import BatchLimits, run_batch
    from reporter.batch.run_report import list_failed_desks, open_run_report
    from reporter.model.formats import DEFAULT_FORMATS, EDITIONS, FORMATS

    formats = choose_names("format", format or DEFAULT_FORMATS, FORMATS)
    editions = choose_names("edition", edition, EDITIONS)
    if date != YESTERDAY:
        parse_day(date)
    parse_instant(as_of)
    target = parse_folder(out)
    if not desks and only_failed is None:
        raise usage_error("usage.no-desk", "no desk is named", "name desks' folders, or @FILE with a folder a line")
    failed = None if only_failed is None else list_failed_desks(only_failed)
    named = read_desk_names(desks) if desks else failed or ()
    asked = tuple(desk for desk in named if failed is None or desk in failed)
    check_slugs(asked, report)
    tasks = [
        BatchJob(
            desk,
            str(target),
            date or "",
            as_of or "",
            formats,
            split_names(locale),
            editions,
            report,
            replace,
        )
        for desk in asked
    ]
    limits = BatchLimits(jobs or len(os.sched_getaffinity(0)), timeout, tries)
    began = time.monotonic()
    done: list[BatchResult] = []
    # Closed at once whatever ends the run: its processes go with it.
    with open_run_report(run_report) as write_result, closing(run_batch(tasks, limits)) as results:
        for result in results:
            write_result(result)
            done.append(result)
            if not as_json:
                _print_progress(result, len(done), len(tasks), quiet=quiet)
    ordered = sorted(done, key=lambda result: asked.index(result.desk))
    code = _choose_batch_code(ordered)
    if as_json and (code or not quiet):
        told = [{key: value for key, value in one.to_dict().items() if key != "diagnostics"} for one in ordered]
        found = [dict(item) for one in ordered for item in one.diagnostics]
        print_json({"exit_code": int(code), "desks": told, "diagnostics": found})
    elif not quiet:
        _print_results(ordered, time.monotonic() - began)
    raise typer.Exit(code)


def _choose_batch_code(results: Sequence[BatchResult]) -> ExitCode:
    """Choose the exit code of a batch: 0 where all is well, 3 where some is, else the worst of the desks' own."""
    bad = {ExitCode(result.exit_code) for result in results if not result.status.is_well}
    if not bad:
        return ExitCode.DONE
    if any(result.status.is_well for result in results):
        return ExitCode.SOME
    return next(code for code in (*_WORST, *bad) if code in bad)


def _print_progress(result: BatchResult, count: int, total: int, *, quiet: bool) -> None:
    """Print a line for a result as it comes, and everything that is wrong below it."""
    if result.status.is_well and quiet:
        return
    print(f"[{count}/{total}] {result.status} {result.desk} {result.seconds:.2f} s", file=sys.stderr)
    for found in () if result.status.is_well else result.diagnostics:
        print(f"  {found['text']}", file=sys.stderr)
    if result.traceback:
        print(result.traceback, file=sys.stderr)


def _print_results(results: Sequence[BatchResult], seconds: float) -> None:
    rows = [
        (str(result.status), result.desk, f"{result.seconds:.2f} s", result.brief or result.reason)
        for result in results
    ]
    widths = [max((len(row[at]) for row in rows), default=0) for at in range(3)]
    for status, desk, took, told in rows:
        print(f"{status:<{widths[0]}}  {desk:<{widths[1]}}  {took:>{widths[2]}}  {told}".rstrip())
    counts = Counter(str(result.status) for result in results)
    told = ", ".join(f"{count} {status}" for status, count in counts.most_common())
    print(f"{len(results)} {'desk' if len(results) == 1 else 'desks'}: {told or 'none'}, in {seconds:.1f} s")
