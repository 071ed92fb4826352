"""Files of a brief → its folder: written completely or not at all, under a lock, leaving foreign files alone."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.diagnostics.errors import InputError, LockedError
from reporter.pipeline.existing_brief import LEDGER, check_replacement, read_existing_brief

# A dot ends the slug in these names, since no slug holds one: `btc` never tidies up after `btc-2026`.
_ASIDE = ".new-{}."
_OLD = ".old-{}"
_LOCK = ".lock-{}"
#: The "current folder" and "exchange" of Linux's renameat2, and macOS's name for the latter.
_AT_FDCWD, _RENAME_EXCHANGE, _RENAME_SWAP = -100, 2, 2


@contextmanager
def lock_brief_folder(out: Path, slug: str) -> Iterator[None]:
    """Hold the lock of a brief's folder; the system releases it if the process is killed.

    Raises:
        LockedError: another run holds it.
        InputError: the folder can't be made or written.
    """
    lock = out / _LOCK.format(slug)
    try:
        missing = [folder for folder in (out, *out.parents) if not folder.exists()]
        out.mkdir(parents=True, exist_ok=True)
        handle = _open_lock(lock, out / slug)
    except OSError as error:
        raise _make_unwritable_error(out, error) from error
    try:
        try:
            _recover_folder(out, slug)
        except OSError as error:
            raise _make_unwritable_error(out, error) from error
        yield
    finally:
        with suppress(OSError):
            lock.unlink()
            # Where nothing was published, folders made for it go again; one that holds something stays.
            for folder in missing:
                folder.rmdir()
        os.close(handle)


def publish_files(
    out: Path, slug: str, files: Mapping[str, bytes], *, replace: bool = False, draft: bool = False
) -> Path:
    """Write a brief's files to a new folder and move it into place, keeping foreign files.

    Args:
        out: where briefs go.
        slug: the brief's folder.
        files: path inside the folder → content, the ledger among them.
        replace: let files go that were edited, or that the new brief lacks.
        draft: whether it is only to be looked at.

    Returns:
        The brief's folder.

    Raises:
        InputError: the disk is full or the folder is not writable, or something stands in the way; what stood there
            stands there still.
        EditedError: files of the brief that stands there have been edited.
    """
    target = out / slug
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise _make_occupied_error(target)
    standing = read_existing_brief(target)
    check_replacement(standing, files, replace=replace, draft=draft)
    own = frozenset() if standing is None else frozenset({*standing.hashes, LEDGER})
    try:
        # Looked at again under the lock, whatever the caller has looked at before.
        guests = tuple(_iterate_foreign_paths(target, own)) if target.exists() else ()
        _check_foreign_paths(target, guests, files)
        aside = out / f"{_ASIDE.format(slug)}{secrets.token_hex(4)}"
        aside.mkdir()
        _write_files(aside, files)
        _copy_foreign_files(target, aside, guests)
        _move_into_place(aside, target, out / _OLD.format(slug))
        for old in (aside, out / _OLD.format(slug)):
            _move_late_files(old, target, own | frozenset(files))
    except OSError as error:
        raise _make_unwritable_error(target, error) from error
    finally:
        with suppress(OSError):
            _recover_folder(out, slug)
    return target


def _write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as stream:
            stream.write(content)
            stream.flush()
            # A full disk may only be noticed here.
            os.fsync(stream.fileno())


# --- what is not the brief's --------------------------------------------------------------------------------------


def _iterate_foreign_paths(folder: Path, own: frozenset[str]) -> Iterator[str]:
    """Iterate over paths in a folder that are not the brief's, parents first; links are not followed.

    A folder is a guest unless a file of the brief is in it.
    """
    homes = {parent.as_posix() for name in own for parent in Path(name).parents}
    for root, folders, files in os.walk(folder, onerror=_raise_error):
        folders.sort()
        for entry in sorted((*folders, *files)):
            path = Path(root, entry)
            name = path.relative_to(folder).as_posix()
            is_folder = entry in folders and not path.is_symlink()
            if name not in (homes if is_folder else own):
                yield name


def _raise_error(error: OSError) -> None:
    raise error


def _check_foreign_paths(target: Path, guests: tuple[str, ...], files: Mapping[str, bytes]) -> None:
    """Check that no foreign file is where a file of the brief is to go.

    Raises:
        InputError: something does.
    """
    homes = {parent.as_posix() for name in files for parent in Path(name).parents}
    blocking = [target / name for name in guests if name in files or (name in homes and not _is_folder(target / name))]
    if blocking:
        raise InputError(Diagnostic("output.occupied", Place(path.as_posix()), _NOT_OURS, _AWAY) for path in blocking)


_NOT_OURS = "is there already, and no ledger says that it is the brief's"
_AWAY = "move it away, or choose another --out"


def _make_occupied_error(target: Path) -> InputError:
    return InputError(
        [Diagnostic("output.occupied", Place(target.as_posix()), "is there already, and is no folder", _AWAY)]
    )


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _copy_foreign_files(source: Path, to: Path, guests: tuple[str, ...]) -> None:
    """Copy foreign files to another folder with modes and times."""
    folders = [name for name in guests if _is_folder(source / name)]
    for name in guests:
        if name in folders:
            (to / name).mkdir(parents=True, exist_ok=True)
        else:
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            _link_file(source / name, to / name)
    # Innermost first, since a folder's time changes with what is put into it, and its mode may forbid that.
    for name in reversed(folders):
        shutil.copystat(source / name, to / name)


def _link_file(path: Path, to: Path) -> None:
    """Link a file under a second name, or copy it where linking fails."""
    try:
        os.link(path, to, follow_symlinks=False)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.ENOENT) or not (path.is_symlink() or path.is_file()):
            raise
        shutil.copy2(path, to, follow_symlinks=False)


def _move_late_files(old: Path, target: Path, own: frozenset[str]) -> None:
    """Move foreign files that were added or saved while the brief was written."""
    if not old.is_dir():
        return
    for name in _iterate_foreign_paths(old, own):
        path, to = old / name, target / name
        if _is_folder(path):
            if not os.path.lexists(to):
                to.mkdir()
                shutil.copystat(path, to)
        elif not os.path.lexists(to) or _is_newer(path, to):
            path.replace(to)


def _is_newer(path: Path, other: Path) -> bool:
    mine, theirs = path.lstat(), other.lstat()
    return not os.path.samestat(mine, theirs) and mine.st_mtime_ns > theirs.st_mtime_ns


# --- the move -----------------------------------------------------------------------------------------------------


def _move_into_place(aside: Path, target: Path, old: Path) -> None:
    """Move the new folder into the old one's place."""
    if not target.exists():
        aside.rename(target)
    elif not _exchange_folders(aside, target):
        target.rename(old)
        aside.rename(target)


