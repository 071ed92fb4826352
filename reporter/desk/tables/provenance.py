"""A reading back to the row it came from: source, metric, value and time in; file, line and column out.

The desk's files are read as a build reads them, at the time of asking: a file that has changed since has other rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from reporter.desk.config.config import DeskConfig, SourceConfig
from reporter.desk.parsing.tables import SourceTable
from reporter.desk.tables.sources import list_files, read_source
from reporter.model.metric import split_sources
from reporter.model.timestamps import DAY

#: Columns of a source's rows that aren't the file's own.
_ADDED = frozenset({"start", "end", "known", "day", "taken", "line", "file", "instrument"})
_NEAR = 1e-9


@dataclass(frozen=True, slots=True)
class DataRow:
    """A row of a desk's file.

    Attributes:
        file: as it is shown in messages.
        line: on which it begins, or its number where the file has no lines.
        column: the file's column whose cell is the value; empty where the value was computed from more than one cell.
    """

    file: str
    line: int
    column: str


class RowLocator:
    """Finds the rows of a desk's files that readings came from; reads each source when first asked."""

    def __init__(self, config: DeskConfig) -> None:
        """Take a desk."""
        self._config = config
        self._read: dict[str, SourceTable] = {}

    @cached_property
    def _sources_by_id(self) -> Mapping[str, SourceConfig]:
        return {source.id: source for source in self._config.source}

    def find_rows(self, source: str, metric: str, value: float | None, as_of: float) -> Iterator[DataRow]:
        """The row that a reading came from: the one with its value, or else the newest that it rests on.

        Args:
            source: its id, or several joined by "+".
            metric: the metric's id; of a table of many instruments it names the one.
            value: exact value, in the metric's unit.
            as_of: end of the newest period in it, seconds since 1970 UTC.

        Raises:
            InputError: a file can't be read as a build would read it.
        """
        for name in split_sources(source):
            if name in self._sources_by_id:
                yield from self._find_in_source(self._sources_by_id[name], metric, value, as_of)

    def _find_in_source(
        self, source: SourceConfig, metric: str, value: float | None, as_of: float
    ) -> Iterator[DataRow]:
        if source.id not in self._read:
            self._read[source.id], _ = read_source(self._config, source)
        frame = self._read[source.id].frame
        if "instrument" in frame:
            frame = frame[frame["instrument"] == metric.split(".")[1]]
        frame = frame[(frame["end"] > as_of - DAY) & (frame["end"] <= as_of)]
        # Where the open is the low, the column of the metric's own name is meant.
        own = sorted(map(str, frame.columns), key=lambda name: name != metric.rpartition(".")[2])
        for name in own if value is not None else ():
            if name not in _ADDED and pd.api.types.is_numeric_dtype(frame[name]):
                same = frame[np.isclose(frame[name], float(value or 0), rtol=_NEAR, atol=0)]
                if len(same):
                    yield self._to_data_row(source, same.iloc[-1], self._column_name(source, same.iloc[-1], name))
                    return
        newest = frame[frame["end"] == as_of]
        if len(newest):
            yield self._to_data_row(source, newest.iloc[-1], "")

    def _to_data_row(self, source: SourceConfig, row: pd.Series, column: str) -> DataRow:
        return DataRow(list_files(self._config, source)[int(row["file"])], int(row["line"]), column)

    def _column_name(self, source: SourceConfig, row: pd.Series, name: str) -> str:
        """The name that a column has in the file."""
        if source.layout == "wide" and "instrument" in row:
            return source.instruments[str(row["instrument"])]
        return source.columns.get(name, name)
