from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from reporter.model.metric import MetricSet
from tests.desk.build import days, seconds, source
from tests.metrics.build import closes, measure, missing, seen, table, value

_NY: dict[str, object] = {"timezone": "America/New_York", "session_close": "16:00"}
#: 2 to 15 February 2026, from a Monday to a Sunday.
_DAYS = days("2026-02-02", 14)


def _wide(*symbols: str, **keys: object) -> str:
    names = {symbol.lower(): symbol for symbol in symbols}
    return source("x", "cross_asset", layout="wide", instruments=names, **{**_NY, **keys})


def _week(folder: Path, rows: str, *others: str, day: str = "2026-02-09", **files: str) -> MetricSet:
    prices = closes([100.0 + number for number in range(14)], "2026-02-02")
    header = "date,SPX,GOLD\n"
    contents = {"prices.csv": prices, "x.csv": header + rows} | {f"{name}.csv": text for name, text in files.items()}
    return measure(folder, source("prices"), _wide("SPX", "GOLD"), *others, files=contents, day=date.fromisoformat(day))


_ROWS = "2026-02-05,100,50\n2026-02-06,110,49\n2026-02-09,99,49\n"


def test_a_session_is_told_on_its_own_date_against_the_one_before(tmp_path: Path) -> None:
    metrics = _week(tmp_path, _ROWS)
    assert value(metrics, "macro.spx.close") == 99
    assert value(metrics, "macro.spx.return_1d") == pytest.approx(-0.1)
    assert value(metrics, "macro.spx.change_1d") == -11
    assert value(metrics, "macro.gold.return_1d") == 0
    assert value(metrics, "macro.spx.return_1d", back=3) == pytest.approx(0.1)


def test_weekends_holidays_and_gaps_are_told_apart(tmp_path: Path) -> None:
    # Friday, then a blank Monday that the file has, and a Tuesday that it has not.
    metrics = _week(tmp_path, "2026-02-05,100,50\n2026-02-06,110,\n2026-02-09,,\n", day="2026-02-12")
    told = [missing(metrics, "macro.spx.close", back) for back in (10, 6, 5, 4, 3, 2, 1)]
    assert told == [
        "before the first row",
        None,
        "market closed",
        "market closed",
        "market closed",
        "no row for this day",
        "the last row is too old",
    ]
    assert missing(metrics, "macro.gold.close", 6) == "market closed"


def test_an_instrument_without_a_row_in_a_long_table_was_closed_when_others_had_one(tmp_path: Path) -> None:
    other = source("x", "cross_asset", instruments={"spx": "S", "gold": "G"}, **_NY)
    rows = "2026-02-05,S,100\n2026-02-05,G,50\n2026-02-06,G,51\n"
    files = {"prices.csv": closes([1.0] * 6, "2026-02-02"), "x.csv": "date,instrument,close\n" + rows}
    metrics = measure(tmp_path, source("prices"), other, files=files, day=date(2026, 2, 6))
    assert missing(metrics, "macro.spx.close") == "market closed"
    assert value(metrics, "macro.gold.return_1d") == pytest.approx(0.02)


def test_a_market_that_never_rests_has_no_weekend(tmp_path: Path) -> None:
    ether = source("e", "cross_asset", layout="wide", instruments={"eth": "ETH"})
    metrics = _week(tmp_path, _ROWS, ether, day="2026-02-07", e="date,ETH\n2026-02-05,10\n2026-02-06,11\n")
    assert missing(metrics, "macro.eth.close") == "no row for this day"
    assert missing(metrics, "macro.spx.close") == "market closed"


def test_a_session_that_closes_after_the_cut_is_not_yet_published(tmp_path: Path) -> None:
    late = _wide("SPX", lag="4h")
    files = {"prices.csv": closes([1.0] * 6, "2026-02-02"), "x.csv": "date,SPX\n2026-02-05,100\n2026-02-06,110\n"}
    metrics = measure(tmp_path, source("prices"), late, files=files, day=date(2026, 2, 6))
    assert missing(metrics, "macro.spx.close") == "not yet published"
    assert missing(metrics, "macro.spx.close", back=1) == "before the first row"
    noon = datetime(2026, 2, 7, 12, tzinfo=UTC)
    later = measure(tmp_path, source("prices"), late, files=files, day=date(2026, 2, 6), as_of=noon)
    assert value(later, "macro.spx.return_1d") == pytest.approx(0.1)


