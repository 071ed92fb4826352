"""Intraday bars: which source's to use, and what is computed from one day's price path."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reporter.desk.parsing.tables import SourceTable
from reporter.metrics.context import Context
from reporter.metrics.series import DailySeries, Floats, build_series, take_first_known
from reporter.model.metric import Bar, MissingReason
from reporter.model.timestamps import DAY

_HOURS_SHOWN = 48
PRICES = ("open", "high", "low", "close")


@dataclass(frozen=True, slots=True)
class PricePath:
    """Bars of a stretch of time, oldest first; the close of each is known, the other prices may be NaN.

    Attributes:
        start, end: seconds since 1970 UTC.
        open, high, low, close: prices.
    """

    start: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]
    open: Floats
    high: Floats
    low: Floats
    close: Floats

    def select_bars(self, rows: slice | npt.NDArray[np.bool_]) -> PricePath:
        """The path with only some of its bars."""
        return PricePath(
            self.start[rows], self.end[rows], self.open[rows], self.high[rows], self.low[rows], self.close[rows]
        )

    def __len__(self) -> int:
        """Number of bars."""
        return len(self.start)

    @property
    def whole(self) -> npt.NDArray[np.bool_]:
        """Which bars have all four prices."""
        return ~np.isnan(self.open + self.high + self.low + self.close)


#: One day's bars → one number, NaN where there is none.
PathFunction = Callable[[PricePath], float]


def price_path(table: SourceTable) -> tuple[PricePath, npt.NDArray[np.bool_]]:
    """A source's bars whose close is known, and which rows they are."""
    frame = table.frame
    columns = [frame[name].to_numpy(dtype=float) for name in PRICES]
    known = ~np.isnan(columns[-1])
    path = PricePath(frame["start"].to_numpy(), frame["end"].to_numpy(), *columns)
    return (path if known.all() else path.select_bars(known)), known


@dataclass(frozen=True, slots=True)
class PriceDays:
    """A price source's bars by brief date.

    Attributes:
        path: the bars that lie in a day, oldest first.
        days: the brief dates that have any, as positions.
        first: where in the path each of those begins.
        covered: seconds that the bars cover, a brief date.
        length: seconds that make the whole day, a brief date.
        whole: seconds that bars with all the prices their source gives cover: four, or the close of a list of closes.
    """

    path: PricePath
    days: npt.NDArray[np.int64]
    first: npt.NDArray[np.int64]
    covered: npt.NDArray[np.int64]
    whole: npt.NDArray[np.int64]
    length: npt.NDArray[np.int64]

    def iterate_days(self) -> Iterator[tuple[int, PricePath]]:
        """Brief dates whose bars cover the whole day, with those bars."""
        # A source may have rows, and none that lies in a day: then there is no last bar either.
        last = [*self.first[1:].tolist(), len(self.path)][: len(self.days)]
        for day, begin, end in zip(self.days.tolist(), self.first.tolist(), last, strict=True):
            if self.whole[day] >= self.length[day]:
                yield day, self.path.select_bars(slice(begin, end))


def price_days(context: Context, table: SourceTable) -> PriceDays:
    """A price source's bars by brief date, laid out once."""

    def group_bars() -> PriceDays:
        path, known = price_path(table)
        position = context.day_positions(table)[known]
        inside = position >= 0
        path, position = path.select_bars(inside), position[inside]
        days, first = np.unique(position, return_index=True)
        covered = np.bincount(position, minlength=len(context)) * table.bar
        whole = covered
        if table.source.layout != "closes" and not path.whole.all():
            whole = np.bincount(position[path.whole], minlength=len(context)) * table.bar
        return PriceDays(path, days, first, covered, whole, context.day_length)

    return context.get_or_make(("price_days", table.source.id), group_bars)


def intraday_tables(context: Context) -> tuple[SourceTable, ...]:
    """Price sources with bars shorter than a day, in order of priority; some may have no row known yet."""
    return tuple(table for table in context.tables_with_columns("prices", *PRICES) if 0 < table.bar < DAY)


def compute_per_day(context: Context, function: PathFunction) -> DailySeries:
    """A number computed from each day's price path, from the first source whose bars cover the day."""
    tables = intraday_tables(context)
    series = [_compute_source_days(context, table, function) for table in tables if len(table.frame)]
    return take_first_known(series) if series else context.absent_series(*tables)


def _compute_source_days(context: Context, table: SourceTable, function: PathFunction) -> DailySeries:
    days = price_days(context, table)
    values = context.empty_column()
    for index, path in days.iterate_days():
        values[index] = function(path)
    reasons = context.gap_reasons(table)
    reasons[days.covered > 0] = MissingReason.INCOMPLETE
    reasons[days.whole >= context.day_length] = MissingReason.UNDEFINED
    as_of = np.where(days.covered > 0, context.day_end.astype(float), np.nan)
    return build_series(values, as_of, table.source.id, reasons)


def time_of_low(path: PricePath) -> float:
    """Start of the bar that holds the low, the first of equals."""
    return float(path.start[int(np.argmin(path.low))])


def time_of_high(path: PricePath) -> float:
    """Start of the bar that holds the high, the first of equals."""
    return float(path.start[int(np.argmax(path.high))])


def tests_of_high(path: PricePath, near: float = 0.005, away: float = 0.01) -> float:
    """How often the price came within `near` of the high after closing a bar more than `away` below it.

    The high itself counts as one test. Within a bar the order of prices is unknown, so only a close ends a test.

    Args:
        path: the day's bars.
        near: share of the high within which the price has come to it.
        away: share of the high by which a close has left it.
    """
    high = float(path.high.max())
    return float(_count_visits(path.high >= high * (1 - near), path.close <= high * (1 - away)))


def tests_of_low(path: PricePath, near: float = 0.005, away: float = 0.01) -> float:
    """The mirror of `tests_of_high` at the low.

    Args:
        path: the day's bars.
        near: share of the low within which the price has come to it.
        away: share of the low by which a close has left it.
    """
    low = float(path.low.min())
    return float(_count_visits(path.low <= low * (1 + near), path.close >= low * (1 + away)))


def _count_visits(near: npt.NDArray[np.bool_], away: npt.NDArray[np.bool_]) -> int:
    count, inside = 0, False
    for is_near, is_away in zip(near.tolist(), away.tolist(), strict=True):
        if is_near and not inside:
            count, inside = count + 1, True
        if is_away:
            inside = False
    return count


def recent_bars(context: Context) -> tuple[tuple[Bar, ...], int, str]:
    """Bars of the last 48 hours of the brief's date, from the source that covers most of them.

    Returns:
        The bars, oldest first, their length in seconds and their source; nothing, 0 and "" where there are none.
    """
    end = int(context.day_end[-1])
    begin = end - _HOURS_SHOWN * 3600
    best: tuple[int, PricePath, SourceTable] | None = None
    for table in intraday_tables(context):
        path, _ = price_path(table)
        recent = path.select_bars((path.start >= begin) & (path.end <= end) & path.whole)
        covered = len(recent) * table.bar
        if covered > (best[0] if best is not None else 0):
            best = (covered, recent, table)
    if best is None:
        return (), 0, ""
    _, path, table = best
    columns = (path.start.astype(float), path.open, path.high, path.low, path.close)
    bars = tuple(Bar(*row) for row in zip(*(column.tolist() for column in columns), strict=True))
    return bars, table.bar, table.source.id
