"""What names the desks of a batch → their folders, each once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from reporter.diagnostics.diagnostic import COMMAND_LINE, Diagnostic, Place
from reporter.diagnostics.errors import InputError
from reporter.pipeline.read import open_desk
from reporter.syntax.authored_text import read_authored_text

#: What a name begins with that is a list's.
LIST_SIGN = "@"
#: A note of a list: a line of its own, or behind a folder; a # inside of a name is the name's.
_NOTE = re.compile(r"(?:^|\s)#.*")
_Named = tuple[str, Place]


def read_desk_names(named: Sequence[str]) -> tuple[str, ...]:
    """Read which desks are named, by folder or in lists (`@desks.txt`: a folder a line, from the list's own folder).

    Args:
        named: as typed.

    Raises:
        InputError: a list can't be read, or a folder is named twice.
    """
    found: dict[Path, _Named] = {}
    problems: list[Diagnostic] = []
    for entry in _iterate_names(named, problems):
        desk, place = entry
        first = found.setdefault(Path(desk).resolve(), entry)
        if first is not entry:
            hint = f"first in {first[1].file}" + (f", line {first[1].line}" if first[1].line else "")
            problems.append(Diagnostic("batch.twice", place, f"{desk} is named twice", hint))
    if problems:
        raise InputError(problems)
    return tuple(desk for desk, _ in found.values())


def _iterate_names(named: Iterable[str], problems: list[Diagnostic]) -> Iterator[_Named]:
    for name in named:
        if not name.startswith(LIST_SIGN):
            yield name, Place(COMMAND_LINE.file)
            continue
        path = Path(name.removeprefix(LIST_SIGN))
        try:
            lines = read_authored_text(path, path.as_posix()).splitlines()
        except InputError as error:
            problems += error.diagnostics
            continue
        for number, line in enumerate(lines, 1):
            desk = _NOTE.sub("", line).strip()
            if desk:
                yield (path.parent / desk).as_posix(), Place(path.as_posix(), number)


def check_slugs(desks: Iterable[str], report: str) -> None:
    """Check that no two desks would write the same folders; a desk that can't be read says so when its turn comes.

    Args:
        desks: folders.
        report: the report type that is asked for; empty takes the first of each desk.

    Raises:
        InputError: two have the same slug.
    """
    slugs: dict[str, str] = {}
    problems: list[Diagnostic] = []
    for desk in desks:
        try:
            config = open_desk(Path(desk)).choose_report(report)
        except (InputError, OSError):
            continue
        first = slugs.setdefault(config.desk.slug, desk)
        if first != desk:
            what = f'slug "{config.desk.slug}" is that of {first} too: one brief would replace the other'
            problems.append(Diagnostic("batch.same-slug", Place(config.shown_as), what, "give one another slug"))
    if problems:
        raise InputError(problems)
