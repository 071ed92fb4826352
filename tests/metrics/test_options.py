from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.metrics.option_chains import (
    OptionChain,
    atm_volatility,
    find_key_expiry,
    find_nearest_expiry,
    interest_by_strike,
    max_pain,
    put_band,
    put_call_ratio,
    risk_reversal,
    volatility_at_delta,
)
from reporter.model.metric import MetricSet, StrikeInterest
from tests.desk.build import seconds, source
from tests.metrics.build import closes, measure, missing, seen, table, value

_NOW = seconds("2026-02-06T00:00")
_NAN = float("nan")

#: expiry, strike, side, volatility, delta, open interest
Option = tuple[str, float, str, float, float, float]


def _chain(options: Sequence[Option]) -> OptionChain:
    expiry = np.asarray([seconds(option[0]) for option in options], dtype=float)
    numbers = [np.asarray([float(option[place]) for option in options]) for place in (1, 3, 4, 5)]
    call = np.asarray([option[2] == "call" for option in options], dtype=bool)
    return OptionChain(expiry, (expiry + 8 * 3600 - _NOW) / 86_400, numbers[0], call, *numbers[1:])


def _quotes(expiry: str, calls: dict[float, float], puts: dict[float, float]) -> list[Option]:
    """Options by delta → volatility."""
    return [
        *((expiry, 60_000 + number, "call", iv, delta, _NAN) for number, (delta, iv) in enumerate(calls.items())),
        *((expiry, 50_000 + number, "put", iv, delta, _NAN) for number, (delta, iv) in enumerate(puts.items())),
    ]


def _interest(expiry: str, calls: dict[float, float], puts: dict[float, float]) -> list[Option]:
    """Options by strike → open interest."""
    return [
        *((expiry, strike, "call", _NAN, _NAN, held) for strike, held in calls.items()),
        *((expiry, strike, "put", _NAN, _NAN, held) for strike, held in puts.items()),
    ]


def test_volatility_is_linear_in_delta_between_quotes() -> None:
    chain = _chain(_quotes("2026-02-27", {0.6: 40, 0.4: 44, 0.2: 50, 0.1: 60}, {-0.3: 55, -0.2: 65}))
    assert volatility_at_delta(chain, call=True, delta=0.5) == pytest.approx(42)
    assert volatility_at_delta(chain, call=True, delta=0.25) == pytest.approx(48.5)
    assert volatility_at_delta(chain, call=True, delta=0.2) == 50
    assert risk_reversal(chain) == pytest.approx(48.5 - 60)
    assert atm_volatility(chain) == pytest.approx(42)


def test_nothing_is_read_outside_the_quotes() -> None:
    chain = _chain(_quotes("2026-02-27", {0.4: 44, 0.3: 50}, {-0.3: 55}))
    assert math.isnan(volatility_at_delta(chain, call=True, delta=0.5))
    assert math.isnan(volatility_at_delta(chain, call=True, delta=0.2))
    assert math.isnan(volatility_at_delta(chain, call=False, delta=-0.3))
    assert math.isnan(risk_reversal(chain))
    assert math.isnan(atm_volatility(None)) and math.isnan(risk_reversal(None))


def test_quotes_without_volatility_or_delta_are_left_out() -> None:
    chain = _chain(_quotes("2026-02-27", {0.6: 40, 0.52: 0, 0.51: _NAN, _NAN: 90, 0.4: 44}, {}))
    assert atm_volatility(chain) == pytest.approx(42)


@given(
    st.dictionaries(st.integers(1, 99), st.floats(5, 200), min_size=2, max_size=20),
    st.randoms(use_true_random=False),
)
def test_the_order_of_quotes_does_not_matter(quotes: dict[int, float], random: object) -> None:
    options = _quotes("2026-02-27", {delta / 100: iv for delta, iv in quotes.items()}, {})
    shuffled = list(options)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = atm_volatility(_chain(options)), atm_volatility(_chain(shuffled))
    assert one == other or (math.isnan(one) and math.isnan(other))
    if not math.isnan(one):
        assert min(quotes.values()) <= one <= max(quotes.values())


