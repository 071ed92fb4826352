from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.desk.build import days, seconds, source
from tests.metrics.build import closes, measure, missing, seen, table, value

_PRICES = closes([100.0] * 20, "2026-02-01")


def test_open_interest_is_the_last_reading_of_the_day(tmp_path: Path) -> None:
    four = source("oi", "open_interest", bar="4h", unit="usd_bn")
    rows = [
        ("2026-02-19T16:00Z", 60),
        ("2026-02-19T20:00Z", 50),
        ("2026-02-20T00:00Z", 44),
        ("2026-02-20T04:00Z", 40),
        ("2026-02-20T08:00Z", ""),
    ]
    files = {"prices.csv": _PRICES, "oi.csv": table("date,open_interest", rows)}
    metrics = measure(tmp_path, source("prices"), four, files=files)
    assert value(metrics, "derivatives.open_interest") == 40e9
    assert seen(metrics, "derivatives.open_interest").as_of == seconds("2026-02-20T08:00")
    assert value(metrics, "derivatives.open_interest_change_1d") == pytest.approx(-0.2)
    assert missing(metrics, "derivatives.open_interest_change_7d") == "before the first row"


def test_open_interest_over_a_week(tmp_path: Path) -> None:
    rows = [(day, 50 + number) for number, day in enumerate(days("2026-02-10", 11))]
    files = {"prices.csv": _PRICES, "oi.csv": table("date,open_interest", rows)}
    daily = source("oi", "open_interest", unit="usd_bn")
    metrics = measure(tmp_path, source("prices"), daily, files=files)
    assert value(metrics, "derivatives.open_interest_7d_ago") == 53e9
    assert value(metrics, "derivatives.open_interest_change_7d") == pytest.approx(60 / 53 - 1)


def test_no_change_is_told_between_sources(tmp_path: Path) -> None:
    wide, narrow = source("wide", "open_interest"), source("narrow", "open_interest")
    files = {
        "prices.csv": _PRICES,
        "wide.csv": table("date,open_interest", [("2026-02-19", 80e9)]),
        "narrow.csv": table("date,open_interest", [("2026-02-19", 20e9), ("2026-02-20", 21e9)]),
    }
    metrics = measure(tmp_path, source("prices"), wide, narrow, files=files)
    assert seen(metrics, "derivatives.open_interest", back=1).source == "wide"
    assert value(metrics, "derivatives.open_interest") == 21e9
    assert missing(metrics, "derivatives.open_interest_change_1d") == "the source changed in between"


def test_a_source_that_ended_is_stale_and_a_hole_is_a_hole(tmp_path: Path) -> None:
    rows = [("2026-02-10", 50e9), ("2026-02-12", 50e9)]
    files = {"prices.csv": _PRICES, "oi.csv": table("date,open_interest", rows)}
    metrics = measure(tmp_path, source("prices"), source("oi", "open_interest"), files=files)
    told = [missing(metrics, "derivatives.open_interest", back=20 - day) for day in (9, 10, 11, 12, 13, 15, 16)]
    assert told == [
        "before the first row",
        None,
        "no row for this day",
        None,
        "no row for this day",
        "no row for this day",
        "the last row is too old",
    ]


def test_what_a_lag_keeps_back_is_not_yet_published(tmp_path: Path) -> None:
    rows = [(day, 50e9) for day in days("2026-02-10", 11)]
    files = {"prices.csv": _PRICES, "oi.csv": table("date,open_interest", rows)}
    late = source("oi", "open_interest", lag="3h")
    metrics = measure(tmp_path, source("prices"), late, files=files)
    for back in (0, 1):
        assert missing(metrics, "derivatives.open_interest", back) == "not yet published"
    morning = datetime(2026, 2, 21, 3, tzinfo=UTC)
    later = measure(tmp_path, source("prices"), late, files=files, day=date(2026, 2, 20), as_of=morning)
    assert value(later, "derivatives.open_interest") == 50e9


def _settlements(*rates: float | str, first: str = "2026-02-19T08:00") -> str:
    stamps = (seconds(first) + 8 * 3600 * number for number in range(len(rates)))
    texts = (datetime.fromtimestamp(stamp, UTC).strftime("%Y-%m-%dT%H:%MZ") for stamp in stamps)
    return table("date,rate", zip(texts, rates, strict=True))


