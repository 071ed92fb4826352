"""Canonical tables: what each holds, in which units, and the loaded form that metrics read.

Times are whole seconds since 1970-01-01T00:00Z throughout. Every row has `start` and `end` (the period it
describes; equal for instants) and `known` (when it could first be known: end + lag).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from reporter.desk.config import DeskConfig, SourceConfig
from reporter.model.metric import Citation, Event, Instrument

#: Factors that turn a declared unit into the canonical one.
USD_SCALES: Mapping[str, float] = {"usd": 1.0, "usd_k": 1e3, "usd_m": 1e6, "usd_bn": 1e9}
RATE_SCALES: Mapping[str, float] = {"fraction": 1.0, "percent": 0.01, "bp": 0.0001}


@dataclass(frozen=True, slots=True)
class TableSpec:
    """What a canonical table holds.

    Attributes:
        required: numeric columns that must be there.
        optional: numeric columns that may be there.
        text: text columns that must be there.
        dates: columns holding a date, read as seconds at 00:00 UTC.
        scales: unit → factor applied to the columns in `scaled`.
        scaled: columns that the declared unit is about.
        low, high: bounds per column outside of which a row is refused (after scaling).
        key: columns that, with the time, identify a row.
        blanks: whether a blank number is a legitimate gap (a closed market, a quote not made).
    """

    required: tuple[str, ...]
    scales: Mapping[str, float]
    scaled: tuple[str, ...]
    optional: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    bounds: Mapping[str, tuple[float, float]] = ()  # type: ignore[assignment]
    key: tuple[str, ...] = ()


_POSITIVE = (1e-12, 1e15)

TABLES: Mapping[str, TableSpec] = {
    "prices": TableSpec(
        required=("open", "high", "low", "close"),
        optional=("volume",),
        scales={"usd": 1.0},
        scaled=("open", "high", "low", "close"),
        bounds={"open": _POSITIVE, "high": _POSITIVE, "low": _POSITIVE, "close": _POSITIVE},
    ),
    "open_interest": TableSpec(
        required=("open_interest",),
        scales=USD_SCALES,
        scaled=("open_interest",),
        bounds={"open_interest": (1.0, 1e14)},
    ),
    "funding": TableSpec(
        required=("rate",),
        scales=RATE_SCALES,
        scaled=("rate",),
        # Exchanges cap a settlement at 0.75 % to 3 %; a day's sum beyond 5 % is a unit mistake.
        bounds={"rate": (-0.05, 0.05)},
    ),
    "liquidations": TableSpec(
        required=("long", "short"),
        scales=USD_SCALES,
        scaled=("long", "short"),
        bounds={"long": (0.0, 1e12), "short": (0.0, 1e12)},
    ),
    "options": TableSpec(
        required=("strike",),
        optional=("open_interest", "mark_iv", "delta"),
        text=("type",),
        dates=("expiry",),
        scales={"percent": 1.0, "fraction": 100.0},
        scaled=("mark_iv",),
        bounds={"strike": _POSITIVE, "open_interest": (0.0, 1e9), "mark_iv": (0.0, 1000.0), "delta": (-1.0, 1.0)},
        key=("expiry", "strike", "type"),
    ),
    "volatility_index": TableSpec(
        required=("close",),
        optional=("high", "low"),
        scales={"vol_points": 1.0},
        scaled=("close", "high", "low"),
        bounds={"close": (1.0, 500.0), "high": (1.0, 500.0), "low": (1.0, 500.0)},
    ),
    "cross_asset": TableSpec(
        required=("close",),
        optional=("high", "low"),
        text=("instrument",),
        scales={"level": 1.0},
        scaled=("close", "high", "low"),
        bounds={"close": (-100.0, 1e7)},
        key=("instrument",),
    ),
    "fund_flows": TableSpec(
        required=("flow",),
        scales=USD_SCALES,
        scaled=("flow",),
        bounds={"flow": (-1e11, 1e11)},
    ),
    "miners": TableSpec(
        required=("hashprice",),
        optional=("difficulty_change",),
        dates=("difficulty_date",),
        scales={"fraction": 1.0, "percent": 0.01},
        scaled=("difficulty_change",),
        bounds={"hashprice": (0.1, 10_000.0), "difficulty_change": (-0.75, 3.0)},
    ),
    "cost_basis": TableSpec(
        required=("low", "high"),
        scales={"usd": 1.0},
        scaled=("low", "high"),
        bounds={"low": _POSITIVE, "high": _POSITIVE},
    ),
    "realised_price": TableSpec(
        required=("realised_price",),
        scales={"usd": 1.0},
        scaled=("realised_price",),
        bounds={"realised_price": _POSITIVE},
    ),
    "sentiment": TableSpec(
        required=("score",),
        scales={"score": 1.0},
        scaled=("score",),
        bounds={"score": (0.0, 100.0)},
    ),
    "events": TableSpec(required=(), text=("id", "topic", "grade"), scales={"text": 1.0}, scaled=(), key=("id",)),
}

#: Optional date columns: present in the file or absent as a whole.
OPTIONAL_DATES = frozenset({"difficulty_date"})


@dataclass(frozen=True, slots=True)
class SourceTable:
    """One source's rows, canonical and cut at the as-of instant.

    Attributes:
        source: its declaration.
        frame: columns start, end, known (int64 seconds) and the table's own; sorted by (start, key).
        bar: seconds a row's period lasts, 0 for instants.
    """

    source: SourceConfig
    frame: pd.DataFrame
    bar: int


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
        notices: what the loader noticed and mended, in plain English.
    """

    config: DeskConfig
    date: date
    day_end: int
    as_of: int
    tables: Mapping[str, tuple[SourceTable, ...]]
    events: tuple[Event, ...]
    citations: Mapping[str, Citation]
    instruments: Mapping[str, Instrument]
    notices: tuple[str, ...]
