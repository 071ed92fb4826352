"""Facts of made desks: what is news, since when, and what the guards keep from being told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from reporter.model.news import NewsFact
from reporter.news import NewsDays, rank_news
from reporter.news.events import find_scale, rate_roundness
from tests.desk.build import days, source
from tests.metrics.build import closes, measure, table

_FIRST = "2024-01-01"
_OI = source("oi", "open_interest")


def wave(count: int, around: float = 60_400.0, swing: float = 0.004) -> list[float]:
    """Closes that go up and down a little by turns, none of which is a record after the first days."""
    return [round(around * (1 + swing * ((day % 2) * 2 - 1) * (1 - day / 100_000)), 2) for day in range(count)]


def facts_of(
    folder: Path, prices: Sequence[float | str], **tables: Sequence[tuple[str, object]]
) -> tuple[NewsFact, ...]:
    files = {"prices.csv": closes(list(prices), _FIRST)}
    sources = [source("prices")]
    for name, rows in tables.items():
        sources.append(source(name, {"oi": "open_interest", "flows": "fund_flows"}[name]))
        files[f"{name}.csv"] = table("date," + {"oi": "open_interest", "flows": "flow"}[name], rows)
    return rank_news(measure(folder, *sources, files=files))


def only(facts: Sequence[NewsFact], kind: str) -> NewsFact:
    found = [fact for fact in facts if fact.kind == kind]
    assert len(found) == 1, [fact.kind for fact in facts]
    return found[0]


def kinds(facts: Sequence[NewsFact]) -> set[str]:
    return {fact.kind for fact in facts}


def test_a_fall_has_its_date_its_rank_and_its_level(tmp_path: Path) -> None:
    prices = [*wave(100), 50_500.0, *wave(100), *wave(199), 54_000.0]
    facts = facts_of(tmp_path, prices)
    day = date(2024, 1, 1)
    fall = only(facts, "largest_fall")
    assert (fall.since, fall.gap_days, fall.gap) == (day + timedelta(100), 300, 299)
    assert (fall.rank, fall.of, fall.rank_year, fall.tied, fall.on_record) == (2, 400, 2, False, False)
    close = only(facts, "lowest_close")
    assert (close.since, close.rank, close.of) == (day + timedelta(100), 2, 401)
    lost = only(facts, "level_lost")
    assert (lost.level, lost.since) == (60_000.0, day + timedelta(100))
    assert facts[0].kind in {"largest_fall", "lowest_close", "level_lost"}
    assert [fact.score for fact in facts] == sorted((fact.score for fact in facts), reverse=True)


def test_a_day_like_all_others_is_led_by_its_plain_move(tmp_path: Path) -> None:
    assert facts_of(tmp_path, wave(420))[0].kind == "plain"


def test_a_record_is_told_as_one_only_where_the_data_are_a_year_long(tmp_path: Path) -> None:
    found = {}
    for count in (60, 100, 400):
        (tmp_path / str(count)).mkdir()
        found[count] = facts_of(tmp_path / str(count), [*wave(count), 66_000.0])
    assert only(found[400], "record_close").on_record
    assert "highest_close" not in kinds(found[400])
    short = only(found[100], "highest_close")
    assert (short.since, short.on_record, short.first) == (None, False, date(2024, 1, 1))
    assert not {"record_close", "record_high", "highest_close"} & kinds(found[60])
    assert not any(fact.on_record for count in (60, 100) for fact in found[count])


def test_a_record_that_is_only_reached_is_matched_and_no_record(tmp_path: Path) -> None:
    prices = [*wave(200), 66_000.0, *wave(199), 66_000.0]
    facts = facts_of(tmp_path, prices)
    close = only(facts, "highest_close")
    assert (close.tied, close.rank, close.on_record) == (True, 1, False)
    assert "record_close" not in kinds(facts)
    assert only(facts, "record_high").tied


def test_ten_days_of_prices_have_a_plain_move_and_no_since(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, [*wave(9), 52_000.0])
    assert not any(fact.on_record for fact in facts)
    assert not {"largest_fall", "lowest_close", "lowest_price"} & kinds(facts)
    assert "plain" in kinds(facts)


def test_one_day_of_prices_has_no_fact(tmp_path: Path) -> None:
    assert facts_of(tmp_path, [60_000.0]) == ()


def test_after_a_missing_day_no_move_is_told(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, [*wave(400), "", 50_000.0])
    assert not {"plain", "largest_fall", "level_lost"} & kinds(facts)
    # The close itself is known, and lower than all before it.
    assert only(facts, "lowest_close").on_record


def test_a_gap_breaks_a_run_of_days(tmp_path: Path) -> None:
    falling = [60_000.0 - 300 * day for day in range(8)]
    assert only(facts_of(tmp_path, [*wave(60), *falling]), "streak_down").streak == -8
    assert only(facts_of(tmp_path, [*wave(60), *falling[:2], "", *falling[3:]]), "streak_down").streak == -4


def test_thirty_days_with_a_gap_are_not_thirty(tmp_path: Path) -> None:
    calm = [60_000.0 + day for day in range(40)]
    assert "realised_volatility_low" in kinds(facts_of(tmp_path, [*wave(400), *calm]))
    assert "realised_volatility_low" not in kinds(facts_of(tmp_path, [*wave(400), *calm[:30], "", *calm[31:]]))


def _interest(values: Sequence[float]) -> list[tuple[str, object]]:
    return list(zip(days(_FIRST, len(values)), values, strict=True))


def test_open_interest_that_stands_still_on_a_day_that_moved_voids_both_changes(tmp_path: Path) -> None:
    usual = [20e9 + 1e7 * (day % 7) for day in range(400)]
    # The price falls by a tenth, open interest "stays", and a day later it is a fifth lower.
    stale = [*usual, 20e9, 20e9, 16e9]
    prices = [*wave(401), 54_000.0, 54_100.0]
    facts = facts_of(tmp_path, prices, oi=_interest(stale))
    assert not {"open_interest_fall", "open_interest_coins_fall"} & kinds(facts)
    moved = facts_of(tmp_path, prices, oi=_interest([*usual, 20e9, 19.9e9, 16e9]))
    assert {"open_interest_fall", "open_interest_coins_fall"} <= kinds(moved)


def test_dollars_and_coins_are_ranked_apart(tmp_path: Path) -> None:
    usual = [20e9 + 1e7 * (day % 7) for day in range(400)]
    facts = facts_of(tmp_path, [*wave(400), 48_000.0], oi=_interest([*usual, 18.4e9]))
    assert only(facts, "open_interest_fall").value < 0
    assert only(facts, "open_interest_coins_rise").value > 0


def test_a_part_of_the_market_holds_no_record_and_is_not_compared_with_the_whole(tmp_path: Path) -> None:
    count = 800
    liquidations = [(day, 10e6 + number % 9, 10e6) for number, day in enumerate(days(_FIRST, count))]
    whole, part = (
        liquidations[:400],
        [
            (day, 30e6, 30e6) if day == liquidations[-1][0] else (day, long / 4, short / 4)
            for day, long, short in liquidations[400:]
        ],
    )
    header = "date,long,short"
    files = {
        "prices.csv": closes(wave(count), _FIRST),
        "whole.csv": table(header, whole),
        "part.csv": table(header, part),
    }
    sources = (
        source("prices"),
        source("whole", "liquidations"),
        source("part", "liquidations", cite="Somebody, in part") + "partial = true\n",
    )
    fact = only(rank_news(measure(tmp_path, *sources, files=files)), "liquidations_high")
    assert (fact.partial, fact.on_record, fact.since) == (True, False, None)
    assert (fact.of, fact.first) == (400, date(2024, 1, 1) + timedelta(400))


def test_a_flow_is_news_on_the_day_it_is_known_and_not_again_on_the_weekend(tmp_path: Path) -> None:
    weekdays = [day for day in days(_FIRST, 400) if date.fromisoformat(day).weekday() < 5]
    rows = [(day, 50 if number % 2 else -50) for number, day in enumerate(weekdays)]
    rows[-1] = (weekdays[-1], -900)
    last = date.fromisoformat(weekdays[-1])
    prices = closes(wave((last - date(2024, 1, 1)).days + 4), _FIRST)
    flows = source("flows", "fund_flows", timezone="America/New_York", session_close="16:00", lag="8h")
    files = {"prices.csv": prices, "flows.csv": table("date,flow", rows)}
    metrics = measure(tmp_path, source("prices"), flows, files=files)
    news = NewsDays(metrics)
    told = {metrics.dates[day]: kinds(news.at(day)) for day in range(metrics.today_index - 3, metrics.today_index + 1)}
    assert [day for day, found in told.items() if "fund_outflow" in found] == [last + timedelta(1)]


def test_what_was_told_yesterday_is_worth_less(tmp_path: Path) -> None:
    falling = [58_000.0, 57_500.0]
    prices = closes([*wave(400), *falling], _FIRST)
    news = NewsDays(metrics := measure(tmp_path, source("prices"), files={"prices.csv": prices}))
    first, second = (only(news.at(day), "lowest_close") for day in (metrics.today_index - 1, metrics.today_index))
    assert first.novelty == 1
    assert second.novelty == pytest.approx(1 - 0.45 * 0.4)


def test_a_month_is_told_on_its_last_day_only(tmp_path: Path) -> None:
    news = NewsDays(metrics := measure(tmp_path, source("prices"), files={"prices.csv": closes(wave(500), _FIRST)}))
    ends = {metrics.dates[day] for day in range(len(metrics.dates)) if "month_end" in kinds(news.at(day))}
    # January 2024 has no close of the month before.
    assert ends == {date(2024 + (m // 12), m % 12 + 1, 1) - timedelta(1) for m in range(2, 17)}
    year = [metrics.dates[day] for day in range(len(metrics.dates)) if "year_end" in kinds(news.at(day))]
    assert year == []


def test_a_day_knows_nothing_of_later_ones(tmp_path: Path) -> None:
    prices = [*wave(390), 55_000.0, 62_000.0, 48_000.0, 66_000.0, 64_000.0]
    text = closes(prices, _FIRST)
    later = NewsDays(measure(tmp_path, source("prices"), files={"prices.csv": text}))
    for count in range(390, 396):
        day = date(2024, 1, 1) + timedelta(count - 1)
        known = measure(tmp_path, source("prices"), files={"prices.csv": text}, day=day)
        assert rank_news(known) == later.at(count - 1)


def test_a_desk_weighs_facts_for_its_readers(tmp_path: Path) -> None:
    metrics = measure(tmp_path, source("prices"), files={"prices.csv": closes([*wave(400), 50_000.0], _FIRST)})
    assert "largest_fall" in kinds(rank_news(metrics))
    assert "largest_fall" not in kinds(rank_news(metrics, {"largest_fall": 0.0}))
    assert rank_news(metrics, {"lowest_price": 9.0})[0].kind == "lowest_price"


@pytest.mark.parametrize(
    ("level", "round_"),
    [(100_000, 1.25), (70_000, 1.12), (65_000, 1.0), (61_000, 0.55), (5_000, 1.0), (4_000, 0.75), (4_500, 0.5)],
)
def test_levels_are_round_as_a_market_counts(level: float, round_: float) -> None:
    assert rate_roundness(level) == round_


@pytest.mark.parametrize(("price", "scale"), [(60_000, 1), (999_999, 1), (150, 1_000), (0.5, 1_000_000), (2e6, 0.001)])
def test_prices_of_other_assets_are_scaled(price: float, scale: float) -> None:
    assert find_scale(price) == pytest.approx(scale)


def test_a_flow_of_a_day_without_a_session_is_no_flow(tmp_path: Path) -> None:
    weekdays = [day for day in days("2024-10-01", 310) if date.fromisoformat(day).weekday() < 5]
    # Thanksgiving 2025 lies outside; 4 July 2025 is a Friday on which New York is closed.
    rows = [(day, 50 if number % 2 else -50) for number, day in enumerate(weekdays) if day < "2025-07-04"]
    prices = closes(wave(277), "2024-10-02")
    flows = source("flows", "fund_flows", timezone="America/New_York", session_close="16:00", lag="8h")
    files = {"prices.csv": prices, "flows.csv": table("date,flow", [*rows, ("2025-07-04", -900)])}
    metrics = measure(tmp_path, source("prices"), flows, files=files, day=date(2025, 7, 5))
    assert metrics.series["etf.net_flow_1d"].values[-1] == -900e6
    assert "fund_outflow" not in kinds(rank_news(metrics))
    (tmp_path / "open").mkdir()
    files["flows.csv"] = table("date,flow", [*rows[:-1], (rows[-1][0], -900)])
    told = measure(tmp_path / "open", source("prices"), flows, files=files, day=date(2025, 7, 4))
    assert "fund_outflow" in kinds(rank_news(told))
