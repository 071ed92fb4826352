"""`reporter fetch`: rows from live feeds into the desk's own files."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace as replace_in
from typing import TYPE_CHECKING, Annotated

import typer

from reporter.cli.options import (
    DebugOption,
    DeskArgument,
    JsonOption,
    QuietOption,
    find_desk,
    split_names,
)
from reporter.cli.output import choose_exit_code, print_report
from reporter.diagnostics.errors import usage_error
from reporter.diagnostics.exit_codes import ExitCode
from reporter.diagnostics.plurals import format_count
from reporter.model.timestamps import format_minute, parse_day

if TYPE_CHECKING:
    from reporter.diagnostics.diagnostic import Diagnostic
    from reporter.feeds.run import Fetch, FetchResult


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
    code = choose_exit_code(len(faults), len(done))
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
