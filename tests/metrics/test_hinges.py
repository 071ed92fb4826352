"""Hinges: the nearest price of the days within reach on each side of a close, else a round number."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.metrics.hinges import find_hinges

_PRICES = st.floats(min_value=0.01, max_value=1e7)


def _find(close: float, sigma: float, candidates: list[float], side: str) -> tuple[float, float]:
    price, kind = find_hinges(
        np.array([close]),
        np.array([sigma]),
        [np.array([one]) for one in candidates],
        "above" if side == "above" else "below",
    )
    return float(price[0]), float(kind[0])


@pytest.mark.parametrize(
    ("candidates", "side", "found"),
    [
        ([104.0, 106.0, 110.0], "above", (104.0, 1)),
        ([100.5, 106.0, 110.0], "above", (106.0, 2)),
        ([96.0, 101.0, 110.0], "above", (110.0, 3)),
        ([96.0, 94.0, 90.0], "below", (96.0, 1)),
        # Nothing of the days is within reach: the next round number that is.
        ([96.0, 100.2, 100.2], "above", (105.0, 4)),
        ([104.0, 99.8, 99.8], "below", (95.0, 4)),
    ],
)
def test_the_nearest_within_reach(candidates: list[float], side: str, found: tuple[float, float]) -> None:
    assert _find(100.0, 0.02, candidates, side) == found


def test_none_where_even_round_numbers_are_out_of_reach() -> None:
    price, kind = _find(100.0, 0.001, [100.01, 100.02, 100.03], "above")
    assert math.isnan(price)
    assert math.isnan(kind)


@given(_PRICES, st.floats(min_value=1e-4, max_value=0.5), st.lists(_PRICES, min_size=3, max_size=3))
def test_a_hinge_is_beyond_the_close_and_within_a_week_s_reach(close: float, sigma: float, days: list[float]) -> None:
    for side, sign in (("above", 1), ("below", -1)):
        price, kind = _find(close, sigma, days, side)
        assert math.isnan(price) == math.isnan(kind)
        if not math.isnan(price):
            far = sign * math.log(price / close)
            assert 0.5 * sigma * (1 - 1e-9) <= far <= 3 * math.sqrt(7) * sigma * (1 + 1e-9)