def test_the_nearest_expiry_within_bounds() -> None:
    chain = _chain([(day, 1, "call", 1, 0.5, 1) for day in ("2026-02-07", "2026-02-20", "2026-02-27", "2026-03-27")])
    for target, low, high, fridays, found in (
        (30, 7, 60, False, "2026-02-27"),
        (0, 2, 21, True, "2026-02-20"),
        (0, 0, 21, True, "2026-02-20"),
        (0, 0, 21, False, "2026-02-07"),
        (90, 45, 200, True, "2026-03-27"),
    ):
        nearest = find_nearest_expiry(chain, target, low, high, fridays=fridays)
        assert nearest is not None and set(nearest.expiry.tolist()) == {float(seconds(found))}
    assert find_nearest_expiry(chain, 90, 60, 200) is None


def test_puts_by_calls() -> None:
    options = _interest("2026-02-27", {60_000: 10, 70_000: _NAN}, {50_000: 3, 60_000: 4})
    assert put_call_ratio(_chain(options)) == pytest.approx(0.7)
    assert math.isnan(put_call_ratio(_chain(_interest("2026-02-27", {60_000: 0}, {50_000: 3}))))
    assert math.isnan(put_call_ratio(_chain(_interest("2026-02-27", {60_000: 1}, {50_000: _NAN}))))


def test_the_key_expiry_holds_the_most_puts_of_the_weeks_ahead() -> None:
    options = [
        *_interest("2026-02-07", {}, {60_000: 900}),
        *_interest("2026-02-13", {60_000: 500}, {60_000: 10}),
        *_interest("2026-02-27", {}, {60_000: 15, 50_000: 10}),
        *_interest("2026-03-06", {}, {60_000: 25}),
        *_interest("2026-06-26", {}, {60_000: 900}),
    ]
    found = find_key_expiry(_chain(options))
    assert found is not None and set(found.expiry.tolist()) == {float(seconds("2026-02-27"))}
    assert find_key_expiry(_chain(_interest("2026-02-27", {60_000: 5}, {60_000: 0, 50_000: _NAN}))) is None


def test_the_band_of_puts_is_two_round_steps_wide_and_includes_its_ends() -> None:
    puts = {50_000: 5, 55_000: 10, 58_000: 5, 60_000: 20, 65_000: 20, 70_000: 20, 75_000: 1, 90_000: 19}
    chain = _chain(_interest("2026-02-27", {60_000: 99}, {float(strike): float(held) for strike, held in puts.items()}))
    assert put_band(chain) == (60_000.0, 70_000.0, 0.6)


@given(
    st.dictionaries(st.integers(1, 400), st.integers(0, 50), min_size=1, max_size=25).filter(
        lambda puts: any(puts.values())
    )
)
def test_no_other_band_holds_more(puts: dict[int, int]) -> None:
    chain = _chain(_interest("2026-02-27", {}, {strike * 500.0: float(held) for strike, held in puts.items()}))
    low, high, share = put_band(chain)
    total = sum(puts.values())
    step = (high - low) / 2
    for start in np.arange(0, 200_000 + step, step).tolist():
        held = sum(held for strike, held in puts.items() if start <= strike * 500 <= start + 2 * step)
        assert held / total <= share + 1e-12
    assert share == pytest.approx(sum(held for strike, held in puts.items() if low <= strike * 500 <= high) / total)


def test_a_strike_far_off_costs_no_time() -> None:
    chain = _chain(_interest("2026-02-27", {}, {60_000: 5, 61_000: 5, 62_000: 5, 1e14: 1}))
    assert put_band(chain)[:2] == (60_000, 70_000)


