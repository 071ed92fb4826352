"""Daily series and the operations that metrics are built from; gaps keep their reasons."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reporter.model.metric import MissingReason, join_sources

Floats = npt.NDArray[np.float64]
Objects = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class DailySeries:
    """One value a brief date.

    Attributes:
        values: NaN where missing.
        as_of: end of the newest period used, seconds since 1970 UTC; NaN where nothing was.
        source: id of the source, or None.
        missing: reason where the value is NaN, else None.
    """

    values: Floats
    as_of: Floats
    source: Objects
    missing: Objects


def missing_series(length: int, reason: MissingReason) -> DailySeries:
    """A series that is missing throughout, for one reason."""
    nothing = np.full(length, np.nan)
    return DailySeries(
        nothing, nothing.copy(), np.full(length, None, dtype=object), np.full(length, reason, dtype=object)
    )


def build_series(
    values: Floats, as_of: Floats, source: Objects | str | None, reason: MissingReason | Objects
) -> DailySeries:
    """A series from parts; `reason` holds where the value is NaN.

    Args:
        values: one a day, NaN where missing.
        as_of: one a day, end of the newest period used, seconds since 1970 UTC.
        source: source ids, one for all days or one a day; None where there is none.
        reason: why a value is missing, one for all or one a day.
    """
    length = len(values)
    sources = source if isinstance(source, np.ndarray) else np.full(length, source, dtype=object)
    reasons = reason.copy() if isinstance(reason, np.ndarray) else np.full(length, reason, dtype=object)
    known = ~np.isnan(values)
    reasons[known] = None
    sources = sources.copy()
    sources[~known & np.isnan(as_of)] = None
    return DailySeries(values, as_of, sources, reasons)


def lag_series(series: DailySeries, days: int | npt.NDArray[np.int64]) -> DailySeries:
    """The series of `days` brief dates earlier; an array says for each date how many."""
    if isinstance(days, np.ndarray):
        return _lag_by_day(series, days)

    def shift_column(column: npt.NDArray[np.generic], fill: object) -> npt.NDArray[np.generic]:
        result = np.full(len(column), fill, dtype=column.dtype)
        if days < len(column):
            result[days:] = column[: len(column) - days]
        return result

    return DailySeries(
        shift_column(series.values, np.nan),  # type: ignore[arg-type]
        shift_column(series.as_of, np.nan),  # type: ignore[arg-type]
        shift_column(series.source, None),  # type: ignore[arg-type]
        shift_column(series.missing, MissingReason.TOO_SHORT),  # type: ignore[arg-type]
    )


def _lag_by_day(series: DailySeries, days: npt.NDArray[np.int64]) -> DailySeries:
    place = np.arange(len(days)) - days
    there, at = place >= 0, np.maximum(place, 0)
    source, missing = series.source[at], series.missing[at]
    source[~there], missing[~there] = None, MissingReason.TOO_SHORT
    return DailySeries(
        np.where(there, series.values[at], np.nan), np.where(there, series.as_of[at], np.nan), source, missing
    )


def combine_series(formula: Callable[..., Floats], *inputs: DailySeries, same_source: bool = False) -> DailySeries:
    """An elementwise formula over series; missing wherever an input is, for the first input's reason.

    Args:
        formula: numpy function of the inputs' values; a result that is not finite counts as undefined.
        inputs: the series.
        same_source: refuse a value whose inputs come from different sources (coverage would differ).
    """
    with np.errstate(all="ignore"):
        values = np.asarray(formula(*(series.values for series in inputs)), dtype=float).copy()
    reasons = np.full(len(values), None, dtype=object)
    for series in inputs:
        empty = (reasons == None) & np.isnan(series.values)  # noqa: E711 - elementwise on an object array
        reasons[empty] = series.missing[empty]
    values[reasons != None] = np.nan  # noqa: E711 - elementwise on an object array
    undefined = (reasons == None) & ~np.isfinite(values)  # noqa: E711 - elementwise on an object array
    reasons[undefined] = MissingReason.UNDEFINED
    values[undefined] = np.nan
    source = inputs[0].source
    if same_source:
        for series in inputs[1:]:
            differs = (source != series.source) & ~np.isnan(values)
            values[differs] = np.nan
            reasons[differs] = MissingReason.COVERAGE
    as_of = np.fmax.reduce([series.as_of for series in inputs]) if len(inputs) > 1 else inputs[0].as_of
    return DailySeries(values, as_of, _join_sources(inputs), reasons)


def _join_sources(inputs: tuple[DailySeries, ...]) -> Objects:
    """Source ids of all inputs, each once, joined by "+"."""
    joined = inputs[0].source
    for series in inputs[1:]:
        differs = np.flatnonzero((series.source != joined) & (series.source != None))  # noqa: E711 - elementwise
        if len(differs):
            pairs = list(zip(joined[differs].tolist(), series.source[differs].tolist(), strict=True))
            names = {pair: join_sources(pair) for pair in set(pairs)}
            joined = joined.copy()
            joined[differs] = [names[pair] for pair in pairs]
    return joined


def relative_change(series: DailySeries, days: int | npt.NDArray[np.int64]) -> DailySeries:
    """Relative change over `days`: value / earlier value − 1; undefined for a base of zero or less."""
    return combine_series(
        lambda now, then: np.where(then > 0, now / then - 1.0, np.nan),
        series,
        lag_series(series, days),
        same_source=True,
    )


def absolute_change(series: DailySeries, days: int) -> DailySeries:
    """Change over `days` in the series' own unit: value − earlier value."""
    return combine_series(lambda now, then: now - then, series, lag_series(series, days), same_source=True)


