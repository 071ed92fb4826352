"""How often something followed a day, on all real days, held to plain pandas over the file of prices."""

from __future__ import annotations

from datetime import date
from functools import cache

import pandas as pd
import pytest

from reporter.verify.gate.ledger_checks import check_ledger
from tests.briefs import REAL, ROOT, composed
from tests.real.trial_days import real_trial

_FILE = ROOT / "../shared/market/btc_1d.csv"
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not _FILE.is_file(), reason="the real series do not lie beside the project"),
]
_LEAST_CHANGE = 0.0005


@cache
def closes() -> pd.Series:
    frame = pd.read_csv(_FILE)
    return pd.Series(frame["close"].to_numpy(float), index=pd.to_datetime(frame["date"]))


def runs(holds: pd.Series) -> pd.Series:
    """The number of days in a row, up to each, on which a condition held."""
    return holds.astype(int).groupby((~holds).cumsum()).cumsum()


def events() -> dict[str, tuple[pd.Series, int]]:
    """Rule → the days of what it is about, and after how many days it asks for a higher close."""
    moved = closes().pct_change()
    return {
        "rates.after_fall": (moved <= -0.05, 7),
        "rates.after_rise": (moved >= 0.05, 7),
        "rates.after_run_up": (runs(moved >= _LEAST_CHANGE) >= 5, 1),
        "rates.after_run_down": (runs(moved <= -_LEAST_CHANGE) >= 5, 1),
    }


@pytest.mark.parametrize("rule", sorted(events()) if _FILE.is_file() else [])
def test_rates_are_counted_on_what_was_known_on_the_day(rule: str) -> None:
    trial, (happened, horizon) = real_trial(), events()[rule]
    later = closes().shift(-horizon)
    known = later.notna() & closes().notna()
    higher = (later > closes()) & known
    told = 0
    for index in range(len(trial.metrics.dates)):
        if trial.replay.is_met(rule, index) is not True:
            continue
        day = pd.Timestamp(trial.metrics.dates[index])
        before = closes().index <= day - pd.Timedelta(days=horizon)
        cases = (happened & known & before).sum()
        hits = (happened & higher & before).sum()
        usual = (higher & before).sum() / (known & before).sum()
        facts = {fact.name: fact.value for fact in trial.replay.build_finding(rule, index).facts}
        assert happened[day]
        assert facts["cases"] == cases
        assert facts["share"] == pytest.approx(hits / cases)
        assert facts["usual"] == pytest.approx(usual)
        told += 1
    assert told >= 10


@pytest.mark.parametrize("day", ["2025-10-10", "2024-03-05"])
def test_a_rate_is_counted_again_from_the_ledger(day: str) -> None:
    ledger = composed(REAL, date.fromisoformat(day)).record
    told = next(one for one in ledger.findings if one.id.startswith("rates."))
    facts = {fact.name: fact for fact in told.facts}
    cases = facts["cases"]
    assert cases.made is not None
    assert isinstance(cases.value, float)
    assert list(check_ledger(ledger)) == []

    more = cases.value + 1
    turned = cases.model_copy(update={"value": more, "made": cases.made.model_copy(update={"value": more})})
    wrong = told.model_copy(update={"facts": tuple(turned if one is cases else one for one in told.facts)})
    edited = ledger.model_copy(update={"findings": tuple(wrong if one is told else one for one in ledger.findings)})

    assert any(f"is {more:g}, and from its parts it is {cases.value:g}" in fault.what for fault in check_ledger(edited))
