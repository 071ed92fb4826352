"""Writing a brief: complete or not at all, never by two runs at once, and nothing of anybody else's touched."""

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

from reporter.diagnostics import Diagnostic, Place
from reporter.errors import InputError, LockedError
from reporter.standing import LEDGER, hold_back, read_standing

# A dot ends the slug in these names, since no slug holds one: `btc` never tidies up after `btc-2026`.
_ASIDE = ".new-{}."
_OLD = ".old-{}"
_LOCK = ".lock-{}"
#: The "current folder" and "exchange" of Linux's renameat2, and macOS's name for the latter.
_AT_FDCWD, _RENAME_EXCHANGE, _RENAME_SWAP = -100, 2, 2


@contextmanager
def publishing(out: Path, slug: str) -> Iterator[None]:
    """Hold the lock of a brief's folder; a killed holder leaves none, since the system drops it with the process.

    Raises:
        LockedError: another run holds it.
        InputError: the folder can't be made or written.
    """
    lock = out / _LOCK.format(slug)
    try:
        missing = [folder for folder in (out, *out.parents) if not folder.exists()]
        out.mkdir(parents=True, exist_ok=True)
        handle = _locked(lock, out / slug)
    except OSError as error:
        raise _unwritable(out, error) from error
    try:
        try:
            _recover(out, slug)
        except OSError as error:
            raise _unwritable(out, error) from error
        yield
    finally:
        with suppress(OSError):
            lock.unlink()
            # Where nothing was published, folders made for it go again; one that holds something stays.
            for folder in missing:
                folder.rmdir()
        os.close(handle)


def publish(out: Path, slug: str, files: Mapping[str, bytes], *, replace: bool = False, draft: bool = False) -> Path:
    """Write a brief's files aside and move them into place as one folder, with all that is not the brief's beside them.

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
        raise _in_the_way(target)
    standing = read_standing(target)
    hold_back(standing, files, replace=replace, draft=draft)
    own = frozenset() if standing is None else frozenset({*standing.hashes, LEDGER})
    try:
        # Looked at again under the lock, whatever the caller has looked at before.
        guests = tuple(_guests(target, own)) if target.exists() else ()
        _hold_guests(target, guests, files)
        aside = out / f"{_ASIDE.format(slug)}{secrets.token_hex(4)}"
        aside.mkdir()
        _write(aside, files)
        _carry(target, aside, guests)
        _move(aside, target, out / _OLD.format(slug))
        for old in (aside, out / _OLD.format(slug)):
            _carry_late(old, target, own | frozenset(files))
    except OSError as error:
        raise _unwritable(target, error) from error
    finally:
        with suppress(OSError):
            _recover(out, slug)
    return target


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as stream:
            stream.write(content)
            stream.flush()
            # A full disk may only be noticed here.
            os.fsync(stream.fileno())


# --- what is not the brief's --------------------------------------------------------------------------------------


def _guests(folder: Path, own: frozenset[str]) -> Iterator[str]:
    """Paths below a folder that are not a brief's own, folders before what is in them; links are not followed.

    A folder is a guest unless a file of the brief is in it.
    """
    homes = {parent.as_posix() for name in own for parent in Path(name).parents}
    for root, folders, files in os.walk(folder, onerror=_raise):
        folders.sort()
        for entry in sorted((*folders, *files)):
            path = Path(root, entry)
            name = path.relative_to(folder).as_posix()
            is_folder = entry in folders and not path.is_symlink()
            if name not in (homes if is_folder else own):
                yield name


def _raise(error: OSError) -> None:
    raise error


def _hold_guests(target: Path, guests: tuple[str, ...], files: Mapping[str, bytes]) -> None:
    """A guest keeps its place: where a file of the brief is to go, nothing else may stand.

    Raises:
        InputError: something does.
    """
    homes = {parent.as_posix() for name in files for parent in Path(name).parents}
    blocking = [target / name for name in guests if name in files or (name in homes and not _is_folder(target / name))]
    if blocking:
        raise InputError(Diagnostic("output.occupied", Place(path.as_posix()), _NOT_OURS, _AWAY) for path in blocking)


_NOT_OURS = "is there already, and no ledger says that it is the brief's"
_AWAY = "move it away, or choose another --out"


def _in_the_way(target: Path) -> InputError:
    return InputError(
        [Diagnostic("output.occupied", Place(target.as_posix()), "is there already, and is no folder", _AWAY)]
    )


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _carry(source: Path, to: Path, guests: tuple[str, ...]) -> None:
    """Put guests into another folder as they are, with their modes and times; the old ones stay."""
    folders = [name for name in guests if _is_folder(source / name)]
    for name in guests:
        if name in folders:
            (to / name).mkdir(parents=True, exist_ok=True)
        else:
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            _link(source / name, to / name)
    # Innermost first, since a folder's time changes with what is put into it, and its mode may forbid that.
    for name in reversed(folders):
        shutil.copystat(source / name, to / name)


def _link(path: Path, to: Path) -> None:
    """The same file under a second name, so that whoever writes it now writes both; a copy where that can't be."""
    try:
        os.link(path, to, follow_symlinks=False)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.ENOENT) or not (path.is_symlink() or path.is_file()):
            raise
        shutil.copy2(path, to, follow_symlinks=False)


def _carry_late(old: Path, target: Path, own: frozenset[str]) -> None:
    """Move guests that came, or were saved anew, while the brief was written."""
    if not old.is_dir():
        return
    for name in _guests(old, own):
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


def _move(aside: Path, target: Path, old: Path) -> None:
    """Put the new set in the old one's place; where the system can't exchange them, a killed run is mended later."""
    if not target.exists():
        aside.rename(target)
    elif not _exchange(aside, target):
        target.rename(old)
        aside.rename(target)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step, so that no instant is without either; False where that can't be done."""
    library = ctypes.CDLL(None, use_errno=True)
    paths = os.fsencode(one), os.fsencode(other)
    if hasattr(library, "renameat2"):
        return bool(library.renameat2(_AT_FDCWD, paths[0], _AT_FDCWD, paths[1], _RENAME_EXCHANGE) == 0)
    if hasattr(library, "renamex_np"):
        return bool(library.renamex_np(*paths, _RENAME_SWAP) == 0)
    return False


def _locked(path: Path, target: Path) -> int:
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


def _recover(out: Path, slug: str) -> None:
    """Tidy up: an old set without a new one goes back into its place, half-written and replaced ones go."""
    old = out / _OLD.format(slug)
    if old.exists() and not (out / slug).exists():
        old.rename(out / slug)
    shutil.rmtree(old, ignore_errors=True)
    for leftover in out.glob(f"{_ASIDE.format(slug)}*"):
        shutil.rmtree(leftover, ignore_errors=True)


def _unwritable(path: Path, error: OSError) -> InputError:
    what = f"can't be written: {error.strerror or error}"
    hint = "choose another folder with --out, or make room"
    if error.errno == errno.EFBIG:
        hint = "raise the limit on the size of files (ulimit -f)"
    return InputError([Diagnostic("file.unwritable", Place(path.as_posix()), what, hint)])
