"""Changes over spans of the calendar."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk.build import source
from tests.metrics.build import closes, measure, missing, value

#: 100 on 25 December, a dollar more each day: 106 on 31 December, 137 on 31 January.
_RISING = [100.0 + day for day in range(60)]


def test_changes_to_date_start_from_the_last_close_of_the_span_before(tmp_path: Path) -> None:
    files = {"prices.csv": closes(_RISING, "2025-12-25")}
    metrics = measure(tmp_path, source("prices"), files=files)
    assert value(metrics, "price.return_2d") == pytest.approx(159 / 157 - 1)
    assert value(metrics, "price.month_to_date") == pytest.approx(159 / 137 - 1)
    assert value(metrics, "price.quarter_to_date") == pytest.approx(159 / 106 - 1)
    assert value(metrics, "price.year_to_date") == pytest.approx(159 / 106 - 1)


def test_on_a_last_day_they_are_the_whole_span_and_on_a_first_one_a_day(tmp_path: Path) -> None:
    files = {"prices.csv": closes(_RISING, "2025-12-25")}
    metrics = measure(tmp_path, source("prices"), files=files)
    assert value(metrics, "price.month_to_date", back=22) == pytest.approx(137 / 106 - 1)
    assert value(metrics, "price.month_to_date", back=21) == pytest.approx(138 / 137 - 1)
    assert value(metrics, "price.month_to_date", back=21) == value(metrics, "price.return_1d", back=21)


def test_a_span_whose_start_is_not_known_has_none(tmp_path: Path) -> None:
    files = {"prices.csv": closes([*_RISING[:6], "", *_RISING[7:]], "2025-12-25")}
    metrics = measure(tmp_path, source("prices"), files=files)
    assert missing(metrics, "price.year_to_date") is not None
    assert value(metrics, "price.month_to_date") == pytest.approx(159 / 137 - 1)
    # December began before the data.
    assert missing(metrics, "price.month_to_date", back=55) == "not enough history"
