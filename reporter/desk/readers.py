"""Files to raw tables: text cells with the line each row stands on. Nothing is guessed and nothing dropped."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path

from reporter.desk.containers import NAMES, PLAIN_TEXT, TextForm, open_file, refuse, text_of
from reporter.diagnostics import Diagnostic, Place, did_you_mean, notice
from reporter.errors import InputError

#: So many mistakes of one kind are named; a file in a wrong format has as many as it has rows.
MAX_PROBLEMS = 20

_CUT = "it is cut off; fetch it again"
_MANY = "quote text that holds commas; numbers take no thousands separators"
#: Fewer rows than these have no usual number of decimals.
_LEAST_ROWS = 8
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

    def only(self, keep: Sequence[bool]) -> RawTable:
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
    """Read the columns of a CSV file that are asked for.

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
        raise refuse(
            "data.not-a-table", shown_as, f"not a text table but {NAMES[content.kind].removeprefix('a text ')}", hint
        )
    text, shown_as = text_of(content), content.shown_as
    if not text.strip(', \t\r\n";|'):
        raise refuse("data.no-rows", shown_as, "the file is empty", "a header line and rows are needed")
    found = fields_of(text, shown_as, form.separator)
    width, top = found.widths[0], found.lines[0]
    header = [name.strip() for name in found.cells[:width]]
    required = list(dict.fromkeys(required))
    check_header(header, required, shown_as, top)
    more = [name for name in header if (rest(name) if callable(rest) else rest)]
    wanted = [*required, *(name for name in optional if name in header), *more]
    if len(found.lines) == 1:
        raise InputError([Diagnostic("data.no-rows", Place(shown_as, top), "the file has a header and no rows")])
    _check_widths(found, shown_as, whole=text.endswith("\n"))
    notices = check_end(found, text, shown_as)
    columns = {name: found.cells[width + header.index(name) :: width] for name in dict.fromkeys(wanted) if name}
    if form != PLAIN_TEXT or not text.isascii() or text[-1] == " " or any(mark in text for mark in _PADDING):
        columns = {name: [cell.strip() for cell in cells] for name, cells in columns.items()}
    return RawTable(shown_as, columns, found.lines[1:], notices)


def check_end(found: Fields, text: str, shown_as: str) -> tuple[Diagnostic, ...]:
    """Refuse a file that breaks off inside its last cell, and notice one that may.

    A file without a line break at its end may be whole. It is cut off where its last cell has fewer decimals than all
    others of its column have, or is shorter than each of them.

    Returns:
        A notice, where the last row can't be told to be whole.
    """
    if text.endswith("\n") or len(found.lines) < _LEAST_ROWS or set(found.widths) != {found.widths[0]}:
        return ()
    *others, last = map(str.strip, found.cells[2 * found.widths[0] - 1 :: found.widths[0]])
    usual = {_decimals(cell) for cell in others}
    why = ""
    if last and len(usual) == 1 and _decimals(last) < min(usual):
        why = f"have {min(usual)} decimals"
    elif last and len(last) < min(map(len, others)):
        why = "are longer"
    if why:
        what = f'the file ends inside "{last}": all other cells of that column {why}'
        raise InputError([Diagnostic("data.cut-off", Place(shown_as, found.lines[-1]), what, _CUT)])
    what = "no line break ends the last row: is the file whole?"
    return (notice("data.no-last-line-break", Place(shown_as, found.lines[-1]), what),)


def _decimals(cell: str) -> int:
    return len(cell.rpartition(".")[2]) if "." in cell else 0


def table_of(found: Fields, names: Sequence[str], heads: int, shown_as: str) -> RawTable:
    """All columns of records under names that are given.

    Args:
        found: the records.
        names: a name a column, each once.
        heads: how many records at the top are no rows.
        shown_as: how to name the file in messages.

    Raises:
        InputError: no rows, or some of another width.
    """
    if len(found.lines) <= heads:
        raise InputError(
            [Diagnostic("data.no-rows", Place(shown_as, found.lines[0]), "the file has a header and no rows")]
        )
    _check_widths(found, shown_as)
    width = found.widths[0]
    cells = [cell.strip() for cell in found.cells[width * heads :]]
    columns = {name: cells[place::width] for place, name in enumerate(names)}
    return RawTable(shown_as, columns, found.lines[heads:])


def fields_of(text: str, shown_as: str, separator: str = ",") -> Fields:
    """The records of a text table, whose columns a separator stands between.

    Raises:
        InputError: quotes that don't match.
    """
    return _quoted(text, shown_as, separator) if '"' in text else _plain(text, separator)


@dataclass(frozen=True, slots=True)
class Fields:
    """A text's records that hold anything, the header first.

    Attributes:
        lines: on which line each begins.
        widths: how many fields each has.
        cells: all fields one after another; a list a row would cost more than the rest of the reading.
    """

    lines: list[int]
    widths: list[int]
    cells: list[str]


def _plain(text: str, separator: str) -> Fields:
    """The fields of a text without quotes."""
    lines = text.split("\n")
    # A spreadsheet saves its blank rows as separators alone.
    filled = [bool(line.strip(f"{separator} \t")) for line in lines]
    kept = list(compress(lines, filled))
    widths = [line.count(separator) + 1 for line in kept]
    cells = separator.join(kept).split(separator)
    return Fields(list(compress(range(1, len(lines) + 1), filled)), widths, cells)


def _quoted(text: str, shown_as: str, separator: str) -> Fields:
    """The fields of a text with quotes."""
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    found = Fields([], [], [])
    line = 1
    try:
        for record in reader:
            if any(cell.strip() for cell in record):
                found.lines.append(line)
                found.widths.append(len(record))
                found.cells.extend(record)
            line = reader.line_num + 1
    except csv.Error as error:
        what = "a quoted text is never closed" if "unexpected end" in str(error) else f"not CSV: {error}"
        raise InputError(
            [Diagnostic("data.not-csv", Place(shown_as, line), what, "a quote inside a quoted text is doubled")]
        ) from error
    return found


def check_header(header: Sequence[str], required: Sequence[str], shown_as: str, line: int | None) -> None:
    """Refuse names that stand twice, and the lack of a name that is required."""
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
                    "data.missing-column", Place(shown_as, line), f'no column "{name}"', _separator(header) or near
                )
            )
    if problems:
        raise InputError(problems)


def _separator(header: Sequence[str]) -> str:
    """A hint where a file is separated by something else than it is said to be."""
    for mark, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars"), (",", "commas")):
        if len(header) == 1 and mark in header[0]:
            written = mark.replace("\t", "\\t")
            return f'its columns are separated by {name}: separator = "{written}"'
    return ""


def _check_widths(found: Fields, shown_as: str, *, whole: bool = True) -> None:
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
