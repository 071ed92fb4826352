"""A process of its own that turns finished pages into PDFs while the rest of the brief is still being made.

WeasyPrint takes half a second to import and half a second a page, and one render can't use two cores. Started before
the data is read, the second process is ready when the first page is. It can also be killed: a page that takes too much
time or memory is held, and takes nothing else with it.
"""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from reporter.errors import HeldError, ReporterError
from reporter.render.fonts import FontSubset
from reporter.render.pdf import Pdf, render_pdf

#: Gives a PDF once it is made; raises what its making raised.
Wait = Callable[[], Pdf]
#: Takes a page, its fonts and its name.
Print = Callable[[str, Sequence[FontSubset], str], Wait]
_Job = tuple[str, tuple[FontSubset, ...], str]


@dataclass(frozen=True, slots=True)
class Limits:
    """What the making of one PDF may take; a full brief takes half a second and 200 MB.

    Attributes:
        seconds: from the start of a page to its end.
        megabytes: of addresses for the whole process, where the system can limit them (Linux can, macOS can't).
    """

    seconds: float = 60.0
    megabytes: int = 1536


@contextmanager
def printing(limits: Limits = Limits()) -> Iterator[Print]:
    """Start the process, and end it with the block, whatever it is doing."""
    printer = _Printer(limits)
    try:
        yield printer.print
    finally:
        printer.stop()


class _Printer:
    """Our end of the pipe: pages go in and PDFs come out in the same order."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._jobs: list[_Job] = []
        self._done: list[Pdf | ReporterError] = []
        self._pipe, self._process = self._start()

    def _start(self) -> tuple[Connection, SpawnProcess]:
        # Spawned, not forked: a fork would copy locks that library threads hold.
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, self._limits.megabytes), daemon=True)
        process.start()
        theirs.close()
        return ours, process

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()
        self._pipe.close()

    def print(self, html: str, fonts: Sequence[FontSubset], name: str) -> Wait:
        """Send a page off."""
        place, job = len(self._jobs), (html, tuple(fonts), name)
        self._jobs.append(job)
        self._send(job)
        return lambda: self._wait(place)

    def _send(self, job: _Job) -> None:
        try:
            self._pipe.send(job)
        except OSError:
            # The process is gone; whoever waits for the page finds out and starts another.
            return

    def _wait(self, place: int) -> Pdf:
        while len(self._done) <= place:
            self._done.append(self._receive(self._jobs[len(self._done)][2]))
        result = self._done[place]
        if isinstance(result, ReporterError):
            raise result
        return result

    def _receive(self, name: str) -> Pdf | ReporterError:
        try:
            if self._pipe.poll(self._limits.seconds):
                result: Pdf | ReporterError = self._pipe.recv()
                return result
            fault = HeldError(f"{name}: making the PDF took longer than {self._limits.seconds:g} seconds")
        except (EOFError, OSError):
            what = "the process that makes PDFs ended; the page may need more memory than"
            fault = HeldError(f"{name}: {what} {self._limits.megabytes} MB")
        self._begin_again()
        return fault

    def _begin_again(self) -> None:
        """A new process for the pages after the one that failed."""
        self.stop()
        self._pipe, self._process = self._start()
        for job in self._jobs[len(self._done) + 1 :]:
            self._send(job)


def _serve(pipe: Connection, megabytes: int) -> None:
    """The process: warm up, then a PDF for each page until the other end closes."""
    import weasyprint  # noqa: F401 - imported now so that the first page need not wait for it

    _limit_memory(megabytes)
    # Walking all the boxes of a page for garbage takes a tenth of a second; it is done when no page waits.
    gc.disable()
    while True:
        try:
            html, fonts, name = pipe.recv()
        except EOFError:
            return
        try:
            result: Pdf | ReporterError = render_pdf(html, fonts, name=name)
        except ReporterError as error:
            result = error
        except MemoryError:
            result = HeldError(f"{name}: making the PDF takes more memory than {megabytes} MB")
        pipe.send(result)
        if not pipe.poll(0.02):
            gc.collect()


def _limit_memory(megabytes: int) -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20, megabytes * 2**20))
    except (ImportError, ValueError, OSError):
        # Not every system can; the limit on time stands everywhere.
        return
