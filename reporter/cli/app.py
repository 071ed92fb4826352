"""The command line: arguments in, exit codes out. The only place that prints; each command imports what it needs.

Exit codes are in `reporter.diagnostics.exit_codes`.
"""

from __future__ import annotations

import errno
import gc
import re
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import asdict
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reporter.cli.labels import labels_app
from reporter.cli.options import (
    AsOfOption,
    DateOption,
    DebugOption,
    DeskArgument,
    EditionOption,
    FormatOption,
    JsonOption,
    LocaleOption,
    QuietOption,
    choose_names,
    explain_usage,
    find_desk,
    make_app,
    read_date,
    split_names,
)
from reporter.cli.output import print_diagnostics, print_error, print_json, print_report
from reporter.cli.rules import rules_app
from reporter.diagnostics.diagnostic import Diagnostic, Place, as_notices
from reporter.diagnostics.errors import InputError, ReporterError, usage_error
from reporter.diagnostics.exit_codes import ExitCode, format_exit_codes
from reporter.diagnostics.plurals import format_count
from reporter.model.timestamps import format_minute, parse_folder, parse_instant

if TYPE_CHECKING:
    from reporter.model.finding import Fact
    from reporter.model.metric import MetricSeries, MetricSet
    from reporter.pipeline.state import BuildResult

app = make_app(
    "Turn a desk's market data into a bilingual market brief that can be shown sentence by sentence.",
    "reporter",
    completion=True,
)
app.add_typer(rules_app, name="rules")
app.add_typer(labels_app, name="labels")

#: Objects that are made between two looks for garbage.
_GARBAGE_PACE = 100_000
#: What a system refuses for lack of room, of handles, of processes, or because of its own limits.
_LIMITS = frozenset(
    {
        *(errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN, errno.EROFS),
        *(errno.ENAMETOOLONG, errno.EIO),
    }
)
#: Which limit it is, and how it is raised.
_HINTS = {
    errno.ENOSPC: "make room on that disk",
    errno.EDQUOT: "make room, or have the quota raised",
    errno.EFBIG: "raise the limit on the size of files (ulimit -f)",
    errno.EMFILE: "raise the limit on open files (ulimit -n)",
    errno.ENOMEM: "close other programs, or raise the limit on memory (ulimit -v)",
    errno.EAGAIN: "raise the limit on processes (ulimit -u)",
    errno.ENAMETOOLONG: "choose a shorter path",
}
_NO_MEMORY = re.compile("[Cc]annot allocate memory|failed to map segment")


def main() -> None:
    """Run the command line and exit with its code."""
    if isinstance(sys.stdout, TextIOWrapper):
        # Where the terminal has no such character, its code is printed; JSON reads it alike.
        sys.stdout.reconfigure(errors="backslashreplace")
    # A command lives for seconds. Python's own pace, a look for garbage every 700 objects, would take a fifth of them.
    gc.set_threshold(_GARBAGE_PACE)
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _raise_terminated)
    try:
        # Where a command ends with `typer.Exit`, its code is what comes back; no command returns anything else.
        sys.exit(_run_command())
    except KeyboardInterrupt:
        sys.exit(ExitCode.INTERRUPTED)
    except _TerminatedError:
        # A second one may end us at once.
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        print("terminated; what was under way is not published", file=sys.stderr)
        sys.exit(ExitCode.TERMINATED)
    except BrokenPipeError:
        # The reader of our output has left; there is no one to tell.
        sys.stderr.close()
        sys.exit(1)


class _TerminatedError(BaseException):
    """Somebody asked us to end; not an `Exception`, so that nothing takes it for a fault of its own."""


def _raise_terminated(number: int, frame: object) -> None:
    raise _TerminatedError


def _run_command() -> int:
    """Run the typed command, print what stops it, and return its exit code."""
    try:
        return _call_app()
    except (ReporterError, OSError, MemoryError, ImportError) as raised:
        error = raised if isinstance(raised, ReporterError) else _to_limit_error(raised)
        if error is None:
            raise
        if "--debug" in sys.argv:
            traceback.print_exc()
        else:
            print_error(error, as_json="--json" in sys.argv)
        return error.exit_code


