"""Holds and notices of the gate, with their places in finished files."""

from __future__ import annotations

from reporter.diagnostics.diagnostic import Diagnostic, Place, Severity, line_column
from reporter.readback.pieces import FinishedFile, Piece

#: Where something is that no file of the brief shows: in what all of them are made from.
IN_THE_LEDGER = Place("ledger.json")
_LONGEST_QUOTE = 160


def make_gate_hold(code: str, place: Place, quoted: str, why: str) -> Diagnostic:
    """Make a diagnostic that keeps a finished brief from being published.

    Args:
        code: of its kind.
        place: where it stands.
        quoted: the words that it is about; may be empty.
        why: what is wrong, in one sentence without a full stop.
    """
    return Diagnostic(code, place, _format_message(quoted, why), severity=Severity.HOLD)


def make_gate_notice(code: str, place: Place, quoted: str, why: str) -> Diagnostic:
    """Make a diagnostic that whoever signs a brief should know; it holds nothing.

    Args:
        code: the diagnostic's code.
        place: where it is.
        quoted: the text it is about.
        why: what should be known of it.
    """
    return Diagnostic(code, place, _format_message(quoted, why), severity=Severity.NOTICE)


def _format_message(quoted: str, why: str) -> str:
    plain = " ".join(quoted.split())
    shown = plain if len(plain) <= _LONGEST_QUOTE else f"{plain[: _LONGEST_QUOTE - 3]}…"
    return f'"{shown}": {why}' if shown else why


def locate_piece(file: FinishedFile, piece: Piece, at: int | None = None) -> Place:
    """Return the place of a piece: line and column where known, in a PDF the page.

    Args:
        file: the finished file.
        piece: the piece of it.
        at: characters from the piece's start, or None for all of it.
    """
    found = piece.find_offset(at) if at is not None and file.medium != "pdf" else None
    if found is None:
        return locate_line(file, piece.line)
    return Place(file.name, *line_column(file.source, found))


def locate_line(file: FinishedFile, line: int) -> Place:
    """Return the place of a line; in a PDF, lines are pages."""
    return Place(file.name, page=line) if file.medium == "pdf" else Place(file.name, line)
