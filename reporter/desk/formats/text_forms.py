"""How a text table or a worksheet is written, detected from its content: encoding, separator, header line.

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

from reporter.desk.formats.binary_rows import read_worksheet
from reporter.desk.formats.column_names import TIME
from reporter.desk.formats.containers import Content, TextForm, decode_text

_SEPARATORS = (",", ";", "\t", "|")
#: Words by which a Chinese table is known: one of them stands in its first lines if the encoding is right.
_CHINESE = re.compile("日期|年月日|時間|时间|收盤|收盘|收市|開盤|开盘|開市|開市|價格|价格|成交|指标|指標")
#: Encodings of spreadsheets, tried where a file is not UTF-8 → words by which a table in it is known.
_ENCODINGS = {
    "big5": _CHINESE,
    "gb18030": _CHINESE,
    "shift_jis": re.compile("日付|始値|高値|安値|終値"),
    "cp1252": re.compile(r"\b(eröffn|höchst|schlu|máx|mín|último|clôture|ouverture)", re.IGNORECASE),
}
_LOOKED_AT = 60
_HEADER_WITHIN = 20
#: So many lines of words may stand between the names and the first row.
_MOST_HEADS = 5
_DIGITS = re.compile(r"[0-9]")
_VALUE = re.compile(r"[-+(]?[$€£]?[0-9][0-9.,:/ ()%TZ+'-]*[KMB]?\)?")


def detect_text_form(content: Content) -> Content:
    """Content → the same content with its detected encoding, separator and header lines.

    Raises:
        InputError: a text in an encoding that can't be told, or a damaged workbook.
    """
    if content.kind == "excel":
        found, _ = read_worksheet(content)
        width = found.widths[0]
        cells = [found.cells[place : place + width] for place in range(0, len(found.cells), width)]
        header, named = _find_header(cells[:_LOOKED_AT], found.lines)
        return replace(content, form=TextForm(header=header, header_lines=named))
    if content.kind != "csv":
        return content
    encoding = _detect_encoding(content.data)
    lines = decode_text(replace(content, form=TextForm(encoding))).split("\n")[:_LOOKED_AT]
    separator = max(_SEPARATORS, key=lambda mark: _count_columns(lines, mark))
    rows = [(_split_fields(line, separator), number) for number, line in enumerate(lines, 1) if line.strip()]
    header, named = _find_header([row for row, _ in rows], [number for _, number in rows])
    return replace(content, form=TextForm(encoding, separator, header, named))


def cells_above_header(content: Content) -> tuple[str, ...]:
    """The cells above a table's header, where exports name the owner of the figures."""
    header, plain = content.form.header, replace(content, form=replace(content.form, header=1, header_lines=1))
    if header == 1 or content.kind not in ("csv", "excel"):
        return ()
    if content.kind == "excel":
        found, _ = read_worksheet(plain)
        width = found.widths[0]
        above = found.cells[: width * sum(line < header for line in found.lines)]
    else:
        lines = decode_text(plain).split("\n")[: header - 1]
        above = [cell for line in lines for cell in _split_fields(line, content.form.separator)]
    return tuple(cell.strip() for cell in above if cell.strip())


def _detect_encoding(data: bytes) -> str:
    """The encoding of a text; UTF-8, which is refused later, where none can be detected."""
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        return next((name for name, words in _ENCODINGS.items() if _has_encoding(data, name, words)), "utf-8")
    return "utf-8"


def _has_encoding(data: bytes, encoding: str, words: re.Pattern[str]) -> bool:
    """Whether a text has an encoding in which its first lines hold one of some words."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return words.search("\n".join(text.split("\n")[:_HEADER_WITHIN])) is not None


def _count_columns(lines: Sequence[str], separator: str) -> tuple[int, int]:
    """How many lines agree on a number of columns under a separator, and that number."""
    widths = Counter(len(_split_fields(line, separator)) for line in lines if line.strip())
    width, count = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]), default=(1, 0))
    return (count, width) if width > 1 else (0, 1)


def _split_fields(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(line), delimiter=separator), [])
    except csv.Error:
        return [line]


def _find_header(rows: Sequence[Sequence[str]], lines: Sequence[int]) -> tuple[int, int]:
    """The line of the names, and how many lines of names there are.

    It is the first as wide as the table and without a value, before one that holds some. Of several lines of words
    above the first row (codes and units below the names) it is the one that names a column of times.
    """
    width = Counter(map(_used_width, rows)).most_common(1)[0][0] if rows else 0
    for place, row in enumerate(rows[:_HEADER_WITHIN]):
        wide = _used_width(row) >= width or (place + 1 < len(rows) and _is_second_header(row, rows[place + 1]))
        if not wide or any(_VALUE.fullmatch(cell.strip()) for cell in row):
            continue
        below = _find_first_row(rows, place)
        if below is not None and any(map(_is_time_name, row)):
            count = 1 + (below == place + 2 and _is_second_header(rows[place], rows[place + 1]))
            return (lines[place] if place else 1), count
        following = rows[place + 1 : place + 2]
        if not following or any(_DIGITS.search(cell) for cell in following[0]):
            above = place > 0 and below == place + 1 and _is_symbol_header(rows[place - 1], row)
            return (lines[place - above] if place - above else 1), 1 + above
    return 1, 1


def _find_first_row(rows: Sequence[Sequence[str]], header: int) -> int | None:
    """The first row below the header lines, which begins with a digit; None where there is no such row."""
    for place in range(header + 1, min(header + 1 + _MOST_HEADS, len(rows))):
        row = rows[place]
        if row and re.match(r"\s*[0-9]", row[0]):
            return place
        if any(_VALUE.fullmatch(cell.strip()) for cell in row):
            return None
    return None


def _is_time_name(cell: str) -> bool:
    return re.fullmatch(TIME, re.sub(r"[\s\-/.()]+", "_", cell.strip()), re.IGNORECASE) is not None


def _is_second_header(names: Sequence[str], row: Sequence[str]) -> bool:
    """Whether a line is a second header: field names below symbols that each head several columns."""
    if len(row) != len(names) or not row or row[0].strip():
        return False
    return any(not cell.strip() for cell in names[1:]) and all(cell.strip() for cell in row[1:])


def _is_symbol_header(row: Sequence[str], names: Sequence[str]) -> bool:
    """Whether a line holds symbols above columns whose names repeat."""
    symbols = len(row) == len(names) and not row[0].strip() and sum(1 for cell in row if cell.strip()) > 1
    return symbols and len({cell.strip() for cell in names}) < len(names)


def _used_width(row: Sequence[str]) -> int:
    return max((place + 1 for place, cell in enumerate(row) if cell.strip()), default=0)
