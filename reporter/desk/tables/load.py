"""A desk's folder to a loaded desk: every source read and checked, then cut at the as-of instant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from reporter.desk.config.config import AssetClass, DeskConfig, SourceConfig
from reporter.desk.config.desk_days import DeskDays, find_desk_days
from reporter.desk.config.exchange_calendars import load_sessions
from reporter.desk.config.instruments import INSTRUMENTS
from reporter.desk.config.sessions import is_closed
from reporter.desk.formats.market_identity import find_coin
from reporter.desk.parsing.tables import Desk, SourceTable
from reporter.desk.tables.events import read_events
from reporter.desk.tables.sources import find_successors, read_sources
from reporter.desk.tables.splits import adjust_table, list_splits
from reporter.diagnostics.diagnostic import NO_FILE, Diagnostic, Place, make_notice
from reporter.diagnostics.errors import InputError, NothingNewError
from reporter.model.metric import Citation, Instrument
from reporter.model.timestamps import DAY, format_minute

#: A newest price so long after the one before it is taken for a mistyped date.
_LONGEST_GAP = 31 * DAY


@dataclass(frozen=True, slots=True)
class Sources:
    """All rows of a desk's sources, read and checked, and not yet cut at any instant.

    Attributes:
        config: the desk.
        tables: canonical table → its sources in order of priority.
        notices: what the readers noticed and mended.
    """

    config: DeskConfig
    tables: Mapping[str, tuple[SourceTable, ...]]
    notices: tuple[Diagnostic, ...]


def read_desk(config: DeskConfig) -> Sources:
    """Read every source of a desk once, for any number of days.

    Raises:
        InputError: every fault found in the files.
    """
    tables, notices = read_sources(config)
    frozen = {name: tuple(sources) for name, sources in tables.items()}
    return Sources(
        config,
        frozen,
        (
            *_find_assumed_class(config),
            *notices,
            *_find_unfit_sources(config, frozen),
            *_find_coverage_differences(config),
        ),
    )


def load_desk(config: DeskConfig, day: date | None = None, as_of: datetime | None = None) -> Desk:
    """Load a desk for one brief.

    Args:
        config: the desk.
        day: the brief's date; the last complete day before `as_of` (or in the data) where absent.
        as_of: instant up to which rows are known, with an offset; the end of the day where absent.

    Raises:
        InputError: every fault found in the files; or no prices for the date.
        NothingNewError: no date is asked for, and the last session due by `as_of` has no prices.
    """
    return cut_desk(read_desk(config), day, as_of)


def cut_desk(sources: Sources, day: date | None = None, as_of: datetime | None = None, *, days: int = 0) -> Desk:
    """Rows read once → the desk of one brief, cut at its as-of instant.

    Args:
        sources: all rows.
        day: the brief's date; see `load_desk`.
        as_of: the cut; see `load_desk`.
        days: keep only rows of so many days before the end of the day; all where 0.

    Raises:
        InputError: no prices for the date.
    """
    config, prices = sources.config, sources.tables["prices"]
    latest = None if as_of is None else int(as_of.timestamp())
    if day is None:
        day = find_last_day(sources, latest)
        if latest is not None:
            _check_new_prices(config, prices, day, latest)
    day_end = end_of_day(day, config)
    instant = day_end if as_of is None else int(as_of.timestamp())
    _check_day_over(config, day, day_end, as_of)
    _check_day_priced(config, prices, day_end, day, instant)
    first = day_end - days * DAY if days else None
    splits = list_splits(config, day)
    known = {
        name: tuple(
            adjust_table(_keep_known_rows(_keep_seen_revisions(table, day_end, instant), instant, first), splits)
            for table in held
        )
        for name, held in sources.tables.items()
    }
    return Desk(
        config=config,
        date=day,
        day_end=day_end,
        as_of=instant,
        tables={name: held for name, held in known.items() if name != "events"},
        events=read_events(tuple(_keep_known_rows(table, instant) for table in sources.tables.get("events", ()))),
        citations={source.id: _to_citation(source) for source in config.source},
        instruments=_list_instruments(config),
        notices=sources.notices,
    )


def find_last_day(sources: Sources, instant: int | None = None, *, until: date | None = None) -> date:
    """The last day that the prices cover to its end.

    Args:
        sources: all rows.
        instant: until when rows count as known; all count where absent.
        until: days after it don't count.

    Raises:
        InputError: there is none, or it lies so far from the one before that its date must be wrong.
    """
    if until is None:
        return _find_last_priced_day(sources.config, sources.tables["prices"], instant)
    days = find_desk_days(sources.config)
    ends, _ = _find_closed_days(sources.tables["prices"], days, instant)
    ends = np.asarray([end for end in ends.tolist() if days.find_date(end) <= until], dtype=np.int64)
    if not len(ends):
        what = f"no prices up to {until}"
        raise InputError(
            [
                Diagnostic(
                    "data.no-prices", Place(sources.config.shown_as), what, "check the dates and the prices' source"
                )
            ]
        )
    return days.find_date(int(ends.max()))


def end_of_day(day: date, config: DeskConfig) -> int:
    """The end of the desk's day of a date, seconds since 1970 UTC.

    Raises:
        InputError: the desk's exchange has no session on the date.
    """
    end = find_desk_days(config).find_end(day)
    if end is None:
        before = load_sessions(config.asset.calendar).find_session_before(day)
        what = f"{config.asset.calendar} has no session on {day}"
        hint = f"the one before is {before}" if before is not None else ""
        raise InputError([Diagnostic("data.no-session", config.locate_key(("asset", "calendar")), what, hint)])
    return end


def date_post(day: date, config: DeskConfig) -> datetime:
    """The instant that the post of a day's brief is dated: late on that day in the desk's zone, and before its cut.

    A post dated later than its own publication is left out by blogs, silently.
    """
    zone = ZoneInfo(config.desk.timezone)
    late = datetime(day.year, day.month, day.day, 23, 59, tzinfo=zone)
    before_cut = datetime.fromtimestamp(end_of_day(day, config) - 60, UTC)
    return min(late, before_cut).astimezone(zone)


def last_finished_day(config: DeskConfig, instant: int) -> date:
    """The last day of the desk that is over at an instant.

    Args:
        config: the desk.
        instant: seconds since 1970 UTC.
    """
    return find_desk_days(config).find_last_over(instant)


def _find_closed_days(
    tables: Iterable[SourceTable], days: DeskDays, instant: int | None
) -> tuple[np.ndarray, np.ndarray]:
    """Ends of the days that some price source covers to their end, known at the instant; and those rows' lines."""
    ends, lines = [], []
    for table in tables:
        end, known = table.frame["end"].to_numpy(), table.frame["known"].to_numpy()
        use = days.are_ends(end)
        if instant is not None:
            use &= known <= instant
        ends.append(end[use])
        lines.append(table.frame["line"].to_numpy()[use])
    return np.concatenate(ends), np.concatenate(lines)


