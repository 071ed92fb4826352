"""What a run raises on purpose: one exception root; its members carry diagnostics and say what a command exits with."""

from __future__ import annotations

from collections.abc import Iterable

from reporter.diagnostics.diagnostic import COMMAND_LINE, Diagnostic, as_holds, sort_diagnostics
from reporter.diagnostics.exit_codes import ExitCode


class ReporterError(Exception):
    """Root of everything this program raises on purpose.

    Attributes:
        exit_code: what the command line exits with.
        diagnostics: what is wrong, one by one.
    """

    exit_code: int = ExitCode.HELD
    diagnostics: tuple[Diagnostic, ...] = ()


class InputError(ReporterError):
    """Configuration, data, rules or phrases are wrong; nothing was written.

    Attributes:
        diagnostics: what is wrong, in the order of files and lines, each once.
    """

    exit_code = ExitCode.USAGE

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Keep the diagnostics in file order, each once.

        Args:
            diagnostics: at least one.
        """
        self.diagnostics = sort_diagnostics(diagnostics)
        super().__init__("\n".join(map(str, self.diagnostics)))

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Diagnostic, ...]]]:
        """Cross to another process with the diagnostics, not with their text."""
        return type(self), (self.diagnostics,)


class ImplausibleDataError(InputError):
    """Rows that can be read but are implausible: the brief is held until they are corrected or approved."""

    exit_code = ExitCode.HELD

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Keep the diagnostics in file order, each once, as what holds the brief."""
        super().__init__(as_holds(diagnostics))


class GateError(ImplausibleDataError):
    """Data that the desk's own gates do not pass: the brief is held."""


class HeldError(ReporterError):
    """The brief can't be defended, so it is not published.

    Attributes:
        diagnostics: why not, in the order in which it was found, each once.
    """

    exit_code = ExitCode.HELD

    def __init__(self, diagnostics: Iterable[Diagnostic], heading: str = "") -> None:
        """Keep the diagnostics as what holds the brief.

        Args:
            diagnostics: at least one.
            heading: what is said above them, if anything is.
        """
        self.diagnostics = tuple(dict.fromkeys(as_holds(diagnostics)))
        self.heading = heading
        lines = [f"  {item}" if heading else str(item) for item in self.diagnostics]
        super().__init__("\n".join([heading, *lines] if heading else lines))

    def __reduce__(self) -> tuple[type[HeldError], tuple[tuple[Diagnostic, ...], str]]:
        """Cross to another process with the diagnostics, not with their text."""
        return type(self), (self.diagnostics, self.heading)


class EditedError(InputError):
    """Files of the published brief are not as they were published; nothing was written."""

    exit_code = ExitCode.HELD


class NotShownError(InputError):
    """The brief shows no text like the one to trace."""

    exit_code = ExitCode.HELD


class NothingNewError(InputError):
    """There is no brief of the day, whose prices are not there, or of which a report type says nothing."""

    exit_code = ExitCode.NOTHING_NEW


class LockedError(ReporterError):
    """Another run is writing the same brief."""

    exit_code = ExitCode.LOCKED


def usage_error(code: str, what: str, hint: str = "") -> InputError:
    """A mistake on the command line, as the error to raise.

    Args:
        code: the diagnostic's code.
        what: what is wrong.
        hint: what to type.
    """
    return InputError([Diagnostic(code, COMMAND_LINE, what, hint)])
