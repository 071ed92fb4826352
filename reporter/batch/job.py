"""One desk's brief as a job of plain values → what became of it."""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from reporter.diagnostics.diagnostic import Diagnostic
from reporter.diagnostics.errors import (
    EditedError,
    InputError,
    LockedError,
    NothingNewError,
    ReporterError,
    usage_error,
)
from reporter.diagnostics.exit_codes import ExitCode
from reporter.model.formats import DEFAULT_FORMATS
from reporter.model.timestamps import parse_day, parse_instant, read_clock
from reporter.pipeline.read import last_day_over
from reporter.pipeline.run import build_brief
from reporter.pipeline.state import BuildRequest
from reporter.render.pdf.printer import PrintPage

#: A job's day that is told by the clock and the desk's cut.
YESTERDAY = "yesterday"
#: What is said of a day without prices, and of a report type that has nothing to say of one.
_NO_PRICES, _NOTHING_TO_SAY = "data.no-prices", "publish.nothing-to-say"


class BriefStatus(StrEnum):
    """What became of a brief."""

    PUBLISHED = "published"
    UNCHANGED = "unchanged"
    SILENT = "silent"
    STALE = "stale"
    HELD = "held"
    EDITED = "edited"
    FAILED = "failed"
    LOCKED = "locked"

    @property
    def is_well(self) -> bool:
        """Whether nothing is left to be done: the brief stands, or its report type has nothing to say of the day."""
        return self in {BriefStatus.PUBLISHED, BriefStatus.UNCHANGED, BriefStatus.SILENT}


@dataclass(frozen=True, slots=True)
class BatchJob:
    """A brief that is asked for; plain values, which any scheduler can carry.

    Attributes:
        desk: the desk's folder.
        out: where the brief's folder goes.
        day: the brief's date, or `yesterday`: the last day that was over at `as_of`, or is over now, by the desk's
            cut; empty takes the last complete day of the data.
        as_of: use only what was known at this instant; empty takes the end of the day.
        formats: of `reporter.model.formats.FORMATS`.
        locales, editions: those of desk.toml where none is named.
        report: the report type; empty takes the first of desk.toml.
        replace_edited: let files of a published brief go that were edited, or that the new one lacks.
    """

    desk: str
    out: str = "out"
    day: str = ""
    as_of: str = ""
    formats: tuple[str, ...] = DEFAULT_FORMATS
    locales: tuple[str, ...] = ()
    editions: tuple[str, ...] = ()
    report: str = ""
    replace_edited: bool = False


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What became of a job; plain values.

    Attributes:
        desk: the desk's folder, as the job names it.
        status: what became of the brief.
        exit_code: what `reporter build` would have exited with.
        brief: the brief's folder, where it stands.
        reason: the first line of why it does not; empty where it does.
        diagnostics: everything that was found, as `Diagnostic.to_dict` tells it.
        traceback: where in the program a fault of its own came from.
        seconds: how long it took.
        cpu: seconds of processor time that it took in its own process.
        process: number of the process that made it.
        attempt: which try this was, from 1.
    """

    desk: str
    status: BriefStatus
    exit_code: int
    brief: str = ""
    reason: str = ""
    diagnostics: tuple[Mapping[str, str | int | None], ...] = ()
    traceback: str = ""
    seconds: float = 0.0
    cpu: float = 0.0
    process: int = 0
    attempt: int = 1

    def to_dict(self) -> dict[str, object]:
        """Return the result as JSON has it."""
        return asdict(self) | {"status": str(self.status), "seconds": round(self.seconds, 3), "cpu": round(self.cpu, 3)}


def make_brief(job: BatchJob, printer: PrintPage | None = None) -> BatchResult:
    """Make one desk's brief and say what became of it; the fault of a desk is a result and raises nothing.

    Args:
        job: what is asked for.
        printer: makes the PDFs; one is started where it is needed and not given.

    Raises:
        OSError: the machine is at fault, such as a full disk; another try may do better.
        MemoryError: likewise.
    """
    began, used = time.monotonic(), time.process_time()
    status, code, brief, found, trace = _try_brief(job, printer)
    return BatchResult(
        job.desk,
        status,
        int(code),
        brief,
        str(found[0]) if found and not status.is_well else "",
        tuple(one.to_dict() for one in found),
        trace,
        time.monotonic() - began,
        time.process_time() - used,
        os.getpid(),
    )


_Outcome = tuple[BriefStatus, int, str, tuple[Diagnostic, ...], str]


def _try_brief(job: BatchJob, printer: PrintPage | None) -> _Outcome:
    try:
        as_of = parse_instant(job.as_of or None)
        request = BuildRequest(
            Path(job.desk),
            Path(job.out),
            job.locales,
            job.editions,
            job.formats,
            replace_edited=job.replace_edited,
            report=job.report,
        )
        built = build_brief(request, _read_day(job), as_of, printer)
    except (OSError, MemoryError):
        raise
    except ReporterError as error:
        return *_judge_error(error), "", error.diagnostics or (_make_diagnostic(job, error),), ""
    except Exception as error:
        return BriefStatus.FAILED, ExitCode.HELD, "", (_make_diagnostic(job, error),), traceback.format_exc()
    status = BriefStatus.PUBLISHED if built.changed else BriefStatus.UNCHANGED
    return status, ExitCode.DONE, built.folder.as_posix(), built.notices, ""


def _read_day(job: BatchJob) -> date | None:
    if not job.day:
        return None
    if job.day == YESTERDAY:
        return last_day_over(Path(job.desk), parse_instant(job.as_of or None) or read_clock())
    return parse_day(job.day)


def _judge_error(error: ReporterError) -> tuple[BriefStatus, int]:
    """Judge what became of a brief by what stopped it, and with which exit code."""
    codes = {one.code for one in error.diagnostics}
    if isinstance(error, NothingNewError):
        silent = _NOTHING_TO_SAY in codes
        return (BriefStatus.SILENT if silent else BriefStatus.STALE), ExitCode.NOTHING_NEW
    if codes == {_NO_PRICES}:
        return BriefStatus.STALE, ExitCode.NOTHING_NEW
    if isinstance(error, LockedError):
        return BriefStatus.LOCKED, error.exit_code
    if isinstance(error, EditedError):
        return BriefStatus.EDITED, error.exit_code
    failed = isinstance(error, InputError) and error.exit_code == ExitCode.USAGE
    return (BriefStatus.FAILED if failed else BriefStatus.HELD), error.exit_code


def _make_diagnostic(job: BatchJob, error: Exception) -> Diagnostic:
    """Make a diagnostic of an error that carries none."""
    if isinstance(error, LockedError):
        return usage_error("batch.locked", f"{job.desk}: {error}", "it is tried again later").diagnostics[0]
    what = f"{job.desk}: a fault of the program: {type(error).__name__}: {error}"
    return usage_error("batch.program-fault", what, "please report it, with the run report").diagnostics[0]
