"""What a run raises on purpose: one exception root; its members carry diagnostics and say what a command exits with."""

from __future__ import annotations

from collections.abc import Iterable

from reporter.diagnostics import COMMAND_LINE, Diagnostic, sort_diagnostics


class ReporterError(Exception):
    """Root of everything this program raises on purpose.

    Attributes:
        exit_code: what the command line exits with.
        diagnostics: what is wrong, one by one.
    """

    exit_code = 1
    diagnostics: tuple[Diagnostic, ...] = ()


class InputError(ReporterError):
    """Configuration, data, rules or phrases are wrong; nothing was written.

    Attributes:
        diagnostics: what is wrong, in the order of files and lines, each once.
    """

    exit_code = 2

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


class DoubtError(InputError):
    """Rows that can be read and can hardly be true: the brief is held until somebody corrects or approves them."""

    exit_code = 1


class GateError(InputError):
    """Data that a desk's own gates don't let into a brief: it is held until they are mended or let pass."""

    exit_code = 1


class HeldError(ReporterError):
    """The brief can't be defended, so it is not published."""

    exit_code = 1


class LockedError(ReporterError):
    """Another run is writing the same brief."""

    exit_code = 75


def usage_error(code: str, what: str, hint: str = "") -> InputError:
    """A mistake on the command line, as the error to raise."""
    return InputError([Diagnostic(code, COMMAND_LINE, what, hint)])
