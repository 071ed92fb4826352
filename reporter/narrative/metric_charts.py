"""A figure that report.yaml makes of metrics → its chart: lines, bars, both, or a panel each, by day.

What a metric carries over days without a row of its own is drawn once, on the day that the row is of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from reporter.language import numbers
from reporter.language.own_labels import translate_label
from reporter.model.chart import BarSeries, Chart, LineSeries, Panel
from reporter.model.metric import MetricSeries, split_sources
from reporter.model.timestamps import DAY
from reporter.narrative.chart_specs import ChartSource
from reporter.narrative.outline import FigureMetric, FigureOutline

#: Fewer values than this are no course of anything.
_LEAST_VALUES = 2

Places = tuple[tuple[float, ...], tuple[float | None, ...]]


def build_metric_chart(outline: FigureOutline, source: ChartSource) -> Chart | None:
    """Build the chart of a figure that is made of metrics.

    Args:
        outline: the figure, as in report.yaml.
        source: metrics and locale.

    Returns:
        The chart, or None where no metric of it has two values.
    """
    lines = [(item, places) for item in outline.lines if (places := _find_places(item, outline.days, source))]
    bars = [(item, places) for item in outline.bars if (places := _find_places(item, outline.days, source))]
    if outline.kind == "small multiples":
        panels = tuple(_build_panels(outline, lines, bars, source))
        return Chart(outline.id, panels, "stack" if len(panels) > 1 else outline.size) if panels else None
    if not lines and not bars:
        return None
    unit = source.metrics.series[(lines or bars)[0][0].metric].spec.unit
    # The one line of a chart is what its title is about: its end says its value, and it needs no name.
    alone = len(lines) == 1 and not bars
    drawn = tuple(
        LineSeries(
            *places,
            "" if len(lines) > 1 else _tag_last(item, places, source),
            "comparator" if place else "focus",
            "" if alone else get_metric_label(item, source),
        )
        for place, (item, places) in enumerate(lines)
    )
    heights = tuple(BarSeries(*places, get_metric_label(item, source)) for item, places in bars)
    return Chart(outline.id, (Panel("time", unit, lines=drawn, bars=heights),), outline.size)


def list_drawn_sources(outline: FigureOutline, metrics: Iterable[MetricSeries]) -> tuple[str, ...]:
    """List the sources that the drawn days of a figure's metrics rest on, each once.

    Args:
        outline: the figure.
        metrics: the series of all of its metrics.
    """
    sources = (one for series in metrics for source in series.source[-outline.days :] for one in split_sources(source))
    return tuple(dict.fromkeys(sources))


def get_metric_label(item: FigureMetric, source: ChartSource) -> str:
    """Return what a chart calls a metric: as the figure says, or as the metric's own declaration does.

    Args:
        item: the metric in its figure.
        source: metrics and locale.
    """
    return translate_label(item.label or source.metrics.series[item.metric].spec.label, source.locale)


def _build_panels(
    outline: FigureOutline,
    lines: Sequence[tuple[FigureMetric, Places]],
    bars: Sequence[tuple[FigureMetric, Places]],
    source: ChartSource,
) -> Iterator[Panel]:
    for item, places in (*lines, *bars):
        unit, title = source.metrics.series[item.metric].spec.unit, get_metric_label(item, source)
        if item in outline.lines:
            yield Panel("time", unit, title, lines=(LineSeries(*places, _tag_last(item, places, source)),))
        else:
            yield Panel("time", unit, title, bars=(BarSeries(*places),))


def _find_places(item: FigureMetric, days: int, source: ChartSource) -> Places | None:
    """Find noon of each day and the values; None where there are fewer than two."""
    x, y = source.get_daily_values(item.metric, days)
    series = source.metrics.series[item.metric]
    if series.spec.max_age_days > 1:
        ends = series.as_of[-days:]
        seen = {end: value for end, value in zip(ends, y, strict=True) if end is not None and value is not None}
        shown = [end for end in sorted(seen) if end > x[0] - DAY / 2]
        x = tuple((end - 1) // DAY * DAY + DAY / 2 for end in shown)
        y = tuple(seen[end] for end in shown)
    return (x, y) if sum(value is not None for value in y) >= _LEAST_VALUES else None


def _tag_last(item: FigureMetric, places: Places, source: ChartSource) -> str:
    last = next(value for value in reversed(places[1]) if value is not None)
    return numbers.format_value_tick(last, source.metrics.series[item.metric].spec.unit, source.locale)
