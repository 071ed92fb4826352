"""The track record of real days, recounted with pandas straight from the files of prices: every figure, to the digit.

The recount shares no code with the record. It takes from a row only what the brief said (the day, the finding, the
level) and finds prices, outcomes, shares and medians itself.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from reporter.authoring.track.record import Counts, Line, TrackRecord, build_track_record, find_usual_shares
from reporter.authoring.trial import find_day_range
from tests.briefs import ROOT
from tests.real.trial_days import real_trial

_MARKET = ROOT / "../shared/market"
pytestmark = [
    pytest.mark.skipif(not _MARKET.is_dir(), reason="the real series do not lie beside the project"),
    pytest.mark.long,
]
_FIRST, _LAST = date(2024, 11, 1), date(2026, 4, 30)
_DAYS = 7


@cache
def _record() -> TrackRecord:
    trial = real_trial()
    return build_track_record(trial, find_day_range(trial.metrics, _FIRST, _LAST))


@cache
def _prices() -> pd.DataFrame:
    """Daily prices with a row for every day."""
    read = pd.read_csv(_MARKET / "btc_1d.csv", parse_dates=["date"], index_col="date").sort_index()
    return read.reindex(pd.date_range(read.index[0], pd.Timestamp(_LAST)))


@cache
def _rows() -> pd.DataFrame:
    rows = pd.DataFrame([{name: getattr(row, name) for name in row.__slots__} for row in _record().rows])
    rows["settled"] = rows["settled"].astype(object).where(rows["settled"].notna(), None)
    rows["date"] = pd.to_datetime(rows["date"])
    return rows


def _of_kind(kind: str) -> pd.DataFrame:
    found = _rows()[_rows()["kind"] == kind]
    assert len(found) > 20, kind
    return found


def _find_hinge(day: pd.Timestamp, *, up: bool) -> float:
    """The nearest price of the day on one side of the close that a usual hour doesn't pass and a week can."""
    prices = _prices()
    close = prices["close"]
    # Thirty returns before the day's own, as known at its end.
    returns = close.pct_change()[:day].iloc[-31:-1]
    sigma = returns.std()
    before = prices["high" if up else "low"][:day].iloc[-7:]
    sign = 1 if up else -1
    named = [close[:day].iloc[-2], before.iloc[-1], before.max() if up else before.min()]
    power = 10.0 ** math.floor(math.log10(close[day]))
    step = power / 20 if close[day] < 2 * power else power / 10
    first = math.floor(close[day] / step) + 1 if up else math.ceil(close[day] / step) - 1
    for candidates in (named, [(first + sign * at) * step for at in range(15)]):
        far = {price: sign * math.log(price / close[day]) for price in candidates}
        near = [price for price in candidates if 0.5 * sigma <= far[price] <= 3 * math.sqrt(7) * sigma]
        if near:
            return float(min(near, key=lambda price: far[price]))
    return math.nan


def _find_passing(day: pd.Timestamp, above: float, below: float, last: pd.Timestamp) -> tuple[str, pd.Timestamp | None]:
    later = _prices()["close"][day + pd.Timedelta(days=1) : last]
    passed = later[(later > above) | (later < below)]
    if len(passed):
        return ("above" if passed.iloc[0] > above else "below"), passed.index[0]
    return ("neither", last) if last <= pd.Timestamp(_LAST) else ("open", None)


def _check_row(row: Mapping[Hashable, Any], outcome: str, settled: pd.Timestamp | None) -> None:
    told = None if settled is None else settled.date().isoformat()
    assert (row["outcome"], row["settled"]) == (outcome, told), row
    if settled is not None:
        assert row["settled_close"] == _prices()["close"][settled]


def _find_line(kind: str, id_: str = "", told_as: str = "") -> Line:
    (line,) = (one for one in _record().lines if (one.kind, one.id, one.told_as) == (kind, id_, told_as))
    return line


def _check_counts(counts: Counts, outcomes: pd.Series) -> None:
    found = outcomes.value_counts().to_dict()
    assert counts.made == len(outcomes)
    assert counts.open == found.pop("open", 0)
    assert counts.unknown == found.pop("unknown", 0)
    assert {name: count for name, count in counts.outcomes if count} == found
    for name, count in found.items():
        if counts.settled >= 3:
            assert counts.find_share(str(name)) == count / sum(found.values())


@cache
def _all_days() -> pd.DataFrame:
    """What would have become of an ending of each day, whatever was written on it."""
    days = pd.date_range(pd.Timestamp(_FIRST), pd.Timestamp(_LAST))
    hinges = pd.DataFrame(
        {"above": [_find_hinge(day, up=True) for day in days], "below": [_find_hinge(day, up=False) for day in days]},
        index=days,
    ).dropna()
    hinges["day"] = hinges.index
    hinges["outcome"] = [_pass_within(row, _DAYS) for row in hinges.to_dict("records")]
    return hinges


