"""What figures are said to mean, over all real days, held to plain pandas over the files: one reading, one meaning."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import pandas as pd
import pytest

from reporter.model.finding import Finding
from reporter.narrative.plan.memory_findings import find_row_stance
from reporter.pipeline.evaluate import compute_desk_metrics
from reporter.pipeline.read import open_authored
from reporter.rules import Frameworks
from reporter.rules.frameworks.frameworks import FURTHEST
from tests.briefs import REAL, ROOT

_MARKET = ROOT / "../shared/market"
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not (_MARKET / "DATES.md").is_file(), reason="the real series do not lie beside the project"),
]
_LAST = date(2026, 4, 30)
_BOOK = open_authored(REAL).report.rules
_OUTLINE = open_authored(REAL).report.outline


@cache
def frameworks() -> Frameworks:
    return Frameworks(_BOOK, compute_desk_metrics(REAL, _LAST))


def series(metric: str) -> pd.Series:
    found = frameworks().metrics.series[metric]
    return pd.Series(found.values, index=pd.DatetimeIndex(frameworks().metrics.dates), dtype=float)


def days_of(rule: str) -> pd.Series:
    """Whether a rule holds on each day, with its place in its group and what silences it left out."""
    replay = frameworks().replay
    held = [replay.is_met(rule, day) is True for day in range(len(frameworks().metrics.dates))]
    return pd.Series(held, index=pd.DatetimeIndex(frameworks().metrics.dates))


def file_column(name: str, column: str) -> pd.Series:
    frame = pd.read_csv(_MARKET / name)
    return pd.Series(frame[column].to_numpy(float), index=pd.to_datetime(frame["date"]))


def test_thirty_days_are_thirty_bars_of_the_file() -> None:
    high, low = (file_column("btc_1d.csv", name) for name in ("high", "low"))
    mine = pd.DataFrame({"high": series("price.high_30d"), "low": series("price.low_30d")}).dropna()
    assert len(mine) > 2000
    np.testing.assert_allclose(mine["high"], high.rolling(30).max().reindex(mine.index))
    np.testing.assert_allclose(mine["low"], low.rolling(30).min().reindex(mine.index))


def test_usual_liquidations_are_of_thirty_days_of_one_source() -> None:
    longs, shorts = (file_column("liq_1d_usd_coinglass.csv", f"liq_{side}_usd") for side in ("long", "short"))
    whole = (longs + shorts).asfreq("D")
    mean = series("derivatives.liquidations_mean_30d")
    partial = series("quality.liquidations.partial")
    known = mean.dropna()
    assert len(known) > 1000
    own = known[partial.reindex(known.index) == 0]
    np.testing.assert_allclose(own, whole.rolling(30).mean().shift(1).reindex(own.index))
    # A day of the partial source has no mean before thirty days of that source have gone.
    changed = partial.ffill().diff().abs().fillna(0).rolling(30, min_periods=1).max()
    assert (changed.reindex(known.index) == 0).all()


def test_open_interest_is_told_as_closed_only_where_coins_fell() -> None:
    coins = series("derivatives.open_interest") / file_column("btc_1d.csv", "close")
    day, age = coins.pct_change(fill_method=None), series("price.shock_age")
    seen = 0
    for rule, low, high in (
        ("derivatives.open_interest_dropped", -1.0, -0.01),
        ("derivatives.open_interest_by_price", -0.01, 0.01),
        ("derivatives.open_interest_coins_rose", 0.01, np.inf),
    ):
        for told in days_of(rule).loc[lambda held: held].index:
            change = day[told - pd.Timedelta(days=int(age[told]))]
            assert low - 1e-9 <= change <= high + 1e-9, (rule, told)
            seen += 1
    for told in days_of("derivatives.already_deleveraging").loc[lambda held: held].index:
        shock = told - pd.Timedelta(days=int(age[told]))
        before = shock - pd.Timedelta(days=1)
        assert coins[shock] < coins[shock - pd.Timedelta(days=7)]
        assert coins[before] < coins[before - pd.Timedelta(days=6)]
        seen += 1
    assert seen > 20


@pytest.mark.parametrize(
    ("rule", "metric", "way", "window"),
    [
        ("price.record", "price.close", 1, None),
        ("lead.record", "price.close", 1, None),
        ("price.highest_close", "price.close", 1, 90),
        ("price.lowest_close", "price.close", -1, 90),
        ("price.record_high", "price.high", 1, None),
        ("price.new_high", "price.high", 1, 30),
        ("price.narrowest", "price.range", -1, 180),
        ("derivatives.vol_lowest", "derivatives.dvol", -1, 365),
    ],
)
def test_what_is_told_as_a_first_is_no_tie(rule: str, metric: str, way: int, window: int | None) -> None:
    values = way * series(metric)
    earlier = values.shift(1)
    most = earlier.cummax() if window is None else earlier.rolling(window - 1, min_periods=1).max()
    told = days_of(rule)
    assert told.any()
    assert (values[told] > most[told]).all()


def test_the_record_of_2021_was_matched_and_not_passed() -> None:
    high = series("price.high")
    assert high["2024-03-05"] == high["2021-11-10"]
    assert not days_of("price.record_high")["2024-03-05"]


def test_extreme_fear_is_what_the_source_calls_so() -> None:
    score = series("sentiment.score")
    assert (days_of("sentiment.fear") == (score <= 25)).all()
    assert (days_of("against.fear") == (score <= 25)).all()
    assert score["2025-02-25"] == 25


def test_the_mood_of_every_day_was_read_before_it_began() -> None:
    read, day = series("sentiment.read_at").dropna(), series("brief.date")
    assert (read <= day.reindex(read.index)).all()


def test_no_reading_counts_for_the_price_and_against_it() -> None:
    found, rows = frameworks(), {row.reading: row for row in _OUTLINE.board}
    asked = {
        "derivatives.funding_1d": "against.funding",
        "derivatives.dvol": "against.volatility",
        "options.risk_reversal_25d": "against.skew",
        "sentiment.score": "against.fear",
        "onchain.realised_price": "for.realised",
        "onchain.band_position": "for.band",
    }
    clash = {"for": "bear", "against": "bull"}
    wrong = []
    for index, day in enumerate(found.metrics.dates):
        state = found.find_standing(index)
        if state is None:
            continue
        status = {one.id: one for one in state.conditions if one.status == "met"}
        for reading, condition in asked.items():
            if condition in status:
                fired = _fired(rows[reading].stance, index)
                if find_row_stance(rows[reading], fired) == clash[status[condition].side]:
                    wrong.append((day.isoformat(), condition))
    assert wrong == []


def _fired(rules: tuple[str, ...], index: int) -> dict[str, Finding]:
    replay = frameworks().replay
    return {rule: replay.build_finding(rule, index) for rule in rules if replay.is_met(rule, index) is True}


def test_coins_that_went_are_never_against_the_price_and_coins_that_came_never_for_it() -> None:
    found = frameworks()
    row = next(row for row in _OUTLINE.board if row.reading == "derivatives.open_interest")
    coins, age = series("derivatives.open_interest_coins_change_1d"), series("price.shock_age")
    week = series("derivatives.open_interest_coins_change_7d")
    sides = set()
    for index in range(len(found.metrics.dates)):
        fired = _fired(row.stance, index)
        name = next((name for name in row.stance if name in fired), "")
        stance = fired[name].stance if name else "neutral"
        at = index - (int(age.iloc[index]) if fired and _is_of_shock(name) else 0)
        change = (week if name == "derivatives.already_deleveraging" else coins).iloc[at] if name else 0.0
        assert stance != "bull" or change < 0, (found.metrics.dates[index], name)
        assert stance != "bear" or change > 0, (found.metrics.dates[index], name)
        sides.add(stance)
    assert {"bull", "bear"} <= sides


def _is_of_shock(rule: str) -> bool:
    return rule.startswith("derivatives.open_interest_") or rule == "derivatives.already_deleveraging"


def test_no_condition_is_asked_that_its_days_can_hardly_turn() -> None:
    found = frameworks()
    sigma, close = series("price.sigma_1d"), series("price.close")
    seen = set()
    for index, day in enumerate(found.metrics.dates):
        state = found.find_standing(index)
        if state is None or state.set_date != day.isoformat():
            continue
        for one in state.conditions:
            seen.add(one.id)
            reading, bound = one.finding.find_fact("reading"), one.finding.find_fact("threshold")
            if one.id in ("for.realised", "for.band", "against.average") and reading and bound:
                days = max((date.fromisoformat(state.deadline) - day).days, 1)
                reach = FURTHEST * sigma.iloc[index] * close.iloc[index] * days**0.5
                assert abs(float(reading.value or 0) - float(bound.value or 0)) < reach, (day, one.id)
            if one.id in ("for.realised", "for.band") and bound:
                assert float(bound.value or 0) < state.level
    assert "for.close" not in seen
    assert {"for.macro", "for.leverage", "for.low_holds"} <= seen
