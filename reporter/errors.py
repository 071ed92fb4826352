"""What can go wrong, as values: one exception root, and problems that say where they are.

A `Problem` is a mistake of an author or a fault in their data. Stages collect every problem they can
find and raise them together; a bug raises an ordinary exception and is never dressed up as a problem.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake, located.

    Attributes:
        file: path as the author would type it (relative where that is shorter).
        line: 1-based line, or None where the whole file is meant.
        column: 1-based column, or None.
        what: what is wrong, in one sentence without a full stop.
        hint: what would be right; may be empty.
    """

    file: str
    line: int | None
    column: int | None
    what: str
    hint: str = ""

    def __str__(self) -> str:
        place = self.file
        if self.line is not None:
            place += f":{self.line}"
            if self.column is not None:
                place += f":{self.column}"
        return f"{place}: {self.what}" + (f"; {self.hint}" if self.hint else "")


class ReporterError(Exception):
    """Root of everything this program raises on purpose.

    Attributes:
        exit_code: what the command line exits with.
    """

    exit_code = 1


class InputError(ReporterError):
    """Configuration, data, rules or phrases are wrong; nothing was written."""

    exit_code = 2

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems in file order, each once.

        Args:
            problems: at least one problem.
        """
        self.problems: tuple[Problem, ...] = tuple(dict.fromkeys(sorted(problems, key=_place)))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Problem, ...]]]:
        """Cross to another process with the problems, not with their text."""
        return type(self), (self.problems,)


class DoubtError(InputError):
    """Rows that can be read and can hardly be true: the brief is held until somebody corrects or approves them."""

    exit_code = 1


class GateError(InputError):
    """Data that a desk's own gates don't let into a brief: it is held until they are mended or let pass."""

    exit_code = 1


class HeldError(ReporterError):
    """The brief can't be defended, so it is not published."""

    exit_code = 1


class LockedError(ReporterError):
    """Another run is writing the same brief."""

    exit_code = 75


def _place(problem: Problem) -> tuple[str, int, int]:
    return (problem.file, problem.line or 0, problem.column or 0)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word, or an empty text where none is near."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f'did you mean "{near[0]}"?' if near else ""
