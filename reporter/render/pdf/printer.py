"""Pages → PDFs, made in a process of its own while the rest of the brief is still being made.

WeasyPrint takes half a second to import and half a second a page, and one render can't use two cores. Started before
the data is read, the second process is ready when the first page is. It can also be killed: a page that takes too much
time or memory is held, and takes nothing else with it.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Protocol

from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.diagnostics.errors import HeldError, ReporterError
from reporter.render.fonts import FontSubset
from reporter.render.pdf.scratch import scratch_folder
from reporter.render.pdf.writer import AttachedFile, Pdf, chart_labels, render_pdf

#: Gives a PDF once it is made; raises what its making raised.
Wait = Callable[[], Pdf]
#: How long the process may take to be ready for its first page, in seconds: two on an idle machine.
_STARTING = 300.0
#: How long a process that has closed its pipe takes to be gone.
_ENDING = 10.0
#: Exit code of a process that has used up its memory.
_OUT_OF_MEMORY = 77
_Job = tuple[str, tuple[FontSubset, ...], str, tuple[AttachedFile, ...]]


class PrintPage(Protocol):
    """Sends a page off to be made a PDF."""

    def __call__(
        self, html: str, fonts: Sequence[FontSubset], name: str, /, *, attachments: Sequence[AttachedFile] = ()
    ) -> Wait:
        """Take a page, its fonts, its name, and the files that go into its PDF."""


@dataclass(frozen=True, slots=True)
class PrintLimits:
    """What the making of one PDF may take; a full brief takes half a second and 200 MB.

    Attributes:
        seconds: from the start of a page to its end.
        megabytes: of addresses for the whole process, where the system can limit them (Linux can, macOS can't).
    """

    seconds: float = 60.0
    megabytes: int = 1536


@contextmanager
def open_printer(limits: PrintLimits = PrintLimits()) -> Iterator[PrintPage]:
    """Start the process, and end it with the block, whatever it is doing."""
    with scratch_folder() as scratch:
        printer = _Printer(limits, scratch)
        try:
            yield printer.send_page
        finally:
            printer.stop()


class _Printer:
    """Our end of the pipe: pages go in and PDFs come out in the same order."""

    def __init__(self, limits: PrintLimits, scratch: Path) -> None:
        self._limits = replace(limits, megabytes=_allowed(limits.megabytes))
        self._scratch = scratch
        self._jobs: list[_Job] = []
        self._done: list[Pdf | ReporterError] = []
        self._start_process()

    def _start_process(self) -> None:
        # Spawned, not forked: a fork would copy locks that library threads hold.
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(
            target=_serve_pages, args=(theirs, self._limits.megabytes, self._scratch), daemon=True
        )
        with _ignore_interrupts():
            process.start()
        theirs.close()
        self._ready: bool = False
        self._pipe: Connection = ours
        self._process: SpawnProcess = process
        self._queue: SimpleQueue[_Job | None] = SimpleQueue()
        # Pages are handed over beside whatever the parent does: a process that doesn't read can't hold it up.
        self._feeder = Thread(target=_feed_jobs, args=(ours, self._queue), daemon=True)
        self._feeder.start()

    def stop(self) -> None:
        """End the process."""
        self._queue.put(None)
        self._process.kill()
        self._process.join()
        # With the process gone nothing can keep the feeder waiting.
        self._feeder.join()
        self._pipe.close()

    def send_page(
        self, html: str, fonts: Sequence[FontSubset], name: str, *, attachments: Sequence[AttachedFile] = ()
    ) -> Wait:
        """Send a page off."""
        place, job = len(self._jobs), (html, tuple(fonts), name, tuple(attachments))
        self._jobs.append(job)
        self._queue.put(job)
        return lambda: self._wait_for_pdf(place)

    def _wait_for_pdf(self, place: int) -> Pdf:
        while len(self._done) <= place:
            self._done.append(self._receive_pdf(self._jobs[len(self._done)][2]))
        result = self._done[place]
        if isinstance(result, ReporterError):
            raise result
        return result

    def _receive_pdf(self, name: str) -> Pdf | ReporterError:
        try:
            # How long the start takes says how busy the machine is, and nothing about the page.
            if not self._ready and self._pipe.poll(_STARTING):
                begun = self._pipe.recv()
                if isinstance(begun, str):
                    self._restart_process()
                    return _make_failure(name, f"the process that makes PDFs could not begin: {begun}")
                self._ready = begun
            if not self._ready:
                fault = _make_failure(name, f"the process that makes PDFs did not begin in {_STARTING:g} seconds")
            elif self._pipe.poll(self._limits.seconds):
                result: Pdf | ReporterError = self._pipe.recv()
                return result
            else:
                fault = _make_failure(name, f"making the PDF took longer than {self._limits.seconds:g} seconds")
        except (EOFError, OSError):
            fault = _make_failure(name, self._explain_end())
        self._restart_process()
        return fault

    def _explain_end(self) -> str:
        self._process.join(_ENDING)
        code = self._process.exitcode
        if code == _OUT_OF_MEMORY:
            return f"making the PDF takes more memory than {self._limits.megabytes} MB"
        if code is not None and code >= 0:
            return f"the process that makes PDFs ended by itself, with exit code {code}"
        ended = f"was ended by the system, with signal {-code}" if code is not None else "ended"
        return f"the process that makes PDFs {ended}; the page may need more memory than {self._limits.megabytes} MB"

    def _restart_process(self) -> None:
        """A new process for the pages after the one that failed."""
        self.stop()
        self._start_process()
        for job in self._jobs[len(self._done) + 1 :]:
            self._queue.put(job)


@contextmanager
def _ignore_interrupts() -> Iterator[None]:
    """While active, new processes ignore interrupts, since the parent ends them itself."""
    try:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    except ValueError:
        # Only the main thread may; in any other the process is deaf from its first line on.
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _feed_jobs(pipe: Connection, queue: SimpleQueue[_Job | None]) -> None:
    """Hand jobs over until there are no more, or nobody takes them: then whoever waits for a page finds out."""
    while (job := queue.get()) is not None:
        try:
            pipe.send(job)
        except OSError:
            return


def _serve_pages(pipe: Connection, megabytes: int, scratch: Path) -> None:
    """The process: warm up, then a checked PDF for each page until the other end closes."""
    # Killed, it leaves files behind, which go with this folder.
    tempfile.tempdir = str(scratch)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _end_with_parent()
    if not _warm_up(pipe, megabytes):
        return
    while True:
        try:
            html, fonts, name, attachments = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            _answer_job(pipe, html, fonts, name, attachments)
        except MemoryError:
            # There may be none left to say so in words. The page goes with the process; the parent starts another.
            os._exit(_OUT_OF_MEMORY)
        if not pipe.poll(0.02):
            gc.collect()


def _end_with_parent() -> None:
    """End this process as soon as its parent is gone, in the middle of a page too: nobody is left to end it.

    The end of a pipe that only the parent holds says so, on every system. Linux could send a signal instead, but does
    when the thread ends that started this process, which need not be the parent's end.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(1)

    Thread(target=watch, daemon=True).start()


def _warm_up(pipe: Connection, megabytes: int) -> bool:
    # Importing and laying out make little garbage and much to walk: it is collected when no page waits.
    """Import the renderer and limit memory, tell the parent the outcome; whether it succeeded."""
    gc.disable()
    try:
        import weasyprint  # noqa: F401 - imported now so that the first page need not wait for them

        import reporter.render.pdf.pdf_check  # noqa: F401

        _limit_memory(megabytes)
        begun: bool | str = True
    except (ImportError, MemoryError, OSError) as error:
        # Told by the parent, as what it is: a full disk, a limit of the shell.
        begun = f"{type(error).__name__}: {error}"
    with suppress(OSError):
        pipe.send(begun)
    return begun is True


def _answer_job(
    pipe: Connection,
    html: str,
    fonts: Sequence[FontSubset],
    name: str,
    attachments: Sequence[AttachedFile],
) -> None:
    """Make a page's PDF and send it, or what went wrong.

    Raises:
        MemoryError: the page takes more than this process may have.
    """
    try:
        result: Pdf | ReporterError = _check_result(
            render_pdf(html, fonts, name=name, attachments=attachments), html, name
        )
    except ReporterError as error:
        result = error
    except MemoryError:
        raise
    except Exception as error:
        # Whatever else goes wrong in the renderer is told as what it is, and the process goes on.
        result = _make_failure(name, f"the PDF can't be made: {type(error).__name__}: {error}")
    with suppress(OSError):
        # Where the parent is gone, the next look at the pipe says so.
        pipe.send(result)


def _check_result(made: Pdf, html: str, name: str) -> Pdf:
    """Return a PDF that passes its checks, with its extent; raise HeldError for one that doesn't."""
    # Known only to the process that prints: the parent has no use for what reads a PDF.
    from reporter.render.pdf.pdf_check import find_pdf_holds
    from reporter.render.pdf.pdf_fill import measure_extent

    if found := find_pdf_holds(made.data, chart_labels(html), name):
        raise HeldError(found)
    return replace(made, extent=measure_extent(made.data))


def _make_failure(name: str, what: str) -> HeldError:
    return HeldError([Diagnostic("pdf.not-made", Place(name), what)])


def _allowed(megabytes: int) -> int:
    """So many megabytes, or fewer where the shell allows fewer: what is told as the limit is the one that holds."""
    try:
        import resource

        limits = [limit for limit in resource.getrlimit(resource.RLIMIT_AS) if limit != resource.RLIM_INFINITY]
    except (ImportError, AttributeError):
        return megabytes
    return min([megabytes, *(limit // 2**20 for limit in limits)])


def _limit_memory(megabytes: int) -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20, megabytes * 2**20))
    except (ImportError, ValueError, OSError):
        # Not every system can; the limit on time stands everywhere.
        return
