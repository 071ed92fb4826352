"""Metrics of many days computed at once are those of each day computed alone."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from reporter.desk import find_last_day, load_desk, read_desk, read_desk_config
from reporter.diagnostics.errors import InputError
from reporter.metrics import MetricDays, compute_metrics
from reporter.model.metric import MetricSet
from tests.desk.build import source, write_desk
from tests.metrics.build import closes
from tests.metrics.world import invent

REAL = Path(__file__).parents[1] / "real" / "desk"
SAMPLES = Path(__file__).parents[2] / "samples"
_MARKET = Path(__file__).parents[2].parent / "shared" / "market"


def _differing(one: MetricSet, other: MetricSet) -> list[str]:
    series = [name for name in other.series if one.series[name] != other.series[name]]
    names = [item.name for item in fields(MetricSet) if item.name != "series"]
    return series + [name for name in names if getattr(one, name) != getattr(other, name)]


def _compare(folder: Path, after: int, step: int) -> list[tuple[date, list[str]]]:
    config = read_desk_config(folder)
    sources = read_desk(config)
    days = MetricDays(sources, find_last_day(sources), after)
    found = []
    for day in days.last.dates[::-step]:
        instant = datetime.fromtimestamp(days.cut_instant(day), UTC) if after else None
        try:
            alone = compute_metrics(load_desk(config, day, instant))
        except InputError as error:
            with pytest.raises(InputError, match=re.escape(str(error))):
                days.metrics_of_day(day)
            continue
        found.append((day, _differing(days.metrics_of_day(day), alone)))
    return [(day, names) for day, names in found if names]


@pytest.mark.parametrize(
    ("sample", "after"),
    [
        ("quiet-day", 0),
        *(
            pytest.param(*one, marks=pytest.mark.long)
            for one in (
                ("btc-2026-02", 9 * 3600),
                ("btc-2026-02", 0),
                ("quiet-day", 9 * 3600),
                ("melt-up", 0),
                ("melt-up", 9 * 3600),
            )
        ),
    ],
)
def test_samples(sample: str, after: int) -> None:
    assert _compare(SAMPLES / sample, after, 5) == []


@pytest.mark.long
@pytest.mark.parametrize(("seed", "after"), [(1, 0), (2, 5 * 3600), (3, 12 * 3600)])
def test_invented_worlds(tmp_path: Path, seed: int, after: int) -> None:
    assert _compare(invent(seed).write(tmp_path), after, 7) == []


@pytest.mark.long
@pytest.mark.skipif(not _MARKET.is_dir(), reason="the real series do not lie beside the project")
@pytest.mark.parametrize("after", [0, 9 * 3600])
def test_real_days(after: int) -> None:
    assert _compare(REAL, after, 211) == []


def test_a_price_source_that_becomes_known_late_moves_no_earlier_day(tmp_path: Path) -> None:
    early = source("early", path="early.csv", lag="40d")
    write_desk(
        tmp_path,
        early,
        source("prices"),
        files={"early.csv": closes([9.0] * 30, "2025-12-02"), "prices.csv": closes([10.0] * 30, "2026-01-01")},
    )
    assert _compare(tmp_path, 0, 1) == []


def test_the_last_day_up_to_a_date_is_one_with_prices(tmp_path: Path) -> None:
    write_desk(tmp_path, files={"prices.csv": closes([10.0, "", 12.0])})
    sources = read_desk(read_desk_config(tmp_path))
    assert find_last_day(sources) == date(2026, 1, 3)
    assert find_last_day(sources, until=date(2026, 1, 3) - timedelta(days=2)) == date(2026, 1, 1)
