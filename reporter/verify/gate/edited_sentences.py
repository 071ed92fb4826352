"""Edited sentences → a verdict: each matched with its original passage and checked against what that states.

Order, punctuation and the small words are the editor's. All that says something is not: figures, dates, names,
direction, level, negation and hedge must stand as the passage has them, in its order, and every other word must be the
passage's. A figure may go (with its source); nothing that turns the meaning may.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.readback.pieces import FinishedFile
from reporter.verify.gate.alignment import UnmatchedSentence, to_comparable
from reporter.verify.gate.checked_tokens import CheckedToken, TokenFinder
from reporter.verify.gate.edited_order import compare_order
from reporter.verify.gate.edited_words import compare_words
from reporter.verify.gate.token_differences import compare_tokens
from reporter.verify.gate_diagnostics import locate_piece, make_gate_hold, make_gate_notice
from reporter.verify.ledger.ledger_model import SentenceRecord

#: The least share of a sentence's pairs of letters that its passage must hold to be taken for its origin.
_ALIKE = 0.45
#: The share of common pairs from which a sentence that lost all its marks is still the same sentence.
_SAME = 0.6
#: What a passage that stands elsewhere word for word has to be better by.
_TAKEN = 0.15


@dataclass(frozen=True, slots=True)
class EditedSentence:
    """Successive sentences of a finished text that come from one passage."""

    passage: SentenceRecord | None
    sentences: tuple[UnmatchedSentence, ...]

    @property
    def text(self) -> str:
        """The sentences joined."""
        return " ".join(one.text for one in self.sentences)


@dataclass(frozen=True, slots=True)
class EditVerdict:
    """The verdict on edited sentences.

    Attributes:
        faults, notices: what holds the brief, and what is only noted.
        said: passages that still count as said.
        lost: passage and fact of every claim that a passage no longer shows.
    """

    faults: tuple[Diagnostic, ...]
    notices: tuple[Diagnostic, ...]
    said: tuple[SentenceRecord, ...]
    lost: tuple[tuple[str, str], ...] = ()


def judge_edited_sentences(
    file: FinishedFile,
    loose: Sequence[UnmatchedSentence],
    passages: Sequence[SentenceRecord],
    found: Sequence[SentenceRecord],
    marker: TokenFinder,
) -> EditVerdict:
    """Check sentences that match no passage of the ledger word for word.

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
    for touched in _match_origins(loose, passages, {passage.id for passage in found}):
        wrong = list(_check_edit(file, touched, passages, marker))
        faults += wrong
        if wrong:
            # What is held for what it says isn't held again for being absent.
            said += [touched.passage] if touched.passage is not None else []
            continue
        place = _locate_sentence(file, touched.sentences[0])
        if touched.passage is None or _is_replacement(touched, marker):
            # Held above unless the house speaks of itself.
            notices.append(make_gate_notice("gate.added-sentence", place, touched.text, "added, with nothing to check"))
        else:
            said.append(touched.passage)
            lost += _find_lost_claims(touched, marker)
            why = f"retouched; {touched.passage.id} of the ledger supports it"
            notices.append(make_gate_notice("gate.retouched", place, touched.text, why))
    return EditVerdict(tuple(faults), tuple(notices), tuple(said), tuple(lost))


def _find_lost_claims(touched: EditedSentence, marker: TokenFinder) -> Iterator[tuple[str, str]]:
    """Find claims whose figures or names an edited passage omits."""
    passage = touched.passage
    if passage is None:
        return
    kept = Counter(mark.identity for mark in marker.find_tokens(touched.text))
    for mark in marker.find_tokens(passage.text):
        if kept[mark.identity]:
            kept[mark.identity] -= 1
            continue
        for start, end, claim in passage.spans:
            if start < mark.start + len(mark.text) and mark.start < end:
                yield passage.id, claim.partition("#")[0]


def _match_origins(
    loose: Sequence[UnmatchedSentence], passages: Sequence[SentenceRecord], taken: set[str]
) -> Iterator[EditedSentence]:
    pairs = [(passage, _count_letter_pairs(passage.text)) for passage in passages if passage.role != "front"]
    group: list[UnmatchedSentence] = []
    origin: SentenceRecord | None = None
    for one in loose:
        passage = _find_origin(one, pairs, taken)
        if group and passage is not None and passage is origin and one.behind == group[-1].behind:
            group.append(one)
            continue
        if group:
            yield EditedSentence(origin, tuple(group))
        group, origin = [one], passage
    if group:
        yield EditedSentence(origin, tuple(group))