def test_max_pain_is_where_all_options_pay_least() -> None:
    chain = _chain(_interest("2026-02-27", {60_000: 10, 70_000: 10}, {60_000: 10, 50_000: 1}))
    # At 50,000 puts pay 100,000; at 60,000 nobody pays; at 70,000 calls pay 100,000.
    assert max_pain(chain) == 60_000


@given(st.lists(st.tuples(st.integers(1, 30), st.booleans(), st.integers(0, 50)), min_size=1, max_size=20))
def test_no_strike_pays_less_than_max_pain(options: list[tuple[int, bool, int]]) -> None:
    chain = _chain([("2026-02-27", strike, "call" if call else "put", 1, 0, held) for strike, call, held in options])

    def payout(price: float) -> float:
        return sum(max(price - k, 0) * n if call else max(k - price, 0) * n for k, call, n in options)

    strikes = sorted({strike for strike, _, _ in options})
    assert max_pain(chain) == min(strikes, key=lambda strike: (payout(strike), strike))


def test_interest_by_strike_adds_up() -> None:
    options = _interest("2026-02-27", {60_000: 10, 70_000: _NAN}, {60_000: 2, 50_000: 3})
    assert interest_by_strike(_chain(options)) == (
        StrikeInterest(50_000, 0, 3),
        StrikeInterest(60_000, 10, 2),
        StrikeInterest(70_000, 0, 0),
    )


_PRICES = closes([60_000.0] * 10, "2026-02-01")


def _rows(time: str, options: Iterable[Option]) -> list[tuple[object, ...]]:
    def cell(number: float) -> object:
        return "" if math.isnan(number) else number

    return [
        (time, day, strike, side, cell(iv), cell(delta), cell(held)) for day, strike, side, iv, delta, held in options
    ]


def _measure(folder: Path, rows: list[tuple[object, ...]], as_of: datetime | None = None) -> MetricSet:
    text = table("date,expiry,strike,type,mark_iv,delta,open_interest", rows)
    files = {"prices.csv": _PRICES, "o.csv": text}
    return measure(folder, source("prices"), source("o", "options"), files=files, day=date(2026, 2, 5), as_of=as_of)


_SMILE = ({0.6: 40.0, 0.4: 44.0, 0.2: 50.0}, {-0.3: 55.0, -0.2: 65.0})


def test_the_newest_snapshot_known_at_the_cut_serves(tmp_path: Path) -> None:
    early = _rows("2026-02-05T08:00Z", _interest("2026-02-27", {60_000: 10}, {60_000: 5}))
    late = _rows("2026-02-05T23:00Z", _interest("2026-02-27", {60_000: 10}, {60_000: 8}))
    after = _rows("2026-02-06T01:00Z", _interest("2026-02-27", {60_000: 10}, {60_000: 9}))
    metrics = _measure(tmp_path, early + late + after)
    assert value(metrics, "options.put_call_ratio") == 0.8
    assert seen(metrics, "options.put_call_ratio").as_of == seconds("2026-02-05T23:00")
    assert missing(metrics, "options.put_call_ratio", back=1) == "before the first row"
    noon = _measure(tmp_path, early + late + after, datetime(2026, 2, 6, 12, tzinfo=UTC))
    assert value(noon, "options.put_call_ratio") == 0.9


def test_a_snapshot_older_than_a_day_is_stale(tmp_path: Path) -> None:
    metrics = _measure(tmp_path, _rows("2026-02-04T23:00Z", _interest("2026-02-27", {60_000: 10}, {60_000: 5})))
    assert missing(metrics, "options.put_call_ratio") == "the last row is too old"
    assert value(metrics, "options.put_call_ratio", back=1) == 0.5
    assert metrics.strikes == ()


def test_what_a_snapshot_does_not_say_is_not_defined(tmp_path: Path) -> None:
    metrics = _measure(tmp_path, _rows("2026-02-05T23:00Z", _interest("2026-02-27", {60_000: 10}, {60_000: 5})))
    assert missing(metrics, "options.risk_reversal_25d") == "not defined for this day"
    assert missing(metrics, "options.atm_front") == "not defined for this day"


