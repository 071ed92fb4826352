"""Chat document → estimated heights of its parts in millimetres: key figures, questions and answers.

As `render/layout/height_estimate.py` does for an article; the figures here repeat the measures of `theme/chat.css`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reporter.model.document import Block, Conditions, ConversationTurn, Document, Table
from reporter.render.layout.conversation import Exchange, list_exchanges
from reporter.render.layout.height_estimate import COLUMN_WIDTH, POINT, Heights
from reporter.render.layout.page_flow import group_rows, split_in_halves

#: Widths of the text in a bubble: of a question, of an answer, of an answer beside a figure.
_ASKED, _TOLD, _BESIDE = 112.0, 115.4, 63.0
#: A bubble's padding, what stands between bubbles and above an answer, the least height of an answer.
_PADDING, _NEXT, _ABOVE, _LEAST = 2.3, 0.9, 1.2, 9.0
#: Headline's margins with the masthead, and the strip of key figures.
_HEAD, _STRIP = 13.5, 29.8
#: Density → millimetres between two exchanges.
_BETWEEN = {"normal": 2.3, "tight": 1.8, "dense": 1.4, "roomy": 3.4}


@dataclass(frozen=True, slots=True)
class ChatHeights:
    """A conversation's measures.

    Attributes:
        head: masthead, headline and key figures.
        kept: heights of what is kept on one page, in order.
        holes: width and height of what stays white beside figures.
    """

    head: float
    kept: tuple[float, ...]
    holes: tuple[tuple[float, float], ...]


def measure_chat(document: Document, heights: Heights) -> ChatHeights:
    """Measure a conversation."""
    kept: list[float] = []
    holes: list[tuple[float, float]] = []
    for section in document.sections:
        for exchange in list_exchanges(section):
            units = list(_exchange_heights(exchange, heights, holes))
            kept += [*units[:-1], units[-1] + _BETWEEN[document.density]]
    head = heights.headline_height(document) + _HEAD + (_STRIP if document.tiles else 0.0)
    return ChatHeights(head, tuple(kept), tuple(holes))


def _exchange_heights(exchange: Exchange, heights: Heights, holes: list[tuple[float, float]]) -> Iterator[float]:
    """Heights of an exchange's parts between which a page may end; a question stays with its answer's start."""
    asked = _bubble_heights(exchange.asked, _ASKED, 9.8, 13.6 * POINT, heights)[0] + 0.4
    if exchange.beside:
        told = _answer_height(_bubble_heights(exchange.told, _BESIDE, 9.2, heights.leading, heights))
        figure = heights.block_height(exchange.beside, COLUMN_WIDTH) - 2.2
        holes.append((_BESIDE, figure - told))
        answer = [max(told, figure)]
    else:
        bubbles = _bubble_heights(exchange.told, _TOLD, 9.2, heights.leading, heights)
        answer = [height + _NEXT * (number > 0) for number, height in enumerate(bubbles)]
        answer[:1] = [max(answer[0], _LEAST if len(answer) == 1 else 0.0) + _ABOVE] if answer else [_ABOVE]
    below = sum(_row_height(row, heights) for row in group_rows(exchange.below))
    if below:
        yield asked + sum(answer) + below
    else:
        yield asked + answer[0]
        yield from answer[1:]


def _answer_height(bubbles: list[float]) -> float:
    return max(sum(bubbles) + _NEXT * (len(bubbles) - 1), _LEAST) + _ABOVE


def _bubble_heights(turn: ConversationTurn, room: float, size: float, leading: float, heights: Heights) -> list[float]:
    return [heights.line_count(part.sentences, room, size) * leading + _PADDING for part in turn.paragraphs]


def _row_height(row: tuple[Block, ...], heights: Heights) -> float:
    """Height of a row under an answer: a figure, a table in halves, or conditions side by side."""
    first = row[0]
    if isinstance(first, Table) and len(split_in_halves(first)) > 1:
        return heights.halves_height(len(first.rows))
    if isinstance(first, Conditions):
        return max(heights.block_height(block, COLUMN_WIDTH) for block in row)
    return heights.block_height(first, _TOLD) - 3.0
