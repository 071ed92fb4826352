from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.metrics.fund_flows import PublishedFlows, flow_ranks, flow_streaks, month_sums
from reporter.model.metric import MetricSet
from tests.desk.build import days, seconds, source
from tests.metrics.build import closes, measure, missing, table, value

_FLOWS = source("f", "fund_flows", timezone="America/New_York", session_close="16:00", lag="8h")
_HEADER = "date,flow"


def _published(first: str, *flows: float) -> PublishedFlows:
    listed = [seconds(day) for day in days(first, len(flows))]
    return PublishedFlows(np.asarray(listed, dtype=np.int64), np.asarray(flows, dtype=float))


def _measure(folder: Path, rows: Sequence[tuple[str, object]], day: str, as_of: datetime | None = None) -> MetricSet:
    prices = closes([100.0] * 60, "2025-12-20")
    files = {"prices.csv": prices, "f.csv": table(_HEADER, rows)}
    return measure(folder, source("prices"), _FLOWS, files=files, day=date.fromisoformat(day), as_of=as_of)


_WEEK: tuple[tuple[str, object], ...] = (
    ("2026-01-29", -100),
    ("2026-01-30", -50),
    ("2026-02-02", 10),
    ("2026-02-03", 20),
    ("2026-02-04", -30),
    ("2026-02-05", -40),
    ("2026-02-06", 5),
)


def test_the_flow_of_a_day_is_not_known_at_its_own_cut(tmp_path: Path) -> None:
    metrics = _measure(tmp_path, _WEEK, "2026-02-05")
    expected = {
        "etf.net_flow_1d": -30e6,
        "etf.flow_date": seconds("2026-02-04"),
        "etf.flow_age": 1,
        "etf.net_flow_mtd": 0,
        "etf.flow_streak": -1,
        "etf.flow_sum_5d": -150e6,
        "etf.inflow_rank": 0,
        "etf.outflow_rank": 3,
        "etf.days_published": 5,
    }
    assert {metric: value(metrics, metric) for metric in expected} == pytest.approx(expected)


def test_it_is_known_the_next_morning(tmp_path: Path) -> None:
    morning = datetime(2026, 2, 6, 5, tzinfo=UTC)
    metrics = _measure(tmp_path, _WEEK, "2026-02-05", morning)
    expected = {
        "etf.net_flow_1d": -40e6,
        "etf.flow_age": 0,
        "etf.net_flow_mtd": -40e6,
        "etf.flow_streak": -2,
        "etf.outflow_rank": 3,
    }
    assert {metric: value(metrics, metric) for metric in expected} == pytest.approx(expected)
    # Four hours of New York time earlier, it was not.
    early = _measure(tmp_path, _WEEK, "2026-02-05", datetime(2026, 2, 6, 4, 59, tzinfo=UTC))
    assert value(early, "etf.net_flow_1d") == -30e6


def test_over_a_weekend_friday_s_flow_stays_the_newest_and_then_ages_out(tmp_path: Path) -> None:
    assert value(_measure(tmp_path, _WEEK, "2026-02-08"), "etf.flow_age") == 2
    assert value(_measure(tmp_path, _WEEK, "2026-02-10"), "etf.net_flow_1d") == 5e6
    old = _measure(tmp_path, _WEEK, "2026-02-11")
    for metric in ("net_flow_1d", "net_flow_mtd", "flow_streak", "flow_date", "flow_age", "days_published"):
        assert missing(old, f"etf.{metric}") == "the last row is too old"


def test_a_row_not_yet_filled_is_no_flow_of_zero(tmp_path: Path) -> None:
    rows = [*_WEEK[:5], ("2026-02-05", "")]
    metrics = _measure(tmp_path, rows, "2026-02-06")
    assert value(metrics, "etf.net_flow_1d") == -30e6
    assert value(metrics, "etf.flow_date") == seconds("2026-02-04")
    assert value(metrics, "etf.days_published") == 5


def test_a_month_with_a_blank_day_has_no_sum(tmp_path: Path) -> None:
    rows = [*_WEEK[:3], ("2026-02-03", ""), *_WEEK[4:]]
    metrics = _measure(tmp_path, rows, "2026-02-06")
    assert value(metrics, "etf.net_flow_1d") == -40e6
    assert missing(metrics, "etf.net_flow_mtd") == missing(metrics, "etf.flow_sum_5d") == "not enough history"


