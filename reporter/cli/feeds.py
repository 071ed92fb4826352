"""`reporter fetch` and `reporter backfill`: days and rows by the many; each command imports what it needs."""

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
    choose_names,
    find_desk,
    split_names,
)
from reporter.cli.output import print_report
from reporter.diagnostics.errors import usage_error
from reporter.diagnostics.exit_codes import ExitCode
from reporter.diagnostics.plurals import format_count
from reporter.model.formats import EDITIONS, FORMATS
from reporter.model.timestamps import format_minute, parse_day, parse_folder

if TYPE_CHECKING:
    from reporter.diagnostics.diagnostic import Diagnostic
    from reporter.feeds.run import Fetch, FetchResult
    from reporter.pipeline.backfill import Backfill, DayResult

Item = TypeVar("Item")


def fetch(
    desk: DeskArgument = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since", metavar="D", help="Ask again from this day on, 2026-02-06.", show_default="the last row of each"
        ),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="SOURCE", help="Only these sources; may be repeated.", show_default="all"),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be asked for, and ask nothing.")] = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Fill the desk's files from the live feeds of its desk.toml, from the last row on."""
    _require_feed_libraries()
    from reporter.feeds.run import plan_fetch, run_fetch
    from reporter.pipeline.read import open_desk

    fetches = plan_fetch(open_desk(find_desk(desk)), parse_day(since, "--since"), split_names(only))
    if dry_run:
        _print_plan(fetches, as_json=as_json, quiet=quiet)
        return
    done: list[FetchResult] = []
    for result in run_fetch(fetches, tell=_print_nothing if quiet or as_json else _print_fetch_progress):
        _clear_line()
        done.append(result)
        if not as_json:
            _print_fetch_result(result, quiet=quiet)
    faults = [_name_source(result) for result in done if result.fault is not None]
    code = _choose_exit_code(len(faults), len(done))
    if as_json and (faults or not quiet):
        print_report(code, faults, fetched=[_fetch_result_to_json(result) for result in done])
    raise typer.Exit(code)


def _print_plan(fetches: Sequence[Fetch], *, as_json: bool, quiet: bool) -> None:
    if quiet:
        return
    if as_json:
        asked = [
            _fetch_to_json(item) | {"from": None if item.begin is None else format_minute(item.begin)}
            for item in fetches
        ]
        print_report(ExitCode.DONE, would_fetch=asked)
        return
    for item in fetches:
        start = "a snapshot" if item.begin is None else f"from {format_minute(item.begin)}"
        who = f"{item.feed.exchange or item.feed.kind} {item.feed.symbol} {item.feed.data}"
        print(f"{item.source.id}: {who}, {start} into {item.shown} ({format_count(item.held, 'row')})")


def _print_fetch_result(result: FetchResult, *, quiet: bool) -> None:
    restated = f", {result.restated} restated" if result.restated else ""
    newest = f"; newest {result.newest}" if result.newest else ""
    if not quiet:
        print(f"{result.fetch.shown}: {format_count(result.added, 'row')} added{restated}{newest}")
    if result.fault is not None:
        print(_name_source(result), file=sys.stderr)


def _name_source(result: FetchResult) -> Diagnostic:
    """Return a fetch's diagnostic with the source's id in its message."""
    assert result.fault is not None
    return replace_in(result.fault, what=f"{result.fetch.source.id}: {result.fault.what}")


def _fetch_to_json(item: Fetch) -> dict[str, object]:
    feed = item.feed
    who = {"exchange": feed.exchange or feed.kind, "symbol": feed.symbol, "data": feed.data}
    return {"source": item.source.id, **who, "file": item.shown, "rows": item.held}


def _fetch_result_to_json(result: FetchResult) -> dict[str, object]:
    rows = {"added": result.added, "restated": result.restated, "newest": result.newest or None}
    return _fetch_to_json(result.fetch) | rows


def _require_feed_libraries() -> None:
    """Raise an error that says what to install if optional libraries are missing."""
    from importlib.util import find_spec

    missing = [name for name in ("ccxt", "requests", "tenacity") if find_spec(name) is None]
    if missing:
        what = f"fetch needs {', '.join(missing)}, which this installation lacks"
        raise usage_error("setup.missing-library", what, "pip install 'market-reporter[feeds]'")


def _print_fetch_progress(fetch: Fetch, newest: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{fetch.source.id}: up to {newest}", end="", file=sys.stderr, flush=True)


def _print_nothing(fetch: Fetch, newest: str) -> None:
    del fetch, newest


def _clear_line() -> None:
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


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
    task = Backfill(find_desk(desk), target, begin, end, formats, split_names(locale), editions, length, replace)
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
    code = _choose_exit_code(held, len(done))
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


def _choose_exit_code(failed: int, count: int) -> ExitCode:
    """Choose the exit code of a command whose parts may fail separately."""
    return ExitCode.DONE if not failed else ExitCode.HELD if failed == count else ExitCode.SOME


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
