"""A column of times as text → seconds since 1970 UTC, and the period that each row describes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd

from reporter.desk.config.config import SourceConfig
from reporter.desk.config.consistency import ANY_EPOCH, EPOCHS
from reporter.desk.config.exchange_calendars import load_sessions
from reporter.desk.config.fields import BUILT_IN, parse_duration
from reporter.desk.config.sessions import early_close, is_closed
from reporter.desk.formats.readers import RawTable
from reporter.desk.formats.time_forms import ROC, explain_odd_time, parse_roc_date
from reporter.desk.formats.weekdays import has_right_weekday, to_english_weekday
from reporter.desk.parsing.cell_parsing import add_cell_diagnostics
from reporter.diagnostics.diagnostic import Diagnostic
from reporter.model.timestamps import DAY

Seconds = npt.NDArray[np.int64]
Marks = npt.NDArray[np.bool_]

_ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
#: A column of ISO times without offsets, a cell a line; nothing in it is tried twice.
_ALL_LOCAL = re.compile(
    r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6}+)?+)?+)?+\n)++"
)
_YEARS = (1970, 2100)
#: Part of a second by which a time may be past a whole one and still count as that one.
_JITTER = 0.1
#: 1980 to 2100 in seconds: spans of "s", "ms" and "us" don't meet, so a wrong unit is always found.
EPOCH_SPAN = (315_532_800, 4_102_444_800)


def parse_row_times(source: SourceConfig, raw: RawTable, problems: list[Diagnostic]) -> Seconds:
    """The time column as seconds since 1970 UTC; adds a diagnostic for each cell that is no time.

    Args:
        source: its declaration: column, form, zone.
        raw: the rows.
        problems: the list that diagnostics are added to.
    """
    cells = raw.columns[source.time]
    if source.time_format in EPOCHS:
        return _parse_epochs(source, cells, raw, problems)
    if source.time_format in ANY_EPOCH:
        return _parse_any_epochs(source, cells, raw, problems)
    local, offset = _parse_written_times(source, cells)
    bad = np.isnat(local)
    if bad.any():
        _report_unreadable(source, raw, bad, problems)
        return np.zeros(len(cells), dtype=np.int64)
    years = local.astype("datetime64[Y]").astype(np.int64) + 1970
    strange = (years < _YEARS[0]) | (years >= _YEARS[1])
    if strange.any():
        add_cell_diagnostics(
            "data.wrong-time", raw, source.time, strange, f"outside the years {_YEARS[0]} to {_YEARS[1] - 1}", problems
        )
        return np.zeros(len(cells), dtype=np.int64)
    return _to_utc(source, raw, local, offset, problems)


def _report_unreadable(source: SourceConfig, raw: RawTable, bad: Marks, problems: list[Diagnostic]) -> None:
    cells = raw.columns[source.time]
    if source.time_format:
        what = f'not a time of the form "{source.time_format}"'
        add_cell_diagnostics(
            "data.wrong-time", raw, source.time, bad, what, problems, _time_hint(source, cells[int(np.argmax(bad))])
        )
        return
    formed = np.asarray([_ISO.fullmatch(cell) is not None for cell in cells], dtype=bool)
    add_cell_diagnostics(
        "data.wrong-time", raw, source.time, bad & formed, "a day or hour that does not exist", problems
    )
    odd = bad & ~formed
    if odd.any():
        hint = _time_hint(source, cells[int(np.argmax(odd))])
        add_cell_diagnostics("data.wrong-time", raw, source.time, odd, "not an ISO date or time", problems, hint)


def _parse_epochs(source: SourceConfig, cells: list[str], raw: RawTable, problems: list[Diagnostic]) -> Seconds:
    try:
        numbers = np.asarray([float(cell) for cell in cells])
    except ValueError:
        numbers = pd.to_numeric(pd.Series(cells, dtype=object), errors="coerce").to_numpy(dtype=float)
    numbers = numbers / EPOCHS[source.time_format]
    bad = ~((numbers >= EPOCH_SPAN[0]) & (numbers < EPOCH_SPAN[1]))
    if bad.any():
        what = f'not a time in "{source.time_format}" between 1980 and 2100'
        add_cell_diagnostics(
            "data.wrong-time", raw, source.time, bad, what, problems, _time_hint(source, cells[int(np.argmax(bad))])
        )
        return np.zeros(len(cells), dtype=np.int64)
    return _round_seconds(source, numbers)


def _parse_any_epochs(source: SourceConfig, cells: list[str], raw: RawTable, problems: list[Diagnostic]) -> Seconds:
    """Numbers in seconds, milli-, micro- or nanoseconds, told apart by size between 1980 and 2100."""
    numbers = pd.to_numeric(pd.Series(cells, dtype=object), errors="coerce").to_numpy(dtype=float)
    seconds = np.full(len(numbers), np.nan)
    for factor in EPOCHS.values():
        scaled = numbers / factor
        fits = (scaled >= EPOCH_SPAN[0]) & (scaled < EPOCH_SPAN[1])
        seconds[fits] = scaled[fits]
    bad = np.isnan(seconds)
    if bad.any():
        what = "not a time in s, ms, us or ns between 1980 and 2100"
        add_cell_diagnostics(
            "data.wrong-time", raw, source.time, bad, what, problems, _time_hint(source, cells[int(np.argmax(bad))])
        )
        return np.zeros(len(cells), dtype=np.int64)
    if source.time_format == "epoch":
        return _round_seconds(source, seconds)
    days = (seconds // DAY * DAY).astype(np.int64).astype("datetime64[s]").astype("datetime64[us]")
    local, _, _ = _localise_times(days, source.timezone, exact=False)
    return _round_seconds(source, local.astype(np.int64) / 1e6)


def _round_seconds(source: SourceConfig, seconds: npt.NDArray[np.float64]) -> Seconds:
    """Whole seconds: an end such as 23:59:59.999 is the next full second, so that nothing is known too early."""
    if source.stamp == "start" and source.bar != "0":
        return np.floor(seconds).astype(np.int64)
    if source.stamp == "end":
        # The last second of a day is its end.
        seconds = np.where((seconds % 60 >= 59) & (source.bar != "0"), np.ceil(seconds / 60) * 60, seconds)
    # Exchanges stamp a settlement some milliseconds after the hour; it is that hour's all the same.
    return np.where(seconds % 1 < _JITTER, np.floor(seconds), np.ceil(seconds)).astype(np.int64)


def _time_hint(source: SourceConfig, cell: str) -> str:
    """A hint for a time that can't be read."""
    if cell.isdecimal() and len(cell) in (10, 13, 16):
        form = {10: "s", 13: "ms", 16: "us"}[len(cell)]
        return f'declare time_format = "{form}"'
    if cell.isdecimal() and len(cell) == 8:
        return 'declare time_format = "%Y%m%d"'
    if source.time_format:
        return ""
    if odd := explain_odd_time(cell):
        return f"this looks like {odd}"
    if re.fullmatch(r"[0-9]{1,2}([/.-])[0-9]{1,2}\1[0-9]{2,4}.*", cell):
        return 'declare time_format, such as "%d/%m/%Y" or "%m/%d/%Y": the order can\'t be guessed'
    if not any(character.isdigit() for character in cell):
        rows = "take out rows that are no period"
        return f'{rows}: drop = {{ "{source.time}" = ["{cell}"] }}' if cell and '"' not in cell else rows
    return 'declare time_format, such as "%d/%m/%Y" or "ms"'


