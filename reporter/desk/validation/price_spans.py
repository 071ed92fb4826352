"""Whether prices can be those of the desk's asset in its currency: won taken for dollars, ether taken for bitcoin.

A file may say nothing of itself. What a well-known coin has cost in dollars stands in `markets.toml`, year by year; a
desk declares another span with `[asset] span`. Of any other coin, a desk's price sources are held against one another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from reporter.desk.config.config import AssetConfig, DeskConfig
from reporter.desk.config.fields import instant_seconds
from reporter.desk.formats.market_identity import find_coin, normalise_coin, parse_market
from reporter.desk.parsing.tables import SourceTable
from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.model.timestamps import DAY

#: How far from what it has cost in a year a coin's price may lie: no venue's differed so much, most currencies do.
_ROOM = 3.0
#: After the last year that is known, the span grows so much with each year.
_YEARLY = 2.0
#: Sources of one price differ by less than this; those of two currencies or coins mostly by more.
_RATIO = 3.0

Floats = npt.NDArray[np.float64]
Span = tuple[float, float]


def believable_span(asset: AssetConfig, measures: str, year: int) -> Span | None:
    """Between which prices the asset's can lie in a year; None where nothing is known of it.

    Args:
        asset: the desk's asset; its own span counts where it declares one.
        measures: what the source measures, in the desk's words.
        year: a calendar year.
    """
    if asset.span is not None:
        return asset.span
    if asset.kind != "crypto" or asset.currency != "USD":
        return None
    coin = find_coin(parse_market(measures, asset.symbol, sure=True).base or asset.symbol)
    if coin is None or not coin.spans or year < min(coin.spans):
        return None
    nearest = max(known for known in coin.spans if known <= year)
    room = _ROOM * _YEARLY ** (year - nearest)
    low, high = coin.spans[nearest]
    return low / room, high * room


def unbelievable_prices(asset: AssetConfig, table: SourceTable, files: Sequence[str]) -> Iterator[Diagnostic]:
    """The first close of each file that is no price of the asset, with how many more there are.

    Rows that somebody has looked at and approved are believed.

    Args:
        asset: the desk's asset.
        table: a source's rows.
        files: how its files are shown.
    """
    source, frame = table.source, table.frame
    if source.table != "prices" or not len(frame):
        return
    closes = frame["close"].to_numpy(dtype=float)
    starts = frame["start"].to_numpy()
    years = starts.astype("datetime64[s]").astype("datetime64[Y]").astype(int) + 1970
    bad = np.zeros(len(frame), dtype=bool)
    for year in np.unique(years).tolist():
        span = believable_span(asset, source.measures, year)
        if span is not None:
            bad |= (years == year) & ((closes < span[0]) | (closes > span[1]))
    approved = {instant_seconds(item.time) for item in source.approved}
    bad &= ~np.isin(starts, list(approved)) & ~np.isin(starts // DAY * DAY, list(approved))
    numbers, lines = frame["file"].to_numpy(), frame["line"].to_numpy()
    for number in np.unique(numbers[bad]).tolist():
        rows = np.flatnonzero(bad & (numbers == number))
        row = int(rows[np.argmin(lines[rows])])
        yield _unlikely(asset, table, Place(files[number], int(lines[row])), row, len(rows) - 1)


def unbelievable_price(asset: AssetConfig, measures: str, close: float, year: int) -> str:
    """Why one close is no price of the asset; empty where it may be.

    Args:
        asset: the desk's asset.
        measures: what the source measures, in the desk's words.
        close: a close in dollars.
        year: in which calendar year it was.
    """
    span = believable_span(asset, measures, year)
    if span is None or span[0] <= close <= span[1]:
        return ""
    coin = parse_market(measures, asset.symbol, sure=True).base or normalise_coin(asset.symbol)
    when = "" if asset.span is not None else f" in {year}"
    between = f"{_rounded(span[0])} and {_rounded(span[1])}"
    return f"{_shown(close)} is no price of {coin} in US dollars{when}, which lies between {between}"


def _unlikely(asset: AssetConfig, table: SourceTable, place: Place, row: int, further: int) -> Diagnostic:
    frame, measures = table.frame, table.source.measures
    year = datetime.fromtimestamp(int(frame["start"].iloc[row]), UTC).year
    what = unbelievable_price(asset, measures, float(frame["close"].iloc[row]), year)
    more = f", and {further} further closes neither" if further > 1 else ", nor is 1 further close" if further else ""
    hint = "another currency or coin? [asset] span = [lowest, highest] declares another span"
    return Diagnostic("data.unlikely-price", place, what + more, hint)


def _shown(value: float) -> str:
    return f"{value:,.2f}" if value >= 1 else f"{value:.4g}"


def _rounded(value: float) -> str:
    """A bound with its first two digits; a declared one has rarely more."""
    return f"{float(f'{value:.2g}'):,.10g}"


def contradicting_prices(config: DeskConfig, tables: Sequence[SourceTable]) -> Iterator[Diagnostic]:
    """Price sources of which one's closes are a multiple of the other's: they are not of one coin in one currency.

    They are asked where nothing else says what the asset costs.

    Args:
        config: the desk.
        tables: its price sources.
    """
    coin = find_coin(config.asset.symbol)
    if config.asset.span is not None or (coin is not None and coin.spans):
        return
    for first, second in combinations(tables, 2):
        ratio = _ratio(first.frame, second.frame)
        if ratio is None or 1 / _RATIO <= ratio <= _RATIO:
            continue
        size = f"{ratio:,.4g} times" if ratio > 1 else f"a {1 / ratio:,.4g}th of"
        what = f'its closes are about {size} those of "{first.source.id}"'
        hint = "is one of them of another coin, or in another currency?"
        yield config.source_diagnostic("data.contradicting-prices", second.source, what, hint)


def _ratio(first: pd.DataFrame, second: pd.DataFrame) -> float | None:
    """The middle ratio of closes no more than a day apart; None where there are none."""
    left, right = (frame[["end", "close"]].dropna().sort_values("end") for frame in (first, second))
    if not len(left) or not len(right):
        return None
    pairs = pd.merge_asof(right, left, on="end", direction="nearest", tolerance=DAY, suffixes=("", "_first")).dropna()
    return float((pairs["close"] / pairs["close_first"]).median()) if len(pairs) else None
