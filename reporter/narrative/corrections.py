"""Corrections to findings: what a published brief stated and its source gives otherwise now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from reporter.model.document import Shown
from reporter.model.finding import Fact, Finding, Input
from reporter.model.memory import Correction
from reporter.model.metric import Unit
from reporter.narrative.memory import instant, made, midnight
from reporter.narrative.outline import Outline
from reporter.narrative.phrases import PhraseBook, SpeechContext

#: Corrections that are told one by one; how many more there are is told in one sentence.
MOST_CORRECTIONS = 4
#: What an unnamed metric is called while it is only looked at; it is counted, never named.
_UNNAMED = "market.close"


def shown_corrections(
    outline: Outline, books: Sequence[PhraseBook], context: SpeechContext, found: Iterable[Correction]
) -> tuple[Correction, ...]:
    """Those that a reader would see: a change behind the last printed digit corrects nothing that was published."""
    return tuple(one for one in found if any(_seen(outline, book, context, one) for book in books))


def _seen(outline: Outline, book: PhraseBook, context: SpeechContext, one: Correction) -> bool:
    finding = _correction(outline, one)
    if not book.has(finding.phrase):
        return True
    shown: dict[str, list[str]] = {"old": [], "new": []}
    for span in book.say(finding, "body", context).spans:
        name = span.claim.partition(":")[2].partition("#")[0] if isinstance(span, Shown) else ""
        if name in shown and isinstance(span, Shown) and not span.claim.endswith("#source"):
            shown[name].append(span.text)
    return shown["old"] != shown["new"]


def corrections(outline: Outline, found: Iterable[Correction]) -> tuple[Finding, ...]:
    """Corrections as findings; what the outline has no name for is only counted."""
    listed = tuple(found)
    named = [one for one in listed if one.old.metric in outline.terms][:MOST_CORRECTIONS]
    told = [_correction(outline, one) for one in named]
    more = len(listed) - len(named)
    if more:
        told.append(made("correction.more", "", Fact("more", float(more), Unit.COUNT, "further corrections")))
    return tuple(told)


def _correction(outline: Outline, one: Correction) -> Finding:
    metric = one.old.metric
    name = outline.terms.get(metric, _UNNAMED)
    shows = {tile.value: tile.show for tile in outline.tiles} | {row.reading: row.show for row in outline.board}
    show = shows.get(metric, "")
    kind = {"funding": "funding", "flow_money": "flow"}.get(show, "signed" if _signed(one.old.unit) else "plain")
    day = midnight(date.fromisoformat(one.old.date))
    return made(
        f"correction.{metric}",
        f"correction.{kind}",
        Fact("what", name, Unit.TEXT, metric, term=name),
        instant("date", day, one.new, f"day of {metric}"),
        Fact("old", one.old.value, one.old.unit, f"published {metric}", as_of=one.old.as_of),
        _reading("new", one.new),
    )


def _signed(unit: Unit) -> bool:
    return unit in (Unit.FRACTION, Unit.SIGMA)


def _reading(name: str, reading: Input) -> Fact:
    return Fact(name, reading.value, reading.unit, reading.metric, (reading,), reading.as_of)
