"""Metrics of small desks made by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from reporter.metrics import compute_metrics
from reporter.model.metric import MetricSet, Observation
from tests.desk.build import days, load, write_desk

_BAR = "date,open,high,low,close\n"


def measure(
    folder: Path,
    *sources: str,
    files: Mapping[str, str | bytes] | None = None,
    desk: str = "",
    day: date | None = None,
    as_of: datetime | None = None,
) -> MetricSet:
    """Write a desk and compute its metrics."""
    return compute_metrics(load(write_desk(folder, *sources, files=files, desk=desk), day, as_of))


def seen(metrics: MetricSet, metric: str, back: int = 0) -> Observation:
    """A metric on the brief's date, or some days before it."""
    return metrics.series[metric].observation_at(metrics.today_index - back)


def value(metrics: MetricSet, metric: str, back: int = 0) -> float:
    """A metric that must have a value."""
    found = seen(metrics, metric, back)
    assert found.value is not None, f"{metric}: {found.missing}"
    return found.value


def missing(metrics: MetricSet, metric: str, back: int = 0) -> str | None:
    """Why a metric has no value; None where it has one."""
    found = seen(metrics, metric, back)
    assert (found.value is None) == (found.missing is not None)
    return None if found.missing is None else str(found.missing)


def closes(values: Sequence[float | str], first: str = "2026-01-01") -> str:
    """Daily prices with given closes: each day opens at the close before, and its highs and lows are those two."""
    rows = [_BAR]
    before = values[0]
    for day, close in zip(days(first, len(values)), values, strict=True):
        if close == "":
            rows.append(f"{day},,,,\n")
            continue
        open_ = close if before == "" else before
        rows.append(f"{day},{open_},{max(float(open_), float(close))},{min(float(open_), float(close))},{close}\n")
        before = close
    return "".join(rows)


def table(header: str, rows: Iterable[Sequence[object]]) -> str:
    """A CSV text."""
    return "".join([f"{header}\n", *(",".join(str(cell) for cell in row) + "\n" for row in rows)])
