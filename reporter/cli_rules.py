"""`reporter rules …`: what editors try their rules with; each command imports what it needs.

Exit codes: 0 right; 1 a case or lint found something wrong; 2 usage, or rules, phrases or data that can't be read.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reporter.cli_options import (
    AsOfOption,
    DateOption,
    DebugOption,
    DeskOption,
    FromOption,
    JsonOption,
    LocaleOption,
    QuietOption,
    ReportOption,
    ToOption,
    desk_or_none,
    find_desk,
    make_app,
    read_date,
    split_names,
)
from reporter.cli_output import print_report, write_new
from reporter.diagnostics import Severity
from reporter.exit_codes import ExitCode
from reporter.moments import parse_day, parse_instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reporter.diagnostics import Diagnostic
    from reporter.editing.trial import Trial

rules_app = make_app("Try the rules: why one fired, on which days, what a change would do.")

IdsArgument = Annotated[list[str] | None, typer.Argument(metavar="ID", help="Ids of rules; all if none is given.")]
IdArgument = Annotated[str, typer.Argument(metavar="ID", help="A rule's id.")]


@rules_app.command("list")
def list_rules(
    desk: DeskOption = None,
    report: ReportOption = None,
    date: DateOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """List the rules; with --date, what each was on that day."""
    from reporter.editing.chosen import about
    from reporter.editing.trial import open_report, open_trial

    states: dict[str, str] = {}
    if date is not None:
        folder = _desk(desk)
        trial = open_trial(folder, report, read_date(date, folder))
        book = trial.authored.report.rules
        states = {found.rule_id: str(found.state) for found in trial.replay.outcomes(trial.metrics.today)}
    else:
        book = open_report(desk_or_none(desk), report).report.rules
    if as_json:
        _json([{**about(rule), "state": states.get(rule.id)} for rule in book.rules], quiet=quiet)
        return
    for rule in () if quiet else book.rules:
        group = f"{rule.group} ({rule.pick})" if rule.group else ""
        print(f"{rule.id:34} {states.get(rule.id, ''):11}{rule.stance:8}{rule.weight:>4}  {group:26} {rule.when.text}")


@rules_app.command()
def explain(
    rule_id: IdArgument,
    desk: DeskOption = None,
    report: ReportOption = None,
    date: DateOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Say why a rule fired on a day or why not, clause by clause, and what would turn it."""
    from reporter.editing.chosen import find_rule
    from reporter.editing.explained import explain as find
    from reporter.editing.explained import explained
    from reporter.editing.trial import open_trial

    folder, instant = _desk(desk), parse_instant(as_of)
    trial = open_trial(folder, report, read_date(date, folder, instant), instant)
    rule = find_rule(trial.authored.report.rules, rule_id)
    found = find(trial.replay, rule, trial.metrics.today)
    if as_json:
        _json(found, quiet=quiet)
    else:
        _print(explained(found, rule), quiet=quiet)


