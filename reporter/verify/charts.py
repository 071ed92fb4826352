"""The labels of a chart with the values they stand for, so that a tag on a chart is held to its data."""

from __future__ import annotations

from collections.abc import Iterator

from reporter.model.chart import Chart, Panel
from reporter.verify.record import ChartLabelRecord


def chart_labels(chart: Chart) -> Iterator[ChartLabelRecord]:
    """Every label of a chart, each text once, in the order of its panels."""
    seen: dict[str, ChartLabelRecord] = {}
    for panel in chart.panels:
        for label in _of_panel(panel):
            if label.text:
                seen.setdefault(label.text, label)
    yield from seen.values()


def _of_panel(panel: Panel) -> Iterator[ChartLabelRecord]:
    yield _label(panel.title)
    for line in panel.lines:
        last = next((value for value in reversed(line.y) if value is not None), None)
        yield _label(line.label, last)
        yield _label(line.name)
    for bars in panel.bars:
        yield _label(bars.label)
        for tag, value in zip(panel.tags, bars.y, strict=False):
            yield _label(tag, value)
    yield from (_label(level.label) for level in panel.levels)
    yield from (_label(band.label) for band in panel.bands)
    for point in panel.points:
        yield _label(point.label, point.y)
        yield _label(str(point.number))
        yield _label(point.what)
    yield from (_label(rule.label, rule.x) for rule in panel.rules)
    for phase in panel.phases:
        yield _label(phase.label, *((phase.start, phase.end) if panel.x == "number" else ()))
    yield from map(_label, panel.categories)


def _label(text: str, *values: float | None) -> ChartLabelRecord:
    return ChartLabelRecord(text=text, values=tuple(value for value in values if value is not None))
