"""Rows → rows aggregated as a layout says: the last quote of an option in an hour, sums of liquidations or funds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from reporter.desk.config.config import SourceConfig
from reporter.desk.config.fields import parse_duration
from reporter.desk.formats.layouts import Gather
from reporter.desk.parsing.canonical import Columns
from reporter.model.timestamps import DAY

_PLACES = ("file", "line", "start", "end", "known", "day", "taken")


def aggregate_rows(source: SourceConfig, columns: Columns, gather: Gather) -> Columns:
    """The columns with one row for each period and key.

    A sum with a blank in it is blank: what was not reported is no zero.

    Args:
        source: its declaration.
        columns: the columns, one value a row.
        gather: how rows of a period become one.
    """
    every = parse_duration(gather.every)
    times = columns["start"].astype(np.int64)
    # A quote is known at the end of its period, and never before it was made; sums are of what begins together.
    ends, begins = -(-times // every) * every, times if every == DAY else times // every * every
    periods = ends if gather.how == "last" else begins
    # Each view of a period is gathered by itself: the same rows stand in many of them.
    views = [columns["file"]] if source.keeps_revisions else []
    group, first = _group_rows([periods, *(columns[name] for name in source.spec.key), *views])
    if gather.how == "last":
        return _take_last_rows(columns, group, times, periods, parse_duration(source.lag))
    return _sum_rows(source, columns, group, first, periods)


def _group_rows(keys: list[npt.NDArray[np.generic]]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """A number a row, the same for rows of the same keys; and the first row of each."""
    codes = [np.unique(key.astype(str) if key.dtype == object else key, return_inverse=True)[1] for key in keys]
    _, first, group = np.unique(np.column_stack(codes), axis=0, return_index=True, return_inverse=True)
    return group.reshape(-1).astype(np.int64), first.astype(np.int64)


def _take_last_rows(
    columns: Columns,
    group: npt.NDArray[np.int64],
    times: npt.NDArray[np.int64],
    periods: npt.NDArray[np.int64],
    lag: int,
) -> Columns:
    order = np.lexsort((columns["line"], columns["file"], times, group))
    last = order[np.append(np.diff(group[order]) != 0, True)]
    found = {name: values[last] for name, values in columns.items()}
    stamp = periods[last]
    return found | {"start": stamp, "end": stamp, "known": stamp + lag}


def _sum_rows(
    source: SourceConfig,
    columns: Columns,
    group: npt.NDArray[np.int64],
    first: npt.NDArray[np.int64],
    periods: npt.NDArray[np.int64],
) -> Columns:
    found: Columns = {}
    for name, values in columns.items():
        if name in _PLACES or values.dtype == object or name in source.spec.key:
            found[name] = values[first]
        else:
            found[name] = np.bincount(group, values.astype(float), minlength=len(first))
    start = periods[first]
    length = parse_duration(source.bar)
    lag = parse_duration(source.lag)
    return found | {"start": start, "end": start + length, "known": start + length + lag}
