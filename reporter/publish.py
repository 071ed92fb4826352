"""Writing a brief: complete or not at all, and never by two runs at once."""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from reporter.diagnostics import Diagnostic, Place
from reporter.errors import InputError, LockedError

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
    missing = [folder for folder in (out, *out.parents) if not folder.exists()]
    try:
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


def publish(out: Path, slug: str, files: Mapping[str, bytes]) -> Path:
    """Write a brief's files aside and move them into place as one folder.

    Args:
        out: where briefs go.
        slug: the brief's folder.
        files: path inside the folder → content.

    Returns:
        The brief's folder.

    Raises:
        InputError: the disk is full or the folder is not writable; what stood there stands there still.
    """
    target = out / slug
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        what = "is there already, and is no folder"
        raise InputError(
            [Diagnostic("output.occupied", Place(target.as_posix()), what, "move it away, or choose another --out")]
        )
    try:
        aside = Path(tempfile.mkdtemp(prefix=_ASIDE.format(slug), dir=out))
        _write(aside, files)
        _move(aside, target, out / _OLD.format(slug))
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
    folder.chmod(0o755)


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
        handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o644)
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
    return InputError(
        [Diagnostic("file.unwritable", Place(path.as_posix()), what, "choose another folder with --out, or make room")]
    )
