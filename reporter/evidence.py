"""Realised documents → the same with an appendix: each figure shown, numbered, with its exact value and its rows.

The appendix is a table of the document itself. So every format renders it, the ledger holds it and the gate reads it
back like any other table. One row tells one fact: languages may show it in another order or another way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from reporter.language.catalogues import label, msgid
from reporter.language.locales import Locale
from reporter.model.document import Cell, Document, Section, Sentence, Shown, Table, Words
from reporter.model.finding import Fact, Input
from reporter.model.metric import Citation, Unit
from reporter.verify.passages import passages

SECTION = "evidence"
_HEADER = (
    msgid("No."),
    msgid("Sentence"),
    msgid("Shown"),
    msgid("Exact value"),
    msgid("As of"),
    msgid("Source file"),
    msgid("Formula"),
)


@dataclass(slots=True)
class _Row:
    """A fact as one document shows it: in which passage first, and with which texts of which claims."""

    fact: Fact
    first: str
    texts: dict[Shown, None] = field(default_factory=dict)


def with_evidence(
    documents: Sequence[tuple[Document, Mapping[str, tuple[str, Fact]]]],
    locales: Mapping[str, Locale],
    citations: Mapping[str, Citation],
) -> tuple[Document, ...]:
    """Each article with the evidence for all that it shows, in order of first appearance.

    A chat stays as it is: a conversation has no place for a table of this length.

    Args:
        documents: document and its claims (id → kind and fact), one an edition and locale.
        locales: tag → locale, of every document.
        citations: of the desk, for the files.
    """
    shown = [_shown(document, claims) for document, claims in documents]
    orders: dict[str, dict[str, None]] = {}
    for (document, _), rows in zip(documents, shown, strict=True):
        # The first language gives the order; what it doesn't show follows.
        orders.setdefault(document.edition, {}).update(dict.fromkeys(rows))
    return tuple(
        _appended(document, [rows[name] for name in orders[document.edition] if name in rows], locales, citations)
        if document.edition == "article"
        else document
        for (document, _), rows in zip(documents, shown, strict=True)
    )


def _shown(document: Document, claims: Mapping[str, tuple[str, Fact]]) -> dict[str, _Row]:
    rows: dict[str, _Row] = {}
    for passage in passages(document):
        for span in passage.spans:
            if not isinstance(span, Shown) or not _rests(claims[span.claim][1]):
                continue
            row = rows.setdefault(span.claim.partition("#")[0], _Row(claims[span.claim][1], passage.id))
            row.texts[span] = None
    return rows


def _rests(fact: Fact) -> bool:
    """Whether a fact rests on data rows; a name or a line of news is cited where it stands."""
    return fact.event is None and any(reading.source for reading in _inputs(fact))


def _inputs(fact: Fact) -> Iterator[Input]:
    yield from fact.inputs
    for member in fact.members:
        yield from _inputs(member)


def _appended(
    document: Document, rows: Iterable[_Row], locales: Mapping[str, Locale], citations: Mapping[str, Citation]
) -> Document:
    locale = locales[document.locale]

    def said(number: int, text: str) -> Sentence:
        return Sentence(f"e{number:03d}", "", "label", "", 0, (Words(label(text, locale)),))

    table = Table(
        SECTION,
        said(2, msgid("Every figure of this brief that rests on data, in order of first appearance")),
        tuple(label(name, locale) for name in _HEADER),
        tuple(_cells(number, row, citations) for number, row in enumerate(rows, 1)),
    )
    section = Section(SECTION, said(1, msgid("Evidence")), (table,))
    return replace(document, sections=(*document.sections, section)) if table.rows else document


def _cells(number: int, row: _Row, citations: Mapping[str, Citation]) -> tuple[Cell, ...]:
    shown: list[Shown | Words] = []
    for span in row.texts:
        shown += [Words("; "), span] if shown else [span]
    sources = dict.fromkeys(part for one in _inputs(row.fact) for part in (one.source or "").split("+") if part)
    files = dict.fromkeys(citations[name].file if name in citations else name for name in sources)
    return (
        Cell((Words(str(number)),)),
        Cell((Words(row.first),)),
        Cell(tuple(shown)),
        Cell((Words(_exact(row.fact)),)),
        Cell((Words(_instant(row.fact.as_of)),)),
        Cell((Words(", ".join(files) or "–"),)),
        Cell((Words(row.fact.expression),)),
    )


def _exact(fact: Fact) -> str:
    """The value to twelve digits with the ledger's name of its unit."""
    if not isinstance(fact.value, float):
        return str(fact.value)
    return _instant(fact.value) if fact.unit is Unit.INSTANT else f"{fact.value:.12g} {fact.unit}"


def _instant(seconds: float | None) -> str:
    return "–" if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%MZ")
