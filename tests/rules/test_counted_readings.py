"""What a metric that is a run or a rank counts: the readings that facts of it rest on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from reporter.metrics import list_metric_specs
from reporter.model.metric import Counted, MetricSet
from reporter.rules.engine.counted_readings import list_counted_readings
from tests.narrative.build import make_metrics

_STOOD = "etf.net_flow_mtd"


def counting(
    counted: Counted, values: Sequence[float | None], told: float, carried: Sequence[int] = ()
) -> tuple[MetricSet, str]:
    """Metrics whose last day has a value that counts a series, some days of which carry the one before."""
    made = make_metrics({counted.metric: values, _STOOD: [told] * len(values)})
    base, teller = made.series[counted.metric], made.series[_STOOD]
    ends = list(base.as_of)
    for day in carried:
        ends[day] = ends[day - 1]
    series = {
        **made.series,
        counted.metric: replace(base, as_of=tuple(ends)),
        _STOOD: replace(teller, spec=replace(teller.spec, counts=counted)),
    }
    return replace(made, series=series), _STOOD


def listed(counted: Counted, values: Sequence[float | None], told: float, carried: Sequence[int] = ()) -> list[int]:
    metrics, name = counting(counted, values, told, carried)
    found = list_counted_readings(metrics, name, metrics.today_index)
    assert {series.spec.id for series, _ in found} <= {counted.metric}
    return [day for _, day in found]


RUN, LOW = Counted("etf.net_flow_1d", "run"), Counted("etf.net_flow_1d", "below")


@pytest.mark.parametrize(
    ("values", "told", "carried", "right"),
    [
        ([5.0, -1.0, -2.0, -3.0], -3.0, (), [3, 2, 1, 0]),
        ([-1.0, -2.0, -3.0], -3.0, (), [2, 1, 0]),
        ([5.0, -1.0, -2.0, -2.0], -2.0, (3,), [2, 1, 0]),
        # Two became known on one day: what is known of the days is less than the metric counts.
        ([5.0, -1.0, -2.0, -3.0], -4.0, (), []),
        ([5.0, -1.0], 0.0, (), []),
    ],
)
def test_a_run_rests_on_its_days_and_on_what_ended_it(
    values: list[float | None], told: float, carried: tuple[int, ...], right: list[int]
) -> None:
    assert listed(RUN, values, told, carried) == right


@pytest.mark.parametrize(
    ("counted", "values", "told", "right"),
    [
        (LOW, [-3.0, 5.0, -1.0, -2.0], 2.0, [3, 0]),
        (LOW, [-2.0, 5.0, -1.0, -2.0], 2.0, [3, 0]),
        (LOW, [5.0, -1.0, -2.0], 1.0, [2]),
        (LOW, [-3.0, 5.0, -2.0], 1.0, []),
        (replace(LOW, how="above"), [1.0, 9.0, 3.0, 2.0], 3.0, [3, 2, 1]),
        (replace(LOW, days=3), [-9.0, -3.0, -1.0, -2.0], 2.0, [3, 1]),
        (LOW, [-9.0] * 70 + [-2.0], 71.0, []),
    ],
)
def test_a_rank_rests_on_the_readings_before_it(
    counted: Counted, values: list[float | None], told: float, right: list[int]
) -> None:
    assert listed(counted, values, told) == right


def test_what_is_counted_is_a_metric() -> None:
    specs = list_metric_specs([])
    counts = {name: spec.counts.metric for name, spec in specs.items() if spec.counts is not None}

    assert len(counts) > 3
    assert set(counts.values()) <= set(specs)
