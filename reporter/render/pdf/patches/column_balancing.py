"""Patch of WeasyPrint that balances columns in a few steps and fills the page as far as they can.

WeasyPrint evens out columns by making them a little higher and laying all of them out again, until everything fits.
Its step is what the next block lacks, which may be a pixel; a section then takes half a second. Half a line a step is
as good to the eye. And where a chart is too high for the second column of a page's rest, it moves the whole section to
the next page; here the second column stays empty, and the text of the first stands. Room that a block asks for below
itself is no reason here to keep it out of a column.

Most of that time goes to paragraphs and charts that were laid out before, at another height of the columns: while
heights are tried, what fits whole is laid out once and put in its place after that. The columns that stay are laid out
anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from typing import Any

from reporter.render.pdf.patches.signatures import find_misfit

#: Pixels, of 96 an inch: about half a line of text.
_STEP = 8.0
#: Which of the arguments after a box's bottom space are the margins above it.
_MARGINS = 5
_PARAMETERS = (
    "context",
    "box",
    "bottom_space",
    "skip_stack",
    "containing_block",
    "page_is_empty",
    "absolute_boxes",
    "fixed_boxes",
    "adjoining_margins",
    "first_letter_style",
    "first_line_style",
    "discard",
    "max_lines",
)
_KNOWN = (("block_box_layout", _PARAMETERS), ("block_level_layout", _PARAMETERS))


@contextmanager
def coarse_column_steps(block: Any) -> Iterator[str | None]:
    """While active, columns grow by at least half a line; yields what of WeasyPrint the patch doesn't fit, or None.

    Where it doesn't fit, columns are WeasyPrint's own: slower, and with a white column here and there.

    Args:
        block: WeasyPrint's module that lays out blocks; columns ask it how high the next block is, without a limit
            to the page's foot, and throw the answer's box away.
    """
    if (misfit := find_misfit(block, _KNOWN)) is not None:
        yield misfit
        return
    plain, each = block.block_box_layout, block.block_level_layout
    trials = _Trials(each)
    left = 0.0

    def probe_box(context: Any, box: Any, bottom_space: float, *others: Any, **named: Any) -> Any:
        nonlocal left
        if box.is_column:
            box.bottom_margin_collapses = _always_true
            # Only columns that stay are laid out without a list of margins.
            trials.trying = others[_MARGINS] is not None
        result = plain(context, box, bottom_space, *others, **named)
        begun = others[0] if others else None
        if box.is_column and result[0] is None and begun is not None and bottom_space != inf:
            return (_empty_column(box), begun, *result[2:])
        if box.is_column and result[0] is not None:
            inside = [child for child in result[0].children if child.is_in_normal_flow()]
            if bottom_space != inf:
                left = context.page_bottom - bottom_space - _content_end(inside, box)
            elif inside:
                # The next block seems to lack half a line at least.
                inside[0].margin_bottom += max(left + _STEP - inside[0].margin_height(), 0.0)
        return result

    block.block_box_layout, block.block_level_layout = probe_box, trials.layout_block
    try:
        yield None
    finally:
        block.block_box_layout, block.block_level_layout = plain, each


class _Trials:
    """Lays out the parts of columns, each once while heights are tried.

    Attributes:
        trying: whether the columns being laid out will be thrown away.
    """

    def __init__(self, plain: Callable[..., Any]) -> None:
        self.trying = False
        self._plain = plain
        self._known: dict[int, tuple[Any, Any]] = {}

    def layout_block(self, context: Any, box: Any, bottom_space: float, *others: Any, **named: Any) -> Any:
        """What WeasyPrint's `block_level_layout` gives, or what it gave where that still holds."""
        begun, parent, empty, *_ = others
        fresh = self.trying and parent.is_column and begun is None and bottom_space != inf
        if fresh and id(box) in self._known:
            placed = self._place_known(box, others[_MARGINS])
            if not context.overflows_page(bottom_space, placed[0].border_box_y() + placed[0].border_height()):
                return placed
            if box.style["break_inside"] == "avoid" and not empty:
                return None, None, {"break": "any", "page": None}, [], False, placed[-1]
        result = self._plain(context, box, bottom_space, *others, **named)
        if fresh and result[0] is not None and result[1] is None and result[0].margin_top == 0:
            # Kept with the box it is of, so that no other box can come to have its number.
            self._known[id(box)] = (box, result)
        return result

    def _place_known(self, box: Any, margins: list[float]) -> Any:
        """A known layout moved to where the box would be now; what is inside it keeps its place."""
        _, (known, *rest) = self._known[id(box)]
        placed = known.copy()
        placed.position_x = box.position_x
        placed.position_y = box.position_y + max([0.0, *margins])
        return (placed, *rest)


def _always_true() -> bool:
    return True


def _empty_column(column: Any) -> Any:
    """A column without content: what comes next is too high for it."""
    empty = column.copy_with_children([])
    empty.height = 0
    return empty


def _content_end(children: list[Any], column: Any) -> float:
    """Where a column's content ends."""
    return float(children[-1].position_y + children[-1].margin_height() if children else column.position_y)
