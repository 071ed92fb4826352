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
from reporter.desk.column_names import TIME
from reporter.desk.containers import Content, TextForm, text_of

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


def written(content: Content) -> Content:
    """The same content with the form in which it is written.

    Raises:
        InputError: a text in an encoding that can't be told, or a damaged workbook.
    """
    if content.kind == "excel":
        found, _ = worksheet(content)
        width = found.widths[0]
        cells = [found.cells[place : place + width] for place in range(0, len(found.cells), width)]
        header, named = _header(cells[:_LOOKED_AT], found.lines)
        return replace(content, form=TextForm(header=header, header_lines=named))
    if content.kind != "csv":
        return content
    encoding = _encoding(content.data)
    lines = text_of(replace(content, form=TextForm(encoding))).split("\n")[:_LOOKED_AT]
    separator = max(_SEPARATORS, key=lambda mark: _columns(lines, mark))
    rows = [(_fields(line, separator), number) for number, line in enumerate(lines, 1) if line.strip()]
    header, named = _header([row for row, _ in rows], [number for _, number in rows])
    return replace(content, form=TextForm(encoding, separator, header, named))


def above_header(content: Content) -> tuple[str, ...]:
    """The cells that stand above the names of a table's columns, where exports say whose figures these are."""
    header, plain = content.form.header, replace(content, form=replace(content.form, header=1, header_lines=1))
    if header == 1 or content.kind not in ("csv", "excel"):
        return ()
    if content.kind == "excel":
        found, _ = worksheet(plain)
        width = found.widths[0]
        above = found.cells[: width * sum(line < header for line in found.lines)]
    else:
        lines = text_of(plain).split("\n")[: header - 1]
        above = [cell for line in lines for cell in _fields(line, content.form.separator)]
    return tuple(cell.strip() for cell in above if cell.strip())


def _encoding(data: bytes) -> str:
    """The encoding of a text; UTF-8, which is refused later, where none can be told."""
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        return next((name for name, words in _ENCODINGS.items() if _is_known(data, name, words)), "utf-8")
    return "utf-8"


def _is_known(data: bytes, encoding: str, words: re.Pattern[str]) -> bool:
    """Whether a text has an encoding in which its first lines hold one of some words."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return words.search("\n".join(text.split("\n")[:_HEADER_WITHIN])) is not None


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


def _header(rows: Sequence[Sequence[str]], lines: Sequence[int]) -> tuple[int, int]:
    """The line of the names, and how many lines of names there are.

    It is the first as wide as the table and without a value, before one that holds some. Of several lines of words
    above the first row (codes and units below the names) it is the one that names a column of times.
    """
    width = Counter(map(_used, rows)).most_common(1)[0][0] if rows else 0
    for place, row in enumerate(rows[:_HEADER_WITHIN]):
        wide = _used(row) >= width or (place + 1 < len(rows) and _is_second(row, rows[place + 1]))
        if not wide or any(_VALUE.fullmatch(cell.strip()) for cell in row):
            continue
        below = _first_row(rows, place)
        if below is not None and any(map(_names_times, row)):
            count = 1 + (below == place + 2 and _is_second(rows[place], rows[place + 1]))
            return (lines[place] if place else 1), count
        following = rows[place + 1 : place + 2]
        if not following or any(_DIGITS.search(cell) for cell in following[0]):
            above = place > 0 and below == place + 1 and _is_first(rows[place - 1], row)
            return (lines[place - above] if place - above else 1), 1 + above
    return 1, 1


def _first_row(rows: Sequence[Sequence[str]], header: int) -> int | None:
    """The first row below lines of words, which begins with a digit; None where something else stands there."""
    for place in range(header + 1, min(header + 1 + _MOST_HEADS, len(rows))):
        row = rows[place]
        if row and re.match(r"\s*[0-9]", row[0]):
            return place
        if any(_VALUE.fullmatch(cell.strip()) for cell in row):
            return None
    return None


def _names_times(cell: str) -> bool:
    return re.fullmatch(TIME, re.sub(r"[\s\-/.()]+", "_", cell.strip()), re.IGNORECASE) is not None


def _is_second(names: Sequence[str], row: Sequence[str]) -> bool:
    """Whether a line tells what the columns of instruments hold: fields below symbols that stand once for several."""
    if len(row) != len(names) or not row or row[0].strip():
        return False
    return any(not cell.strip() for cell in names[1:]) and all(cell.strip() for cell in row[1:])


def _is_first(row: Sequence[str], names: Sequence[str]) -> bool:
    """Whether a line holds symbols above columns whose names stand several times."""
    symbols = len(row) == len(names) and not row[0].strip() and sum(1 for cell in row if cell.strip()) > 1
    return symbols and len({cell.strip() for cell in names}) < len(names)


def _used(row: Sequence[str]) -> int:
    return max((place + 1 for place, cell in enumerate(row) if cell.strip()), default=0)
