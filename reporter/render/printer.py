"""A process of its own that turns finished pages into PDFs while the rest of the brief is still being made.

WeasyPrint takes half a second to import and most of a second a page, and one render can't use two cores. Started
before the data is read, the second process is ready when the first page is. It can also be killed: a page that
takes the machine's memory takes only that process with it.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection

from reporter.errors import HeldError, ReporterError
from reporter.render.fonts import FontSubset
from reporter.render.pdf import Pdf, render_pdf

#: Gives a PDF once it is made; raises what its making raised.
Wait = Callable[[], Pdf]
#: Takes a page, its fonts and its name.
Print = Callable[[str, Sequence[FontSubset], str], Wait]


@contextmanager
def printing() -> Iterator[Print]:
    """Start the process, and end it with the block, whatever it is doing."""
    # Spawned, not forked: a fork would copy locks that library threads hold.
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    try:
        yield _Printer(ours).print
    finally:
        process.kill()
        process.join()
        ours.close()


class _Printer:
    """Our end of the pipe: pages go in and PDFs come out in the same order."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._sent = 0
        self._done: list[Pdf | ReporterError] = []

    def print(self, html: str, fonts: Sequence[FontSubset], name: str) -> Wait:
        place = self._sent
        self._sent += 1
        try:
            self._pipe.send((html, tuple(fonts), name))
        except OSError as error:
            raise _killed(name) from error
        return lambda: self._wait(place, name)

    def _wait(self, place: int, name: str) -> Pdf:
        while len(self._done) <= place:
            try:
                self._done.append(self._pipe.recv())
            except (EOFError, OSError) as error:
                raise _killed(name) from error
        result = self._done[place]
        if isinstance(result, ReporterError):
            raise result
        return result


def _killed(name: str) -> HeldError:
    return HeldError(f"{name}: the process that makes PDFs was killed; is there enough memory?")


def _serve(pipe: Connection) -> None:
    """The process: warm up, then a PDF for each page until the other end closes."""
    import weasyprint  # noqa: F401 - imported now so that the first page need not wait for it

    while True:
        try:
            html, fonts, name = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send(render_pdf(html, fonts, name=name))
        except ReporterError as error:
            pipe.send(error)
