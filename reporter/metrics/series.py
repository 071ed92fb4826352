"""Daily series and the few operations that metrics are made of; gaps travel with their reasons."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reporter.model.metric import Missing

Floats = npt.NDArray[np.float64]
Objects = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Daily:
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


def blank(length: int, reason: Missing) -> Daily:
    """A series that is missing throughout, for one reason."""
    nothing = np.full(length, np.nan)
    return Daily(nothing, nothing.copy(), np.full(length, None, dtype=object), np.full(length, reason, dtype=object))


def daily(values: Floats, as_of: Floats, source: Objects | str | None, reason: Missing | Objects) -> Daily:
    """A series from parts; `reason` holds where the value is NaN."""
    length = len(values)
    sources = source if isinstance(source, np.ndarray) else np.full(length, source, dtype=object)
    reasons = reason.copy() if isinstance(reason, np.ndarray) else np.full(length, reason, dtype=object)
    known = ~np.isnan(values)
    reasons[known] = None
    sources = sources.copy()
    sources[~known & np.isnan(as_of)] = None
    return Daily(values, as_of, sources, reasons)


def lagged(series: Daily, days: int) -> Daily:
    """The series as it stood `days` brief dates earlier."""

    def shifted(column: npt.NDArray[np.generic], fill: object) -> npt.NDArray[np.generic]:
        result = np.full(len(column), fill, dtype=column.dtype)
        if days < len(column):
            result[days:] = column[: len(column) - days]
        return result

    return Daily(
        shifted(series.values, np.nan),  # type: ignore[arg-type]
        shifted(series.as_of, np.nan),  # type: ignore[arg-type]
        shifted(series.source, None),  # type: ignore[arg-type]
        shifted(series.missing, Missing.TOO_SHORT),  # type: ignore[arg-type]
    )


def combined(formula: Callable[..., Floats], *inputs: Daily, same_source: bool = False) -> Daily:
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
    reasons[undefined] = Missing.UNDEFINED
    values[undefined] = np.nan
    source = inputs[0].source
    if same_source:
        for series in inputs[1:]:
            differs = (source != series.source) & ~np.isnan(values)
            values[differs] = np.nan
            reasons[differs] = Missing.COVERAGE
    as_of = np.fmax.reduce([series.as_of for series in inputs]) if len(inputs) > 1 else inputs[0].as_of
    return Daily(values, as_of, _joined(inputs), reasons)


def _joined(inputs: tuple[Daily, ...]) -> Objects:
    """Source ids of all inputs, each once, joined by "+"."""
    joined = inputs[0].source
    for series in inputs[1:]:
        differs = np.flatnonzero((series.source != joined) & (series.source != None))  # noqa: E711 - elementwise
        if len(differs):
            pairs = list(zip(joined[differs].tolist(), series.source[differs].tolist(), strict=True))
            names = {pair: _union(*pair) for pair in set(pairs)}
            joined = joined.copy()
            joined[differs] = [names[pair] for pair in pairs]
    return joined


def _union(first: str | None, second: str) -> str:
    return "+".join(dict.fromkeys([*(first.split("+") if first else ()), *second.split("+")]))


def growth(series: Daily, days: int) -> Daily:
    """Relative change over `days`: value / earlier value − 1; undefined for a base of zero or less."""
    return combined(
        lambda now, then: np.where(then > 0, now / then - 1.0, np.nan), series, lagged(series, days), same_source=True
    )


def difference(series: Daily, days: int) -> Daily:
    """Change over `days` in the series' own unit."""
    return combined(lambda now, then: now - then, series, lagged(series, days), same_source=True)


def rolling(series: Daily, window: int, reduce: Callable[[Floats], Floats], *, least: int) -> Daily:
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
    reasons = np.where(enough, Missing.UNDEFINED, Missing.TOO_SHORT).astype(object)
    # A day that is missing itself says why; only a known one has too little before it.
    gap = ~enough & np.isnan(series.values)
    reasons[gap] = series.missing[gap]
    return daily(values, series.as_of, series.source, reasons)


def masked(series: Daily, refuse: npt.NDArray[np.bool_], reason: Missing) -> Daily:
    """The series with some values refused."""
    values = np.where(refuse, np.nan, series.values)
    missing = series.missing.copy()
    missing[refuse & ~np.isnan(series.values)] = reason
    return Daily(values, series.as_of, series.source, missing)


def signed_streak(series: Daily) -> Daily:
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
    return daily(values, series.as_of, series.source, series.missing)


def first_known(series: list[Daily]) -> Daily:
    """A day at a time, the first series that has a value; else the most telling reason among them."""
    best = series[0]
    for other in series[1:]:
        take = np.isnan(best.values) & (~np.isnan(other.values) | _tells_more(other, best))
        best = Daily(
            np.where(take, other.values, best.values),
            np.where(take, other.as_of, best.as_of),
            np.where(take, other.source, best.source),
            np.where(take, other.missing, best.missing),
        )
    return best


def _tells_more(other: Daily, best: Daily) -> npt.NDArray[np.bool_]:
    """Where the other's gap is the nearer one: a day with some bars beats a source that ended long ago."""
    later = np.nan_to_num(other.as_of, nan=-1.0) > np.nan_to_num(best.as_of, nan=-1.0)
    partial = (other.missing == Missing.INCOMPLETE) & (best.missing != Missing.INCOMPLETE)
    # That a source begins some day is no news on the days before, whichever place it has: they can't know of it.
    begun = (best.missing == Missing.NOT_STARTED) & (other.missing != Missing.NOT_STARTED)
    return np.asarray(later | partial | begun, dtype=bool)
