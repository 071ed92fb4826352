"""Writing a brief: complete or not at all, and never by two runs at once."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from reporter.errors import InputError, LockedError, Problem

_ASIDE = ".new-"
_OLD = ".old-"


@contextmanager
def publishing(out: Path, slug: str) -> Iterator[None]:
    """Hold the lock of a brief's folder; a killed holder leaves none, since the system drops it with the process.

    Raises:
        LockedError: another run holds it.
        InputError: the folder can't be made or written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        handle = os.open(out / f".{slug}.lock", os.O_CREAT | os.O_RDWR, 0o644)
    except OSError as error:
        raise _unwritable(out, error) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LockedError(f"another run is writing {(out / slug).as_posix()}; try again when it is done") from error
        _recover(out, slug)
        yield
    finally:
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
    aside = Path()
    try:
        aside = Path(tempfile.mkdtemp(prefix=f"{_ASIDE}{slug}-", dir=out))
        for name, content in files.items():
            path = aside / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
        aside.chmod(0o755)
        old = out / f"{_OLD}{slug}"
        if target.exists():
            target.rename(old)
        aside.rename(target)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        if aside != Path():
            shutil.rmtree(aside, ignore_errors=True)
        _recover(out, slug)
        raise _unwritable(target, error) from error
    return target


def _recover(out: Path, slug: str) -> None:
    """Tidy after a killed run: an old set without a new one goes back, half-written ones go."""
    old = out / f"{_OLD}{slug}"
    if old.exists() and not (out / slug).exists():
        old.rename(out / slug)
    shutil.rmtree(old, ignore_errors=True)
    for leftover in out.glob(f"{_ASIDE}{slug}-*"):
        shutil.rmtree(leftover, ignore_errors=True)


def _unwritable(path: Path, error: OSError) -> InputError:
    what = f"can't be written: {error.strerror or error}"
    return InputError([Problem(path.as_posix(), None, None, what, "choose another folder with --out, or make room")])
