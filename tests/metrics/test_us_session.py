"""What the price did up to New York's close and after it, held to pandas' own clock of New York."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from reporter.model.metric import MetricSet
from tests.desk.build import source
from tests.metrics.build import measure, missing, value

#: Thanksgiving, the early closes around it and around Christmas, and the end of daylight saving lie in it.
_FIRST, _DAYS = "2025-10-28", 62
_EARLY = {date(2025, 11, 28), date(2025, 12, 24)}
_CLOSED = {date(2025, 11, 27), date(2025, 12, 25)}


def hours(seed: int) -> pd.Series:
    """The closing prices of hours, by their start."""
    rng = np.random.default_rng(seed)
    index = pd.date_range(f"{_FIRST} 00:00", periods=24 * _DAYS, freq="h", tz="UTC")
    return pd.Series(60_000.0 * np.exp(np.cumsum(rng.normal(0, 0.004, len(index)))), index=index).round(2)


def rows(prices: pd.Series) -> str:
    """Hourly bars that start at the times of the series' index."""
    lines = [f"{at:%Y-%m-%d %H:%M},{price},{price},{price},{price}" for at, price in prices.items()]
    return "\n".join(["date,open,high,low,close", *lines, ""])


def measured(folder: Path, prices: pd.Series, day: date | None = None) -> MetricSet:
    return measure(folder, source("prices", bar="1h"), files={"prices.csv": rows(prices)}, day=day)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_move_is_parted_where_new_york_closes(tmp_path: Path, seed: int) -> None:
    prices = hours(seed)
    metrics = measured(tmp_path, prices)
    ends = prices.copy()
    ends.index += pd.Timedelta(hours=1)
    for at, day in enumerate(metrics.dates):
        back = metrics.today_index - at
        open_ = day.weekday() < 5 and day not in _CLOSED
        if not open_:
            assert missing(metrics, "price.return_after_us_close", back) == "market closed"
            assert missing(metrics, "brief.us_close", back) == "market closed"
            continue
        close = pd.Timestamp(f"{day} {'13' if day in _EARLY else '16'}:00", tz="America/New_York").tz_convert("UTC")
        last = ends[pd.Timestamp(day + timedelta(days=1), tz="UTC")]
        assert value(metrics, "brief.us_close", back) == close.timestamp()
        assert value(metrics, "price.at_us_close", back) == ends[close]
        assert value(metrics, "price.return_after_us_close", back) == pytest.approx(last / ends[close] - 1)
        if at:
            before = ends[pd.Timestamp(day, tz="UTC")]
            assert value(metrics, "price.return_to_us_close", back) == pytest.approx(ends[close] / before - 1)


def test_a_missing_hour_is_no_price_of_another(tmp_path: Path) -> None:
    prices = hours(3)[: 24 * 3]
    # 29 October: New York closes at 20:00 UTC.
    metrics = measured(tmp_path, prices.drop(pd.Timestamp("2025-10-29 19:00", tz="UTC")))

    assert missing(metrics, "price.at_us_close", 1) is not None
    assert missing(metrics, "price.return_after_us_close", 1) is not None
    assert value(metrics, "price.at_us_close") == prices[pd.Timestamp("2025-10-30 19:00", tz="UTC")]


def test_prices_of_one_figure_are_of_one_source(tmp_path: Path) -> None:
    prices = hours(4)[: 24 * 3]
    first, second = prices[pd.DatetimeIndex(prices.index).hour < 20], prices * 2
    files = {"first.csv": rows(first), "second.csv": rows(second)}

    metrics = measure(tmp_path, source("first", bar="1h"), source("second", bar="1h"), files=files)

    assert value(metrics, "price.at_us_close") == prices[pd.Timestamp("2025-10-30 19:00", tz="UTC")]
    end, close = (second[pd.Timestamp(f"2025-10-30 {hour}:00", tz="UTC")] for hour in (23, 19))
    assert value(metrics, "price.return_after_us_close") == pytest.approx(end / close - 1)


def test_days_of_daily_bars_have_none(tmp_path: Path) -> None:
    daily = hours(5)[::24]
    bars = "".join(f"{at:%Y-%m-%d},{price},{price},{price},{price}\n" for at, price in daily.items())

    metrics = measure(tmp_path, source("prices"), files={"prices.csv": f"date,open,high,low,close\n{bars}"})

    assert missing(metrics, "price.at_us_close") == "no source feeds this table"


def test_no_later_hour_changes_a_day(tmp_path: Path) -> None:
    prices, day = hours(6), date(2025, 11, random.Random(6).randrange(3, 21))
    while day.weekday() >= 5:
        day += timedelta(days=1)
    all_, then = tmp_path / "all", tmp_path / "then"
    all_.mkdir()
    then.mkdir()
    later = measured(all_, prices)
    alone = measured(then, prices[prices.index < pd.Timestamp(day + timedelta(days=1), tz="UTC")])

    back = (later.dates[-1] - day).days
    for metric in ("price.at_us_close", "price.return_to_us_close", "price.return_after_us_close"):
        assert value(later, metric, back) == value(alone, metric)
