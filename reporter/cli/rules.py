"""`reporter rules …`: what editors try their rules with; each command imports what it needs.

Exit codes: 0 right; 1 a case or lint found something wrong; 2 usage, or rules, phrases or data that can't be read.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reporter.cli.options import (
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
    find_desk,
    find_desk_or_none,
    make_app,
    read_date,
    split_names,
)
from reporter.cli.output import print_json, print_report, to_json, to_json_value, write_new
from reporter.diagnostics.diagnostic import Severity
from reporter.diagnostics.exit_codes import ExitCode
from reporter.model.timestamps import parse_day, parse_instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reporter.authoring.trial import Trial
    from reporter.diagnostics.diagnostic import Diagnostic

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
    from reporter.authoring.trial import describe_rule, open_authored_report, open_trial

    states: dict[str, str] = {}
    if date is not None:
        folder = _find_desk(desk)
        trial = open_trial(folder, report, read_date(date, folder))
        book = trial.authored.report.rules
        states = {found.rule_id: str(found.state) for found in trial.replay.evaluate_rules(trial.metrics.today_index)}
    else:
        book = open_authored_report(find_desk_or_none(desk), report).report.rules
    if as_json:
        _print_json([{**describe_rule(rule), "state": states.get(rule.id)} for rule in book.rules], quiet=quiet)
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
    from reporter.authoring.explanation_text import explain_rule as find
    from reporter.authoring.explanation_text import format_explanation
    from reporter.authoring.trial import find_rule, open_trial

    folder, instant = _find_desk(desk), parse_instant(as_of)
    trial = open_trial(folder, report, read_date(date, folder, instant), instant)
    rule = find_rule(trial.authored.report.rules, rule_id)
    found = find(trial.replay, rule, trial.metrics.today_index)
    if as_json:
        _print_json(found, quiet=quiet)
    else:
        _print_lines(format_explanation(found, rule), quiet=quiet)


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
    from reporter.authoring.case_testing import format_junit as as_junit
    from reporter.authoring.case_testing import run_cases, run_probes
    from reporter.authoring.result_tables import case_diagnostics, format_case_results
    from reporter.authoring.trial import choose_rules, open_authored_report

    authored = open_authored_report(find_desk_or_none(desk), report, split_names(locale))
    chosen = {rule.id for rule in choose_rules(authored.report.rules, ids)}
    cases = [case for case in authored.cases if case.rule in chosen]
    results, probes = run_cases(authored, cases), run_probes(authored, cases)
    if junit is not None:
        junit.write_text(as_junit(results, probes), encoding="utf-8")
    wrong = case_diagnostics(results, probes)
    if as_json:
        _print_report(wrong, quiet=quiet, cases=results, probes=probes)
    else:
        _print_lines(format_case_results(results, probes, verbose=bool(ids) and not quiet), quiet=quiet and not wrong)
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
    from reporter.authoring.case_drafts import draft_cases as find
    from reporter.authoring.case_drafts import format_draft
    from reporter.authoring.trial import choose_rules, open_authored_report

    authored = open_authored_report(find_desk_or_none(desk), report, drafting=True)
    lines = ["cases:"]
    for rule in choose_rules(authored.report.rules, ids):
        cases = find(authored, rule)
        lines += format_draft(cases, authored.registry) if cases else [f"  # no values found that make {rule.id} fire"]
    if out is None:
        _print_lines(lines, quiet=quiet)
        return
    write_new(out, "\n".join(lines) + "\n")
    _print_lines([out.as_posix()], quiet=quiet)


@rules_app.command()
def lint(
    desk: DeskOption = None,
    report: ReportOption = None,
    locale: LocaleOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Look for what is allowed and rarely meant, each with values that show it; with --desk on the desk's days too."""
    from reporter.authoring.report_lint import lint_report
    from reporter.authoring.result_tables import format_flaws
    from reporter.authoring.trial import open_authored_report, open_trial

    if desk is None:
        flaws = lint_report(open_authored_report(find_desk_or_none(desk), report, split_names(locale)))
    else:
        folder = find_desk(desk)
        trial = open_trial(folder, report, locales=split_names(locale))
        # What is not told of the desk's asset is no flaw of the report type.
        authored = open_authored_report(folder, report, split_names(locale))
        flaws = lint_report(authored, trial.frameworks)
    wrong = any(not flaw.ignored for flaw in flaws)
    if as_json:
        _print_report([flaw.to_diagnostic() for flaw in flaws], quiet=quiet, flaws=flaws)
    else:
        _print_lines(format_flaws(flaws), quiet=quiet and not wrong)
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
    from reporter.authoring.backtest import cover_cases, cover_days
    from reporter.authoring.result_tables import format_coverage
    from reporter.authoring.trial import choose_rules, find_day_range, open_authored_report, open_trial

    if with_cases:
        authored = open_authored_report(find_desk_or_none(desk), report)
        seen = cover_cases(authored, choose_rules(authored.report.rules, ids))
    else:
        start, end = parse_day(first, "--from"), parse_day(last, "--to")
        trial = open_trial(_find_desk(desk), report, end)
        days = find_day_range(trial.metrics, start, end)
        seen = cover_days(trial, choose_rules(trial.authored.report.rules, ids), days)
    if as_json:
        _print_json(seen, quiet=quiet)
    else:
        _print_lines(format_coverage(seen), quiet=quiet)


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
    from reporter.authoring.backtest import backtest_rules as run
    from reporter.authoring.result_tables import format_history
    from reporter.authoring.trial import choose_rules, find_day_range, open_trial

    start, end = parse_day(first, "--from"), parse_day(last, "--to")
    trial = open_trial(_find_desk(desk), report, end, locales=split_names(locale))
    days = find_day_range(trial.metrics, start, end)
    history, said = run(trial, choose_rules(trial.authored.report.rules, ids), days, samples if ids or as_json else 0)
    if as_json:
        _print_json({"history": history, "samples": said}, quiet=quiet)
    else:
        _print_lines(format_history(history, said, detailed=bool(ids)), quiet=quiet)


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
    from reporter.authoring.result_tables import format_difference
    from reporter.authoring.trial import find_day_range, open_edited, open_trial
    from reporter.authoring.trial_comparison import compare_trials

    start, end = parse_day(first, "--from"), parse_day(last, "--to")
    current: Trial = open_trial(_find_desk(desk), report, end, locales=split_names(locale))
    days = find_day_range(current.metrics, start, end)
    found = compare_trials(current, open_edited(current, edited), days)
    if as_json:
        _print_json(found, quiet=quiet)
    else:
        _print_lines(format_difference(found, most), quiet=quiet)


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
    from reporter.authoring.json_schemas import build_schemas
    from reporter.authoring.trial import open_authored_report

    files = build_schemas(open_authored_report(find_desk_or_none(desk), report))
    if out is None:
        _print_json({name: content for name, content in files.items() if name.endswith(".schema.json")}, quiet=quiet)
        return
    out.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (out / name).write_text(to_json(content) + "\n", encoding="utf-8")
        _print_lines([(out / name).as_posix()], quiet=quiet)


def _find_desk(folder: Path | None) -> Path:
    return find_desk(folder, "add --desk and the desk's folder")


def _print_json(value: object, *, quiet: bool) -> None:
    if not quiet:
        print_json(to_json_value(value))


def _print_report(diagnostics: Sequence[Diagnostic], *, quiet: bool, **values: object) -> None:
    """Print what was found as JSON; nothing where nothing is wrong and quiet is asked for."""
    wrong = any(item.severity is not Severity.NOTICE for item in diagnostics)
    if wrong or not quiet:
        plain = {key: to_json_value(value) for key, value in values.items()}
        print_report(ExitCode.HELD if wrong else ExitCode.DONE, diagnostics, **plain)


def _print_lines(lines: Iterable[str], *, quiet: bool) -> None:
    for line in () if quiet else lines:
        print(line)
