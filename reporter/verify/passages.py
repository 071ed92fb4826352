"""A document to its passages: everything a reader can see, in reading order, with the claims it shows.

A new kind of block is one line in `_BLOCKS`. The walk knows no output format: a passage is what stands together
and must stay together (a row of a table, a condition with its status, a tile), however a layout sets it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from reporter.model.document import (
    Cell,
    Conditions,
    Document,
    Figure,
    Paragraph,
    Sentence,
    Span,
    Table,
    Tile,
    Turn,
    Words,
)

#: The signs that layouts set beside a stance or a direction.
ARROWS: Mapping[str, str] = {"bull": "▲", "bear": "▼", "mixed": "◆", "neutral": "○", "up": "▲", "down": "▼"}


@dataclass(frozen=True, slots=True)
class Passage:
    """Something a reader sees; see `record.SentenceRecord`."""

    id: str
    role: str
    section: str
    spans: tuple[Span, ...]
    of: Sentence | None = None
    arrows: str = ""
    settings: tuple[str, ...] = ()


@dataclass(slots=True)
class _Walk:
    """Where the walk is: the section, and how many figures and unnamed passages came before."""

    document: Document
    section: str = ""
    figures: Iterator[int] = field(default_factory=lambda: count(1))
    speakers: set[str] = field(default_factory=set)

    def said(self, sentence: Sentence, role: str = "", before: str = "") -> Passage:
        spans = (Words(f"{before} "), *sentence.spans) if before else sentence.spans
        return Passage(sentence.id, role or sentence.form, self.section, spans, sentence)

    def plain(self, role: str, key: object, *parts: str) -> Iterator[Passage]:
        text = " ".join(part for part in parts if part)
        if text:
            yield Passage(f"{role}.{key}", role, self.section, (Words(text),))


def passages(document: Document) -> Iterator[Passage]:
    """Every passage of a document, in reading order; labels that several places share come once."""
    walk, labels = _Walk(document, "headline"), document.labels
    yield walk.said(document.headline, "headline")
    walk.section = "head"
    yield from walk.plain("front", "slug", document.slug)
    yield from walk.plain("front", "date", document.posted)
    yield from walk.plain("front", "day", document.date)
    yield from walk.plain("front", "lang", document.lang)
    yield from walk.plain("front", "key", f"{document.slug}-{document.edition}")
    for number, tag in enumerate(document.tags):
        yield from walk.plain("tag", number, tag)
    if document.draft:
        yield from walk.plain("draft", "mark", labels.draft)
    yield from walk.plain("kicker", "title", document.kicker, document.asset)
    yield from walk.plain("logo", "name", document.publisher)
    yield from walk.plain("dateline", "by", document.byline)
    yield from walk.plain("dateline", "date", document.date_label)
    yield from walk.plain("dateline", "cut", labels.data_cut, document.as_of_label)
    walk.section = "standfirst"
    yield from (walk.said(sentence) for sentence in document.standfirst.sentences)
    walk.section = "takeaways"
    yield from walk.plain("label", "takeaways", labels.takeaways)
    yield from (walk.said(sentence) for sentence in document.takeaways)
    walk.section = "tiles"
    yield from walk.plain("label", "tiles", labels.key_figures)
    for number, tile in enumerate(document.tiles):
        yield from _tile(walk, number, tile)
    for section in document.sections:
        walk.section = section.id
        if section.heading is not None:
            yield walk.said(section.heading, "heading")
        for block in section.blocks:
            yield from _BLOCKS[type(block)](walk, block)
    yield from _foot(walk, document)


def _tile(walk: _Walk, number: int, tile: Tile) -> Iterator[Passage]:
    spans = (Words(f"{tile.label} "), *tile.value, *((Words(" "), *tile.change) if tile.change else ()))
    arrow = ARROWS.get(tile.direction, "") if tile.change else ""
    large, under = ("".join(span.text for span in part) for part in tile.stated)
    on_page = " ".join(part for part in (tile.label, large, under) if part)
    settings = () if on_page == "".join(span.text for span in spans) else (on_page,)
    yield Passage(f"tile.{number}", "tile", walk.section, spans, arrows=arrow, settings=settings)


def _foot(walk: _Walk, document: Document) -> Iterator[Passage]:
    labels = document.labels
    walk.section = "gaps"
    yield from walk.plain("label", "gaps", labels.gaps)
    yield from (walk.said(sentence) for sentence in document.gaps)
    walk.section = "sources"
    yield from walk.plain("label", "sources", labels.sources)
    for number, source in enumerate(document.sources):
        yield from walk.plain("source", number, source.name, source.gave)
    walk.section = "methods"
    yield from walk.plain("label", "methods", labels.methods)
    for number, method in enumerate(document.methods):
        yield from walk.plain("method", number, method)
    walk.section = "disclosure"
    yield from walk.plain("label", "disclosure", labels.disclosure)
    yield from walk.plain("disclosure", "text", document.disclosure)


def _paragraph(walk: _Walk, block: Paragraph) -> Iterator[Passage]:
    yield from (walk.said(sentence) for sentence in block.sentences)


def _turn(walk: _Walk, block: Turn) -> Iterator[Passage]:
    if block.speaker not in walk.speakers:
        walk.speakers.add(block.speaker)
        yield from walk.plain("speaker", block.speaker, block.name)
    for paragraph in block.paragraphs:
        yield from _paragraph(walk, paragraph)


def _figure(walk: _Walk, block: Figure) -> Iterator[Passage]:
    number, name = next(walk.figures), block.chart.id
    yield walk.said(block.title, "figure", f"{walk.document.labels.figure} {number}")
    yield Passage(f"alt.{name}", "alt", walk.section, _alternative(block), block.title)
    yield from (walk.said(sentence, "caption") for sentence in block.caption)
    points = [point for panel in block.chart.panels for point in panel.points if point.what]
    yield from walk.plain("key", name, *(f"{_circled(point.number)} {point.what}" for point in points))
    yield from walk.plain("credit", name, walk.document.labels.sources, block.source)


def _alternative(block: Figure) -> tuple[Span, ...]:
    """The alternative text with its claims: title and caption as they are said, and what joins them as words."""
    spans: list[Span] = []
    rest = block.alt
    for sentence in (block.title, *block.caption):
        before, found, after = rest.partition(sentence.text)
        if found:
            spans += [Words(before), *sentence.spans] if before else sentence.spans
            rest = after
    return (*spans, Words(rest)) if rest else tuple(spans)


def _circled(number: int) -> str:
    return chr(0x2460 + number - 1) if 1 <= number <= 20 else f"({number})"


def _conditions(walk: _Walk, block: Conditions) -> Iterator[Passage]:
    yield walk.said(block.title, "heading")
    for item in block.items:
        yield walk.said(item.sentence, "condition", item.status_label)
        yield from (walk.said(note) for note in item.notes)


def _table(walk: _Walk, block: Table) -> Iterator[Passage]:
    yield walk.said(block.title, "table")
    yield from walk.plain("header", block.id, *block.header)
    for number, row in enumerate(block.rows):
        arrows = "".join(ARROWS.get(cell.stance, "") for cell in row)
        # A row is one passage with its note, which gives it its name: so notes can't change places.
        note = next((cell.of for cell in row if cell.of is not None), None)
        name = note.id if note else f"row.{block.id}.{number}"
        yield Passage(name, "row", walk.section, tuple(_cells(row)), note, arrows)


def _cells(row: Iterable[Cell]) -> Iterator[Span]:
    for number, cell in enumerate(row):
        if number:
            yield Words(" ")
        yield from cell.spans


_BLOCKS: Mapping[type, Callable[[_Walk, Any], Iterator[Passage]]] = {
    Paragraph: _paragraph,
    Turn: _turn,
    Figure: _figure,
    Conditions: _conditions,
    Table: _table,
}


def sentences(document: Document) -> Iterator[tuple[str, Sentence]]:
    """Every sentence of a document, each once, with the section it stands in, in reading order."""
    for passage in passages(document):
        if passage.of is not None and passage.role != "alt":
            yield passage.section, passage.of
