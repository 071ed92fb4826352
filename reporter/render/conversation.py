"""A conversation's turns as a page shows them: question, answer, and the charts and tables that are part of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from reporter.model.document import Block, Document, Figure, Section, Turn
from reporter.render.flow import joined

#: A bubble is narrower than the page, and a conversation is longer than an article: charts are drawn a size smaller.
_NARROWER = {"wide": "low", "column": "low", "tall": "column"}
#: Sizes of figures that leave room for the answer beside them.
_BESIDE = frozenset({"small", "stack"})


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and its answer, laid out.

    Attributes:
        asked, told: the two turns.
        beside: a small figure that stands beside the answer, or None.
        below: what stands under the answer, in rows' order.
    """

    asked: Turn
    told: Turn
    beside: Figure | None
    below: tuple[Block, ...]


def exchanges(section: Section) -> tuple[Exchange, ...]:
    """The exchanges of a section; blocks that stand before any question belong to none and are not expected."""
    found: list[tuple[Turn, Turn, list[Block]]] = []
    asked: Turn | None = None
    for block in section.blocks:
        if isinstance(block, Turn) and block.speaker == "reader":
            asked = block
        elif isinstance(block, Turn) and asked is not None:
            found.append((asked, block, []))
        elif found:
            found[-1][2].append(block)
    return tuple(_laid_out(*parts) for parts in found)


def _laid_out(asked: Turn, told: Turn, blocks: Iterable[Block]) -> Exchange:
    listed = list(blocks)
    small = next((block for block in listed if isinstance(block, Figure) and block.chart.size in _BESIDE), None)
    beside = small if told.paragraphs else None
    return Exchange(asked, told, beside, tuple(block for block in listed if block is not beside))


def seated(document: Document) -> Document:
    """The document with its charts as wide as a conversation has room for."""
    sections = tuple(replace(part, blocks=tuple(map(_narrowed, part.blocks))) for part in document.sections)
    return replace(document, sections=sections)


def _narrowed(block: Block) -> Block:
    if not isinstance(block, Figure):
        return block
    size = _NARROWER.get(block.chart.size, block.chart.size)
    return replace(block, chart=replace(block.chart, size=size))  # type: ignore[arg-type]


def description(document: Document) -> str:
    """What introduces the document where only a few lines are shown: its standfirst, or else the first answer."""
    if document.standfirst.sentences:
        return joined(document.standfirst.sentences)
    blocks = (block for section in document.sections for block in section.blocks)
    told = next((block for block in blocks if isinstance(block, Turn) and block.speaker == "desk"), None)
    return joined(told.paragraphs[0].sentences) if told and told.paragraphs else ""
