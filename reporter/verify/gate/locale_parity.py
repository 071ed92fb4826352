"""A ledger → diagnostics of differences between locales: sentences, order, claims, firmness and rounding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.language.numerals import load_builtin_locale, load_numerals
from reporter.verify.gate.checked_tokens import list_brief_names
from reporter.verify.gate.firmness_grades import find_grades
from reporter.verify.gate_diagnostics import IN_THE_LEDGER, make_gate_hold
from reporter.verify.ledger.ledger_model import ClaimRecord, Ledger, SentenceRecord

#: A code, what differs, why, and the sentences by which it shows; their wordings are what an author has to compare.
Difference = tuple[str, str, str, tuple[SentenceRecord, ...]]


def check_parity(ledger: Ledger) -> Iterator[Diagnostic]:
    """Find everything in which two locales of an edition differ, placed at the wording of one."""
    for code, what, why, sentences in _find_differences(ledger):
        wordings = tuple(dict.fromkeys(sentence.phrase for sentence in sentences if sentence.phrase))
        beside = f"; the other wording is at {', '.join(wordings[1:])}" if wordings[1:] else ""
        yield make_gate_hold(code, _locate_wording(wordings), what, f"{why}{beside}")


def _locate_wording(wordings: Sequence[str]) -> Place:
    """Return the place of the first wording (`file:line`); labels have only the ledger."""
    file, _, line = wordings[0].rpartition(":") if wordings else ("", "", "")
    return Place(file, int(line)) if file and line.isdigit() else IN_THE_LEDGER


def _find_differences(ledger: Ledger) -> Iterator[Difference]:
    editions: dict[str, list[str]] = {}
    for document in ledger.documents:
        editions.setdefault(document.edition, []).append(document.locale)
    names = {
        tag: list_brief_names(ledger, load_builtin_locale(tag))
        for tag in {document.locale for document in ledger.documents}
    }
    for edition, locales in editions.items():
        first, *others = locales
        told = _index_sentences(ledger, edition, first)
        for other in others:
            yield from _compare_documents(told, _index_sentences(ledger, edition, other), first, other, names)
    for claim in ledger.claims:
        yield from (("gate.rounding-differs", what, why, ()) for what, why in _check_rounding(claim))


def _index_sentences(ledger: Ledger, edition: str, locale: str) -> dict[str, SentenceRecord]:
    return {s.id: s for s in ledger.sentences if (s.edition, s.locale) == (edition, locale)}


def _compare_documents(
    left: Mapping[str, SentenceRecord],
    right: Mapping[str, SentenceRecord],
    first: str,
    other: str,
    names: Mapping[str, Sequence[str]],
) -> Iterator[Difference]:
    for here, there, name in ((left, right, other), (right, left, first)):
        for key, sentence in here.items():
            if sentence.finding and key not in there:
                yield "gate.said-in-one-language", sentence.text, f"{key} is not said in {name}", (sentence,)
    shared = [key for key in left if key in right]
    if shared != [key for key in right if key in left]:
        yield "gate.order-differs", f"{first} and {other}", "their sentences stand in another order", ()
    for key in shared:
        one, two = left[key], right[key]
        if (one.finding, one.form, one.arrows) != (two.finding, two.form, two.arrows):
            why = f"{key} is another finding, form or stance in {other}"
            yield "gate.finding-differs", one.text, why, (one, two)
        yield from _compare_grades(one, two, names)
    mine, theirs = _group_by_finding(left.values()), _group_by_finding(right.values())
    for place, told in mine.items():
        others = theirs.get(place, told)
        differing = sorted(_list_facts(told) ^ _list_facts(others))
        if differing:
            shown = (_find_sentence_showing(told, differing), _find_sentence_showing(others, differing))
            # The wording that shows what the other doesn't goes first.
            shown = shown if _list_facts([shown[0]]).intersection(differing) else shown[::-1]
            what = f"{first} and {other} don't claim the same here: {', '.join(differing)}"
            yield "gate.claims-differ", shown[0].text, what, shown


def _find_sentence_showing(sentences: Sequence[SentenceRecord], facts: Sequence[str]) -> SentenceRecord:
    """Return the first sentence that shows one of some facts, or else the first of all."""
    return next((sentence for sentence in sentences if _list_facts([sentence]).intersection(facts)), sentences[0])


def _compare_grades(
    one: SentenceRecord, two: SentenceRecord, names: Mapping[str, Sequence[str]]
) -> Iterator[Difference]:
    """Compare the grades of a sentence in two locales: hedge, approximation and cause."""
    mine, theirs = (_find_sentence_grades(each, names[each.locale]) for each in (one, two))
    for has, lacks, found, other in ((one, two, mine, theirs), (two, one, theirs, mine)):
        for grade, word in found.items():
            if grade not in other:
                what = f'{has.id} says "{word}" ({grade}) in {has.locale} and nothing like it in {lacks.locale}'
                yield "gate.firmness-differs", has.text, what, (has, lacks)


def _find_sentence_grades(sentence: SentenceRecord, names: Sequence[str]) -> Mapping[str, str]:
    # What a claim shows is held to the claim; a label and a question state nothing.
    if not sentence.finding or sentence.text.endswith(("?", "？")):
        return {}
    text = sentence.text
    named = [(at, at + len(name)) for name in names for at in _find_occurrences(name, text)]
    return find_grades(
        text, tuple((start, end) for start, end, _ in sentence.spans), load_builtin_locale(sentence.locale), named
    )


def _find_occurrences(part: str, text: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _group_by_finding(sentences: Iterable[SentenceRecord]) -> dict[tuple[str, str], list[SentenceRecord]]:
    """Group sentences by section and finding.

    How a fact is shown, and in which of two sentences (the question or its answer), is a language's own business.
    """
    found: dict[tuple[str, str], list[SentenceRecord]] = {}
    for sentence in sentences:
        found.setdefault((sentence.section, sentence.finding or sentence.id), []).append(sentence)
    return found


def _list_facts(sentences: Iterable[SentenceRecord]) -> set[str]:
    """Return the facts that sentences show."""
    return {claim.partition("#")[0] for sentence in sentences for _, _, claim in sentence.spans}


def _check_rounding(claim: ClaimRecord) -> Iterator[tuple[str, str]]:
    """Check that a figure is rounded alike in all locales: 6.9 億 is $690 million, not $0.7 billion."""
    sizes: dict[str, set[Decimal]] = {}
    for tag, texts in claim.shown.items():
        reader = load_numerals(load_builtin_locale(tag))
        for number in map(reader.read_number, texts):
            if number is not None:
                sizes.setdefault(tag, set()).add(number.size)
    if len({frozenset(found) for found in sizes.values()}) > 1:
        yield _join_texts(claim.shown), f"{claim.id} is rounded differently from one language to another"


def _join_texts(shown: Mapping[str, Sequence[str]]) -> str:
    return " / ".join(text for texts in shown.values() for text in texts)
