"""News of real days: every since, rank and run equals an independent computation, and accepted facts lead.

The computation (`../shared/news/facts.py`) is pandas over the files, and shares no code with the program.
"""

from __future__ import annotations

import importlib.util
import json
import os
import random
import sys
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from reporter.model.metric import MetricSet
from reporter.model.news import NewsFact
from reporter.news import NewsDays, rank_news
from reporter.pipeline.evaluate import compute_desk_metrics
from tests.briefs import ROOT

_STUDY = ROOT / "../shared/news"
pytestmark = pytest.mark.skipif(
    not (_STUDY / "facts.py").is_file(), reason="the study of news does not lie beside the project"
)
_LAST = date(2026, 4, 30)
_FIRST = date(2020, 1, 1)
_ETHER = """
[[source]]
id = "ether"
table = "cross_asset"
path = "{shared}/market/eth_1d_binance.csv"
layout = "wide"
time = "date"
timezone = "UTC"
bar = "1d"
instruments = {{ eth = "close" }}
unit = "level"
cite = "Binance"
"""
#: Metric → the study's series of it.
_SERIES = {
    "price.close": "close",
    "price.high": "high",
    "price.low": "low",
    "price.return_1d": "ret",
    "price.return_7d": "ret7",
    "price.return_30d": "ret30",
    "price.range": "range",
    "price.rebound_from_low": "reb",
    "price.close_from_high": "fade",
    "price.realised_vol_30d": "rv30",
    "derivatives.funding_1d": "fund",
    "derivatives.dvol": "dvol",
    "derivatives.dvol_change_1d": "dvol_chg",
    "sentiment.score": "fng",
    "etf.net_flow_1d": "flow",
    "macro.eth.return_1d": "eth_ret",
    "macro.spx.return_1d": "SPX_ret",
    "macro.dxy.return_1d": "DXY_ret",
    "macro.wti.return_1d": "OIL_ret",
    "macro.gold.return_1d": "GOLD_ret",
    "macro.gold.close": "GOLD",
    "macro.spy.return_1d": "SPY_ret",
    "macro.qqq.return_1d": "QQQ_ret",
    "macro.ndx.return_1d": "NDX_ret",
    "macro.smh.return_1d": "SMH_ret",
    "macro.gld.return_1d": "GLD_ret",
    "macro.slv.return_1d": "SLV_ret",
    "macro.gld.close": "GLD",
    "macro.slv.close": "SLV",
}
#: Metric → its series while the whole market is covered.
_WHOLE = {
    "derivatives.open_interest": "oi",
    "derivatives.open_interest_change_1d": "oi_chg",
    "derivatives.open_interest_coins_change_1d": "oic_chg",
    "derivatives.liquidations_total": "liq",
    "derivatives.liquidations_long": "liq_long",
    "derivatives.liquidations_short": "liq_short",
}
_LEVELS = {
    "level_lost": "close_below",
    "level_won": "close_above",
    "touched_below": "touch_below",
    "touched_above": "touch_above",
}
#: Days on which a flow was known of a day on which New York was closed: such a row is none of a session's.
_KNOWN_AFTER_HOLIDAYS = ["2025-11-28", "2025-12-26", "2026-01-02", "2026-01-20", "2026-04-04"]
#: Days that are looked at in every run.
_SOME = ("2020-03-12", "2021-11-10", "2022-06-18", "2022-11-09", "2024-03-05", "2024-08-05", "2024-12-05", "2025-12-31")
#: Without the day's own form: all are looked at in one process, which computes the metrics of all days once.
_SOME_IDS = [f"{date.fromisoformat(day):%d %B %Y}" for day in _SOME]


