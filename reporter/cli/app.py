"""The command line: arguments in, exit codes out. The only place that prints; each command imports what it needs.

Exit codes are in `reporter.diagnostics.exit_codes`.
"""

from __future__ import annotations

import errno
import gc
import re
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from functools import cache
from io import TextIOWrapper
from typing import Annotated

import typer

from reporter.cli.labels import labels_app
from reporter.cli.options import (
    explain_usage,
    make_app,
)
from reporter.cli.output import print_error
from reporter.cli.rules import rules_app
from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.diagnostics.errors import InputError, ReporterError
from reporter.diagnostics.exit_codes import ExitCode, format_exit_codes

app = make_app(
    "Turn a desk's market data into a bilingual market brief that can be shown sentence by sentence.",
    "reporter",
    completion=True,
)
app.add_typer(rules_app, name="rules")
app.add_typer(labels_app, name="labels")

#: Objects that are made between two looks for garbage.
_GARBAGE_PACE = 100_000
#: What a system refuses for lack of room, of handles, of processes, or because of its own limits.
_LIMITS = frozenset(
    {
        *(errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN, errno.EROFS),
        *(errno.ENAMETOOLONG, errno.EIO),
    }
)
#: Which limit it is, and how it is raised.
_HINTS = {
    errno.ENOSPC: "make room on that disk",
    errno.EDQUOT: "make room, or have the quota raised",
    errno.EFBIG: "raise the limit on the size of files (ulimit -f)",
    errno.EMFILE: "raise the limit on open files (ulimit -n)",
    errno.ENOMEM: "close other programs, or raise the limit on memory (ulimit -v)",
    errno.EAGAIN: "raise the limit on processes (ulimit -u)",
    errno.ENAMETOOLONG: "choose a shorter path",
}
_NO_MEMORY = re.compile("[Cc]annot allocate memory|failed to map segment")


def main() -> None:
    """Run the command line and exit with its code."""
    if isinstance(sys.stdout, TextIOWrapper):
        # Where the terminal has no such character, its code is printed; JSON reads it alike.
        sys.stdout.reconfigure(errors="backslashreplace")
    # A command lives for seconds. Python's own pace, a look for garbage every 700 objects, would take a fifth of them.
    gc.set_threshold(_GARBAGE_PACE)
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _raise_terminated)
    try:
        # Where a command ends with `typer.Exit`, its code is what comes back; no command returns anything else.
        sys.exit(_run_command())
    except KeyboardInterrupt:
        sys.exit(ExitCode.INTERRUPTED)
    except _TerminatedError:
        # A second one may end us at once.
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        print("terminated; what was under way is not published", file=sys.stderr)
        sys.exit(ExitCode.TERMINATED)
    except BrokenPipeError:
        # The reader of our output has left; there is no one to tell.
        sys.stderr.close()
        sys.exit(1)


class _TerminatedError(BaseException):
    """Somebody asked us to end; not an `Exception`, so that nothing takes it for a fault of its own."""


def _raise_terminated(number: int, frame: object) -> None:
    raise _TerminatedError


def _run_command() -> int:
    """Run the typed command, print what stops it, and return its exit code."""
    try:
        return _call_app()
    except (ReporterError, OSError, MemoryError, ImportError) as raised:
        error = raised if isinstance(raised, ReporterError) else _to_limit_error(raised)
        if error is None:
            raise
        if "--debug" in sys.argv:
            traceback.print_exc()
        else:
            print_error(error, as_json="--json" in sys.argv)
        return error.exit_code


def _to_limit_error(error: OSError | MemoryError | ImportError) -> InputError | None:
    """Convert an error of memory, disk or system limits to an InputError; None for other errors."""
    if isinstance(error, MemoryError) or (isinstance(error, ImportError) and _NO_MEMORY.search(str(error))):
        what, place, hint = "there is not enough memory", "", _HINTS[errno.ENOMEM]
    elif isinstance(error, OSError) and error.errno in _LIMITS:
        what, place = f"the system refuses: {error.strerror}", str(error.filename or "")
        hint = _HINTS.get(error.errno or 0, "make room, or raise the limit (ulimit -a)")
    else:
        return None
    return InputError([Diagnostic("file.system-limit", Place(place), what, hint)])


@cache
def _compile_app() -> Callable[..., object]:
    """Make the commands of the declared ones, once a process; no fault is shown as typer likes to show it."""
    return typer.main.get_command(app)


def _call_app() -> int:
    """Call the application and return the exit code of the typed command.

    Raises:
        ReporterError: what the command raises; a mistake in how it was typed among it.
    """
    try:
        code = _compile_app()(prog_name="reporter", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except typer.TyperException as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            print(error.format_message(), file=sys.stderr)
            return 2
        raise explain_usage(error) from None


def _print_version(asked: bool) -> None:
    if asked:
        from reporter import __version__

        print(__version__)
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[
        bool, typer.Option("--version", "-V", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Take the options that stand before a command."""


def _add_commands() -> None:
    from reporter.cli.audit import audit
    from reporter.cli.backfill import backfill
    from reporter.cli.batch import batch
    from reporter.cli.build import build
    from reporter.cli.check import check
    from reporter.cli.check_pdf import check_pdf
    from reporter.cli.doctor import doctor
    from reporter.cli.explain import explain
    from reporter.cli.fetch import fetch
    from reporter.cli.findings import findings
    from reporter.cli.init import init
    from reporter.cli.lint_text import lint_text
    from reporter.cli.metrics import metrics
    from reporter.cli.news import news
    from reporter.cli.publish import publish
    from reporter.cli.sniff import sniff
    from reporter.cli.trace import trace
    from reporter.cli.track import track

    app.command("build")(build)
    app.command("metrics")(metrics)
    app.command("findings")(findings)
    app.command("check")(check)
    app.command("init")(init)
    app.command("doctor")(doctor)
    app.command("audit")(audit)
    app.command("trace")(trace)
    app.command("check-pdf")(check_pdf)
    app.command("lint-text")(lint_text)
    app.command("backfill")(backfill)
    app.command("batch")(batch)
    app.command("fetch")(fetch)
    app.command("sniff")(sniff)
    app.command("news")(news)
    app.command("publish")(publish)
    app.command("track")(track)
    app.command("explain")(explain)
    for group in _iterate_groups(app):
        group.info.epilog = _format_epilog()
        for command in group.registered_commands:
            command.epilog = _format_epilog()


def _format_epilog() -> str:
    # The mark keeps the lines of a paragraph apart.
    return f"\b\nExit codes:\n{format_exit_codes()}"


def _iterate_groups(root: typer.Typer) -> Iterator[typer.Typer]:
    """A group of commands, and those below it."""
    yield root
    for group in root.registered_groups:
        if group.typer_instance is not None:
            yield from _iterate_groups(group.typer_instance)


_add_commands()
