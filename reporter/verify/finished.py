"""A finished file as its reader has it: pieces of text with their places, whatever format they were read from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

_APOSTROPHES = str.maketrans({"’": "'"})


def straight(text: str) -> str:
    """A text with the apostrophes of a keyboard: pages are set with ’, phrases and most people write '."""
    return text.translate(_APOSTROPHES)


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph, heading, row, list item, alternative text, chart or field of the front matter.

    Attributes:
        kind: text; alt (of the chart `key`, where that is known); chart (everything written in one); front (the
            field `key`); running (titles and numbers of pages).
        text: as a reader sees it.
        line: line of the file, or page of a PDF.
        raw: the line as it is written, to tell columns by; empty where there are none.
        key: see kind.
    """

    kind: Literal["text", "alt", "chart", "front", "running"]
    text: str
    line: int
    raw: str = ""
    key: str = ""

    def __post_init__(self) -> None:
        """What is read is compared, whatever apostrophe it is set with."""
        object.__setattr__(self, "text", straight(self.text))


@dataclass(frozen=True, slots=True)
class Finished:
    """One file of a brief.

    Attributes:
        name: its path in the brief's folder.
        medium: text (Markdown), html or pdf.
        locale, edition: from its name.
        pieces: in reading order.
        links: addresses it links to, with their lines.
        pictures: files that it shows, with their lines.
    """

    name: str
    medium: Literal["text", "html", "pdf"]
    locale: str
    edition: str
    pieces: tuple[Piece, ...]
    links: tuple[tuple[str, int], ...] = ()
    pictures: tuple[tuple[str, int], ...] = ()


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


def edition_and_locale(name: str) -> tuple[str, str]:
    """`article.zh-Hant.md` → article, zh-Hant; empty texts where the name is of another form."""
    parts = name.rpartition("/")[2].split(".")
    return (parts[0], parts[1]) if len(parts) == 3 else ("", "")
