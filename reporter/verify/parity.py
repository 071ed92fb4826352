"""Both languages beside each other: the same sentences in the same order, the same claims, figures and rounding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from reporter.diagnostics import Diagnostic, Place
from reporter.language.numerals import locale_of, numerals
from reporter.verify.fault import IN_THE_LEDGER, hold
from reporter.verify.grades import grades
from reporter.verify.marks import own_names
from reporter.verify.record import ClaimRecord, Ledger, SentenceRecord

#: A code, what differs, why, and the sentences by which it shows; their wordings are what an author has to compare.
Difference = tuple[str, str, str, tuple[SentenceRecord, ...]]


def parity_faults(ledger: Ledger) -> Iterator[Diagnostic]:
    """Everything in which two locales of an edition differ, at the wording of one and naming that of the other."""
    for code, what, why, sentences in _differences(ledger):
        wordings = tuple(dict.fromkeys(sentence.phrase for sentence in sentences if sentence.phrase))
        beside = f"; the other wording is at {', '.join(wordings[1:])}" if wordings[1:] else ""
        yield hold(code, _wording(wordings), what, f"{why}{beside}")


def _wording(wordings: Sequence[str]) -> Place:
    """The place of the first of some wordings, `file:line`; labels have none but the ledger."""
    file, _, line = wordings[0].rpartition(":") if wordings else ("", "", "")
    return Place(file, int(line)) if file and line.isdigit() else IN_THE_LEDGER


def _differences(ledger: Ledger) -> Iterator[Difference]:
    editions: dict[str, list[str]] = {}
    for document in ledger.documents:
        editions.setdefault(document.edition, []).append(document.locale)
    names = {tag: own_names(ledger, locale_of(tag)) for tag in {document.locale for document in ledger.documents}}
    for edition, locales in editions.items():
        first, *others = locales
        told = _told(ledger, edition, first)
        for other in others:
            yield from _documents(told, _told(ledger, edition, other), first, other, names)
    for claim in ledger.claims:
        yield from (("gate.rounding-differs", what, why, ()) for what, why in _figures(claim))


def _told(ledger: Ledger, edition: str, locale: str) -> dict[str, SentenceRecord]:
    return {s.id: s for s in ledger.sentences if (s.edition, s.locale) == (edition, locale)}


def _documents(
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
        yield from _graded(one, two, names)
    mine, theirs = _claimed(left.values()), _claimed(right.values())
    for place, told in mine.items():
        others = theirs.get(place, told)
        differing = sorted(_facts(told) ^ _facts(others))
        if differing:
            shown = (_showing(told, differing), _showing(others, differing))
            # The wording that shows what the other doesn't goes first.
            shown = shown if _facts([shown[0]]).intersection(differing) else shown[::-1]
            what = f"{first} and {other} don't claim the same here: {', '.join(differing)}"
            yield "gate.claims-differ", shown[0].text, what, shown


def _showing(sentences: Sequence[SentenceRecord], facts: Sequence[str]) -> SentenceRecord:
    """The first sentence that shows one of some facts, or else the first of all."""
    return next((sentence for sentence in sentences if _facts([sentence]).intersection(facts)), sentences[0])


def _graded(one: SentenceRecord, two: SentenceRecord, names: Mapping[str, Sequence[str]]) -> Iterator[Difference]:
    """A sentence is hedged, rounded off and given a cause in both languages or in neither."""
    mine, theirs = (_grades(each, names[each.locale]) for each in (one, two))
    for has, lacks, found, other in ((one, two, mine, theirs), (two, one, theirs, mine)):
        for grade, word in found.items():
            if grade not in other:
                what = f'{has.id} says "{word}" ({grade}) in {has.locale} and nothing like it in {lacks.locale}'
                yield "gate.firmness-differs", has.text, what, (has, lacks)


def _grades(sentence: SentenceRecord, names: Sequence[str]) -> Mapping[str, str]:
    # What a claim shows is held to the claim; a label and a question state nothing.
    if not sentence.finding or sentence.text.endswith(("?", "？")):
        return {}
    text = sentence.text
    named = [(at, at + len(name)) for name in names for at in _places(name, text)]
    return grades(text, tuple((start, end) for start, end, _ in sentence.spans), locale_of(sentence.locale), named)


def _places(part: str, text: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _claimed(sentences: Iterable[SentenceRecord]) -> dict[tuple[str, str], list[SentenceRecord]]:
    """The sentences of each finding in each section.

    How a fact is shown, and in which of two sentences (the question or its answer), is a language's own business.
    """
    found: dict[tuple[str, str], list[SentenceRecord]] = {}
    for sentence in sentences:
        found.setdefault((sentence.section, sentence.finding or sentence.id), []).append(sentence)
    return found


def _facts(sentences: Iterable[SentenceRecord]) -> set[str]:
    """The facts that sentences show."""
    return {claim.partition("#")[0] for sentence in sentences for _, _, claim in sentence.spans}


def _figures(claim: ClaimRecord) -> Iterator[tuple[str, str]]:
    """A figure is rounded alike in all locales: 6.9 億 is $690 million, and not $0.7 billion."""
    sizes: dict[str, set[Decimal]] = {}
    for tag, texts in claim.shown.items():
        reader = numerals(locale_of(tag))
        for number in map(reader.read, texts):
            if number is not None:
                sizes.setdefault(tag, set()).add(number.size)
    if len({frozenset(found) for found in sizes.values()}) > 1:
        yield _listed(claim.shown), f"{claim.id} is rounded differently from one language to another"


def _listed(shown: Mapping[str, Sequence[str]]) -> str:
    return " / ".join(text for texts in shown.values() for text in texts)
