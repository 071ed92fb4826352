"""Files to raw tables: text cells with the line number of each row. Nothing is guessed and nothing dropped."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path

from reporter.desk.formats.containers import NAMES, PLAIN_TEXT, TextForm, decode_text, make_file_error, open_file
from reporter.diagnostics.diagnostic import Diagnostic, Place, did_you_mean, make_notice
from reporter.diagnostics.errors import InputError

#: So many mistakes of one kind are named; a file in a wrong format has as many as it has rows.
MAX_PROBLEMS = 20

_CUT = "it is cut off; fetch it again"
_MANY = "quote text that holds commas; numbers take no thousands separators"
#: Fewer rows than these have no usual number of decimals.
_LEAST_ROWS = 8
#: So many lines of words may stand above the rows, and below them.
_MOST_WORDS = 12
#: So much of a footer is shown.
_SHOWN = 40
_DIGIT = re.compile(r"[0-9]")
_NUMERIC_START = re.compile(r"\s*[-+(]?\s*(?:[$€£¥]|US\$)?\s*[0-9]")
#: Where none of these is in a text, no cell has blanks around it.
_PADDING = (" ,", ", ", " \n", "\n ", '" ', ' "', "\t", "\v", "\f")


@dataclass(frozen=True, slots=True)
class RawTable:
    """A file's cells as text.

    Attributes:
        file: how the file is shown in messages.
        columns: the file's own column name → cells, without the blanks around them.
        lines: 1-based line on which each row begins, or number of a row where a file has no lines.
        notices: what was left out on the way.
    """

    file: str
    columns: Mapping[str, list[str]]
    lines: list[int]
    notices: tuple[Diagnostic, ...] = ()

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.lines)

    def filter_rows(self, keep: Sequence[bool]) -> RawTable:
        """The rows that are to be kept."""
        columns = {name: list(compress(cells, keep)) for name, cells in self.columns.items()}
        return RawTable(self.file, columns, list(compress(self.lines, keep)), self.notices)


def read_csv(
    path: Path,
    shown_as: str,
    required: Iterable[str],
    optional: Iterable[str] = (),
    *,
    rest: bool | Callable[[str], bool] = False,
    member: str = "",
    form: TextForm = PLAIN_TEXT,
) -> RawTable:
    """Read selected columns of a CSV file.

    Args:
        path: the file.
        shown_as: how to name it in messages.
        required: names of the columns that must be there.
        optional: names of the columns that may be there.
        rest: whether all other columns are read too, or which of them, by their names.
        member: which file of a zip is meant, where it holds several.
        form: how it is written.

    Raises:
        InputError: file unreadable, not text, empty, ragged, duplicate or missing columns.
    """
    content = open_file(path, shown_as, member, form)
    if content.kind != "csv":
        hint = f'declare format = "{content.kind}", or see what `reporter sniff` says'
        raise make_file_error(
            "data.not-a-table", shown_as, f"not a text table but {NAMES[content.kind].removeprefix('a text ')}", hint
        )
    text, shown_as = decode_text(content), content.shown_as
    if not text.strip(', \t\r\n";|'):
        raise make_file_error("data.no-rows", shown_as, "the file is empty", "a header line and rows are needed")
    found = merge_header_lines(parse_records(text, shown_as, form.separator), form.header_lines, shown_as)
    width, top = found.widths[0], found.lines[0]
    header = [name.strip() for name in found.cells[:width]]
    required = list(dict.fromkeys(required))
    check_header(header, required, shown_as, top)
    more = [name for name in header if (rest(name) if callable(rest) else rest)]
    wanted = [*required, *(name for name in optional if name in header), *more]
    if len(found.lines) == 1:
        raise InputError([Diagnostic("data.no-rows", Place(shown_as, top), "the file has a header and no rows")])
    found, notices = drop_text_lines(found, 1, shown_as, whole=text.endswith("\n"))
    _check_widths(found, shown_as, whole=text.endswith("\n"))
    notices = (*notices, *check_file_end(found, text, shown_as))
    columns = {name: found.cells[width + header.index(name) :: width] for name in dict.fromkeys(wanted) if name}
    if form != PLAIN_TEXT or not text.isascii() or text[-1] == " " or any(mark in text for mark in _PADDING):
        columns = {name: [cell.strip() for cell in cells] for name, cells in columns.items()}
    return RawTable(shown_as, columns, found.lines[1:], notices)


def check_file_end(found: TextRecords, text: str, shown_as: str) -> tuple[Diagnostic, ...]:
    """Refuse a file that breaks off inside its last cell, and notice one that may.

    A file without a line break at its end may be whole. It is cut off where its last cell has fewer decimals than all
    others of its column have, or is shorter than each of them.

    Args:
        found: the file's records.
        text: the file's text.
        shown_as: the file's name in messages.

    Returns:
        A notice, where the last row can't be told to be whole.

    Raises:
        InputError: it breaks off inside its last cell.
    """
    if text.endswith("\n") or len(found.lines) < _LEAST_ROWS or set(found.widths) != {found.widths[0]}:
        return ()
    if found.lines[-1] != found.last:
        # The row is whole, for a footer that was left out stands below it.
        return ()
    *others, last = map(str.strip, found.cells[2 * found.widths[0] - 1 :: found.widths[0]])
    usual = {_count_decimals(cell) for cell in others}
    why = ""
    if last and len(usual) == 1 and _count_decimals(last) < min(usual):
        why = f"have {min(usual)} decimals"
    elif last and len(last) < min(map(len, others)):
        why = "are longer"
    if why:
        what = f'the file ends inside "{last}": all other cells of that column {why}'
        raise InputError([Diagnostic("data.cut-off", Place(shown_as, found.lines[-1]), what, _CUT)])
    what = "no line break ends the last row: is the file whole?"
    return (make_notice("data.no-last-line-break", Place(shown_as, found.lines[-1]), what),)


def _count_decimals(cell: str) -> int:
    return len(cell.rpartition(".")[2]) if "." in cell else 0


def table_from_records(
    found: TextRecords, names: Sequence[str], heads: int, shown_as: str, *, whole: bool = True
) -> RawTable:
    """All columns of records under names that are given.

    Args:
        found: the records.
        names: a name a column, each once.
        heads: how many records at the top are no rows.
        shown_as: how to name the file in messages.
        whole: whether the text ends with a line break.

    Raises:
        InputError: no rows, or some of another width.
    """
    if len(found.lines) <= heads:
        raise InputError(
            [Diagnostic("data.no-rows", Place(shown_as, found.lines[0]), "the file has a header and no rows")]
        )
    found, notices = drop_text_lines(found, heads, shown_as, whole=whole)
    _check_widths(found, shown_as, whole=whole)
    width = found.widths[0]
    cells = [cell.strip() for cell in found.cells[width * heads :]]
    columns = {name: cells[place::width] for place, name in enumerate(names)}
    return RawTable(shown_as, columns, found.lines[heads:], notices)


def merge_header_lines(found: TextRecords, count: int, shown_as: str) -> TextRecords:
    """The records with the names of several lines joined in one: "SPX Index" over "PX_LAST" is "SPX Index PX_LAST".

    A blank cell of an upper line has the name to its left, as a merged cell has.

    Args:
        found: the file's records.
        count: how many lines the header has.
        shown_as: the file's name in messages.

    Raises:
        InputError: there are fewer records than that, or of different widths.
    """
    if count == 1:
        return found
    width = found.widths[0]
    if len(found.widths) < count or set(found.widths[:count]) != {width}:
        what = f"there are no {count} lines of names, each of {width} fields"
        raise InputError([Diagnostic("data.no-header", Place(shown_as, found.lines[0]), what, "see header_lines")])
    rows = [[cell.strip() for cell in found.cells[width * row : width * (row + 1)]] for row in range(count)]
    for row in rows[:-1]:
        for place in range(2, width):
            row[place] = row[place] or row[place - 1]
    names = [" ".join(dict.fromkeys(filter(None, parts))) for parts in zip(*rows, strict=True)]
    lines, widths = [found.lines[0], *found.lines[count:]], [width, *found.widths[count:]]
    return TextRecords(lines, widths, [*names, *found.cells[width * count :]], found.last)


def drop_text_lines(
    found: TextRecords, heads: int, shown_as: str, *, whole: bool = True
) -> tuple[TextRecords, tuple[Diagnostic, ...]]:
    """Drop lines of text around the rows: units below the header, a vendor's name below the last row.

    A line that holds no digit at all is no row. Nor is one below the rows whose every cell begins with a word, where
    all rows begin with a digit; what is left of a row that breaks off begins with its digit.

    Args:
        found: the records.
        heads: how many of them are no rows.
        shown_as: how to name the file in messages.
        whole: whether the text ends with a line break; one that doesn't may break off.

    Returns:
        The records, and a notice for each that is left out.
    """
    width, ends, rows = found.widths[0], [0], len(found.widths)
    first, last = _first_and_last_row(found, heads)
    if found.widths.count(width) == rows and _has_digit(first) and not _is_footer(last):
        return found, ()
    for size in found.widths:
        ends.append(ends[-1] + size)
    cells = [found.cells[ends[row] : ends[row + 1]] for row in range(rows)]
    keep = _data_row_mask(cells, width, heads, whole=whole)
    notices = tuple(
        make_notice(
            "data.no-row-of-the-table",
            Place(shown_as, found.lines[row]),
            f'"{_first_text(cells[row])}" begins no row of the table: left out',
        )
        for row in range(rows)
        if not keep[row]
    )
    kept = TextRecords(
        list(compress(found.lines, keep)),
        list(compress(found.widths, keep)),
        [cell for row in compress(cells, keep) for cell in row],
        found.last,
    )
    return kept, notices


def _data_row_mask(cells: Sequence[Sequence[str]], width: int, heads: int, *, whole: bool) -> list[bool]:
    """Which records are rows, or lines of names above them."""
    rows = len(cells)
    top, end = heads, rows
    # What stands above rows without names may be their names: it is another layout then.
    while heads and top < min(heads + _MOST_WORDS, rows) and len(cells[top]) == width and not _has_digit(cells[top]):
        top += 1
    while end > max(rows - _MOST_WORDS, top) and _is_footer(cells[end - 1]):
        end -= 1
    starts = [row[0].strip() for row in cells[top:end] if len(row) == width]
    dated = bool(starts) and all(start[:1].isdigit() for start in starts)
    numbered = bool(starts) and whole and all(map(_DIGIT.search, starts))
    keep = [True] * rows
    for row in (*range(heads, top), *range(end, rows)):
        whole_row = len(cells[row]) == width and not _has_digit(cells[row])
        sure = whole_row or dated or (numbered and not _has_digit(cells[row]))
        keep[row] = not starts or len(cells[row]) > width or not sure
    return keep


def _first_and_last_row(found: TextRecords, heads: int) -> tuple[Sequence[str], Sequence[str]]:
    """The first row and the last, of records of one width."""
    width = found.widths[0]
    return found.cells[width * heads : width * (heads + 1)], found.cells[-width:]


def _has_digit(cells: Sequence[str]) -> bool:
    return any(map(_DIGIT.search, cells))


def _is_footer(cells: Sequence[str]) -> bool:
    """Whether a record may be a footer: no cell of it begins as a number or a date does."""
    return not _has_digit(cells) or not any(map(_NUMERIC_START.match, cells))


def _first_text(cells: Sequence[str]) -> str:
    text = next(cell.strip() for cell in cells if cell.strip())
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def parse_records(text: str, shown_as: str, separator: str = ",") -> TextRecords:
    """A text table → its records, split at the separator.

    Args:
        text: the file's text.
        shown_as: the file's name in messages.
        separator: between cells.

    Raises:
        InputError: quotes that don't match.
    """
    return _parse_quoted(text, shown_as, separator) if '"' in text else _parse_unquoted(text, separator)


@dataclass(frozen=True, slots=True)
class TextRecords:
    """A text's records that hold anything, the header first.

    Attributes:
        lines: on which line each begins.
        widths: how many fields each has.
        cells: all fields one after another; a list a row would cost more than the rest of the reading.
        last: on which line the last record of the file begins, though it may be no row.
    """

    lines: list[int]
    widths: list[int]
    cells: list[str]
    last: int = 0


def _parse_unquoted(text: str, separator: str) -> TextRecords:
    """The fields of a text without quotes."""
    lines = text.split("\n")
    # A spreadsheet saves its blank rows as separators alone.
    filled = [bool(line.strip(f"{separator} \t")) for line in lines]
    kept = list(compress(lines, filled))
    widths = [line.count(separator) + 1 for line in kept]
    cells = separator.join(kept).split(separator)
    numbers = list(compress(range(1, len(lines) + 1), filled))
    return TextRecords(numbers, widths, cells, numbers[-1] if numbers else 0)


_DOUBLED = "a quote inside a quoted text is doubled"
#: A part of what Python's reader says → what is wrong, and what to do.
_NOT_CSV = (
    ("unexpected end", "a quoted text is never closed", _DOUBLED),
    ("expected after", "a quoted text goes on after its closing quote", _DOUBLED),
    ("field larger", "a field has more than 131,072 characters", f"a quote may never be closed; {_DOUBLED}"),
    ("new-line", "a line ends in the middle of a field", "save the file with line ends of one kind"),
    ("NUL", "a field holds a byte that is no text", "save the file as UTF-8"),
)


def _parse_quoted(text: str, shown_as: str, separator: str) -> TextRecords:
    """The fields of a text with quotes."""
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    found = TextRecords([], [], [])
    line = 1
    try:
        for record in reader:
            if any(cell.strip() for cell in record):
                found.lines.append(line)
                found.widths.append(len(record))
                found.cells.extend(record)
            line = reader.line_num + 1
    except csv.Error as error:
        what, hint = next(
            ((what, hint) for said, what, hint in _NOT_CSV if said in str(error)), ("this is no row of CSV", _DOUBLED)
        )
        raise InputError([Diagnostic("data.not-csv", Place(shown_as, line), what, hint)]) from error
    return TextRecords(found.lines, found.widths, found.cells, found.lines[-1] if found.lines else 0)


def check_header(header: Sequence[str], required: Sequence[str], shown_as: str, line: int | None) -> None:
    """Refuse a header with duplicate names, or without a required one.

    Args:
        header: the names.
        required: names that must be there.
        shown_as: the file's name in messages.
        line: the header's, from 1, or None.

    Raises:
        InputError: a name stands twice, or a required one is missing.
    """
    problems = [
        Diagnostic(
            "data.duplicate-column",
            Place(shown_as, line),
            f'column "{name}" stands twice in the header',
            "rename one of them",
        )
        for name in dict.fromkeys(header)
        if name and header.count(name) > 1
    ]
    for name in required:
        if name not in header:
            near = did_you_mean(name, header) or f"columns are: {', '.join(header)}"
            problems.append(
                Diagnostic(
                    "data.missing-column", Place(shown_as, line), f'no column "{name}"', _separator_hint(header) or near
                )
            )
    if problems:
        raise InputError(problems)


def _separator_hint(header: Sequence[str]) -> str:
    """A hint where a file has another separator than declared."""
    for mark, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars"), (",", "commas")):
        if len(header) == 1 and mark in header[0]:
            written = mark.replace("\t", "\\t")
            return f'its columns are separated by {name}: separator = "{written}"'
    return ""


def _check_widths(found: TextRecords, shown_as: str, *, whole: bool = True) -> None:
    """Each row must have as many fields as the header, or columns would shift."""
    width = found.widths[0]
    if set(found.widths) == {width}:
        return
    ragged = [(line, fields) for line, fields in zip(found.lines, found.widths, strict=True) if fields != width]
    problems = [
        Diagnostic(
            "data.ragged-row",
            Place(shown_as, line),
            f"row has {fields} field{'' if fields == 1 else 's'}, the header has {width}",
            _MANY if fields > width else "" if whole or line != found.lines[-1] else _CUT,
        )
        for line, fields in ragged[:MAX_PROBLEMS]
    ]
    if len(ragged) > MAX_PROBLEMS:
        what = f"{len(ragged) - MAX_PROBLEMS} more rows like these, from this line on"
        problems.append(Diagnostic("data.ragged-row", Place(shown_as, ragged[MAX_PROBLEMS][0]), what))
    raise InputError(problems)
