"""`reporter check`: everything that can be wrong before a run, and what each source of a desk holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.cli.options import (
    DebugOption,
    DeskArgument,
    JsonOption,
    LocaleOption,
    QuietOption,
    find_desk,
    split_names,
)
from reporter.cli.output import print_report
from reporter.diagnostics.diagnostic import NO_FILE, Diagnostic, Severity, as_notices, make_notice
from reporter.diagnostics.errors import InputError
from reporter.diagnostics.exit_codes import ExitCode
from reporter.diagnostics.plurals import format_count

if TYPE_CHECKING:
    from reporter.desk.sniff.survey import SourceSurvey


def check(
    desk: DeskArgument = None,
    locale: LocaleOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Look for everything that can be wrong before a run: desk, data, rules, phrases, labels, fonts, pages."""
    from reporter.authoring.figure_density import check_figure_density
    from reporter.authoring.proofreading import proofread_brief, proofread_phrases
    from reporter.authoring.relating_words import check_relating_words
    from reporter.authoring.wording_firmness import check_firmness
    from reporter.pipeline.compose import compose_brief
    from reporter.pipeline.evaluate import evaluate_desk
    from reporter.pipeline.read import read_written_report, survey_desk
    from reporter.pipeline.run import check_rendering
    from reporter.render.pdf.printer import open_printer
    from reporter.report_type.asset_fit import find_classless_phrases

    folder = find_desk(desk)
    with open_printer() as printer:
        found = evaluate_desk(folder, locales=split_names(locale))
        files = found.report.files
        own = f"{files.own_shown}/" if files.own is not None else None
        # What is not told of the desk's asset is checked as well: a relation may have its words there alone.
        written = read_written_report(found.config, split_names(locale))
        words = (
            *proofread_phrases(written.books, own),
            *check_relating_words(written),
            *check_figure_density(written.books, own),
        )
        classless = find_classless_phrases(written)
        flaws = (
            *(one for one in words if one.severity is not Severity.NOTICE),
            *check_firmness(written.books),
            # A desk's own phrases are of its own asset.
            *(one for one in classless if own is None or not one.place.file.startswith(own)),
        )
        if flaws:
            raise InputError(flaws)
        brief = compose_brief(found)
        pages = check_rendering(brief, printer)
    if quiet:
        return
    surveys = survey_desk(found)
    # Words of a flaw may be the data's (a line of news), so an author is told and not stopped.
    bare = (one for one in words if one.severity is Severity.NOTICE)
    notices = (*found.metrics.notices, *bare, *as_notices(proofread_brief(brief)), *pages)
    if as_json:
        print_report(ExitCode.DONE, (*_list_odd_sources(surveys), *notices), sources=_survey_to_json(surveys))
        return
    days = found.metrics.dates
    held = f"{format_count(len(found.report.rules.rules), 'rule')}, {format_count(len(found.report.books), 'locale')}"
    print(f"{folder.as_posix()}: {held}, prices from {days[0]} to {days[-1]}: right")
    _print_survey(surveys)
    for notice in notices:
        print(f"notice: {notice}")


def _print_survey(surveys: tuple[SourceSurvey, ...]) -> None:
    """A line a source: rows, span, gaps, age, unit, oddities."""
    head = ("source", "table", "rows", "from", "to", "every", "gaps", "age", "unit", "format")
    rows = [head, *(item.table_cells for item in surveys)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(head))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    for item in surveys:
        for oddity in item.oddities:
            print(f"{item.id}: {oddity}")


def _list_odd_sources(surveys: tuple[SourceSurvey, ...]) -> list[Diagnostic]:
    """List the oddities of each source as notices."""
    return [
        make_notice("data.odd-source", NO_FILE, f'source "{item.id}": {oddity}')
        for item in surveys
        for oddity in item.oddities
    ]


def _survey_to_json(surveys: tuple[SourceSurvey, ...]) -> list[dict[str, object]]:
    """Return the surveys as JSON values."""
    return [item.to_dict() for item in surveys]