def apply_rolling(series: DailySeries, window: int, reduce: Callable[[Floats], Floats], *, least: int) -> DailySeries:
    """A reduction over the last `window` values, today included.

    Args:
        series: input.
        window: number of days.
        reduce: NaN-aware reduction along the last axis of a (days, window) array.
        least: how many known values the window must hold.
    """
    known = np.cumsum(~np.isnan(np.concatenate([np.full(window, np.nan), series.values])))
    enough = known[window:] - known[:-window] >= least
    values = np.full(len(series.values), np.nan)
    if enough.any():
        padded = np.concatenate([np.full(window - 1, np.nan), series.values])
        values[enough] = reduce(np.lib.stride_tricks.sliding_window_view(padded, window)[enough])
    reasons = np.where(enough, MissingReason.UNDEFINED, MissingReason.TOO_SHORT).astype(object)
    # A day that is missing itself says why; only a known one has too little before it.
    gap = ~enough & np.isnan(series.values)
    reasons[gap] = series.missing[gap]
    return build_series(values, series.as_of, series.source, reasons)


def average_before(series: DailySeries, days: int, *, same_source: bool = False) -> DailySeries:
    """The mean of the `days` days before each day, all of them known; missing where the day itself is.

    Args:
        series: input.
        days: number of days.
        same_source: refuse a mean of which any day has another source than the day that is held against it.
    """
    means = lag_series(apply_rolling(series, days, lambda rows: np.mean(rows, axis=1), least=days), 1)
    found = combine_series(lambda _, mean: mean, series, means)
    return mask_values(found, _count_alike(series.source) <= days, MissingReason.COVERAGE) if same_source else found


def _count_alike(source: Objects) -> Floats:
    """Days in a row, up to each, that have its source."""
    changed = np.concatenate([[True], source[1:] != source[:-1]])
    day = np.arange(len(source))
    return np.asarray(day - np.maximum.accumulate(np.where(changed, day, 0)) + 1, dtype=float)


def mask_values(series: DailySeries, refuse: npt.NDArray[np.bool_], reason: MissingReason) -> DailySeries:
    """The series with some values removed for a reason.

    Args:
        series: the series.
        refuse: one truth a day, True where its value is removed.
        reason: why.
    """
    values = np.where(refuse, np.nan, series.values)
    missing = series.missing.copy()
    missing[refuse & ~np.isnan(series.values)] = reason
    return DailySeries(values, series.as_of, series.source, missing)


def signed_streak(series: DailySeries) -> DailySeries:
    """Days in a row with the same sign up to each day, signed; a gap breaks the streak."""
    values = np.full(len(series.values), np.nan)
    run = 0.0
    for position, value in enumerate(series.values.tolist()):
        if math.isnan(value):
            run = 0.0
            continue
        sign = (value > 0) - (value < 0)
        run = run + sign if run * sign > 0 else float(sign)
        values[position] = run
    return build_series(values, series.as_of, series.source, series.missing)


def take_first_known(series: list[DailySeries]) -> DailySeries:
    """For each day the first series that has a value; else the most informative reason among them."""
    best = series[0]
    for other in series[1:]:
        take = np.isnan(best.values) & (~np.isnan(other.values) | _has_nearer_gap(other, best))
        best = DailySeries(
            np.where(take, other.values, best.values),
            np.where(take, other.as_of, best.as_of),
            np.where(take, other.source, best.source),
            np.where(take, other.missing, best.missing),
        )
    return best


def _has_nearer_gap(other: DailySeries, best: DailySeries) -> npt.NDArray[np.bool_]:
    """Where the other series' gap is nearer: a day with some bars beats a source that ended long ago."""
    later = np.nan_to_num(other.as_of, nan=-1.0) > np.nan_to_num(best.as_of, nan=-1.0)
    partial = (other.missing == MissingReason.INCOMPLETE) & (best.missing != MissingReason.INCOMPLETE)
    # That a source begins some day is no news on the days before, whichever place it has: they can't know of it.
    begun = (best.missing == MissingReason.NOT_STARTED) & (other.missing != MissingReason.NOT_STARTED)
    return np.asarray(later | partial | begun, dtype=bool)
