"""What is wrong with a finished file, and where."""

from __future__ import annotations

from dataclasses import dataclass

from reporter.finished.pieces import Finished, Piece, line_and_column


@dataclass(frozen=True, slots=True)
class Fault:
    """Something a finished brief can't be published with.

    Attributes:
        place: `article.en.md:12:5`, or the file alone.
        text: the words it is about.
        why: what is wrong, in one sentence without a full stop.
    """

    place: str
    text: str
    why: str

    def __str__(self) -> str:
        quoted = f' "{_shortened(self.text)}":' if self.text else ""
        return f"{self.place}:{quoted} {self.why}"


def _shortened(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 160 else f"{plain[:157]}…"


def place_of(file: Finished, piece: Piece, at: int | None = None) -> str:
    """Where a piece stands, with the column of a character of its text if that is known; of a PDF the page."""
    if file.medium == "pdf":
        return f"{file.name}, page {piece.line}"
    found = piece.place(at) if at is not None else None
    if found is None:
        return f"{file.name}:{piece.line}"
    line, column = line_and_column(file.source, found)
    return f"{file.name}:{line}:{column}"