@rules_app.command()
def test(
    ids: IdsArgument = None,
    desk: DeskOption = None,
    report: ReportOption = None,
    locale: LocaleOption = None,
    junit: Annotated[
        Path | None, typer.Option("--junit", metavar="FILE", help="Write JUnit XML too.", show_default="none")
    ] = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Run the rules' test cases, and probe every threshold and every missing input of what fires."""
    from reporter.editing.chosen import choose
    from reporter.editing.tables import case_diagnostics, case_lines
    from reporter.editing.testing import junit as as_junit
    from reporter.editing.testing import run_cases, run_probes
    from reporter.editing.trial import open_report

    authored = open_report(desk_or_none(desk), report, split_names(locale))
    chosen = {rule.id for rule in choose(authored.report.rules, ids)}
    cases = [case for case in authored.cases if case.rule in chosen]
    results, probes = run_cases(authored, cases), run_probes(authored, cases)
    if junit is not None:
        junit.write_text(as_junit(results, probes), encoding="utf-8")
    wrong = case_diagnostics(results, probes)
    if as_json:
        _report(wrong, quiet=quiet, cases=results, probes=probes)
    else:
        _print(case_lines(results, probes, verbose=bool(ids) and not quiet), quiet=quiet and not wrong)
    raise typer.Exit(ExitCode.HELD if wrong else ExitCode.DONE)


@rules_app.command()
def draft(
    ids: IdsArgument = None,
    desk: DeskOption = None,
    report: ReportOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write the cases there.", show_default="print them")
    ] = None,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Draft test cases for rules, to be read and corrected, as a file of cases."""
    from reporter.editing.chosen import choose
    from reporter.editing.draft import draft as find
    from reporter.editing.draft import draft_lines
    from reporter.editing.trial import open_report

    authored = open_report(desk_or_none(desk), report, drafting=True)
    lines = ["cases:"]
    for rule in choose(authored.report.rules, ids):
        cases = find(authored, rule)
        lines += draft_lines(cases, authored.registry) if cases else [f"  # no values found that make {rule.id} fire"]
    if out is None:
        _print(lines, quiet=quiet)
        return
    write_new(out, "\n".join(lines) + "\n")
    _print([out.as_posix()], quiet=quiet)


@rules_app.command()
def lint(
    desk: DeskOption = None,
    report: ReportOption = None,
    locale: LocaleOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Look for what is allowed and rarely meant, each with values that show it."""
    from reporter.editing.linting import lint_report
    from reporter.editing.tables import flaw_lines
    from reporter.editing.trial import open_report

    flaws = lint_report(open_report(desk_or_none(desk), report, split_names(locale)))
    wrong = any(not flaw.ignored for flaw in flaws)
    if as_json:
        _report([flaw.diagnostic() for flaw in flaws], quiet=quiet, flaws=flaws)
    else:
        _print(flaw_lines(flaws), quiet=quiet and not wrong)
    raise typer.Exit(ExitCode.HELD if wrong else ExitCode.DONE)


@rules_app.command()
def coverage(  # noqa: PLR0913, PLR0917 (each argument is an option of the command)
    ids: IdsArgument = None,
    desk: DeskOption = None,
    report: ReportOption = None,
    first: FromOption = None,
    last: ToOption = None,
    with_cases: Annotated[bool, typer.Option("--cases", help="Count the cases, not a desk's days.")] = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Count where each rule was true, false and unknown, and which clauses ever decided."""
    from reporter.editing.chosen import choose
    from reporter.editing.coverage import cover_cases, cover_days
    from reporter.editing.tables import coverage_lines
    from reporter.editing.trial import day_range, open_report, open_trial

    if with_cases:
        authored = open_report(desk_or_none(desk), report)
        seen = cover_cases(authored, choose(authored.report.rules, ids))
    else:
        start, end = parse_day(first, "--from"), parse_day(last, "--to")
        trial = open_trial(_desk(desk), report, end)
        days = day_range(trial.metrics, start, end)
        seen = cover_days(trial, choose(trial.authored.report.rules, ids), days)
    if as_json:
        _json(seen, quiet=quiet)
    else:
        _print(coverage_lines(seen), quiet=quiet)


@rules_app.command()
def backtest(  # noqa: PLR0913, PLR0917 (each argument is an option of the command)
    ids: IdsArgument = None,
    desk: DeskOption = None,
    report: ReportOption = None,
    first: FromOption = None,
    last: ToOption = None,
    locale: LocaleOption = None,
    samples: Annotated[int, typer.Option("--samples", metavar="N", help="So many sentences a rule.")] = 3,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Count over a desk's days how often rules fire, for how long and with whom, with sentences they said."""
    from reporter.editing.backtest import backtest as run
    from reporter.editing.chosen import choose
    from reporter.editing.tables import history_lines
    from reporter.editing.trial import day_range, open_trial

    start, end = parse_day(first, "--from"), parse_day(last, "--to")
    trial = open_trial(_desk(desk), report, end, locales=split_names(locale))
    days = day_range(trial.metrics, start, end)
    history, said = run(trial, choose(trial.authored.report.rules, ids), days, samples if ids or as_json else 0)
    if as_json:
        _json({"history": history, "samples": said}, quiet=quiet)
    else:
        _print(history_lines(history, said, detailed=bool(ids)), quiet=quiet)


@rules_app.command()
def diff(  # noqa: PLR0913, PLR0917 (each argument is an option of the command)
    edited: Annotated[
        Path, typer.Argument(metavar="EDITED", help="An edited rule file, or the folder of an edited report type.")
    ],
    desk: DeskOption = None,
    report: ReportOption = None,
    first: FromOption = None,
    last: ToOption = None,
    locale: LocaleOption = None,
    most: Annotated[int, typer.Option("--most", metavar="N", help="Show so many days.")] = 10,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Say which briefs an edited rule file would change, with the text before and after."""
    from reporter.editing.compare import compare
    from reporter.editing.edited import open_edited
    from reporter.editing.tables import difference_lines
    from reporter.editing.trial import day_range, open_trial

    start, end = parse_day(first, "--from"), parse_day(last, "--to")
    current: Trial = open_trial(_desk(desk), report, end, locales=split_names(locale))
    days = day_range(current.metrics, start, end)
    found = compare(current, open_edited(current, edited), days)
    if as_json:
        _json(found, quiet=quiet)
    else:
        _print(difference_lines(found, most), quiet=quiet)


@rules_app.command()
def schema(
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Write the files there.", show_default="print them")
    ] = None,
    desk: DeskOption = None,
    report: ReportOption = None,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Make JSON Schema files, so that an editor such as VS Code completes and underlines."""
    from reporter.editing.schemas import schema_files
    from reporter.editing.trial import open_report

    files = schema_files(open_report(desk_or_none(desk), report))
    if out is None:
        _json({name: content for name, content in files.items() if name.endswith(".schema.json")}, quiet=quiet)
        return
    from reporter.editing.as_json import as_json

    out.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (out / name).write_text(as_json(content) + "\n", encoding="utf-8")
        _print([(out / name).as_posix()], quiet=quiet)


def _desk(folder: Path | None) -> Path:
    return find_desk(folder, "add --desk and the desk's folder")


def _json(value: object, *, quiet: bool) -> None:
    from reporter.editing.as_json import as_json

    if not quiet:
        print(as_json(value))


def _report(diagnostics: Sequence[Diagnostic], *, quiet: bool, **values: object) -> None:
    """Print what was found as JSON; nothing where nothing is wrong and quiet is asked for."""
    from reporter.editing.as_json import plain_value

    wrong = any(item.severity is not Severity.NOTICE for item in diagnostics)
    if wrong or not quiet:
        plain = {key: plain_value(value) for key, value in values.items()}
        print_report(ExitCode.HELD if wrong else ExitCode.DONE, diagnostics, **plain)


def _print(lines: Iterable[str], *, quiet: bool) -> None:
    for line in () if quiet else lines:
        print(line)
