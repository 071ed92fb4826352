"""The order and grouping in which a page shows a document's sentences and blocks; no words are made here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby, pairwise, takewhile
from typing import Literal

from reporter.model.chart import circle_number
from reporter.model.document import (
    Block,
    Conditions,
    Document,
    Figure,
    Paragraph,
    Section,
    Sentence,
    Table,
)
from reporter.render.layout.line_breaking import is_wide, length_in_ems


def sentence_gap(before: str, after: str) -> str:
    """What stands between two sentences: a space, but none beside a full-width character."""
    if not before or not after or before[-1].isspace() or after[0].isspace():
        return ""
    # A Chinese sentence may end in a quotation mark or an ellipsis that both languages share.
    return "" if is_wide(before[-1]) or (before[-1] in "…”’" and is_wide(after[0])) else " "


def join_sentences(sentences: Iterable[Sentence]) -> str:
    """Sentences as one text."""
    text = ""
    for sentence in sentences:
        text += sentence_gap(text, sentence.text) + sentence.text
    return text


def iterate_with_gaps(sentences: Iterable[Sentence]) -> Iterator[tuple[str, Sentence]]:
    """Each sentence with what stands before it."""
    before = ""
    for sentence in sentences:
        yield sentence_gap(before, sentence.text), sentence
        before = sentence.text


def group_rows(blocks: Iterable[Block]) -> tuple[tuple[Block, ...], ...]:
    """Blocks in rows: two lists of conditions stand side by side."""
    found: list[tuple[Block, ...]] = []
    for block in blocks:
        last = found[-1] if found else ()
        if len(last) == 1 and _is_pair(last[0], block):
            found[-1] = (*last, block)
        else:
            found.append((block,))
    return tuple(found)


def _is_pair(left: Block, right: Block) -> bool:
    return isinstance(left, Conditions) and isinstance(right, Conditions) and left.side != right.side


def fits_page(table: Table) -> bool:
    """Whether a table is short enough to be kept on one page; a longer one goes on under a repeated header."""
    return len(table.rows) <= 16


def figure_numbers(document: Document) -> dict[str, int]:
    """The number of each figure, by chart id, in order of appearance."""
    figures = (block for section in document.sections for block in section.blocks if isinstance(block, Figure))
    return {figure.chart.id: number for number, figure in enumerate(figures, 1)}


def figure_key(figure: Figure) -> str:
    """What a figure's numbered dots mark: `① low · ② high`."""
    points = [point for panel in figure.chart.panels for point in panel.points if point.what]
    return " · ".join(f"{circle_number(point.number)} {point.what}" for point in points)


def block_kind(block: Block) -> str:
    """The block's kind as layouts name it: paragraph, figure, conditions or table."""
    return type(block).__name__.lower()


#: Text up to this many full-width characters is one paragraph across; two columns would tear it into scraps. Chosen
#: with the costs of `layout_search`, on the same pages.
_SCRAP = 130.0
#: A table of more rows than this would fill a column by itself.
_COLUMN_ROWS = 14


@dataclass(frozen=True, slots=True)
class BodyPart:
    """A heading, or blocks that stand side by side.

    Attributes:
        section: id of the section it is of.
        level: of headings inside it.
        heading: the section's heading, or None.
        row: blocks; empty for a heading.
    """

    section: str
    level: int
    heading: Sentence | None
    row: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class BodyBand:
    """A stretch of the body from edge to edge.

    Attributes:
        kind: `columns`, two of even length; `single`, too little text for two; `across`, what needs the page's whole
            width; `whole`, across and kept on one page; `closing`, the brief's last word.
        parts: in reading order.
    """

    kind: Literal["columns", "single", "across", "whole", "closing"]
    parts: tuple[BodyPart, ...]


