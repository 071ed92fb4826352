"""Sources held against each other: only what measures the same at the same instant; and who fills whose gaps."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from reporter.diagnostics.errors import InputError
from reporter.metrics import compute_metrics
from reporter.model.metric import MetricSet
from reporter.pipeline.compose import compose_brief
from reporter.pipeline.evaluate import evaluate_desk
from tests.desk.build import load, source, write_desk
from tests.metrics.build import closes, measure, missing, seen, table, value

REAL = Path(__file__).parents[1] / "real" / "desk"
MARKET = Path(__file__).parents[2].parent / "shared" / "market"
real = pytest.mark.skipif(not MARKET.is_dir(), reason="the real series do not lie beside the project")


def _hours(day: str, close: float) -> list[tuple[object, ...]]:
    """A day's bars; a market whose price does not move for hours stands still."""
    return [(f"{day}T{hour:02}:00", close, close + 1, close - 1, close) for hour in range(24)]


def _two(folder: Path, first: list[float | str], second: list[float | str], **keys: str) -> MetricSet:
    return measure(
        folder,
        source("a", cite="Binance"),
        source("b", cite="Yahoo Finance", **keys),
        files={"a.csv": closes(first), "b.csv": closes(second)},
    )


def test_closes_of_the_same_instant_are_compared(tmp_path: Path) -> None:
    found = _two(tmp_path, [100.0, 200.0], [100.0, 201.0])
    assert value(found, "quality.prices.compared") == 1
    assert value(found, "quality.prices.other") == 201.0
    assert value(found, "quality.prices.disagreement") == pytest.approx(0.005)
    assert seen(found, "quality.prices.disagreement").source == "b"
    assert value(found, "quality.prices.tolerance") == 0.002


def test_the_source_furthest_away_is_told(tmp_path: Path) -> None:
    names = {"a": "A", "b": "B", "c": "C"}
    files = {"a.csv": closes([100.0]), "b.csv": closes([101.0]), "c.csv": closes([98.0])}
    found = measure(tmp_path, *(source(key, cite=name) for key, name in names.items()), files=files)
    assert value(found, "quality.prices.compared") == 2
    assert seen(found, "quality.prices.other").source == "c"


@pytest.mark.parametrize(
    "keys",
    [{"measures": "BTC/USDT"}, {"timezone": "Asia/Taipei"}, {"cite": "Binance"}],
    ids=["another pair", "another cut of the day", "no reader could tell them apart"],
)
def test_what_measures_something_else_is_not_accused(tmp_path: Path, keys: dict[str, str]) -> None:
    found = measure(
        tmp_path,
        source("a", cite="Binance"),
        source("b", **{"cite": "Yahoo Finance", **keys}),
        files={"a.csv": closes([100.0, 200.0, 300.0]), "b.csv": closes([100.0, 250.0, 350.0, 400.0])},
        day=date(2026, 1, 2),
    )
    assert value(found, "quality.prices.compared") == 0
    assert missing(found, "quality.prices.disagreement") == "not defined for this day"


def test_hours_whose_last_is_missing_are_no_close(tmp_path: Path) -> None:
    rows = _hours("2026-01-01", 100.0) + _hours("2026-01-02", 150.0)[:-1]
    found = measure(
        tmp_path,
        source("a", cite="Binance"),
        source("b", cite="Yahoo Finance", bar="1h"),
        files={"a.csv": closes([100.0, 200.0]), "b.csv": table("date,open,high,low,close", rows)},
    )
    assert value(found, "quality.prices.compared", 1) == 1
    assert value(found, "quality.prices.compared") == 0


@pytest.mark.parametrize(("declared", "compared"), [("", 0), ("BTC perpetuals", 1)])
def test_other_tables_are_compared_where_both_say_what_they_measure(
    tmp_path: Path, declared: str, compared: int
) -> None:
    def sums(name: str, cite: str) -> str:
        return source(name, "open_interest", cite=cite, columns={"open_interest": "oi"}, measures=declared or None)

    found = measure(
        tmp_path,
        source("prices"),
        sums("a", "CoinGlass"),
        sums("b", "Coinalyze"),
        files={"a.csv": "date,oi\n2026-02-06,20e9\n", "b.csv": "date,oi\n2026-02-06,21e9\n"},
    )
    assert value(found, "quality.open_interest.compared") == compared


def test_a_desk_sets_its_own_tolerance(tmp_path: Path) -> None:
    write_desk(tmp_path)
    path = tmp_path / "desk.toml"
    path.write_text(path.read_text("utf-8") + "\n[tolerance]\nprices = 0.01\n", "utf-8")
    assert value(compute_metrics(load(tmp_path)), "quality.prices.tolerance") == 0.01
    path.write_text(path.read_text("utf-8") + "miners = 0.01\n", "utf-8")
    with pytest.raises(InputError, match=r"desk.toml:\d+:1: tolerance.miners: unknown value"):
        load(tmp_path)


