"""Checked tokens of an edited sentence and of its passage → what was added, removed or moved."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from reporter.verify.gate.alignment import to_comparable
from reporter.verify.gate.checked_tokens import CheckedToken
from reporter.verify.ledger.ledger_model import SentenceRecord

_CLAUSE = re.compile(r",(?!\d)|[;，；]|\s[–—]\s")
#: A clause with a figure says what the figure is of; one that doesn't can't be moved.
_LEAST_WORDS = 3
#: Marks that are figures; the others are names and words.
_FIGURES = frozenset({"number", "date", "unit"})
#: What a retouch may leave out: a figure, and the name of the source in brackets behind it.
_LEAVABLE = frozenset({"number", "unit"})


def compare_tokens(
    own: Sequence[CheckedToken], marks: Sequence[CheckedToken], passage: SentenceRecord, text: str
) -> Iterator[tuple[str, CheckedToken | None, str]]:
    """Compare the tokens of a text with those of its passage: (code, token where there is one, why).

    Args:
        own: tokens of the text as it stands.
        marks: tokens of the passage as the ledger has it.
        passage: the ledger's.
        text: the text as it stands.
    """
    if passage.role == "header":
        # The names of a table's columns say what its figures are; no row repeats them.
        yield "gate.columns-changed", None, "a table's columns are named otherwise"
        return
    left, right = [mark.identity for mark in own], [mark.identity for mark in marks]
    if left == right:
        return
    if Counter(left) == Counter(right):
        if not (_is_date_move(own, marks) or _is_adjacent_swap(own, marks) or is_clause_reordering(passage.text, text)):
            yield "gate.order-changed", None, "figures, names or words stand in another order"
        return
    for kind, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if kind in {"replace", "insert"}:
            yield from ((_choose_code(mark), mark, _describe_new_token(mark, own[a:b])) for mark in marks[c:d])
        if kind in {"replace", "delete"}:
            for place, mark in enumerate(own[a:b], a):
                if kind == "replace" or not _can_omit(place, own, set(range(a, b)), passage):
                    yield "gate.left-out", None, f'"{mark.text}" is gone'


def _choose_code(mark: CheckedToken) -> str:
    return "gate.figure-changed" if mark.kind in _FIGURES else "gate.words-changed"


def _describe_new_token(mark: CheckedToken, instead: Sequence[CheckedToken]) -> str:
    was = ", ".join(f'"{old.text}"' for old in instead)
    return f'"{mark.text}" is not supported' + (f" (it was {was})" if was else "")


def _can_omit(place: int, own: Sequence[CheckedToken], gone: set[int], passage: SentenceRecord) -> bool:
    """Return whether a token may be left out: figures, units and bracketed sources, outside of tables."""
    mark = own[place]
    if passage.role in {"row", "tile", "condition"}:
        return False
    if mark.kind in _LEAVABLE:
        # A window ("seven days") belongs to what is said of it.
        following = own[place + 1] if place + 1 < len(own) else None
        return following is None or following.kind != "subject" or place + 1 in gone
    return mark.kind == "name" and passage.text[: mark.start].rstrip().endswith(("(", "（"))


def _is_date_move(own: Sequence[CheckedToken], marks: Sequence[CheckedToken]) -> bool:
    """Return whether a sentence's only date has moved and all else is in order."""
    if len({mark.identity for mark in own if mark.kind == "date"}) != 1:
        return False
    return [mark.identity for mark in own if mark.kind != "date"] == [
        mark.identity for mark in marks if mark.kind != "date"
    ]


def _is_adjacent_swap(own: Sequence[CheckedToken], marks: Sequence[CheckedToken]) -> bool:
    """Return whether a figure and a word changed places ("the close of 5", "at 5, the close")."""

    def split_figures(
        of: Sequence[CheckedToken],
    ) -> tuple[list[tuple[int, tuple[str, str]]], list[tuple[int, tuple[str, str]]]]:
        placed = [(place, mark.identity) for place, mark in enumerate(of)]
        figures = [entry for entry in placed if entry[1][0] == "number"]
        return figures, [entry for entry in placed if entry[1][0] != "number"]

    before, after = split_figures(own), split_figures(marks)
    if any(a != b and a[1][0] not in {"subject", "flow", "name"} for a, b in zip(before[1], after[1], strict=False)):
        # "From 5 to 7" and "to 5 from 7" differ by no more than this.
        return False
    return all(
        [what for _, what in left] == [what for _, what in right]
        and all(abs(a - b) <= 1 for (a, _), (b, _) in zip(left, right, strict=True))
        for left, right in zip(before, after, strict=True)
    )


def is_clause_reordering(before: str, after: str) -> bool:
    """Return whether a sentence has the same clauses in another order."""
    clauses = _split_clauses(before)
    bare = [one for one in clauses if any(map(str.isdigit, one)) and sum(map(str.isalpha, one)) < _LEAST_WORDS]
    return not bare and Counter(clauses) == Counter(_split_clauses(after))


def _split_clauses(text: str) -> list[str]:
    parts = (to_comparable(part).lower().rstrip(".。") for part in _CLAUSE.split(text))
    return [part for part in parts if part]