def _exchange_folders(one: Path, other: Path) -> bool:
    """Swap two folders in one step, so that no instant is without either; False where that can't be done."""
    library = ctypes.CDLL(None, use_errno=True)
    paths = os.fsencode(one), os.fsencode(other)
    if hasattr(library, "renameat2"):
        return bool(library.renameat2(_AT_FDCWD, paths[0], _AT_FDCWD, paths[1], _RENAME_EXCHANGE) == 0)
    if hasattr(library, "renamex_np"):
        return bool(library.renamex_np(*paths, _RENAME_SWAP) == 0)
    return False


def _open_lock(path: Path, target: Path) -> int:
    """Open and lock a file.

    Raises:
        LockedError: another run has locked it.
    """
    while True:
        # What the name leads to is nobody's lock, and is not ours to make.
        handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(handle)
            if isinstance(error, BlockingIOError):
                what = f"another run is writing {target.as_posix()}; try again when it is done"
                raise LockedError(what) from error
            raise
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(handle), path.stat()):
                return handle
        # The run before us took its file away between our opening and locking it: what we hold, nobody asks for.
        os.close(handle)


def _recover_folder(out: Path, slug: str) -> None:
    """Clean up after a killed run: restore an old folder without a new one, delete leftovers."""
    old = out / _OLD.format(slug)
    if old.exists() and not (out / slug).exists():
        old.rename(out / slug)
    shutil.rmtree(old, ignore_errors=True)
    for leftover in out.glob(f"{_ASIDE.format(slug)}*"):
        shutil.rmtree(leftover, ignore_errors=True)


def _make_unwritable_error(path: Path, error: OSError) -> InputError:
    what = f"can't be written: {error.strerror or error}"
    hint = "choose another folder with --out, or make room"
    if error.errno == errno.EFBIG:
        hint = "raise the limit on the size of files (ulimit -f)"
    return InputError([Diagnostic("file.unwritable", Place(path.as_posix()), what, hint)])
