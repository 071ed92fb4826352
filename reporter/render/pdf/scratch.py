"""Temporary folders of a run, each removed with its run, or by the next one."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.diagnostics.errors import InputError

#: What the names begin with; the user's number keeps one from tidying up after others.
_PREFIX = f"reporter-{os.getuid()}-"


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A temporary folder of one's own, gone with the block; those of killed runs go first.

    The system drops a folder's lock with the process that holds it, so a folder that can be locked is nobody's.

    Raises:
        InputError: no folder can be made.
    """
    try:
        _tidy_up(Path(tempfile.gettempdir()))
        folder, handle = _make_folder()
    except OSError as error:
        what = f"no temporary folder can be made: {error.strerror or error}"
        hint = "make room, or set TMPDIR to another folder"
        raise InputError([Diagnostic("file.no-scratch", Place("TMPDIR"), what, hint)]) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def _make_folder() -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        handle = _lock_folder(folder)
        # Another run may have taken it for a dead one's before it was locked.
        if handle is not None and folder.exists():
            return folder, handle
        if handle is not None:
            os.close(handle)


def _tidy_up(parent: Path) -> None:
    for folder in parent.glob(f"{_PREFIX}*"):
        if (handle := _lock_folder(folder)) is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(handle)


def _lock_folder(folder: Path) -> int | None:
    """Lock a folder; None where another holds it, or it is gone, or is no folder of ours."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            if os.fstat(handle).st_uid == os.getuid():
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return handle
        except OSError:
            pass
        os.close(handle)
    return None
