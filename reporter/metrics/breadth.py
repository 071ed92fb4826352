"""How many other markets moved the same way, by class: counts of instruments whose session is known."""

from __future__ import annotations

import numpy as np

from reporter.metrics.context import Context
from reporter.metrics.registry import Compute, metric
from reporter.metrics.series import Daily, Floats, daily
from reporter.model.metric import MetricSpec, Missing, Unit

_CLASSES = ("equity", "metal", "all")
_TABLE = ("cross_asset",)


def _returns(context: Context, kind: str) -> tuple[list[Daily], list[str]]:
    """Day returns of the class's instruments; a fund is silent where the index it tracks speaks."""
    keys = [key for key, item in context.desk.instruments.items() if kind in ("all", item.kind)]
    return [context[f"macro.{key}.return_1d"] for key in keys], keys


def _counted(context: Context, kind: str, which: str) -> Daily:
    returns, keys = _returns(context, kind)
    if not keys:
        return context.absent(*context.serving("cross_asset", "close"))
    values = np.stack([series.values for series in returns])
    known = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        picked = {"up": values > 0, "down": values < 0, "known": known}[which]
    counts: Floats = np.where(known.any(axis=0), picked.sum(axis=0), np.nan).astype(float)
    as_of = np.fmax.reduce([series.as_of for series in returns])
    sources = np.asarray([_joined(column) for column in zip(*(s.source for s in returns), strict=True)], dtype=object)
    reasons = np.full(len(context), Missing.CLOSED, dtype=object)
    for series in reversed(returns):
        reasons = np.where(np.isnan(series.values), series.missing, reasons)
    return daily(counts, as_of, sources, reasons)


def _joined(sources: tuple[str | None, ...]) -> str | None:
    return "+".join(dict.fromkeys(source for source in sources if source)) or None


def _declare(kind: str, which: str) -> None:
    instruments = "instruments of any class" if kind == "all" else f"{kind} instruments"
    told = {"up": "that rose", "down": "that fell", "known": "with a session on this date"}[which]
    spec = MetricSpec(f"breadth.{kind}_{which}", Unit.COUNT, f"number of {instruments} {told}", _TABLE, low=0)

    def compute(context: Context) -> Daily:
        return _counted(context, kind, which)

    registered: Compute = compute
    metric(spec)(registered)


for _kind in _CLASSES:
    for _which in ("up", "down", "known"):
        _declare(_kind, _which)
