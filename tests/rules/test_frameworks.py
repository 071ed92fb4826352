from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.diagnostics.errors import InputError
from reporter.metrics.framework import SPECS
from reporter.model.framework import FrameworkState
from reporter.model.metric import MetricSeries, MetricSet
from reporter.rules import Frameworks, RuleBook, load_rules
from reporter.syntax import read_yaml
from tests.rules.build import REGISTRY, make_metrics

KNOWN = {**REGISTRY, **{spec.id: spec for spec in SPECS}}
#: A level is the close of a day that opens; two closes below it lose it, one of thirty on such a day leaves it.
TEXT = """
level: []
opens: price.weekend
lasts: 5d
most: 2
levels:
  - { id: high, value: price.close, when: price.close >= 30 }
  - { id: ten, value: price.close }
closes:
  - { id: lost, when: framework.above and streak(price.close < framework.level) >= 2 }
  - { id: left, when: price.weekend and price.close >= 30 }
conditions:
  - { id: for.mood, side: for, name: { en: mood }, value: sentiment.score, at_least: 50 }
  - { id: for.close, side: for, name: { en: close }, value: price.close, at_least: framework.level, until: 2d }
  - { id: for.spare, side: for, name: { en: spare }, value: price.close, above: 0 }
  - { id: against.flows, side: against, name: { en: flows }, value: flows.net_1d, below: 0 }
"""

Values = Sequence[float | None]


def framework(folder: Path, text: str = TEXT) -> RuleBook:
    path = folder / "report.yaml"
    path.write_text(text, "utf-8")
    return load_rules([], KNOWN, (read_yaml(path, "report.yaml"), "report.yaml"))


def metrics(closes: Values, opens: str, score: Values = (), flows: Values = ()) -> MetricSet:
    """Days of closes; `opens` has an x for each day on which a framework may be set."""
    made = make_metrics(
        {
            "price.close": closes,
            "price.weekend": [float(mark == "x") for mark in opens],
            "sentiment.score": score or [60.0] * len(closes),
            "flows.net_1d": flows or [-1.0] * len(closes),
        }
    )
    none = (None,) * len(closes)
    return replace(made, series={**made.series, **{s.id: MetricSeries(s, none, none, none, none) for s in SPECS}})


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> RuleBook:
    return framework(tmp_path_factory.mktemp("framework"))


def levels(found: Frameworks) -> list[float | None]:
    return [state.level if (state := found.find_standing(day)) else None for day in range(len(found.metrics.dates))]


def endings(found: Frameworks) -> list[str]:
    return [state.closed if (state := found.find_closed(day)) else "" for day in range(len(found.metrics.dates))]


def column(found: Frameworks, name: str) -> list[float | None]:
    return list(found.metrics.series[f"framework.{name}"].values)


def statuses(found: Frameworks, day: int) -> dict[str, str]:
    state = found.find_standing(day)
    assert state is not None
    return {condition.id: condition.status for condition in state.conditions}


def test_a_framework_stands_from_the_day_it_is_set_until_its_days_are_over(book: RuleBook) -> None:
    found = Frameworks(book, metrics([10, 11, 12, 13, 14, 15, 16, 17], "-x------"))

    assert levels(found) == [None, 11, 11, 11, 11, 11, None, None]
    assert endings(found) == ["", "", "", "", "", "", "expired", ""]
    assert column(found, "age") == [None, 0, 1, 2, 3, 4, None, None]
    assert column(found, "closed_how") == [0, 0, 0, 0, 0, 0, 3, 0]


def test_another_day_that_could_set_one_leaves_the_standing_one_alone(book: RuleBook) -> None:
    assert levels(Frameworks(book, metrics([10, 12, 14, 16], "xxxx"))) == [10, 10, 10, 10]


def test_a_level_is_lost_by_as_many_closes_as_are_asked(book: RuleBook) -> None:
    found = Frameworks(book, metrics([10, 9, 11, 9, 8, 12], "x-----"))

    assert endings(found) == ["", "", "", "", "lost", ""]
    assert column(found, "closed_run") == [None, None, None, None, 2, None]


