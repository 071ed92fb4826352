"""Sentences that an editor has touched: each is led back to the passage it was, and held to what that passage may say.

Wording is the editor's. What can be checked is not: figures, dates, names, direction, level, negation and hedge must
stand as the passage has them, in its order. A figure may go (with its source); nothing that turns the meaning may.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from reporter.verify.align import Loose, compact
from reporter.verify.finished import Fault, Finished
from reporter.verify.marks import Mark, Marker
from reporter.verify.record import SentenceRecord

#: The least share of a sentence's pairs of letters that its passage must hold to be taken for its origin.
_ALIKE = 0.45
#: The share of common pairs from which a sentence that lost all its marks is still the same sentence.
_SAME = 0.6
#: What a passage that stands elsewhere word for word has to be better by.
_TAKEN = 0.15
_CLAUSE = re.compile(r",(?!\d)|[;，；]|\s[–—]\s")
#: A clause with a figure says what the figure is of; one that doesn't can't be moved.
_LEAST_WORDS = 3
#: What a retouch may leave out: a figure, and the name of the source in brackets behind it.
_LEAVABLE = frozenset({"number", "unit"})


@dataclass(frozen=True, slots=True)
class Touched:
    """Sentences of a finished text that were one passage, in their order."""

    passage: SentenceRecord | None
    sentences: tuple[Loose, ...]

    @property
    def text(self) -> str:
        """As they stand now."""
        return " ".join(one.text for one in self.sentences)


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of the touched sentences.

    Attributes:
        faults, notices: see `Fault`.
        said: passages that still count as said.
        lost: passage and fact of every claim that a passage no longer shows.
    """

    faults: tuple[Fault, ...]
    notices: tuple[Fault, ...]
    said: tuple[SentenceRecord, ...]
    lost: tuple[tuple[str, str], ...] = ()


def judge_loose(
    file: Finished,
    loose: Sequence[Loose],
    passages: Sequence[SentenceRecord],
    found: Sequence[SentenceRecord],
    marker: Marker,
) -> Judged:
    """Judge what stands in no ledger word for word.

    Args:
        file: where it stands.
        loose: the sentences.
        passages: of the file's document.
        found: passages that stand in the file word for word.
        marker: of the file's locale.
    """
    faults: list[Fault] = []
    notices: list[Fault] = []
    said: list[SentenceRecord] = []
    lost: list[tuple[str, str]] = []
    for touched in _led_back(loose, passages, {passage.id for passage in found}):
        wrong = list(_wrong(file, touched, passages, marker))
        faults += wrong
        if wrong:
            # What is held for what it says isn't held again for being absent.
            said += [touched.passage] if touched.passage is not None else []
            continue
        if touched.passage is None or _replaced(touched, marker):
            notices.append(Fault(place_of(file, touched.sentences[0]), touched.text, "added, with nothing to check"))
        else:
            said.append(touched.passage)
            lost += _lost(touched, marker)
            why = f"retouched; {touched.passage.id} of the ledger supports it"
            notices.append(Fault(place_of(file, touched.sentences[0]), touched.text, why))
    return Judged(tuple(faults), tuple(notices), tuple(said), tuple(lost))


def _lost(touched: Touched, marker: Marker) -> Iterator[tuple[str, str]]:
    """Claims whose figures or names a retouched passage leaves out."""
    passage = touched.passage
    if passage is None:
        return
    kept = Counter(mark.what for mark in marker.marks(touched.text))
    for mark in marker.marks(passage.text):
        if kept[mark.what]:
            kept[mark.what] -= 1
            continue
        for start, end, claim in passage.spans:
            if start < mark.start + len(mark.text) and mark.start < end:
                yield passage.id, claim.partition("#")[0]


def _led_back(loose: Sequence[Loose], passages: Sequence[SentenceRecord], taken: set[str]) -> Iterator[Touched]:
    pairs = [(passage, _pairs(passage.text)) for passage in passages if passage.role != "front"]
    group: list[Loose] = []
    origin: SentenceRecord | None = None
    for one in loose:
        passage = _origin(one, pairs, taken)
        if group and passage is not None and passage is origin:
            group.append(one)
            continue
        if group:
            yield Touched(origin, tuple(group))
        group, origin = [one], passage
    if group:
        yield Touched(origin, tuple(group))


def _origin(one: Loose, pairs: Sequence[tuple[SentenceRecord, Counter[str]]], taken: set[str]) -> SentenceRecord | None:
    own = _pairs(one.text)
    size = sum(own.values())
    best, score = None, 0.0
    for passage, other in pairs:
        shared = sum((own & other).values())
        alike = shared / size if size else 0.0
        if alike < _ALIKE:
            continue
        alike += 0.2 * shared / max(sum(other.values()), 1) - (_TAKEN if passage.id in taken else 0.0)
        if alike > score:
            best, score = passage, alike
    return best


