"""The order and grouping in which a page shows a document's sentences and blocks; no words are made here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import takewhile
from typing import Literal
from unicodedata import east_asian_width

from reporter.model.document import (
    Block,
    Conditions,
    Document,
    Figure,
    Paragraph,
    Section,
    Sentence,
    Shown,
    Span,
    Table,
    Tile,
)


def _wide(character: str) -> bool:
    return east_asian_width(character) in "WF"


def gap(before: str, after: str) -> str:
    """What stands between two sentences: a space, but none beside a full-width character."""
    if not before or not after or before[-1].isspace() or after[0].isspace():
        return ""
    # A Chinese sentence may end in a quotation mark or an ellipsis that both languages share.
    return "" if _wide(before[-1]) or (before[-1] in "…”’" and _wide(after[0])) else " "


def joined(sentences: Iterable[Sentence]) -> str:
    """Sentences as one text."""
    text = ""
    for sentence in sentences:
        text += gap(text, sentence.text) + sentence.text
    return text


def spaced(sentences: Iterable[Sentence]) -> Iterator[tuple[str, Sentence]]:
    """Each sentence with what stands before it."""
    before = ""
    for sentence in sentences:
        yield gap(before, sentence.text), sentence
        before = sentence.text


def rows(blocks: Iterable[Block]) -> tuple[tuple[Block, ...], ...]:
    """Blocks in rows: two lists of conditions, or two small figures, stand side by side."""
    found: list[tuple[Block, ...]] = []
    for block in blocks:
        last = found[-1] if found else ()
        if len(last) == 1 and _pair(last[0], block):
            found[-1] = (*last, block)
        else:
            found.append((block,))
    return tuple(found)


def _pair(left: Block, right: Block) -> bool:
    if isinstance(left, Conditions) and isinstance(right, Conditions):
        return left.side != right.side
    return isinstance(left, Figure) and isinstance(right, Figure) and left.chart.size == right.chart.size == "small"


def fits(table: Table) -> bool:
    """Whether a table is short enough to be kept on one page; a longer one goes on under a repeated header."""
    return len(table.rows) <= 16


def figure_numbers(document: Document) -> dict[str, int]:
    """The number of each figure, by chart id, in order of appearance."""
    figures = (block for section in document.sections for block in section.blocks if isinstance(block, Figure))
    return {figure.chart.id: number for number, figure in enumerate(figures, 1)}


def key(figure: Figure) -> str:
    """What a figure's numbered dots mark: `① low · ② high`."""
    points = [point for panel in figure.chart.panels for point in panel.points if point.what]
    return " · ".join(f"{_circled(point.number)} {point.what}" for point in points)


def _circled(number: int) -> str:
    return chr(0x2460 + number - 1) if 1 <= number <= 20 else f"({number})"


def kind(block: Block) -> str:
    """The block's kind as layouts name it: paragraph, figure, conditions or table."""
    return type(block).__name__.lower()


#: Millimetres of the first page's left column that a character of full width takes, line for line, at text size.
_LINE_EMS, _LINE_MM = 37.0, 5.4
#: Heights on the first page, in millimetres: a key figure, the rail's heading, a chart at text width.
_TILE, _RAIL_HEAD, _LOW_CHART, _COLUMN_CHART = 19.0, 8.0, 62.0, 74.0
#: Full-width characters of a small figure's title that fit one line beside its number.
_TITLE_EMS = 25.0
#: A section with less text than this may share its columns with a neighbour.
_SLIGHT = 320.0
#: Text up to this many full-width characters is one paragraph across; two columns would tear it into scraps.
_SCRAP = 150.0


def ems(text: str) -> float:
    """The length of a text in full-width characters; a Latin letter is about half of one."""
    return sum(1.0 if _wide(character) else 0.5 for character in text)


def flows(blocks: Iterable[Block]) -> tuple[tuple[str, tuple[tuple[Block, ...], ...]], ...]:
    """Blocks in stretches: text with the figures that fit a column, and what needs the page's whole width.

    Returns:
        Stretches in order, each with how it is set: `columns`, `single` (too little text for two), or `across`.
    """
    stretches: list[tuple[bool, list[tuple[Block, ...]]]] = []
    for row in rows(blocks):
        across = len(row) > 1 or not _fits_column(row[0])
        if across or not stretches or stretches[-1][0]:
            stretches.append((across, []))
        stretches[-1][1].append(row)
    return tuple(("across" if across else _setting(members), tuple(members)) for across, members in stretches)


def _fits_column(block: Block) -> bool:
    return isinstance(block, Paragraph) or (isinstance(block, Figure) and block.chart.size in {"small", "stack"})


