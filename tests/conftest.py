"""What tests of several packages share: finished briefs, each made once a process; and what all of them stand on.

`tests/README.md` says how tests use it.
"""

from __future__ import annotations

import gc
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

from reporter.pipeline.outputs import render_brief
from reporter.render.pdf.printer import PrintPage, open_printer
from reporter.report_type.report_cache import VARIABLE
from tests.briefs import composed

#: A desk's folder and a day → all files of its brief but HTML.
Finished = Callable[[Path, date | None], dict[str, bytes]]


@pytest.fixture(scope="session")
def printer() -> Iterator[PrintPage]:
    """Makes PDFs; starting it costs a second, so that tests which don't look at its own process share it."""
    with open_printer() as started:
        yield started


@pytest.fixture(scope="session")
def finished(printer: PrintPage) -> Finished:
    """Makes a brief's files; a brief asked for again is not made again."""
    made: dict[tuple[Path, date | None], dict[str, bytes]] = {}

    def finish(folder: Path, day: date | None = None) -> dict[str, bytes]:
        if (folder, day) not in made:
            made[folder, day] = render_brief(composed(folder, day), ("md", "pdf"), printer)
        return made[folder, day]

    return finish


@pytest.fixture(autouse=True, scope="session")
def one_printer(request: pytest.FixtureRequest) -> Iterator[None]:
    """Commands that tests run in this process print as `printer` does, which starts with the first of them."""
    with pytest.MonkeyPatch.context() as patch:

        @contextmanager
        def shared() -> Iterator[PrintPage]:
            yield request.getfixturevalue("printer")

        for module in ("reporter.pipeline.backfill", "reporter.pipeline.run", "reporter.render.pdf.printer"):
            patch.setattr(f"{module}.open_printer", shared)
        yield


@pytest.fixture(autouse=True, scope="module")
def forgotten(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a module keeps for itself goes with it: a brief holds years of metrics, and all together took gigabytes.

    What it has imported is the process's, and stays: rows, locales, phrases.
    """
    yield
    for value in vars(request.module).values():
        if getattr(value, "__module__", "") == request.module.__name__ and hasattr(value, "cache_clear"):
            value.cache_clear()


@pytest.fixture(autouse=True, scope="session")
def garbage_pace() -> None:
    """Look for garbage as seldom as a command does, from the first test on, and never among what importing has made."""
    gc.set_threshold(100_000)
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def default_signals() -> Iterator[None]:
    """Programs that tests start get default handlers of signals, whatever the shell has handed down.

    A run in the background ignores interrupts, one under nohup that its terminal goes, and programs inherit what is
    ignored. What is handled here instead, if only by doing nothing, begins anew in them.
    """
    known = (getattr(signal, name, None) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"))
    ignored = [number for number in known if number is not None and signal.getsignal(number) == signal.SIG_IGN]
    for number in ignored:
        signal.signal(number, lambda *_: None)
    yield
    for number in ignored:
        signal.signal(number, signal.SIG_IGN)


@pytest.fixture(autouse=True, scope="session")
def report_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Programs that tests start share what they read of report types, and nothing lies in a folder of the user's.

    In this process each is read once anyway; to keep every edited one would cost more than it saves.
    """
    shared = tmp_path_factory.getbasetemp()
    # The processes that share the tests have a folder each, in one.
    shared = (shared.parent if shared.name.startswith("popen-") else shared) / "report-types"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(shared))
        for module in ("reporter.pipeline.read", "reporter.authoring.trial"):
            patch.setattr(f"{module}.find_report_cache", lambda: None)
        yield


class _SchedulingByModule(LoadScopeScheduling):  # type: ignore[misc]  # its package has no types
    """Gives the tests of a day to one process, and those of a module to one.

    So a day's brief, and what a module keeps for itself, is made once. xdist's own groups hang on names of tests that
    pytest 9.2 no longer lets it change, and then every test is a group of its own.
    """

    def _split_scope(self, nodeid: str) -> str:
        module, _, test = nodeid.partition("::")
        day = re.search(r"\[(?:.*\b)?(\d{4}-\d\d-\d\d)\b", test)
        return day[1] if day else module


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling:
    """Where processes share the tests, choose who runs which."""
    return _SchedulingByModule(config, log)