def test_after_a_hole_there_is_no_day_return(tmp_path: Path) -> None:
    metrics = _week(tmp_path, "2026-02-02,100,50\n2026-02-09,110,50\n")
    assert missing(metrics, "macro.spx.return_1d") == "not enough history"
    assert value(metrics, "macro.spx.close") == 110
    within = _week(tmp_path, "2026-02-03,100,50\n2026-02-09,110,50\n")
    assert value(within, "macro.spx.return_1d") == pytest.approx(0.1)


def test_a_base_of_zero_or_less_gives_no_return(tmp_path: Path) -> None:
    metrics = _week(tmp_path, "2026-02-06,-10,0\n2026-02-09,20,50\n")
    assert missing(metrics, "macro.spx.return_1d") == missing(metrics, "macro.gold.return_1d") == "not enough history"
    assert value(metrics, "macro.spx.change_1d") == 30


def test_lows_are_told_where_the_source_has_them(tmp_path: Path) -> None:
    silver = source("s", "cross_asset", instruments={"silver": "XAG"}, **_NY)
    rows = "date,instrument,close,high,low\n2026-02-06,XAG,100,101,99\n2026-02-09,XAG,95,101,80\n"
    metrics = _week(tmp_path, _ROWS, silver, s=rows)
    assert value(metrics, "macro.silver.low") == 80
    assert value(metrics, "macro.silver.low_return_1d") == pytest.approx(-0.2)
    assert missing(metrics, "macro.spx.low") == "no source feeds this table"


_FUNDS = "date,instrument,close\n" + "".join(
    f"{day},{fund},{price}\n"
    for day, price in (("2026-02-05", 10), ("2026-02-06", 11), ("2026-02-09", 12))
    for fund in ("SPY", "QQQ", "DIA")
)


def test_a_fund_is_silent_while_its_index_speaks(tmp_path: Path) -> None:
    funds = source("f", "cross_asset", instruments={"spy": "SPY", "qqq": "QQQ", "dia": "DIA"}, **_NY)
    metrics = _week(tmp_path, "2026-02-05,100,50\n2026-02-06,110,49\n2026-02-09,,49\n", funds, f=_FUNDS)
    assert missing(metrics, "macro.spy.return_1d", back=3) == "told by the index it tracks"
    assert missing(metrics, "macro.spy.change_1d", back=3) == "told by the index it tracks"
    assert value(metrics, "macro.spy.close", back=3) == 11
    # On Monday the index is closed in these data, so the fund speaks for it.
    assert value(metrics, "macro.spy.return_1d") == pytest.approx(12 / 11 - 1)
    assert value(metrics, "macro.dia.return_1d", back=3) == pytest.approx(0.1)


@pytest.mark.parametrize("index", ["nasdaq", "ndx"])
def test_either_index_silences_the_fund_of_the_nasdaq(tmp_path: Path, index: str) -> None:
    funds = source("f", "cross_asset", instruments={"qqq": "QQQ"}, **_NY)
    own = source("n", "cross_asset", layout="wide", instruments={index: "N"}, **_NY)
    rows = "date,N\n2026-02-05,100\n2026-02-06,101\n"
    metrics = _week(tmp_path, _ROWS, funds, own, f=_FUNDS, n=rows, day="2026-02-06")
    assert missing(metrics, "macro.qqq.return_1d") == "told by the index it tracks"
    assert value(metrics, f"macro.{index}.return_1d") == pytest.approx(0.01)


def test_the_narrower_index_is_silent_beside_the_wider_one(tmp_path: Path) -> None:
    both = source("n", "cross_asset", layout="wide", instruments={"nasdaq": "C", "ndx": "N"}, **_NY)
    metrics = _week(tmp_path, _ROWS, both, n="date,C,N\n2026-02-05,10,20\n2026-02-06,11,21\n", day="2026-02-06")
    assert missing(metrics, "macro.ndx.return_1d") == "told by the index it tracks"


def test_a_second_source_serves_where_the_first_has_no_session(tmp_path: Path) -> None:
    second = source("y", "cross_asset", layout="wide", instruments={"spx": "S"}, **_NY)
    rows = "date,S\n2026-02-05,1000\n2026-02-06,1100\n2026-02-09,1320\n"
    metrics = _week(tmp_path, "2026-02-05,100,50\n2026-02-06,110,49\n2026-02-09,,49\n", second, y=rows)
    assert [seen(metrics, "macro.spx.return_1d", back).source for back in (3, 0)] == ["x", "y"]
    # The return is the second source's own, not one between two sources.
    assert value(metrics, "macro.spx.return_1d") == pytest.approx(0.2)


