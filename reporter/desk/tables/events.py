"""Rows of the events tables as events: dated, graded lines of news and quotes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from reporter.desk.config.config import SourceConfig
from reporter.desk.formats.schema import EVENT_GRADES, EVENT_TOPICS
from reporter.desk.parsing.canonical import Columns
from reporter.desk.parsing.tables import SourceTable
from reporter.diagnostics.diagnostic import Diagnostic, Place, did_you_mean
from reporter.model.metric import Event

Row = Mapping[str, object]
#: A line of news, not an article: several times the longest that anybody writes.
_LONGEST = 1_500


def find_invalid_events(columns: Columns, files: Sequence[str]) -> Iterator[Diagnostic]:
    """Events that no brief can print: unknown topic or grade, repeated id, no text, a quote without a speaker."""
    seen: set[object] = set()
    names = list(columns)
    for values in zip(*(column.tolist() for column in columns.values()), strict=True):
        row = dict(zip(names, values, strict=True))
        for what, hint in _check_event(row, seen):
            yield Diagnostic(
                "data.wrong-event", Place(files[row["file"]], row["line"]), f'event "{row["id"]}": {what}', hint
            )
        seen.add(row["id"])


def _check_event(row: Row, seen: set[object]) -> Iterator[tuple[str, str]]:
    if row["id"] in seen:
        yield "its id stands twice", "ids are unique"
    for name, known in (("topic", EVENT_TOPICS), ("grade", EVENT_GRADES)):
        given = str(row[name])
        if given not in known:
            yield f'unknown {name} "{given}"', did_you_mean(given, known) or f"one of {', '.join(known)}"
    if not _locale_texts(row, "text"):
        yield "it says nothing", "write text_en, text_zh-Hant …"
    for name, value in row.items():
        if len(str(value)) > _LONGEST:
            what = f"{name} has {len(str(value)):,} characters, more than {_LONGEST:,}"
            yield what, "a brief tells a line of news; shorten it"
    if _parse_due(row) is None and (row.get("due") or row["topic"] == "calendar"):
        hint = "write 2026-03-18 or 2026-03-18T18:00Z"
        yield (f'"{row["due"]}" is no date' if row.get("due") else "a date ahead needs its `due`"), hint
    if row["topic"] == "quote" and not _locale_texts(row, "speaker"):
        yield "a quote needs its speaker", "write speaker_en, speaker_zh-Hant …"


def read_events(tables: Sequence[SourceTable]) -> tuple[Event, ...]:
    """The events of the tables, oldest first."""
    events = [
        _to_event(table.source, {str(name): value for name, value in row.items()})
        for table in tables
        for row in table.frame.to_dict("records")
    ]
    return tuple(sorted(events, key=lambda event: (event.time, event.id)))


def _parse_due(row: Row) -> float | None:
    """When the announced event takes place, UTC by default; None where it can't be parsed."""
    try:
        when = datetime.fromisoformat(str(row.get("due") or ""))
    except ValueError:
        return None
    return when.replace(tzinfo=when.tzinfo or UTC).timestamp()


def _locale_texts(row: Row, prefix: str) -> dict[str, str]:
    """Texts of a kind: `text_en` under "en", a bare `text` under "" for all locales."""
    named = {name: str(value) for name, value in row.items() if name.partition("_")[0] == prefix and value}
    return {name.partition("_")[2]: value for name, value in named.items()}


def _to_event(source: SourceConfig, row: Row) -> Event:
    return Event(
        id=str(row["id"]),
        time=float(str(row["known"])),
        topic=str(row["topic"]),
        grade=str(row["grade"]),
        source=source.id,
        cited_as=_locale_texts(row, "cite") or dict(source.cite),
        text=_locale_texts(row, "text"),
        speaker=_locale_texts(row, "speaker"),
        link=str(row.get("link", "")),
        due=_parse_due(row),
    )
