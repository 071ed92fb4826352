"""Rows that are readable but implausible: far-off ticks, splits, test prices, stuck feeds, days without a session.

Each is told with its line. One that holds a brief does so until somebody corrects the row or approves it in desk.toml:
`approved = [{ time = "2020-03-12", reason = "the crash of that day" }]`; which faults hold, `[gates.faults]` may say.
What stands all the same is told with the briefs that may rest on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from reporter.desk.config.config import SourceConfig
from reporter.desk.config.fields import instant_seconds, parse_duration, pick_operator_text
from reporter.desk.config.gate_config import ROW_FAULTS, GatesConfig, RowFault
from reporter.desk.config.instruments import INSTRUMENTS
from reporter.desk.config.sessions import is_closed
from reporter.desk.parsing.canonical import Columns
from reporter.desk.validation.stale_rows import find_halts, find_repeated_rows, find_zero_runs
from reporter.diagnostics.diagnostic import NO_FILE, Diagnostic, Place, make_notice
from reporter.model.metric import AllowedAnomaly
from reporter.model.timestamps import DAY, format_day, format_minute

#: In one bar a market that trades does not go to a third or to three times itself: bitcoin's worst day since it has
#: exchanges to speak of, 12 March 2020, ended at 0.6 of the day before, and VIX's, 5 February 2018, at 2.16.
_STEPS = (0.35, 3.0)
#: Shares, bonds and metals have never lost two fifths in a day; a split of two to one is a half.
_FIRM_STEPS = (0.6, 1.67)
_FIRM = frozenset({"equity", "bonds", "metal", "dollar"})
#: Further tables whose values don't go to a third or to three times themselves in a row, and their column. In five
#: years open interest went to 0.68 and 1.19 of the day before, the volatility index to 0.71 and 1.55.
_STEPPING = {
    "open_interest": "open_interest",
    "volatility_index": "close",
    "realised_price": "realised_price",
    "miners": "hashprice",
}
#: Lows and highs that were traded have been far from the rest of their bar (Binance.US, 21 October 2021: 8,200 against
#: 65,000), and no further than this.
_LEAST_WICK, _GREATEST_WICK = 0.05, 20.0
#: Over a longer gap a price may well have doubled.
_LONGEST_GAP = 7 * DAY
#: So many markets at one price are a test; so many days without a change are a stuck feed.
_ALIKE = 3
_STUCK = 4
#: Classes whose values pass through zero, or near it.
_NEAR_ZERO = frozenset({"rates"})
_SPLITS = (2, 3, 4, 5, 7, 8, 10, 15, 20, 25, 50, 100, 1000)

Floats = npt.NDArray[np.float64]
#: Row, which fault it has, and what is odd about it.
Rows = Iterator[tuple[int, RowFault, str]]
#: What a row's fault is called where it is told.
_CODES: Mapping[RowFault, str] = {
    "jump": "data.jump",
    "wick": "data.wick",
    "stuck": "data.stuck-feed",
    "test_prices": "data.test-prices",
    "unchanged": "data.unchanged",
    "repeated": "data.repeated-rows",
    "zeros": "data.zeros",
    "closed_day": "data.closed-day",
}


@dataclass(frozen=True, slots=True)
class Anomalies:
    """The anomalies of a source: those that hold a brief, those that are noted, and those approved.

    Attributes:
        problems: rows that hold the brief.
        notices: what was approved, or is only to be noted.
        allowed: the same rows, for the briefs that may rest on them.
    """

    problems: tuple[Diagnostic, ...]
    notices: tuple[Diagnostic, ...]
    allowed: tuple[AllowedAnomaly, ...]


def find_anomalies(source: SourceConfig, columns: Columns, files: Sequence[str], gates: GatesConfig) -> Anomalies:
    """A source's columns → its anomalies: those that hold a brief, are noted, or are approved.

    Args:
        source: its declaration.
        columns: its rows, sorted by time and key, each once.
        files: how its files are shown.
        gates: which faults hold.
    """
    problems, notices, allowed = [], [], []
    approved = {instant_seconds(item.time): item for item in source.approved}
    used: set[int] = set()
    for row, fault, what in _iterate_anomalies(source, columns):
        start = int(columns["start"][row])
        day = int(columns["day"][row]) if "day" in columns else start // DAY * DAY
        at = next((time for time in (start, day) if time in approved), None)
        file, line = files[int(columns["file"][row])], int(columns["line"][row])
        held = gates.action_for_row(source.table, fault) == "hold"
        if at is None and held:
            hint = f'correct it, or write approved = [{{ time = "{_format_row_time(start, day)}", reason = "…" }}]'
            problems.append(Diagnostic(_CODES[fault], Place(file, line), what, hint))
            continue
        reason = {} if at is None else approved[at].reason
        told = f"approved: {pick_operator_text(reason)}" if reason else ""
        notices.append(make_notice(_CODES[fault], Place(file, line), what, told))
        if at is not None or ROW_FAULTS[fault][0] == "hold":
            known = float(columns["known"][row])
            allowed.append(AllowedAnomaly(source.table, fault, float(day), known, source.id, what, reason))
        if at is not None:
            used.add(at)
    for time, item in approved.items():
        if time not in used:
            unneeded = f'source "{source.id}": the approval of {item.time} is not needed'
            notices.append(make_notice("data.idle-approval", NO_FILE, unneeded))
    return Anomalies(tuple(problems), tuple(notices), tuple(allowed))


def _format_row_time(start: int, day: int) -> str:
    """A row's time as an approval names it: the date of a day, the hour of an hour."""
    if start % DAY and day == start // DAY * DAY:
        return format_minute(start)
    return format_day(day)


