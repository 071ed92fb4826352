"""The calendar of brief dates, and a desk's tables aligned to it as known, as input of metric functions."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from datetime import date
from typing import TypeVar, cast

import numpy as np
import numpy.typing as npt

from reporter.desk.config.desk_days import find_desk_days
from reporter.desk.config.exchange_calendars import ALWAYS
from reporter.desk.config.metric_files import MetricForm
from reporter.desk.parsing.tables import Desk, SourceTable
from reporter.metrics.series import (
    DailySeries,
    Floats,
    apply_rolling,
    build_series,
    missing_series,
    take_first_known,
)
from reporter.model.metric import MissingReason
from reporter.model.timestamps import DAY, EPOCH

#: A source without a row for so long has ended or rests; a shorter gap is a day left out.
_STALE_AFTER = 3 * DAY

Positions = npt.NDArray[np.int64]
Marks = npt.NDArray[np.bool_]
Reasons = npt.NDArray[np.object_]
Kept = TypeVar("Kept")


class Context:
    """A desk's tables on the calendar of brief dates, with a cache of the computed series.

    Attributes:
        desk: the loaded desk.
        dates: brief dates, from the first day of prices to the brief's date: every date, or an exchange's sessions.
        midnight: 00:00 UTC of each, seconds since 1970.
        day_start, day_end: when the day before each ended, and when it does, seconds since 1970 UTC.
        next_end: end of the day after each.
        day_length: seconds that bars must cover to be the whole day.
        days_a_year: how many of the days there are in a year.
        cut: until when rows count as known to the brief of that date; the brief's own distance between its
            as-of instant and the end of its day holds for every earlier date too, so that yesterday is
            replayed as it was seen.
        own_metrics: id → declaration of each of the desk's own metrics.
    """

    def __init__(self, desk: Desk) -> None:
        """Build the calendar of brief dates."""
        self.desk = desk
        first = min(
            (int(table.frame["start"].to_numpy().min()) for table in desk.tables["prices"] if len(table.frame)),
            default=desk.day_end,
        )
        days = find_desk_days(desk.config)
        dates, begins, ends, lengths = days.list_days(first, desk.date)
        self.dates: tuple[date, ...] = dates
        self.midnight: npt.NDArray[np.int64] = DAY * np.asarray([(day - EPOCH).days for day in dates], dtype=np.int64)
        self.day_start: npt.NDArray[np.int64] = begins
        self.day_end: npt.NDArray[np.int64] = ends
        self.next_end: npt.NDArray[np.int64] = days.find_next_ends(ends)
        self.day_length: npt.NDArray[np.int64] = lengths
        self.cut: npt.NDArray[np.int64] = ends + (desk.as_of - desk.day_end)
        self.days_a_year = 365 if desk.config.asset.calendar == ALWAYS else 252
        self.own_metrics: Mapping[str, MetricForm] = {one.form.id: one.form for one in desk.config.metrics}
        self._kept: dict[Hashable, object] = {}
        self._compute: Callable[[Context, str], DailySeries] | None = None

    def __len__(self) -> int:
        """Number of brief dates."""
        return len(self.dates)

    def count_back(self, days: int) -> int | npt.NDArray[np.int64]:
        """How many brief dates lie between each and the last one that is so many calendar days before it, or more.

        Around the clock that is the number itself.
        """
        before = np.searchsorted(self.midnight, self.midnight - days * DAY, side="right") - 1
        counted = np.arange(len(self)) - before
        return days if (counted[before >= 0] == days).all() else counted

    def roll_days(self, series: DailySeries, days: int, reduce: Callable[[Floats], Floats]) -> DailySeries:
        """A reduction over the brief dates of the last calendar days, today included; missing unless all are known.

        Args:
            series: input.
            days: how many calendar days.
            reduce: reduction along the last axis of a (dates, window) array.
        """
        back = self.count_back(days)
        if not isinstance(back, np.ndarray):
            return apply_rolling(series, days, reduce, least=days)
        values, known = self.empty_column(), ~np.isnan(series.values)
        reasons = np.where(known, MissingReason.TOO_SHORT, series.missing).astype(object)
        for at, count in enumerate(back.tolist()):
            rows = series.values[max(at - count + 1, 0) : at + 1]
            # Before the first of so many days nothing is told of them.
            if count <= at and not np.isnan(rows).any():
                values[at] = reduce(rows[np.newaxis, :])[0]
        return build_series(values, series.as_of, series.source, reasons)

    def bind_compute(self, compute: Callable[[Context, str], DailySeries]) -> None:
        """Set the function that computes a metric from its id."""
        self._compute = compute

    def __getitem__(self, metric_id: str) -> DailySeries:
        """The series of a metric, computed once."""
        compute = self._compute
        if compute is None:
            raise LookupError(metric_id)
        return self.get_or_make(metric_id, lambda: compute(self, metric_id))

    def get_or_make(self, key: Hashable, make: Callable[[], Kept]) -> Kept:
        """The cached value of a key, made on first use."""
        if key not in self._kept:
            self._kept[key] = make()
        return cast(Kept, self._kept[key])

    def tables_with_rows(self, name: str, *columns: str) -> tuple[SourceTable, ...]:
        """Sources of a table, in order of priority, that have the columns and at least one row."""
        return tuple(table for table in self.tables_with_columns(name, *columns) if len(table.frame))

    def tables_with_columns(self, name: str, *columns: str) -> tuple[SourceTable, ...]:
        """Sources of a table that have the columns, also those that have no row known yet."""
        sources = self.desk.tables.get(name, ())
        return tuple(table for table in sources if all(column in table.frame for column in columns))

    def absent_series(self, *waiting: SourceTable) -> DailySeries:
        """A series of gaps: no source has the columns, or those that have them have no row known yet."""
        reason = MissingReason.NOT_STARTED if waiting else MissingReason.NO_SOURCE
        return self.get_or_make(reason, lambda: missing_series(len(self), reason))

    def empty_column(self) -> Floats:
        """A column of gaps, one a brief date."""
        return np.full(len(self), np.nan)

    def day_positions(self, table: SourceTable) -> Positions:
        """For each row the index of the brief date its period is in; −1 where it straddles a cut or was late."""
        return self.get_or_make(("day_of", table.source.id), lambda: self._find_day_positions(table))

    def _find_day_positions(self, table: SourceTable) -> Positions:
        start = table.frame["start"].to_numpy()
        end = table.frame["end"].to_numpy()
        edges = np.concatenate([self.day_start[:1], self.day_end])
        position = np.searchsorted(edges, start, side="right") - 1
        last = np.where(end > start, np.searchsorted(edges, end - 1, side="right") - 1, position)
        inside = (position == last) & (position >= 0) & (position < len(self))
        known = table.frame["known"].to_numpy() <= self.cut[np.clip(position, 0, len(self) - 1)]
        return np.where(inside & known, position, -1)

    def newest_positions(self, known: npt.NDArray[np.int64]) -> Positions:
        """Position of the newest of some rows that was known at each cut; −1 where none was."""
        return np.searchsorted(np.maximum.accumulate(known), self.cut, side="right") - 1

    def latest_values(
        self, table: SourceTable, values: Floats, max_age: int, usable: Marks | None = None
    ) -> DailySeries:
        """The newest row known at each cut.

        Args:
            table: rows in order of time.
            values: a value a row.
            max_age: seconds from the end of the row's period to the cut beyond which it is stale.
            usable: which rows count as rows; those with a value where absent.
        """
        usable = ~np.isnan(values) if usable is None else usable
        ends = table.frame["end"].to_numpy()[usable].astype(float)
        rows = (
            self.newest_positions(table.frame["known"].to_numpy()[usable]) if usable.any() else np.full(len(self), -1)
        )
        found = rows >= 0
        picked, as_of = self.empty_column(), self.empty_column()
        picked[found] = values[usable][rows[found]]
        as_of[found] = ends[rows[found]]
        reasons = np.full(len(self), MissingReason.NOT_STARTED, dtype=object)
        if not found.all() and len(table.frame):
            # Rows that are there and say nothing are no data that begin later.
            reasons[self.newest_positions(table.frame["known"].to_numpy()) >= 0] = MissingReason.BLANK
        reasons[found] = MissingReason.TOO_SHORT
        with np.errstate(invalid="ignore"):
            stale = found & (self.cut - as_of > max_age)
        picked[stale] = np.nan
        reasons[stale] = MissingReason.STALE
        return build_series(picked, as_of, table.source.id, reasons)

    def latest_column_values(self, name: str, column: str, max_age: int) -> DailySeries:
        """The newest known value of a column, from the first source that has one fresh enough.

        Args:
            name: the table.
            column: its column.
            max_age: seconds that a value may be old at a day's cut.
        """
        series = [
            self.latest_values(table, table.frame[column].to_numpy(dtype=float), max_age)
            for table in self.tables_with_rows(name, column)
        ]
        return take_first_known(series) if series else self.absent_series(*self.tables_with_columns(name, column))

    def day_last(self, name: str, column: str) -> DailySeries:
        """The last reading inside each day (a stock, such as open interest; its as-of says when)."""
        series = self.each_day_last(name, column)
        return take_first_known(series) if series else self.absent_series(*self.tables_with_columns(name, column))

    def each_day_last(self, name: str, column: str) -> list[DailySeries]:
        """The last reading inside each day, a source that has any row, in order of priority."""
        series = []
        for table in self.tables_with_rows(name, column):
            position, numbers, ends = self._rows_in_days(table, column)
            values, as_of = self.empty_column(), self.empty_column()
            # Rows are in order of time, so the last assignment to a day is its last reading.
            values[position] = numbers
            as_of[position] = ends
            series.append(build_series(values, as_of, table.source.id, self.gap_reasons(table)))
        return series

    def day_total(self, name: str, column: str) -> DailySeries:
        """The sum of each day's bars; missing unless the bars cover the whole day."""
        series = self.each_day_total(name, column)
        return take_first_known(series) if series else self.absent_series(*self.tables_with_columns(name, column))

    def each_day_total(self, name: str, column: str) -> list[DailySeries]:
        """The sum of each day's bars, a source that has any row, in order of priority."""

        def sum_days(position: Positions, numbers: Floats) -> Floats:
            return np.bincount(position, numbers, minlength=len(self)).astype(float)

        return self._group_days(name, column, sum_days)

    def day_mean(self, name: str, column: str) -> DailySeries:
        """The mean of each day's bars; missing unless they cover the whole day."""

        def average_days(position: Positions, numbers: Floats) -> Floats:
            count = np.bincount(position, minlength=len(self))
            return np.bincount(position, numbers, minlength=len(self)) / np.maximum(count, 1)

        series = self._group_days(name, column, average_days)
        return take_first_known(series) if series else self.absent_series(*self.tables_with_columns(name, column))

    def day_extreme(self, name: str, column: str, how: str) -> DailySeries:
        """The max or min of each day's bars; missing unless they cover the whole day.

        Args:
            name: the table.
            column: its column.
            how: "max" or "min".
        """
        extreme = {"max": np.fmax, "min": np.fmin}[how]

        def reduce_days(position: Positions, numbers: Floats) -> Floats:
            values = self.empty_column()
            extreme.at(values, position, numbers)
            return values

        series = self._group_days(name, column, reduce_days)
        return take_first_known(series) if series else self.absent_series(*self.tables_with_columns(name, column))

    def _rows_in_days(self, table: SourceTable, column: str) -> tuple[Positions, Floats, Floats]:
        """Days, values and ends of the rows that are inside a day and have a value."""
        position = self.day_positions(table)
        numbers = table.frame[column].to_numpy(dtype=float)
        use = (position >= 0) & ~np.isnan(numbers)
        return position[use], numbers[use], table.frame["end"].to_numpy(dtype=float)[use]

    def _group_days(self, name: str, column: str, group: Callable[[Positions, Floats], Floats]) -> list[DailySeries]:
        series = []
        for table in self.tables_with_rows(name, column):
            position, numbers, _ = self._rows_in_days(table, column)
            covered = np.bincount(position, minlength=len(self)) * table.bar
            some, whole = covered > 0, covered >= self.day_length
            values = np.where(whole, group(position, numbers), np.nan)
            as_of = np.where(some, self.day_end.astype(float), np.nan)
            reasons = self.gap_reasons(table)
            reasons[some & ~whole] = MissingReason.INCOMPLETE
            series.append(build_series(values, as_of, table.source.id, reasons))
        return series

    def gap_reasons(self, table: SourceTable) -> Reasons:
        """Why each day without a row has none, judged by what was known at its cut alone."""
        rows = self.newest_positions(table.frame["known"].to_numpy())
        newest = table.frame["end"].to_numpy()[np.clip(rows, 0, None)]
        reasons = np.full(len(self), MissingReason.NO_ROW, dtype=object)
        reasons[self.day_end + table.lag > self.cut] = MissingReason.NOT_PUBLISHED
        reasons[self.day_end - newest > _STALE_AFTER] = MissingReason.STALE
        reasons[rows < 0] = MissingReason.NOT_STARTED
        return reasons
