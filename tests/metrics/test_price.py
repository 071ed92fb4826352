from __future__ import annotations

import math
import statistics
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from tests.desk.build import days, seconds, source
from tests.metrics.build import closes, measure, missing, seen, table, value

_HEADER = "date,open,high,low,close"


def _hourly(first: str, bars: list[tuple[float, float, float, float]], skip: tuple[int, ...] = ()) -> str:
    start = seconds(first)
    return table(
        _HEADER,
        (
            (datetime.fromtimestamp(start + 3600 * hour, UTC).strftime("%Y-%m-%dT%H:%MZ"), *bar)
            for hour, bar in enumerate(bars)
            if hour not in skip
        ),
    )


def test_a_day_s_prices_and_shares(tmp_path: Path) -> None:
    rows = "2026-02-05,90,100,75,80\n2026-02-06,80,96,60,90\n"
    metrics = measure(tmp_path, files={"prices.csv": f"{_HEADER}\n{rows}"})
    expected = {
        "price.open": 80,
        "price.high": 96,
        "price.low": 60,
        "price.close": 90,
        "price.prev_close": 80,
        "price.return_1d": 90 / 80 - 1,
        "price.fall_from_high": 60 / 96 - 1,
        "price.rebound_from_low": 90 / 60 - 1,
        "price.close_from_high": 90 / 96 - 1,
        "price.range": 96 / 60 - 1,
        "price.close_position": (90 - 60) / (96 - 60),
        "price.record_close": 90,
        "price.drawdown_record": 0,
        "brief.date": seconds("2026-02-06"),
        "brief.cut": seconds("2026-02-07"),
        "brief.next_close": seconds("2026-02-08"),
        "brief.weekend": 0,
    }
    assert {metric: value(metrics, metric) for metric in expected} == pytest.approx(expected)
    assert missing(metrics, "price.return_1d", back=1) == "not enough history"
    assert missing(metrics, "price.return_7d") == "not enough history"


def test_daily_prices_alone_make_a_whole_set(tmp_path: Path) -> None:
    metrics = measure(tmp_path, files={"prices.csv": closes([100.0 + day % 7 for day in range(60)])})
    known = {metric for metric, series in metrics.series.items() if series.values[-1] is not None}
    assert {"price.close", "price.return_30d", "price.drawdown_30d", "price.move_sigma", "price.round_level"} <= known
    assert {metric.partition(".")[0] for metric in known} == {"price", "hinge", "brief", "quality"}
    no_source = {metric for metric in metrics.series if missing(metrics, metric) == "no source feeds this table"}
    # A framework is no table's: it is set by the report type, once rules are replayed; nor is what was published.
    others = {"price", "hinge", "brief", "framework", "published"}
    assert {metric.partition(".")[0] for metric in metrics.series} - others == {
        metric.partition(".")[0] for metric in no_source if not metric.startswith("price")
    }
    assert (metrics.bars, metrics.bar_seconds, metrics.bar_source, metrics.strikes) == ((), 0, "", ())


def test_a_flat_day_has_no_place_in_its_range(tmp_path: Path) -> None:
    metrics = measure(tmp_path, files={"prices.csv": f"{_HEADER}\n2026-02-06,5,5,5,5\n"})
    assert missing(metrics, "price.close_position") == "not defined for this day"
    assert value(metrics, "price.range") == 0


def test_returns_span_calendar_days(tmp_path: Path) -> None:
    values = [100.0 + day for day in range(40)]
    metrics = measure(tmp_path, files={"prices.csv": closes(values)})
    assert value(metrics, "price.return_7d") == pytest.approx(values[-1] / values[-8] - 1)
    assert value(metrics, "price.return_30d") == pytest.approx(values[-1] / values[-31] - 1)


