"""The marks of a retouched sentence beside those of its passage: what is new, what is gone, what changed places."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from reporter.verify.align import compact
from reporter.verify.marks import Mark
from reporter.verify.record import SentenceRecord

_CLAUSE = re.compile(r",(?!\d)|[;，；]|\s[–—]\s")
#: A clause with a figure says what the figure is of; one that doesn't can't be moved.
_LEAST_WORDS = 3
#: Marks that are figures; the others are names and words.
_FIGURES = frozenset({"number", "date", "unit"})
#: What a retouch may leave out: a figure, and the name of the source in brackets behind it.
_LEAVABLE = frozenset({"number", "unit"})


def differences(
    own: Sequence[Mark], marks: Sequence[Mark], passage: SentenceRecord, text: str
) -> Iterator[tuple[str, Mark | None, str]]:
    """Every way in which the marks of a text aren't those of its passage: code, the mark if it is there, why."""
    if passage.role == "header":
        # The names of a table's columns say what its figures are; no row repeats them.
        yield "gate.columns-changed", None, "a table's columns are named otherwise"
        return
    left, right = [mark.what for mark in own], [mark.what for mark in marks]
    if left == right:
        return
    if Counter(left) == Counter(right):
        if not (_one_date_moved(own, marks) or _side_by_side(own, marks) or clauses_moved(passage.text, text)):
            yield "gate.order-changed", None, "figures, names or words stand in another order"
        return
    for kind, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if kind in {"replace", "insert"}:
            yield from ((_code(mark), mark, _new(mark, own[a:b])) for mark in marks[c:d])
        if kind in {"replace", "delete"}:
            for place, mark in enumerate(own[a:b], a):
                if kind == "replace" or not _may_go(place, own, set(range(a, b)), passage):
                    yield "gate.left-out", None, f'"{mark.text}" is gone'


def _code(mark: Mark) -> str:
    return "gate.figure-changed" if mark.kind in _FIGURES else "gate.words-changed"


def _new(mark: Mark, instead: Sequence[Mark]) -> str:
    was = ", ".join(f'"{old.text}"' for old in instead)
    return f'"{mark.text}" is not supported' + (f" (it was {was})" if was else "")


def _may_go(place: int, own: Sequence[Mark], gone: set[int], passage: SentenceRecord) -> bool:
    """Whether a mark may be left out: figures and their units, and sources in brackets, from no row of a table."""
    mark = own[place]
    if passage.role in {"row", "tile", "condition"}:
        return False
    if mark.kind in _LEAVABLE:
        # A window ("seven days") belongs to what is said of it.
        following = own[place + 1] if place + 1 < len(own) else None
        return following is None or following.kind != "subject" or place + 1 in gone
    return mark.kind == "name" and passage.text[: mark.start].rstrip().endswith(("(", "（"))


def _one_date_moved(own: Sequence[Mark], marks: Sequence[Mark]) -> bool:
    """Whether a sentence's only date has moved, and all else stands as it was."""
    if len({mark.what for mark in own if mark.kind == "date"}) != 1:
        return False
    return [mark.what for mark in own if mark.kind != "date"] == [mark.what for mark in marks if mark.kind != "date"]


def _side_by_side(own: Sequence[Mark], marks: Sequence[Mark]) -> bool:
    """Whether a figure and a word changed sides ("the close of 5", "at 5, the close"), all others in order."""

    def split(of: Sequence[Mark]) -> tuple[list[tuple[int, tuple[str, str]]], list[tuple[int, tuple[str, str]]]]:
        placed = [(place, mark.what) for place, mark in enumerate(of)]
        figures = [entry for entry in placed if entry[1][0] == "number"]
        return figures, [entry for entry in placed if entry[1][0] != "number"]

    before, after = split(own), split(marks)
    if any(a != b and a[1][0] not in {"subject", "flow", "name"} for a, b in zip(before[1], after[1], strict=False)):
        # "From 5 to 7" and "to 5 from 7" differ by no more than this.
        return False
    return all(
        [what for _, what in left] == [what for _, what in right]
        and all(abs(a - b) <= 1 for (a, _), (b, _) in zip(left, right, strict=True))
        for left, right in zip(before, after, strict=True)
    )


def clauses_moved(before: str, after: str) -> bool:
    """Whether a sentence's clauses were moved whole: each stands in the new one as it was."""
    clauses = _clauses(before)
    bare = [one for one in clauses if any(map(str.isdigit, one)) and sum(map(str.isalpha, one)) < _LEAST_WORDS]
    return not bare and Counter(clauses) == Counter(_clauses(after))


def _clauses(text: str) -> list[str]:
    parts = (compact(part).lower().rstrip(".。") for part in _CLAUSE.split(text))
    return [part for part in parts if part]