def divide_into_bands(document: Document) -> tuple[BodyBand, ...]:
    """The body under the key figures. Neighbours share columns, whatever section they are of."""
    found: list[BodyBand] = []
    first = len(opening_blocks(document))
    for number, section in enumerate(document.sections):
        kept = replace(section, blocks=section.blocks[first:]) if number == 0 else section
        # Corrections may follow the last word; a paragraph without a heading further up is a part of the story.
        last = 1 < number >= len(document.sections) - 2
        for kind, parts in _split_section(kept, last=last):
            if kind == "columns" and found and found[-1].kind == "columns":
                found[-1] = replace(found[-1], parts=(*found[-1].parts, *parts))
            else:
                found.append(BodyBand(kind, parts))
    return tuple(_settle_columns(part) for band in _cut_bands(found, document.cuts) for part in band)


def _cut_bands(found: Iterable[BodyBand], cuts: tuple[int, ...]) -> Iterator[tuple[BodyBand, ...]]:
    """Each band in as many pieces as there are cuts inside it."""
    start = 0
    for band in found:
        end = start + len(band.parts)
        edges = [start, *(cut for cut in cuts if start < cut < end and band.kind == "columns"), end]
        yield tuple(replace(band, parts=band.parts[a - start : b - start]) for a, b in pairwise(edges))
        start = end


def _split_section(
    section: Section, *, last: bool
) -> Iterator[tuple[Literal["columns", "across", "whole", "closing"], tuple[BodyPart, ...]]]:
    """A section's parts, cut where another setting begins; its heading stays with what it heads."""
    level = 3 if section.heading else 2
    head = (BodyPart(section.id, level, section.heading),) if section.heading else ()
    parts = tuple(BodyPart(section.id, level, None, row) for row in group_rows(section.blocks))
    if last and is_closing(section):
        if parts:
            yield "closing", parts
    elif any(isinstance(block, Conditions) for block in section.blocks):
        # Lists for and against make no sense without the question above them.
        yield "whole", (*head, *parts)
    else:
        for across, members in groupby(parts, lambda part: not _fits_column(part.row[0])):
            yield "across" if across else "columns", (*head, *members)
            head = ()
        if head:
            yield "columns", head


def _fits_column(block: Block) -> bool:
    if isinstance(block, Table):
        return len(block.header) <= 4 and len(block.rows) <= _COLUMN_ROWS
    return isinstance(block, Paragraph) or (isinstance(block, Figure) and block.chart.size in {"small", "stack"})


def _settle_columns(band: BodyBand) -> BodyBand:
    """The band, in one column where it has too little for two."""
    blocks = [block for part in band.parts for block in part.row]
    if band.kind != "columns" or any(isinstance(block, Figure) for block in blocks):
        return band
    tables = sum(isinstance(block, Table) for block in blocks)
    if tables and len(blocks) == tables:
        return replace(band, kind="across")
    headed = sum(part.heading is not None for part in band.parts)
    length = sum(length_in_ems(join_sentences(block.sentences)) for block in blocks if isinstance(block, Paragraph))
    # Two short sections stand side by side; what is left of one is a paragraph across.
    enough = headed > 1 or (len(blocks) > 1 and length > _SCRAP)
    return band if tables or enough else replace(band, kind="single")


def halve_for_band(band: BodyBand, table: Table) -> tuple[Table, ...]:
    """A table as its band shows it: across the page, one of few columns stands as two halves side by side."""
    return (table,) if band.kind == "columns" else split_in_halves(table)


def split_in_halves(table: Table) -> tuple[Table, ...]:
    """A long table of few columns as two, to stand side by side: its figures stay near what they belong to."""
    if len(table.header) > 4 or not 4 <= len(table.rows) <= 24:
        return (table,)
    middle = (len(table.rows) + 1) // 2
    return replace(table, rows=table.rows[:middle]), replace(table, rows=table.rows[middle:])


def opening_blocks(document: Document) -> tuple[Block, ...]:
    """The blocks that stand beside the key figures: the first section's up to the first that needs more width."""
    section = document.sections[0] if document.sections else None
    if section is None or section.heading is not None:
        return ()
    return tuple(takewhile(_fits_text, section.blocks))


def _fits_text(block: Block) -> bool:
    return isinstance(block, Paragraph) or (isinstance(block, Figure) and block.chart.size in {"column", "low"})


def is_closing(section: Section) -> bool:
    """Whether a section is the brief's last word: text alone, without a heading."""
    return section.heading is None and all(isinstance(block, Paragraph) for block in section.blocks)