def test_funding_is_the_sum_of_all_settlements_of_the_day(tmp_path: Path) -> None:
    eight = source("f", "funding", bar="8h", stamp="end", unit="percent")
    files = {"prices.csv": _PRICES, "f.csv": _settlements(0.01, 0.02, 0.03, -0.01, -0.01, -0.02)}
    metrics = measure(tmp_path, source("prices"), eight, files=files)
    assert value(metrics, "derivatives.funding_1d", back=1) == pytest.approx(0.0006)
    assert value(metrics, "derivatives.funding_1d") == pytest.approx(-0.0004)
    assert value(metrics, "derivatives.funding_sign_streak") == -1


@pytest.mark.parametrize("rates", [(0.01, 0.02, 0.03, 0.01, 0.01), (0.01, 0.02, 0.03, 0.01, "", 0.01)])
def test_a_day_with_a_settlement_missing_has_no_sum(tmp_path: Path, rates: tuple[float | str, ...]) -> None:
    eight = source("f", "funding", bar="8h", stamp="end", unit="percent")
    files = {"prices.csv": _PRICES, "f.csv": _settlements(*rates)}
    metrics = measure(tmp_path, source("prices"), eight, files=files)
    assert missing(metrics, "derivatives.funding_1d") == "the day's bars are incomplete"
    assert value(metrics, "derivatives.funding_1d", back=1) == pytest.approx(0.0006)


def test_a_streak_of_funding_counts_days_and_ends_with_a_gap(tmp_path: Path) -> None:
    rates = (0.0001, 0.0002, -0.0001, -0.0002, -0.0001)
    rows = list(zip(days("2026-02-16", 5), rates, strict=True))
    files = {"prices.csv": _PRICES, "f.csv": table("date,rate", rows)}
    metrics = measure(tmp_path, source("prices"), source("f", "funding"), files=files)
    assert [value(metrics, "derivatives.funding_sign_streak", back) for back in range(5)] == [-3, -2, -1, 2, 1]
    files["f.csv"] = table("date,rate", [row for row in rows if row[0] != "2026-02-19"])
    holed = measure(tmp_path, source("prices"), source("f", "funding"), files=files)
    assert value(holed, "derivatives.funding_sign_streak") == -1
    assert missing(holed, "derivatives.funding_sign_streak", back=1) == "no row for this day"


def test_liquidations_of_a_day_are_whole_or_missing(tmp_path: Path) -> None:
    four = source("l", "liquidations", bar="4h", unit="usd_m")
    rows = [
        (f"2026-02-{day}T{hour:02}:00Z", 3, 1)
        for day in (19, 20)
        for hour in range(0, 24, 4)
        if (day, hour) != (20, 20)
    ]
    files = {"prices.csv": _PRICES, "l.csv": table("date,long,short", rows)}
    metrics = measure(tmp_path, source("prices"), four, files=files)
    for metric in ("long", "short", "total", "long_share"):
        assert missing(metrics, f"derivatives.liquidations_{metric}") == "the day's bars are incomplete"
    assert value(metrics, "derivatives.liquidations_long", back=1) == 18e6
    assert value(metrics, "derivatives.liquidations_total", back=1) == 24e6
    assert value(metrics, "derivatives.liquidations_long_share", back=1) == 0.75


def test_a_day_without_liquidations_has_no_share(tmp_path: Path) -> None:
    files = {"prices.csv": _PRICES, "l.csv": table("date,long,short", [("2026-02-20", 0, 0)])}
    metrics = measure(tmp_path, source("prices"), source("l", "liquidations"), files=files)
    assert value(metrics, "derivatives.liquidations_total") == 0
    assert missing(metrics, "derivatives.liquidations_long_share") == "not defined for this day"


def test_the_volatility_index_and_its_extremes(tmp_path: Path) -> None:
    hourly = source("v", "volatility_index", bar="1h")
    rows = [(f"2026-02-{day}T{hour:02}:00Z", 40 + hour, 41 + hour, 39) for day in (19, 20) for hour in range(24)]
    files = {"prices.csv": _PRICES, "v.csv": table("date,close,high,low", rows[:-1])}
    metrics = measure(tmp_path, source("prices"), hourly, files=files)
    assert value(metrics, "derivatives.dvol") == 62
    assert value(metrics, "derivatives.dvol_prev") == 63
    assert value(metrics, "derivatives.dvol_change_1d") == -1
    assert missing(metrics, "derivatives.dvol_high") == "the day's bars are incomplete"
    assert (value(metrics, "derivatives.dvol_high", 1), value(metrics, "derivatives.dvol_low", 1)) == (64, 39)