def _to_limit_error(error: OSError | MemoryError | ImportError) -> InputError | None:
    """Convert an error of memory, disk or system limits to an InputError; None for other errors."""
    if isinstance(error, MemoryError) or (isinstance(error, ImportError) and _NO_MEMORY.search(str(error))):
        what, place, hint = "there is not enough memory", "", _HINTS[errno.ENOMEM]
    elif isinstance(error, OSError) and error.errno in _LIMITS:
        what, place = f"the system refuses: {error.strerror}", str(error.filename or "")
        hint = _HINTS.get(error.errno or 0, "make room, or raise the limit (ulimit -a)")
    else:
        return None
    return InputError([Diagnostic("file.system-limit", Place(place), what, hint)])


def _call_app() -> int:
    """Call the application and return the exit code of the typed command.

    Raises:
        ReporterError: what the command raises; a mistake in how it was typed among it.
    """
    try:
        return int(app(prog_name="reporter", standalone_mode=False) or 0)
    except typer.TyperException as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            print(error.format_message(), file=sys.stderr)
            return 2
        raise explain_usage(error) from None


def _print_version(asked: bool) -> None:
    if asked:
        from reporter import __version__

        print(__version__)
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[
        bool, typer.Option("--version", "-V", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Take the options that stand before a command."""


@app.command()
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


@app.command()
def metrics(
    desk: DeskArgument = None,
    date: DateOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Print every metric of a date: value, unit, as-of, source, or why it is missing."""
    folder, instant = find_desk(desk), parse_instant(as_of)
    day = read_date(date, folder, instant)
    from reporter.pipeline.evaluate import compute_desk_metrics

    known = compute_desk_metrics(folder, day, instant)
    if quiet:
        return
    shown = {metric_id: series for metric_id, series in known.series.items() if _is_desk_metric(metric_id, known)}
    if as_json:
        print_json({metric_id: _metric_to_json(series, known) for metric_id, series in shown.items()})
        return
    print(f"{known.dates[-1]}, known at {format_minute(known.as_of)}")
    for metric_id, series in shown.items():
        seen = series.observation_at(known.today_index)
        value = "missing" if seen.value is None else _format_value(seen.value, str(series.spec.unit))
        rest = seen.missing if seen.value is None else f"{format_minute(seen.as_of)}  {seen.source or 'calendar'}"
        print(f"{metric_id:38} {value:>22} {series.spec.unit if seen.value is not None else '':14} {rest}")


@app.command()
def findings(
    desk: DeskArgument = None,
    date: DateOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Print what the rules found on a date, with the facts that sentences may use."""
    folder, instant = find_desk(desk), parse_instant(as_of)
    day = read_date(date, folder, instant)
    from reporter.pipeline.evaluate import evaluate_desk

    found = evaluate_desk(folder, day, instant)
    if quiet:
        return
    told = [outcome.finding for outcome in found.outcomes if outcome.finding and outcome.state == "fired"]
    if as_json:
        from reporter.pipeline.findings_json import findings_to_json

        print_json(findings_to_json(found.outcomes))
        return
    for finding in sorted(told, key=lambda f: -f.weight):
        partial = ", partial" if finding.partial else ""
        print(f"{finding.id}  ({finding.stance}, weight {finding.weight}, day {finding.days}{partial})  {finding.rule}")
        for fact in finding.facts:
            print(f"    {fact.name} = {_format_fact(fact)}  [{fact.expression}]")


@app.command()
def check(
    desk: DeskArgument = None,
    locale: LocaleOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Look for everything that can be wrong before a run: desk, data, rules, phrases, labels, fonts, pages."""
    from reporter.authoring.proofreading import proofread_brief, proofread_phrases
    from reporter.authoring.wording_firmness import check_firmness
    from reporter.cli.data import list_odd_sources, print_survey, survey_to_json
    from reporter.pipeline.compose import compose_brief
    from reporter.pipeline.evaluate import evaluate_desk
    from reporter.pipeline.read import survey_desk
    from reporter.pipeline.run import check_rendering
    from reporter.render.pdf.printer import open_printer

    folder = find_desk(desk)
    with open_printer() as printer:
        found = evaluate_desk(folder, locales=split_names(locale))
        flaws = (*proofread_phrases(found.report.books), *check_firmness(found.report.books))
        if flaws:
            raise InputError(flaws)
        brief = compose_brief(found)
        pages = check_rendering(brief, printer)
    if quiet:
        return
    surveys = survey_desk(found)
    # Words of a flaw may be the data's (a line of news), so an author is told and not stopped.
    notices = (*found.metrics.notices, *as_notices(proofread_brief(brief)), *pages)
    if as_json:
        print_report(ExitCode.DONE, (*list_odd_sources(surveys), *notices), sources=survey_to_json(surveys))
        return
    days = found.metrics.dates
    held = f"{format_count(len(found.report.rules.rules), 'rule')}, {format_count(len(found.report.books), 'locale')}"
    print(f"{folder.as_posix()}: {held}, prices from {days[0]} to {days[-1]}: right")
    print_survey(surveys)
    for notice in notices:
        print(f"notice: {notice}")


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The new desk's folder.")],
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Make a desk to start from: a desk.toml with comments and a small table of prices."""
    from reporter.setup.starter import make_desk

    made = make_desk(folder)
    if quiet:
        return
    if as_json:
        print_report(ExitCode.DONE, written=[path.as_posix() for path in made])
        return
    for path in made:
        print(path.as_posix())
    print(f"next: put your prices into {(folder / 'prices.csv').as_posix()}, then `reporter build {folder.as_posix()}`")


@app.command()
def doctor(as_json: JsonOption = False, quiet: QuietOption = False, debug: DebugOption = False) -> None:
    """Say what is missing on this machine, and how to get it."""
    from reporter.setup.doctor import examine_system

    checks = examine_system()
    whole = all(item.ok for item in checks)
    shown = [item for item in checks if not (quiet and item.ok)]
    if as_json and shown:
        wrong = [item.to_diagnostic() for item in shown if not item.ok]
        print_report(ExitCode.DONE if whole else ExitCode.HELD, wrong, checks=[asdict(item) for item in shown])
    for item in () if as_json else shown:
        print(f"{'ok     ' if item.ok else 'MISSING'} {item.name}: {item.detail}")
        if not item.ok and item.remedy:
            print(f"        {item.remedy}")
    raise typer.Exit(0 if whole else 1)


def _is_desk_metric(metric_id: str, known: MetricSet) -> bool:
    """Return whether a metric is of this desk: instruments that it lacks are left out."""
    subject, _, rest = metric_id.partition(".")
    return subject != "macro" or rest.partition(".")[0] in known.instruments


def _format_value(value: float, unit: str) -> str:
    return format_minute(value) if unit == "instant" else f"{value:,.6g}" if abs(value) < 1 else f"{value:,.2f}"


def _metric_to_json(series: MetricSeries, known: MetricSet) -> dict[str, object]:
    seen = series.observation_at(known.today_index)
    return {
        "value": seen.value,
        "unit": str(series.spec.unit),
        "as_of": format_minute(seen.as_of),
        "source": seen.source,
        "missing": None if seen.missing is None else str(seen.missing),
    }


def _format_fact(fact: Fact) -> str:
    if fact.members:
        return "; ".join(f"{member.name} {_format_fact(member)}" for member in fact.members)
    if isinstance(fact.value, float | int):
        return f"{_format_value(float(fact.value), str(fact.unit))} {fact.unit}"
    return str(fact.value)


def _add_commands() -> None:
    from reporter.cli.audit import audit
    from reporter.cli.data import sniff
    from reporter.cli.explain import explain
    from reporter.cli.feeds import backfill, fetch
    from reporter.cli.news import news
    from reporter.cli.pdf import check_pdf
    from reporter.cli.text import lint_text
    from reporter.cli.trace import trace

    app.command("audit")(audit)
    app.command("trace")(trace)
    app.command("check-pdf")(check_pdf)
    app.command("lint-text")(lint_text)
    app.command("backfill")(backfill)
    app.command("fetch")(fetch)
    app.command("sniff")(sniff)
    app.command("news")(news)
    app.command("explain")(explain)
    for group in _iterate_groups(app):
        group.info.epilog = _format_epilog()
        for command in group.registered_commands:
            command.epilog = _format_epilog()


def _format_epilog() -> str:
    # The mark keeps the lines of a paragraph apart.
    return f"\b\nExit codes:\n{format_exit_codes()}"


def _iterate_groups(root: typer.Typer) -> Iterator[typer.Typer]:
    """A group of commands, and those below it."""
    yield root
    for group in root.registered_groups:
        if group.typer_instance is not None:
            yield from _iterate_groups(group.typer_instance)


_add_commands()
