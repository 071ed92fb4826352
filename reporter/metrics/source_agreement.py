"""How several sources of one table relate: which fills whose gaps, and whether they agree.

Two sources are held against each other only where they measure the same thing at the same instant: the same
`measures` in desk.toml (for prices, the desk's asset in its quote currency unless it says otherwise), a close at the
same second, a sum of the same day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from reporter.desk.parsing.tables import SourceTable
from reporter.metrics.context import Context
from reporter.metrics.intraday import intraday_tables, price_days
from reporter.metrics.price import closes_by_source
from reporter.metrics.registry import register_metric
from reporter.metrics.series import DailySeries, build_series, combine_series, mask_values, take_first_known
from reporter.model.metric import MetricSpec, MissingReason, Unit

#: A fill of the last seven days stands in a weekly change; before that it is history.
_TOLD_DAYS = 7
#: A source without a value for so long has ended; the next one is then no substitute but its successor.
_ENDED_DAYS = 31


@dataclass(frozen=True, slots=True)
class _ComparedTable:
    """A table whose sources are compared with each other.

    Attributes:
        used: the metric that a brief tells of it.
        unit: its unit.
        tolerance: differences up to here are nothing to report. Measured on real days at the same instant: Binance
            against Yahoo Finance closes, 159 days, median 0.05 %, 99 % below 0.195 %; against CoinDesk, 99 days, all
            below 0.2 %; CoinGlass open interest daily against four-hourly, 114 days, 99 % below 0.33 %; funding and
            DVOL of one exchange in two series agree to the last digit.
        each: a series a source.
        absolute: whether a difference is told in the value's own unit, because the value may be near zero.
    """

    used: str
    unit: Unit
    tolerance: float
    each: Callable[[Context], list[DailySeries]]
    absolute: bool = False


def _liquidations_by_source(context: Context) -> list[DailySeries]:
    sides = zip(
        context.each_day_total("liquidations", "long"), context.each_day_total("liquidations", "short"), strict=True
    )
    return [combine_series(np.add, longs, shorts) for longs, shorts in sides]


TABLES: Mapping[str, _ComparedTable] = {
    "prices": _ComparedTable("price.close", Unit.PRICE, 0.002, closes_by_source),
    "open_interest": _ComparedTable(
        "derivatives.open_interest",
        Unit.USD,
        0.01,
        lambda context: context.each_day_last("open_interest", "open_interest"),
    ),
    "funding": _ComparedTable(
        "derivatives.funding_1d",
        Unit.FRACTION,
        0.0001,
        lambda context: context.each_day_total("funding", "rate"),
        absolute=True,
    ),
    "liquidations": _ComparedTable("derivatives.liquidations_total", Unit.USD, 0.05, _liquidations_by_source),
    "volatility_index": _ComparedTable(
        "derivatives.dvol", Unit.VOL_POINTS, 0.01, lambda context: context.each_day_last("volatility_index", "close")
    ),
}


def _market_of_source(context: Context, source: str) -> str:
    """The market that a source measures; empty where it is not declared."""
    config = context.desk.config
    found = next(item for item in config.source if item.id == source)
    own = f"{config.asset.symbol}/{config.asset.currency}" if found.table == "prices" else ""
    return found.measures or own


def _citation_name(context: Context, source: str) -> Mapping[str, str]:
    return context.desk.citations[source].name


# --- agreement ----------------------------------------------------------------------------------------------------


def _agreement_series(context: Context, table: str) -> dict[str, DailySeries]:
    return context.get_or_make(("agreement", table), lambda: _compare_sources(context, table))


def _compare_sources(context: Context, table: str) -> dict[str, DailySeries]:
    """A day at a time: how many sources are comparable, and the one furthest from the used one."""
    compared = TABLES[table]
    used = context[compared.used]
    count, other, gap = np.zeros(len(context)), context.empty_column(), np.full(len(context), -1.0)
    source = np.full(len(context), None, dtype=object)
    for series in compared.each(context):
        own = next((name for name in series.source.tolist() if name is not None), None)
        if own is None:
            continue
        alike = np.asarray([_are_comparable(context, name, own) for name in used.source.tolist()], dtype=bool)
        same = alike & ~np.isnan(series.values) & ~np.isnan(used.values) & (series.as_of == used.as_of)
        with np.errstate(all="ignore"):
            size = np.abs(series.values - used.values) / (1.0 if compared.absolute else np.abs(used.values))
        same &= np.isfinite(size)
        count[same] += 1
        further = same & (size > gap)
        other[further], gap[further], source[further] = series.values[further], size[further], own
    known = ~np.isnan(used.values)
    gap[count == 0] = np.nan
    why = used.missing.copy()
    why[known] = MissingReason.UNDEFINED
    return {
        "compared": build_series(np.where(known, count, np.nan), used.as_of, used.source, why),
        "other": build_series(other, np.where(count > 0, used.as_of, np.nan), source, why),
        "disagreement": build_series(gap, np.where(count > 0, used.as_of, np.nan), source, why),
    }


def _are_comparable(context: Context, used: str | None, own: str) -> bool:
    """Whether two sources measure the same market, and readers can tell them apart."""
    if used is None or used == own or _citation_name(context, used) == _citation_name(context, own):
        return False
    return bool(_market_of_source(context, used)) and _market_of_source(context, used) == _market_of_source(
        context, own
    )


# --- gaps filled ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Fill:
    """A run of days on which a source replaced a preferred one: first and last position, and that one's last day."""

    first: int
    last: int
    preferred: int


