"""Rows that stand in a file and say nothing: zeros for what is not yet published, closes carried over closed days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from reporter.desk.canonical import Columns
from reporter.desk.config import SourceConfig
from reporter.desk.instruments import INSTRUMENTS
from reporter.desk.sessions import is_closed
from reporter.diagnostics import Diagnostic, Place, notice
from reporter.plural import count_of

#: Classes that trade when New York's stock exchange does; futures, currencies and coins keep other days.
_EXCHANGE_CLASSES = frozenset({"equity", "volatility", "bonds"})
Marks = npt.NDArray[np.bool_]


def without_empty_rows(
    source: SourceConfig, columns: Columns, files: Sequence[str]
) -> tuple[Columns, list[Diagnostic]]:
    """The rows that say something, and notices of what was left out.

    A flow of exactly zero at the end of a table is one that nobody has reported yet; on a day without a session it is
    no flow at all. A close on such a day that repeats the one before was carried over.
    """
    if source.table == "fund_flows":
        closed = _closed(source, columns) & ~(columns["flow"].astype(float) != 0)
        columns, first = _left_out(columns, closed, files, "on days without a session")
        columns, second = _left_out(columns, _zero_tail(columns), files, "of 0 at the end: not yet published")
        if source.keeps_revisions:
            columns, third = _left_out(columns, _filled_later(columns), files, "of 0 that a later file fills")
            second += third
        return columns, [*first, *second]
    if source.table == "cross_asset":
        return _without_carried(source, columns, files)
    return columns, []


def _closed(source: SourceConfig, columns: Columns) -> Marks:
    calendar = source.calendar_name
    days = columns["day"].tolist() if "day" in columns else []
    known = {day: is_closed(calendar, datetime.fromtimestamp(day, UTC).date()) for day in set(days)}
    return np.asarray([known[day] for day in days], dtype=bool) if days else np.zeros(len(columns["start"]), dtype=bool)


def _zero_tail(columns: Columns) -> Marks:
    flow = columns["flow"].astype(float)
    told = np.flatnonzero(flow != 0)
    marks = np.zeros(len(flow), dtype=bool)
    if len(told):
        marks[told[-1] + 1 :] = True
    marks &= flow == 0
    return marks


def _filled_later(columns: Columns) -> Marks:
    """Zeros of days for which another view tells a flow: nobody had reported it yet."""
    told = columns["flow"].astype(float) != 0
    return np.asarray(~told & np.isin(columns["start"], columns["start"][told]), dtype=bool)


def _left_out(columns: Columns, marks: Marks, files: Sequence[str], why: str) -> tuple[Columns, list[Diagnostic]]:
    if not marks.any():
        return columns, []
    notices = []
    for number, file in enumerate(files):
        lines = columns["line"][marks & (columns["file"] == number)]
        if len(lines):
            rows = "1 row" if len(lines) == 1 else f"{len(lines)} rows"
            what = f"{rows} {why}, the first in line {int(lines.min())}"
            notices.append(notice("data.unpublished-rows", Place(file), what, "left out"))
    return {name: values[~marks] for name, values in columns.items()}, notices


def _without_carried(source: SourceConfig, columns: Columns, files: Sequence[str]) -> tuple[Columns, list[Diagnostic]]:
    closed = _closed(source, columns)
    if not closed.any():
        return columns, []
    close = columns["close"].astype(float)
    carried = _carried(source, columns, close, closed)
    if not carried.any():
        return columns, []
    count = int(carried.sum())
    place, line = min(zip(columns["file"][carried].tolist(), columns["line"][carried].tolist(), strict=True))
    file = files[place]
    what = f"{count_of(count, 'close')} carried over days without a session, the first in line {line}"
    noted = notice("data.carried-closes", Place(file), what, "not used")
    # The row stays and is blank: so it says that the market was closed.
    blank: Columns = {}
    for name in ("close", "high", "low"):
        if name in columns:
            blank[name] = np.where(carried, np.nan, columns[name].astype(float))
    return {**columns, **blank}, [noted]


def _carried(source: SourceConfig, columns: Columns, close: npt.NDArray[np.float64], closed: Marks) -> Marks:
    """Closes of closed days that repeat the one before: a stock exchange's, and all where every market's do."""
    same = np.zeros(len(close), dtype=bool)
    exchange = np.zeros(len(close), dtype=bool)
    for key in source.instruments:
        rows = np.flatnonzero((columns["instrument"] == key) & np.isfinite(close))
        same[rows[1:]] = close[rows[1:]] == close[rows[:-1]]
        exchange[rows] = INSTRUMENTS.get(key) in _EXCHANGE_CLASSES
    moved = set(columns["day"][closed & np.isfinite(close) & ~same].tolist())
    still = np.asarray([day not in moved for day in columns["day"].tolist()], dtype=bool)
    carried = closed & same & (exchange | still)
    return np.asarray(carried, dtype=bool)
