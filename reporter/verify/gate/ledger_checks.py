"""A ledger → diagnostics of its own contradictions: claims, spans, derived figures, chart labels and locales."""

from __future__ import annotations

from collections.abc import Iterator

from reporter.diagnostics.diagnostic import Diagnostic
from reporter.language.numerals import load_builtin_locale, load_numerals
from reporter.verify.gate.checked_tokens import list_brief_names
from reporter.verify.gate.locale_parity import check_parity
from reporter.verify.gate_diagnostics import IN_THE_LEDGER, make_gate_hold, make_gate_notice
from reporter.verify.ledger.ledger_model import ChartRecord, ClaimRecord, Ledger, SentenceRecord
from reporter.verify.ledger.memory_records import HISTORY
from reporter.verify.recompute.claim_checks import ClaimContext, check_claim, check_number
from reporter.verify.recompute.metrics import check_derived_figures
from reporter.verify.recompute.relating import check_relating_words, list_unbound_words


def check_ledger(ledger: Ledger) -> Iterator[Diagnostic]:
    """Find everything in a ledger that contradicts itself."""
    labels = (found for chart in ledger.charts for found in _check_chart_labels(chart))
    for code, found in (
        ("gate.wrong-figure", _check_claims(ledger)),
        ("gate.wrong-claim", _check_spans(ledger)),
        ("gate.wrong-reasoning", check_derived_figures(ledger)),
        ("gate.wrong-relation", _check_relating_words(ledger)),
        ("gate.wrong-history", _check_history(ledger)),
        ("gate.wrong-label", labels),
    ):
        yield from (make_gate_hold(code, IN_THE_LEDGER, what, why) for what, why in found)
    yield from check_parity(ledger)


def list_ledger_notices(ledger: Ledger) -> Iterator[Diagnostic]:
    """List what an editor should know of a ledger that holds nothing: relating words without a relation."""
    for text, word in dict.fromkeys(list_unbound_words(ledger)):
        why = f'no relation of its rule bears out "{word}"'
        yield make_gate_notice("gate.unbound-word", IN_THE_LEDGER, text, why)


def _check_relating_words(ledger: Ledger) -> Iterator[tuple[str, str]]:
    tags = {document.locale for document in ledger.documents}
    names = {tag: list_brief_names(ledger, load_builtin_locale(tag)) for tag in tags}
    return check_relating_words(ledger, names)


def _check_history(ledger: Ledger) -> Iterator[tuple[str, str]]:
    """Check that what rests on published briefs is what the ledger's record of them says, and that they are earlier."""
    prefix = ledger.brief.slug.removesuffix(ledger.brief.date)
    stated = {one.brief.removeprefix(prefix): one for one in ledger.history if one.brief.startswith(prefix)}
    for claim in ledger.claims:
        for read in claim.inputs:
            price = HISTORY.get(read.metric)
            if price is None or read.value is None:
                continue
            record = stated.get(read.date)
            if record is None or not read.date < ledger.brief.date:
                yield claim.id, f"it recalls the brief of {read.date}, and the ledger names none"
            elif getattr(record, price) != read.value:
                yield claim.id, f"{record.brief} stated {getattr(record, price)}, and it recalls {read.value}"


def _check_claims(ledger: Ledger) -> Iterator[tuple[str, str]]:
    for claim in ledger.claims:
        for tag, texts in claim.shown.items():
            context = ClaimContext(ledger, load_builtin_locale(tag))
            for text in texts:
                if why := check_claim(claim, text, context):
                    yield text, f"no true rendering of {claim.id} in {tag}: {why}"


def _check_spans(ledger: Ledger) -> Iterator[tuple[str, str]]:
    """Check that every span is a text of its claim, and a claim of its sentence's finding."""
    claims: dict[str, ClaimRecord] = {claim.id: claim for claim in ledger.claims}
    for sentence in ledger.sentences:
        for start, end, name in sentence.spans:
            text, claim = sentence.text[start:end], claims.get(name)
            if claim is None or text not in claim.shown.get(sentence.locale, ()):
                yield text, f"{sentence.id} in {sentence.locale} shows {name}, which doesn't say so"
            elif sentence.finding and sentence.role != "alt" and claim.finding not in _list_allowed_findings(sentence):
                yield text, f"{sentence.id} tells {sentence.finding} and shows a figure of {claim.finding}"


def _list_allowed_findings(sentence: SentenceRecord) -> tuple[str, ...]:
    """Return the findings whose figures a sentence may show; a board row also shows its reading's."""
    own = (sentence.finding, *sentence.also)
    return (*own, "board") if sentence.role == "row" else own


def _check_chart_labels(chart: ChartRecord) -> Iterator[tuple[str, str]]:
    """Check that each tag with a value shows that value, and all numbers in it are its values."""
    locale = load_builtin_locale(chart.locale)
    reader = load_numerals(locale)
    for label in chart.labels:
        if not label.values:
            continue
        texts = [found[0] for found in reader.digits.finditer(label.text)]
        fits = all(
            any(
                not check_number(value, chart.unit if "%" in text else "level", "chart", text, locale)
                for value in label.values
            )
            for text in texts
        )
        if not fits:
            yield label.text, f"chart {chart.id} in {chart.locale} shows it for {', '.join(map(str, label.values))}"
