"""A chart → its labels with the values that they show, so that a tag can be checked against its data."""

from __future__ import annotations

from collections.abc import Iterator

from reporter.model.chart import Chart, Panel
from reporter.verify.ledger.ledger_model import ChartLabelRecord


def list_chart_labels(chart: Chart) -> Iterator[ChartLabelRecord]:
    """List the labels of a chart, each text once, in the order of its panels."""
    seen: dict[str, ChartLabelRecord] = {}
    for panel in chart.panels:
        for label in _list_panel_labels(panel):
            if label.text:
                seen.setdefault(label.text, label)
    yield from seen.values()


def _list_panel_labels(panel: Panel) -> Iterator[ChartLabelRecord]:
    yield _make_label_record(panel.title)
    for line in panel.lines:
        last = next((value for value in reversed(line.y) if value is not None), None)
        yield _make_label_record(line.label, last)
        yield _make_label_record(line.name)
    for bars in panel.bars:
        yield _make_label_record(bars.label)
        for tag, value in zip(panel.tags, bars.y, strict=False):
            yield _make_label_record(tag, value)
    yield from (_make_label_record(level.label) for level in panel.levels)
    yield from (_make_label_record(band.label) for band in panel.bands)
    for point in panel.points:
        yield _make_label_record(point.label, point.y)
        yield _make_label_record(str(point.number))
        yield _make_label_record(point.what)
    yield from (_make_label_record(rule.label, rule.x) for rule in panel.rules)
    for phase in panel.phases:
        yield _make_label_record(phase.label, *((phase.start, phase.end) if panel.x == "number" else ()))
    yield from map(_make_label_record, panel.categories)


def _make_label_record(text: str, *values: float | None) -> ChartLabelRecord:
    return ChartLabelRecord(text=text, values=tuple(value for value in values if value is not None))
