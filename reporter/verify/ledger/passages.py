"""A document → its passages: everything a reader can see, in reading order, with the claims shown.

A new kind of block is one line in `_BLOCKS`. The walk knows no output format: a passage is what stands together
and must stay together (a row of a table, a condition with its status, a tile), however a layout sets it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from reporter.model.chart import circle_number
from reporter.model.document import (
    Cell,
    Conditions,
    ConversationTurn,
    Document,
    Figure,
    LiteralSpan,
    Paragraph,
    Sentence,
    Span,
    Table,
    Tile,
)

#: The signs that layouts set beside a stance or a direction.
ARROWS: Mapping[str, str] = {"bull": "▲", "bear": "▼", "mixed": "◆", "neutral": "○", "up": "▲", "down": "▼"}


@dataclass(frozen=True, slots=True)
class Passage:
    """Something a reader sees; see `ledger_model.SentenceRecord`."""

    id: str
    role: str
    section: str
    spans: tuple[Span, ...]
    of: Sentence | None = None
    arrows: str = ""
    settings: tuple[str, ...] = ()


@dataclass(slots=True)
class _Walk:
    """The state of a walk over a document: section, and numbers of figures and unnamed passages so far."""

    document: Document
    section: str = ""
    figures: Iterator[int] = field(default_factory=lambda: count(1))
    speakers: set[str] = field(default_factory=set)

    def make_passage(self, sentence: Sentence, role: str = "", before: str = "") -> Passage:
        spans = (LiteralSpan(f"{before} "), *sentence.spans) if before else sentence.spans
        return Passage(sentence.id, role or sentence.form, self.section, spans, sentence)

    def make_text_passages(self, role: str, key: object, *parts: str) -> Iterator[Passage]:
        text = " ".join(part for part in parts if part)
        if text:
            yield Passage(f"{role}.{key}", role, self.section, (LiteralSpan(text),))


def iterate_passages(document: Document) -> Iterator[Passage]:
    """Iterate over every passage of a document in reading order; shared labels come once."""
    walk, labels = _Walk(document, "headline"), document.labels
    headline = walk.make_passage(document.headline, "headline")
    if document.edition != "article":
        # The title of its post tells it from the article's.
        title = f"{document.headline.text} · {labels.edition(document.edition)}"
        headline = replace(headline, settings=(title,))
    yield headline
    walk.section = "head"
    yield from walk.make_text_passages("front", "slug", document.slug)
    yield from walk.make_text_passages("front", "date", document.posted)
    yield from walk.make_text_passages("front", "day", document.date)
    yield from walk.make_text_passages("front", "lang", document.lang)
    yield from walk.make_text_passages("front", "key", f"{document.slug}-{document.edition}")
    for number, tag in enumerate(document.tags):
        yield from walk.make_text_passages("tag", number, tag)
    if document.draft:
        yield from walk.make_text_passages("draft", "mark", labels.draft)
    yield from walk.make_text_passages("kicker", "title", document.kicker, document.asset)
    yield from walk.make_text_passages("logo", "name", document.publisher)
    yield from walk.make_text_passages("dateline", "by", document.byline)
    yield from walk.make_text_passages("dateline", "date", document.date_label)
    yield from walk.make_text_passages("dateline", "cut", labels.data_cut, document.as_of_label)
    for credit in document.credits:
        yield from walk.make_text_passages("dateline", credit.kind, credit.text)
    walk.section = "standfirst"
    yield from (walk.make_passage(sentence) for sentence in document.standfirst.sentences)
    walk.section = "takeaways"
    yield from walk.make_text_passages("label", "takeaways", labels.takeaways)
    yield from (walk.make_passage(sentence) for sentence in document.takeaways)
    walk.section = "tiles"
    yield from walk.make_text_passages("label", "tiles", labels.key_figures)
    for number, tile in enumerate(document.tiles):
        yield from _iterate_tile(walk, number, tile)
    for section in document.sections:
        walk.section = section.id
        if section.heading is not None:
            yield walk.make_passage(section.heading, "heading")
        for block in section.blocks:
            yield from _BLOCKS[type(block)](walk, block)
    yield from _iterate_foot(walk, document)


def _iterate_tile(walk: _Walk, number: int, tile: Tile) -> Iterator[Passage]:
    spans = (LiteralSpan(f"{tile.label} "), *tile.value, *((LiteralSpan(" "), *tile.change) if tile.change else ()))
    arrow = ARROWS.get(tile.direction, "") if tile.change else ""
    large, under = ("".join(span.text for span in part) for part in tile.stated)
    on_page = " ".join(part for part in (tile.label, large, under) if part)
    settings = () if on_page == "".join(span.text for span in spans) else (on_page,)
    yield Passage(f"tile.{number}", "tile", walk.section, spans, arrows=arrow, settings=settings)


def _iterate_foot(walk: _Walk, document: Document) -> Iterator[Passage]:
    labels = document.labels
    walk.section = "gaps"
    yield from walk.make_text_passages("label", "gaps", labels.gaps)
    yield from (walk.make_passage(sentence) for sentence in document.gaps)
    walk.section = "sources"
    yield from walk.make_text_passages("label", "sources", labels.sources)
    for number, source in enumerate(document.sources):
        yield from walk.make_text_passages("source", number, source.name, source.gave)
    walk.section = "methods"
    yield from walk.make_text_passages("label", "methods", labels.methods)
    for number, method in enumerate(document.methods):
        yield from walk.make_text_passages("method", number, method)
    walk.section = "disclosure"
    yield from walk.make_text_passages("label", "disclosure", labels.disclosure)
    yield from walk.make_text_passages("disclosure", "text", document.disclosure)


def _iterate_paragraph(walk: _Walk, block: Paragraph) -> Iterator[Passage]:
    yield from (walk.make_passage(sentence) for sentence in block.sentences)


def _iterate_turn(walk: _Walk, block: ConversationTurn) -> Iterator[Passage]:
    if block.speaker not in walk.speakers:
        walk.speakers.add(block.speaker)
        yield from walk.make_text_passages("speaker", block.speaker, block.name)
    for paragraph in block.paragraphs:
        yield from _iterate_paragraph(walk, paragraph)


def _iterate_figure(walk: _Walk, block: Figure) -> Iterator[Passage]:
    number, name = next(walk.figures), block.chart.id
    yield walk.make_passage(block.title, "figure", f"{walk.document.labels.figure} {number}")
    yield Passage(f"alt.{name}", "alt", walk.section, _build_alternative_text(block), block.title)
    yield from (walk.make_passage(sentence, "caption") for sentence in block.caption)
    points = [point for panel in block.chart.panels for point in panel.points if point.what]
    yield from walk.make_text_passages(
        "key", name, *(f"{circle_number(point.number)} {point.what}" for point in points)
    )
    yield from walk.make_text_passages("credit", name, walk.document.labels.sources, block.source)


def _build_alternative_text(block: Figure) -> tuple[Span, ...]:
    """Build the alternative text of a figure with the claims of its title and caption."""
    spans: list[Span] = []
    rest = block.alt
    for sentence in (block.title, *block.caption):
        before, found, after = rest.partition(sentence.text)
        if found:
            spans += [LiteralSpan(before), *sentence.spans] if before else sentence.spans
            rest = after
    return (*spans, LiteralSpan(rest)) if rest else tuple(spans)


def _iterate_conditions(walk: _Walk, block: Conditions) -> Iterator[Passage]:
    yield walk.make_passage(block.title, "heading")
    for item in block.items:
        yield walk.make_passage(item.sentence, "condition", item.status_label)
        yield from (walk.make_passage(note) for note in item.notes)


def _iterate_table(walk: _Walk, block: Table) -> Iterator[Passage]:
    yield walk.make_passage(block.title, "table")
    yield from walk.make_text_passages("header", block.id, *block.header)
    for number, row in enumerate(block.rows):
        arrows = "".join(ARROWS.get(cell.stance, "") for cell in row)
        # A row is one passage with its note, which gives it its name: so notes can't change places.
        note = next((cell.of for cell in row if cell.of is not None), None)
        name = note.id if note else f"row.{block.id}.{number}"
        yield Passage(name, "row", walk.section, tuple(_iterate_cells(row)), note, arrows)


def _iterate_cells(row: Iterable[Cell]) -> Iterator[Span]:
    for number, cell in enumerate(row):
        if number:
            yield LiteralSpan(" ")
        yield from cell.spans


_BLOCKS: Mapping[type, Callable[[_Walk, Any], Iterator[Passage]]] = {
    Paragraph: _iterate_paragraph,
    ConversationTurn: _iterate_turn,
    Figure: _iterate_figure,
    Conditions: _iterate_conditions,
    Table: _iterate_table,
}


def iterate_sentences(document: Document) -> Iterator[tuple[str, Sentence]]:
    """Iterate over every sentence of a document, each once, with its section."""
    for passage in iterate_passages(document):
        if passage.of is not None and passage.role != "alt":
            yield passage.section, passage.of
