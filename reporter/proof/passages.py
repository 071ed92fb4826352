"""A brief as a reader meets it: passages of plain text that know where each character stands in the file."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal

#: Running text, a heading, an item of a list, a table's cell, a picture's text, or front matter.
Kind = Literal["prose", "heading", "item", "cell", "alt", "matter"]


#: Stands for what is not the text's own words: a value in a phrase, code, another's name.
BLANK = "\ufffc"


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
class Flaw:
    """Something to mend.

    Attributes:
        at: position of its first character in the passage's text.
        what: what is wrong, in one sentence without a full stop.
        hint: what would be right; may be empty.
    """

    at: int
    what: str
    hint: str = ""


class Lines:
    """Positions of a text as 1-based line and column."""

    def __init__(self, text: str) -> None:
        """Find where lines begin."""
        self._starts = [0, *(place + 1 for place, char in enumerate(text) if char == "\n")]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of a position."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def start(self, line: int) -> int:
        """Position at which a 0-based line begins; the text's end for a line after the last."""
        return self._starts[min(line, len(self._starts) - 1)]
