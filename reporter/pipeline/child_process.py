"""What every process of ours that another one started does: end with it."""

from __future__ import annotations

import multiprocessing
import os
from threading import Thread

from reporter.diagnostics.exit_codes import ExitCode


def end_with_parent() -> None:
    """Have this process end as soon as the one that started it is gone, whatever it is doing then."""
    Thread(target=_watch_parent, daemon=True).start()


def _watch_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(ExitCode.TERMINATED)
