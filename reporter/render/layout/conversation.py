"""Chat section → exchanges as a page shows them: question, answer, and the charts and tables that belong to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from reporter.model.document import Block, ConversationTurn, Document, Figure, Section, Sentence
from reporter.render.layout.page_flow import join_sentences

#: A bubble is narrower than the page, and a conversation is longer than an article: charts are drawn a size smaller.
_NARROWER = {"wide": "low", "column": "low", "tall": "column"}
#: Sizes of figures that leave room for the answer beside them.
_BESIDE = frozenset({"small", "stack"})
#: Characters of a description that search engines and cards of links show.
_INTRODUCTION = 160


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and its answer, laid out.

    Attributes:
        asked, told: the two turns.
        beside: a small figure that stands beside the answer, or None.
        below: what stands under the answer, in rows' order.
    """

    asked: ConversationTurn
    told: ConversationTurn
    beside: Figure | None
    below: tuple[Block, ...]


def list_exchanges(section: Section) -> tuple[Exchange, ...]:
    """The exchanges of a section; blocks that stand before any question belong to none and are not expected."""
    found: list[tuple[ConversationTurn, ConversationTurn, list[Block]]] = []
    asked: ConversationTurn | None = None
    for block in section.blocks:
        if isinstance(block, ConversationTurn) and block.speaker == "reader":
            asked = block
        elif isinstance(block, ConversationTurn) and asked is not None:
            found.append((asked, block, []))
        elif found:
            found[-1][2].append(block)
    return tuple(_make_exchange(*parts) for parts in found)


def _make_exchange(asked: ConversationTurn, told: ConversationTurn, blocks: Iterable[Block]) -> Exchange:
    listed = list(blocks)
    small = next((block for block in listed if isinstance(block, Figure) and block.chart.size in _BESIDE), None)
    beside = small if told.paragraphs else None
    return Exchange(asked, told, beside, tuple(block for block in listed if block is not beside))


def fit_charts(document: Document) -> Document:
    """The document with its charts as wide as a conversation has room for."""
    sections = tuple(replace(part, blocks=tuple(map(_narrow_chart, part.blocks))) for part in document.sections)
    return replace(document, sections=sections)


def _narrow_chart(block: Block) -> Block:
    if not isinstance(block, Figure):
        return block
    size = _NARROWER.get(block.chart.size, block.chart.size)
    return replace(block, chart=replace(block.chart, size=size))  # type: ignore[arg-type]


def choose_introductions(documents: Sequence[Document]) -> tuple[Document, ...]:
    """Documents with the sentences that introduce them, the same ones in every language of an edition.

    As many as no language needs more than 160 characters for; more of a description is shown nowhere.
    """
    counts: dict[str, int] = {}
    for document in documents:
        first = _first_sentences(document)
        fitting = sum(len(join_sentences(first[: n + 1])) <= _INTRODUCTION for n in range(len(first)))
        counts[document.edition] = min(fitting, counts.get(document.edition, fitting))
    return tuple(
        replace(document, introduced=_first_sentences(document)[: counts[document.edition]]) for document in documents
    )


def _first_sentences(document: Document) -> tuple[Sentence, ...]:
    """The standfirst's sentences, or else those of the first answer."""
    if document.standfirst.sentences:
        return document.standfirst.sentences
    blocks = (block for section in document.sections for block in section.blocks)
    told = next((block for block in blocks if isinstance(block, ConversationTurn) and block.speaker == "desk"), None)
    return told.paragraphs[0].sentences if told and told.paragraphs else ()


def describe_document(document: Document) -> str:
    """What introduces the document where only a line or two are shown: its first sentences, or else its headline."""
    chosen = document.introduced if document.introduced is not None else choose_introductions((document,))[0].introduced
    return join_sentences(chosen or ()) or document.headline.text
