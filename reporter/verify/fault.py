"""What the gate has to say of a finished file, and where in it."""

from __future__ import annotations

from reporter.diagnostics import Diagnostic, Place, Severity
from reporter.finished.pieces import Finished, Piece, line_and_column

#: Where something is that no file of the brief shows: in what all of them are made from.
IN_THE_LEDGER = Place("ledger.json")
_LONGEST_QUOTE = 160


def hold(code: str, place: Place, quoted: str, why: str) -> Diagnostic:
    """Something that a finished brief can't be published with.

    Args:
        code: of its kind.
        place: where it stands.
        quoted: the words that it is about; may be empty.
        why: what is wrong, in one sentence without a full stop.
    """
    return Diagnostic(code, place, _about(quoted, why), severity=Severity.HOLD)


def note(code: str, place: Place, quoted: str, why: str) -> Diagnostic:
    """Something that whoever signs a brief should know: of the same form as what holds it."""
    return Diagnostic(code, place, _about(quoted, why), severity=Severity.NOTICE)


def _about(quoted: str, why: str) -> str:
    plain = " ".join(quoted.split())
    shown = plain if len(plain) <= _LONGEST_QUOTE else f"{plain[: _LONGEST_QUOTE - 3]}…"
    return f'"{shown}": {why}' if shown else why


def place_of(file: Finished, piece: Piece, at: int | None = None) -> Place:
    """Where a piece stands, with the column of a character of its text if that is known; of a PDF the page."""
    found = piece.place(at) if at is not None and file.medium != "pdf" else None
    if found is None:
        return line_of(file, piece.line)
    return Place(file.name, *line_and_column(file.source, found))


def line_of(file: Finished, line: int) -> Place:
    """A line of a file; what a reader of a PDF counts are its pages."""
    return Place(file.name, page=line) if file.medium == "pdf" else Place(file.name, line)
