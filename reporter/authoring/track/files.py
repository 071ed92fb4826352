"""The track record → its rows as CSV, all of it as JSON, and lines for a terminal."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict, fields
from typing import Any

from reporter.authoring.track.outcomes import HORIZON
from reporter.authoring.track.record import Counts, Line, TrackedStatement, TrackRecord

SCHEMA = "reporter.track/1"
_COLUMNS = tuple(column.name for column in fields(TrackedStatement))


def format_rows(record: TrackRecord) -> str:
    """Format the rows as CSV with a header; floats have all their digits, what is missing is empty."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for row in record.rows:
        values = (getattr(row, name) for name in _COLUMNS)
        writer.writerow("" if value is None else value for value in values)
    return buffer.getvalue()


def record_to_json(record: TrackRecord) -> dict[str, Any]:
    """Convert the record to what JSON holds: the days, counts by kind and group, and a row a statement."""
    return {
        "schema": SCHEMA,
        "from": record.first.isoformat(),
        "to": record.last.isoformat(),
        "days": HORIZON,
        "lines": [_line_to_json(line) for line in record.lines],
        "statements": [asdict(row) for row in record.rows],
    }


def dump_record(record: TrackRecord) -> str:
    """Format the record as JSON that people can read too."""
    return json.dumps(record_to_json(record), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _line_to_json(line: Line) -> dict[str, Any]:
    named = {"kind": line.kind, "id": line.id or None, "told_as": line.told_as or None}
    return {**named, **_counts_to_json(line.counts), "all_days": _counts_to_json(line.twin)}


def _counts_to_json(counts: Counts) -> dict[str, Any]:
    return {
        "made": counts.made,
        "open": counts.open,
        "unknown": counts.unknown,
        "settled": counts.settled,
        "outcomes": {name: {"count": count, "share": counts.find_share(name)} for name, count in counts.outcomes},
        "median_1d": counts.median_1d,
        "median_7d": counts.median_7d,
    }


def format_record(record: TrackRecord) -> Iterator[str]:
    """Format the counts as lines of text: of each group what became of it, and behind it the same on all days."""
    yield f"{record.first} to {record.last}, {len(record.rows)} statements"
    for line in record.lines:
        name = " ".join(filter(None, (line.kind, line.id, line.told_as)))
        left = [f"{count} {what}" for what, count in (("open", line.counts.open), ("unknown", line.counts.unknown))]
        told = ", ".join([*_format_outcomes(line.counts), *(text for text in left if not text.startswith("0 "))])
        yield f"{name:44} {told}"
        twin = ", ".join(_format_outcomes(line.twin))
        if twin and (line.id == "" or line.kind in ("condition", "decider")):
            yield f"{'':4}{'on all days':40} {twin}"


def _format_outcomes(counts: Counts) -> Iterator[str]:
    for name, count in counts.outcomes:
        share = counts.find_share(name)
        if count or share is not None:
            yield f"{count} {name}" if share is None else f"{count} {name} ({share:.1%})"
    if counts.median_7d is not None:
        yield f"median {counts.median_7d:+.1%}"
