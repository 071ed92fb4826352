"""A finished file as a proof-reader meets it: passages that know where each character stands, and flaws in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reporter.diagnostics import Diagnostic, Place
from reporter.finished.pieces import Finished, Kind, Part

#: Stands for what is not the text's own words: a value in a phrase, code, another's name.
BLANK = "\ufffc"
#: Fields of the front matter that are sentences.
_SENTENCES = frozenset({"title", "description"})


@dataclass(frozen=True, slots=True)
class Passage:
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
class Match:
    """Where a check met something to mend in a passage, and what; a diagnostic once the passage has a place in a file.

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

    def diagnostic(self, file: str, line: int, column: int | None) -> Diagnostic:
        """The same at its place in a file."""
        return Diagnostic(self.code, Place(file, line, column), self.what, self.hint)


def passages(file: Finished) -> Iterator[Passage]:
    """What is proof-read of a file, in order: everything with words of its own, whose places are known."""
    for piece in file.pieces:
        if piece.kind != "front" or piece.key in _SENTENCES:
            yield from (_passage(part) for part in piece.parts if _has_words(part))


def _has_words(part: Part) -> bool:
    return part.kind != "code" and (part.kind != "cell" or bool(part.text.strip()))


def _passage(part: Part) -> Passage:
    runs = [run for run in part.runs if run.form != "markup"]
    # Code stands as it is; its place is kept and its letters are nobody's words.
    text = "".join(BLANK * len(run.text) if run.form == "code" else run.text for run in runs)
    return Passage(part.kind, text, tuple(place for run in runs for place in run.places), part.lead, part.group)
