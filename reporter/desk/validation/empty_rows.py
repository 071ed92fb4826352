"""Rows without information: zeros for what is not yet published, closes carried over closed days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from reporter.desk.config.config import SourceConfig
from reporter.desk.config.instruments import INSTRUMENTS
from reporter.desk.config.sessions import is_closed
from reporter.desk.parsing.canonical import Columns
from reporter.desk.validation.stale_rows import LEAST_DIGITS, digits_of
from reporter.diagnostics.diagnostic import Diagnostic, Place, make_notice
from reporter.diagnostics.plurals import format_count
from reporter.model.timestamps import DAY

#: Classes that trade when New York's stock exchange does; futures, currencies and coins keep other days.
_EXCHANGE_CLASSES = frozenset({"equity", "volatility", "bonds"})
_LEVELS = ("close", "high", "low")
_SATURDAY = 5
#: The share of its days on which a market is closed is below this everywhere.
_HOLIDAYS = 0.15
Marks = npt.NDArray[np.bool_]


def drop_empty_rows(
    source: SourceConfig, columns: Columns, files: Sequence[str], kinds: Mapping[str, str] | None = None
) -> tuple[Columns, list[Diagnostic]]:
    """Drop rows without information; return the rest and notices of what was dropped.

    Args:
        source: its declaration.
        columns: its rows, sorted by time and key, each once.
        files: how its files are shown.
        kinds: class of each of the desk's own instruments.

    A flow of exactly zero at the end of a table is one that nobody has reported yet; on a day without a session it is
    no flow at all. A close on such a day that repeats the one before was carried over.
    """
    if source.table == "fund_flows":
        closed = _mask_closed_days(source, columns) & ~(columns["flow"].astype(float) != 0)
        columns, first = _drop_rows(columns, closed, files, "on days without a session")
        columns, second = _drop_rows(columns, _mask_zero_tail(columns), files, "of 0 at the end: not yet published")
        if source.keeps_revisions:
            columns, third = _drop_rows(columns, _mask_late_reports(columns), files, "of 0 that a later file fills")
            second += third
        return columns, [*first, *second]
    if source.table == "cross_asset":
        closed = _mask_closed_days(source, columns)
        columns, found = _drop_carried_closes(
            columns, _mask_carried_closes(source, columns, closed), files, "days without a session"
        )
        unknown = "days that are taken for holidays, of markets whose holidays are not known"
        columns, more = _drop_carried_closes(columns, _unchanged(source, columns, kinds or {}), files, unknown)
        return columns, [*found, *more]
    return columns, []


def _mask_closed_days(source: SourceConfig, columns: Columns) -> Marks:
    """Rows of days on which their market had no session, as far as its calendar is known."""
    days = columns["day"].tolist() if "day" in columns else []
    if not days:
        return np.zeros(len(columns["start"]), dtype=bool)
    calendars = {key: _calendar_of(source, key) for key in source.instruments}
    keys = columns["instrument"].tolist() if "instrument" in columns else [""] * len(days)
    known = {
        (name, day): is_closed(name, datetime.fromtimestamp(day, UTC).date())
        for name in {source.calendar_name, *calendars.values()}
        for day in set(days)
    }
    own = source.calendar_name
    return np.asarray([known[calendars.get(key, own), day] for key, day in zip(keys, days, strict=True)], dtype=bool)


def _calendar_of(source: SourceConfig, key: str) -> str:
    """The calendar of an instrument: its source's; New York's too for what is traded there, whatever zone it is in."""
    if source.calendar_name or source.calendar == "none":
        return source.calendar_name
    return "us" if INSTRUMENTS.get(key) in _EXCHANGE_CLASSES else ""


def _mask_zero_tail(columns: Columns) -> Marks:
    flow = columns["flow"].astype(float)
    told = np.flatnonzero(flow != 0)
    marks = np.zeros(len(flow), dtype=bool)
    if len(told):
        marks[told[-1] + 1 :] = True
    marks &= flow == 0
    return marks


def _mask_late_reports(columns: Columns) -> Marks:
    """Zeros of days for which a later file gives a flow: nobody had reported it yet."""
    told = columns["flow"].astype(float) != 0
    return np.asarray(~told & np.isin(columns["start"], columns["start"][told]), dtype=bool)


def _drop_rows(columns: Columns, marks: Marks, files: Sequence[str], why: str) -> tuple[Columns, list[Diagnostic]]:
    if not marks.any():
        return columns, []
    notices = []
    for number, file in enumerate(files):
        lines = columns["line"][marks & (columns["file"] == number)]
        if len(lines):
            rows = "1 row" if len(lines) == 1 else f"{len(lines)} rows"
            what = f"{rows} {why}, the first in line {int(lines.min())}"
            notices.append(make_notice("data.unpublished-rows", Place(file), what, "left out"))
    return {name: values[~marks] for name, values in columns.items()}, notices


def _drop_carried_closes(
    columns: Columns, carried: Marks, files: Sequence[str], over: str
) -> tuple[Columns, list[Diagnostic]]:
    if not carried.any():
        return columns, []
    count = int(carried.sum())
    place, line = min(zip(columns["file"][carried].tolist(), columns["line"][carried].tolist(), strict=True))
    what = f"{format_count(count, 'close')} carried over {over}, the first in line {line}"
    noted = make_notice("data.carried-closes", Place(files[place]), what, "not used")
    # The row stays and is blank: so it says that the market was closed.
    blank: Columns = {}
    for name in _LEVELS:
        if name in columns:
            blank[name] = np.where(carried, np.nan, columns[name].astype(float))
    return {**columns, **blank}, [noted]


def _mask_carried_closes(source: SourceConfig, columns: Columns, closed: Marks) -> Marks:
    """Closes of closed days that repeat the one before: a stock exchange's, and all where every market's do."""
    close = columns["close"].astype(float)
    same = np.zeros(len(close), dtype=bool)
    if not closed.any():
        return same
    exchange = np.zeros(len(close), dtype=bool)
    for key in source.instruments:
        rows = np.flatnonzero((columns["instrument"] == key) & np.isfinite(close))
        same[rows[1:]] = close[rows[1:]] == close[rows[:-1]]
        exchange[rows] = INSTRUMENTS.get(key) in _EXCHANGE_CLASSES
    moved = set(columns["day"][closed & np.isfinite(close) & ~same].tolist())
    still = np.asarray([day not in moved for day in columns["day"].tolist()], dtype=bool)
    carried = closed & same & (exchange | still)
    return np.asarray(carried, dtype=bool)


def _unchanged(source: SourceConfig, columns: Columns, kinds: Mapping[str, str]) -> Marks:
    """Closes that repeat the one before to the last digit, of a market whose holidays nobody knows.

    Such a close is a carried one far more often than a true one: that a market ended a day where it began is not told
    of it. Yields repeat by themselves, having few digits, and coins trade every day: both stand. So does a day whose
    high or low was traded. At a weekend only coins trade.
    """
    marks = np.zeros(len(columns["start"]), dtype=bool)
    # Where views of a day follow one another, the row before is not the day before.
    if source.keeps_revisions or source.calendar == "none" or "day" not in columns:
        return marks
    levels = {name: columns[name].astype(float) for name in _LEVELS if name in columns}
    close = levels["close"]
    for key in source.instruments:
        kind = INSTRUMENTS.get(key) or kinds.get(key, "")
        if kind == "crypto":
            continue
        rows = np.flatnonzero((columns["instrument"] == key) & np.isfinite(close))
        if len(rows) < 2:
            continue
        now, before = rows[1:], rows[:-1]
        same = close[now] == close[before]
        for values in levels.values():
            same &= np.isnan(values[now]) | (values[now] == values[before]) | (values[now] == close[now])
        weekend = (columns["day"][now].astype(np.int64) // DAY + 3) % 7 >= _SATURDAY
        marks[now[same & weekend]] = True
        if key in INSTRUMENTS or kind == "rates" or _calendar_of(source, key):
            continue
        same &= ~weekend & [digits_of(value) >= LEAST_DIGITS for value in close[now].tolist()]
        # What stands still more often is rounded, or a feed that is stuck, which is told as one.
        if same.sum() <= max(_HOLIDAYS * len(now), 1):
            marks[now[same]] = True
    return marks
