"""Briefs of many days at once: each as it would have been made on its own day, from metrics computed once.

A day's folder holds what `reporter build` writes for it, byte for byte, and beside that its findings, which the ledger
names among its files. A later run leaves the day alone as long as it would be made of the same.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from threading import Thread

from reporter.audit import hold_unless_sound
from reporter.brief import Findings
from reporter.brief_files import render
from reporter.desk import Fingerprints, Sources, last_day, read_desk
from reporter.desk.fields import parse_duration as parse_after
from reporter.diagnostics import Diagnostic
from reporter.errors import ReporterError, usage_error
from reporter.exit_codes import ExitCode
from reporter.findings_json import findings_json
from reporter.inputs import Asked, hash_common, hash_inputs
from reporter.metrics import MetricDays
from reporter.pipeline import compose, open_desk, remembered, report_of, signing_key
from reporter.publish import publish, publishing
from reporter.render.printer import Print, printing
from reporter.report_type import ReportType
from reporter.rules import Frameworks
from reporter.standing import hold_back, read_standing
from reporter.theme import load_theme

__all__ = ["Backfill", "Became", "DayResult", "parse_after", "run_backfill"]

FINDINGS = "findings.json"
#: More days than a century has are a mistyped year.
_MOST_DAYS = 36_525
#: Days that a process takes at a time: few enough that all end together, enough that asking costs nothing.
_CHUNK = 8


class Became(StrEnum):
    """What became of a day."""

    MADE = "made"
    REMADE = "made again"
    KEPT = "kept"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class DayResult:
    """A day of a backfill.

    Attributes:
        day: the brief's date.
        became: what became of it.
        diagnostics: why it was held; none where it was not.
        reason: the same as text.
    """

    day: date
    became: Became
    diagnostics: tuple[Diagnostic, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Backfill:
    """What is to be made.

    Attributes:
        folder: the desk.
        out: where the days' folders go.
        first, last: the days, both included.
        formats: what is written beside findings and ledger, of `reporter.formats.FORMATS`.
        locales, editions: those of desk.toml where none is named.
        after: how long after the end of its day each brief is cut, in seconds.
        replace_edited: let files of a published brief go that were edited, or that the new one lacks.
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

    @property
    def days(self) -> tuple[date, ...]:
        """Every day from the first to the last.

        Raises:
            InputError: there is none, or there are more than anyone means.
        """
        count = (self.last - self.first).days + 1
        if not 0 < count <= _MOST_DAYS:
            what = f"from {self.first} to {self.last} are {max(count, 0)} days"
            hint = "--from comes first" if count <= 0 else "check the years"
            raise usage_error("usage.wrong-range", what, hint)
        return tuple(self.first + timedelta(days=number) for number in range(count))

    def count_made(self) -> int:
        """How many of the days have a brief, of this run or an earlier one."""
        slug = open_desk(self.folder).desk.slug
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
            yield from _Days(task, stack).make(days)
        return
    # Checked here first, so that what is wrong with the desk is said once and not by every process.
    _Days(task, None)
    chunks = [days[at : at + _CHUNK] for at in range(0, len(days), _CHUNK)]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(jobs, len(chunks)), context, _begin, (task,)) as pool:
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


class _Days:
    """One process's part: the desk's rows, metrics and rules, read once."""

    def __init__(self, task: Backfill, stack: ExitStack | None) -> None:
        self.task = task
        self.config = open_desk(task.folder)
        self.report: ReportType = report_of(self.config, task.locales)
        self.theme = load_theme(self.config, self.report.files)
        self.sources: Sources = read_desk(self.config)
        self.prints = Fingerprints(self.sources)
        # Days after the last with prices have no brief, and each says so when its turn comes.
        self.metrics = MetricDays(self.sources, last_day(self.sources, until=task.last), task.after)
        self.frameworks = Frameworks(self.report.rules, self.metrics.last)
        asked = Asked(task.formats, task.editions)
        self.key = signing_key(self.config)
        self.common = hash_common(self.config, self.report, self.theme, asked, self.key)
        self.names = asked.documents(self.config, self.report) | {FINDINGS}
        self.printer: Print | None = None
        if stack is not None and "pdf" in task.formats:
            self.printer = stack.enter_context(printing())

    def make(self, days: Sequence[date]) -> Iterator[DayResult]:
        for day in days:
            try:
                yield DayResult(day, self._make(day))
            except ReporterError as error:
                yield DayResult(day, Became.HELD, error.diagnostics, str(error))

    def _make(self, day: date) -> Became:
        slug = f"{self.config.desk.slug}-{day.isoformat()}"
        inputs = hash_inputs(self.common, self.prints.at(self.metrics.cut(day)))
        replace = self.task.replace_edited
        with publishing(self.task.out, slug):
            standing = read_standing(self.task.out / slug)
            hold_back(standing, self.names, replace=replace)
            if standing is not None and standing.inputs == inputs and standing.is_whole(self.names):
                return Became.KEPT
            files = self._files(day, inputs)
            publish(self.task.out, slug, files, replace=replace)
        return Became.MADE if standing is None else Became.REMADE

    def _files(self, day: date, inputs: str) -> dict[str, bytes]:
        """The files of a day's brief, each held to the ledger among them."""
        metrics = self.metrics.at(day)
        # Told by the last of its own dates: a day whose metrics had to be made alone has other positions.
        shared = metrics.dates[0] == self.metrics.last.dates[0]
        frameworks = self.frameworks if shared else Frameworks(self.report.rules, metrics)
        outcomes = frameworks.replay.outcomes(metrics.today)
        memory = remembered(frameworks, metrics.today)
        metrics = frameworks.until(metrics)
        found = Findings(self.config, self.report, self.theme, metrics, outcomes, memory, frameworks.replay)
        brief = compose(found, self.task.editions).made_of(inputs)
        beside = {FINDINGS: _json(findings_json(outcomes))}
        files = render(brief, self.task.formats, self.printer, beside=beside, key=self.key)
        hold_unless_sound(brief.slug, files)
        return files


def _json(value: Mapping[str, object]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


#: A process's own part, and what it holds open as long as it lives; set once when it begins.
_PART: list[tuple[_Days, ExitStack]] = []


def _begin(task: Backfill) -> None:
    # Ctrl-C reaches every process of the terminal. The first one ends the others, whose days are whole then.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    stack = ExitStack()
    _PART[:] = [(_Days(task, stack), stack)]


def _end_with_parent() -> None:
    """End this process once the first one is gone, which a killed one can't see to: nobody waits for these days."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(ExitCode.TERMINATED)


def _make_chunk(days: Sequence[date]) -> tuple[DayResult, ...]:
    return tuple(_PART[0][0].make(days))
