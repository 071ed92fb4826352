"""Raw tables to canonical ones: times with a zone, numbers in canonical units, every bad cell located."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from reporter.desk.config import DeskConfig, SourceConfig, parse_duration
from reporter.desk.readers import RawTable
from reporter.desk.tables import OPTIONAL_DATES, TABLES, SourceTable, TableSpec
from reporter.errors import InputError, Problem, did_you_mean

_ISO = re.compile(r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$")
_EPOCHS = {"s": 1, "ms": 1_000, "us": 1_000_000}
#: Epochs outside 2009–2100 are a wrong unit, not a date: bitcoin's first block is of January 2009.
_EPOCH_SPAN = (1_230_768_000, 4_102_444_800)
_SIDES = {"call": "call", "c": "call", "put": "put", "p": "put"}
_MAX_PROBLEMS = 20


def required_columns(source: SourceConfig) -> tuple[str, ...]:
    """Names, in the file, of the columns that must be there."""
    spec = TABLES[source.table]
    if source.layout == "wide":
        return (source.time, *source.instruments.values())
    own = (*spec.required, *spec.text, *(name for name in spec.dates if name not in OPTIONAL_DATES))
    return (source.time, *(source.columns.get(name, name) for name in own))


def optional_columns(source: SourceConfig) -> tuple[str, ...]:
    """Names, in the file, of the columns that are read where they are there."""
    spec = TABLES[source.table]
    if source.layout == "wide":
        return ()
    own = (*spec.optional, *(name for name in spec.dates if name in OPTIONAL_DATES))
    return tuple(source.columns.get(name, name) for name in own)


def canonical_table(config: DeskConfig, source: SourceConfig, raw: RawTable) -> tuple[SourceTable, tuple[str, ...]]:
    """One source's rows in canonical form, sorted, without exact duplicates.

    Returns:
        The table, and notices of what was dropped.

    Raises:
        InputError: every cell that can't be believed, located.
    """
    spec = TABLES[source.table]
    raw = _filtered(config, source, raw)
    problems: list[Problem] = []
    if source.unit not in spec.scales:
        hint = did_you_mean(source.unit, spec.scales) or f"one of {', '.join(spec.scales)}"
        raise InputError([config.problem(source, f'unit "{source.unit}" does not fit table {source.table}', hint)])
    times = _times(source, raw, problems)
    frame = _wide(source, raw, problems) if source.layout == "wide" else _long(source, spec, raw, problems)
    if problems:
        raise InputError(problems)
    frame["line"] = np.tile(raw.lines, len(frame) // max(len(raw.lines), 1)) if source.layout == "wide" else raw.lines
    local = np.tile(times, len(frame) // max(len(times), 1)) if source.layout == "wide" else times
    _add_period(source, frame, local)
    if source.table == "cross_asset":
        # A blank close is a closed market; a symbol that desk.toml does not name is not asked for.
        frame = frame[frame["close"].notna() & frame["instrument"].notna()]
    frame = _check_values(source, spec, frame, raw.file)
    return _deduplicated(source, spec, frame, raw.file)


def _filtered(config: DeskConfig, source: SourceConfig, raw: RawTable) -> RawTable:
    if not source.where:
        return raw
    keep = np.ones(len(raw.frame), dtype=bool)
    for column, value in source.where.items():
        keep &= (raw.frame[column].str.strip() == value).to_numpy()
    if not keep.any():
        what = f"no row of {raw.file} has " + ", ".join(f'{c} = "{v}"' for c, v in source.where.items())
        raise InputError([config.problem(source, what, "check the spelling in where = { … }")])
    return RawTable(raw.file, raw.frame[keep].reset_index(drop=True), raw.lines[keep])


def _times(source: SourceConfig, raw: RawTable, problems: list[Problem]) -> np.ndarray:
    """Seconds since 1970 UTC of the time column."""
    text = raw.frame[source.time].str.strip()
    if source.time_format in _EPOCHS:
        return _epochs(source, text, raw, problems)
    if not source.time_format:
        bad = ~text.str.match(_ISO)
        if bad.any():
            _bad_cells(
                raw,
                source.time,
                text,
                bad.to_numpy(),
                "not an ISO date or time",
                'declare time_format, such as "%d/%m/%Y" or "ms"',
                problems,
            )
            return np.zeros(len(text), dtype=np.int64)
    parsed = pd.to_datetime(
        text, format=source.time_format or "ISO8601", errors="coerce", utc=_has_offset(text, source)
    )
    bad = parsed.isna().to_numpy()
    if bad.any():
        what = f'not a time of the form "{source.time_format}"' if source.time_format else "not a date"
        _bad_cells(raw, source.time, text, bad, what, "", problems)
        return np.zeros(len(text), dtype=np.int64)
    if parsed.dt.tz is None:
        try:
            parsed = parsed.dt.tz_localize(source.timezone, ambiguous="raise", nonexistent="raise").dt.tz_convert("UTC")
        except ValueError as error:
            what = f'column "{source.time}": {_first_words(error)}'
            problems.append(Problem(raw.file, None, None, what, "write these times in UTC or with an offset"))
            return np.zeros(len(text), dtype=np.int64)
    return parsed.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy().astype("datetime64[s]").astype(np.int64)


def _first_words(error: Exception) -> str:
    return str(error).split(",", 1)[0].split(". ", 1)[0]


def _has_offset(text: pd.Series, source: SourceConfig) -> bool:
    if source.time_format:
        return "%z" in source.time_format
    first = str(text.iloc[0])
    return first.endswith("Z") or bool(re.search(r"[+-]\d{2}:?\d{2}$", first) and "T" in first.replace(" ", "T"))


def _epochs(source: SourceConfig, text: pd.Series, raw: RawTable, problems: list[Problem]) -> np.ndarray:
    numbers = pd.to_numeric(text, errors="coerce").to_numpy(dtype=float) / _EPOCHS[source.time_format]
    bad = ~((numbers >= _EPOCH_SPAN[0]) & (numbers < _EPOCH_SPAN[1]))
    if bad.any():
        hint = 'check time_format: "s", "ms" or "us"'
        _bad_cells(raw, source.time, text, bad, f'not a time in "{source.time_format}" since 1970', hint, problems)
        return np.zeros(len(text), dtype=np.int64)
    return np.floor(numbers).astype(np.int64)


def _bad_cells(
    raw: RawTable, column: str, text: pd.Series, bad: np.ndarray, what: str, hint: str, problems: list[Problem]
) -> None:
    for position in np.flatnonzero(bad)[:_MAX_PROBLEMS]:
        said = f'column "{column}": "{text.iloc[position]}" is {what}'
        problems.append(Problem(raw.file, int(raw.lines[position]), None, said, hint))


def _numbers(raw: RawTable, column: str, problems: list[Problem]) -> np.ndarray:
    """A column as floats: blank is missing, anything else must be a finite number."""
    text = raw.frame[column].str.strip()
    blank = (text == "").to_numpy()
    values = pd.to_numeric(text.where(~blank, "nan"), errors="coerce").to_numpy(dtype=float)
    bad = ~np.isfinite(values) & ~blank
    if bad.any():
        first = str(text.iloc[int(np.flatnonzero(bad)[0])])
        hint = "leave the cell blank where there is no value"
        if re.match(r"^-?\d{1,3}(,\d{3})+(\.\d+)?$", first):
            hint = "write numbers without thousands separators"
        _bad_cells(raw, column, text, bad, "not a number", hint, problems)
    return values


def _long(source: SourceConfig, spec: TableSpec, raw: RawTable, problems: list[Problem]) -> pd.DataFrame:
    factor = spec.scales[source.unit]
    frame: dict[str, object] = {}
    for name in (*spec.required, *spec.optional):
        column = source.columns.get(name, name)
        if column in raw.frame:
            values = _numbers(raw, column, problems)
            frame[name] = values * factor if name in spec.scaled and factor != 1.0 else values
    for name in spec.dates:
        column = source.columns.get(name, name)
        if column in raw.frame:
            frame[name] = _dates(raw, column, problems)
    for name in spec.text:
        frame[name] = raw.frame[source.columns.get(name, name)].str.strip().to_numpy(dtype=object)
    if source.table == "options":
        frame["type"] = _sides(raw, source.columns.get("type", "type"), problems)
    if source.table == "events":
        frame |= {c: raw.frame[c].str.strip().to_numpy(dtype=object) for c in raw.frame.columns if c not in frame}
    result = pd.DataFrame(frame, index=range(len(raw.frame)))
    if source.table == "cross_asset":
        symbols = {symbol: key for key, symbol in source.instruments.items()}
        result["instrument"] = result["instrument"].map(symbols)
    return result


def _wide(source: SourceConfig, raw: RawTable, problems: list[Problem]) -> pd.DataFrame:
    parts = [
        pd.DataFrame({"instrument": key, "close": _numbers(raw, column, problems)})
        for key, column in source.instruments.items()
    ]
    return pd.concat(parts, ignore_index=True)


def _dates(raw: RawTable, column: str, problems: list[Problem]) -> np.ndarray:
    text = raw.frame[column].str.strip()
    blank = (text == "").to_numpy()
    parsed = pd.to_datetime(text.where(~blank), format="%Y-%m-%d", errors="coerce")
    bad = parsed.isna().to_numpy() & ~blank
    if bad.any():
        _bad_cells(raw, column, text, bad, "not a date", 'write dates as "2026-02-27"', problems)
    seconds = parsed.to_numpy().astype("datetime64[s]").astype(np.int64).astype(float)
    seconds[parsed.isna().to_numpy()] = np.nan
    return seconds


def _sides(raw: RawTable, column: str, problems: list[Problem]) -> np.ndarray:
    text = raw.frame[column].str.strip()
    sides = text.str.lower().map(_SIDES)
    bad = sides.isna().to_numpy()
    if bad.any():
        _bad_cells(raw, column, text, bad, "neither call nor put", 'write "call" or "put"', problems)
    return sides.to_numpy(dtype=object)


def _add_period(source: SourceConfig, frame: pd.DataFrame, times: np.ndarray) -> None:
    """Add start, end and known: what a row's time column means is declared in desk.toml."""
    bar = parse_duration(source.bar)
    if source.session_close is not None:
        end = _session_ends(times, source.timezone, source.session_close)
        start = end - bar
        frame["day"] = _local_midnights(times, source.timezone)
    elif source.stamp == "end":
        start, end = times - bar, times
    else:
        start, end = times, times + bar
    frame["start"], frame["end"] = start, end
    frame["known"] = end + parse_duration(source.lag)


