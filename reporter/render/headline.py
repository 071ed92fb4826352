"""The headline's lines: one where a slightly smaller size allows it, otherwise lines of about equal length.

The renderer of PDF breaks a line where it is full, which leaves a last word alone on the second line.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import accumulate, pairwise
from unicodedata import east_asian_width

import uharfbuzz

from reporter.model.document import Shown, Span
from reporter.render.fonts import FontFile

#: Width of the page between its margins, and the sizes a headline may have, in points.
_PAGE, _SIZES = 504.0, (21.0, 20.5, 20.0, 19.5, 19.0)
#: A break after one of these reads better than one in the middle of a clause; it may cost this share of a line.
_STOPS, _STOP_WORTH = "，、：；。？！,:;—…", 0.5
_NEVER_FIRST, _NEVER_LAST = "，、：；。？！）」』〉》％%”’…", "（「『〈《“‘"


def headline_style(spans: Iterable[Span], face: FontFile) -> str:
    """A style for the headline's element, empty where it needs none.

    Args:
        spans: the headline; shown values are not broken.
        face: the face it is set in.
    """
    pieces = _pieces(spans)
    widths = [_ems(piece.rstrip(), face) for piece in pieces]
    ends = [_ems("".join(pieces[: n + 1]).rstrip(), face) for n in range(len(pieces))]
    length = ends[-1] if ends else 0.0
    size = next((size for size in _SIZES if length * size <= _PAGE), None)
    if size is not None:
        return "" if size == _SIZES[0] else f"font-size:{size:g}pt"
    starts = list(accumulate((_ems(piece, face) for piece in pieces), initial=0.0))
    room = _PAGE / _SIZES[0]
    # The first line must be the longer one, or the renderer would pull the second line's first word up to it.
    fits = [n for n in range(len(pieces) - 1) if length - starts[n + 1] <= ends[n] <= room]
    if not fits or max(widths) > room:
        return ""
    best = min(fits, key=lambda n: 2 * ends[n] - length - _STOP_WORTH * room * (pieces[n].rstrip()[-1:] in _STOPS))
    return f"max-width:{ends[best] * _SIZES[0] + 1:.1f}pt"


def _pieces(spans: Iterable[Span]) -> list[str]:
    """The headline cut wherever a line may end."""
    text, fixed = "", set[int]()
    for span in spans:
        start, text = len(text), text + span.text
        if isinstance(span, Shown):
            fixed.update(range(start + 1, len(text)))
    cuts = [n for n in range(1, len(text)) if n not in fixed and _may_break(text[n - 1], text[n])]
    return [text[start:end] for start, end in pairwise([0, *cuts, len(text)])] if text else []


def _may_break(before: str, after: str) -> bool:
    if before == " ":
        return True
    wide = east_asian_width(before) in "WF" or east_asian_width(after) in "WF"
    return wide and after != " " and after not in _NEVER_FIRST and before not in _NEVER_LAST


@cache
def _font(path: str, index: int) -> tuple[uharfbuzz.Font, int]:
    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(path), index)
    return uharfbuzz.Font(face), int(face.upem)


def _ems(text: str, file: FontFile) -> float:
    font, upem = _font(file.path, file.index)
    glyphs = (font.get_nominal_glyph(ord(character)) or 0 for character in text)
    return float(sum(font.get_glyph_h_advance(glyph) for glyph in glyphs)) / upem