def test_a_file_that_begins_inside_a_month_has_no_sum_of_it(tmp_path: Path) -> None:
    metrics = _measure(tmp_path, _WEEK, "2026-01-31")
    assert value(metrics, "etf.net_flow_1d") == -50e6
    assert missing(metrics, "etf.net_flow_mtd") == "not enough history"
    assert value(_measure(tmp_path, _WEEK, "2026-02-03"), "etf.net_flow_mtd") == 10e6


def test_no_flow_is_known_yet(tmp_path: Path) -> None:
    assert missing(_measure(tmp_path, _WEEK, "2026-01-29"), "etf.net_flow_1d") == "before the first row"


def test_sums_begin_anew_with_each_month_and_year() -> None:
    over_year = _published("2025-12-30", 1, 2, 4, 8, 16)
    assert month_sums(over_year).tolist() == pytest.approx([np.nan, np.nan, 4, 12, 28], nan_ok=True)
    over_month = _published("2026-01-30", 1, 2, 4, 8)
    assert month_sums(over_month).tolist() == pytest.approx([np.nan, np.nan, 4, 12], nan_ok=True)
    over_leap = _published("2024-02-28", 1, 2, 4)
    assert month_sums(over_leap).tolist() == pytest.approx([np.nan, np.nan, 4], nan_ok=True)


@pytest.mark.parametrize(
    ("first", "whole"),
    [("2026-02-02", True), ("2026-02-03", False), ("2026-01-02", True), ("2026-01-05", False), ("2026-03-01", True)],
)
def test_a_first_month_counts_from_its_first_weekday(first: str, whole: bool) -> None:
    sums = month_sums(_published(first, 7.0))
    assert sums.tolist() == pytest.approx([7.0 if whole else np.nan], nan_ok=True)


def test_streaks_turn_with_the_sign_and_end_at_zero_and_gaps() -> None:
    rows = _published("2026-02-02", 5, 1, -2, -3, 0, -1, np.nan, -1, -1, 2)
    assert flow_streaks(rows).tolist() == pytest.approx([1, 2, -1, -2, 0, -1, np.nan, -1, -2, 1], nan_ok=True)


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=40))
def test_ranks_count_flows_of_the_same_direction_before_that_are_no_smaller(flows: list[int]) -> None:
    for sign in (1, -1):
        found = flow_ranks(_published("2026-01-01", *flows), sign).tolist()
        for place, flow in enumerate(flows):
            beyond = [other for other in flows[:place] if other * sign >= flow * sign]
            assert found[place] == (len(beyond) + 1 if flow * sign > 0 else 0)


@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=40), st.data())
def test_no_row_is_told_by_a_later_one(flows: list[int], data: st.DataObject) -> None:
    kept = data.draw(st.integers(1, len(flows)))
    whole, part = _published("2026-01-01", *flows), _published("2026-01-01", *flows[:kept])
    for function in (month_sums, flow_streaks, lambda rows: flow_ranks(rows, 1), lambda rows: flow_ranks(rows, -1)):
        np.testing.assert_array_equal(function(whole)[:kept], function(part))


def test_a_column_of_blanks_is_told_as_such_and_not_as_data_that_begin_later(tmp_path: Path) -> None:
    blanks = [(day, "") for day, _ in _WEEK]

    assert missing(_measure(tmp_path, blanks, "2026-02-06"), "etf.net_flow_1d") == "blank in every row so far"
    assert missing(_measure(tmp_path, blanks, "2026-01-29"), "etf.net_flow_1d") == "before the first row"


def test_blanks_before_the_first_flow_are_told_by_what_was_known_then(tmp_path: Path) -> None:
    later = [(day, "" if day < "2026-02-03" else flow) for day, flow in _WEEK]

    assert missing(_measure(tmp_path, later, "2026-02-02"), "etf.net_flow_1d") == "blank in every row so far"
    assert value(_measure(tmp_path, later, "2026-02-04"), "etf.net_flow_1d") == 20e6
