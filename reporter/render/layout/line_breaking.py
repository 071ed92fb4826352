"""Text → pieces that a line may break between, their widths in a face, and how many lines they fill."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import pairwise
from unicodedata import east_asian_width

import uharfbuzz

from reporter.language.font_data import open_font_data
from reporter.model.document import ClaimSpan, LiteralSpan, Span
from reporter.render.fonts import FontFile

_NEVER_FIRST, _NEVER_LAST = "，、：；。？！）」』〉》％%”’…", "（「『〈《“‘"
#: A value up to this long stays on one line with its unit; a longer text (a list of names) may break.
UNBREAKABLE = 14
#: The end of a text holds together: it has this many ems at least, so that no word stands alone on the last line.
#: A text shorter than `_LONG` is one line anywhere, and every element costs the page time.
_TAIL, _LONGEST_TAIL, _LONG = 4.0, 12.0, 14.0


def is_wide(character: str) -> bool:
    """Whether a character takes a whole em."""
    return east_asian_width(character) in "WF"


def is_unbreakable(span: Span) -> bool:
    """Whether a span stays on one line: a short value with a figure in it."""
    return isinstance(span, ClaimSpan) and len(span.text) <= UNBREAKABLE and any(map(str.isdigit, span.text))


def split_at_breaks(spans: Iterable[Span], kept: Callable[[Span], bool] = is_unbreakable) -> list[str]:
    """A text cut wherever a line may end; spans that are `kept` together are not cut."""
    text, fixed = "", set[int]()
    for span in spans:
        start, text = len(text), text + span.text
        if kept(span):
            fixed.update(range(start + 1, len(text)))
    cuts = [n for n in range(1, len(text)) if n not in fixed and _may_break(text[n - 1], text[n])]
    return [text[start:end] for start, end in pairwise([0, *cuts, len(text)])] if text else []


def length_in_ems(text: str) -> float:
    """The length of a text in full-width characters; a Latin letter is about half of one."""
    return sum(1.0 if is_wide(character) else 0.5 for character in text)


def split_ending(spans: Sequence[Span]) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Split spans before the last words, which stay on one line; the second part may be empty."""
    if length_in_ems("".join(span.text for span in spans)) < _LONG:
        return tuple(spans), ()
    tail = ""
    for piece in reversed(split_at_breaks(spans)):
        if length_in_ems(tail.rstrip()) >= _TAIL:
            break
        tail = piece + tail
    before, kept = list(spans), list[Span]()
    left = len(tail)
    while left > 0 and before:
        span = before.pop()
        if isinstance(span, LiteralSpan) and len(span.text) > left:
            before.append(LiteralSpan(span.text[:-left]))
            span = LiteralSpan(span.text[-left:])
        kept.insert(0, span)
        left -= len(span.text)
    if length_in_ems("".join(span.text for span in kept)) > _LONGEST_TAIL:
        return tuple(spans), ()
    return tuple(before), tuple(kept)


def split_text(spans: Sequence[Span]) -> list[str]:
    """A text cut wherever a line may end, its end held together."""
    before, kept = split_ending(spans)
    return [*split_at_breaks(before), "".join(span.text for span in kept)]


def _may_break(before: str, after: str) -> bool:
    if before in " -–—/":
        return after != " "
    return (
        (is_wide(before) or is_wide(after)) and after != " " and after not in _NEVER_FIRST and before not in _NEVER_LAST
    )


@cache
def _load_advances(path: str, index: int, lang: str) -> Callable[[str], float]:
    """A function from a character to its width in ems, as a text in a language sets it."""
    face = uharfbuzz.Face(open_font_data(path), index)
    font, upem = uharfbuzz.Font(face), int(face.upem)

    @cache
    def advance(character: str) -> float:
        shaped = uharfbuzz.Buffer()
        shaped.add_str(character)
        shaped.guess_segment_properties()
        if character.isascii():
            # Figures and signs have no script of their own: beside letters they are Latin.
            shaped.script = "Latn"
        if lang:
            shaped.language = lang
        uharfbuzz.shape(font, shaped)
        return sum(float(glyph.x_advance) for glyph in shaped.glyph_positions) / upem

    return advance


def text_width(text: str, face: FontFile) -> float:
    """The width of a text in ems."""
    return sum(map(_load_advances(face.path, face.index, face.lang), text))


def count_lines(parts: Sequence[str], face: FontFile, room: float) -> int:
    """Lines that pieces of text fill, each line taking as many as it has room for, in ems.

    Args:
        parts: pieces that a line may break between.
        face: in which they are set.
        room: width in ems.
    """
    lines, used = 1, 0.0
    for part in parts:
        # A space at a line's end takes no room.
        if used and used + text_width(part.rstrip(), face) > room:
            lines, used = lines + 1, 0.0
        used += text_width(part, face)
    return lines
