"""The loaded desk that metrics read: its sources' rows, events, citations and notices.

Times are whole seconds since 1970-01-01T00:00Z throughout. Every row has `start` and `end` (the period it
describes; equal for instants) and `known` (when it could first be known: end + lag).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from reporter.desk.config.config import DeskConfig, SourceConfig
from reporter.diagnostics.diagnostic import Diagnostic
from reporter.model.metric import AllowedAnomaly, Citation, Event, Instrument


@dataclass(frozen=True, slots=True)
class Halt:
    """A stretch of a source's rows in which nothing was traded; they are taken for a gap, and are no rows of it.

    Attributes:
        start, end: seconds since 1970 UTC.
        known: when its last row was known, seconds since 1970 UTC.
    """

    start: int
    end: int
    known: int


@dataclass(frozen=True, slots=True)
class SourceTable:
    """One source's rows, canonical and cut at the as-of instant.

    Attributes:
        source: its declaration.
        frame: columns start, end, known (int64 seconds), `day` where rows are days (the date in the source's own
            zone, as seconds at 00:00), and the table's own; sorted by (start, key).
        bar: seconds a row's period lasts, 0 for instants.
        lag: seconds after the end of its period until a row is known.
        allowed: rows that are doubted and stand all the same, of the whole file.
        halts: stretches without a trade, of the whole file, oldest first.
    """

    source: SourceConfig
    frame: pd.DataFrame
    bar: int
    lag: int = 0
    allowed: tuple[AllowedAnomaly, ...] = ()
    halts: tuple[Halt, ...] = ()


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk as loaded for one brief.

    Attributes:
        config: desk.toml.
        date: the brief's date.
        day_end: end of that day, seconds since 1970 UTC.
        as_of: the instant up to which rows are known.
        tables: canonical table → its sources in order of priority.
        events: dated, sourced lines known at `as_of`, oldest first.
        citations: source id → how it is cited.
        instruments: key → cross-asset instrument.
        notices: what the loader noticed and mended.
    """

    config: DeskConfig
    date: date
    day_end: int
    as_of: int
    tables: Mapping[str, tuple[SourceTable, ...]]
    events: tuple[Event, ...]
    citations: Mapping[str, Citation]
    instruments: Mapping[str, Instrument]
    notices: tuple[Diagnostic, ...]
