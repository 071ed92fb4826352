"""A desk's folder to a loaded desk: every source read and checked, then cut at the as-of instant."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from reporter.desk.canonical import canonical_table, optional_columns, required_columns
from reporter.desk.config import DeskConfig, SourceConfig
from reporter.desk.instruments import INSTRUMENTS
from reporter.desk.readers import read_csv
from reporter.desk.tables import Desk, SourceTable
from reporter.errors import InputError, Problem
from reporter.model.metric import Citation, Event, Instrument

_DAY = 86_400
_LISTED_FILES = 200


def load_desk(config: DeskConfig, day: date | None = None, as_of: datetime | None = None) -> Desk:
    """Load a desk for one brief.

    Args:
        config: the desk.
        day: the brief's date; the last complete day before `as_of` (or in the data) where absent.
        as_of: instant up to which rows are known, with an offset; the end of the day where absent.

    Raises:
        InputError: every fault found in the files; or no prices for the date.
    """
    tables, notices = _read_sources(config)
    cut = _cut_seconds(config)
    day = _choose_day(config, tables, day, as_of, cut)
    day_end = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) + _DAY + cut
    instant = day_end if as_of is None else int(as_of.timestamp())
    if instant < day_end:
        what = f"as of {as_of:%Y-%m-%d %H:%M %Z}, {day} is not over"
        raise InputError([Problem(config.shown_as, None, None, what, "a bar that has not closed is not a close")])
    known = {name: tuple(_known(table, instant) for table in sources) for name, sources in tables.items()}
    return Desk(
        config=config,
        date=day,
        day_end=day_end,
        as_of=instant,
        tables={name: sources for name, sources in known.items() if name != "events"},
        events=_events(config, known.get("events", ())),
        citations={source.id: _citation(source) for source in config.source},
        instruments=_instruments(config),
        notices=notices,
    )


def _read_sources(config: DeskConfig) -> tuple[dict[str, list[SourceTable]], tuple[str, ...]]:
    tables: dict[str, list[SourceTable]] = {}
    problems: list[Problem] = []
    notices: list[str] = []
    for source in config.source:
        try:
            table, noticed = _read_source(config, source)
        except InputError as error:
            problems.extend(error.problems)
        else:
            tables.setdefault(source.table, []).append(table)
            notices.extend(noticed)
    if not any(source.table == "prices" for source in config.source):
        what = "no source feeds the table prices"
        problems.append(Problem(config.shown_as, None, None, what, "a brief needs at least daily prices"))
    if problems:
        raise InputError(problems)
    return tables, tuple(notices)


def _read_source(config: DeskConfig, source: SourceConfig) -> tuple[SourceTable, tuple[str, ...]]:
    files = _files(config, source)
    raws = []
    for path in files:
        shown = _shown(config, path)
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
            header = [name.strip() for name in next(csv.reader(stream), [])]
        wanted = [*required_columns(source), *(c for c in optional_columns(source) if c in header)]
        if source.table == "events":
            wanted = [*dict.fromkeys([*wanted, *(name for name in header if name)])]
        raws.append(read_csv(path, shown, wanted, tuple(source.where)))
    if len(raws) == 1:
        return canonical_table(config, source, raws[0])
    tables, notices = zip(*(canonical_table(config, source, raw) for raw in raws), strict=True)
    frame = pd.concat([table.frame for table in tables], ignore_index=True)
    frame = frame.sort_values(["start"], kind="stable").drop_duplicates(
        [column for column in frame.columns if column != "line"]
    )
    merged = SourceTable(source, frame.reset_index(drop=True), tables[0].bar)
    return merged, tuple(notice for group in notices for notice in group)


def _files(config: DeskConfig, source: SourceConfig) -> list[Path]:
    """The files of a source: a path, or a glob below the desk's folder in name order."""
    if any(mark in source.path for mark in "*?["):
        relative = Path(source.path)
        base = config.folder
        if relative.is_absolute() or ".." in relative.parts:
            raise InputError([config.problem(source, f'path "{source.path}": a glob stays inside the desk folder')])
        files = sorted(path for path in base.glob(source.path) if path.is_file())[:_LISTED_FILES]
        if not files:
            raise InputError([config.problem(source, f'no file matches "{source.path}"', f"in {base.as_posix()}")])
        return files
    path = config.folder / source.path
    if not path.is_file():
        near = sorted(item.name for item in path.parent.glob("*") if item.is_file()) if path.parent.is_dir() else []
        hint = f"files there: {', '.join(near[:8])}" if near else "check the path; it is relative to desk.toml"
        raise InputError([config.problem(source, f'no file "{source.path}"', hint)])
    return [path]


