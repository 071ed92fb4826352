"""Exchange's code → its sessions, from the library `exchange_calendars`, loaded only where a desk asks for one.

The answer is kept in the user's cache, so that the next run doesn't load the library. `24/5` is the week of currencies
and metals: Monday to Friday, each day ending at 17:00 in New York; it needs no library.
"""

from __future__ import annotations

import contextlib
import os
import warnings
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

ALWAYS = "24/7"
WEEKDAYS = "24/5"
_NEW_YORK = ZoneInfo("America/New_York")
_WEEK_CLOSE = time(17, 0)
_SATURDAY = 5
#: From and to when sessions are asked for; an exchange that knows fewer gives those.
_FIRST, _LAST = date(1990, 1, 1), date(2035, 12, 31)
_LIBRARY = "exchange_calendars"
_HINT = f"pip install 'market-reporter[calendars]' brings {_LIBRARY}, which knows it"
#: A file that is longer is none of ours.
_MOST_BYTES = 2_000_000


@dataclass(frozen=True)
class ExchangeSessions:
    """The sessions of an exchange.

    Attributes:
        dates: local dates, ascending.
        opens, closes: seconds since 1970 UTC, one a date.
        zone: the exchange's time zone.
    """

    dates: tuple[date, ...]
    opens: npt.NDArray[np.int64]
    closes: npt.NDArray[np.int64]
    zone: str

    @property
    def usual_close(self) -> time:
        """The local time at which most of the last sessions close."""
        local = [datetime.fromtimestamp(close, ZoneInfo(self.zone)).time() for close in self.closes[-500:].tolist()]
        return max(sorted(set(local)), key=local.count)

    def find_close(self, day: date) -> int | None:
        """When the session of a date closes, seconds since 1970 UTC; None where there is none."""
        place = self.positions.get(day)
        return None if place is None else int(self.closes[place])

    def find_session_before(self, day: date) -> date | None:
        """The last session before a date; None where there is none."""
        place = bisect_left(self.dates, day)
        return self.dates[place - 1] if place else None

    @property
    def positions(self) -> Mapping[date, int]:
        """Date → position."""
        return _index_dates(self.dates)


@cache
def _index_dates(dates: tuple[date, ...]) -> Mapping[date, int]:
    return {day: place for place, day in enumerate(dates)}


def explain_unknown_calendar(code: str) -> tuple[str, str] | None:
    """What is wrong with a calendar's name, and a hint; None where nothing is.

    Args:
        code: as desk.toml has it.
    """
    from reporter.diagnostics.diagnostic import did_you_mean

    if code in (ALWAYS, WEEKDAYS):
        return None
    if find_spec(_LIBRARY) is None:
        return f'calendar "{code}" is not known by itself', _HINT
    if code in list_calendar_codes():
        return None
    near = did_you_mean(code.upper(), list_calendar_codes())
    hint = near or f'write {ALWAYS}, {WEEKDAYS} or the code of an exchange, such as "XNYS" or "XTAI"'
    return f'unknown calendar "{code}"', hint


@cache
def list_calendar_codes() -> tuple[str, ...]:
    """List the codes of exchanges that the library knows."""
    import exchange_calendars

    return tuple(sorted(exchange_calendars.get_calendar_names(include_aliases=False)))


@cache
def load_sessions(code: str) -> ExchangeSessions:
    """Load the sessions of an exchange, or those of `24/5`.

    Args:
        code: a name that `explain_unknown_calendar` has nothing to say of.
    """
    if code == WEEKDAYS:
        return _make_weekdays()
    path = _find_cache_file(code)
    kept = _read_kept(path) if path is not None else None
    if kept is None:
        kept = _ask_library(code)
        if path is not None:
            _keep(path, kept)
    return kept


def _make_weekdays() -> ExchangeSessions:
    days = (_FIRST + timedelta(days=back) for back in range((_LAST - _FIRST).days + 1))
    dates = tuple(day for day in days if day.weekday() < _SATURDAY)
    closes = np.asarray([int(datetime.combine(day, _WEEK_CLOSE, _NEW_YORK).timestamp()) for day in dates])
    before = (day - timedelta(days=1) for day in dates)
    opens = np.asarray([int(datetime.combine(day, _WEEK_CLOSE, _NEW_YORK).timestamp()) for day in before])
    return ExchangeSessions(dates, opens, closes, "America/New_York")


def _ask_library(code: str) -> ExchangeSessions:
    import exchange_calendars

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # A class that knows less says so by its bounds.
        kind = type(exchange_calendars.get_calendar(code))
        first, last = (kind.bound_min() or _FIRST), (kind.bound_max() or _LAST)
        calendar = kind(start=max(_to_date(first), _FIRST), end=min(_to_date(last), _LAST))
    return ExchangeSessions(
        tuple(calendar.sessions.date.tolist()),
        calendar.opens.dt.tz_localize(None).to_numpy().astype("datetime64[s]").astype(np.int64),
        calendar.closes.dt.tz_localize(None).to_numpy().astype("datetime64[s]").astype(np.int64),
        str(calendar.tz),
    )


def _to_date(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _find_cache_file(code: str) -> Path | None:
    """Where an answer is kept, by the library's version; None where there is no such place."""
    root = os.environ.get("XDG_CACHE_HOME") or (
        str(Path(os.environ["HOME"]) / ".cache") if os.environ.get("HOME") else ""
    )
    if not root or not Path(root).is_absolute():
        return None
    try:
        version = metadata.version(_LIBRARY)
    except metadata.PackageNotFoundError:
        return None
    return Path(root) / "reporter" / "calendars" / f"{code}-{version}.csv"


def _read_kept(path: Path) -> ExchangeSessions | None:
    """Read what was kept; None where nothing was, or what is there is no such file."""
    try:
        if path.is_symlink() or path.stat().st_uid != os.geteuid() or path.stat().st_size > _MOST_BYTES:
            return None
        zone, *rows = path.read_text("utf-8").splitlines()
        cells = [row.split(",") for row in rows]
        ZoneInfo(zone)
        dates = tuple(date.fromisoformat(day) for day, _, _ in cells)
        opens, closes = (np.asarray([int(row[at]) for row in cells], dtype=np.int64) for at in (1, 2))
    except (OSError, ValueError, LookupError):
        return None
    right = len(dates) > 0 and (opens < closes).all() and (np.diff(closes) > 0).all() and list(dates) == sorted(dates)
    return ExchangeSessions(dates, opens, closes, zone) if right else None


def _keep(path: Path, found: ExchangeSessions) -> None:
    rows = zip(found.dates, found.opens.tolist(), found.closes.tolist(), strict=True)
    text = "\n".join([found.zone, *(f"{day},{opens},{closes}" for day, opens, closes in rows)]) + "\n"
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    # Without a place to keep it, it is asked for again.
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, "utf-8")
        part.replace(path)


def format_local(seconds: int, zone: str) -> str:
    """The local time of day of an instant, `13:30`."""
    return f"{datetime.fromtimestamp(seconds, UTC).astimezone(ZoneInfo(zone)):%H:%M}"