def test_the_term_structure_runs_over_fridays_and_leaves_expired_options_out(tmp_path: Path) -> None:
    def level(expiry: str, iv: float) -> list[Option]:
        return _quotes(expiry, {0.6: iv, 0.4: iv, 0.2: iv}, {-0.3: iv + 6, -0.2: iv + 6})

    expiries = {
        "2026-02-05": 5.0,  # expired at 08:00 of the snapshot's day
        "2026-02-06": 10.0,  # tomorrow: too near
        "2026-02-08": 20.0,  # a Sunday: it spans a weekend
        "2026-02-13": 50.0,
        "2026-02-27": 48.0,
        "2026-03-06": 47.0,
        "2026-05-08": 44.0,
    }
    options = [option for expiry, iv in expiries.items() for option in level(expiry, iv)]
    metrics = _measure(tmp_path, _rows("2026-02-05T23:00Z", options))
    expected = {
        "options.atm_front": 50,
        "options.atm_back": 44,
        "options.term_slope": -6,
        "options.risk_reversal_25d": -6,
        "options.risk_reversal_expiry": seconds("2026-03-06"),
    }
    assert {metric: value(metrics, metric) for metric in expected} == pytest.approx(expected)


def test_the_key_expiry_s_figures_belong_together(tmp_path: Path) -> None:
    options = [
        *_interest("2026-02-13", {70_000: 90}, {60_000: 10}),
        *_interest("2026-02-27", {70_000: 10}, {55_000: 20, 60_000: 60, 75_000: 20}),
    ]
    metrics = _measure(tmp_path, _rows("2026-02-05T23:00Z", options))
    expected = {
        "options.key_expiry": seconds("2026-02-27"),
        "options.key_expiry_days": 22,
        "options.put_band_low": 55_000,
        "options.put_band_high": 65_000,
        "options.put_band_share": 0.8,
        "options.max_pain": 75_000,
        "options.put_call_ratio": 1.1,
    }
    assert {metric: value(metrics, metric) for metric in expected} == pytest.approx(expected)
    assert [strike.strike for strike in metrics.strikes] == [55_000, 60_000, 70_000, 75_000]


def test_sources_complete_one_another(tmp_path: Path) -> None:
    quotes = [(*row[:6],) for row in _rows("2026-02-05T23:00Z", _quotes("2026-02-27", *_SMILE))]
    held = [
        (*row[:4], row[6]) for row in _rows("2026-02-05T22:00Z", _interest("2026-02-27", {60_000: 10}, {60_000: 5}))
    ]
    files = {
        "prices.csv": _PRICES,
        "iv.csv": table("date,expiry,strike,type,mark_iv,delta", quotes),
        "oi.csv": table("date,expiry,strike,type,open_interest", held),
    }
    metrics = measure(
        tmp_path,
        source("prices"),
        source("iv", "options"),
        source("oi", "options"),
        files=files,
        day=date(2026, 2, 5),
    )
    assert (seen(metrics, "options.risk_reversal_25d").source, seen(metrics, "options.max_pain").source) == ("iv", "oi")


def test_volatility_written_as_a_fraction_is_read_in_points(tmp_path: Path) -> None:
    quotes = _quotes("2026-02-27", {0.6: 0.40, 0.4: 0.44, 0.2: 0.50}, {-0.3: 0.55, -0.2: 0.65})
    text = table("date,expiry,strike,type,mark_iv,delta", [row[:6] for row in _rows("2026-02-05T23:00Z", quotes)])
    files = {"prices.csv": _PRICES, "o.csv": text}
    metrics = measure(
        tmp_path, source("prices"), source("o", "options", unit="fraction"), files=files, day=date(2026, 2, 5)
    )
    assert value(metrics, "options.risk_reversal_25d") == pytest.approx(48.5 - 60)