def _pass_within(row: Mapping[Hashable, Any], days: int) -> str:
    return _find_passing(row["day"], row["above"], row["below"], row["day"] + pd.Timedelta(days=days))[0]


def test_the_prices_of_every_ending_and_which_a_close_passed_first() -> None:
    for row in _of_kind("ending").to_dict("records"):
        day = row["date"]
        assert row["close"] == _prices()["close"][day]
        assert row["above"] == _find_hinge(day, up=True)
        assert row["below"] == _find_hinge(day, up=False)
        _check_row(row, *_find_passing(day, row["above"], row["below"], day + pd.Timedelta(days=_DAYS)))


def test_the_counts_of_endings_and_those_of_all_days() -> None:
    rows = _of_kind("ending")
    _check_counts(_find_line("ending").counts, rows["outcome"])
    _check_counts(_find_line("ending").twin, _all_days()["outcome"])
    for told_as, found in rows.groupby("told_as"):
        _check_counts(_find_line("ending", "", str(told_as)).counts, found["outcome"])
    for name, found in rows.groupby("id"):
        _check_counts(_find_line("ending", str(name)).counts, found["outcome"])


def test_endings_are_of_days_whose_move_is_the_one_that_is_told() -> None:
    moves = _prices()["close"].pct_change()
    for row in _of_kind("ending").to_dict("records"):
        move = moves[row["date"]]
        fits = {"ending.fall": move <= -0.01, "ending.rise": move >= 0.01, "ending.flat": abs(move) < 0.01}
        assert fits.get(row["id"], True), row


def test_what_was_to_decide_and_whether_it_had_by_then() -> None:
    ends = _prices().index.to_series() + pd.Timedelta(days=1)
    rows = _of_kind("decider")
    for row in rows.to_dict("records"):
        due = pd.Timestamp(row["due"]).tz_localize(None)
        if row["id"] == "decider.close":
            assert due == row["date"] + pd.Timedelta(days=2)
        last = ends[(ends >= due) & (ends.index > row["date"])].index
        end = last[0] if len(last) else pd.Timestamp(_LAST) + pd.Timedelta(days=9)
        outcome, settled = _find_passing(row["date"], row["above"], row["below"], end)
        names = {"above": "decided", "below": "decided", "neither": "undecided", "open": "open"}
        _check_row(row, names[outcome], settled)
    closes = rows[rows["id"] == "decider.close"]
    _check_counts(_find_line("decider", "decider.close").counts, closes["outcome"])
    next_day = [_pass_within(row, 1) for row in _all_days().to_dict("records")]
    twin = pd.Series(next_day).replace({"above": "decided", "below": "decided", "neither": "undecided"})
    _check_counts(_find_line("decider", "decider.close").twin, twin)


def _direction(moves: pd.Series) -> pd.Series:
    names = np.select([moves > 0, moves < 0, moves == 0], ["up", "down", "unchanged"], "open")
    return pd.Series(names, index=moves.index)


def test_the_closes_after_every_verdict_and_their_medians() -> None:
    close, rows = _prices()["close"], _of_kind("verdict")
    after = {days: close.shift(-days) / close - 1 for days in (1, _DAYS)}
    directions = _direction(after[_DAYS])
    for row in rows.to_dict("records"):
        day = row["date"]
        assert row["close"] == close[day]
        settled = day + pd.Timedelta(days=_DAYS)
        known = settled <= pd.Timestamp(_LAST)
        _check_row(row, directions[day], settled if known else None)
        assert (row["return_7d"] == after[_DAYS][day]) or not known
    days = pd.date_range(pd.Timestamp(_FIRST), pd.Timestamp(_LAST))
    groups = {("", ""): rows["date"]}
    groups |= {("", str(stance)): found["date"] for stance, found in rows.groupby("stance")}
    groups |= {(str(name), ""): found["date"] for name, found in rows.groupby("id")}
    for key, told in groups.items():
        line = _find_line("verdict", *key)
        for counts, dates in ((line.counts, pd.DatetimeIndex(told)), (line.twin, days)):
            _check_counts(counts, directions[dates])
            settled_dates = dates[directions[dates].to_numpy() != "open"]
            for median, moves in ((counts.median_1d, after[1]), (counts.median_7d, after[_DAYS])):
                if len(settled_dates) >= 3:
                    assert median == moves[settled_dates].median()
                else:
                    assert median is None


