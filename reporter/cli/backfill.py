"""`reporter backfill`: many days at once, each as it was known."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace as replace_in
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from reporter.cli.options import (
    DebugOption,
    DeskArgument,
    EditionOption,
    JsonOption,
    LocaleOption,
    QuietOption,
    ReportNameOption,
    choose_names,
    find_desk,
    split_names,
)
from reporter.cli.output import choose_exit_code, print_report
from reporter.diagnostics.errors import usage_error
from reporter.model.formats import EDITIONS, FORMATS
from reporter.model.timestamps import parse_day, parse_folder

if TYPE_CHECKING:
    from reporter.pipeline.backfill import Backfill, DayResult


Item = TypeVar("Item")


def backfill(  # noqa: PLR0913, PLR0917 - a command's options are its arguments
    first: Annotated[str, typer.Option("--from", metavar="D", help="The first day, 2025-11-01.")],
    last: Annotated[str, typer.Option("--to", metavar="D", help="The last day, 2026-02-06.")],
    desk: DeskArgument = None,
    format: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            metavar="F",
            help="Formats beside findings and ledger: md,pdf,html; may be repeated.",
            show_default="none",
            autocompletion=lambda: list(FORMATS),
        ),
    ] = None,
    locale: LocaleOption = None,
    edition: EditionOption = None,
    out: Annotated[str, typer.Option("--out", metavar="DIR", help="Where the days' folders go.")] = "backfill",
    after: Annotated[
        str, typer.Option("--after", metavar="T", help="How long after the end of its day each brief is cut, 9h.")
    ] = "0",
    report: ReportNameOption = "",
    replace: Annotated[
        bool, typer.Option("--replace", help="Let files of a published brief go that were edited or would be lacking.")
    ] = False,
    jobs: Annotated[int, typer.Option("--jobs", metavar="N", min=1, help="Processes that share the days.")] = 1,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Make findings and ledger, and briefs if asked for, of every day, from what was known on it."""
    from reporter.pipeline.backfill import Backfill, DayStatus, run_backfill

    formats = choose_names("format", format, FORMATS)
    editions = choose_names("edition", edition, EDITIONS)
    begin, end = parse_day(first, "--from"), parse_day(last, "--to")
    if begin is None or end is None:
        raise usage_error(
            "usage.missing-option", "both --from and --to are needed", "such as --from 2025-11-01 --to 2026-02-06"
        )
    length, target = _read_after_seconds(after), parse_folder(out)
    task = Backfill(
        find_desk(desk), target, begin, end, formats, split_names(locale), editions, length, replace, report
    )
    done: list[DayResult] = []
    try:
        done.extend(_track_progress(run_backfill(task, jobs), len(task.days), "days", quiet=quiet))
    except BaseException as error:
        # Ended from outside: processes that share the days have made more than they can still report.
        if not quiet and not isinstance(error, Exception):
            made, total = task.count_made(), len(task.days)
            what = f"{made} of {total} days made, {total - made} left for another run"
            print(f"{target.as_posix()}: {what}", file=sys.stderr)
        raise
    if not as_json:
        _print_days(task, done, quiet=quiet)
    held = sum(item.became is DayStatus.HELD for item in done)
    code = choose_exit_code(held, len(done))
    if as_json and (held or not quiet):
        days = [{"day": item.day.isoformat(), "became": str(item.became)} for item in done]
        faults = [replace_in(one, what=f"{item.day}: {one.what}") for item in done for one in item.diagnostics]
        print_report(code, faults, folder=target.as_posix(), days=days)
    raise typer.Exit(code)


def _print_days(task: Backfill, done: Sequence[DayResult], *, quiet: bool) -> None:
    counts = Counter(str(item.became) for item in done)
    told = ", ".join(f"{count} {became}" for became, count in _order_counts(counts))
    if not quiet:
        print(f"{task.out.as_posix()}: {told or 'no day made'}" + _format_remaining(len(task.days) - len(done)))
    for item in done:
        if item.reason:
            print(f"{item.day}: {item.reason}", file=sys.stderr)


def _order_counts(counts: Counter[str]) -> Iterator[tuple[str, int]]:
    from reporter.pipeline.backfill import DayStatus

    return ((became, counts[became]) for became in map(str, DayStatus) if counts[became])


def _format_remaining(count: int) -> str:
    return f", {count} left for another run" if count else ""


def _read_after_seconds(text: str) -> int:
    from reporter.pipeline.backfill import parse_after

    try:
        return parse_after(text)
    except ValueError as error:
        raise usage_error("usage.wrong-time", f'--after "{text}" is no length of time', str(error)) from None


def _track_progress(items: Iterable[Item], count: int, noun: str, *, quiet: bool) -> Iterator[Item]:
    """Pass items on, and show progress where standard error is a terminal."""
    shown = sys.stderr.isatty() and not quiet
    done = 0
    try:
        for done, item in enumerate(items, 1):
            if shown:
                bar = "█" * (30 * done // max(count, 1))
                print(f"\r{bar:░<30} {done}/{count} {noun}", end="", file=sys.stderr, flush=True)
            yield item
    finally:
        if shown and done:
            print(file=sys.stderr)
