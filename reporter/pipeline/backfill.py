"""A range of days → a brief of each, as it would have been made on that day; metrics are computed once.

A day's folder holds what `reporter build` writes for it, byte for byte, and beside that its findings, which the ledger
names among its files. A later run leaves the day alone as long as it would be made of the same.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path

from reporter.desk import find_last_day
from reporter.desk.config.desk_days import find_desk_days
from reporter.desk.config.fields import parse_duration as parse_after
from reporter.diagnostics.diagnostic import Diagnostic
from reporter.diagnostics.errors import ReporterError, usage_error
from reporter.metrics import MetricDays
from reporter.news import NewsDays
from reporter.pipeline.child_process import end_with_parent
from reporter.pipeline.day_news import list_weights
from reporter.pipeline.evaluate import evaluate_metrics
from reporter.pipeline.read import open_desk
from reporter.pipeline.run import open_run, run_day
from reporter.pipeline.state import BuildRequest, BuildResult, Evaluation
from reporter.render.pdf.printer import PrintPage, open_printer
from reporter.rules import Frameworks

__all__ = ["Backfill", "DayResult", "DayStatus", "parse_after", "run_backfill"]

#: More days than a century has are a mistyped year.
_MOST_DAYS = 36_525
#: Days that a process takes at a time: few enough that all end together, enough that asking costs nothing.
_CHUNK = 8


class DayStatus(StrEnum):
    """The status of a day after a backfill."""

    MADE = "made"
    REMADE = "made again"
    KEPT = "kept"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class DayResult:
    """The result of one day of a backfill.

    Attributes:
        day: the brief's date.
        became: what became of it.
        diagnostics: why it was held; none where it was not.
        reason: the same as text.
    """

    day: date
    became: DayStatus
    diagnostics: tuple[Diagnostic, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Backfill:
    """The desk, days and options of a backfill.

    Attributes:
        folder: the desk.
        out: where the days' folders go.
        first, last: the days, both included.
        formats: what is written beside findings and ledger, of `reporter.model.formats.FORMATS`.
        locales, editions: those of desk.toml where none is named.
        after: how long after the end of its day each brief is cut, in seconds.
        replace_edited: let files of a published brief go that were edited, or that the new one lacks.
        report: the report type; none takes the first of desk.toml.
    """

    folder: Path
    out: Path
    first: date
    last: date
    formats: tuple[str, ...] = ()
    locales: tuple[str, ...] = ()
    editions: tuple[str, ...] = ()
    after: int = 0
    replace_edited: bool = False
    report: str = ""

    @property
    def request(self) -> BuildRequest:
        """What each day is asked for: its brief, and its findings beside it."""
        return BuildRequest(
            self.folder,
            self.out,
            self.locales,
            self.editions,
            self.formats,
            findings=True,
            replace_edited=self.replace_edited,
            report=self.report,
        )

    @property
    def days(self) -> tuple[date, ...]:
        """Every day of the desk from the first to the last: every date, or every session of its exchange.

        Raises:
            InputError: there is none, or there are more than anyone means.
        """
        count = (self.last - self.first).days + 1
        if not 0 < count <= _MOST_DAYS:
            what = f"from {self.first} to {self.last} are {max(count, 0)} days"
            hint = "--from comes first" if count <= 0 else "check the years"
            raise usage_error("usage.wrong-range", what, hint)
        of_desk = find_desk_days(open_desk(self.folder))
        every = (self.first + timedelta(days=number) for number in range(count))
        days = tuple(day for day in every if of_desk.find_end(day) is not None)
        if not days:
            what = f"from {self.first} to {self.last} the desk's exchange has no session"
            raise usage_error("usage.wrong-range", what, "choose other days")
        return days

    def count_made(self) -> int:
        """How many of the days have a brief, of this run or an earlier one."""
        slug = open_desk(self.folder).choose_report(self.report).desk.slug
        return sum((self.out / f"{slug}-{day.isoformat()}" / "ledger.json").is_file() for day in self.days)


def run_backfill(task: Backfill, jobs: int = 1) -> Iterator[DayResult]:
    """Make every day that is not made yet, in order.

    Args:
        task: what is to be made.
        jobs: how many processes share the days; each reads the desk for itself.

    Raises:
        InputError: the desk, its data or its report type are wrong; no day can be made.
    """
    days = task.days
    if jobs <= 1:
        with ExitStack() as stack:
            yield from _DayBuilder(task, stack).make_days(days)
        return
    # Checked here first, so that what is wrong with the desk is said once and not by every process.
    _DayBuilder(task, None)
    chunks = [days[at : at + _CHUNK] for at in range(0, len(days), _CHUNK)]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(jobs, len(chunks)), context, _start_process, (task,)) as pool:
        try:
            for results in pool.map(_make_chunk, chunks):
                yield from results
        except BaseException as error:
            if not isinstance(error, (Exception, KeyboardInterrupt, GeneratorExit)):
                # Whoever ends us outright doesn't wait: a day under way is not published, and nothing is half-written.
                for process in multiprocessing.active_children():
                    process.terminate()
            # Days under way are finished, days not begun are left for the next run.
            pool.shutdown(wait=True, cancel_futures=True)
            raise


class _DayBuilder:
    """Makes the days of one process: rows, metrics and rules are read once."""

    def __init__(self, task: Backfill, stack: ExitStack | None) -> None:
        self.run = open_run(task.request)
        # Days after the last with prices have no brief, and each says so when its turn comes.
        last = find_last_day(self.run.sources, until=task.last)
        self.metrics = MetricDays(self.run.sources, last, task.after, self.run.authored.report.rules.hourly)
        self.frameworks = Frameworks(self.run.authored.report.rules, self.metrics.last)
        self.news = NewsDays(self.metrics.last, list_weights(self.run.authored.config))
        self.printer: PrintPage | None = None
        if stack is not None and "pdf" in task.formats:
            self.printer = stack.enter_context(open_printer())

    def make_days(self, days: Sequence[date]) -> Iterator[DayResult]:
        for day in days:
            try:
                cut = self.metrics.cut_instant(day)
                made = run_day(self.run, day, cut, partial(self._evaluate_day, day), self.printer)
            except ReporterError as error:
                yield DayResult(day, DayStatus.HELD, error.diagnostics, str(error))
            else:
                yield DayResult(day, _find_status(made))

    def _evaluate_day(self, day: date) -> Evaluation:
        metrics = self.metrics.metrics_of_day(day)
        # Told by the last of its own dates: a day whose metrics had to be made alone has other positions.
        last = self.metrics.last
        shared = metrics.dates[0] == last.dates[0] and metrics.splits == last.splits
        frameworks = self.frameworks if shared else Frameworks(self.run.authored.report.rules, metrics)
        return evaluate_metrics(self.run.authored, frameworks, metrics, self.news if shared else None)


def _find_status(made: BuildResult) -> DayStatus:
    if not made.changed:
        return DayStatus.KEPT
    return DayStatus.REMADE if made.replaced else DayStatus.MADE


#: A process's own part, and what it holds open as long as it lives; set once when it begins.
_PART: list[tuple[_DayBuilder, ExitStack]] = []


def _start_process(task: Backfill) -> None:
    # Ctrl-C reaches every process of the terminal. The first one ends the others, whose days are whole then.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    stack = ExitStack()
    _PART[:] = [(_DayBuilder(task, stack), stack)]


def _make_chunk(days: Sequence[date]) -> tuple[DayResult, ...]:
    return tuple(_PART[0][0].make_days(days))
