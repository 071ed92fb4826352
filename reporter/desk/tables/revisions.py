"""Rows that were restated: of each period, the value that its own day's brief saw.

A row that desk.toml's `known` column says was restated later is a revision. A day's brief, and every later one that
looks back at it, reads what was known at the cut of the day that the period ended in; so yesterday stays what it was.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from reporter.model.timestamps import DAY


def resolve_revisions(frame: pd.DataFrame, key: tuple[str, ...], day_end: int, as_of: int) -> pd.DataFrame:
    """Restated rows → one row a period, with the value that the brief of its own day saw.

    Args:
        frame: rows in order of start, key and time known.
        key: columns that tell rows of one time apart.
        day_end: end of some day of the desk, seconds since 1970 UTC.
        as_of: the cut of that day's brief; other days' briefs are cut as long after their ends.

    Returns:
        Of each period's rows the newest that was known at the cut of its day, or else the first.
    """
    columns = [frame[name].to_numpy() for name in ("start", *key)]
    if len(frame) < 2:
        return frame
    same = np.ones(len(frame) - 1, dtype=bool)
    for values in columns:
        same &= values[1:] == values[:-1]
    if not same.any():
        return frame
    first = np.flatnonzero(np.concatenate([[True], ~same]))
    end = frame["end"].to_numpy()
    cut = day_end + -(-(end - day_end) // DAY) * DAY + (as_of - day_end)
    seen = np.where(frame["known"].to_numpy() <= cut, np.arange(len(frame)), -1)
    newest = np.maximum.reduceat(seen, first)
    return frame.iloc[np.where(newest >= 0, newest, first)].reset_index(drop=True)