def _find_last_priced_day(config: DeskConfig, tables: Sequence[SourceTable], instant: int | None) -> date:
    """The last day that the prices cover to its end."""
    of_desk = find_desk_days(config)
    ends, lines = _find_closed_days(tables, of_desk, instant)
    if not len(ends):
        raise InputError([_no_price_diagnostic(config, tables, instant)])
    days = np.unique(ends)
    if len(days) > 1 and days[-1] - days[-2] > _LONGEST_GAP:
        last, before = of_desk.find_date(int(days[-1])), of_desk.find_date(int(days[-2]))
        what = f"the newest price is of {last}, {(last - before).days} days after the one before it"
        line = int(lines[int(np.argmax(ends))])
        path = next(table.source.path for table in tables if int(days[-1]) in table.frame["end"].to_numpy())
        hint = f"correct line {line} of {path}, or ask for a date"
        raise InputError([Diagnostic("data.stray-price", Place(config.shown_as), what, hint)])
    return of_desk.find_date(int(days[-1]))


def _no_price_diagnostic(config: DeskConfig, tables: Sequence[SourceTable], instant: int | None) -> Diagnostic:
    if instant is not None and all((table.frame["known"].to_numpy() > instant).all() for table in tables):
        return Diagnostic(
            "data.no-prices", Place(config.shown_as), f"no prices known as of {format_minute(instant)}", ""
        )
    what = f"no bar of any price source ends at the day's cut, {config.desk.day_cut} UTC"
    hint = _ends_of_days(tables) or "daily bars serve only the cut at which they end, hourly bars any"
    hint += "; check bar, stamp and timezone too"
    return Diagnostic("data.no-bar-at-cut", config.locate_key(("desk", "day_cut")), what, hint)


