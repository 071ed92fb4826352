"""What becomes of statements: told by hand, and as properties over made-up closes with gaps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.authoring.track.outcomes import (
    HORIZON,
    FrameworkLife,
    Settled,
    count_closes,
    find_first_passing,
    find_return,
    judge_condition,
    judge_decider,
    judge_direction,
    judge_level,
    list_lives,
)
from reporter.authoring.track.record import TrackedStatement, count_lines
from reporter.authoring.track.statements import Kind
from reporter.model.finding import Finding
from reporter.model.framework import ConditionState, FrameworkState, Status
from reporter.model.timestamps import DAY, to_midnight
from reporter.rules import Frameworks
from tests.rules.test_frameworks import framework, metrics

Closes = list[float | None]
#: Closes around 100 and gaps; whole numbers, so that many are equal to a price.
CLOSES: st.SearchStrategy[Closes] = st.lists(st.none() | st.integers(90, 110).map(float), min_size=1, max_size=20)
LAST = date(2026, 2, 6)


def test_a_close_beyond_a_price_passes_it_and_one_at_it_does_not() -> None:
    assert find_first_passing([100, 105, 95, 106, 90], 0, 105, 95) == Settled("above", 3)
    assert find_first_passing([100, 105, 95, 94, 106], 0, 105, 95) == Settled("below", 3)


def test_an_ending_has_seven_days() -> None:
    closes = [100.0] * 8
    assert find_first_passing([*closes, 200], 0, 105, 95) == Settled("neither", 7)
    assert find_first_passing(closes[:-1], 0, 105, 95) == Settled("open")
    assert find_first_passing([*closes[:-1], 200], 0, 105, 95) == Settled("above", 7)


def test_what_stands_behind_a_missing_close_is_unknown() -> None:
    assert find_first_passing([100, None, 200], 0, 105, 95) == Settled("unknown")
    assert find_first_passing([100, 200, None], 0, 105, 95) == Settled("above", 1)


def test_the_direction_is_that_of_the_close_seven_days_later() -> None:
    flat = [100.0] * 7
    assert judge_direction([*flat, 101], 0) == Settled("up", 7)
    assert judge_direction([*flat, 99], 0) == Settled("down", 7)
    assert judge_direction([*flat, 100], 0) == Settled("unchanged", 7)
    assert judge_direction([*flat, None], 0) == Settled("unknown")
    assert judge_direction([None, *flat], 0) == Settled("unknown")
    assert judge_direction(flat, 0) == Settled("open")
    assert find_return([100, 110], 0, 1) == pytest.approx(0.1)
    assert find_return([100], 0, 1) is None


def test_what_decides_has_until_the_first_close_at_or_after_its_time() -> None:
    ends = [DAY * (day + 1) for day in range(5)]
    assert judge_decider([100, 100, 120, 100], 0, 105, 95, ends[1], ends) == Settled("undecided", 1)
    assert judge_decider([100, 100, 120, 100], 0, 105, 95, ends[1] + 60, ends) == Settled("decided", 2)
    assert judge_decider([100, 90, 120, 100], 0, 105, 95, ends[2], ends) == Settled("decided", 1)
    assert judge_decider([100, 100], 0, 105, 95, ends[2], ends[:2]) == Settled("open")
    assert judge_decider([100, None, 120], 0, 105, 95, ends[2], ends) == Settled("unknown")


@given(CLOSES, st.integers(0, 19), st.integers(98, 104), st.integers(96, 101))
def test_the_first_passing_is_what_a_search_from_the_end_finds(
    closes: Closes, day: int, above: int, below: int
) -> None:
    found = find_first_passing(closes, day, above, below)
    window = closes[day + 1 : day + 1 + HORIZON]
    expected = "neither" if len(window) == HORIZON else "open"
    for close in reversed(window):
        expected = "unknown" if close is None else "above" if close > above else "below" if close < below else expected
    assert found.outcome == expected
    assert (found.day is None) == (expected in ("open", "unknown"))


@given(CLOSES, CLOSES, st.integers(0, 19), st.integers(98, 104), st.integers(90, 98))
def test_later_days_change_nothing_that_is_settled(
    closes: Closes, later: Closes, day: int, above: int, below: int
) -> None:
    day = min(day, len(closes) - 1)
    ends = [float(DAY * (at + 1)) for at in range(len(closes) + len(later))]
    judges: tuple[Callable[[Closes], Settled], ...] = (
        lambda known: find_first_passing(known, day, above, below),
        lambda known: judge_direction(known, day),
        lambda known: judge_decider(known, day, above, below, (day + 3) * DAY, ends[: len(known)]),
    )
    for judge in judges:
        before = judge(closes)
        if before.outcome != "open":
            assert judge([*closes, *later]) == before


def _life(closes: Closes, level: float, *, above: bool, end: int | None) -> FrameworkLife:
    del closes
    state = FrameworkState(level, "round", above, "2026-01-01", "2026-01-15", "expired" if end else "", ())
    return FrameworkLife(state, end)


def test_a_level_is_judged_by_the_close_on_its_last_day() -> None:
    closes: Closes = [100, 98, None, 101, 99]
    assert judge_level(_life(closes, 100, above=True, end=3), closes) == Settled("held", 3)
    assert judge_level(_life(closes, 100, above=True, end=4), closes) == Settled("lost", 4)
    assert judge_level(_life(closes, 99, above=False, end=4), closes) == Settled("won", 4)
    assert judge_level(_life(closes, 100, above=False, end=4), closes) == Settled("not won", 4)
    assert judge_level(_life(closes, 100, above=True, end=2), closes) == Settled("unknown")
    assert judge_level(_life(closes, 100, above=True, end=None), closes) == Settled("open")
    assert count_closes(_life(closes, 100, above=True, end=4), closes, 0) == (1, 3)


def _condition(statuses: str, deadline: str, *, over: bool = False) -> ConditionState:
    """A condition asked from 2026-01-01 on; a letter a day: y met, n not met, ? unknown, - pending."""
    names: dict[str, Status] = {"y": "met", "n": "not met", "?": "unknown", "-": "pending"}
    history = tuple((f"2026-01-{day:02}", names[mark]) for day, mark in enumerate(statuses, 1))
    bare = Finding("for.mood", "", "", "condition", "neutral", 0, ())
    due = to_midnight(date.fromisoformat(deadline))
    return ConditionState("for.mood", "for", {}, "", bare, history[-1][1], history, None, due, over)


@pytest.mark.parametrize(
    ("statuses", "deadline", "ended", "expected"),
    [
        ("nny", "2026-01-05", False, ("met", "2026-01-03")),
        ("-?y", "2026-01-05", True, ("met", "2026-01-03")),
        ("nnn", "2026-01-05", False, ("open", "")),
        ("nnn", "2026-01-05", True, ("dropped", "2026-01-03")),
        ("n?n", "2026-01-03", True, ("not met", "2026-01-03")),
        ("n??", "2026-01-03", True, ("not met", "2026-01-03")),
        ("???", "2026-01-03", True, ("unknown", "")),
        ("yny", "2026-01-03", True, ("met", "2026-01-03")),
        ("yyn", "2026-01-03", True, ("not met", "2026-01-03")),
        ("yy?", "2026-01-03", True, ("unknown", "")),
        ("yy", "2026-01-03", True, ("dropped", "2026-01-02")),
        ("yy", "2026-01-03", False, ("open", "")),
    ],
)
def test_a_condition_has_until_its_last_day(
    statuses: str, deadline: str, ended: bool, expected: tuple[str, str]
) -> None:
    assert judge_condition(_condition(statuses, deadline), "2026-01-01", ended=ended) == expected


def test_a_condition_is_judged_from_the_day_that_told_it() -> None:
    condition = _condition("ynn", "2026-01-03")
    assert judge_condition(condition, "2026-01-01", ended=True) == ("not met", "2026-01-03")
    assert judge_condition(condition, "2026-01-02", ended=True) == ("not met", "2026-01-03")
    assert judge_condition(condition, "2026-02-01", ended=True) == ("unknown", "")


def test_every_day_can_set_a_level_in_walks_that_begin_on_other_days(tmp_path: Path) -> None:
    book = framework(tmp_path)
    assert book.framework is not None
    period = book.framework.lasts + 1
    days = metrics([10, 11, 9, 8, 12, 12, 12, 12, 9, 9, 9, 12, 12, 12], "-" * 14)
    starts: list[date] = []
    for phase in range(period):
        lives = list_lives(Frameworks(book, days, lambda day, phase=phase: day % period == phase), 14)  # type: ignore[misc]
        starts += map(date.fromisoformat, lives)
    assert sorted(starts) == list(days.dates)


def test_a_level_set_on_one_day_lives_as_the_report_type_says(tmp_path: Path) -> None:
    days = metrics([10, 11, 9, 8, 12, 12], "x-----")
    (life,) = list_lives(Frameworks(framework(tmp_path), days), 6).values()
    assert (life.end, life.state.closed) == (3, "lost")
    assert judge_level(life, days.series["price.close"].values) == Settled("lost", 3)
    (standing,) = list_lives(Frameworks(framework(tmp_path), metrics([10, 11], "x-")), 2).values()
    assert standing.end is None


ROW = TrackedStatement(
    "2026-01-01", "ending", "ending.fall", "move", "neutral", 100, None, 105, 95, "", "open", None, None
)
#: What became of rows of each kind, by how they were told; level rows only what can become of their side.
SETTLED: dict[tuple[Kind, str], str] = {
    ("ending", "above"): "above",
    ("ending", "below"): "neither",
    ("verdict", "above"): "up",
    ("verdict", "below"): "down",
    ("level", "above"): "held",
    ("level", "below"): "won",
}


def _make_row(told: tuple[Kind, str], outcome: str, stance: str, move: float) -> TrackedStatement:
    became = SETTLED[told] if outcome == "settled" else outcome
    return replace(ROW, kind=told[0], told_as=told[1], outcome=became, stance=stance, return_7d=move)


ROWS = st.lists(
    st.builds(
        _make_row,
        st.sampled_from(list(SETTLED)),
        st.sampled_from(("open", "unknown", "settled")),
        st.sampled_from(("bull", "bear")),
        st.floats(-0.5, 0.5),
    ),
    max_size=30,
)


@given(ROWS)
def test_every_statement_is_counted_once_in_all_of_its_kind(rows: list[TrackedStatement]) -> None:
    lines = list(count_lines(rows, ()))
    for kind in ("ending", "verdict", "level"):
        made = sum(
            line.counts.made
            for line in lines
            if line.kind == kind and not line.id and (line.told_as or kind != "level")
        )
        of_kind = sum(row.kind == kind for row in rows)
        # The line of all and the lines of its parts hold every statement once each.
        assert made == of_kind * (1 if kind == "level" else 2)
    for line in lines:
        assert line.counts.made == line.counts.settled + line.counts.open + line.counts.unknown
        shares = [line.counts.find_share(name) for name, _ in line.counts.outcomes]
        if line.counts.settled < 3:
            assert set(shares) == {None}
        else:
            assert sum(share for share in shares if share is not None) == pytest.approx(1)


@given(ROWS, st.randoms())
def test_the_counts_hang_on_no_order(rows: list[TrackedStatement], random: Random) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert list(count_lines(shuffled, shuffled)) == list(count_lines(rows, rows))


def test_what_holds_is_said_of_levels_and_of_verdicts_with_a_side() -> None:
    told: tuple[tuple[Kind, str, str], ...] = (
        ("level", "held", ""),
        ("level", "not won", ""),
        ("verdict", "up", "bull"),
        ("verdict", "up", "bear"),
        ("verdict", "up", "mixed"),
        ("verdict", "unchanged", "bull"),
        ("verdict", "open", "bull"),
        ("ending", "above", "bull"),
        ("condition", "met", ""),
    )
    held = [replace(ROW, kind=kind, outcome=outcome, stance=stance).held for kind, outcome, stance in told]
    assert held == [True, False, True, False, None, None, None, None, None]