def test_newest_readings_serve_until_they_are_too_old(tmp_path: Path) -> None:
    miners = source("m", "miners", unit="percent")
    band, realised = source("b", "cost_basis"), source("r", "realised_price")
    mood = source("s", "sentiment")
    files = {
        "prices.csv": _PRICES,
        "m.csv": table(
            "date,hashprice,difficulty_change,difficulty_date",
            [("2026-02-16", 40, -2.5, "2026-02-20"), ("2026-02-17", 38, -3.0, "2026-02-21")],
        ),
        "b.csv": "date,low,high\n2026-02-06,80,120\n",
        "r.csv": "date,realised_price\n2026-02-16,50\n",
        "s.csv": "date,score\n2026-02-19,20\n2026-02-20,9\n",
    }
    metrics = measure(tmp_path, source("prices"), miners, band, realised, mood, files=files)
    expected = {
        "miners.hashprice": 38,
        "miners.difficulty_change": -0.03,
        "miners.difficulty_date": seconds("2026-02-21"),
        "miners.difficulty_days": 1,
        "miners.hashprice_days": 5,
        "onchain.band_low": 80,
        "onchain.band_position": 0.5,
        "sentiment.score": 9,
        "sentiment.change_1d": -11,
    }
    assert {metric: value(metrics, metric) for metric in expected} == pytest.approx(expected)
    assert missing(metrics, "onchain.realised_price") == "the last row is too old"
    assert missing(metrics, "onchain.premium_to_realised") == "the last row is too old"
    assert value(metrics, "onchain.premium_to_realised", back=1) == 1.0
    assert missing(metrics, "miners.hashprice_rank") == "not enough history"
    assert missing(metrics, "miners.difficulty_date", back=5) == "before the first row"


def test_the_rank_of_hashprice_counts_days_of_a_year_that_are_no_higher(tmp_path: Path) -> None:
    # Twenty days down from 50, and the same again: each of the second twenty has an equal in the first.
    rows = [(day, 50 - number % 20) for number, day in enumerate(days("2026-01-01", 40))]
    files = {"prices.csv": closes([100.0] * 40), "m.csv": table("date,hashprice", rows)}
    metrics = measure(tmp_path, source("prices"), source("m", "miners"), files=files)
    assert value(metrics, "miners.hashprice_rank") == 2
    assert value(metrics, "miners.hashprice_rank", back=1) == 3
    assert missing(metrics, "miners.hashprice_rank", back=11) == "not enough history"
    assert missing(metrics, "miners.difficulty_change") == "no source feeds this table"


def test_open_interest_that_repeats_the_day_before_on_a_day_that_moved_has_no_change(tmp_path: Path) -> None:
    rows = list(zip(days("2026-02-16", 5), [50e9, 51e9, 51e9, 45e9, 46e9], strict=True))
    moved = closes([100.0] * 17 + [90.0] * 3, "2026-02-01")
    oi = source("oi", "open_interest")
    metrics = measure(
        tmp_path, source("prices"), oi, files={"prices.csv": moved, "oi.csv": table("date,open_interest", rows)}
    )
    for metric in ("derivatives.open_interest_change_1d", "derivatives.open_interest_coins_change_1d"):
        told = [seen(metrics, metric, back=20 - day).missing for day in (17, 18, 19, 20)]
        assert told == [None, "not defined for this day", "not defined for this day", None]
    repeated = [seen(metrics, "quality.open_interest.repeated_on", back=20 - day).value for day in (17, 18, 19, 20)]
    assert repeated == [None, seconds("2026-02-18"), seconds("2026-02-18"), None]
    (tmp_path / "calm").mkdir()
    files = {"prices.csv": _PRICES, "oi.csv": table("date,open_interest", rows)}
    calm = measure(tmp_path / "calm", source("prices"), oi, files=files)
    assert value(calm, "derivatives.open_interest_change_1d", back=2) == 0


def test_a_change_of_open_interest_has_its_price_part_and_what_was_opened(tmp_path: Path) -> None:
    prices = closes([100.0] * 19 + [110.0], "2026-02-01")
    rows = [("2026-02-19", 40e9), ("2026-02-20", 45e9)]
    oi = source("oi", "open_interest")
    files = {"prices.csv": prices, "oi.csv": table("date,open_interest", rows)}
    metrics = measure(tmp_path, source("prices"), oi, files=files)
    assert value(metrics, "derivatives.open_interest_price_part") == pytest.approx(4e9)
    assert value(metrics, "derivatives.open_interest_opened") == pytest.approx(1e9)
    assert missing(metrics, "derivatives.open_interest_opened", back=1) is not None


