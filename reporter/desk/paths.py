"""The one answer to where a desk's files may be: in the desk's own folder, or in a folder that desk.toml names.

A link counts as where it leads, so that none brings a file of elsewhere into a brief or into a message. What lies
outside with good reason is declared, and can be seen in one line of desk.toml:

    [desk]
    roots = ["../shared/market"]
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from reporter.desk.config import DeskConfig

#: Folders of a desk whose files are read by their place and not by a path in desk.toml.
_OWN_FOLDERS = ("templates", "formats")


@dataclass(frozen=True, slots=True)
class Outside:
    """A path that may not be read: what is wrong with it, and what would be right."""

    what: str
    hint: str


def leads_out(config: DeskConfig, path: Path) -> Outside | None:
    """What is wrong where a file, followed through all its links, lies where the desk may not read; else None."""
    return _outside(config.folder, config.desk.roots, path)


def links_out(folder: Path, roots: Sequence[str]) -> Iterator[tuple[Path, Outside]]:
    """The links in the desk's own `templates` and `formats` that lead to where the desk may not read.

    Args:
        folder: the desk.
        roots: the folders outside of it that it may read.
    """
    seen: set[Path] = set()
    for name in _OWN_FOLDERS:
        yield from _links_out(folder, roots, folder / name, seen)


def _links_out(folder: Path, roots: Sequence[str], path: Path, seen: set[Path]) -> Iterator[tuple[Path, Outside]]:
    if path.is_symlink() and (fault := _outside(folder, roots, path)) is not None:
        yield path, fault
    elif path.is_dir() and (real := path.resolve()) not in seen:
        seen.add(real)
        for item in sorted(path.iterdir()):
            yield from _links_out(folder, roots, item, seen)


def may_read(folder: Path, roots: Sequence[str], path: Path) -> bool:
    """Whether a file, followed through all its links, lies in the desk's folder or in one of the roots it names."""
    real = Path(os.path.realpath(path))
    return any(real.is_relative_to(os.path.realpath(root)) for root in (folder, *(folder / root for root in roots)))


def _outside(folder: Path, roots: Sequence[str], path: Path) -> Outside | None:
    if may_read(folder, roots, path):
        return None
    # Not followed through links: where it says it lies.
    here = Path(os.path.normpath(folder.absolute()))
    written = Path(os.path.normpath(path.absolute()))
    how = "is a link that leads out of" if written.is_relative_to(here) else "lies outside of"
    what = f'"{os.path.relpath(written, here)}" {how} the desk\'s folder'
    return Outside(what, "put it there, or name its folder: [desk] roots = […]")
