"""Where lines end: texts cut wherever a line may break, their widths by the face they are set in, lines counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import pairwise
from unicodedata import east_asian_width

import uharfbuzz

from reporter.model.document import Shown, Span
from reporter.render.fonts import FontFile

_NEVER_FIRST, _NEVER_LAST = "，、：；。？！）」』〉》％%”’…", "（「『〈《“‘"
#: A value up to this long stays on one line with its unit; a longer text (a list of names) may break.
UNBREAKABLE = 14


def wide(character: str) -> bool:
    """Whether a character takes a whole em."""
    return east_asian_width(character) in "WF"


def pieces(spans: Iterable[Span], longest: int = 1000) -> list[str]:
    """A text cut wherever a line may end; shown values of up to `longest` characters are not cut."""
    text, fixed = "", set[int]()
    for span in spans:
        start, text = len(text), text + span.text
        if isinstance(span, Shown) and len(span.text) <= longest:
            fixed.update(range(start + 1, len(text)))
    cuts = [n for n in range(1, len(text)) if n not in fixed and _may_break(text[n - 1], text[n])]
    return [text[start:end] for start, end in pairwise([0, *cuts, len(text)])] if text else []


def _may_break(before: str, after: str) -> bool:
    if before in " -–—/":
        return after != " "
    return (wide(before) or wide(after)) and after != " " and after not in _NEVER_FIRST and before not in _NEVER_LAST


@cache
def _advances(path: str, index: int) -> Callable[[str], float]:
    """A function from a character to its width in ems."""
    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(path), index)
    font, upem = uharfbuzz.Font(face), int(face.upem)

    @cache
    def advance(character: str) -> float:
        return float(font.get_glyph_h_advance(font.get_nominal_glyph(ord(character)) or 0)) / upem

    return advance


def width(text: str, face: FontFile) -> float:
    """The width of a text in ems."""
    return sum(map(_advances(face.path, face.index), text))


def count_lines(parts: Sequence[str], face: FontFile, room: float) -> int:
    """Lines that pieces of text fill, each line taking as many as it has room for, in ems."""
    lines, used = 1, 0.0
    for part in parts:
        # A space at a line's end takes no room.
        if used and used + width(part.rstrip(), face) > room:
            lines, used = lines + 1, 0.0
        used += width(part, face)
    return lines
