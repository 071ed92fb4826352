"""Realised documents → the same with an appendix: every figure, numbered, with exact value and rows.

The appendix is a table of the document itself. So every format renders it, the ledger holds it and the gate reads it
back like any other table. One row tells one fact: languages may show it in another order or another way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from reporter.language.catalogues import label, msgid
from reporter.language.locales import Locale
from reporter.model.document import Cell, ClaimSpan, Document, LiteralSpan, Section, Sentence, Table
from reporter.model.finding import Fact, Input
from reporter.model.metric import Citation, Unit, split_sources
from reporter.model.timestamps import from_seconds
from reporter.verify.ledger.passages import iterate_passages

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
class _EvidenceRow:
    """A fact as one document shows it: its first passage, and its texts with their claims."""

    fact: Fact
    first: str
    texts: dict[ClaimSpan, None] = field(default_factory=dict)


def append_evidence(
    documents: Sequence[tuple[Document, Mapping[str, tuple[str, Fact]]]],
    locales: Mapping[str, Locale],
    citations: Mapping[str, Citation],
) -> tuple[Document, ...]:
    """Append to each article a table of all figures it shows, in order of first appearance.

    A chat stays as it is: a conversation has no place for a table of this length.

    Args:
        documents: document and its claims (id → kind and fact), one an edition and locale.
        locales: tag → locale, of every document.
        citations: of the desk, for the files.
    """
    shown = [_collect_rows(document, claims) for document, claims in documents]
    orders: dict[str, dict[str, None]] = {}
    for (document, _), rows in zip(documents, shown, strict=True):
        # The first language gives the order; what it doesn't show follows.
        orders.setdefault(document.edition, {}).update(dict.fromkeys(rows))
    return tuple(
        _append_section(document, [rows[name] for name in orders[document.edition] if name in rows], locales, citations)
        if document.edition == "article"
        else document
        for (document, _), rows in zip(documents, shown, strict=True)
    )


def _collect_rows(document: Document, claims: Mapping[str, tuple[str, Fact]]) -> dict[str, _EvidenceRow]:
    rows: dict[str, _EvidenceRow] = {}
    for passage in iterate_passages(document):
        for span in passage.spans:
            if not isinstance(span, ClaimSpan) or not _has_data_rows(claims[span.claim][1]):
                continue
            row = rows.setdefault(span.claim.partition("#")[0], _EvidenceRow(claims[span.claim][1], passage.id))
            row.texts[span] = None
    return rows


def _has_data_rows(fact: Fact) -> bool:
    """Return whether a fact rests on data rows; names and news are cited where they appear."""
    return fact.event is None and any(reading.source for reading in _iterate_inputs(fact))


def _iterate_inputs(fact: Fact) -> Iterator[Input]:
    yield from fact.inputs
    for member in fact.members:
        yield from _iterate_inputs(member)


def _append_section(
    document: Document, rows: Iterable[_EvidenceRow], locales: Mapping[str, Locale], citations: Mapping[str, Citation]
) -> Document:
    locale = locales[document.locale]

    def make_label_sentence(number: int, text: str) -> Sentence:
        return Sentence(f"e{number:03d}", "", "label", "", 0, (LiteralSpan(label(text, locale)),))

    table = Table(
        SECTION,
        make_label_sentence(2, msgid("Every figure of this brief that rests on data, in order of first appearance")),
        tuple(label(name, locale) for name in _HEADER),
        tuple(_make_cells(number, row, citations) for number, row in enumerate(rows, 1)),
    )
    section = Section(SECTION, make_label_sentence(1, msgid("Evidence")), (table,))
    return replace(document, sections=(*document.sections, section)) if table.rows else document


def _make_cells(number: int, row: _EvidenceRow, citations: Mapping[str, Citation]) -> tuple[Cell, ...]:
    shown: list[ClaimSpan | LiteralSpan] = []
    for span in row.texts:
        shown += [LiteralSpan("; "), span] if shown else [span]
    sources = dict.fromkeys(part for one in _iterate_inputs(row.fact) for part in split_sources(one.source))
    files = dict.fromkeys(citations[name].file if name in citations else name for name in sources)
    return (
        Cell((LiteralSpan(str(number)),)),
        Cell((LiteralSpan(row.first),)),
        Cell(tuple(shown)),
        Cell((LiteralSpan(_format_exact(row.fact)),)),
        Cell((LiteralSpan(_format_instant(row.fact.as_of)),)),
        Cell((LiteralSpan(", ".join(files) or "–"),)),
        Cell((LiteralSpan(row.fact.expression),)),
    )


def _format_exact(fact: Fact) -> str:
    """The value to twelve digits with the ledger's name of its unit."""
    if not isinstance(fact.value, float):
        return str(fact.value)
    return _format_instant(fact.value) if fact.unit is Unit.INSTANT else f"{fact.value:.12g} {fact.unit}"


def _format_instant(seconds: float | None) -> str:
    return "–" if seconds is None else f"{from_seconds(seconds):%Y-%m-%d %H:%MZ}"