def _iterate_anomalies(source: SourceConfig, columns: Columns) -> Rows:
    yield from find_repeated_rows(source, columns)
    yield from find_zero_runs(source, columns)
    if source.table in _STEPPING:
        rows = np.arange(len(columns["start"]))
        yield from _find_value_jumps(columns, rows, source.table.replace("_", " "), _STEPS, _STEPPING[source.table])
    elif source.table == "prices":
        yield from _find_value_jumps(columns, np.arange(len(columns["start"])), "price", _STEPS)
        yield from _find_wicks(columns)
        yield from _find_stuck_days(source, columns)
        yield from find_halts(source, columns)
    elif source.table == "cross_asset":
        for key in source.instruments:
            if INSTRUMENTS.get(key) not in _NEAR_ZERO:
                rows = np.flatnonzero(columns["instrument"] == key)
                yield from _find_value_jumps(
                    columns,
                    rows,
                    f'"{source.instruments[key]}"',
                    _FIRM_STEPS if INSTRUMENTS.get(key) in _FIRM else _STEPS,
                )
        yield from _find_alike_markets(source, columns)
    elif source.table == "fund_flows" and source.calendar_name:
        yield from _find_closed_day_flows(source, columns)


def _find_value_jumps(
    columns: Columns, rows: npt.NDArray[np.int64], subject: str, span: tuple[float, float], column: str = "close"
) -> Rows:
    """Values that jump to a multiple or a fraction of the one before."""
    values, times = columns[column][rows].astype(float), columns["start"][rows].astype(np.int64)
    kept = np.flatnonzero(np.isfinite(values) & (values > 0))
    if len(kept) < 2:
        return
    values, times, rows = values[kept], times[kept], rows[kept]
    ratio = values[1:] / values[:-1]
    least, greatest = span
    odd = ((ratio < least) | (ratio > greatest)) & (np.diff(times) <= _LONGEST_GAP)
    told = -1
    for place in (np.flatnonzero(odd) + 1).tolist():
        if place == told:
            continue
        step = float(values[place] / values[place - 1])
        back = place + 1 < len(values) and bool(odd[place]) and (values[place + 1] > values[place]) == (step < 1)
        move = f"{abs(step - 1):.2%} {'below' if step < 1 else 'above'}"
        if back:
            # The way back is the same fault.
            told = place + 1
            value = _format_value(values[place])
            what = f"{subject} {value} is {move} the row before, and the next row is back: a bad tick?"
        else:
            last = f"the row before ({_format_value(values[place - 1])})"
            what = f"{subject} {_format_value(values[place])} is {move} {last}{_describe_split(step)}"
        yield int(rows[place]), "jump", what


