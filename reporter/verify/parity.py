"""Both languages beside each other: the same sentences in the same order, the same claims, figures and rounding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from reporter.verify.grades import grades
from reporter.verify.marks import own_names
from reporter.verify.numerals import locale_of, numerals
from reporter.verify.record import ClaimRecord, Ledger, SentenceRecord


def parity_faults(ledger: Ledger) -> Iterator[tuple[str, str]]:
    """Everything in which two locales of an edition differ: (what, why)."""
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
        yield from _figures(claim)


def _told(ledger: Ledger, edition: str, locale: str) -> dict[str, SentenceRecord]:
    return {s.id: s for s in ledger.sentences if (s.edition, s.locale) == (edition, locale)}


def _documents(
    left: Mapping[str, SentenceRecord],
    right: Mapping[str, SentenceRecord],
    first: str,
    other: str,
    names: Mapping[str, Sequence[str]],
) -> Iterator[tuple[str, str]]:
    for here, there, name in ((left, right, other), (right, left, first)):
        for key, sentence in here.items():
            if sentence.finding and key not in there:
                yield sentence.text, f"{key} is not said in {name}"
    shared = [key for key in left if key in right]
    if shared != [key for key in right if key in left]:
        yield f"{first} and {other}", "their sentences stand in another order"
    for key in shared:
        one, two = left[key], right[key]
        if (one.finding, one.form, one.arrows) != (two.finding, two.form, two.arrows):
            yield one.text, f"{key} is another finding, form or stance in {other}"
        yield from _graded(one, two, names)
    mine, theirs = _claimed(left.values()), _claimed(right.values())
    for place, (text, facts) in mine.items():
        other_facts = theirs.get(place, (text, facts))[1]
        if facts != other_facts:
            differing = ", ".join(sorted(facts ^ other_facts))
            yield text, f"{first} and {other} don't claim the same here: {differing}"


def _graded(one: SentenceRecord, two: SentenceRecord, names: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """A sentence is hedged, rounded off and given a cause in both languages or in neither."""
    mine, theirs = (_grades(each, names[each.locale]) for each in (one, two))
    for has, lacks, found, other in ((one, two, mine, theirs), (two, one, theirs, mine)):
        for grade, word in found.items():
            if grade not in other:
                what = f'{has.id} says "{word}" ({grade}) in {has.locale} and nothing like it in {lacks.locale}'
                yield has.text, what


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


def _claimed(sentences: Iterable[SentenceRecord]) -> dict[tuple[str, str], tuple[str, set[str]]]:
    """What each finding claims in each section, with the first of its sentences.

    How a fact is shown, and in which of two sentences (the question or its answer), is a language's own business.
    """
    found: dict[tuple[str, str], tuple[str, set[str]]] = {}
    for sentence in sentences:
        place = (sentence.section, sentence.finding or sentence.id)
        facts = found.setdefault(place, (sentence.text, set()))[1]
        facts |= {claim.partition("#")[0] for _, _, claim in sentence.spans}
    return found


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
