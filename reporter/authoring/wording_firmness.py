"""Phrase books → diagnostics where the wordings of one phrase aren't equally firm in every language.

Languages and days choose their wordings by themselves. An "about" or a "may" that one wording has and another lacks
would make two languages say different things, and the gate would hold the brief of that day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.narrative.phrases.phrase_tree import Branch, FactValue, Loop, Part, PhraseText
from reporter.narrative.phrases.phrases import PhraseBook
from reporter.verify.gate.firmness_grades import find_grades

#: What stands for a value: a figure, so that an "about" beside it counts.
_FIGURE = "1"


@dataclass(frozen=True, slots=True)
class _GradedWording:
    """A wording's place, and its graded words: grade → word."""

    file: str
    line: int
    column: int | None
    graded: Mapping[str, str]

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"


def check_firmness(books: Sequence[PhraseBook]) -> tuple[Diagnostic, ...]:
    """Diagnostics of wordings that hedge, approximate or claim a cause where others of the phrase don't.

    Args:
        books: the phrases of each locale; derived locales say what their native one says and are passed over.
    """
    phrases: dict[tuple[str, str], list[_GradedWording]] = {}
    for book in (book for book in books if book.locale.edition is None):
        for key, say in book.says.items():
            for wording in say.wordings:
                text = "".join(_iterate_texts(wording.body))
                # A question states nothing.
                if not text.rstrip().endswith(("?", "？")):
                    told = _GradedWording(say.file, wording.line, wording.column, find_grades(text, (), book.locale))
                    phrases.setdefault(key, []).append(told)
    return tuple(problem for key, told in phrases.items() for problem in _check_phrase(*key, told))


def _check_phrase(finding: str, form: str, wordings: Sequence[_GradedWording]) -> Iterator[Diagnostic]:
    for grade in dict.fromkeys(grade for one in wordings for grade in one.graded):
        having = [one for one in wordings if grade in one.graded]
        lacking = [one for one in wordings if grade not in one.graded]
        if not lacking:
            continue
        word, phrase = having[0].graded[grade], f'"{finding}"' + (f" ({form})" if form != "body" else "")
        if len(having) <= len(lacking):
            for one in having:
                what = f'{phrase} says "{one.graded[grade]}" here and nothing like it at {lacking[0].place}'
                yield Diagnostic(
                    "phrase.uneven-firmness",
                    Place(one.file, one.line, one.column),
                    what,
                    "say it in every wording and language, or in none",
                )
        else:
            for one in lacking:
                what = f'{phrase} says nothing here like "{word}" at {having[0].place}'
                yield Diagnostic(
                    "phrase.uneven-firmness",
                    Place(one.file, one.line, one.column),
                    what,
                    "say it in every wording and language, or in none",
                )


def _iterate_texts(parts: Iterable[Part]) -> Iterator[str]:
    """Iterate the words of all branches, with a figure for each value."""
    for part in parts:
        if isinstance(part, PhraseText):
            yield part.text
        elif isinstance(part, FactValue):
            yield _FIGURE
        elif isinstance(part, Branch):
            for _, body in part.arms:
                yield from _iterate_texts(body)
                yield _FIGURE
            yield from _iterate_texts(part.otherwise)
        elif isinstance(part, Loop):
            yield from _iterate_texts(part.body)
