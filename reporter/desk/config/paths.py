"""Which paths a desk may read: those in its own folder, or in a folder that desk.toml names.

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

from reporter.desk.config.config import DeskConfig

#: Folders of a desk whose files are read by their place and not by a path in desk.toml.
_OWN_FOLDERS = ("templates", "formats")


@dataclass(frozen=True, slots=True)
class PathViolation:
    """Why a path may not be read, and a hint."""

    what: str
    hint: str


def find_path_violation(config: DeskConfig, path: Path) -> PathViolation | None:
    """Why a file, with all links followed, lies where the desk may not read; None where it may."""
    return _find_violation(config.folder, config.desk.roots, path)


def find_link_violations(folder: Path, roots: Sequence[str]) -> Iterator[tuple[Path, PathViolation]]:
    """The links in the desk's own `templates` and `formats` that lead to where the desk may not read.

    Args:
        folder: the desk.
        roots: the folders outside of it that it may read.
    """
    seen: set[Path] = set()
    for name in _OWN_FOLDERS:
        yield from _find_link_violations(folder, roots, folder / name, seen)


def _find_link_violations(
    folder: Path, roots: Sequence[str], path: Path, seen: set[Path]
) -> Iterator[tuple[Path, PathViolation]]:
    if path.is_symlink() and (fault := _find_violation(folder, roots, path)) is not None:
        yield path, fault
    elif path.is_dir() and (real := path.resolve()) not in seen:
        seen.add(real)
        for item in sorted(path.iterdir()):
            yield from _find_link_violations(folder, roots, item, seen)


def can_read(folder: Path, roots: Sequence[str], path: Path) -> bool:
    """Whether a file, with all links followed, is in the desk's folder or in one of its roots.

    Args:
        folder: the desk's folder.
        roots: other folders that desk.toml names.
        path: the file.
    """
    real = Path(os.path.realpath(path))
    return any(real.is_relative_to(os.path.realpath(root)) for root in (folder, *(folder / root for root in roots)))


def _find_violation(folder: Path, roots: Sequence[str], path: Path) -> PathViolation | None:
    if can_read(folder, roots, path):
        return None
    # Not followed through links: where it says it lies.
    here = Path(os.path.normpath(folder.absolute()))
    written = Path(os.path.normpath(path.absolute()))
    how = "is a link that leads out of" if written.is_relative_to(here) else "lies outside of"
    what = f'"{os.path.relpath(written, here)}" {how} the desk\'s folder'
    return PathViolation(what, "put it there, or name its folder: [desk] roots = […]")
