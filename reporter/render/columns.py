"""Columns of even length, found in a few steps, that fill a page as far as they can.

WeasyPrint evens out columns by making them a little higher and laying all of them out again, until everything fits.
Its step is what the next block lacks, which may be a pixel; a section then takes half a second. Half a line a step is
as good to the eye. And where a chart is too high for the second column of a page's rest, it moves the whole section to
the next page; here the second column stays empty, and the text of the first stands. Room that a block asks for below
itself is no reason here to keep it out of a column.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from typing import Any

#: Pixels, of 96 an inch: about half a line of text.
_STEP = 8.0


@contextmanager
def coarse_steps(block: Any) -> Iterator[None]:
    """While active, columns grow by at least half a line.

    Args:
        block: WeasyPrint's module that lays out blocks; columns ask it how high the next block is, without a limit
            to the page's foot, and throw the answer's box away.
    """
    plain = block.block_box_layout
    left = 0.0

    def probed(context: Any, box: Any, bottom_space: float, *others: Any, **named: Any) -> Any:
        nonlocal left
        if box.is_column:
            box.bottom_margin_collapses = _yes
        result = plain(context, box, bottom_space, *others, **named)
        begun = others[0] if others else None
        if box.is_column and result[0] is None and begun is not None and bottom_space != inf:
            return (_empty(box), begun, *result[2:])
        if box.is_column and result[0] is not None:
            inside = [child for child in result[0].children if child.is_in_normal_flow()]
            if bottom_space != inf:
                left = context.page_bottom - bottom_space - _end(inside, box)
            elif inside:
                # The next block seems to lack half a line at least.
                inside[0].margin_bottom += max(left + _STEP - inside[0].margin_height(), 0.0)
        return result

    block.block_box_layout = probed
    try:
        yield
    finally:
        block.block_box_layout = plain


def _yes() -> bool:
    return True


def _empty(column: Any) -> Any:
    """A column without content: what comes next is too high for it."""
    empty = column.copy_with_children([])
    empty.height = 0
    return empty


def _end(children: list[Any], column: Any) -> float:
    """Where a column's content ends."""
    return float(children[-1].position_y + children[-1].margin_height() if children else column.position_y)
