"""What every command exits with, and the table of it that the help and the README show."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended."""

    DONE = 0
    HELD = 1
    USAGE = 2
    SOME = 3
    NOTHING_NEW = 4
    NOTHING_TO_JUDGE = 5
    LOCKED = 75
    INTERRUPTED = 130
    TERMINATED = 143


#: What each code says, in the words of help and README.
MEANINGS = {
    ExitCode.DONE: "done, or unchanged",
    ExitCode.HELD: "held or failed; nothing is published",
    ExitCode.USAGE: "usage or configuration: each fault on a line of standard error",
    ExitCode.SOME: "some of many failed",
    ExitCode.NOTHING_NEW: "nothing new: the prices end before the last session, or the day is none of the report type",
    ExitCode.NOTHING_TO_JUDGE: "nothing to judge",
    ExitCode.LOCKED: "another run is writing the same brief",
    ExitCode.INTERRUPTED: "interrupted (Ctrl-C)",
    ExitCode.TERMINATED: "terminated (SIGTERM)",
}


def format_exit_codes() -> str:
    """Format a line for each exit code: the code and its meaning."""
    return "\n".join(f"{code:>5d}  {meaning}" for code, meaning in MEANINGS.items())
