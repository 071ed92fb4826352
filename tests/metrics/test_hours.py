"""Readings of hours inside a day, held to pandas."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reporter.metrics import compute_metrics
from reporter.model.hourly import HourlyReading, make_hourly_reading, make_hourly_spec, parse_hourly_id
from reporter.model.metric import MetricSet
from tests.desk.build import load, source, write_desk
from tests.metrics.build import closes, missing, value

DAYS = 4
LATE = "share_in_window(derivatives.liquidations_total, 20, 24)"
AT = "at(price.close, 20)"


def liquidations(amounts: np.ndarray, hours: int) -> str:
    times = pd.date_range("2026-01-01", periods=len(amounts), freq=f"{hours}h")
    rows = [f"{at:%Y-%m-%d %H:%M},{long},{short}" for at, (long, short) in zip(times, amounts, strict=True)]
    return "\n".join(["date,long,short", *rows, ""])


def measured(folder: Path, *more: str, files: dict[str, str], hourly: tuple[str, ...]) -> MetricSet:
    files = {"prices.csv": closes([60_000.0] * DAYS), **files}
    return compute_metrics(load(write_desk(folder, source("prices"), *more, files=files)), hourly)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10_000),
    hours=st.sampled_from([1, 4]),
    window=st.tuples(st.integers(0, 23), st.integers(1, 24)).filter(lambda pair: pair[0] < pair[1]),
)
def test_a_share_is_of_the_sum_of_the_day(tmp_path: Path, seed: int, hours: int, window: tuple[int, int]) -> None:
    folder = tmp_path / f"{seed}-{hours}-{window[0]}-{window[1]}"
    folder.mkdir(exist_ok=True)
    amounts = np.random.default_rng(seed).uniform(1e6, 9e7, (DAYS * 24 // hours, 2)).round(2)
    name = f"share_in_window(derivatives.liquidations_total, {window[0]}, {window[1]})"
    table = source("liq", "liquidations", bar=f"{hours}h")

    metrics = measured(folder, table, files={"liq.csv": liquidations(amounts, hours)}, hourly=(name,))

    times = pd.date_range("2026-01-01", periods=len(amounts), freq=f"{hours}h")
    total = pd.Series(amounts.sum(axis=1), index=times)
    for back, day in enumerate(reversed(metrics.dates)):
        if window[0] % hours or window[1] % hours:
            assert missing(metrics, name, back) == "not defined for this day"
            continue
        own = total[times.date == day]
        hour = times[times.date == day].hour
        inside = own[(hour >= window[0]) & (hour < window[1])]
        assert value(metrics, name, back) == pytest.approx(inside.sum() / own.sum())


def test_a_day_of_which_an_hour_lacks_has_no_share(tmp_path: Path) -> None:
    rows = liquidations(np.full((DAYS * 6, 2), 1e6), 4).splitlines()
    del rows[-2]

    table = source("liq", "liquidations", bar="4h")
    metrics = measured(tmp_path, table, files={"liq.csv": "\n".join([*rows, ""])}, hourly=(LATE,))

    assert missing(metrics, LATE) == "the day's bars are incomplete"
    assert value(metrics, LATE, 1) == pytest.approx(1 / 6)


def test_a_partial_source_gives_shares_and_daily_bars_give_none(tmp_path: Path) -> None:
    daily = "date,long,short\n" + "".join(f"2026-01-0{day},5e6,5e6\n" for day in range(1, DAYS + 1))
    files = {"day.csv": daily, "liq.csv": liquidations(np.full((DAYS * 6, 2), 1e6), 4)}
    whole = source("day", "liquidations")
    part = source("liq", "liquidations", bar="4h", partial="true")

    metrics = measured(tmp_path, whole, part.replace('"true"', "true"), files=files, hourly=(LATE,))

    assert value(metrics, LATE) == pytest.approx(1 / 6)
    assert metrics.series[LATE].source[-1] == "liq"
    assert value(metrics, "derivatives.liquidations_total") == 1e7


def test_a_day_without_intraday_data_is_missing(tmp_path: Path) -> None:
    metrics = measured(tmp_path, files={}, hourly=(LATE, AT))

    assert missing(metrics, LATE) == "no source feeds this table"
    assert missing(metrics, AT) == "no source feeds this table"


def test_the_value_at_an_hour_is_of_the_bar_that_ends_then(tmp_path: Path) -> None:
    times = pd.date_range("2026-01-01", periods=DAYS * 24, freq="h")
    prices = [60_000.0 + at for at in range(len(times))]
    rows = [f"{at:%Y-%m-%d %H:%M},{price},{price},{price},{price}" for at, price in zip(times, prices, strict=True)]
    files = {"hours.csv": "\n".join(["date,open,high,low,close", *rows, ""])}
    names = (AT, "at(price.close, 24)", "at(price.close, 1)")

    metrics = measured(tmp_path, source("hours", bar="1h"), files=files, hourly=names)

    assert [value(metrics, name) for name in names] == [prices[-5], prices[-1], prices[-24]]


def test_a_partial_source_gives_no_value(tmp_path: Path) -> None:
    rows = "".join(f"2026-01-0{day} {hour:02}:00,1e10\n" for day in range(1, 5) for hour in range(0, 24, 4))
    part = source("oi", "open_interest", bar="4h", partial="true").replace('"true"', "true")
    name = "at(derivatives.open_interest, 20)"

    metrics = measured(tmp_path, part, files={"oi.csv": f"date,open_interest\n{rows}"}, hourly=(name,))

    assert missing(metrics, name) is not None
    assert value(metrics, "derivatives.open_interest") == 1e10


@pytest.mark.parametrize(
    ("function", "hours", "right"),
    [
        ("share_in_window", (20.0, 24.0), True),
        ("share_in_window", (0.0, 24.0), True),
        ("share_in_window", (24.0, 20.0), False),
        ("share_in_window", (20.0, 25.0), False),
        ("share_in_window", (20.5, 24.0), False),
        ("share_in_window", (20.0,), False),
        ("at", (24.0,), True),
        ("at", (0.0,), False),
    ],
)
def test_hours_are_those_of_a_day_in_order(function: str, hours: tuple[float, ...], right: bool) -> None:
    reading = make_hourly_reading(function, "price.close", hours)
    assert (reading is not None) is right
    if reading is not None:
        assert parse_hourly_id(reading.id) == reading
        assert isinstance(reading, HourlyReading)


def test_other_ids_name_no_hours() -> None:
    assert parse_hourly_id("price.close") is None
    assert parse_hourly_id("max(price.close, 20, 24)") is None
    reading = parse_hourly_id(AT)
    assert reading is not None
    assert make_hourly_spec(reading, {}) is None
