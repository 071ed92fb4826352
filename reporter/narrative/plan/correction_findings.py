"""Corrections → findings: what a published brief stated and what its source gives now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from reporter.model.document import ClaimSpan
from reporter.model.finding import Fact, Finding, Input
from reporter.model.memory import Correction
from reporter.model.metric import Unit
from reporter.model.timestamps import to_midnight
from reporter.narrative.outline import Outline
from reporter.narrative.phrases.phrases import PhraseBook, SpeechContext
from reporter.narrative.plan.memory_findings import make_date_fact, make_memory_finding

#: Corrections that are told one by one; how many more there are is told in one sentence.
MOST_CORRECTIONS = 4
#: What an unnamed metric is called while it is only looked at; it is counted, never named.
_UNNAMED = "market.close"


def find_visible_corrections(
    outline: Outline, books: Sequence[PhraseBook], context: SpeechContext, found: Iterable[Correction]
) -> tuple[Correction, ...]:
    """Keep the corrections that change a printed text in any locale.

    Args:
        outline: of the report type.
        books: the phrase books, one a locale.
        context: what every sentence may use.
        found: all corrections.
    """
    return tuple(one for one in found if any(_is_visible(outline, book, context, one) for book in books))


def _is_visible(outline: Outline, book: PhraseBook, context: SpeechContext, one: Correction) -> bool:
    finding = _make_correction_finding(outline, one)
    if not book.has_phrase(finding.phrase):
        return True
    shown: dict[str, list[str]] = {"old": [], "new": []}
    for span in book.say_finding(finding, "body", context).spans:
        name = span.claim.partition(":")[2].partition("#")[0] if isinstance(span, ClaimSpan) else ""
        if name in shown and isinstance(span, ClaimSpan) and not span.claim.endswith("#source"):
            shown[name].append(span.text)
    return shown["old"] != shown["new"]


def make_correction_findings(outline: Outline, found: Iterable[Correction]) -> tuple[Finding, ...]:
    """Turn corrections into findings; those of metrics without a name in the outline are only counted."""
    listed = tuple(found)
    named = [one for one in listed if one.old.metric in outline.terms][:MOST_CORRECTIONS]
    told = [_make_correction_finding(outline, one) for one in named]
    more = len(listed) - len(named)
    if more:
        told.append(
            make_memory_finding("correction.more", "", Fact("more", float(more), Unit.COUNT, "further corrections"))
        )
    return tuple(told)


def _make_correction_finding(outline: Outline, one: Correction) -> Finding:
    metric = one.old.metric
    name = outline.terms.get(metric, _UNNAMED)
    shows = {tile.value: tile.show for tile in outline.tiles} | {row.reading: row.show for row in outline.board}
    show = shows.get(metric, "")
    kind = {"funding": "funding", "flow_money": "flow"}.get(
        show, "signed" if _is_signed_unit(one.old.unit) else "plain"
    )
    day = to_midnight(date.fromisoformat(one.old.date))
    return make_memory_finding(
        f"correction.{metric}",
        f"correction.{kind}",
        Fact("what", name, Unit.TEXT, metric, term=name),
        make_date_fact("date", day, one.new, f"day of {metric}"),
        Fact("old", one.old.value, one.old.unit, f"published {metric}", as_of=one.old.as_of),
        _make_reading_fact("new", one.new),
    )


def _is_signed_unit(unit: Unit) -> bool:
    return unit in (Unit.FRACTION, Unit.SIGMA)


def _make_reading_fact(name: str, reading: Input) -> Fact:
    return Fact(name, reading.value, reading.unit, reading.metric, (reading,), reading.as_of)