def _find_origin(
    one: UnmatchedSentence, pairs: Sequence[tuple[SentenceRecord, Counter[str]]], taken: set[str]
) -> SentenceRecord | None:
    own = _count_letter_pairs(one.text)
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


def _count_letter_pairs(text: str) -> Counter[str]:
    plain = to_comparable(text).lower()
    return Counter(plain[place : place + 2] for place in range(len(plain) - 1)) or Counter([plain])


def _locate_sentence(file: FinishedFile, one: UnmatchedSentence, offset: int = 0) -> Place:
    return locate_piece(file, one.piece, one.start + offset)


# --- what is wrong with one -------------------------------------------------------------------------------------------


def _check_edit(
    file: FinishedFile, touched: EditedSentence, passages: Sequence[SentenceRecord], marker: TokenFinder
) -> Iterator[Diagnostic]:
    text, first = touched.text, touched.sentences[0]
    marks = marker.find_tokens(text)
    if touched.passage is None or _is_replacement(touched, marker):
        for unknown in (mark for mark in marks if mark.kind != "name" or not _is_known_token(mark, passages, marker)):
            why = f'"{unknown.text}" is in no sentence of the ledger like this one'
            yield make_gate_hold("gate.unknown-claim", _locate_sentence(file, first), text, why)
            return
        if not marker.is_about_publisher(text):
            yield make_gate_hold(
                "gate.unknown-claim", _locate_sentence(file, first), text, "no sentence of the ledger says so"
            )
        return
    passage = touched.passage
    own = marker.find_tokens(passage.text)
    for code, mark, why in list(compare_tokens(own, marks, passage, text)):
        one, offset = _find_sentence_at(touched, mark.start if mark is not None else 0)
        yield make_gate_hold(
            code, _locate_sentence(file, one, offset), one.text, f"{why}; the ledger has ({passage.id}): {passage.text}"
        )
        return
    for quoted in _find_altered_quotes(passage, text, marker):
        why = f'"{quoted}" is another\'s words, and stands otherwise; the ledger has ({passage.id}): {passage.text}'
        yield make_gate_hold("gate.quote-changed", _locate_sentence(file, first), first.text, why)
        return
    for code, at, why in chain(compare_words(passage.text, text, marker), compare_order(passage.text, text, marker)):
        one, offset = _find_sentence_at(touched, at or 0)
        yield make_gate_hold(
            code, _locate_sentence(file, one, offset), one.text, f"{why}; the ledger has ({passage.id}): {passage.text}"
        )
        return


def _find_altered_quotes(passage: SentenceRecord, text: str, marker: TokenFinder) -> Iterator[str]:
    """Find news lines and quotes of a passage that a text does not have verbatim."""
    plain = to_comparable(text)
    for start, end, claim in passage.spans:
        if marker.is_verbatim(claim) and to_comparable(passage.text[start:end]) not in plain:
            yield passage.text[start:end]


def _find_sentence_at(touched: EditedSentence, place: int) -> tuple[UnmatchedSentence, int]:
    """Return the sentence at an offset of the joined text, and the offset inside it."""
    for one in touched.sentences:
        if place <= len(one.text):
            return one, place
        place -= len(one.text) + 1
    return touched.sentences[0], 0


def _is_replacement(touched: EditedSentence, marker: TokenFinder) -> bool:
    """Return whether a sentence was replaced by another that has nothing to check."""
    if touched.passage is None or marker.find_tokens(touched.text) or not marker.find_tokens(touched.passage.text):
        return False
    before, after = _count_letter_pairs(touched.passage.text), _count_letter_pairs(touched.text)
    return 2 * sum((before & after).values()) < _SAME * (sum(before.values()) + sum(after.values()))


def _is_known_token(mark: CheckedToken, passages: Sequence[SentenceRecord], marker: TokenFinder) -> bool:
    return any(mark.identity == other.identity for passage in passages for other in marker.find_tokens(passage.text))
