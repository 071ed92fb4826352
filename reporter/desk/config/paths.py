"""Which paths a desk may read: those in its own folder, or in a folder that desk.toml names.

A link counts as where it leads, so that none brings a file of elsewhere into a brief or into a message. What lies
outside with good reason is declared, and can be seen in one line of desk.toml:

    [desk]
    roots = ["../shared/market"]
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from reporter.desk.config.config import DeskConfig
from reporter.diagnostics.diagnostic import Diagnostic, Place

#: Folders of a desk whose files are read by their place and not by a path in desk.toml.
_OWN_FOLDERS = ("templates", "formats")


def explain_outside(config: DeskConfig, path: Path) -> tuple[str, str] | None:
    """Why a file, with all links followed, may not be read, and a hint; None where it may."""
    return _explain_outside(config.folder, config.desk.roots, path)


def find_outside_links(folder: Path, shown: str, roots: Sequence[str]) -> Iterator[Diagnostic]:
    """The links in the desk's own `templates` and `formats` that lead to where the desk may not read.

    Args:
        folder: the desk.
        shown: how its desk.toml is shown.
        roots: the folders outside of it that it may read.
    """
    seen: set[Path] = set()
    for name in _OWN_FOLDERS:
        for path, (what, hint) in _walk_outside_links(folder, roots, folder / name, seen):
            place = Place((Path(shown).parent / path.relative_to(folder)).as_posix())
            yield Diagnostic("desk.outside", place, what, hint)


def _walk_outside_links(
    folder: Path, roots: Sequence[str], path: Path, seen: set[Path]
) -> Iterator[tuple[Path, tuple[str, str]]]:
    if path.is_symlink() and (why := _explain_outside(folder, roots, path)) is not None:
        yield path, why
    elif path.is_dir() and (real := path.resolve()) not in seen:
        seen.add(real)
        for item in sorted(path.iterdir()):
            yield from _walk_outside_links(folder, roots, item, seen)


def can_read(folder: Path, roots: Sequence[str], path: Path) -> bool:
    """Whether a file, with all links followed, is in the desk's folder or in one of its roots.

    Args:
        folder: the desk's folder.
        roots: other folders that desk.toml names.
        path: the file.
    """
    real = Path(os.path.realpath(path))
    return any(real.is_relative_to(os.path.realpath(root)) for root in (folder, *(folder / root for root in roots)))


def _explain_outside(folder: Path, roots: Sequence[str], path: Path) -> tuple[str, str] | None:
    if can_read(folder, roots, path):
        return None
    # Not followed through links: where it says it lies.
    here = Path(os.path.normpath(folder.absolute()))
    written = Path(os.path.normpath(path.absolute()))
    how = "is a link that leads out of" if written.is_relative_to(here) else "lies outside of"
    what = f'"{os.path.relpath(written, here)}" {how} the desk\'s folder'
    return what, "put it there, or name its folder: [desk] roots = […]"
