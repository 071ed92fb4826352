from __future__ import annotations

from pathlib import Path

import pytest

from reporter.model.metric import MetricSet
from tests.desk.build import seconds
from tests.metrics.build import closes, measure, missing, value

#: Forty calm days that end at 100: a day's deviation is close to one per cent.
_CALM = [100.0 * (1.005 if day % 2 else 0.995) for day in range(39)] + [100.0]


def _after(folder: Path, *moves: float) -> MetricSet:
    """Metrics after the calm days and some daily moves."""
    values = list(_CALM)
    for move in moves:
        values.append(values[-1] * (1 + move))
    return measure(folder, files={"prices.csv": closes(values)})


def test_calm_days_have_no_shock(tmp_path: Path) -> None:
    metrics = _after(tmp_path, 0.01, -0.02)
    for metric in ("shock_age", "shock_return", "shock_start", "shock_close", "shock_date", "retraced_share"):
        assert missing(metrics, f"price.{metric}") == "not defined for this day"


def test_a_shock_is_followed_for_three_days(tmp_path: Path) -> None:
    moves = [-0.10, 0.02, 0.02, 0.01, 0.0]
    for age in range(4):
        metrics = _after(tmp_path, *moves[: age + 1])
        assert value(metrics, "price.shock_age") == age
        assert value(metrics, "price.shock_return") == pytest.approx(-0.10)
        assert value(metrics, "price.shock_start") == pytest.approx(100)
        assert value(metrics, "price.shock_close") == pytest.approx(90)
        assert value(metrics, "price.shock_date") == seconds("2026-02-10")
        assert value(metrics, "price.needed_to_erase") == pytest.approx(100 / 90 - 1)
    assert missing(_after(tmp_path, *moves), "price.shock_age") == "not defined for this day"


def test_how_much_was_made_good_is_not_told_on_the_day_itself(tmp_path: Path) -> None:
    assert missing(_after(tmp_path, -0.10), "price.retraced_share") == "not defined for this day"
    after = _after(tmp_path, -0.10, 0.05)
    assert value(after, "price.retraced_share") == pytest.approx(0.45)
    assert value(after, "price.retraced_share_high") == pytest.approx(0.45)
    deeper = _after(tmp_path, -0.10, -0.02)
    assert value(deeper, "price.retraced_share") == pytest.approx(-0.18)
    assert value(deeper, "price.retraced_share_high") == pytest.approx(0.0)


def test_a_fall_must_be_hard_by_both_measures(tmp_path: Path) -> None:
    # Three per cent are three deviations of so calm a price, and still no shock.
    metrics = _after(tmp_path, -0.039)
    assert value(metrics, "price.move_sigma") < -2.5
    assert missing(metrics, "price.shock_age") == "not defined for this day"
    wild = [100.0 * (1.03 if day % 2 else 0.97) for day in range(40)]
    rough = measure(tmp_path, files={"prices.csv": closes([*wild, wild[-1] * 0.9])})
    assert -2.5 < value(rough, "price.move_sigma") < 0
    assert missing(rough, "price.shock_age") == "not defined for this day"


def test_today_s_shock_wins_over_a_harder_one_before(tmp_path: Path) -> None:
    metrics = _after(tmp_path, -0.08, -0.09)
    assert value(metrics, "price.move_sigma") > value(metrics, "price.move_sigma", back=1)
    assert value(metrics, "price.shock_age") == 0
    assert value(metrics, "price.shock_return") == pytest.approx(-0.09)


def test_among_the_days_before_the_deepest_counts(tmp_path: Path) -> None:
    # The second fall is larger, though smaller by the deviation that the first one left behind.
    metrics = _after(tmp_path, -0.08, -0.09, 0.01)
    assert value(metrics, "price.shock_age") == 1
    assert value(metrics, "price.shock_return") == pytest.approx(-0.09)
    assert value(_after(tmp_path, -0.09, -0.08, 0.01), "price.shock_age") == 2


def test_a_shock_of_before_is_not_told_where_today_is_not_known(tmp_path: Path) -> None:
    values: list[float | str] = [*_CALM, 90.0, "", 91.0]
    metrics = measure(tmp_path, files={"prices.csv": closes(values)})
    assert missing(metrics, "price.shock_age", back=1) == "no row for this day"
    assert missing(metrics, "price.shock_age") == "no row for this day"


def test_a_desk_of_two_days_has_no_shock_and_no_error(tmp_path: Path) -> None:
    metrics = measure(tmp_path, files={"prices.csv": closes([100.0, 50.0])})
    assert missing(metrics, "price.shock_age") == "not enough history"


def test_a_jump_is_the_mirror_of_a_shock(tmp_path: Path) -> None:
    metrics = _after(tmp_path, 0.10, -0.05)
    assert value(metrics, "price.jump_age") == 1
    assert value(metrics, "price.jump_return") == pytest.approx(0.10)
    start, close = value(metrics, "price.jump_start"), value(metrics, "price.jump_close")
    assert [start, close] == pytest.approx([100, 110])
    assert value(metrics, "price.given_back_share") == pytest.approx((110 - 110 * 0.95) / 10)
    assert missing(metrics, "price.shock_age") == "not defined for this day"
    assert missing(_after(tmp_path, 0.10), "price.given_back_share") == "not defined for this day"
