"""A published file as its reader sees it: pieces of text with their positions in the file, whatever its format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

#: What a text is to a reader: running text, a heading, an item of a list, a table's cell, a picture's text, a field
#: of the front matter, or code as it stands.
Kind = Literal["prose", "heading", "item", "cell", "alt", "matter", "code"]

_APOSTROPHES = str.maketrans({"’": "'"})


def straighten_apostrophes(text: str) -> str:
    """A text with the apostrophes of a keyboard: pages are set with ’, phrases and most people write '."""
    return text.translate(_APOSTROPHES)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text that stands in the file in one go.

    Attributes:
        text: as a reader sees it.
        at: position in the file of its first character.
        form: words and code stand letter by letter; of a sign that is written as a code (`&amp;`) all text stands
            where the code begins; markup is a tag that Markdown hands on.
    """

    text: str
    at: int
    form: Literal["words", "sign", "code", "markup"] = "words"

    @property
    def char_offsets(self) -> Sequence[int]:
        """Position in the file of each character."""
        return [self.at] * len(self.text) if self.form == "sign" else range(self.at, self.at + len(self.text))


@dataclass(frozen=True, slots=True)
class Part:
    """Text that is read by itself: a paragraph, a cell, a label beside a caption.

    Attributes:
        kind: what it is to a reader.
        runs: its text in order.
        lead: where the text begins after a bold label (a speaker, a condition's status), markup not counted, else 0.
        group: number of the list it is an item of, else -1.
    """

    kind: Kind
    runs: tuple[Run, ...]
    lead: int = 0
    group: int = -1

    @property
    def text(self) -> str:
        """As a reader sees it."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Piece:
    """A unit of text: a paragraph, heading, row, list item, alternative text, chart or front matter field.

    Attributes:
        kind: text; alt (of the chart `key`, where that is known); chart (everything written in one); front (the
            field `key`); running (titles and numbers of pages).
        text: as a reader sees it, with the apostrophes of a keyboard, because what is read is compared.
        line: line of the file, or page of a PDF.
        key: see kind.
        parts: what its text is made of, a space between two; none where the places of letters aren't known.
    """

    kind: Literal["text", "alt", "chart", "front", "running"]
    text: str
    line: int
    key: str = ""
    parts: tuple[Part, ...] = ()

    def __post_init__(self) -> None:
        """What is read is compared, whatever apostrophe it is set with."""
        object.__setattr__(
            self, "text", straighten_apostrophes(self.text or " ".join(part.text for part in self.parts))
        )

    def find_offset(self, at: int) -> int | None:
        """Position in the file of a character of the text, where it is known."""
        for part in self.parts:
            for run in part.runs:
                if at < len(run.text):
                    return run.char_offsets[at]
                at -= len(run.text)
            at = max(at - 1, 0)
        return None


@dataclass(frozen=True, slots=True)
class FinishedFile:
    """One file of a brief.

    Attributes:
        name: its path in the brief's folder.
        medium: text (Markdown), html or pdf.
        locale, edition: from its name.
        pieces: in reading order.
        links: addresses it links to, with their lines and the words that lead there (empty where they aren't known).
        pictures: files that it shows, with their lines.
        source: the file's text; empty for a PDF.
        lang: the language it says it is written in, or empty.
    """

    name: str
    medium: Literal["text", "html", "pdf"]
    locale: str
    edition: str
    pieces: tuple[Piece, ...]
    links: tuple[tuple[str, int, str], ...] = ()
    pictures: tuple[tuple[str, int], ...] = ()
    source: str = ""
    lang: str = ""


def edition_and_locale(name: str) -> tuple[str, str]:
    """`article.zh-Hant.md` → article, zh-Hant; empty texts where the name is of another form."""
    parts = name.rpartition("/")[2].split(".")
    return (parts[0], parts[1]) if len(parts) == 3 else ("", "")


def line_starts(source: str) -> tuple[int, ...]:
    """The position at which each line begins."""
    return tuple(accumulate((len(line) + 1 for line in source.split("\n")[:-1]), initial=0))
