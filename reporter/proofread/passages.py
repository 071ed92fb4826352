"""A finished file → the text blocks to proof-read, with the file offset of each character."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.readback.pieces import FinishedFile, Kind, Part

#: Stands for what is not the text's own words: a value in a phrase, code, another's name.
BLANK = "\ufffc"
#: Fields of the front matter that are sentences.
_SENTENCES = frozenset({"title", "description"})


@dataclass(frozen=True, slots=True)
class ProofPassage:
    """One block of text.

    Attributes:
        kind: what it is to a reader.
        text: as a reader sees it, entities resolved and markup gone.
        offsets: position in the file of each character of the text.
        lead: where the text begins after a bold label (a speaker, a condition's status), else 0.
        group: number of the list it is an item of, else -1.
    """

    kind: Kind
    text: str
    offsets: tuple[int, ...]
    lead: int = 0
    group: int = -1


@dataclass(frozen=True, slots=True)
class ProofMatch:
    """Something to correct in a passage: where and what.

    Attributes:
        at: position of its first character in the passage's text.
        code: what kind of diagnostic it is.
        what: what is wrong, in one sentence without a full stop.
        hint: what would be right; may be empty.
    """

    at: int
    code: str
    what: str
    hint: str = ""

    def to_diagnostic(self, file: str, line: int, column: int | None) -> Diagnostic:
        """Convert to a diagnostic at a place of a file.

        Args:
            file: the file's name.
            line: from 1.
            column: from 1, or None.
        """
        return Diagnostic(self.code, Place(file, line, column), self.what, self.hint)


def iterate_passages(file: FinishedFile) -> Iterator[ProofPassage]:
    """Iterate over the text blocks of a file to proof-read, in order."""
    for piece in file.pieces:
        if piece.kind != "front" or piece.key in _SENTENCES:
            yield from (_make_passage(part) for part in piece.parts if _has_words(part))


def _has_words(part: Part) -> bool:
    return part.kind != "code" and (part.kind != "cell" or bool(part.text.strip()))


def _make_passage(part: Part) -> ProofPassage:
    runs = [run for run in part.runs if run.form != "markup"]
    # Code stands as it is; its place is kept and its letters are nobody's words.
    text = "".join(BLANK * len(run.text) if run.form == "code" else run.text for run in runs)
    return ProofPassage(
        part.kind, text, tuple(place for run in runs for place in run.char_offsets), part.lead, part.group
    )