def test_extremes_of_a_month_need_the_whole_month(tmp_path: Path) -> None:
    values = [100.0, *[50.0] * 28, 60.0]
    metrics = measure(tmp_path, files={"prices.csv": closes(values)})
    assert value(metrics, "price.high_30d") == 100
    assert value(metrics, "price.low_30d") == 50
    assert value(metrics, "price.high_30d_date") == seconds("2026-01-01")
    assert value(metrics, "price.drawdown_30d") == pytest.approx(-0.4)
    assert missing(metrics, "price.high_30d", back=1) == "not enough history"
    gap: list[float | str] = [100.0, 90.0, "", *[50.0] * 28]
    holed = measure(tmp_path, files={"prices.csv": closes(gap)})
    assert missing(holed, "price.high_30d") == "not enough history"


def test_thirty_days_are_thirty_bars(tmp_path: Path) -> None:
    metrics = measure(tmp_path, files={"prices.csv": closes([100.0, 90.0, 90.0, *[50.0] * 28, 60.0])})
    assert value(metrics, "price.high_30d") == 90
    assert value(metrics, "price.high_30d", back=1) == 100


def test_what_is_usual_is_the_mean_of_the_thirty_days_before(tmp_path: Path) -> None:
    values = [100.0 * 1.01**day for day in range(31)]
    metrics = measure(tmp_path, files={"prices.csv": closes([*values, values[-1] * 0.95])})
    assert value(metrics, "price.mean_move_30d") == pytest.approx(0.01)
    assert value(metrics, "price.move_times") == pytest.approx(5)
    assert value(metrics, "price.mean_range_30d") == pytest.approx(0.01)
    # The first return is that of the second day, so thirty of them end with the thirty-first day.
    assert missing(metrics, "price.mean_move_30d", back=1) == "not enough history"
    assert value(metrics, "price.mean_close_30d") == pytest.approx((sum(values[2:]) + values[-1] * 0.95) / 30)


def test_the_highest_price_so_far_is_known_on_every_day(tmp_path: Path) -> None:
    metrics = measure(tmp_path, files={"prices.csv": closes([5.0, 9.0, 7.0, 9.0])})
    assert metrics.series["price.record_price"].values == (5, 9, 9, 9)


def test_closes_in_a_row_begin_anew_after_a_gap(tmp_path: Path) -> None:
    dates = days("2026-01-01", 9)
    rows = "date,open,high,low,close\n" + "".join(f"{d},1,2,0.5,1.{n}\n" for n, d in enumerate(dates) if n != 4)
    metrics = measure(tmp_path, source("prices"), files={"prices.csv": rows})
    assert metrics.series["price.closes_in_row"].values == (1, 2, 3, 4, None, 1, 2, 3, 4)


def test_a_blank_price_is_a_gap_and_no_earlier_price_stands_in(tmp_path: Path) -> None:
    values: list[float | str] = [100.0, 101.0, "", 103.0]
    metrics = measure(tmp_path, files={"prices.csv": closes(values)})
    assert missing(metrics, "price.close", back=1) == "no row for this day"
    assert missing(metrics, "price.return_1d") == "no row for this day"
    assert value(metrics, "price.close") == 103


def test_deviations_are_of_the_thirty_days_before(tmp_path: Path) -> None:
    values = [100.0 * (1.01 if day % 2 else 0.99) for day in range(40)] + [90.0]
    metrics = measure(tmp_path, files={"prices.csv": closes(values)})
    returns = [now / then - 1 for then, now in pairwise(values)]
    sigma = statistics.stdev(returns[-31:-1])
    assert value(metrics, "price.sigma_1d") == pytest.approx(sigma)
    assert value(metrics, "price.move_sigma") == pytest.approx(returns[-1] / sigma)
    assert value(metrics, "price.range_sigma") == pytest.approx((values[-2] / 90.0 - 1) / sigma)
    logs = [math.log1p(move) for move in returns[-30:]]
    assert value(metrics, "price.realised_vol_30d") == pytest.approx(statistics.stdev(logs) * math.sqrt(365) * 100)


def test_an_unmoved_price_has_no_deviation_to_measure_by(tmp_path: Path) -> None:
    metrics = measure(tmp_path, files={"prices.csv": closes([100.0] * 40)})
    assert value(metrics, "price.sigma_1d") == 0
    assert missing(metrics, "price.move_sigma") == "not defined for this day"


