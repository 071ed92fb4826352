"""How many other markets moved the same way, by class: counts of instruments whose session is known."""

from __future__ import annotations

import numpy as np

from reporter.desk.parsing.times import find_next_session_end
from reporter.metrics.context import Context
from reporter.metrics.registry import Compute, register_metric
from reporter.metrics.series import DailySeries, Floats, build_series, lag_series
from reporter.model.metric import MetricSpec, MissingReason, Unit
from reporter.model.timestamps import DAY

_CLASSES = ("equity", "metal", "all")
_TABLE = ("cross_asset",)
#: Longest closures of an exchange that are no hole in the data, in days.
_LONGEST_BREAK = 4


def _class_returns(context: Context, kind: str) -> tuple[list[DailySeries], list[str]]:
    """Day returns of the class's instruments; a fund is left out on days when the index it tracks is known."""
    keys = [key for key, item in context.desk.instruments.items() if kind in ("all", item.kind)]
    return [context[f"macro.{key}.return_1d"] for key in keys], keys


def _count_moves(context: Context, kind: str, which: str) -> DailySeries:
    returns, keys = _class_returns(context, kind)
    if not keys:
        return context.absent_series(*context.tables_with_columns("cross_asset", "close"))
    values = np.stack([series.values for series in returns])
    known = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        picked = {"up": values > 0, "down": values < 0, "known": known}[which]
    counts: Floats = np.where(known.any(axis=0), picked.sum(axis=0), np.nan).astype(float)
    as_of = np.fmax.reduce([series.as_of for series in returns])
    sources = np.asarray(
        [_join_sources(column) for column in zip(*(s.source for s in returns), strict=True)], dtype=object
    )
    reasons = np.full(len(context), MissingReason.CLOSED, dtype=object)
    for series in reversed(returns):
        reasons = np.where(np.isnan(series.values), series.missing, reasons)
    return build_series(counts, as_of, sources, reasons)


def _join_sources(sources: tuple[str | None, ...]) -> str | None:
    return "+".join(dict.fromkeys(source for source in sources if source)) or None


def _declare_metric(kind: str, which: str) -> None:
    instruments = "instruments of any class" if kind == "all" else f"{kind} instruments"
    told = {"up": "that rose", "down": "that fell", "known": "with a session on this date"}[which]
    spec = MetricSpec(f"breadth.{kind}_{which}", Unit.COUNT, f"number of {instruments} {told}", _TABLE, low=0)

    def compute_count(context: Context) -> DailySeries:
        return _count_moves(context, kind, which)

    registered: Compute = compute_count
    register_metric(spec)(registered)


for _kind in _CLASSES:
    for _which in ("up", "down", "known"):
        _declare_metric(_kind, _which)


@register_metric(
    MetricSpec(
        "breadth.session_age",
        Unit.DAYS,
        f"days since the last session of any share gauge, looking back {_LONGEST_BREAK}; 0 where it is today",
        _TABLE,
        0,
        _LONGEST_BREAK,
        max_age_days=_LONGEST_BREAK + 1,
    )
)
def _session_age(context: Context) -> DailySeries:
    known = context["breadth.equity_known"]
    ages = np.full(len(context), np.nan)
    steps = ages.copy()
    for back in range(_LONGEST_BREAK, -1, -1):
        found = lag_series(known, back).values > 0
        steps[found] = back
    as_of, source = context.empty_column(), known.source.copy()
    for day in np.flatnonzero(~np.isnan(steps)):
        at = day - int(steps[day])
        ages[day] = (context.midnight[day] - context.midnight[at]) // DAY
        as_of[day], source[day] = known.as_of[at], known.source[at]
    return build_series(ages, as_of, source, known.missing)


@register_metric(
    MetricSpec(
        "breadth.next_session",
        Unit.INSTANT,
        "end of the first session after the cut, by the exchange calendar of the first source of share gauges",
        _TABLE,
    )
)
def _next_session(context: Context) -> DailySeries:
    shares = {key for key, item in context.desk.instruments.items() if item.kind == "equity"}
    serving = [
        table
        for table in context.tables_with_columns("cross_asset", "close")
        if table.source.calendar_name and shares & set(table.source.instruments)
    ]
    if not serving:
        return context.absent_series()
    source = serving[0].source
    ends = [find_next_session_end(cut, source) for cut in context.cut.tolist()]
    values = np.asarray([np.nan if end is None else end for end in ends], dtype=float)
    return build_series(values, context.day_end.astype(float), None, MissingReason.UNDEFINED)
