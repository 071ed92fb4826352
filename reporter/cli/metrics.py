"""`reporter metrics`: every metric of a date, or why it is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.cli.options import (
    AsOfOption,
    DateOption,
    DebugOption,
    DeskArgument,
    JsonOption,
    QuietOption,
    find_desk,
    read_date,
)
from reporter.cli.output import format_value, print_json
from reporter.model.timestamps import format_minute, parse_instant

if TYPE_CHECKING:
    from reporter.model.metric import MetricSeries, MetricSet


def metrics(
    desk: DeskArgument = None,
    date: DateOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Print every metric of a date: value, unit, as-of, source, or why it is missing."""
    folder, instant = find_desk(desk), parse_instant(as_of)
    day = read_date(date, folder, instant)
    from reporter.pipeline.evaluate import compute_desk_metrics

    known = compute_desk_metrics(folder, day, instant)
    if quiet:
        return
    shown = {metric_id: series for metric_id, series in known.series.items() if _is_desk_metric(metric_id, known)}
    if as_json:
        print_json({metric_id: _metric_to_json(series, known) for metric_id, series in shown.items()})
        return
    print(f"{known.dates[-1]}, known at {format_minute(known.as_of)}")
    for metric_id, series in shown.items():
        seen = series.observation_at(known.today_index)
        value = "missing" if seen.value is None else format_value(seen.value, str(series.spec.unit))
        rest = seen.missing if seen.value is None else f"{format_minute(seen.as_of)}  {seen.source or 'calendar'}"
        print(f"{metric_id:38} {value:>22} {series.spec.unit if seen.value is not None else '':14} {rest}")


def _is_desk_metric(metric_id: str, known: MetricSet) -> bool:
    """Return whether a metric is of this desk: instruments that it lacks are left out."""
    subject, _, rest = metric_id.partition(".")
    return subject != "macro" or rest.partition(".")[0] in known.instruments


def _metric_to_json(series: MetricSeries, known: MetricSet) -> dict[str, object]:
    seen = series.observation_at(known.today_index)
    return {
        "value": seen.value,
        "unit": str(series.spec.unit),
        "as_of": format_minute(seen.as_of),
        "source": seen.source,
        "missing": None if seen.missing is None else str(seen.missing),
    }