def _get_fill_series(context: Context, table: str) -> dict[str, DailySeries]:
    return context.get_or_make(("fills", table), lambda: _compute_fill_series(context, table))


def _compute_fill_series(context: Context, table: str) -> dict[str, DailySeries]:
    used = context[TABLES[table].used]
    found = _find_newest_fills(context, used.source.tolist(), np.isnan(used.values).tolist(), table)
    days, first, last, before = (context.empty_column() for _ in range(4))
    standing_in, preferred = used.source.copy(), used.source.copy()
    days[~np.isnan(used.values)] = 0.0
    for index, fill in found.items():
        days[index] = fill.last - fill.first + 1
        for column, position in ((first, fill.first), (last, fill.last), (before, fill.preferred)):
            column[index] = context.midnight[position]
        standing_in[index], preferred[index] = used.source[fill.last], used.source[fill.preferred]
    why = used.missing.copy()
    why[np.isnan(first) & ~np.isnan(used.values)] = MissingReason.UNDEFINED
    as_of = context.day_end.astype(float)
    return {
        "fill_days": build_series(days, as_of, standing_in, why),
        "fill_first": build_series(first, as_of, standing_in, why),
        "fill_last": build_series(last, as_of, standing_in, why),
        "preferred_last": build_series(before, as_of, preferred, why),
    }


def _find_newest_fills(context: Context, sources: list[str | None], gaps: list[bool], table: str) -> dict[int, _Fill]:
    """Brief date → the newest fill of the week up to it."""
    order = {item.source.id: rank for rank, item in enumerate(context.desk.tables.get(table, ()))}
    newest: _Fill | None = None
    seen: dict[int, int] = {}
    found: dict[int, _Fill] = {}
    for index, (source, gap) in enumerate(zip(sources, gaps, strict=True)):
        rank = order.get(source or "") if not gap else None
        if rank is not None and source is not None:
            better = [day for level, day in seen.items() if level < rank and index - day <= _ENDED_DAYS]
            preferred = max(better, default=None)
            if preferred is not None and _citation_name(context, str(sources[preferred])) != _citation_name(
                context, source
            ):
                goes_on = newest is not None and newest.last == index - 1 and sources[newest.last] == source
                newest = _Fill(newest.first if goes_on and newest else index, index, preferred)
            seen[rank] = index
            if preferred is None and newest is not None and newest.last == index - 1 and source == sources[newest.last]:
                # It goes on standing in for a source that counts as ended: from here on it is the source.
                newest = None
        if newest is not None and index - newest.last < _TOLD_DAYS:
            found[index] = newest
    return found


