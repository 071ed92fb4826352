"""The whole run: a desk's folder → a brief that is published or held.

Read what the authors wrote and the rows; evaluate the day; compose the brief; render its files; let the gate read
them; publish. Each step is a function in a module of its own; this one and the writers alone touch files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from reporter.desk import Fingerprints, Sources, read_desk
from reporter.desk.tables.splits import list_splits
from reporter.diagnostics.diagnostic import Diagnostic
from reporter.model.formats import FORMATS
from reporter.model.memory import PublishedStatements
from reporter.pipeline.audit import hold_unless_passing, judge_files
from reporter.pipeline.compose import compose_brief
from reporter.pipeline.evaluate import evaluate_rows
from reporter.pipeline.existing_brief import check_replacement, read_existing_brief
from reporter.pipeline.history import hash_history, read_history
from reporter.pipeline.input_hash import hash_common, hash_inputs
from reporter.pipeline.outputs import list_side_files, render_brief
from reporter.pipeline.publish import lock_brief_folder, publish_files
from reporter.pipeline.read import AuthoredInputs, open_authored, read_signing_key
from reporter.pipeline.report_days import cut_report_day
from reporter.pipeline.state import Brief, BuildRequest, BuildResult, Evaluation
from reporter.render.pdf.printer import PrintPage, open_printer


@dataclass(frozen=True, slots=True)
class BuildRun:
    """What the briefs of one run have in common, read once.

    Attributes:
        request: what is asked for.
        authored: what the desk's authors wrote.
        sources: the desk's rows.
        key: what ledgers are signed with, if they are.
        common: hash of everything but rows that the briefs are made of.
        prints: hashes of the rows.
    """

    request: BuildRequest
    authored: AuthoredInputs
    sources: Sources
    key: bytes | None
    common: str
    prints: Fingerprints


def build_brief(
    request: BuildRequest, day: date | None = None, as_of: datetime | None = None, printer: PrintPage | None = None
) -> BuildResult:
    """Build one brief and publish it whole, where something that it is made of has changed.

    Args:
        request: what is asked for.
        day: the brief's date; the last complete day where absent.
        as_of: use only what was known at this instant; the end of the day where absent.
        printer: makes the PDFs; one is started where it is needed and not given.

    Raises:
        InputError: something an author or the data got wrong, or the published brief has files that this one lacks;
            nothing was written.
        HeldError: the brief can't be defended, or the published one has been edited; nothing was written.
        NothingNewError: as of an instant alone, the last session due by then has no prices.
        LockedError: another run is writing the same brief.
    """
    run = open_run(request)
    desk = cut_report_day(run.sources, run.authored.report, day, as_of)
    history = _read_history(run, desk.date)
    return run_day(
        run, desk.date, desk.as_of, lambda: evaluate_rows(run.authored, desk, history), printer, hash_history(history)
    )


def _read_history(run: BuildRun, day: date) -> tuple[PublishedStatements, ...]:
    """Read what published briefs have stated; before the first is published, its folder isn't there."""
    folder, out = run.request.history, run.request.out
    if folder is None or (not folder.exists() and folder.resolve() == out.resolve()):
        return ()
    config = run.authored.config
    stated = read_history(folder, config.desk.slug, day, run.key)
    # Prices that were named on another scale are not those of today.
    since = max((split.day for split in list_splits(config, day)), default=date.min)
    return tuple(one for one in stated if one.date >= since)


def open_run(request: BuildRequest) -> BuildRun:
    """Read what the briefs of a run have in common.

    Raises:
        InputError: the desk, its data or its report type are wrong; no brief can be made.
    """
    authored = open_authored(request.folder, request.locales, request.previous, request.report)
    key = read_signing_key(authored.config)
    sources = read_desk(authored.config)
    common = hash_common(authored.config, authored.report, authored.theme, request, key)
    return BuildRun(request, authored, sources, key, common, Fingerprints(sources))


def run_day(
    run: BuildRun,
    day: date,
    cut: int,
    evaluate: Callable[[], Evaluation],
    printer: PrintPage | None,
    history: str = "",
) -> BuildResult:
    """Make the brief of a day: evaluate → compose → render → gate → publish; nothing where it would be the same.

    Args:
        run: what the day has in common with others.
        day: the brief's date.
        cut: the instant up to which rows count as known, seconds since 1970 UTC.
        evaluate: evaluates the day; it is asked where the brief is made.
        printer: see `build_brief`.
        history: hash of what published briefs it may recall, from `hash_history`.

    Raises:
        ReporterError: see `build_brief`.
    """
    asked, config = run.request, run.authored.config
    slug = f"{config.desk.slug}-{day.isoformat()}"
    inputs, names = (
        hash_inputs(run.common, run.prints.at(cut), history),
        asked.list_documents(config, run.authored.report),
    )
    with lock_brief_folder(asked.out, slug):
        standing = read_existing_brief(asked.out / slug)
        check_replacement(standing, names, replace=asked.replace_edited, draft=asked.draft)
        if standing is not None and not asked.draft and standing.inputs == inputs and standing.is_whole(names):
            return BuildResult(asked.out / slug, changed=False, replaced=True)
        brief = compose_brief(evaluate(), asked.editions, evidence=asked.evidence, draft=asked.draft)
        notices: list[Diagnostic] = []
        files = _render_files(brief.with_inputs(inputs), run, printer, notices)
        faults = judge_files(slug, files, draft=asked.draft)
        folder = publish_files(asked.out, slug, files, replace=asked.replace_edited, draft=asked.draft)
    return BuildResult(folder, draft=asked.draft, faults=faults, notices=tuple(notices), replaced=standing is not None)


def check_rendering(brief: Brief, printer: PrintPage) -> tuple[Diagnostic, ...]:
    """Render every file of a brief and check it against the ledger; nothing is written.

    Returns:
        What an editor should know of the printed pages.

    Raises:
        InputError: a layout, style sheet, font or logo is wrong.
        HeldError: the brief can't be defended.
    """
    notices: list[Diagnostic] = []
    hold_unless_passing(brief.slug, render_brief(brief, FORMATS, printer, notices=notices))
    return tuple(notices)


def _render_files(
    brief: Brief, run: BuildRun, printer: PrintPage | None, notices: list[Diagnostic]
) -> dict[str, bytes]:
    """Render a day's files, and add what an editor should know of their pages to `notices`."""
    asked = run.request
    with _open_printer(asked.formats, printer) as press:
        beside = list_side_files(brief, findings=asked.findings)
        return render_brief(
            brief,
            asked.formats,
            press,
            attach_ledger=asked.attach_ledger,
            beside=beside,
            key=run.key,
            notices=notices,
        )


@contextmanager
def _open_printer(formats: Sequence[str], printer: PrintPage | None) -> Iterator[PrintPage | None]:
    """Open a printer for PDFs where any are asked for."""
    if "pdf" not in formats or printer is not None:
        yield printer if "pdf" in formats else None
        return
    with open_printer() as started:
        yield started
