"""A ledger held to itself: every claim's text re-derived, derived figures recomputed, charts and languages compared."""

from __future__ import annotations

from collections.abc import Iterator

from reporter.diagnostics import Diagnostic
from reporter.language.numerals import locale_of, numerals
from reporter.verify.claims import Shelf, claim_fault, number_fault
from reporter.verify.derived import derived_faults
from reporter.verify.fault import IN_THE_LEDGER, hold
from reporter.verify.parity import parity_faults
from reporter.verify.record import ChartRecord, ClaimRecord, Ledger, SentenceRecord


def ledger_faults(ledger: Ledger) -> Iterator[Diagnostic]:
    """Everything in a ledger that can't be so."""
    labels = (found for chart in ledger.charts for found in _labels(chart))
    for code, found in (
        ("gate.wrong-figure", _claims(ledger)),
        ("gate.wrong-claim", _spans(ledger)),
        ("gate.wrong-reasoning", derived_faults(ledger)),
        ("gate.wrong-label", labels),
    ):
        yield from (hold(code, IN_THE_LEDGER, what, why) for what, why in found)
    yield from parity_faults(ledger)


def _claims(ledger: Ledger) -> Iterator[tuple[str, str]]:
    for claim in ledger.claims:
        for tag, texts in claim.shown.items():
            shelf = Shelf(ledger, locale_of(tag))
            for text in texts:
                if why := claim_fault(claim, text, shelf):
                    yield text, f"no true rendering of {claim.id} in {tag}: {why}"


def _spans(ledger: Ledger) -> Iterator[tuple[str, str]]:
    """Every span is one of its claim's texts, and a claim of the finding that its sentence tells."""
    claims: dict[str, ClaimRecord] = {claim.id: claim for claim in ledger.claims}
    for sentence in ledger.sentences:
        for start, end, name in sentence.spans:
            text, claim = sentence.text[start:end], claims.get(name)
            if claim is None or text not in claim.shown.get(sentence.locale, ()):
                yield text, f"{sentence.id} in {sentence.locale} shows {name}, which doesn't say so"
            elif sentence.finding and sentence.role != "alt" and claim.finding not in _tellers(sentence):
                yield text, f"{sentence.id} tells {sentence.finding} and shows a figure of {claim.finding}"


def _tellers(sentence: SentenceRecord) -> tuple[str, ...]:
    """Whose figures a sentence may show. A row of the board has its reading's beside those of its note."""
    return (sentence.finding, "board") if sentence.role == "row" else (sentence.finding,)


def _labels(chart: ChartRecord) -> Iterator[tuple[str, str]]:
    """A tag with a value shows that value; every number of a tag is one of its values."""
    locale = locale_of(chart.locale)
    reader = numerals(locale)
    for label in chart.labels:
        if not label.values:
            continue
        texts = [found[0] for found in reader.digits.finditer(label.text)]
        fits = all(
            any(
                not number_fault(value, chart.unit if "%" in text else "level", "chart", text, locale)
                for value in label.values
            )
            for text in texts
        )
        if not fits:
            yield label.text, f"chart {chart.id} in {chart.locale} shows it for {', '.join(map(str, label.values))}"