@cache
def study() -> Any:
    """The study's own computation, loaded from where it lies."""
    spec = importlib.util.spec_from_file_location("study_of_news", _STUDY / "facts.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def write_desk(folder: Path) -> Path:
    """Write the real desk with ether's series beside the others."""
    shared = Path(os.path.relpath((ROOT / "../shared").resolve(), folder.resolve())).as_posix()
    text = (ROOT / "tests/real/desk/desk.toml").read_text("utf-8").replace("../../../../shared", shared)
    (folder / "desk.toml").write_text(text + _ETHER.format(shared=shared), "utf-8")
    return folder


@pytest.fixture(scope="module")
def metrics(tmp_path_factory: pytest.TempPathFactory) -> MetricSet:
    """Metrics of all real days, ether among them."""
    return compute_desk_metrics(write_desk(tmp_path_factory.mktemp("ether")), _LAST)


@pytest.fixture(scope="module")
def news(metrics: MetricSet) -> NewsDays:
    return NewsDays(metrics)


def facts_on(news: NewsDays, metrics: MetricSet, day: str) -> tuple[NewsFact, ...]:
    return news.at((date.fromisoformat(day) - metrics.dates[0]).days)


def wrong(facts: tuple[NewsFact, ...]) -> Iterator[str]:
    """What of a day's facts differs from the study's computation."""
    for fact in facts:
        yield from (f"{fact.day} {fact.name} {what}" for what in _differences(fact))


def _differences(fact: NewsFact) -> Iterator[str]:
    series = _SERIES.get(fact.metric) or ("" if fact.partial else _WHOLE.get(fact.metric, ""))
    if fact.streak is not None:
        yield from _of_run(fact)
    elif fact.kind in _LEVELS:
        yield from _of_level(fact)
    elif fact.kind.endswith("_end"):
        yield from _of_period(fact)
    elif series and fact.rank is not None:
        yield from _of_extreme(fact, _comparable(fact, series))


@cache
def _observed(name: str) -> Any:
    """A series without what is no observation."""
    series, pd = study().S[name].dropna(), study().pd
    if name == "flow":
        return series.drop(pd.to_datetime(_KNOWN_AFTER_HOLIDAYS))
    if name == "dvol_chg":
        # No change is told between a source and the next.
        return series.drop(study().dv.index[0])
    if name in {"oi", "oi_chg", "oic_chg"}:
        # One of two days is stale where they are equal to the dollar though the price moved.
        stock = study().S["oi"].dropna()
        stale = (stock.diff() == 0) & (study().S["ret"].reindex(stock.index).abs() > 2)
        void = stale if name == "oi" else stale | stale.shift(fill_value=False)
        return series[~void.reindex(series.index)]
    return series


def _comparable(fact: NewsFact, name: str) -> Any:
    """The observations of the fact's own source."""
    if not name.startswith("oi") or study().pd.Timestamp(fact.day) <= study().oi.index[-1]:
        return _observed(name)
    late = study().late
    return {"oi": late, "oi_chg": late.pct_change(), "oic_chg": (late / study().S["close"]).pct_change()}[name].dropna()


def _of_extreme(fact: NewsFact, series: Any) -> Iterator[str]:
    pd = study().pd
    day, sign = pd.Timestamp(fact.day), fact.direction
    since, value, count = study().since(series, day, sign)
    rank, of = study().rank(series, day, sign)
    if _date(since) != fact.since:
        yield f"since {fact.since}, and not {_date(since)}"
    if (rank, of) != (fact.rank, fact.of):
        yield f"rank {fact.rank} of {fact.of}, and not {rank} of {of}"
    if fact.gap != (count if since is None else len(series[since:day]) - 2):
        yield f"{fact.gap} observations between"
    if fact.tied != (since is not None and series[since] == value):
        yield "a tie"
    year = series[day - pd.Timedelta(days=364) : day] * sign
    if fact.rank_year != int((year > value * sign).sum()) + 1:
        yield f"rank {fact.rank_year} in a year"


def _of_run(fact: NewsFact) -> Iterator[str]:
    series = study().S["flow" if fact.topic == "flows" else "ret"]
    if fact.topic == "flows":
        series = series.drop(study().pd.to_datetime(_KNOWN_AFTER_HOLIDAYS))
    run = study().streak(series, study().pd.Timestamp(fact.day))
    if run != fact.streak:
        yield f"a run of {fact.streak}, and not {run}"


def _of_level(fact: NewsFact) -> Iterator[str]:
    found = {(kind, level): since for kind, level, since in study().levels(study().pd.Timestamp(fact.day))}
    key = (_LEVELS[fact.kind], fact.level)
    if key not in found:
        if fact.level is not None and fact.level % 1000 == 0:
            yield f"level {fact.level} was not passed"
    elif fact.since not in (_date(found[key]), _find_last_above(fact)):
        yield f"level {fact.level} since {fact.since}, and not {_date(found[key])}"


def _find_last_above(fact: NewsFact) -> date | None:
    """The last day before with a price above a level; the study takes one at it for one above."""
    series, pd = study().S["high" if fact.kind.startswith("touched") else "close"], study().pd
    before = series[: pd.Timestamp(fact.day) - pd.Timedelta(days=1)]
    above = before.index[before > (fact.level or 0.0)]
    return above[-1].date() if fact.direction > 0 and len(above) else None


def _of_period(fact: NewsFact) -> Iterator[str]:
    rule = {"month_end": "ME", "quarter_end": "QE", "year_end": "YE"}[fact.kind]
    pd = study().pd
    changes = study().S["close"][: pd.Timestamp(fact.day)].resample(rule).last().pct_change().dropna()
    since, value, _ = study().since(changes, pd.Timestamp(fact.day), fact.direction)
    if abs(value - fact.value) > 1e-12:
        yield f"a change of {fact.value}, and not {value}"
    if _date(since) != fact.since:
        yield f"since {fact.since}, and not {_date(since)}"


def _date(found: Any) -> date | None:
    return None if found is None else found.date()


@pytest.mark.parametrize("day", _SOME, ids=_SOME_IDS)
def test_since_rank_and_run_equal_an_independent_computation(day: str, news: NewsDays, metrics: MetricSet) -> None:
    facts = facts_on(news, metrics, day)
    assert any(fact.since for fact in facts)
    assert list(wrong(facts)) == []


@pytest.mark.long
def test_so_they_do_on_every_day_since_2020(news: NewsDays, metrics: MetricSet) -> None:
    first = (_FIRST - metrics.dates[0]).days
    assert [what for day in range(first, len(metrics.dates)) for what in wrong(news.at(day))] == []


# Which fact leads -------------------------------------------------------------------------------------------------

_CODES = {
    "largest_rise": "LG:ret",
    "largest_fall": "LF:ret",
    "highest_close": "HC",
    "lowest_close": "LC",
    "highest_price": "HH",
    "lowest_price": "LL",
    "record_close": "RC",
    "record_high": "RH",
    "week_rise": "W7",
    "week_fall": "W7",
    "thirty_day_rise": "M30",
    "thirty_day_fall": "M30",
    "widest_range": "RNG+",
    "narrowest_range": "RNG-",
    "reversal_from_low": "RVL",
    "reversal_from_high": "RVH",
    "streak_up": "SK",
    "streak_down": "SK",
    "move_undone": "ER",
    "month_end": "MS:month",
    "quarter_end": "MS:quarter",
    "year_end": "MS:year",
    "liquidations_high": "LIQ",
    "liquidations_low": "LIQ-",
    "long_liquidations_high": "LIQL",
    "short_liquidations_high": "LIQS",
    "open_interest_high": "OIR",
    "open_interest_rise": "OI+",
    "open_interest_fall": "OI-",
    "funding_high": "FUN",
    "funding_low": "FUN",
    "implied_volatility_high": "DVH",
    "implied_volatility_low": "DVL",
    "implied_volatility_rise": "DVJ",
    "implied_volatility_fall": "DVD",
    "realised_volatility_high": "RVV+",
    "realised_volatility_low": "RVV-",
    "sentiment_high": "SEN",
    "sentiment_low": "SEN",
    "fund_inflow": "FLO",
    "fund_outflow": "FLO",
    "fund_streak_in": "FST",
    "fund_streak_out": "FST",
    "decoupling": "DEC",
    "coin_rise": "ETH",
    "coin_fall": "ETH",
    "plain": "PLAIN",
    "level_lost": "LV-",
    "level_won": "LV+",
    "touched_below": "TB",
    "touched_above": "TA",
}
#: An index and the fund that follows it are one market.
_MARKETS = {"spx": "SPY", "spy": "SPY", "ndx": "QQQ", "qqq": "QQQ", "gold": "GLD", "gld": "GLD", "wti": "OIL"}


def code_of(fact: NewsFact) -> str:
    """A fact's code in the study."""
    if fact.kind.endswith(("equity_fall", "equity_rise", "metal_fall", "metal_rise", "energy_fall", "energy_rise")):
        return f"XA:{_MARKETS.get(fact.subject, fact.subject)}_ret"
    code = _CODES.get(fact.kind, fact.kind)
    return code if fact.level is None else f"{code}:{fact.level:.0f}"


@cache
def agreed_days() -> tuple[dict[str, Any], ...]:
    lines = (_STUDY / "golden-dev.jsonl").read_text("utf-8").splitlines()
    return tuple(json.loads(line) for line in lines)


def test_on_agreed_days_an_accepted_fact_leads_and_none_that_must_not(news: NewsDays, metrics: MetricSet) -> None:
    accepted, on_news_days, news_days = 0, 0, 0
    for agreed in agreed_days():
        lead = code_of(facts_on(news, metrics, agreed["date"])[0])
        codes = {fact["code"] for fact in agreed["lead"]}
        assert lead not in {fact["code"] for fact in agreed["must_not_lead"]}, agreed["date"]
        accepted += lead in codes
        if "PLAIN" not in codes:
            news_days += 1
            on_news_days += lead in codes
    assert accepted >= 0.9 * len(agreed_days())
    assert on_news_days >= 0.85 * news_days


@pytest.mark.long
def test_about_half_of_all_days_have_news(news: NewsDays, metrics: MetricSet) -> None:
    """No year is all news, and none without: what leads hangs neither on the price nor on how long the data are."""
    shares = {}
    for year in range(2020, 2026):
        days = [day for day, when in enumerate(metrics.dates) if when.year == year]
        shares[year] = sum(news.at(day)[0].kind == "plain" for day in days) / len(days)
    assert all(0.3 <= share <= 0.6 for share in shares.values()), shares


@pytest.mark.long
def test_the_facts_of_a_day_are_those_of_its_own_build(tmp_path: Path, news: NewsDays, metrics: MetricSet) -> None:
    write_desk(tmp_path)
    for day in random.Random(6).sample(range(len(metrics.dates)), 2):
        assert rank_news(compute_desk_metrics(tmp_path, metrics.dates[day])) == news.at(day)