def _session_ends(times: np.ndarray, zone: str, clock: str) -> np.ndarray:
    """UTC seconds of the session close on each row's local date (daylight saving included)."""
    hour, minute = int(clock[:2]), int(clock[3:])
    local = ZoneInfo(zone)
    ends: dict[int, int] = {}
    for seconds in np.unique(times).tolist():
        day = datetime.fromtimestamp(seconds, local)
        ends[seconds] = int(day.replace(hour=hour, minute=minute, second=0, fold=0).timestamp())
    return np.asarray([ends[seconds] for seconds in times.tolist()], dtype=np.int64)


def _local_midnights(times: np.ndarray, zone: str) -> np.ndarray:
    """The calendar date of a session, as UTC seconds of that date's 00:00."""
    local = ZoneInfo(zone)
    epoch = date(1970, 1, 1)
    days = {
        s: (datetime.fromtimestamp(s, local).date() - epoch) // timedelta(days=1) for s in np.unique(times).tolist()
    }
    return np.asarray([days[seconds] * 86_400 for seconds in times.tolist()], dtype=np.int64)


def _check_values(source: SourceConfig, spec: TableSpec, frame: pd.DataFrame, file: str) -> pd.DataFrame:
    """Refuse what can't be true: values outside their bounds, lows above highs."""
    problems: list[Problem] = []
    for column, (low, high) in dict(spec.bounds).items():
        if column not in frame:
            continue
        values = frame[column]
        bad = frame[(values < low) | (values > high)]
        for row in bad.head(_MAX_PROBLEMS).itertuples():
            shown = f"{getattr(row, column):g}"
            what = f'column "{source.columns.get(column, column)}": {shown} is outside {low:g} … {high:g}'
            hint = f'is the unit really "{source.unit}"?' if column in spec.scaled else ""
            problems.append(Problem(file, int(row.line), None, what, hint))  # type: ignore[call-overload]
    if source.table == "prices":
        wrong = frame[
            (frame["high"] < frame[["open", "close", "low"]].max(axis=1))
            | (frame["low"] > frame[["open", "close", "high"]].min(axis=1))
        ]
        for row in wrong.head(_MAX_PROBLEMS).itertuples():
            what = "high and low do not enclose open and close"
            problems.append(Problem(file, int(row.line), None, what, "are the columns mapped rightly?"))  # type: ignore[call-overload]
    if problems:
        raise InputError(problems)
    return frame


def _deduplicated(
    source: SourceConfig, spec: TableSpec, frame: pd.DataFrame, file: str
) -> tuple[SourceTable, tuple[str, ...]]:
    """Sorted rows; identical duplicates dropped with a notice, conflicting ones refused."""
    key = ["start", *spec.key]
    frame = frame.sort_values(key, kind="stable").reset_index(drop=True)
    values = [column for column in frame.columns if column != "line"]
    notices: tuple[str, ...] = ()
    same = frame.duplicated(values)
    if same.any():
        notices = (f"{file}: {int(same.sum())} identical duplicate rows dropped",)
        frame = frame[~same].reset_index(drop=True)
    clash = frame.duplicated(key, keep=False)
    if clash.any():
        lines = frame.loc[clash, "line"].tolist()
        what = f"rows of lines {lines[0]} and {lines[1]} give different values for the same time"
        raise InputError([Problem(file, int(lines[1]), None, what, "keep one of them")])
    return SourceTable(source, frame, parse_duration(source.bar)), notices
