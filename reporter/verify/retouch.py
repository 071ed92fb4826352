"""Sentences that an editor has touched: each is led back to the passage it was, and held to what that passage may say.

Order, punctuation and the small words are the editor's. All that says something is not: figures, dates, names,
direction, level, negation and hedge must stand as the passage has them, in its order, and every other word must be the
passage's. A figure may go (with its source); nothing that turns the meaning may.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reporter.diagnostics import Diagnostic, Place
from reporter.finished.pieces import Finished
from reporter.verify.align import Loose, compact
from reporter.verify.differences import differences
from reporter.verify.fault import hold, note, place_of
from reporter.verify.marks import Mark, Marker
from reporter.verify.record import SentenceRecord
from reporter.verify.wording import other_words

#: The least share of a sentence's pairs of letters that its passage must hold to be taken for its origin.
_ALIKE = 0.45
#: The share of common pairs from which a sentence that lost all its marks is still the same sentence.
_SAME = 0.6
#: What a passage that stands elsewhere word for word has to be better by.
_TAKEN = 0.15


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
        faults, notices: what holds the brief, and what is only noted.
        said: passages that still count as said.
        lost: passage and fact of every claim that a passage no longer shows.
    """

    faults: tuple[Diagnostic, ...]
    notices: tuple[Diagnostic, ...]
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
    faults: list[Diagnostic] = []
    notices: list[Diagnostic] = []
    said: list[SentenceRecord] = []
    lost: list[tuple[str, str]] = []
    for touched in _led_back(loose, passages, {passage.id for passage in found}):
        wrong = list(_wrong(file, touched, passages, marker))
        faults += wrong
        if wrong:
            # What is held for what it says isn't held again for being absent.
            said += [touched.passage] if touched.passage is not None else []
            continue
        place = _place(file, touched.sentences[0])
        if touched.passage is None or _replaced(touched, marker):
            # Held above unless the house speaks of itself.
            notices.append(note("gate.added-sentence", place, touched.text, "added, with nothing to check"))
        else:
            said.append(touched.passage)
            lost += _lost(touched, marker)
            why = f"retouched; {touched.passage.id} of the ledger supports it"
            notices.append(note("gate.retouched", place, touched.text, why))
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
        if group and passage is not None and passage is origin and one.behind == group[-1].behind:
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


def _place(file: Finished, one: Loose, offset: int = 0) -> Place:
    return place_of(file, one.piece, one.start + offset)


# --- what is wrong with one -------------------------------------------------------------------------------------------


def _wrong(
    file: Finished, touched: Touched, passages: Sequence[SentenceRecord], marker: Marker
) -> Iterator[Diagnostic]:
    text, first = touched.text, touched.sentences[0]
    marks = marker.marks(text)
    if touched.passage is None or _replaced(touched, marker):
        for unknown in (mark for mark in marks if mark.kind != "name" or not _known(mark, passages, marker)):
            why = f'"{unknown.text}" is in no sentence of the ledger like this one'
            yield hold("gate.unknown-claim", _place(file, first), text, why)
            return
        if not marker.of_the_house(text):
            yield hold("gate.unknown-claim", _place(file, first), text, "no sentence of the ledger says so")
        return
    passage = touched.passage
    own = marker.marks(passage.text)
    for code, mark, why in list(differences(own, marks, passage, text)):
        one, offset = _sentence_at(touched, mark.start if mark is not None else 0)
        yield hold(code, _place(file, one, offset), one.text, f"{why}; the ledger has ({passage.id}): {passage.text}")
        return
    for quoted in _altered(passage, text, marker):
        why = f'"{quoted}" is another\'s words, and stands otherwise; the ledger has ({passage.id}): {passage.text}'
        yield hold("gate.quote-changed", _place(file, first), first.text, why)
        return
    for code, at, why in other_words(passage.text, text, marker):
        one, offset = _sentence_at(touched, at or 0)
        yield hold(code, _place(file, one, offset), one.text, f"{why}; the ledger has ({passage.id}): {passage.text}")
        return


def _altered(passage: SentenceRecord, text: str, marker: Marker) -> Iterator[str]:
    """Lines of news and quotes of a passage that a text hasn't letter for letter."""
    plain = compact(text)
    for start, end, claim in passage.spans:
        if marker.verbatim(claim) and compact(passage.text[start:end]) not in plain:
            yield passage.text[start:end]


def _sentence_at(touched: Touched, place: int) -> tuple[Loose, int]:
    """The sentence that a place of the joined text lies in, and where in it."""
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