def _pairs(text: str) -> Counter[str]:
    plain = compact(text).lower()
    return Counter(plain[place : place + 2] for place in range(len(plain) - 1)) or Counter([plain])


def place_of(file: Finished, one: Loose, offset: int = 0) -> str:
    """Where a sentence stands, `article.en.md:12:5`; of a PDF the page."""
    if file.medium == "pdf":
        return f"{file.name}, page {one.piece.line}"
    column = _column(one.piece.raw, one.piece.text, one.start + offset)
    return f"{file.name}:{one.piece.line}" + (f":{column}" if column else "")


def _column(raw: str, text: str, place: int) -> int:
    """Column in the line as it is written, found by walking both texts; 0 where that leads nowhere."""
    at = 0
    for number, char in enumerate(text):
        entity = f"&#{ord(char)};"
        found = [spot for spot in (raw.find(char, at), raw.find(entity, at)) if spot >= 0]
        if not found:
            return 0
        spot = min(found)
        if number == place:
            return spot + 1
        at = spot + (len(entity) if raw.startswith(entity, spot) else 1)
    return 0


# --- what is wrong with one -------------------------------------------------------------------------------------------


def _wrong(file: Finished, touched: Touched, passages: Sequence[SentenceRecord], marker: Marker) -> Iterator[Fault]:
    text, first = touched.text, touched.sentences[0]
    marks = marker.marks(text)
    if _replaced(touched, marker):
        return
    if touched.passage is None:
        for unknown in (mark for mark in marks if mark.kind != "name" or not _known(mark, passages, marker)):
            yield Fault(place_of(file, first), text, f'"{unknown.text}" is in no sentence of the ledger like this one')
            return
        return
    passage = touched.passage
    own = marker.marks(passage.text)
    whys = _difference(own, marks, passage, text)
    for mark, why in whys:
        one, offset = _sentence_of(touched, mark)
        yield Fault(place_of(file, one, offset), one.text, f"{why}; the ledger has ({passage.id}): {passage.text}")
        return


def _sentence_of(touched: Touched, mark: Mark | None) -> tuple[Loose, int]:
    """The sentence that a mark of the joined text stands in, and where in it."""
    place = mark.start if mark is not None else 0
    for one in touched.sentences:
        if place <= len(one.text):
            return one, place
        place -= len(one.text) + 1
    return touched.sentences[0], 0


def _replaced(touched: Touched, marker: Marker) -> bool:
    """Whether a sentence was cut and another, with nothing to check, was put in its place."""
    if touched.passage is None or marker.marks(touched.text) or not marker.marks(touched.passage.text):
        return False
    before, after = _pairs(touched.passage.text), _pairs(touched.text)
    return 2 * sum((before & after).values()) < _SAME * (sum(before.values()) + sum(after.values()))


def _known(mark: Mark, passages: Sequence[SentenceRecord], marker: Marker) -> bool:
    return any(mark.what == other.what for passage in passages for other in marker.marks(passage.text))


def _difference(
    own: Sequence[Mark], marks: Sequence[Mark], passage: SentenceRecord, text: str
) -> Iterator[tuple[Mark | None, str]]:
    """Every way in which the marks of a text aren't those of its passage."""
    left, right = [mark.what for mark in own], [mark.what for mark in marks]
    if left == right:
        return
    if Counter(left) == Counter(right):
        if not (_one_date_moved(own, marks) or _side_by_side(own, marks) or _clauses_moved(passage.text, text)):
            yield None, "figures, names or words stand in another order"
        return
    for kind, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if kind in {"replace", "insert"}:
            yield from ((mark, _new(mark, own[a:b])) for mark in marks[c:d])
        if kind in {"replace", "delete"}:
            for place, mark in enumerate(own[a:b], a):
                if kind == "replace" or not _may_go(place, own, set(range(a, b)), passage):
                    yield None, f'"{mark.text}" is gone'


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


def _clauses_moved(before: str, after: str) -> bool:
    """Whether a sentence's clauses were moved whole: each stands in the new one as it was."""
    clauses = _clauses(before)
    bare = [one for one in clauses if any(map(str.isdigit, one)) and sum(map(str.isalpha, one)) < _LEAST_WORDS]
    return not bare and Counter(clauses) == Counter(_clauses(after))


def _clauses(text: str) -> list[str]:
    parts = (compact(part).lower().rstrip(".。") for part in _CLAUSE.split(text))
    return [part for part in parts if part]


def unsaid(passages: Mapping[str, SentenceRecord], said: set[str]) -> list[SentenceRecord]:
    """Sentences of a document that a file leaves out."""
    return [passage for key, passage in passages.items() if key not in said and passage.finding]
