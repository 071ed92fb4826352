from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.model.metric import MetricSet
from reporter.rules import Replay
from reporter.verify.ledger.ledger_model import StretchRecord
from reporter.verify.ledger.stretch_records import list_closed_days
from reporter.verify.recompute.history import History
from tests.rules.build import book, load_texts, make_metrics, rule

#: Thursday to Wednesday, without the weekend, then a holiday on Friday.
DAYS = tuple(date(2026, 3, day) for day in (5, 6, 9, 10, 11, 12, 16, 17, 18))
AHEAD = tuple(date(2026, 3, day) for day in (19, 20, 23, 24))


def sessions(values: Sequence[float | None], days: Sequence[date] = DAYS) -> MetricSet:
    """Closes of some sessions, the last of which is the brief's."""
    metrics = make_metrics({"price.close": list(values)})
    dates = tuple(days[: len(values)])
    return replace(metrics, dates=dates, sessions=(*days, *AHEAD))


def told(tmp_path: Path, expression: str, metrics: MetricSet, at: int = -1) -> float | None:
    more = {"facts": f"{{ told: '{expression}' }}", "optional": "[told]"}
    rules = load_texts(tmp_path, book(rule("a", "price.close > 0", **more)))
    scope = Replay(rules, metrics).scope
    return scope.bind_number(rules.rules[0].facts["told"].tree)(range(len(metrics.dates))[at])


@pytest.mark.parametrize(
    ("expression", "right"),
    [
        ("prev(price.close)", 12.0),
        ("ago(price.close, 2)", 11.0),
        ("change(price.close, 1)", 1.0),
        ("streak(price.close > 10)", 3.0),
        ("max_over(price.close, 3)", 13.0),
        ("mean_over(price.close, 4)", 11.5),
        ("days_since(price.close <= 10)", 3.0),
    ],
)
def test_what_looks_back_counts_sessions(tmp_path: Path, expression: str, right: float) -> None:
    # The last is Tuesday 10 March; Friday 6 March is two sessions before it.
    metrics = sessions([10, 11, 12, 13], (date(2026, 3, 5), date(2026, 3, 6), date(2026, 3, 9), date(2026, 3, 10)))
    assert told(tmp_path, expression, metrics) == right


def test_what_follows_a_day_is_the_session_after_and_what_follows_a_week_is_the_same_weekday(tmp_path: Path) -> None:
    metrics = sessions([1, 2, 3, 4, 5, 6, 7, 8, 9])
    # Each session but the last has one after it; of those whose date a week later is a session, Friday 6 March is none.
    assert told(tmp_path, "base_cases(price.close > 0, price.close > 0, 1d)", metrics) == 8
    assert told(tmp_path, "base_cases(price.close > 0, price.close > 0, 7d)", metrics) == 4


def test_positions_and_dates_go_on_after_the_last_day() -> None:
    metrics = sessions([1] * 9)
    assert metrics.find_date(9) == date(2026, 3, 19)
    assert metrics.find_last_position(date(2026, 3, 22)) == 10
    assert metrics.find_last_position(date(2026, 3, 15)) == 5
    assert metrics.find_later(1, 7) is None
    assert metrics.find_later(1, 1) == 2


_ONCE = st.floats(1, 5).map(lambda value: float(round(value)))


@given(values=st.lists(_ONCE, min_size=4, max_size=9), days=st.integers(1, 3))
def test_a_ledger_computes_again_what_looks_back_over_weekends(values: list[float], days: int) -> None:
    closed = tuple(list_closed_days(DAYS[0], DAYS))
    assert closed == ("2026-03-07", "2026-03-08", "2026-03-13", "2026-03-14", "2026-03-15")
    stretch = StretchRecord(
        metric="price.close", first="2026-03-05", begins=True, values=tuple(values), sources=(("2026-03-05", "hand"),)
    )
    history = History({}, [stretch], closed)
    for at in range(days, len(values)):
        assert history.read("price.close", history.step(DAYS[at], -days)) == values[at - days]
    assert history.find_later(date(2026, 3, 6), 7) is None