def _partial_series(context: Context, table: str) -> DailySeries:
    """1 on days whose value is from a source that covers a part of the market only, else 0."""
    used = context[TABLES[table].used]
    parts = {item.id for item in context.desk.config.source if item.partial}
    values = np.asarray([float(name in parts) for name in used.source.tolist()], dtype=float)
    return build_series(np.where(np.isnan(used.values), np.nan, values), used.as_of, used.source, used.missing)


# --- hours without a trade -------------------------------------------------------------------------------------------


def _halted(context: Context, table: SourceTable) -> DailySeries:
    """Full hours of each day in which a source's prices stood still; missing where it has no bar of the day."""
    seconds = np.zeros(len(context))
    for halt in table.halts:
        inside = np.minimum(halt.end, context.day_end) - np.maximum(halt.start, context.day_start)
        seconds += np.where(halt.known <= context.cut, np.maximum(inside, 0), 0)
    hours = np.floor(seconds / 3600)
    seen = (price_days(context, table).covered > 0) | (seconds > 0)
    as_of = np.where(seen, context.day_end.astype(float), np.nan)
    return build_series(np.where(seen, hours, np.nan), as_of, table.source.id, context.gap_reasons(table))


@register_metric(
    MetricSpec(
        "quality.prices.halted_hours",
        Unit.COUNT,
        "full hours of the day in which the bars of a source have one price and no trade, four or more in a row",
        (),
    )
)
def _halted_hours(context: Context) -> DailySeries:
    """Of the first source that stood still, else of the first that did not."""
    tables = [table for table in intraday_tables(context) if len(table.frame) or table.halts]
    if not tables:
        return context.absent_series(*intraday_tables(context))
    series = [_halted(context, table) for table in tables]
    stood = [mask_values(one, ~(one.values > 0), MissingReason.UNDEFINED) for one in series]
    return take_first_known([*stood, *series])


# --- the registry -----------------------------------------------------------------------------------------------------


def _tolerance_series(context: Context, table: str) -> DailySeries:
    declared = {str(name): size for name, size in context.desk.config.tolerance.items()}
    size = declared.get(table, TABLES[table].tolerance)
    return build_series(np.full(len(context), size), context.day_end.astype(float), None, MissingReason.UNDEFINED)


def _declare_metrics(table: str, compared: _ComparedTable) -> None:
    """Register the quality metrics of a table; they need no table, as other metrics report missing sources."""
    size = "|other − used|" if compared.absolute else "|other / used − 1|"
    agreement = (
        ("compared", Unit.COUNT, "how many other sources measure the same at the same instant"),
        ("other", compared.unit, f"of those, the value furthest from {compared.used}"),
        ("disagreement", Unit.FRACTION, f"{size}, other being the value furthest from the one used"),
    )
    fills = (
        ("fill_days", Unit.DAYS, "days of the newest fill of the last week, 0 where there is none"),
        ("fill_first", Unit.INSTANT, "first day in a row on which a source stands in for one before it in desk.toml"),
        ("fill_last", Unit.INSTANT, "last day in a row on which a source stands in for one before it in desk.toml"),
        ("preferred_last", Unit.INSTANT, "last day before on which the source that is stood in for has a value"),
    )
    for name, unit, formula in agreement:
        register_metric(MetricSpec(f"quality.{table}.{name}", unit, formula, ()))(
            lambda context, name=name: _agreement_series(context, table)[name]  # type: ignore[misc]
        )
    for name, unit, formula in fills:
        register_metric(MetricSpec(f"quality.{table}.{name}", unit, formula, ()))(
            lambda context, name=name: _get_fill_series(context, table)[name]  # type: ignore[misc]
        )
    part = MetricSpec(f"quality.{table}.partial", Unit.COUNT, f"1 where {compared.used} is of a part of the market", ())
    register_metric(part)(lambda context: _partial_series(context, table))
    spec = MetricSpec(f"quality.{table}.tolerance", Unit.FRACTION, "desk.toml's tolerance, or the table's own", ())
    register_metric(spec)(lambda context: _tolerance_series(context, table))


for _table, _compared in TABLES.items():
    _declare_metrics(_table, _compared)