def _ends_of_days(tables: Sequence[SourceTable]) -> str:
    """At which clock the daily bars end, where all of them end at one; empty where they do not."""
    ends = {int(end) % DAY for table in tables if table.bar == DAY for end in table.frame["end"].tolist()}
    if len(ends) != 1 or ends == {0}:
        return ""
    clock = f"{next(iter(ends)) // 3600:02}:{next(iter(ends)) % 3600 // 60:02}"
    return (
        f"the daily bars end at {clock} UTC: if that is only how its days are stamped, write the clock into the form "
        f'of their times, such as time_format = "%Y-%m-%d {clock}:00"; if they do end then, write day_cut = "{clock}"'
    )


def _check_new_prices(config: DeskConfig, tables: Sequence[SourceTable], day: date, instant: int) -> None:
    """Refuse a brief asked for by instant alone where the last session due by then has no prices yet.

    Raises:
        NothingNewError: that session has no row.
    """
    fitting = (table for table in tables if len(_find_closed_days([table], find_desk_days(config), None)[0]))
    due = max((_last_due_day(config, table, instant) for table in fitting), default=day)
    if due <= day:
        return
    what = f"nothing new: prices end {day}, and those of {due} were due by {format_minute(instant)}"
    for table in tables:
        for symbol in find_successors(config, table.source)[:1]:
            what += f"; rows go on with {symbol}: has {_format_filter(table.source)} been renamed?"
    hint = f"bring them up to date, or ask for that brief with --date {day}"
    raise NothingNewError([Diagnostic("data.nothing-new", Place(config.shown_as), what, hint)])


def _format_filter(source: SourceConfig) -> str:
    return ", ".join(f'{column} = "{cell}"' for column, cell in source.where.items())


def _last_due_day(config: DeskConfig, table: SourceTable, instant: int) -> date:
    """The last day whose row a price source should have given by an instant: its lag has passed, and it had a session.

    Where nothing is known of an exchange's holidays, every day has a session.
    """
    due = last_finished_day(config, instant - table.lag)
    while is_closed(table.source.calendar_name, due):
        due -= timedelta(days=1)
    return due


def _check_day_over(config: DeskConfig, day: date, day_end: int, as_of: datetime | None) -> None:
    if as_of is not None and int(as_of.timestamp()) < day_end:
        what = f"as of {format_minute(int(as_of.timestamp()))}, {day} is not over"
        raise InputError(
            [Diagnostic("data.day-not-over", Place(config.shown_as), what, "a bar that has not closed is not a close")]
        )


def _check_day_priced(config: DeskConfig, tables: Sequence[SourceTable], day_end: int, day: date, instant: int) -> None:
    """A brief's own day must have a price at its end, known at the as-of instant."""
    days = find_desk_days(config)
    ends, _ = _find_closed_days(tables, days, None)
    if not len(ends):
        raise InputError([_no_price_diagnostic(config, tables, None)])
    if not (ends == day_end).any():
        hint = f"prices run from {days.find_date(int(ends.min()))} to {days.find_date(int(ends.max()))}"
        raise InputError([Diagnostic("data.no-prices", Place(config.shown_as), f"no prices for {day}", hint)])
    known, _ = _find_closed_days(tables, days, instant)
    if not (known == day_end).any():
        what = f"prices of {day} are not known at {format_minute(instant)}: their source has a lag"
        raise InputError(
            [Diagnostic("data.not-yet-known", Place(config.shown_as), what, "ask for the brief as of a later instant")]
        )