def _setting(members: Iterable[tuple[Block, ...]]) -> str:
    blocks = [row[0] for row in members]
    if any(isinstance(block, Figure) for block in blocks):
        return "columns"
    return "columns" if len(blocks) > 1 and sum(_length(block) for block in blocks) > _SCRAP else "single"


def _length(block: Block) -> float:
    return ems(joined(block.sentences)) if isinstance(block, Paragraph) else 0.0


def spreads(document: Document) -> tuple[tuple[Section, ...], ...]:
    """Sections in groups: neighbours with little to say share two columns, each other section has its own."""
    groups: list[list[Section]] = []
    first = len(opening(document))
    for number, section in enumerate(document.sections):
        kept = replace(section, blocks=section.blocks[first:]) if number == 0 else section
        if not kept.blocks and kept.heading is None:
            continue
        if groups and _slight(kept) and all(map(_slight, groups[-1])):
            groups[-1].append(kept)
        else:
            groups.append([kept])
    return tuple(tuple(group) for group in groups)


def _slight(section: Section) -> bool:
    blocks = [row[0] for row in rows(section.blocks) if len(row) == 1]
    if section.heading is None or len(blocks) < len(section.blocks) or not all(map(_fits_column, blocks)):
        return False
    return sum(map(_length, blocks)) < _SLIGHT


def halves(table: Table) -> tuple[Table, ...]:
    """A long table of few columns as two, to stand side by side: its figures stay near what they belong to."""
    if len(table.header) > 4 or not 4 <= len(table.rows) <= 24:
        return (table,)
    middle = (len(table.rows) + 1) // 2
    return replace(table, rows=table.rows[:middle]), replace(table, rows=table.rows[middle:])


def stated(tile: Tile) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """A tile's value, and what stands under it: its change, or the words of its value (`net outflow`)."""
    words = tuple(span for span in tile.value if isinstance(span, Shown) and not _has_digit(span.text))
    if tile.change or not words or len(words) == len([span for span in tile.value if span.text.strip()]):
        return tile.value, tile.change
    return tuple(span for span in tile.value if span not in words and span.text.strip()), words


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)


def opening(document: Document) -> tuple[Block, ...]:
    """The blocks that stand beside the key figures: the first section's up to the first that needs more width."""
    section = document.sections[0] if document.sections else None
    if section is None or section.heading is not None:
        return ()
    return tuple(takewhile(_fits_text, section.blocks))


def _fits_text(block: Block) -> bool:
    return isinstance(block, Paragraph) or (isinstance(block, Figure) and block.chart.size in {"column", "low"})


def whole(section: Section) -> bool:
    """Whether a section is kept on one page: lists for and against make no sense without the question above them."""
    return any(isinstance(block, Conditions) for block in section.blocks)


def closing(section: Section) -> bool:
    """Whether a section is the brief's last word: text alone, without a heading."""
    return section.heading is None and all(isinstance(block, Paragraph) for block in section.blocks)


def uneven(row: Iterable[Block]) -> bool:
    """Whether one of two figures side by side has a title of two lines, so that the other must leave room."""
    titles = [ems(block.title.text) for block in row if isinstance(block, Figure)]
    return bool(titles) and max(titles) > _TITLE_EMS


def arranged(document: Document) -> Document:
    """The document with its lead chart as wide as the first page has room for.

    Beside a rail of key figures, a short text leaves room for the chart at its own width; under a long text the
    chart goes across the page.
    """
    if not document.sections or not document.tiles:
        return document
    lede = document.sections[0]
    texts = [document.standfirst, *(block for block in lede.blocks if isinstance(block, Paragraph))]
    lines = sum(ems(joined(text.sentences)) / _LINE_EMS + 0.9 for text in texts)
    lines += sum(ems(sentence.text) / _LINE_EMS + 0.7 for sentence in document.takeaways)
    left, rail = lines * _LINE_MM, len(document.tiles) * _TILE + _RAIL_HEAD
    # Across the page the rail's foot stays empty on the left; at text width, what the chart adds does on the right.
    if left + _LOW_CHART - rail > max(rail - left, 0.0):
        return document
    size: Literal["low", "column"] = "column" if left + _COLUMN_CHART < rail else "low"
    blocks = tuple(_narrowed(block, size) for block in lede.blocks)
    return replace(document, sections=(replace(lede, blocks=blocks), *document.sections[1:]))


def _narrowed(block: Block, size: Literal["low", "column"]) -> Block:
    if isinstance(block, Figure) and block.chart.size == "wide":
        return replace(block, chart=replace(block.chart, size=size))
    return block
