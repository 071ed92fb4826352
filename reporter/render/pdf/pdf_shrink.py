"""pydyf PDF → smaller PDF that shows the same: terse drawing, bare font programs, no unreferenced object.

Works on pydyf's objects just before they are written, which takes some milliseconds; rewriting the finished file with
another library would take more than the page itself is allowed to.
"""

from __future__ import annotations

import re
import struct
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
        outlines = _find_table(stream.stream[0], b"CFF ")
        if outlines:
            stream.stream = [_name_glyphs_by_number(outlines)]
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


def _find_table(font: bytes, tag: bytes) -> bytes:
    (count,) = struct.unpack_from(">H", font, 4)
    for number in range(count):
        name, _, start, length = struct.unpack_from(">4sLLL", font, 12 + 16 * number)
        if name == tag:
            return font[start : start + length]
    return b""


def _name_glyphs_by_number(outlines: bytes) -> bytes:
    """A CFF font whose glyphs are called by their numbers, as the page calls them.

    A subset of a Chinese font keeps each glyph's name from the whole font. Inside an OpenType wrapper most readers
    pass over the names; a bare font is looked up by them.
    """
    place = _index_end(outlines, outlines[2])
    top, end = _first_of_index(outlines, place)
    offsets = _top_offsets(outlines[top:end])
    names, glyphs = offsets.get(15, 0), offsets.get(17, 0)
    if 1230 not in offsets or names < 3:
        # Not made of numbered glyphs: it has no names by number to mend.
        return outlines
    (count,) = struct.unpack_from(">H", outlines, glyphs)
    # One range: from 1 on, all the others follow. Any other list of names is at least as long as this.
    listed = struct.pack(">BHH", 2, 1, max(count - 2, 0))
    return outlines[:names] + listed + outlines[names + len(listed) :]


def _index_end(data: bytes, place: int) -> int:
    (count,) = struct.unpack_from(">H", data, place)
    if not count:
        return place + 2
    size = data[place + 2]
    last = place + 3 + count * size
    return place + 2 + int(count + 1) * size + int.from_bytes(data[last : last + size], "big")


def _first_of_index(data: bytes, place: int) -> tuple[int, int]:
    (count,) = struct.unpack_from(">H", data, place)
    size = data[place + 2]
    base = place + 2 + (count + 1) * size
    start, end = (int.from_bytes(data[at : at + size], "big") for at in (place + 3, place + 3 + size))
    return base + start, base + end


def _top_offsets(top: bytes) -> dict[int, int]:
    """Operators of a font's first table with their last operand; an operator of two bytes counts from 1200."""
    found: dict[int, int] = {}
    operand, place = 0, 0
    while place < len(top):
        byte = top[place]
        if byte == 28:
            operand, place = struct.unpack_from(">h", top, place + 1)[0], place + 3
        elif byte == 29:
            operand, place = struct.unpack_from(">i", top, place + 1)[0], place + 5
        elif byte == 30:
            place += 1
            while top[place] & 0x0F != 0x0F and top[place] >> 4 != 0x0F:
                place += 1
            place += 1
        elif byte >= 32:
            wide = byte >= 247
            high = (byte - 247) * 256 + 108 if byte < 251 else -(byte - 251) * 256 - 108
            operand = (high + (top[place + 1] if byte < 251 else -top[place + 1])) if wide else byte - 139
            place += 2 if wide else 1
        else:
            found[1200 + top[place + 1] if byte == 12 else byte] = operand
            place += 2 if byte == 12 else 1
    return found


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
