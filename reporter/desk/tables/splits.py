"""Splits that desk.toml declares → prices on one scale.

Files hold prices as they were traded. A brief of a day after a split sees what was before it on the new scale; one of a
day before it sees the prices of its day, as everybody did then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt

from reporter.desk.config.config import DeskConfig
from reporter.desk.config.desk_days import find_desk_days
from reporter.desk.parsing.tables import SourceTable

_PRICES = ("open", "high", "low", "close")


@dataclass(frozen=True, slots=True)
class Split:
    """A split of the asset.

    Attributes:
        day: the first day that is traded on the new scale.
        begins: when that day begins, seconds since 1970 UTC.
        factor: how many new ones stand for an old one.
    """

    day: date
    begins: int
    factor: float


def list_splits(config: DeskConfig, until: date | None = None) -> tuple[Split, ...]:
    """List the splits of a desk's asset.

    Args:
        config: the desk.
        until: later ones don't count; all where absent.
    """
    days = find_desk_days(config)
    found = []
    for one in config.asset.splits:
        day = date.fromisoformat(one.date)
        end = days.find_end(day)
        if end is not None and (until is None or day <= until):
            found.append(Split(day, int(days.list_days(end - 1, day)[1][0]), one.factor))
    return tuple(found)


def adjust_columns(
    columns: Mapping[str, npt.NDArray[np.generic]], splits: Iterable[Split]
) -> dict[str, npt.NDArray[np.generic]]:
    """Columns of prices, those of before a split on the scale of after it.

    Args:
        columns: of the table prices: `end`, prices, and `volume` where there is one.
        splits: those that count.
    """
    scale = np.ones(len(columns["end"]))
    for split in splits:
        scale[columns["end"].astype(np.int64) <= split.begins] *= split.factor
    prices = {name: columns[name].astype(float) / scale for name in _PRICES if name in columns}
    volume = {"volume": columns["volume"].astype(float) * scale} if "volume" in columns else {}
    return {**columns, **prices, **volume}


def adjust_table(table: SourceTable, splits: tuple[Split, ...]) -> SourceTable:
    """A source of prices on the scale of after all of some splits; any other table unchanged."""
    if not splits or table.source.table != "prices" or not len(table.frame):
        return table
    columns = {name: table.frame[name].to_numpy() for name in ("end", "volume", *_PRICES) if name in table.frame}
    return replace(table, frame=table.frame.assign(**adjust_columns(columns, splits)))
