"""Readings of hours inside a day: the share of a day's sum that fell between two hours, and the value at an hour."""

from __future__ import annotations

import numpy as np

from reporter.desk.parsing.tables import SourceTable
from reporter.metrics.context import Context
from reporter.metrics.series import DailySeries, build_series, take_first_known
from reporter.model.hourly import HourlyReading
from reporter.model.metric import Hours, MissingReason
from reporter.model.timestamps import DAY

_HOUR = 3600


def compute_hourly(context: Context, reading: HourlyReading, hours: Hours) -> DailySeries:
    """Compute a reading of hours of each day, of the first source that has them.

    A source of some venues only gives shares, and no value.

    Args:
        context: the calendar.
        reading: what is read.
        hours: where the metric's hours lie.
    """
    tables = [
        table
        for table in context.tables_with_columns(hours.table, *hours.columns)
        if 0 < table.bar < DAY and not (hours.kind == "last" and table.source.partial)
    ]
    compute = _compute_share if hours.kind == "sum" else _compute_value
    series = [compute(context, table, reading, hours) for table in tables if len(table.frame)]
    return take_first_known(series) if series else context.absent_series(*tables)


def _compute_share(context: Context, table: SourceTable, reading: HourlyReading, hours: Hours) -> DailySeries:
    """Share of a day's sum in a window; missing unless bars cover the day and none lies across the window's ends."""
    first, last = (hour * _HOUR for hour in reading.hours)
    amounts = sum((table.frame[name].to_numpy(dtype=float) for name in hours.columns), np.zeros(len(table.frame)))
    position = context.day_positions(table)
    use = (position >= 0) & ~np.isnan(amounts)
    position, amounts = position[use], amounts[use]
    start = table.frame["start"].to_numpy()[use] % DAY
    inside = (start >= first) & (start + table.bar <= last)
    straddles = (start < last) & (start + table.bar > first) & ~inside

    def sum_days(weights: np.ndarray) -> np.ndarray:
        return np.bincount(position, weights, minlength=len(context))

    total, covered = sum_days(amounts), np.bincount(position, minlength=len(context)) * table.bar
    whole = (covered >= DAY) & (sum_days(straddles.astype(float)) == 0)
    with np.errstate(all="ignore"):
        values = np.where(whole & (total > 0), sum_days(amounts * inside) / total, np.nan)
    reasons = context.gap_reasons(table)
    reasons[covered > 0] = MissingReason.INCOMPLETE
    reasons[covered >= DAY] = MissingReason.UNDEFINED
    as_of = np.where(covered > 0, context.day_end.astype(float), np.nan)
    return build_series(values, as_of, table.source.id, reasons)


def _compute_value(context: Context, table: SourceTable, reading: HourlyReading, hours: Hours) -> DailySeries:
    """The value of the bar that ends at an hour of each day."""
    numbers = table.frame[hours.columns[0]].to_numpy(dtype=float)
    position, ends = context.day_positions(table), table.frame["end"].to_numpy()
    use = (position >= 0) & ~np.isnan(numbers) & (ends % DAY == reading.hours[0] * _HOUR % DAY)
    values, as_of = context.empty_column(), context.empty_column()
    values[position[use]] = numbers[use]
    as_of[position[use]] = ends[use]
    return build_series(values, as_of, table.source.id, context.gap_reasons(table))
