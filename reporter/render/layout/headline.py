"""The headline's lines: one where a slightly smaller size allows it, otherwise lines of about equal length.

The renderer of PDF breaks a line where it is full, which leaves a last word alone on the second line.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate

from reporter.model.document import ClaimSpan, Span
from reporter.render.fonts import FontFile
from reporter.render.layout.line_breaking import split_at_breaks, text_width

#: Width of the page between its margins, and the sizes a headline may have, in points.
_PAGE, _SIZES = 504.0, (21.0, 20.5, 20.0, 19.5, 19.0)
#: A break after one of these reads better than one in the middle of a clause; it may cost this share of a line.
_STOPS, _STOP_WORTH = "，、：；。？！,:;—…", 0.5


def headline_style(spans: Iterable[Span], face: FontFile) -> str:
    """A style for the headline's element, empty where it needs none.

    Args:
        spans: the headline; shown values are not broken.
        face: the face it is set in.
    """
    parts = split_at_breaks(spans, lambda span: isinstance(span, ClaimSpan))
    widths = [text_width(piece.rstrip(), face) for piece in parts]
    ends = [text_width("".join(parts[: n + 1]).rstrip(), face) for n in range(len(parts))]
    length = ends[-1] if ends else 0.0
    size = next((size for size in _SIZES if length * size <= _PAGE), None)
    if size is not None:
        return "" if size == _SIZES[0] else f"font-size:{size:g}pt"
    starts = list(accumulate((text_width(piece, face) for piece in parts), initial=0.0))
    room = _PAGE / _SIZES[0]
    # The first line must be the longer one, or the renderer would pull the second line's first word up to it.
    fits = [n for n in range(len(parts) - 1) if length - starts[n + 1] <= ends[n] <= room]
    if not fits or max(widths) > room:
        return ""
    best = min(fits, key=lambda n: 2 * ends[n] - length - _STOP_WORTH * room * (parts[n].rstrip()[-1:] in _STOPS))
    return f"max-width:{ends[best] * _SIZES[0] + 1:.1f}pt"