def _shown(config: DeskConfig, path: Path) -> str:
    try:
        inside = path.resolve().relative_to(config.folder.resolve())
    except ValueError:
        return path.name
    return (Path(config.shown_as).parent / inside).as_posix()


def _cut_seconds(config: DeskConfig) -> int:
    """How many seconds after 00:00 UTC a day is cut."""
    hour, minute = config.desk.day_cut.split(":")
    return int(hour) * 3600 + int(minute) * 60


def _choose_day(
    config: DeskConfig, tables: Mapping[str, Iterable[SourceTable]], day: date | None, as_of: datetime | None, cut: int
) -> date:
    """The brief's date: as asked, or the last day that the prices cover to its end."""
    ends = [table.frame["end"].to_numpy() for table in tables["prices"]]
    starts = min(int(end.min()) for end in ends)
    instant = int(as_of.timestamp()) if as_of is not None else max(int(end.max()) for end in ends)
    reached = max((int(end[end <= instant].max()) for end in ends if (end <= instant).any()), default=None)
    if reached is None:
        raise InputError([Problem(config.shown_as, None, None, f"no prices known as of {_iso(instant)}", "")])
    last = _date_of(reached - cut - 1) if (reached - cut) % _DAY == 0 else _date_of(reached - cut - _DAY)
    first = _date_of(starts - cut - 1)
    if day is None:
        return last
    if not any(_covers(end, day, cut) for end in ends):
        hint = f"prices run from {first} to {last}"
        raise InputError([Problem(config.shown_as, None, None, f"no prices for {day}", hint)])
    return day


def _covers(ends: np.ndarray, day: date, cut: int) -> bool:
    end = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) + _DAY + cut
    return bool((ends == end).any())


def _date_of(seconds: int) -> date:
    return date(1970, 1, 1) + timedelta(days=seconds // _DAY)


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%MZ")


def _known(table: SourceTable, as_of: int) -> SourceTable:
    """Only rows that were known at the instant: nothing later may enter a brief."""
    frame = table.frame
    return SourceTable(table.source, frame[frame["known"] <= as_of].reset_index(drop=True), table.bar)


def _citation(source: SourceConfig) -> Citation:
    return Citation(source.id, source.table, dict(source.cite), source.link, source.path, source.coverage)


def _instruments(config: DeskConfig) -> dict[str, Instrument]:
    """Instruments that a source of this desk gives, in the order of the program's own list, then the desk's."""
    given = [key for source in config.source for key in source.instruments]
    problems = [
        config.problem(
            source, f'unknown instrument "{key}"', f"describe it under [instrument.{key}] with class and name"
        )
        for source in config.source
        for key in source.instruments
        if key not in INSTRUMENTS and key not in config.instrument
    ]
    if problems:
        raise InputError(problems)
    own = {key: Instrument(key, item.kind, dict(item.name)) for key, item in config.instrument.items()}
    known = {key: Instrument(key, kind, {}) for key, kind in INSTRUMENTS.items()}
    return {key: (own | known)[key] if key not in own else own[key] for key in [*known, *own] if key in given}


def _events(config: DeskConfig, tables: Iterable[SourceTable]) -> tuple[Event, ...]:
    events = []
    for table in tables:
        for row in table.frame.to_dict("records"):
            events.append(_event(config, table.source, row))
    return tuple(sorted(events, key=lambda event: (event.time, event.id)))


def _event(config: DeskConfig, source: SourceConfig, row: Mapping[str, object]) -> Event:
    def per_locale(prefix: str) -> dict[str, str]:
        start = f"{prefix}_"
        return {name[len(start) :]: str(value) for name, value in row.items() if name.startswith(start) and value}

    grade = str(row["grade"])
    if grade not in ("coincident", "correlated", "corroborated", "attributed"):
        what = f'event "{row["id"]}": unknown grade "{grade}"'
        raise InputError([config.problem(source, what, "one of coincident, correlated, corroborated, attributed")])
    return Event(
        id=str(row["id"]),
        time=float(str(row["end"])),
        topic=str(row["topic"]),
        grade=grade,
        source=source.id,
        cited_as=per_locale("cite") or dict(source.cite),
        text=per_locale("text"),
        speaker=per_locale("speaker"),
        link=str(row.get("link", "")),
    )
