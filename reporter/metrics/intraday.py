"""Bars inside the day: which source's to use, and what can be read off one day's path."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from reporter.desk.tables import SourceTable
from reporter.metrics.context import DAY, Context
from reporter.metrics.series import Daily, Floats, daily, first_known
from reporter.model.metric import Bar, Missing

_HOURS_SHOWN = 48
_COLUMNS = ("open", "high", "low", "close")

#: One day's bars as a frame → one number, NaN where there is none.
PathFunction = Callable[[pd.DataFrame], float]


def intraday_tables(context: Context) -> tuple[SourceTable, ...]:
    """Price sources with bars shorter than a day, in order of priority."""
    return tuple(table for table in context.tables("prices", *_COLUMNS) if 0 < table.bar < DAY)


def per_day(context: Context, function: PathFunction) -> Daily:
    """A number read off each day's path, from the first source whose bars cover the day."""
    tables = intraday_tables(context)
    if not tables:
        return _no_bars(context)
    return first_known([_source_days(context, table, function) for table in tables])


def _no_bars(context: Context) -> Daily:
    length = len(context)
    return daily(np.full(length, np.nan), np.full(length, np.nan), None, Missing.NO_SOURCE)


def _source_days(context: Context, table: SourceTable, function: PathFunction) -> Daily:
    position = context.day_of(table)
    values = np.full(len(context), np.nan)
    as_of = np.full(len(context), np.nan)
    reasons = np.full(len(context), Missing.NO_ROW, dtype=object)
    for day, frame in table.frame[position >= 0].groupby(position[position >= 0]):
        index = int(day)  # type: ignore[call-overload]
        as_of[index] = context.day_end[index]
        if len(frame) * table.bar >= DAY:
            values[index] = function(frame)
            reasons[index] = Missing.UNDEFINED
        else:
            reasons[index] = Missing.INCOMPLETE
    return daily(values, as_of, table.source.id, reasons)


def time_of_low(frame: pd.DataFrame) -> float:
    """Start of the bar that holds the day's low, the first of equals."""
    return float(frame["start"].to_numpy()[int(np.argmin(frame["low"].to_numpy()))])


def time_of_high(frame: pd.DataFrame) -> float:
    """Start of the bar that holds the day's high, the first of equals."""
    return float(frame["start"].to_numpy()[int(np.argmax(frame["high"].to_numpy()))])


def tests_of_high(frame: pd.DataFrame, near: float = 0.005, away: float = 0.01) -> float:
    """How often the price came within `near` of the day's high after closing a bar more than `away` below it.

    The high itself counts as one test. Within a bar the order of prices is unknown, so only a close ends a test.
    """
    high = float(frame["high"].max())
    return float(_visits(frame["high"].to_numpy() >= high * (1 - near), frame["close"].to_numpy() <= high * (1 - away)))


def tests_of_low(frame: pd.DataFrame, near: float = 0.005, away: float = 0.01) -> float:
    """The mirror of `tests_of_high` at the day's low."""
    low = float(frame["low"].min())
    return float(_visits(frame["low"].to_numpy() <= low * (1 + near), frame["close"].to_numpy() >= low * (1 + away)))


def _visits(near: np.ndarray, away: np.ndarray) -> int:
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
    best: tuple[float, SourceTable, Floats] | None = None
    for table in intraday_tables(context):
        starts = table.frame["start"].to_numpy()
        inside = (starts >= begin) & (table.frame["end"].to_numpy() <= end)
        covered = float(inside.sum() * table.bar)
        if covered and (best is None or covered > best[0]):
            best = (covered, table, inside)
    if best is None:
        return (), 0, ""
    rows = best[1].frame.loc[best[2], ["start", *_COLUMNS]]
    return tuple(Bar(*map(float, row)) for row in rows.itertuples(index=False)), best[1].bar, best[1].source.id