def test_a_move_that_no_market_makes_is_not_believed(tmp_path: Path) -> None:
    # The loader holds such a row; approved, it still gives no return.
    declared = source("prices") + 'approved = [{ time = "2026-01-02", reason = "a test" }]\n'
    metrics = measure(tmp_path, declared, files={"prices.csv": closes([1.0, 100.0])})
    assert missing(metrics, "price.return_1d") == "outside the believed range"


_DAY = [(10.0, 12.0, 9.0, 11.0)] * 24


def test_hours_make_a_day_only_where_they_are_all_there(tmp_path: Path) -> None:
    hourly = source("prices", bar="1h")
    whole = measure(tmp_path, hourly, files={"prices.csv": _hourly("2026-02-05", _DAY * 2)})
    assert value(whole, "price.return_1d") == 0
    gap = measure(tmp_path, hourly, files={"prices.csv": _hourly("2026-02-05", _DAY * 2, skip=(30,))})
    assert missing(gap, "price.high") == missing(gap, "price.low") == "the day's bars are incomplete"
    assert (value(gap, "price.open"), value(gap, "price.close")) == (10, 11)
    for first in (24, 47):
        edge = measure(tmp_path, hourly, files={"prices.csv": _hourly("2026-02-05", _DAY * 3, skip=(first,))})
        field = "price.open" if first == 24 else "price.close"
        assert missing(edge, field, back=1) == "the day's bars are incomplete"


def test_a_blank_hour_counts_as_missing(tmp_path: Path) -> None:
    rows = _hourly("2026-02-06", _DAY).replace("T23:00Z,10.0,12.0,9.0,11.0", "T23:00Z,10.0,12.0,9.0,")
    metrics = measure(
        tmp_path, source("prices"), source("hours", bar="1h"), files={"hours.csv": rows}, day=date(2026, 2, 6)
    )
    assert missing(metrics, "price.hour_of_low") == "the day's bars are incomplete"
    assert seen(metrics, "price.close").source == "prices"


def test_all_prices_of_a_day_come_from_the_first_source_that_has_it_whole(tmp_path: Path) -> None:
    hours = source("hours", bar="1h")
    files = {"hours.csv": _hourly("2026-02-05", [(20.0, 25.0, 15.0, 20.0)] * 48, skip=(30,))}
    metrics = measure(tmp_path, hours, source("prices"), files=files)
    for metric in ("price.open", "price.high", "price.low", "price.close"):
        assert (seen(metrics, metric, back=1).source, seen(metrics, metric).source) == ("hours", "prices")
    # Two markets: nobody knows what the asset did between them.
    assert missing(metrics, "price.return_1d") == "the source changed in between"


def test_where_no_source_has_the_day_whole_the_fullest_serves(tmp_path: Path) -> None:
    first, second = source("first", bar="1h"), source("second", bar="1h")
    files = {
        "first.csv": _hourly("2026-02-06", [(20.0, 25.0, 15.0, 20.0)] * 24, skip=(3, 4)),
        "second.csv": _hourly("2026-02-06", _DAY, skip=(5,)),
    }
    metrics = measure(tmp_path, first, second, files=files)
    assert (value(metrics, "price.open"), value(metrics, "price.close")) == (10, 11)
    assert missing(metrics, "price.high") == "the day's bars are incomplete"


def test_the_hours_of_the_extremes_are_the_first_of_equals(tmp_path: Path) -> None:
    bars = [(10.0, 12.0, 9.0, 11.0)] * 24
    bars[7] = bars[9] = (10.0, 12.0, 8.0, 11.0)
    bars[3] = bars[5] = (10.0, 13.0, 9.0, 11.0)
    metrics = measure(tmp_path, source("prices", bar="1h"), files={"prices.csv": _hourly("2026-02-06", bars)})
    assert value(metrics, "price.hour_of_low") == seconds("2026-02-06T07:00")
    assert value(metrics, "price.hour_of_high") == seconds("2026-02-06T03:00")


