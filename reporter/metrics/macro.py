"""Other markets: each instrument's own session, day return, intraday fall, and its correlation with the asset."""

from __future__ import annotations

import numpy as np

from reporter.desk.instruments import STANDS_IN_FOR
from reporter.desk.tables import SourceTable
from reporter.metrics.context import DAY, Context
from reporter.metrics.registry import family
from reporter.metrics.series import Daily, blank, combined, daily, first_known, masked
from reporter.model.metric import MetricSpec, Missing, Unit

_TABLE = ("cross_asset",)
#: A session older than this before the one at hand is a hole in the data, not a long weekend.
_LONGEST_BREAK = 6 * DAY
_CORRELATION_SESSIONS = 30


def _rows(table: SourceTable, key: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """An instrument's sessions: date (seconds at 00:00), end, known, and its value columns."""
    frame = table.frame[(table.frame["instrument"] == key).to_numpy()]
    days = frame["day"].to_numpy() if "day" in frame else frame["start"].to_numpy() // DAY * DAY
    columns = {name: frame[name].to_numpy(dtype=float) for name in ("close", "high", "low") if name in frame}
    return days, frame["end"].to_numpy(), frame["known"].to_numpy(), columns


def _per_session(context: Context, key: str, column: str, kind: str) -> Daily:
    """A value a session, on the brief date that is the session's own date.

    Args:
        context: the calendar.
        key: the instrument.
        column: which price.
        kind: `value`, `return` (against the previous session's close) or `change` (difference to it).
    """
    series = []
    for table in context.tables("cross_asset", column):
        days, ends, known, columns = _rows(table, key)
        if not len(days):
            continue
        before = np.concatenate([[np.nan], columns["close"][:-1]])
        fresh = np.concatenate([[False], np.diff(days) <= _LONGEST_BREAK])
        now = columns[column]
        with np.errstate(all="ignore"):
            values = {"value": now, "return": np.where(before > 0, now / before - 1, np.nan), "change": now - before}[
                kind
            ]
        usable = np.ones(len(days), dtype=bool) if kind == "value" else fresh
        series.append(_on_dates(context, table, days, ends, known, np.where(usable, values, np.nan)))
    if not series:
        return (
            context.absent("cross_asset") if key in context.desk.instruments else blank(len(context), Missing.NO_SOURCE)
        )
    return _without_proxy(context, key, first_known(series), column, kind)


def _on_dates(
    context: Context, table: SourceTable, days: np.ndarray, ends: np.ndarray, known: np.ndarray, values: np.ndarray
) -> Daily:
    midnights = (context.day_end - 1) // DAY * DAY
    position = np.searchsorted(midnights, days)
    inside = (position < len(context)) & (days >= midnights[0])
    position = np.clip(position, 0, len(context) - 1)
    inside &= (midnights[position] == days) & (known <= context.cut[position])
    result = np.full(len(context), np.nan)
    as_of = np.full(len(context), np.nan)
    result[position[inside]] = values[inside]
    as_of[position[inside]] = ends[inside]
    reasons = np.full(len(context), Missing.CLOSED, dtype=object)
    reasons[midnights < days.min()] = Missing.NOT_STARTED
    reasons[midnights > days.max() + 4 * DAY] = Missing.STALE
    had_row = np.isin(midnights, days)
    late = had_row & np.isnan(as_of)
    reasons[late] = Missing.NOT_PUBLISHED
    reasons[had_row & ~late] = Missing.TOO_SHORT
    return daily(result, as_of, table.source.id, reasons)


def _without_proxy(context: Context, key: str, series: Daily, column: str, kind: str) -> Daily:
    """A fund that tracks an index is silent on days when the index itself speaks."""
    for index in STANDS_IN_FOR.get(key, ()):
        if kind != "value" and index in context.desk.instruments:
            itself = _per_session(context, index, column, kind)
            series = masked(series, ~np.isnan(itself.values), Missing.REPRESENTED)
    return series


@family(MetricSpec("macro.{key}.close", Unit.LEVEL, "close of {key}'s session of this date", _TABLE, -100.0, 1e7))
def _close(context: Context, key: str) -> Daily:
    return _per_session(context, key, "close", "value")


@family(
    MetricSpec(
        "macro.{key}.return_1d",
        Unit.FRACTION,
        "{key}: close / previous session's close − 1",
        _TABLE,
        -0.6,
        3.0,
        ladder="index",
    )
)
def _return(context: Context, key: str) -> Daily:
    return _per_session(context, key, "close", "return")


@family(
    MetricSpec(
        "macro.{key}.change_1d",
        Unit.LEVEL,
        "{key}: close − previous session's close",
        _TABLE,
        -1e6,
        1e6,
        ladder="index",
    )
)
def _change(context: Context, key: str) -> Daily:
    return _per_session(context, key, "close", "change")


@family(MetricSpec("macro.{key}.low", Unit.LEVEL, "low of {key}'s session of this date", _TABLE, -100.0, 1e7))
def _low(context: Context, key: str) -> Daily:
    return _per_session(context, key, "low", "value")


@family(
    MetricSpec(
        "macro.{key}.low_return_1d", Unit.FRACTION, "{key}: low / previous session's close − 1", _TABLE, -0.9, 3.0
    )
)
def _low_return(context: Context, key: str) -> Daily:
    return _per_session(context, key, "low", "return")


@family(
    MetricSpec(
        "macro.{key}.correlation_30d",
        Unit.CORRELATION,
        "correlation of {key}'s and the asset's day returns over {key}'s last 30 sessions",
        _TABLE,
        -1.0,
        1.0,
    )
)
def _correlation(context: Context, key: str) -> Daily:
    if key not in context.desk.instruments:
        return blank(len(context), Missing.NO_SOURCE)
    theirs = context[f"macro.{key}.return_1d"]
    ours = context["price.return_1d"]
    both = np.flatnonzero(~np.isnan(theirs.values) & ~np.isnan(ours.values))
    values = np.full(len(context), np.nan)
    if len(both) >= _CORRELATION_SESSIONS:
        x = np.lib.stride_tricks.sliding_window_view(ours.values[both], _CORRELATION_SESSIONS)
        y = np.lib.stride_tricks.sliding_window_view(theirs.values[both], _CORRELATION_SESSIONS)
        values[both[_CORRELATION_SESSIONS - 1 :]] = _pearson(x, y)
    gap = np.where(np.isnan(theirs.values), theirs.missing, Missing.TOO_SHORT)
    return combined(lambda value, _: value, daily(values, theirs.as_of, theirs.source, gap), ours)


def _pearson(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    dx = x - x.mean(axis=1, keepdims=True)
    dy = y - y.mean(axis=1, keepdims=True)
    spread = np.sqrt((dx**2).sum(axis=1) * (dy**2).sum(axis=1))
    with np.errstate(all="ignore"):
        return np.where(spread > 0, (dx * dy).sum(axis=1) / spread, np.nan)