def _parse_written_times(source: SourceConfig, cells: list[str]) -> tuple[npt.NDArray[np.datetime64], Seconds | None]:
    """Times as written, NaT where they are none; and offsets in seconds, or None where no cell has one.

    An offset of −1 day stands for "none": the time is then local to the declared zone.
    """
    if source.time_format:
        return _parse_formatted_times(source.time_format, cells)
    column = "\n".join(cells) + "\n"
    universal = column.count("Z\n") == len(cells)
    column = column.replace("Z\n", "\n") if universal else column
    if _ALL_LOCAL.fullmatch(column):
        try:
            local = np.asarray(column.split("\n")[:-1], dtype="datetime64[us]")
        except ValueError:
            pass  # Some day or hour does not exist; one by one, it is found.
        else:
            return local, np.zeros(len(cells), dtype=np.int64) if universal else None
    matches = [_ISO.fullmatch(cell) for cell in cells]
    read = [None if match is None else _parse_moment(match[0]) for match in matches]
    moments = [np.datetime64("NaT") if item is None else np.datetime64(item.replace(tzinfo=None)) for item in read]
    offsets = [_utc_offset(moment) for moment in read]
    return np.asarray(moments, dtype="datetime64[us]"), np.asarray(offsets, dtype=np.int64)


def _parse_moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _utc_offset(moment: datetime | None) -> int:
    offset = None if moment is None else moment.utcoffset()
    return -DAY if offset is None else int(offset.total_seconds())


