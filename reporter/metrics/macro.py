"""Other markets: each instrument's own session, day return, intraday fall, and its correlation with the asset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reporter.desk.config.instruments import STANDS_IN_FOR
from reporter.desk.parsing.tables import SourceTable
from reporter.metrics.context import Context, Reasons
from reporter.metrics.registry import register_metric_family
from reporter.metrics.series import DailySeries, Floats, build_series, combine_series, mask_values, take_first_known
from reporter.model.metric import MetricSpec, MissingReason, Unit
from reporter.model.news import News
from reporter.model.timestamps import DAY

_TABLE = ("cross_asset",)
#: A session older than this before the one at hand is a hole in the data, not a long weekend.
_LONGEST_BREAK = 6 * DAY
#: After so long without a session the source has ended; the longest closures of exchanges are shorter.
_STALE_AFTER = 4 * DAY
_CORRELATION_SESSIONS = 30
_CORRELATION_SPAN = 75
_SATURDAY = 5

Days = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sessions:
    """An instrument's sessions in one source, oldest first.

    Attributes:
        day: date, seconds at 00:00 UTC.
        end: close, seconds since 1970 UTC.
        known: when the row was known.
        columns: close, and high and low where the source has them.
        rested_day: dates for which the source has rows, and none of this instrument.
        rested_known: when that was known.
    """

    day: Days
    end: Days
    known: Days
    columns: Mapping[str, Floats]
    rested_day: Days
    rested_known: Days


def _instrument_sessions(context: Context, table: SourceTable, key: str) -> Sessions:
    return context.get_or_make(("sessions", table.source.id), lambda: _group_by_instrument(table))[key]


def _group_by_instrument(table: SourceTable) -> dict[str, Sessions]:
    frame = table.frame
    instrument = frame["instrument"].to_numpy(dtype=object)
    columns = {name: frame[name].to_numpy(dtype=float) for name in ("close", "high", "low") if name in frame}
    day, end, known = (frame[name].to_numpy() for name in ("day", "end", "known"))
    every_day, first = np.unique(day, return_index=True)
    found = {}
    for key in table.source.instruments:
        # A blank close is a closed market; the row still says that the source had looked.
        rows = np.flatnonzero((instrument == key) & ~np.isnan(columns["close"]))
        rested = np.isin(every_day, day[rows], invert=True)
        own = {name: values[rows] for name, values in columns.items()}
        found[key] = Sessions(day[rows], end[rows], known[rows], own, every_day[rested], known[first[rested]])
    return found


def _series_per_session(context: Context, key: str, column: str, kind: str) -> DailySeries:
    """A value a session, on the brief date that is the session's own date.

    Args:
        context: the calendar.
        key: the instrument.
        column: which price.
        kind: `value`, `return` (against the previous session's close) or `change` (difference to it).
    """
    series = []
    serving = [table for table in context.tables_with_columns("cross_asset", column) if key in table.source.instruments]
    for table in serving:
        if len(table.frame):
            sessions = _instrument_sessions(context, table, key)
            series.append(_align_to_dates(context, table, sessions, _session_values(sessions, column, kind), key))
    if not series:
        return context.absent_series(*serving)
    return _mask_proxy(context, key, take_first_known(series), column, kind)


def _session_values(sessions: Sessions, column: str, kind: str) -> Floats:
    now = sessions.columns[column]
    if kind == "value" or not len(now):
        return now
    before = np.concatenate([[np.nan], sessions.columns["close"][:-1]])
    fresh = np.concatenate([[False], np.diff(sessions.day) <= _LONGEST_BREAK])
    with np.errstate(all="ignore"):
        values = now - before if kind == "change" else np.where(before > 0, now / before - 1, np.nan)
    return np.where(fresh, values, np.nan)


def _align_to_dates(context: Context, table: SourceTable, sessions: Sessions, values: Floats, key: str) -> DailySeries:
    position, inside = _date_positions(context, sessions.day, sessions.known)
    result, as_of = context.empty_column(), context.empty_column()
    result[position[inside]] = values[inside]
    as_of[position[inside]] = sessions.end[inside]
    reasons = _session_gap_reasons(context, table, sessions, key)
    reasons[position[inside]] = MissingReason.TOO_SHORT
    return build_series(result, as_of, table.source.id, reasons)


def _date_positions(context: Context, day: Days, known: Days) -> tuple[Days, npt.NDArray[np.bool_]]:
    """The brief dates of sessions; and which of them are on the calendar and were known by their own date's cut."""
    position = np.clip(np.searchsorted(context.midnight, day), 0, len(context) - 1)
    return position, (context.midnight[position] == day) & (known <= context.cut[position])


def _session_gap_reasons(context: Context, table: SourceTable, sessions: Sessions, key: str) -> Reasons:
    """Why each date without a session has none, judged by what was known at its cut alone."""
    reasons = np.full(len(context), MissingReason.NO_ROW, dtype=object)
    if not len(sessions.day):
        reasons[:] = MissingReason.NOT_STARTED
        reasons[context.newest_positions(table.frame["known"].to_numpy()) >= 0] = MissingReason.BLANK
        return reasons
    rows = context.newest_positions(sessions.known)
    newest = np.clip(rows, 0, None)
    # A session of this date would close at the hour of the newest one, an hour more or less.
    expected = context.midnight + (sessions.end - sessions.day)[newest] + table.lag
    reasons[expected > context.cut] = MissingReason.NOT_PUBLISHED
    rested, inside = _date_positions(context, sessions.rested_day, sessions.rested_known)
    reasons[rested[inside]] = MissingReason.CLOSED
    if context.desk.instruments[key].kind != "crypto":
        reasons[(context.midnight // DAY + 3) % 7 >= _SATURDAY] = MissingReason.CLOSED
    reasons[context.midnight - sessions.day[newest] > _STALE_AFTER] = MissingReason.STALE
    reasons[rows < 0] = MissingReason.NOT_STARTED
    return reasons


def _mask_proxy(context: Context, key: str, series: DailySeries, column: str, kind: str) -> DailySeries:
    """A fund's series without the days on which the index it tracks is known."""
    for index in STANDS_IN_FOR.get(key, ()):
        if kind != "value" and index in context.desk.instruments:
            itself = _series_per_session(context, index, column, kind)
            series = mask_values(series, ~np.isnan(itself.values), MissingReason.REPRESENTED)
    return series


@register_metric_family(
    MetricSpec(
        "macro.{key}.close",
        Unit.LEVEL,
        "close of {key}'s session of this date",
        _TABLE,
        -100.0,
        1e7,
        # The instrument's class is put before both: metal_high.
        news=News("level", "markets", "high", "low", least=250),
    )
)
def _session_close(context: Context, key: str) -> DailySeries:
    return _series_per_session(context, key, "close", "value")


@register_metric_family(
    MetricSpec(
        "macro.{key}.return_1d",
        Unit.FRACTION,
        "{key}: close / previous session's close − 1; none for a yield",
        _TABLE,
        -0.6,
        3.0,
        ladder="index",
        news=News("change", "markets", "rise", "fall"),
    )
)
def _session_return(context: Context, key: str) -> DailySeries:
    found = _series_per_session(context, key, "close", "return")
    # A yield is a per cent already: what it gained is told in basis points, never in per cent of itself.
    return mask_values(found, np.full(len(context), _is_yield(context, key)), MissingReason.UNDEFINED)


def _is_yield(context: Context, key: str) -> bool:
    return context.desk.instruments[key].kind == "rates"


@register_metric_family(
    MetricSpec(
        "macro.{key}.change_bp",
        Unit.BP,
        "{key}: 100 × (close − previous session's close), for yields in per cent",
        _TABLE,
        -1e4,
        1e4,
    )
)
def _change_in_basis_points(context: Context, key: str) -> DailySeries:
    change = combine_series(lambda points: 100 * points, _series_per_session(context, key, "close", "change"))
    return mask_values(change, np.full(len(context), not _is_yield(context, key)), MissingReason.UNDEFINED)


@register_metric_family(
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
def _session_change(context: Context, key: str) -> DailySeries:
    return _series_per_session(context, key, "close", "change")


@register_metric_family(
    MetricSpec("macro.{key}.low", Unit.LEVEL, "low of {key}'s session of this date", _TABLE, -100.0, 1e7)
)
def _session_low(context: Context, key: str) -> DailySeries:
    return _series_per_session(context, key, "low", "value")


@register_metric_family(
    MetricSpec(
        "macro.{key}.low_return_1d", Unit.FRACTION, "{key}: low / previous session's close − 1", _TABLE, -0.9, 3.0
    )
)
def _session_low_return(context: Context, key: str) -> DailySeries:
    return _series_per_session(context, key, "low", "return")


@register_metric_family(
    MetricSpec(
        "macro.{key}.correlation_30d",
        Unit.CORRELATION,
        "correlation of {key}'s and the asset's day returns over {key}'s last 30 sessions",
        _TABLE,
        -1.0,
        1.0,
    )
)
def _return_correlation(context: Context, key: str) -> DailySeries:
    theirs = context[f"macro.{key}.return_1d"]
    ours = context["price.return_1d"]
    both = np.flatnonzero(~np.isnan(theirs.values) & ~np.isnan(ours.values))
    values = context.empty_column()
    if len(both) >= _CORRELATION_SESSIONS:
        x = np.lib.stride_tricks.sliding_window_view(ours.values[both], _CORRELATION_SESSIONS)
        y = np.lib.stride_tricks.sliding_window_view(theirs.values[both], _CORRELATION_SESSIONS)
        last = both[_CORRELATION_SESSIONS - 1 :]
        # Thirty sessions are six weeks; where they span a season, the months between are not known.
        dense = last - both[: len(last)] <= _CORRELATION_SPAN
        values[last] = np.where(dense, _pearson_correlation(x, y), np.nan)
    gap = np.where(np.isnan(theirs.values), theirs.missing, MissingReason.TOO_SHORT)
    return combine_series(lambda value, _: value, build_series(values, theirs.as_of, theirs.source, gap), ours)


def _pearson_correlation(x: Floats, y: Floats) -> Floats:
    dx = x - x.mean(axis=1, keepdims=True)
    dy = y - y.mean(axis=1, keepdims=True)
    spread = np.sqrt((dx**2).sum(axis=1) * (dy**2).sum(axis=1))
    with np.errstate(all="ignore"):
        return np.where(spread > 0, (dx * dy).sum(axis=1) / spread, np.nan)
