from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.model.metric import MetricSet
from reporter.rules import Replay, RuleBook
from reporter.rules.engine.facts import bind_fact
from tests.rules.build import book, load_texts, make_metrics, rule

NAMES = {"low": "since_lower", "high": "since_higher", "first": "known_since"}


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> RuleBook:
    facts = ", ".join(f"{name}: {function}(price.close)" for name, function in NAMES.items())
    more = {"facts": f"{{ {facts} }}", "optional": "[low, high, first]"}
    return load_texts(tmp_path_factory.mktemp("rules"), book(rule("a", "price.close > 0", **more)))


def dates(rules: RuleBook, metrics: MetricSet, name: str) -> list[str | None]:
    """The fact of a name on each day, as a date."""
    replay = Replay(rules, metrics)
    fact_at = bind_fact(replay.traced, name, rules.rules[0].facts[name])
    found = [fact_at(day)[0].value for day in range(len(metrics.dates))]
    return [None if value is None else datetime.fromtimestamp(float(value), UTC).date().isoformat() for value in found]


def days(metrics: MetricSet, *places: int | None) -> list[str | None]:
    return [None if place is None else metrics.dates[place].isoformat() for place in places]


def test_the_last_day_that_was_beyond_today_is_named(rules: RuleBook) -> None:
    metrics = make_metrics({"price.close": [5, 3, 4, 4, 6]})

    assert dates(rules, metrics, "low") == days(metrics, None, None, 1, 1, 3)
    assert dates(rules, metrics, "high") == days(metrics, None, 0, 0, 0, None)


def test_a_gap_is_passed_over_and_a_gap_today_gives_nothing(rules: RuleBook) -> None:
    metrics = make_metrics({"price.close": [3, None, 4, None]})

    assert dates(rules, metrics, "low") == days(metrics, None, None, 0, None)
    assert dates(rules, metrics, "first") == days(metrics, 0, None, 0, None)


def test_days_of_another_source_are_not_compared(rules: RuleBook) -> None:
    metrics = make_metrics({"price.close": [3, 2, 4, 5]}, sources={"price.close": ["other", "other", "hand", "hand"]})

    assert dates(rules, metrics, "low") == days(metrics, None, None, None, 2)
    assert dates(rules, metrics, "first") == days(metrics, 0, 0, 2, 2)


@given(values=st.lists(st.one_of(st.none(), st.integers(1, 6)), min_size=1, max_size=12))
def test_no_day_in_between_was_beyond_today(rules: RuleBook, values: Sequence[int | None]) -> None:
    metrics = make_metrics({"price.close": values})
    for day, found in enumerate(dates(rules, metrics, "low")):
        today = values[day]
        start = 0 if found is None else [one.isoformat() for one in metrics.dates].index(found)
        between = [value for value in values[start + 1 if found else 0 : day] if value is not None]
        if today is None:
            assert found is None
        else:
            assert all(value >= today for value in between)
            assert found is None or (values[start] or 0) < today