def test_liquidations_are_divided_by_the_open_interest_before_them_and_never_a_part_by_the_whole(
    tmp_path: Path,
) -> None:
    files = {
        "prices.csv": _PRICES,
        "oi.csv": table("date,open_interest", [("2026-02-19", 40e9), ("2026-02-20", 30e9)]),
        "l.csv": table("date,long,short", [("2026-02-20", 300e6, 100e6)]),
    }
    oi, liquidations = source("oi", "open_interest"), source("l", "liquidations")
    share = "derivatives.liquidations_share_of_open_interest"
    assert value(measure(tmp_path, source("prices"), oi, liquidations, files=files), share) == pytest.approx(0.01)
    (tmp_path / "part").mkdir()
    part = measure(tmp_path / "part", source("prices"), oi, liquidations + "partial = true\n", files=files)
    assert missing(part, share) == "not defined for this day"


def test_the_premium_is_implied_less_realised_volatility(tmp_path: Path) -> None:
    prices = closes([100.0 * 1.01 ** (day % 2) for day in range(40)], "2026-01-12")
    files = {"prices.csv": prices, "v.csv": table("date,close", [("2026-02-20", 50)])}
    metrics = measure(tmp_path, source("prices"), source("v", "volatility_index"), files=files)
    premium = 50 - value(metrics, "price.realised_vol_30d")
    assert value(metrics, "derivatives.volatility_premium") == pytest.approx(premium)


def _liquidations(first: str, count: int, each: float) -> str:
    return table("date,long,short", [(day, each, each) for day in days(first, count)])


def test_liquidations_are_held_against_thirty_days_of_their_own_source(tmp_path: Path) -> None:
    prices = closes([100.0] * 40, "2026-01-01")
    whole, part = source("whole", "liquidations"), source("part", "liquidations") + "partial = true\n"
    files = {
        "prices.csv": prices,
        "whole.csv": _liquidations("2026-01-01", 33, 27e6),
        "part.csv": _liquidations("2026-01-01", 40, 6e6),
    }
    metrics = measure(tmp_path, source("prices"), whole, part, files=files, day=date(2026, 2, 9))
    mean = "derivatives.liquidations_mean_30d"
    # Day 31 has thirty whole days before it; the part's first days come after days of another source.
    assert missing(metrics, mean, back=10) == "not enough history"
    assert value(metrics, mean, back=9) == 54e6
    assert seen(metrics, "derivatives.liquidations_total", back=6).source == "part"
    assert missing(metrics, mean, back=6) == "the source changed in between"
    assert missing(metrics, mean) == "the source changed in between"


def test_a_mean_of_thirty_days_has_all_thirty(tmp_path: Path) -> None:
    rows = [(day, 1e6, 1e6) for number, day in enumerate(days("2026-01-01", 40)) if number != 20]
    files = {"prices.csv": closes([100.0] * 40, "2026-01-01"), "l.csv": table("date,long,short", rows)}
    metrics = measure(tmp_path, source("prices"), source("l", "liquidations"), files=files, day=date(2026, 2, 9))
    assert missing(metrics, "derivatives.liquidations_mean_30d") == "not enough history"


def test_open_interest_in_coins_is_the_dollars_at_the_close(tmp_path: Path) -> None:
    files = {
        "prices.csv": closes([100.0, 60.0], "2026-02-19"),
        "oi.csv": table("date,open_interest", [("2026-02-19", 5e9), ("2026-02-20", 3.6e9)]),
    }
    metrics = measure(tmp_path, source("prices"), source("oi", "open_interest"), files=files)
    assert value(metrics, "derivatives.open_interest_coins", back=1) == 5e7
    assert value(metrics, "derivatives.open_interest_coins") == 6e7
    assert value(metrics, "derivatives.open_interest_change_1d") == pytest.approx(-0.28)
    assert value(metrics, "derivatives.open_interest_coins_change_1d") == pytest.approx(0.2)


@pytest.mark.parametrize(("bar", "read"), [("0", "2026-02-20T00:00"), ("1d", "2026-02-21T00:00")])
def test_a_mood_says_when_it_was_read(tmp_path: Path, bar: str, read: str) -> None:
    files = {"prices.csv": _PRICES, "mood.csv": table("date,score", [("2026-02-20", 64)])}
    metrics = measure(tmp_path, source("prices"), source("mood", "sentiment", bar=bar), files=files)
    assert value(metrics, "sentiment.read_at") == seconds(read)
    assert missing(metrics, "sentiment.read_at", back=1) == missing(metrics, "sentiment.score", back=1)
