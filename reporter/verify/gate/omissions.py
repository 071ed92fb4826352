"""Verdicts of files → diagnostics of sentences that one file omits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.language.numerals import load_builtin_locale
from reporter.readback.pieces import FinishedFile
from reporter.verify.gate.checked_tokens import TokenFinder
from reporter.verify.gate_diagnostics import make_gate_hold, make_gate_notice
from reporter.verify.ledger.ledger_model import Ledger, SentenceRecord
from reporter.verify.recompute.joints import find_answered_sentences

#: What a file must say unless every language leaves it out.
_COUNTED = frozenset({"row", "tile", "alt", "key", "credit", "source", "method", "disclosure", "draft"})
#: What no agreement of languages can leave out: without it the rest says more than is known.
_OWED = frozenset({"row", "condition", "credit", "source", "disclosure", "draft"})
_GAPS = "gaps"
_TURN = "relation.contrast"


@dataclass(frozen=True, slots=True)
class FileVerdict:
    """A file's faults and notices, the passages it has (place, id), and the claims it no longer shows."""

    file: FinishedFile
    faults: tuple[Diagnostic, ...]
    notices: tuple[Diagnostic, ...]
    said: frozenset[tuple[str, str]]
    lost: frozenset[tuple[str, str]] = frozenset()


def find_omissions(ledger: Ledger, read: Sequence[FileVerdict]) -> Iterator[Diagnostic]:
    """Find omitted sentences: a hold where another language keeps them, a notice where none does."""
    groups: dict[tuple[str, str], list[FileVerdict]] = {}
    for one in read:
        groups.setdefault((one.file.edition, one.file.medium), []).append(one)
    for members in groups.values():
        said = frozenset().union(*(one.said for one in members))
        for one in members:
            yield from _find_file_omissions(ledger, one, said, members)
            for other in members:
                for where, fact in sorted(one.lost - other.lost):
                    if tuple(where.split(" ", 1)) in other.said:
                        why = f"{fact} is shown in {other.file.name} and no longer here ({where})"
                        yield make_gate_hold("gate.figure-missing", Place(one.file.name), "", why)


def _find_file_omissions(
    ledger: Ledger, one: FileVerdict, said: frozenset[tuple[str, str]], members: Sequence[FileVerdict]
) -> Iterator[Diagnostic]:
    file, here = one.file, {key for _, key in one.said}
    joined = find_answered_sentences(ledger, file.edition, file.locale)
    answered = {before: sentence for sentence, before in joined.items() if sentence in here}
    for sentence in ledger.sentences:
        if (sentence.edition, sentence.locale) != (file.edition, file.locale):
            continue
        if not (sentence.finding or sentence.role in _COUNTED):
            continue
        elsewhere = [place for place, key in sorted(said - one.said) if key == sentence.id]
        if elsewhere:
            keeping = ", ".join(m.file.name for m in members if (elsewhere[0], sentence.id) in m.said)
            why = f"it is said in {keeping} ({elsewhere[0]}) and not here"
            yield make_gate_hold("gate.sentence-missing", Place(file.name), sentence.text, why)
        elif sentence.id not in here:
            yield _make_omission(ledger, file, sentence, answered.get(sentence.id, ""))


def _make_omission(ledger: Ledger, file: FinishedFile, sentence: SentenceRecord, answer: str) -> Diagnostic:
    why, place = "the ledger's sentence is left out", Place(file.name)
    if sentence.role in _OWED or sentence.section == _GAPS:
        return make_gate_hold(
            "gate.sentence-missing",
            place,
            sentence.text,
            f"{why}: a brief owes its readers sources, gaps and both sides",
        )
    if answer:
        return make_gate_hold("gate.sentence-missing", place, sentence.text, f"{why}: {answer} turns on it")
    if any(
        mark.kind == _TURN for mark in TokenFinder(load_builtin_locale(file.locale), ledger).find_tokens(sentence.text)
    ):
        return make_gate_hold("gate.sentence-missing", place, sentence.text, f"{why}: it turns what is said before it")
    # A page isn't retouched by hand: what it lacks was lost on the way.
    made = make_gate_hold if file.medium == "pdf" and sentence.finding else make_gate_notice
    return made("gate.sentence-missing", place, sentence.text, why)
