"""What can go wrong between an exchange and a file."""

from __future__ import annotations

from reporter.errors import ReporterError


class FeedError(ReporterError):
    """A feed gave nothing that can be used.

    Attributes:
        lasting: whether asking again can't help (the answer has another form, the symbol is unknown); rows of the
            same run are then not kept either.
    """

    def __init__(self, what: str, *, lasting: bool = True) -> None:
        """Tell what happened."""
        self.lasting = lasting
        super().__init__(what)
