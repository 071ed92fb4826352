"""`reporter track`: what the briefs of some days have said, and what became of it."""

from __future__ import annotations

from typing import Annotated

import typer

from reporter.cli.options import (
    AsOfOption,
    DebugOption,
    DeskArgument,
    FromOption,
    JsonOption,
    LocaleOption,
    QuietOption,
    ReportOption,
    ToOption,
    choose_names,
    find_desk,
    split_names,
)
from reporter.cli.output import print_json, write_files
from reporter.model.timestamps import parse_day, parse_folder, parse_instant


def track(  # noqa: PLR0913, PLR0917 - a command's options are its arguments
    desk: DeskArgument = None,
    first: FromOption = None,
    last: ToOption = None,
    out: Annotated[
        str | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Write the pages there, with all rows beside them.",
            show_default="print counts",
        ),
    ] = None,
    format: Annotated[
        list[str] | None,
        typer.Option(
            "--format", metavar="F", help="Formats of the pages: md,html; may be repeated.", show_default="md,html"
        ),
    ] = None,
    locale: LocaleOption = None,
    report: ReportOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Say what became of each level, condition, ending and verdict that the briefs of some days have told.

    The briefs are replayed from what was known on each day. Nothing after --to is looked at: what was not over by then
    is open.
    """
    del debug  # read by main
    from reporter.authoring.track.files import dump_record, format_record, format_rows, record_to_json
    from reporter.authoring.track.page import FORMATS, render_pages
    from reporter.authoring.track.record import build_track_record
    from reporter.authoring.trial import find_day_range, open_trial
    from reporter.pipeline.read import open_desk

    folder, target = find_desk(desk), None if out is None else parse_folder(out)
    formats = choose_names("format", format, FORMATS) or FORMATS
    start, end = parse_day(first, "--from"), parse_day(last, "--to")
    trial = open_trial(folder, report, end, parse_instant(as_of), split_names(locale))
    record = build_track_record(trial, find_day_range(trial.metrics, start, end))
    if target is not None:
        files = render_pages(record, trial, trial.authored.config or open_desk(folder), formats)
        files |= {"track.csv": format_rows(record).encode(), "track.json": dump_record(record).encode()}
        write_files(target, files)
    if quiet:
        return
    if as_json:
        print_json(record_to_json(record))
    elif target is not None:
        print(target.as_posix())
    else:
        print("\n".join(format_record(record)))