def test_what_as_many_verdicts_of_the_same_sides_would_have_had_on_all_days() -> None:
    close, rows = _prices()["close"], _of_kind("verdict")
    directions = _direction(close.shift(-_DAYS) / close - 1)[pd.Timestamp(_FIRST) :]
    of_all = directions[directions != "open"].value_counts(normalize=True)
    sided = rows[rows["stance"].isin(["bull", "bear"]) & rows["outcome"].isin(["up", "down", "unchanged"])]
    bull = (sided["stance"] == "bull").mean()
    failed = bull * of_all["down"] + (1 - bull) * of_all["up"]
    held = bull * of_all["up"] + (1 - bull) * of_all["down"]
    assert find_usual_shares(_record().lines, "verdict") == pytest.approx((failed, held))


def test_the_side_of_the_close_on_the_last_day_of_every_level() -> None:
    close, rows = _prices()["close"], _of_kind("level")
    for row in rows.to_dict("records"):
        day, level = row["date"], row["level"]
        above = close[day] >= level
        assert row["told_as"] == ("above" if above else "below")
        deadline = day + pd.Timedelta(days=14)
        assert row["due"] == deadline.date().isoformat()
        days = close[day:deadline]
        # Three closes in a row on the other side end it, or its fourteen days; a move of five per cent may.
        other = (days < level) if above else (days >= level)
        three = days.index[other.rolling(3).sum() == 3]
        last = min([*three, deadline])
        if row["outcome"] == "open":
            assert last > pd.Timestamp(_LAST) or not len(three)
            continue
        settled = pd.Timestamp(row["settled"])
        assert settled <= last
        if settled < last:
            assert abs(close[settled] - level) > 0.05 * level, row
        names = ("held", "lost") if above else ("won", "not won")
        _check_row(row, names[0] if close[settled] >= level else names[1], settled)
        since = close[day + pd.Timedelta(days=1) : settled]
        assert (row["closes_held"], row["closes"]) == ((since >= level).sum(), len(since))
    for told_as, found in rows.groupby("told_as"):
        _check_counts(_find_line("level", "", str(told_as)).counts, found["outcome"])


@cache
def _statuses() -> dict[str, pd.Series]:
    """Conditions of which the files alone say whether they are met on a day."""
    prices = _prices()
    funding = pd.read_csv(_MARKET / "funding_1d_sum_binance.csv", parse_dates=["date"], index_col="date").iloc[:, 0]
    return {
        "against.drawdown": prices["close"] / prices["high"].rolling(30).max() - 1 <= -0.1,
        "against.average": prices["close"] < prices["close"].rolling(30).mean(),
        "against.funding": (funding < 0).where(funding.notna()).reindex(prices.index),
    }


def test_whether_conditions_of_prices_and_funding_were_met_in_their_time() -> None:
    levels = {row.date: row for row in _record().rows if row.kind == "level"}
    looked_at = 0
    for row in _of_kind("condition").to_dict("records"):
        met = _statuses().get(row["id"])
        if met is None:
            continue
        looked_at += 1
        day, due = row["date"], pd.Timestamp(row["due"])
        level = levels[day.date().isoformat()]
        end = pd.Timestamp(level.settled or _LAST)
        asked = met[day : min(due, end)]
        assert (row["told_as"] == "met") == bool(asked.iloc[0]), row
        if not asked.iloc[0] and asked.fillna(False).any():
            _check_row(row, "met", asked.index[asked.fillna(False).astype(bool)][0])
        elif end < due:
            _check_row(row, *(("dropped", end) if level.settled else ("open", None)))
        else:
            _check_row(row, "met" if asked.iloc[-1] else "not met", due)
    assert looked_at > 20


def test_the_counts_of_conditions() -> None:
    rows = _of_kind("condition")
    group = np.where(rows["told_as"] == "met", "met", "not met")
    for told_as, found in rows.groupby(group):
        _check_counts(_find_line("condition", "", str(told_as)).counts, found["outcome"])
    for name in rows["id"].unique():
        of_rule = rows["id"] == name
        for told_as in np.unique(group[of_rule]):
            _check_counts(_find_line("condition", name, told_as).counts, rows["outcome"][of_rule & (group == told_as)])


def test_levels_of_all_days_are_those_that_could_have_been_set() -> None:
    twins = [_find_line("level", "", side).twin for side in ("above", "below")]
    days = (_LAST - _FIRST).days + 1
    assert sum(counts.made for counts in twins) == days
    # Fourteen days are at least over for those that were set fifteen days before the last.
    assert sum(counts.open for counts in twins) <= 14
