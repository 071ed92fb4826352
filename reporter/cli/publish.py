"""`reporter publish`: finished briefs to the desk's blogs, and back again when one was wrong."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reporter.cli.options import DebugOption, DeskOption, JsonOption, QuietOption, find_desk, split_names
from reporter.cli.output import choose_exit_code, print_diagnostics, print_report, to_json_value
from reporter.diagnostics.errors import usage_error
from reporter.diagnostics.exit_codes import ExitCode
from reporter.model.timestamps import read_clock

if TYPE_CHECKING:
    from reporter.desk import DeskConfig
    from reporter.publishing.send import PostOutcome


def publish(  # noqa: PLR0913, PLR0917 - a command's options are its arguments
    briefs: Annotated[
        list[Path] | None,
        typer.Argument(metavar="BRIEF_DIR…", help="Folders of finished briefs.", show_default="none"),
    ] = None,
    desk: DeskOption = None,
    to: Annotated[
        list[str] | None,
        typer.Option("--to", metavar="NAME", help="Targets of desk.toml; may be repeated.", show_default="all of them"),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and write nothing.")] = False,
    draft: Annotated[bool, typer.Option("--draft", help="As posts that the blog leaves out.")] = False,
    correct: Annotated[
        str | None,
        typer.Option(
            "--correct",
            metavar="WHY",
            help="Say above each post what it said, what it says now, and why.",
            show_default="no note",
        ),
    ] = None,
    withdraw: Annotated[
        str | None,
        typer.Option(
            "--withdraw",
            metavar="WHY",
            help="Put a line with the reason in the place of each post.",
            show_default="none",
        ),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Write over posts that were edited, deleted or withdrawn since.")
    ] = False,
    stale: Annotated[
        bool,
        typer.Option("--stale", help="Publish nothing; list the posts that state a figure which was restated since."),
    ] = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Bring finished briefs to the blogs of desk.toml's [[publish]]; a second run changes nothing."""
    del debug  # read by main
    _check_options(correct, withdraw, draft)
    from reporter.pipeline.read import open_desk
    from reporter.publishing.read import read_briefs
    from reporter.publishing.send import PublishRequest, publish_briefs

    config = open_desk(find_desk(desk, "name the desk's folder with --desk"))
    if stale:
        _list_stale_posts(config, as_json=as_json, quiet=quiet)
        return
    if not briefs:
        raise usage_error("usage.missing-argument", "no brief is named", "reporter publish BRIEF_DIR…")
    # What is withdrawn needn't be right.
    read = read_briefs(config, briefs, audited=withdraw is None)
    now = read_clock().replace(microsecond=0) if correct or withdraw else None
    request = PublishRequest(split_names(to), dry_run, draft, replace, correct or "", withdraw or "", now)
    outcomes, troubles = publish_briefs(config, read, request)
    refused = sum(outcome.did == "refused" for outcome in outcomes)
    code = choose_exit_code(max(refused, bool(troubles)), max(len(outcomes), 1))
    if as_json:
        print_report(code, troubles, dry_run=dry_run, posts=to_json_value(outcomes))
    else:
        print_diagnostics(troubles)
        if not quiet:
            _print_outcomes(outcomes, dry_run)
    raise typer.Exit(code)


def _list_stale_posts(config: DeskConfig, *, as_json: bool, quiet: bool) -> None:
    from reporter.publishing.stale import find_stale_posts

    found = tuple(find_stale_posts(config, read_clock()))
    code = ExitCode.HELD if found else ExitCode.DONE
    if as_json:
        print_report(code, found)
    else:
        print_diagnostics(found)
        if not quiet:
            print(f"{len(found)} stale" if found else "nothing stale")
    raise typer.Exit(code)


def _check_options(correct: str | None, withdraw: str | None, draft: bool) -> None:
    for option, why in (("--correct", correct), ("--withdraw", withdraw)):
        if why is not None and not why.strip():
            raise usage_error(
                "usage.wrong-value", f"{option} needs a reason", f'such as {option} "a source restated it"'
            )
    if correct and withdraw:
        raise usage_error(
            "usage.wrong-value", "--correct and --withdraw contradict each other", "leave one of them out"
        )
    if draft and (correct or withdraw):
        raise usage_error("usage.wrong-value", "--draft changes no post that is out", "leave it out")


def _print_outcomes(outcomes: tuple[PostOutcome, ...], dry_run: bool) -> None:
    for outcome in outcomes:
        if outcome.did != "unchanged":
            print(f"{outcome.did} {outcome.path}")
    counts = Counter(outcome.did for outcome in outcomes)
    told = ", ".join(f"{count} {did}" for did, count in sorted(counts.items()))
    print(f"{'would be: ' if dry_run else ''}{told}")