def test_a_filled_gap_is_told_for_a_week(tmp_path: Path) -> None:
    first: list[float | str] = [100.0, 101.0, "", "", *([104.0] * 9)]
    found = _two(tmp_path, first, [100.0] * 13)
    assert [value(found, "quality.prices.fill_days", back) for back in range(12, -1, -1)] == [
        *(0, 0, 1, 2, 2, 2, 2, 2, 2, 2, 0, 0, 0)
    ]
    assert seen(found, "quality.prices.fill_last", 5).source == "b"
    assert seen(found, "quality.prices.preferred_last", 5).source == "a"
    days = {name: value(found, f"quality.prices.{name}", 5) / 86_400 for name in ("fill_first", "fill_last")}
    assert days["fill_last"] - days["fill_first"] == 1


def test_a_source_before_its_beginning_or_long_after_its_end_is_not_filled_for(tmp_path: Path) -> None:
    late: list[float | str] = ["", "", *([100.0] * 40)]
    assert value(_two(tmp_path, late, [100.0] * 42), "quality.prices.fill_days", 40) == 0
    ended: list[float | str] = [100.0, *([""] * 41)]
    found = _two(tmp_path, ended, [100.0] * 42)
    assert value(found, "quality.prices.fill_days", 10) == 31
    assert value(found, "quality.prices.fill_days", 0) == 0


def _gaps(folder: Path, day: date) -> dict[str, list[str]]:
    brief = compose_brief(evaluate_desk(folder, day))
    return {
        item.document.locale: [line.text for line in item.document.gaps if line.finding.startswith("quality.")]
        for item in brief.realised
    }


@pytest.mark.long
@real
def test_real_days_on_which_binance_and_yahoo_differ() -> None:
    told = _gaps(REAL, date(2026, 3, 21))
    assert told["en"] == [
        "The sources' closing prices for 21 March differ by 0.26%: $68,918 at Binance, which is used here, "
        "against $68,737 at Yahoo Finance."
    ]
    assert told["zh-Hant"] == [
        "3 月 21 日的收盤價各家不一：Binance 為 68,918 美元，Yahoo Finance 為 68,737 美元，相差 0.26%；本文採用前者。"
    ]
    assert _gaps(REAL, date(2026, 2, 5)) == {"en": [], "zh-Hant": []}


@pytest.mark.long
@real
def test_binance_without_three_real_days(tmp_path: Path) -> None:
    rows = (MARKET / "btc_1d.csv").read_text("utf-8").splitlines()
    lost = ("2026-03-05", "2026-03-06", "2026-03-07")
    (tmp_path / "binance.csv").write_text("\n".join(row for row in rows if not row.startswith(lost)) + "\n", "utf-8")
    toml = (REAL / "desk.toml").read_text("utf-8").replace("../../../../shared/market/btc_1d.csv", "binance.csv")
    shared = MARKET.parent.as_posix()
    (tmp_path / "shared").symlink_to(shared)
    (tmp_path / "desk.toml").write_text(toml.replace("../../../../shared", "shared"), "utf-8")
    assert _gaps(tmp_path, date(2026, 3, 7)) == {
        "en": ["Prices of 5 March to 7 March are from Yahoo Finance, because Binance has none for those days."],
        "zh-Hant": ["3 月 5 日至 3 月 7 日的價格採用 Yahoo Finance，因為 Binance 沒有這幾天的資料。"],
    }


def _standing_still(first: int, count: int) -> str:
    """Two days of hourly bars, of which some are one price without a trade."""
    rows = ["time,open,high,low,close,volume"]
    for hour in range(48):
        still = first <= hour < first + count
        close = 100 + (first if still else hour)
        high, low = (close, close) if still else (close + 2, close - 2)
        day = f"2026-02-0{5 + hour // 24}T{hour % 24:02}:00Z"
        rows.append(f"{day},{close},{high},{low},{close},{0 if still else 7}")
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize(("first", "count", "hours"), [(26, 12, 12), (26, 4, 4), (26, 3, 0), (20, 9, 5), (0, 6, 0)])
def test_full_hours_without_a_trade_are_counted(tmp_path: Path, first: int, count: int, hours: int) -> None:
    # A halt ends with its UTC day: of 20:00 to 05:00 four hours are the day before's.
    metrics = measure(
        tmp_path, source("hours", bar="1h", time="time"), files={"hours.csv": _standing_still(first, count)}
    )

    assert value(metrics, "quality.prices.halted_hours") == hours
    assert seen(metrics, "quality.prices.halted_hours").source == "hours"


def test_daily_bars_tell_of_no_halt(tmp_path: Path) -> None:
    assert missing(measure(tmp_path), "quality.prices.halted_hours") == "no source feeds this table"


def test_of_several_sources_the_one_that_stood_still_is_told(tmp_path: Path) -> None:
    sources = [source(name, bar="1h", time="time", cite=name) for name in ("first", "second")]
    files = {"first.csv": _standing_still(0, 0), "second.csv": _standing_still(30, 5)}
    found = seen(measure(tmp_path, *sources, files=files), "quality.prices.halted_hours")

    assert (found.value, found.source) == (5, "second")
