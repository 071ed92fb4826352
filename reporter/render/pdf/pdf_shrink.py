"""pydyf PDF → smaller PDF that shows the same: terse drawing, bare font programs, no unreferenced object.

Works on pydyf's objects just before they are written, which takes some milliseconds; rewriting the finished file with
another library would take more than the page itself is allowed to.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

_NUMBER = re.compile(rb"-?\d+\.\d{3,}")
#: What every path states of its pen although it is what a pen is without being told, and fills need none.
_PEN = b"[] 0 d\n0 J\n0 j\n4 M\n"
_REFERENCE = re.compile(rb"(\d+) 0 R")


def shrink_pdf(pdf: Any) -> None:
    """Make a pydyf PDF smaller, in place, without a change to what it shows or says."""
    for item in pdf.objects:
        if hasattr(item, "stream") and item.stream:
            _shrink_stream(item)
    _drop_unused(pdf)


def _shrink_stream(stream: Any) -> None:
    if stream.extra.get("Subtype") == "/OpenType":
        outlines = extract_outlines(stream.stream[0])
        if outlines:
            stream.stream = [outlines]
            stream.extra["Subtype"] = "/CIDFontType0C"
    elif not stream.extra and any(map(_is_drawing_operator, stream.stream[:200])):
        stream.stream = [shorten_drawing(b"\n".join(map(_to_bytes, stream.stream)))]


def _is_drawing_operator(operator: Any) -> bool:
    """Whether a part of a stream is an operator of drawing; dictionaries stand between operators and have no hash."""
    return isinstance(operator, bytes) and operator in {b"BT", b"re", b"EMC"}


def shorten_drawing(drawing: bytes) -> bytes:
    """A content stream with fewer digits and without operators that state the default."""
    drawing = drawing.replace(_PEN, b"")
    return _NUMBER.sub(_shorten_number, drawing)


def _shorten_number(number: re.Match[bytes]) -> bytes:
    value = float(number[0])
    # Colours and scales are below 10 and need their third digit; places on the page don't.
    text = f"{value:.{3 if abs(value) < 10 else 2}f}".rstrip("0").rstrip(".")
    return b"0" if text in {"-0", ""} else text.encode()


def _to_bytes(part: Any) -> bytes:
    if isinstance(part, bytes):
        return part
    data: bytes = part.data if hasattr(part, "data") else str(part).encode()
    return data


def extract_outlines(font: bytes) -> bytes:
    """An OpenType font → the CFF font inside it, whose glyphs are called by their numbers as the page calls them.

    A subset of a Chinese font keeps each glyph's name from the whole font. Inside an OpenType wrapper most readers
    pass over the names; a bare font is looked up by them.

    Args:
        font: an OpenType font program.

    Returns:
        The table's bytes, or none where the font has no such table.
    """
    # Imported here, as wherever fonts are read: commands without a page need not wait for it.
    from fontTools.ttLib import TTFont

    opened = TTFont(BytesIO(font), lazy=True, recalcBBoxes=False, recalcTimestamp=False)
    if "CFF " not in opened:
        return b""
    table: Any = opened["CFF "]
    top = table.cff.topDictIndex[0]
    if hasattr(top, "ROS"):
        # Made of numbered glyphs; any other font is looked up by the names that it has.
        names = [".notdef", *(f"cid{number:05}" for number in range(1, len(top.charset)))]
        outlines = top.CharStrings
        outlines.charStrings = {name: outlines.charStrings[old] for name, old in zip(names, top.charset, strict=True)}
        top.charset = names
    data: bytes = table.compile(opened)
    return data


def _drop_unused(pdf: Any) -> None:
    """Take emptied objects out and number the others anew."""
    kept = [item for item in pdf.objects if not (isinstance(item, dict) and not item)]
    numbers = {item.number: place for place, item in enumerate(kept)}
    for place, item in enumerate(kept):
        item.number = place
    for item in kept:
        _renumber_references(item if isinstance(item, dict | list) else getattr(item, "extra", None), numbers)
    _renumber_references(pdf.info, numbers)
    pdf.objects[:] = kept


def _renumber_references(value: Any, numbers: dict[int, int]) -> None:
    if isinstance(value, dict):
        for key, part in value.items():
            value[key] = _renumber_value(part, numbers)
    elif isinstance(value, list):
        for place, part in enumerate(value):
            if part == "R" and place >= 2:
                # A page is referred to as three items: its number, 0, R.
                value[place - 2] = numbers[int(value[place - 2])]
            else:
                value[place] = _renumber_value(part, numbers)


def _renumber_value(part: Any, numbers: dict[int, int]) -> Any:
    if isinstance(part, bytes) and (found := _REFERENCE.fullmatch(part)):
        return b"%d 0 R" % numbers[int(found[1])]
    if isinstance(part, str) and (found := _REFERENCE.fullmatch(part.encode())):
        return f"{numbers[int(found[1])]} 0 R"
    _renumber_references(part, numbers)
    return part
