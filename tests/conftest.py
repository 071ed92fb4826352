"""What tests of several packages share: finished briefs, each made once a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from reporter.brief_files import render
from reporter.render.printer import printing
from tests.briefs import composed

#: A desk's folder and a day → all files of its brief but HTML.
Finished = Callable[[Path, date | None], dict[str, bytes]]


@pytest.fixture(scope="session")
def finished() -> Iterator[Finished]:
    """Makes a brief's files, with one printer for the whole run; a brief asked for again is not made again."""
    made: dict[tuple[Path, date | None], dict[str, bytes]] = {}
    with printing() as printer:

        def finish(folder: Path, day: date | None = None) -> dict[str, bytes]:
            if (folder, day) not in made:
                made[folder, day] = render(composed(folder, day), ("md", "pdf"), printer)
            return made[folder, day]

        yield finish


@pytest.fixture(autouse=True, scope="module")
def forgotten(request: pytest.FixtureRequest) -> Iterator[None]:
    """A module's briefs go with it: a brief holds years of metrics, and all of them together took five gigabytes."""
    yield
    for value in vars(request.module).values():
        if callable(clear := getattr(value, "cache_clear", None)):
            clear()
