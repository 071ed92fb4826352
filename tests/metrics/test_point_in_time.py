"""Nothing that was not known at a brief's instant has any part in it; and yesterday stays what it was."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from reporter.metrics import compute_metrics
from reporter.model.metric import MetricSet
from tests.desk.build import load
from tests.metrics.world import DAYS, FIRST, World, invent


def _instant(day: date, hours: int) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1, hours=hours)


def _priced_days(world: World) -> list[date]:
    """Days with a price at their end, from the fifth week on."""
    ends = {known for known, _ in world.rows["prices"]}
    dates = [FIRST + timedelta(days=number) for number in range(30, DAYS - 1)]
    return [day for day in dates if int(_instant(day, 0).timestamp()) in ends]


def _measure(folder: Path, day: date, hours: int = 0) -> MetricSet:
    return compute_metrics(load(folder, day, _instant(day, hours)))


def _differences(one: MetricSet, other: MetricSet) -> list[str]:
    metrics = [metric for metric in one.series if one.series[metric] != other.series[metric]]
    names = ("dates", "as_of", "bars", "bar_seconds", "bar_source", "strikes", "events", "citations", "instruments")
    return metrics + [name for name in names if getattr(one, name) != getattr(other, name)]


@pytest.mark.parametrize(
    ("hours", "seed"),
    [
        *((0, 0), (5, 1), (12, 2)),
        *(
            pytest.param(hours, seed, marks=pytest.mark.long)
            for hours in (0, 5, 12)
            for seed in range(4)
            if (hours, seed) not in {(0, 0), (5, 1), (12, 2)}
        ),
    ],
)
def test_rows_not_yet_known_change_nothing(tmp_path: Path, seed: int, hours: int) -> None:
    world = invent(seed)
    for day in _priced_days(world)[::11]:
        whole = _measure(world.write(tmp_path), day, hours)
        cut = _measure(world.write(tmp_path, int(_instant(day, hours).timestamp())), day, hours)
        assert _differences(whole, cut) == []


@pytest.mark.parametrize(
    ("seed", "hours"), [(13, 12), *(pytest.param(*one, marks=pytest.mark.long) for one in ((11, 0), (12, 5)))]
)
def test_yesterday_in_today_s_series_is_what_yesterday_s_own_brief_saw(tmp_path: Path, seed: int, hours: int) -> None:
    world = invent(seed)
    folder = world.write(tmp_path)
    sampled = _priced_days(world)
    last = _measure(folder, sampled[-1], hours)
    for day in sampled[:-1][::2]:
        own, index = _measure(folder, day, hours), last.dates.index(day)
        differing = [
            metric
            for metric, series in own.series.items()
            if series.observation_at(own.today_index) != last.series[metric].observation_at(index)
        ]
        assert (day, differing) == (day, [])


def test_the_invented_days_do_have_values_to_compare(tmp_path: Path) -> None:
    world = invent(1)
    metrics = _measure(world.write(tmp_path), _priced_days(world)[-1], 12)
    known = {metric for metric, series in metrics.series.items() if any(value is not None for value in series.values)}
    subjects = {metric.partition(".")[0] for metric in known}
    assert subjects == {
        "breadth",
        "brief",
        "price",
        "hinge",
        "quality",
        "derivatives",
        "options",
        "macro",
        "etf",
        "miners",
        "onchain",
        "sentiment",
    }
    assert {"price.shock_age", "etf.net_flow_mtd", "options.max_pain", "macro.slv.return_1d"} <= known


def test_unsorted_files_give_the_same_metrics(tmp_path: Path) -> None:
    world = invent(5)
    day = _priced_days(world)[-1]
    ordered = _measure(world.write(tmp_path), day)
    turned = _measure(world.write(tmp_path, order=list.reverse), day)
    assert _differences(ordered, turned) == []


def test_twice_is_the_same(tmp_path: Path) -> None:
    world = invent(6)
    folder = world.write(tmp_path)
    day = _priced_days(world)[-1]
    assert _differences(_measure(folder, day), _measure(folder, day)) == []