def _parse_formatted_times(form: str, cells: list[str]) -> tuple[npt.NDArray[np.datetime64], Seconds | None]:
    if form == ROC:
        days = [np.datetime64(parse_roc_date(cell) or "NaT", "us") for cell in cells]
        return np.asarray(days, dtype="datetime64[us]"), None
    if "%a" in form:
        cells = [to_english_weekday(cell) for cell in cells]
    aware = "%z" in form
    read = pd.to_datetime(pd.Series(cells, dtype=object), format=form, errors="coerce", utc=aware)
    if aware:
        moments = read.dt.tz_localize(None).to_numpy().astype("datetime64[us]")
        return moments, np.zeros(len(cells), dtype=np.int64)
    moments = read.to_numpy().astype("datetime64[us]")
    if "%a" in form:
        # A weekday that is another day's says that day and month are taken for each other.
        wrong = [not has_right_weekday(day, cell) for day, cell in zip(moments.tolist(), cells, strict=True) if day]
        moments[np.flatnonzero(~np.isnat(moments))[np.asarray(wrong, dtype=bool)]] = np.datetime64("NaT")
    return moments, None


def _to_utc(
    source: SourceConfig,
    raw: RawTable,
    local: npt.NDArray[np.datetime64],
    offset: Seconds | None,
    problems: list[Diagnostic],
) -> Seconds:
    naive = np.ones(len(local), dtype=bool) if offset is None else offset == -DAY
    utc = local.copy()
    if offset is not None:
        utc[~naive] -= offset[~naive].astype("timedelta64[s]")
    if naive.any() and source.timezone != "UTC":
        dates = np.asarray([len(cell) <= len("2026-02-06") for cell in raw.columns[source.time]])
        utc[naive & dates] = _localise_times(local[naive & dates], source.timezone, exact=False)[0]
        timed = naive & ~dates
        utc[timed], missing, twice = _localise_times(local[timed], source.timezone, exact=True)
        hint = "write these times in UTC or with an offset"
        rows = np.flatnonzero(timed)
        for which, what in ((missing, "skipped"), (twice, "given twice")):
            marks = np.zeros(len(local), dtype=bool)
            marks[rows[which]] = True
            add_cell_diagnostics(
                "data.wrong-time",
                raw,
                source.time,
                marks,
                f"{what} in {source.timezone} when its clocks change",
                problems,
                hint,
            )
    return _round_seconds(source, utc.astype(np.int64) / 1e6)


def _localise_times(
    local: npt.NDArray[np.datetime64], zone: str, *, exact: bool
) -> tuple[npt.NDArray[np.datetime64], Marks, Marks]:
    """UTC of local times; and which of them the zone's clocks skip or show twice.

    A bare date is the first moment of its day, so there a skipped or repeated midnight is no fault.
    """
    index = pd.DatetimeIndex(local)
    if not exact:
        first = np.ones(len(index), dtype=bool)
        shifted = index.tz_localize(zone, ambiguous=first, nonexistent="shift_forward")
        none = np.zeros(len(index), dtype=bool)
        return shifted.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[us]"), none, none
    known = index.tz_localize(zone, ambiguous="NaT", nonexistent="NaT")
    repeated = np.asarray(index.tz_localize(zone, ambiguous="NaT", nonexistent="shift_forward").isna())
    skipped = np.asarray(known.isna()) & ~repeated
    utc = known.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[us]")
    utc[np.isnat(utc)] = np.datetime64(0, "us")
    return utc, skipped, repeated


def parse_known_times(column: str, raw: RawTable, problems: list[Diagnostic]) -> Seconds:
    """When each row was known, seconds since 1970 UTC; 0 where its cell is blank.

    Args:
        column: the column's name.
        raw: the rows.
        problems: the list that diagnostics are added to.
    """
    cells = raw.columns[column]
    read = [_parse_moment(cell) if cell else None for cell in cells]
    none = [bool(cell) and (moment is None or moment.tzinfo is None) for cell, moment in zip(cells, read, strict=True)]
    if any(none):
        add_cell_diagnostics(
            "data.wrong-time",
            raw,
            column,
            np.asarray(none),
            "not an ISO time with its offset",
            problems,
            "write it as 2026-02-06T09:00Z",
        )
    return np.asarray([0 if moment is None else _ceil_seconds(moment) for moment in read], dtype=np.int64)


