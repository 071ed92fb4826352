"""The error of a feed: an answer that can't be used, or none."""

from __future__ import annotations

from collections.abc import Callable

from reporter.diagnostics.diagnostic import NO_FILE, Diagnostic
from reporter.diagnostics.errors import ReporterError


class FeedError(ReporterError):
    """A feed gave nothing that can be used.

    Attributes:
        diagnostics: the one thing that happened.
        lasting: whether asking again can't help (the answer has another form, the symbol is unknown); rows of the
            same run are then not kept either.
    """

    def __init__(self, code: str, what: str, hint: str = "", *, lasting: bool = True) -> None:
        """Make the error with a diagnostic of this code."""
        self.diagnostics = (Diagnostic(code, NO_FILE, what, hint),)
        self.lasting = lasting
        super().__init__(str(self.diagnostics[0]))

    def __reduce__(self) -> tuple[Callable[..., FeedError], tuple[tuple[Diagnostic, ...], bool]]:
        """Pickle the error with its diagnostic."""
        return _rebuild_error, (self.diagnostics, self.lasting)


def _rebuild_error(diagnostics: tuple[Diagnostic, ...], lasting: bool) -> FeedError:
    (told,) = diagnostics
    return FeedError(told.code, told.what, told.hint, lasting=lasting)