def _describe_split(step: float) -> str:
    """The likely cause of a lasting step: a split, or another unit."""
    size = 1 / step if step < 1 else step
    near = next((whole for whole in _SPLITS if abs(size / whole - 1) < 0.06), None)
    if near is None:
        return ""
    return f": a split of {near} to 1?" if step < 1 else f": a merger of {near} to 1, or another unit?"


def _find_wicks(columns: Columns) -> Rows:
    if not {"open", "high", "low", "close"} <= columns.keys():
        return
    first, last = columns["open"].astype(float), columns["close"].astype(float)
    low, high = columns["low"].astype(float), columns["high"].astype(float)
    for row in np.flatnonzero(low < _LEAST_WICK * np.fmin(first, last)).tolist():
        under = 1 - low[row] / min(first[row], last[row])
        yield row, "wick", f"low {_format_value(low[row])} is {under:.2%} below open and close: a bad tick?"
    for row in np.flatnonzero(high > _GREATEST_WICK * np.fmax(first, last)).tolist():
        times = high[row] / max(first[row], last[row])
        yield row, "wick", f"high {_format_value(high[row])} is {times:.1f} times open and close: a bad tick?"


def _find_stuck_days(source: SourceConfig, columns: Columns) -> Rows:
    """Days in a row that are the same to the last digit in open, high, low and close."""
    names = ("open", "high", "low", "close")
    if parse_duration(source.bar) != DAY or not set(names) <= columns.keys():
        return
    table = np.column_stack([columns[name].astype(float) for name in names])
    moved = table[:, 1] > table[:, 2]
    same = (table[1:] == table[:-1]).all(axis=1) & moved[1:]
    run = 0
    for place, alike in enumerate(same.tolist(), 1):
        run = run + 1 if alike else 0
        if run == _STUCK - 1:
            yield place, "stuck", f"open, high, low and close are those of the {_STUCK - 1} days before: a stuck feed?"


def _find_alike_markets(source: SourceConfig, columns: Columns) -> Rows:
    """Unrelated markets at one price, or all markets unchanged: test prices, or a feed that stands still."""
    days = columns["start"].astype(np.int64)
    close = columns["close"].astype(float)
    instrument = columns["instrument"]
    before: dict[object, float] = {}
    edges = np.flatnonzero(np.diff(days, prepend=days[:1] - 1)).tolist()
    for first, end in zip(edges, [*edges[1:], len(days)], strict=True):
        rows = [row for row in range(first, end) if np.isfinite(close[row])]
        prices = [float(close[row]) for row in rows]
        most = max(set(prices), key=prices.count, default=0.0) if prices else 0.0
        unchanged = [row for row in rows if before.get(instrument[row]) == close[row]]
        # Markets that come to one price from different ones; those that begin or move together are alike by design.
        alike = [row for row in rows if close[row] == most and instrument[row] in before]
        if len(alike) >= _ALIKE and len({before[instrument[row]] for row in alike}) > 1:
            yield (
                alike[0],
                "test_prices",
                f"{len(alike)} markets have the same close, {_format_value(most)}: test prices?",
            )
        elif len(rows) >= _ALIKE and len(unchanged) == len(rows):
            yield rows[0], "unchanged", f"all {len(rows)} markets have the close of the day before: a stuck feed?"
        before |= {instrument[row]: float(close[row]) for row in rows}


def _find_closed_day_flows(source: SourceConfig, columns: Columns) -> Rows:
    for row, day in enumerate(columns["day"].tolist()):
        date_ = datetime.fromtimestamp(day, UTC).date()
        if columns["flow"][row] and is_closed(source.calendar_name, date_):
            yield row, "closed_day", f"a flow of {date_}, when the exchange was closed"


def _format_value(value: float) -> str:
    return f"{value:,.8g}"