def _ceil_seconds(moment: datetime) -> int:
    return int(np.ceil(moment.timestamp())) if moment.tzinfo is not None else 0


def period_columns(source: SourceConfig, times: Seconds) -> dict[str, Seconds]:
    """Columns start, end and known, and the local date of rows that are days, as desk.toml declares them."""
    bar = parse_duration(source.bar)
    if clock := source.session_clock:
        end = _session_end_times(times, source, clock)
        start, stamped = _find_session_starts(end, source, bar), times
    else:
        start = times - bar if source.stamp == "end" else times
        end, stamped = start + bar, start
    columns = {"start": start, "end": end, "known": end + parse_duration(source.lag)}
    return columns | {"day": _local_days(stamped, source.timezone)} if bar == DAY else columns


def are_last_seconds(source: SourceConfig, times: Seconds) -> bool:
    """Whether all rows are stamped with the last second of their period, such as 23:59:59.999: none begins then."""
    bar = parse_duration(source.bar)
    if not len(times) or not bar or source.stamp == "end" or source.session_clock:
        return False
    if (times % 60 != 59).any():
        return False
    if bar != DAY:
        return not ((times + 1) % bar).any()
    return bool((_local_days(times, source.timezone) != _local_days(times + 1, source.timezone)).all())


def _session_end_times(times: Seconds, source: SourceConfig, clock: str) -> Seconds:
    """UTC seconds of the session close on each row's local date (daylight saving and half days included)."""
    local = ZoneInfo(source.timezone)
    return _map_unique(
        times, lambda seconds: _end_session(datetime.fromtimestamp(seconds, local).date(), source, clock)
    )


def _find_session_starts(ends: Seconds, source: SourceConfig, bar: int) -> Seconds:
    """When the rows of sessions begin: a day before they end, or where the session before ended less than that ago."""
    if source.calendar_name in BUILT_IN:
        return ends - bar
    closes = load_sessions(source.calendar_name).closes
    before = np.searchsorted(closes, ends) - 1
    return np.where(before >= 0, np.maximum(ends - bar, closes[np.maximum(before, 0)]), ends - bar)


def _end_session(day: date, source: SourceConfig, clock: str) -> int:
    if source.calendar_name not in BUILT_IN:
        known = load_sessions(source.calendar_name).find_close(day)
        if known is not None:
            return known
    early, close = early_close(source.calendar_name, day), time(int(clock[:2]), int(clock[3:]))
    ends = datetime.combine(day, close if early is None else min(close, early), ZoneInfo(source.timezone))
    return int(ends.timestamp())


def find_next_session_end(after: int, source: SourceConfig) -> int | None:
    """Find when the first session of a source's exchange that ends after an instant does.

    Args:
        after: seconds since 1970 UTC.
        source: its declaration.

    Returns:
        Seconds since 1970 UTC; None for a source without sessions or without a calendar of them.
    """
    clock = source.session_clock
    if not clock or not source.calendar_name:
        return None
    day = datetime.fromtimestamp(after, ZoneInfo(source.timezone)).date()
    while True:
        if not is_closed(source.calendar_name, day):
            ends = _end_session(day, source, clock)
            if ends > after:
                return ends
        day += timedelta(days=1)


def _local_days(times: Seconds, zone: str) -> Seconds:
    """The calendar date of each instant in a zone, as seconds of that date's 00:00."""
    if zone == "UTC":
        return times // DAY * DAY
    local, epoch = ZoneInfo(zone), date(1970, 1, 1)

    def local_day(seconds: int) -> int:
        return (datetime.fromtimestamp(seconds, local).date() - epoch) // timedelta(days=1) * DAY

    return _map_unique(times, local_day)


def _map_unique(times: Seconds, function: Callable[[int], int]) -> Seconds:
    unique, places = np.unique(times, return_inverse=True)
    return np.asarray([function(seconds) for seconds in unique.tolist()], dtype=np.int64)[places]
