"""Parquet, Feather, worksheets and query results to rows of text cells; their libraries are imported when needed."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from reporter.desk.formats.containers import MAX_BYTES, Content, make_file_error
from reporter.desk.formats.json_rows import flatten_cells, to_cell
from reporter.desk.formats.readers import RawTable, TextRecords
from reporter.diagnostics.errors import InputError

_MOST_ROWS = 5_000_000
_BATCH = 4_096


def read_arrow_table(content: Content) -> RawTable:
    """A Parquet or Feather file's columns.

    Raises:
        InputError: the file is damaged, empty or larger than a table may be, or pyarrow is not installed.
    """
    try:
        import pyarrow as pa
    except ImportError as error:
        hint = "pip install 'market-reporter[parquet]'"
        raise make_file_error(
            "setup.missing-library",
            content.shown_as,
            "Parquet and Feather files need pyarrow, which is not installed",
            hint,
        ) from error
    shown = f"{content.shown_as}#"
    source = pa.BufferReader(content.data)
    try:
        parts = (
            _iterate_parquet_batches(source, shown) if content.kind == "parquet" else _iterate_feather_batches(source)
        )
        names: list[str] = []
        values: list[list[Any]] = []
        size = count = 0
        for part in parts:
            names = names or list(part.schema.names)
            values = values or [[] for _ in names]
            count += part.num_rows
            if count > _MOST_ROWS:
                raise make_file_error("file.too-large", shown, f"more than {_MOST_ROWS:,} rows")
            for column, kept in zip(part.columns, values, strict=True):
                size += _column_bytes(column)
                if size > MAX_BYTES:
                    what = f"holds more than {MAX_BYTES // 2**20} MB of cells"
                    raise make_file_error(
                        "file.too-large", shown, what, "keep the rows and columns that the desk needs"
                    )
                kept.extend(column.to_pylist())
    except (pa.ArrowException, OSError, ValueError) as error:
        raise make_file_error(
            "data.damaged", content.shown_as, f"a damaged {content.kind} file", "fetch it again"
        ) from error
    except MemoryError as error:
        raise make_file_error("file.too-large", shown, "holds more than there is memory for") from error
    if not count:
        raise make_file_error("data.no-rows", shown, "there are no rows")
    return table_from_values(names, values, shown)


def _iterate_parquet_batches(source: Any, shown: str) -> Iterator[Any]:
    """The rows of a Parquet file, some thousands at a time."""
    from pyarrow import parquet, types

    file = parquet.ParquetFile(source)
    if file.metadata.num_rows > _MOST_ROWS:
        raise make_file_error("file.too-large", shown, f"{file.metadata.num_rows:,} rows, more than {_MOST_ROWS:,}")
    # Texts that repeat are in the file once. Read as such, they are counted before each row has its own.
    fields = file.schema_arrow
    texts = [field.name for field in fields if types.is_string(field.type) or types.is_binary(field.type)]
    yield from parquet.ParquetFile(source, read_dictionary=texts).iter_batches(batch_size=_BATCH)


def _iterate_feather_batches(source: Any) -> Iterator[Any]:
    """The rows of a Feather file, some thousands at a time."""
    from pyarrow import feather

    yield from feather.read_table(source).to_batches(max_chunksize=_BATCH)


def _column_bytes(column: Any) -> int:
    """Bytes that the cells of a column take when each has its own."""
    from pyarrow import compute, types

    if not types.is_dictionary(column.type):
        return int(column.nbytes)
    values = column.dictionary
    if not (types.is_string(values.type) or types.is_binary(values.type)):
        return 16 * len(column)
    lengths = compute.take(compute.binary_length(values), column.indices)
    return int(compute.sum(compute.cast(lengths, "int64")).as_py() or 0)


def table_from_values(names: Sequence[str], values: Sequence[Sequence[Any]], shown: str) -> RawTable:
    """Columns of Python values as a raw table of numbered rows.

    Args:
        names: of the columns.
        values: one sequence a column, all of one length.
        shown: the file's name in messages.

    Raises:
        InputError: there are more rows or cells than a table may have.
    """
    columns: dict[str, list[str]] = {}
    for name, cells in zip(names, values, strict=True):
        if any(isinstance(cell, dict | list) for cell in cells[:50]):
            flat = [flatten_cells({name: cell}, shown, number) for number, cell in enumerate(cells, 1)]
            for key in dict.fromkeys(key for row in flat for key in row):
                columns[key] = [row.get(key, "") for row in flat]
        else:
            columns[str(name)] = [to_cell(cell) for cell in cells]
    twice = [name for name in names if list(names).count(name) > 1]
    if twice:
        raise make_file_error("data.duplicate-column", shown, f'column "{twice[0]}" stands twice', "rename one of them")
    return RawTable(shown, columns, list(range(1, len(values[0]) + 1 if values else 1)))


def read_worksheet(content: Content) -> tuple[TextRecords, str]:
    """A workbook's only worksheet with rows, or the one that is named, from its header on; and how to show it.

    Raises:
        InputError: the file is damaged or empty, has no such worksheet or several, or openpyxl is not installed.
    """
    sheet, header = content.place, content.form.header
    try:
        from openpyxl import load_workbook
    except ImportError as error:
        hint = "pip install 'market-reporter[excel]', or save it as UTF-8 CSV"
        raise make_file_error(
            "setup.missing-library", content.shown_as, "Excel files need openpyxl, which is not installed", hint
        ) from error
    try:
        book = load_workbook(io.BytesIO(content.data), read_only=True, data_only=True)
        filled = {name: _read_sheet_rows(book[name]) for name in book.sheetnames}
    except InputError:
        raise
    except Exception as error:  # openpyxl raises whatever a damaged part of a workbook leads to
        raise make_file_error(
            "data.damaged", content.shown_as, "a damaged Excel file", "save it anew, or as UTF-8 CSV"
        ) from error
    filled = {name: rows for name, rows in filled.items() if rows}
    if sheet and sheet not in filled:
        raise make_file_error(
            "data.unclear-member",
            content.shown_as,
            f'no worksheet "{sheet}" with rows',
            f"there are: {', '.join(filled)}",
        )
    if not filled:
        raise make_file_error(
            "data.no-rows", content.shown_as, "the file is empty", "a header line and rows are needed"
        )
    if not sheet and len(filled) > 1:
        what = f"the workbook has {len(filled)} worksheets: {', '.join(filled)}"
        raise make_file_error("data.unclear-member", content.shown_as, what, 'say which: member = "…"')
    name = sheet or next(iter(filled))
    shown = f"{content.shown_as}({name})"
    rows = [row for row in filled[name] if row[0] >= header]
    if not rows:
        raise make_file_error(
            "data.no-header", shown, f"there is no line {header} for the header", "say which: header = …"
        )
    width = len(rows[0][1])
    cells = [cell for _, row in rows for cell in row]
    return TextRecords([number for number, _ in rows], [width] * len(rows), cells, rows[-1][0]), shown


def _read_sheet_rows(sheet: Any) -> list[tuple[int, list[str]]]:
    rows = []
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        if number > _MOST_ROWS:
            raise make_file_error("file.too-large", sheet.title, f"more than {_MOST_ROWS} rows")
        cells = [to_cell(value) for value in row]
        if any(cells):
            rows.append((number, [_strip_midnight(cell) for cell in cells]))
    width = max((len(row) for _, row in rows), default=0)
    used = max((place + 1 for _, row in rows for place, cell in enumerate(row) if cell), default=0)
    return [(number, [*row, *[""] * (width - len(row))][:used]) for number, row in rows]


def _strip_midnight(cell: str) -> str:
    """Remove the midnight that a spreadsheet adds to a date."""
    return cell.removesuffix("T00:00:00") if cell.endswith("T00:00:00") else cell
