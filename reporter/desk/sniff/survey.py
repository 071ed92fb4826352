"""A desk's sources → a summary of each for its operator: rows, span, gaps, age, unit, oddities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from reporter.desk.config.config import DeskConfig
from reporter.desk.config.sessions import is_closed
from reporter.desk.parsing.tables import SourceTable
from reporter.model.timestamps import DAY, format_readable_minute

_MOST_GAPS = 3


@dataclass(frozen=True, slots=True)
class SourceSurvey:
    """The summary of one source.

    Attributes:
        id: the source.
        table: canonical table.
        rows: how many rows.
        first: start of the first, seconds since 1970 UTC.
        last: end of the last.
        bar: length of a row as declared.
        gaps: periods within the span that have no row; None where rows are not regular.
        age: seconds from the end of the last row to the end of the desk's last day.
        unit: as declared.
        format: as declared.
        oddities: what a person should look at.
    """

    id: str
    table: str
    rows: int
    first: int
    last: int
    bar: str
    gaps: int | None
    age: int
    unit: str
    format: str
    oddities: tuple[str, ...]

    @property
    def table_cells(self) -> tuple[str, ...]:
        """The survey as the cells of one row of the printed table."""
        gaps = "-" if self.gaps is None else str(self.gaps)
        span = (format_readable_minute(self.first), format_readable_minute(self.last))
        return (
            self.id,
            self.table,
            str(self.rows),
            *span,
            self.bar,
            gaps,
            _format_age(self.age),
            self.unit,
            self.format,
        )

    def to_dict(self) -> dict[str, object]:
        """The survey as a dictionary for JSON."""
        return {
            "id": self.id,
            "table": self.table,
            "rows": self.rows,
            "from": format_readable_minute(self.first),
            "to": format_readable_minute(self.last),
            "bar": self.bar,
            "gaps": self.gaps,
            "age_hours": round(self.age / 3600, 1),
            "unit": self.unit,
            "format": self.format,
            "oddities": list(self.oddities),
        }


def survey_tables(
    config: DeskConfig, tables: Mapping[str, Sequence[SourceTable]], day_end: int
) -> tuple[SourceSurvey, ...]:
    """A survey of each source, in desk.toml's order.

    Args:
        config: the desk.
        tables: its sources as read, not cut.
        day_end: end of the desk's last day, to which ages are counted.
    """
    by_id = {table.source.id: table for sources in tables.values() for table in sources}
    return tuple(_survey_source(by_id[source.id], day_end) for source in config.source if source.id in by_id)


def _survey_source(table: SourceTable, day_end: int) -> SourceSurvey:
    source, frame = table.source, table.frame
    last = int(frame["end"].max()) if len(frame) else day_end
    missing = None if table.bar == 0 or not len(frame) else _find_missing_periods(table)
    return SourceSurvey(
        id=source.id,
        table=source.table,
        rows=len(frame),
        first=int(frame["start"].min()) if len(frame) else day_end,
        last=last,
        bar=source.bar,
        gaps=None if missing is None else len(missing),
        age=day_end - last,
        unit=source.unit or ", ".join(dict.fromkeys(source.own.columns.values() if source.own else ())),
        format=source.format,
        oddities=tuple(_find_oddities(table, missing or [], day_end - last)),
    )


def _find_missing_periods(table: SourceTable) -> list[str]:
    """Starts of the periods between the first row and the last that have none; sessions go by their calendar."""
    source, frame = table.source, table.frame
    if table.bar == DAY and "day" in frame:
        days = set((frame["day"].to_numpy() // DAY).tolist())
        every = range(min(days), max(days) + 1)
        calendar = source.calendar_name
        epoch = date(1970, 1, 1)
        dates = [epoch + timedelta(days=day) for day in every if day not in days]
        return [day.isoformat() for day in dates if not is_closed(calendar, day)]
    starts = np.unique(frame["start"].to_numpy())
    steps = np.diff(starts)
    found = []
    for place in np.flatnonzero(steps > table.bar).tolist():
        found += [
            format_readable_minute(int(at))
            for at in range(int(starts[place]) + table.bar, int(starts[place + 1]), table.bar)
        ]
    return found


def _find_oddities(table: SourceTable, missing: Sequence[str], age: int) -> Iterator[str]:
    source, frame = table.source, table.frame
    if missing:
        more = f" and {len(missing) - _MOST_GAPS} more" if len(missing) > _MOST_GAPS else ""
        yield f"no row for {', '.join(missing[:_MOST_GAPS])}{more}"
    for name in source.spec.columns:
        if name in frame and frame[name].dtype.kind == "f":
            blank = int(frame[name].isna().sum())
            if blank:
                yield f"{name} is blank in {blank} of {len(frame)} rows"
    if age > 3 * DAY:
        yield f"its last row is {_format_age(age)} older than the desk's last day"
    if age < 0:
        yield f"its last row is {_format_age(-age)} later than the desk's last day"


def _format_age(seconds: int) -> str:
    if seconds < 0:
        return f"-{_format_age(-seconds)}"
    return f"{seconds // DAY}d" if seconds >= 2 * DAY else f"{seconds // 3600}h"