def test_what_is_left_behind_gives_way_to_the_next_on_the_same_day(book: RuleBook) -> None:
    found = Frameworks(book, metrics([10, 11, 40, 41], "x-x-"))

    assert levels(found) == [10, 10, 40, 40]
    assert endings(found) == ["", "", "left", ""]
    closed, state = found.find_closed(2), found.find_standing(2)
    assert (closed and closed.kind, closed and closed.level, state and state.kind) == ("ten", 10, "high")


def test_a_condition_is_met_not_met_or_unknown_and_remembers(book: RuleBook) -> None:
    found = Frameworks(book, metrics([10, 11, 12, 13, 14], "x----", score=[60, 40, None, 40, 60]))

    state = found.find_standing(3)
    assert state is not None
    mood = state.conditions[0]
    assert [status for _, status in mood.history] == ["met", "not met", "unknown", "not met"]
    assert mood.turned == found.metrics.series["framework.set_date"].values[0] + 86_400  # type: ignore[operator]
    assert statuses(found, 2)["for.mood"] == "unknown"
    # An unknown day between turns nothing by itself, and what is known again on the other side does.
    assert column(found, "turned") == [0, 1, 0, 0, 1]
    assert column(found, "unknown") == [0, 0, 1, 0, 0]


def test_a_condition_that_is_asked_from_a_later_day_on_is_pending_until_then(tmp_path: Path) -> None:
    asked = "value: price.close, at_least: framework.level, until: 2d"
    later = framework(tmp_path, TEXT.replace(asked, asked + ", after: 1d"))

    found = Frameworks(later, metrics([10, 9, 11, 12], "x---"))

    state = found.find_standing(0)
    assert state is not None
    close = state.conditions[1]
    assert (close.id, close.status) == ("for.close", "pending")
    # It has its figures all the same; what is pending is the verdict.
    assert close.finding.find_fact("reading") is not None
    assert [statuses(found, day)["for.close"] for day in range(1, 4)] == ["not met", "met", "met"]
    # Nothing turned on the first day on which there was anything to judge.
    assert column(found, "turned") == [0, 0, 1, 0]
    assert column(found, "for_met") == [1, 1, 2, 2]
    assert column(found, "unknown") == [0, 0, 0, 0]


def test_a_condition_whose_time_is_over_keeps_its_last_state(book: RuleBook) -> None:
    found = Frameworks(book, metrics([10, 9, 11, 9, 11], "x----"))

    state = found.find_standing(3)
    assert state is not None
    close = state.conditions[1]
    assert (close.id, close.status, close.over, len(close.history)) == ("for.close", "met", True, 3)


def test_no_more_conditions_a_side_than_asked_and_known_ones_first(book: RuleBook) -> None:
    known = Frameworks(book, metrics([10, 11], "x-"))
    late = Frameworks(book, metrics([10, 11], "x-", score=[None, 60]))

    assert list(statuses(known, 0)) == ["for.mood", "for.close", "against.flows"]
    assert list(statuses(late, 1)) == ["for.close", "for.spare", "against.flows"]


FAR = """
level: []
opens: price.weekend
lasts: 4d
levels: [{ id: ten, value: price.close }]
conditions:
  - { id: for.cost, side: for, name: { en: cost }, value: price.close, at_least: price.low }
  - { id: for.mood, side: for, name: { en: mood }, value: sentiment.score, at_least: 1 }
  - { id: against.fall, side: against, name: { en: fall }, value: price.return_1d, at_most: -10%, until: 1d }
"""


@pytest.mark.parametrize(
    ("low", "move", "asked"),
    [
        # Four days of 2 % are 4 % wide, four times that is 16 %; one day is 8 %.
        (85.0, 0.0, ["for.cost", "for.mood"]),
        (83.9, 0.0, ["for.mood"]),
        (83.9, -0.021, ["for.mood", "against.fall"]),
        (120.0, -0.19, ["for.mood"]),
    ],
)
def test_a_condition_that_its_days_can_hardly_turn_is_not_asked(
    tmp_path: Path, low: float, move: float, asked: list[str]
) -> None:
    far = framework(tmp_path, FAR)
    made = metrics([100, 100], "x-")
    values = {"price.close": [100.0, 100.0], "price.weekend": [1.0, 0.0], "sentiment.score": [60.0, 60.0]}
    values |= {"price.low": [low, low], "price.return_1d": [move, move], "price.sigma_1d": [0.02, 0.02]}
    given = make_metrics(values)
    found = Frameworks(far, replace(made, series={**made.series, **given.series}))

    assert list(statuses(found, 0)) == asked
    assert column(found, "for_count")[0] == sum(name.startswith("for.") for name in asked)


