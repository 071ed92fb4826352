"""The order and grouping in which a page shows a document's sentences and blocks; no words are made here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from unicodedata import east_asian_width

from reporter.model.document import Block, Conditions, Document, Figure, Sentence, Table


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


def kind(block: Block) -> str:
    """The block's kind as layouts name it: paragraph, figure, conditions or table."""
    return type(block).__name__.lower()
