"""How a text table or a worksheet is written, found from what stands in it: encoding, separator, line of the names.

Only `sniff` asks; a desk reads its files as desk.toml says.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from reporter.desk.binary_rows import worksheet
from reporter.desk.containers import Content, TextForm, text_of

_SEPARATORS = (",", ";", "\t", "|")
#: Encodings of Chinese spreadsheets, tried where a file is not UTF-8.
_ENCODINGS = ("big5", "gb18030")
#: Words by which a Chinese table is known: one of them stands in its first lines if the encoding is right.
_WORDS = re.compile("日期|時間|时间|收盤|收盘|開盤|开盘|價格|价格|成交")
_LOOKED_AT = 60
_HEADER_WITHIN = 20
_DIGITS = re.compile(r"[0-9]")
_VALUE = re.compile(r"[-+(]?[$€£]?[0-9][0-9.,:/ ()%TZ+'-]*[KMB]?\)?")


def written(content: Content) -> Content:
    """The same content with the form in which it is written.

    Raises:
        InputError: a text in an encoding that can't be told, or a damaged workbook.
    """
    if content.kind == "excel":
        found, _ = worksheet(content)
        width = found.widths[0]
        cells = [found.cells[place : place + width] for place in range(0, len(found.cells), width)]
        return replace(content, form=TextForm(header=_header(cells[:_LOOKED_AT], found.lines)))
    if content.kind != "csv":
        return content
    encoding = _encoding(content.data)
    lines = text_of(replace(content, form=TextForm(encoding))).split("\n")[:_LOOKED_AT]
    separator = max(_SEPARATORS, key=lambda mark: _columns(lines, mark))
    rows = [(_fields(line, separator), number) for number, line in enumerate(lines, 1) if line.strip()]
    header = _header([row for row, _ in rows], [number for _, number in rows])
    return replace(content, form=TextForm(encoding, separator, header))


def _encoding(data: bytes) -> str:
    """The encoding of a text; UTF-8, which is refused later, where none can be told."""
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        return next((name for name in _ENCODINGS if _is_chinese(data, name)), "utf-8")
    return "utf-8"


def _is_chinese(data: bytes, encoding: str) -> bool:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return _WORDS.search("\n".join(text.split("\n")[:_HEADER_WITHIN])) is not None


def _columns(lines: Sequence[str], separator: str) -> tuple[int, int]:
    """How many lines agree on a number of columns where a separator stands between them, and on how many."""
    widths = Counter(len(_fields(line, separator)) for line in lines if line.strip())
    width, count = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]), default=(1, 0))
    return (count, width) if width > 1 else (0, 1)


def _fields(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(line), delimiter=separator), [])
    except csv.Error:
        return [line]


def _header(rows: Sequence[Sequence[str]], lines: Sequence[int]) -> int:
    """The line of the names: the first as wide as the table and without a value, before one that holds some."""
    width = Counter(map(_used, rows)).most_common(1)[0][0] if rows else 0
    for place, row in enumerate(rows[:_HEADER_WITHIN]):
        named = _used(row) >= width and not any(_VALUE.fullmatch(cell.strip()) for cell in row)
        following = rows[place + 1 : place + 2]
        if named and (not following or any(_DIGITS.search(cell) for cell in following[0])):
            return lines[place] if place else 1
    return 1


def _used(row: Sequence[str]) -> int:
    return max((place + 1 for place, cell in enumerate(row) if cell.strip()), default=0)
