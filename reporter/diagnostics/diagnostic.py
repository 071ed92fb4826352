"""The one form of every message about wrong input: code, place, what is wrong, hint and severity.

A `Diagnostic` says what is wrong, where, and what would be right, under a code that stays the same from version to
version. Stages collect all that they can find and raise them together (`errors`); a bug raises an ordinary exception
and is never dressed up as a diagnostic.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum

from reporter.diagnostics.hidden_characters import to_printable


class Severity(StrEnum):
    """What a diagnostic does: an error stops, a hold keeps a brief from being published, a notice is only said."""

    ERROR = "error"
    HOLD = "hold"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file.

    Attributes:
        file: path as the author would type it (relative where that is shorter), or what else is meant, such as
            "command line"; empty where no file is meant.
        line: 1-based line, or None where the whole file is meant.
        column: 1-based column, or None.
        page: 1-based page of a file that has pages, or None.
    """

    file: str
    line: int | None = None
    column: int | None = None
    page: int | None = None

    def __str__(self) -> str:
        place = to_printable(self.file)
        if self.page is not None:
            place += f", page {self.page}"
        if self.line is not None:
            place += f":{self.line}"
            if self.column is not None:
                place += f":{self.column}"
        return place

    @classmethod
    def from_text(cls, text: str) -> Place:
        """Parse a place such as "rules.yaml:3:5", "en.j2:7" or "desk.toml"."""
        file, *numbers = text.rsplit(":", 2)
        if len(numbers) == 2 and all(map(str.isdigit, numbers)):
            return cls(file, *map(int, numbers))
        file, _, line = text.rpartition(":")
        return cls(file, int(line)) if file and line.isdigit() else cls(text)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One complaint, with its place.

    Attributes:
        code: what kind it is, area and kind, such as "desk.unknown-key"; each is in docs/diagnostics.md.
        place: where it is.
        what: what is wrong, in one sentence without a full stop.
        hint: what would be right; may be empty.
        severity: what it does.
    """

    code: str
    place: Place
    what: str
    hint: str = ""
    severity: Severity = Severity.ERROR

    def __post_init__(self) -> None:
        """Escape what a file or a server wrote: a message steers no terminal, turns no text round, embeds no file."""
        object.__setattr__(self, "what", to_printable(self.what))
        object.__setattr__(self, "hint", to_printable(self.hint))

    def __str__(self) -> str:
        """The line that an author reads; its code is told beside it, by what prints it."""
        place = str(self.place)
        return (f"{place}: " if place else "") + self.what + (f"; {self.hint}" if self.hint else "")

    def to_dict(self) -> dict[str, str | int | None]:
        """Return the diagnostic as JSON values, with its printed line as `text`."""
        return {
            "code": self.code,
            "severity": str(self.severity),
            "file": to_printable(self.place.file) or None,
            "line": self.place.line,
            "column": self.place.column,
            "page": self.place.page,
            "what": self.what,
            "hint": self.hint or None,
            "text": str(self),
        }


#: The place of what stands in no file.
NO_FILE = Place("")
#: The place of what a caller typed.
COMMAND_LINE = Place("command line")


def sort_diagnostics(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Diagnostics in the order of their places, each once; those of one place keep their order."""
    return tuple(dict.fromkeys(sorted(diagnostics, key=_get_sort_key)))


def as_holds(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return the diagnostics with severity hold."""
    return tuple(replace(item, severity=Severity.HOLD) for item in diagnostics)


def make_notice(code: str, place: Place, what: str, hint: str = "") -> Diagnostic:
    """Make a diagnostic of severity notice, which requires no action.

    Args:
        code: area and kind, such as "desk.unknown-key".
        place: where it is.
        what: what was noticed.
        hint: what to do, if anything.
    """
    return Diagnostic(code, place, what, hint, Severity.NOTICE)


def as_notices(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return the diagnostics with severity notice."""
    return tuple(replace(item, severity=Severity.NOTICE) for item in diagnostics)


def in_file(diagnostics: Iterable[Diagnostic], file: str) -> tuple[Diagnostic, ...]:
    """Return diagnostics about a text, whose places name no file, with the file that the text is in."""
    return tuple(replace(item, place=replace(item.place, file=file)) for item in diagnostics)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word, or an empty text where none is near."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f'did you mean "{near[0]}"?' if near else ""


def _get_sort_key(diagnostic: Diagnostic) -> tuple[str, int, int, int]:
    place = diagnostic.place
    return (place.file, place.page or 0, place.line or 0, place.column or 0)


def line_column(text: str, at: int) -> tuple[int, int]:
    """Line and column, both from 1, of an offset in a text whose lines end in a line feed."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
