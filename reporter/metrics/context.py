"""What metric functions are given: the calendar of brief dates, and tables aligned to it as known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from reporter.desk.tables import Desk, SourceTable
from reporter.metrics.series import Daily, Floats, blank, daily, first_known
from reporter.model.metric import Missing

DAY = 86_400


class Context:
    """A desk's tables against its brief dates, with every computed series kept.

    Attributes:
        desk: the loaded desk.
        dates: brief dates, from the first day of prices to the brief's date.
        day_end: end of each, seconds since 1970 UTC.
        cut: until when rows count as known to the brief of that date; the brief's own distance between its
            as-of instant and the end of its day holds for every earlier date too, so that yesterday is
            replayed as it was seen.
    """

    def __init__(self, desk: Desk) -> None:
        """Lay out the calendar."""
        self.desk = desk
        first = min(
            (int(table.frame["start"].min()) for table in desk.tables["prices"] if len(table.frame)),
            default=desk.day_end,
        )
        count = max((desk.day_end - first + DAY - 1) // DAY, 1)
        self.day_end: npt.NDArray[np.int64] = desk.day_end - DAY * np.arange(count - 1, -1, -1, dtype=np.int64)
        self.cut = self.day_end + (desk.as_of - desk.day_end)
        self.dates: tuple[date, ...] = tuple(desk.date - timedelta(days=n) for n in range(count - 1, -1, -1))
        self._series: dict[str, Daily] = {}
        self._compute: Callable[[Context, str], Daily] | None = None

    def __len__(self) -> int:
        """Number of brief dates."""
        return len(self.dates)

    def bind(self, compute: Callable[[Context, str], Daily]) -> None:
        """Tell how a metric is computed from its id (the registry does)."""
        self._compute = compute

    def __getitem__(self, metric_id: str) -> Daily:
        """The series of a metric, computed once."""
        if metric_id not in self._series:
            if self._compute is None:
                raise LookupError(metric_id)
            self._series[metric_id] = self._compute(self, metric_id)
        return self._series[metric_id]

    def tables(self, name: str, *columns: str) -> tuple[SourceTable, ...]:
        """Sources of a table, in order of priority, that have the columns and at least one row."""
        return tuple(
            table
            for table in self.desk.tables.get(name, ())
            if len(table.frame) and all(column in table.frame for column in columns)
        )

    def absent(self, name: str) -> Daily:
        """The series of a table that no source feeds, or whose sources have no row known yet."""
        sources = self.desk.tables.get(name, ())
        waiting = bool(sources) and not any(len(table.frame) for table in sources)
        return blank(len(self), Missing.NOT_STARTED if waiting else Missing.NO_SOURCE)

    def day_of(self, table: SourceTable) -> npt.NDArray[np.int64]:
        """Position of the brief date that each row's period lies in; −1 where it straddles a cut or was late."""
        start = table.frame["start"].to_numpy()
        end = table.frame["end"].to_numpy()
        origin = self.day_end[0] - DAY
        position = (start - origin) // DAY
        last = np.where(end > start, (end - 1 - origin) // DAY, position)
        inside = (position == last) & (position >= 0) & (position < len(self))
        known = table.frame["known"].to_numpy() <= self.cut[np.clip(position, 0, len(self) - 1)]
        return np.where(inside & known, position, -1)

    def latest(self, table: SourceTable, values: Floats, max_age: int) -> Daily:
        """The newest row known at each cut.

        Args:
            table: rows in order of time.
            values: a value a row.
            max_age: seconds from the end of the row's period to the cut beyond which it is stale.
        """
        usable = ~np.isnan(values)
        known = np.maximum.accumulate(table.frame["known"].to_numpy()[usable])
        ends = table.frame["end"].to_numpy()[usable].astype(float)
        rows = np.searchsorted(known, self.cut, side="right") - 1
        return self._picked(rows, values[usable], ends, table.source.id, max_age)

    def _picked(self, rows: npt.NDArray[np.int64], values: Floats, ends: Floats, source: str, max_age: int) -> Daily:
        found = rows >= 0
        picked = np.full(len(self), np.nan)
        as_of = np.full(len(self), np.nan)
        picked[found] = values[rows[found]]
        as_of[found] = ends[rows[found]]
        reasons = np.full(len(self), Missing.NOT_STARTED, dtype=object)
        stale = found & (self.cut - as_of > max_age)
        picked[stale] = np.nan
        reasons[stale] = Missing.STALE
        return daily(picked, as_of, source, reasons)

    def latest_of(self, name: str, column: str, max_age: int) -> Daily:
        """The newest known value of a column, from the first source that has one fresh enough."""
        series = [
            self.latest(table, table.frame[column].to_numpy(dtype=float), max_age)
            for table in self.tables(name, column)
        ]
        return first_known(series) if series else self.absent(name)

    def day_last(self, name: str, column: str) -> Daily:
        """The last reading inside each day (a stock, such as open interest; its as-of says when)."""
        series = []
        for table in self.tables(name, column):
            position = self.day_of(table)
            use = (position >= 0) & table.frame[column].notna().to_numpy()
            values = np.full(len(self), np.nan)
            as_of = np.full(len(self), np.nan)
            # Rows are in order of time, so the last assignment to a day is its last reading.
            values[position[use]] = table.frame[column].to_numpy(dtype=float)[use]
            as_of[position[use]] = table.frame["end"].to_numpy(dtype=float)[use]
            series.append(daily(values, as_of, table.source.id, self._gap_reason(table)))
        return first_known(series) if series else self.absent(name)

    def day_total(self, name: str, column: str) -> Daily:
        """The sum of each day's bars; missing unless the bars cover the whole day."""
        return self._day_group(name, column, "sum")

    def day_extreme(self, name: str, column: str, how: str) -> Daily:
        """The max or min of each day's bars; missing unless they cover the whole day."""
        return self._day_group(name, column, how)

    def _day_group(self, name: str, column: str, how: str) -> Daily:
        series = []
        for table in self.tables(name, column):
            position = self.day_of(table)
            use = (position >= 0) & table.frame[column].notna().to_numpy()
            grouped = pd.Series(table.frame[column].to_numpy(dtype=float)[use]).groupby(position[use])
            values = np.full(len(self), np.nan)
            as_of = np.full(len(self), np.nan)
            counts = grouped.count()
            reasons = self._gap_reason(table)
            partial = counts.index.to_numpy()[(counts * table.bar < DAY).to_numpy()]
            whole = counts.index.to_numpy()[(counts * table.bar >= DAY).to_numpy()]
            values[whole] = getattr(grouped, how)().loc[whole].to_numpy()
            as_of[counts.index.to_numpy()] = self.day_end[counts.index.to_numpy()]
            reasons[partial] = Missing.INCOMPLETE
            series.append(daily(values, as_of, table.source.id, reasons))
        return first_known(series) if series else self.absent(name)

    def _gap_reason(self, table: SourceTable) -> npt.NDArray[np.object_]:
        """Why a day without a row has none: before the first, after the last, or in between."""
        ends = table.frame["end"].to_numpy()
        reasons = np.full(len(self), Missing.NO_ROW, dtype=object)
        reasons[self.day_end < ends.min()] = Missing.NOT_STARTED
        reasons[self.day_end - DAY >= ends.max()] = Missing.STALE
        return reasons