def test_tests_of_an_extreme_are_visits_parted_by_a_close_away_from_it(tmp_path: Path) -> None:
    def bar(high: float, close: float) -> tuple[float, float, float, float]:
        return (close, high, 90.0, close)

    # Near 100 is from 99.5; away is a close at 99 or below.
    path = [bar(100, 99.8), bar(99.6, 99.4), bar(99.2, 98.9), bar(99.4, 99.3), bar(99.5, 98), bar(99.9, 99.9)]
    bars = path + [bar(95, 94)] * 18
    metrics = measure(tmp_path, source("prices", bar="1h"), files={"prices.csv": _hourly("2026-02-06", bars)})
    assert value(metrics, "price.tests_of_high") == 3
    # The low stands in every bar, and a close of 94 is well above it: each bar is a visit of its own.
    assert value(metrics, "price.tests_of_low") == 24


def test_recent_bars_come_from_the_source_that_covers_most(tmp_path: Path) -> None:
    files = {
        "few.csv": _hourly("2026-02-06T12:00", _DAY[:12]),
        "many.csv": _hourly("2026-02-04", _DAY * 3),
    }
    few, many = source("few", bar="1h"), source("many", bar="1h")
    metrics = measure(tmp_path, source("prices"), few, many, files=files)
    assert (metrics.bar_source, metrics.bar_seconds, len(metrics.bars)) == ("many", 3600, 48)
    assert (metrics.bars[0].start, metrics.bars[-1].start) == (seconds("2026-02-05"), seconds("2026-02-06T23:00"))


def test_the_calendar_of_a_desk_with_another_cut(tmp_path: Path) -> None:
    hourly = source("prices", bar="1h")
    late = measure(tmp_path, hourly, files={"prices.csv": _hourly("2026-02-06T16:00", _DAY)}, desk='day_cut = "16:00"')
    assert value(late, "brief.date") == seconds("2026-02-07")
    assert value(late, "brief.next_close") == seconds("2026-02-08T16:00")
    assert (late.dates[-1], value(late, "brief.weekend"), value(late, "price.close")) == (date(2026, 2, 7), 1, 11)
    early = measure(tmp_path, hourly, files={"prices.csv": _hourly("2026-02-06T08:00", _DAY)}, desk='day_cut = "08:00"')
    assert value(early, "brief.date") == seconds("2026-02-06")
    assert (early.dates[-1], value(early, "brief.weekend")) == (date(2026, 2, 6), 0)


def test_the_dates_are_days_without_holes(tmp_path: Path) -> None:
    values: list[float | str] = [1.0, "", "", 1.0]
    metrics = measure(tmp_path, files={"prices.csv": closes(values, "2024-02-27")})
    assert [day.isoformat() for day in metrics.dates] == days("2024-02-27", 4)
    assert metrics.dates[2] == date(2024, 2, 29)


def test_a_bar_with_a_close_alone_gives_its_close_and_no_extreme(tmp_path: Path) -> None:
    whole = [(100.0 + hour, 103.0 + hour, 98.0 + hour, 101.0 + hour) for hour in range(24)]
    rows = _hourly("2026-02-06", whole).splitlines()
    rows[13] = rows[13].split(",")[0] + ",,,,113"
    (tmp_path / "prices.csv").write_text("")
    metrics = measure(
        tmp_path,
        source("prices", bar="1h", time="date"),
        files={"prices.csv": "\n".join(rows) + "\n"},
    )

    assert (value(metrics, "price.open"), value(metrics, "price.close")) == (100.0, 124.0)
    for name in ("high", "low", "hour_of_high", "hour_of_low", "tests_of_high"):
        assert missing(metrics, f"price.{name}") == "the day's bars are incomplete"
    # What is drawn has all four prices.
    assert len(metrics.bars) == 23


def test_a_source_with_all_prices_of_a_day_comes_before_one_with_its_close_alone(tmp_path: Path) -> None:
    desk = source("first") + source("second")
    first = "2026-02-05,90,100,75,80\n2026-02-06,,,,90\n"
    second = "2026-02-05,91,101,76,81\n2026-02-06,81,97,61,91\n"
    metrics = measure(tmp_path, desk, files={"first.csv": f"{_HEADER}\n{first}", "second.csv": f"{_HEADER}\n{second}"})

    assert (value(metrics, "price.close", back=1), value(metrics, "price.close")) == (80.0, 91.0)
    assert value(metrics, "price.high") == 97.0