def test_what_no_day_could_turn_is_counted(tmp_path: Path) -> None:
    values = {"price.close": [100.0, 100.0], "price.weekend": [1.0, 0.0], "sentiment.score": [60.0, 60.0]}
    values |= {"price.low": [50.0, 50.0], "price.return_1d": [0.0, 0.0], "price.sigma_1d": [0.02, 0.02]}
    made = metrics([100, 100], "x-")
    found = Frameworks(framework(tmp_path, FAR), replace(made, series={**made.series, **make_metrics(values).series}))

    assert found.count_out_of_reach() == {"for.cost": (1, 1), "for.mood": (1, 0), "against.fall": (1, 1)}


def test_without_a_deviation_nothing_is_out_of_reach(tmp_path: Path) -> None:
    made = metrics([100, 100], "x-")
    given = make_metrics({"price.close": [100.0, 100.0], "price.low": [1.0, 1.0], "price.weekend": [1.0, 0.0]})
    found = Frameworks(framework(tmp_path, FAR), replace(made, series={**made.series, **given.series}))

    assert "for.cost" in statuses(found, 0)


def gist(state: FrameworkState | None) -> object:
    """A state without its dates, which count back from the last day of each set of metrics."""
    if state is None:
        return None
    conditions = [(one.id, one.over, [status for _, status in one.history]) for one in state.conditions]
    return state.level, state.kind, state.above, state.closed, conditions


#: Of each day: its close, whether it opens, its score.
Days = list[tuple[int, bool, int | None]]
DAYS = st.lists(st.tuples(st.integers(5, 45), st.booleans(), st.one_of(st.none(), st.integers(0, 100))), min_size=2)


@given(days=DAYS)
def test_yesterday_replayed_today_is_what_yesterday_saw(book: RuleBook, days: Days) -> None:
    def replay(upto: int) -> Frameworks:
        seen = days[:upto]
        opens = "".join("x" if one[1] else "-" for one in seen)
        return Frameworks(book, metrics([one[0] for one in seen], opens, [one[2] for one in seen]))

    whole, cut = replay(len(days)), replay(len(days) - 1)
    for day in range(len(days) - 1):
        assert gist(cut.find_standing(day)) == gist(whole.find_standing(day))
        assert gist(cut.find_closed(day)) == gist(whole.find_closed(day))


@given(days=DAYS)
def test_what_is_unknown_is_never_counted_as_met(book: RuleBook, days: Days) -> None:
    opens = "".join("x" if one[1] else "-" for one in days)
    found = Frameworks(book, metrics([one[0] for one in days], opens, [one[2] for one in days]))

    for day in range(len(days)):
        state = found.find_standing(day)
        if state is not None:
            met = sum(one.status == "met" and one.side == "for" for one in state.conditions)
            assert found.metrics.series["framework.for_met"].values[day] == met
            unknown = sum(one.status == "unknown" for one in state.conditions)
            assert found.metrics.series["framework.unknown"].values[day] == unknown


NEEDS = "it needs one of at_least, above, at_most, below"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("at_least: 50 }", "}", f'13:5: condition "for.mood" has no bound; {NEEDS}'),
        ("at_least: 50 }", "at_least: 50, below: 60 }", f'13:5: condition "for.mood" has at_least and below; {NEEDS}'),
        (
            "until: 2d",
            "until: price.close",
            '14:108: framework: condition "for.close" ends by usd_price, not by days or a date',
        ),
        (
            "value: price.close, when",
            "value: sentiment.score, when",
            '7:24: framework: level "high" is score, not a price',
        ),
        (
            "opens: price.weekend",
            "opens: price.weekened",
            '3:8: framework: unknown metric "price.weekened"; did you mean "price.weekend"?',
        ),
        (
            "value: sentiment.score, at",
            "value: sentiment.scores, at",
            '13:59: rule "for.mood": unknown metric "sentiment.scores"; did you mean "sentiment.score"?',
        ),
    ],
)
def test_a_mistake_in_a_framework_is_located(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in TEXT
    with pytest.raises(InputError) as caught:
        framework(tmp_path, TEXT.replace(old, new, 1))

    assert f"report.yaml:{message}" in str(caught.value).splitlines()