def _find_unfit_sources(config: DeskConfig, tables: Mapping[str, Sequence[SourceTable]]) -> Iterable[Diagnostic]:
    """Sources whose daily rows end at another time than the desk's days, and so can't be used."""
    days = find_desk_days(config)
    for name, sources in tables.items():
        for table in sources:
            sessions = bool(table.source.session_clock) or name in ("cross_asset", "fund_flows", "events")
            ends = table.frame["end"].to_numpy()
            if table.bar == DAY and not sessions and not days.are_ends(ends).any():
                at = format_minute(int(ends[0])).partition("T")[2].removesuffix("Z")
                desk = f"the desk's at {config.desk.day_cut}"
                what = f'source "{table.source.id}": its days end at {at} UTC, {desk}'
                yield make_notice("data.other-days", NO_FILE, what, "not used")


def _find_assumed_class(config: DeskConfig) -> Iterable[Diagnostic]:
    """An asset whose class is not said, and whose symbol is that of no coin that is known."""
    if "kind" not in config.asset.model_fields_set and find_coin(config.asset.symbol) is None:
        *most, last = (f'"{name}"' for name in get_args(AssetClass))
        what = f"{config.asset.symbol} is taken for a coin: [asset] has no class"
        hint = f"write class = {', '.join(most)} or {last}"
        yield make_notice("desk.assumed-class", config.locate_key(("asset",)), what, hint)


def _find_coverage_differences(config: DeskConfig) -> Iterable[Diagnostic]:
    """Sources of one table that declare different coverage: their values are never compared."""
    for table in dict.fromkeys(source.table for source in config.source):
        covered = {source.coverage: source.id for source in reversed(config.source) if source.table == table}
        if len(covered) > 1 and "" not in covered:
            told = "; ".join(f'{name} "{coverage}"' for coverage, name in reversed(covered.items()))
            what = f"{table}: sources cover different things ({told})"
            yield make_notice("data.other-coverage", NO_FILE, what, "no change is computed across them")


def _keep_known_rows(table: SourceTable, as_of: int, first: int | None = None) -> SourceTable:
    """The rows known at the as-of instant, less those that ended before `first`."""
    frame = table.frame
    known = frame["known"].to_numpy() <= as_of
    if first is not None:
        known &= frame["end"].to_numpy() >= first
    rows = frame if known.all() else frame[known].reset_index(drop=True)
    return replace(table, frame=rows)


def _keep_seen_revisions(table: SourceTable, day_end: int, as_of: int) -> SourceTable:
    """A source with revisions reduced to one row a period; any other unchanged."""
    if not table.source.keeps_revisions:
        return table
    frame = resolve_revisions(table.frame, table.source.spec.key, day_end, as_of)
    return replace(table, frame=frame)


def _to_citation(source: SourceConfig) -> Citation:
    return Citation(source.id, source.table, dict(source.cite), source.link, source.path, source.coverage)


def _list_instruments(config: DeskConfig) -> dict[str, Instrument]:
    """Instruments that a source of this desk gives, in the order of the program's own list, then the desk's."""
    given = {key for source in config.source for key in source.instruments}
    known = {key: Instrument(key, kind, {}) for key, kind in INSTRUMENTS.items()}
    own = {key: Instrument(key, item.told_as, dict(item.name)) for key, item in config.instrument.items()}
    return {key: instrument for key, instrument in (known | own).items() if key in given}


def resolve_revisions(frame: pd.DataFrame, key: tuple[str, ...], day_end: int, as_of: int) -> pd.DataFrame:
    """Restated rows → one row a period, with the value that the brief of its own day saw.

    A row that desk.toml's `known` column says was restated later is a revision. A day's brief, and every later one
    that looks back at it, reads what was known at the cut of the day that the period ended in; so yesterday stays what
    it was.

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
