"""Files to raw tables: text cells with the line each row stands on. Nothing is guessed and nothing dropped."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from reporter.errors import InputError, Problem, did_you_mean

#: Larger files are refused: a desk's day is a few megabytes, and a bomb is not.
MAX_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class RawTable:
    """A file's cells as text.

    Attributes:
        file: how the file is shown in messages.
        frame: text columns by the file's own names.
        lines: 1-based line of each row in the file.
    """

    file: str
    frame: pd.DataFrame
    lines: np.ndarray


def read_csv(path: Path, shown_as: str, columns: Sequence[str], where: Iterable[str] = ()) -> RawTable:
    """Read the columns of a CSV file that are asked for.

    Args:
        path: the file.
        shown_as: how to name it in messages.
        columns: names of the columns that must be there.
        where: names of further columns needed to filter rows.

    Raises:
        InputError: file unreadable, not text, empty, ragged, duplicate or missing columns.
    """
    text = _text(path, shown_as)
    header = next(csv.reader(io.StringIO(text[: text.find("\n")] if "\n" in text else text)), [])
    header = [name.strip() for name in header]
    wanted = list(dict.fromkeys([*columns, *where]))
    _check_header(header, wanted, shown_as)
    lines = _check_rows(text, len(header), shown_as)
    frame = pd.read_csv(
        io.StringIO(text),
        header=0,
        names=header,
        usecols=wanted,
        dtype=str,
        keep_default_na=False,
        na_filter=False,
        skip_blank_lines=True,
        index_col=False,
    )
    return RawTable(shown_as, frame, lines)


def _text(path: Path, shown_as: str) -> str:
    if path.stat().st_size > MAX_BYTES:
        raise InputError([Problem(shown_as, None, None, "file is larger than 512 MB", "split it, or aggregate first")])
    data = path.read_bytes()
    if b"\0" in data:
        raise InputError(
            [Problem(shown_as, None, None, "not a text file: it holds NUL bytes", "export it as UTF-8 CSV")]
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = f"not UTF-8: byte 0x{data[error.start]:02X}"
        raise InputError([Problem(shown_as, line, None, what, "save the file as UTF-8")]) from error
    if not text.strip():
        raise InputError([Problem(shown_as, None, None, "the file is empty", "a header line and rows are needed")])
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _check_header(header: Sequence[str], wanted: Sequence[str], shown_as: str) -> None:
    problems = [
        Problem(shown_as, 1, None, f'column "{name}" stands twice in the header', "rename one of them")
        for name in dict.fromkeys(header)
        if name and header.count(name) > 1
    ]
    for name in wanted:
        if name not in header:
            hint = did_you_mean(name, header) or f"columns are: {', '.join(header)}"
            problems.append(Problem(shown_as, 1, None, f'no column "{name}"', hint))
    if problems:
        raise InputError(problems)


def _check_rows(text: str, width: int, shown_as: str) -> np.ndarray:
    """Line of each data row; every row must have as many fields as the header (pandas shifts silently)."""
    lines: list[int] = []
    problems: list[Problem] = []
    if '"' in text:
        reader = csv.reader(io.StringIO(text))
        next(reader)
        counted: Iterable[tuple[int, int]] = ((reader.line_num, len(row)) for row in reader if row)
    else:
        body = text.split("\n")
        counted = ((n, line.count(",") + 1) for n, line in enumerate(body[1:], 2) if line.strip())
    for number, fields in counted:
        lines.append(number)
        if fields != width and len(problems) < 20:
            what = f"row has {fields} fields, the header has {width}"
            problems.append(Problem(shown_as, number, None, what, "quote text that holds commas"))
    if problems:
        raise InputError(problems)
    if not lines:
        raise InputError([Problem(shown_as, 1, None, "the file has a header and no rows")])
    return np.asarray(lines, dtype=np.int64)