def test_an_instrument_that_the_desk_has_not(tmp_path: Path) -> None:
    metrics = _week(tmp_path, _ROWS)
    assert missing(metrics, "macro.vix.close") == "no source feeds this table"
    assert "vix" not in metrics.instruments and list(metrics.instruments) == ["spx", "gold"]


def test_correlation_runs_over_thirty_common_sessions(tmp_path: Path) -> None:
    count = 50
    ours = [100.0 + (number * 7) % 13 for number in range(count)]
    theirs = [50.0 + (number * 5) % 11 for number in range(count)]
    ether = source("e", "cross_asset", layout="wide", instruments={"eth": "ETH"})
    rows = table("date,ETH", zip(days("2026-01-01", count), theirs, strict=True))
    files = {"prices.csv": closes(ours), "e.csv": rows}
    metrics = measure(tmp_path, source("prices"), ether, files=files)
    x, y = np.asarray(ours), np.asarray(theirs)
    expected = float(np.corrcoef((x[1:] / x[:-1] - 1)[-30:], (y[1:] / y[:-1] - 1)[-30:])[0, 1])
    assert value(metrics, "macro.eth.correlation_30d") == pytest.approx(expected)
    assert missing(metrics, "macro.eth.correlation_30d", back=20) == "not enough history"


def test_correlation_is_not_told_over_sessions_months_apart(tmp_path: Path) -> None:
    ether = source("e", "cross_asset", layout="wide", instruments={"eth": "ETH"})
    listed = [*days("2026-01-01", 20), *days("2026-05-01", 20)]
    rows = table("date,ETH", ((day, 50 + number % 7) for number, day in enumerate(listed)))
    files = {"prices.csv": closes([100.0 + (number * 7) % 13 for number in range(140)]), "e.csv": rows}
    metrics = measure(tmp_path, source("prices"), ether, files=files)
    assert missing(metrics, "macro.eth.correlation_30d") == "not enough history"


def test_a_session_of_tokyo_is_of_its_own_date(tmp_path: Path) -> None:
    asia = source("a", "cross_asset", layout="wide", instruments={"gold": "G"}, timezone="Asia/Tokyo")
    files = {"prices.csv": closes([1.0, 1.0, 1.0], "2026-02-04"), "a.csv": "date,G\n2026-02-05,100\n2026-02-06,120\n"}
    metrics = measure(tmp_path, source("prices"), asia, files=files)
    assert value(metrics, "macro.gold.return_1d") == pytest.approx(0.2)
    assert value(metrics, "macro.gold.close", back=1) == 100


def test_a_yield_gains_basis_points_and_no_per_cent_of_itself(tmp_path: Path) -> None:
    prices = closes([100.0 + number for number in range(14)], "2026-02-02")
    rows = "date,UST,SPX\n2026-02-05,4.25,100\n2026-02-06,4.18,101\n"
    yields = source("x", "cross_asset", layout="wide", instruments={"ust10y": "UST", "spx": "SPX"}, **_NY)
    files = {"prices.csv": prices, "x.csv": rows}
    metrics = measure(tmp_path, source("prices"), yields, files=files, day=date(2026, 2, 6))
    assert value(metrics, "macro.ust10y.change_bp") == pytest.approx(-7)
    assert missing(metrics, "macro.ust10y.return_1d") == "not defined for this day"
    assert missing(metrics, "macro.spx.change_bp") == "not defined for this day"
    assert value(metrics, "macro.spx.return_1d") == pytest.approx(0.01)


def test_a_weekend_knows_when_the_last_session_of_shares_was(tmp_path: Path) -> None:
    metrics = _week(tmp_path, "2026-02-05,100,50\n2026-02-06,101,\n", day="2026-02-11")
    ages = [value(metrics, "breadth.session_age", back) for back in (5, 4, 3, 1)]
    # Its first session has no return, so that none is known before the second.
    assert ages == [0, 1, 2, 4]
    assert missing(metrics, "breadth.session_age", back=6) is not None
    assert missing(metrics, "breadth.session_age") == "the last row is too old"


def test_the_next_session_of_shares_is_known_before_it_is_held(tmp_path: Path) -> None:
    metrics = _week(tmp_path, "2026-02-05,100,50\n2026-02-06,101,\n", day="2026-02-11")
    # From the end of Friday, over the weekend, to Wednesday's, which the calendar knows though no row does.
    ends = [value(metrics, "breadth.next_session", back) for back in (5, 4, 3, 0)]
    assert ends == [seconds(when) for when in (*["2026-02-09T21:00Z"] * 3, "2026-02-12T21:00Z")]
