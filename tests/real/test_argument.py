"""Arguments of real days: the thesis is told where a reader looks for it, and the ending decides something.

Every 31st day since 2021 in the usual tests, all of them in the long ones.
"""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta

import pytest

from reporter.model.finding import Finding
from reporter.narrative.plan_model import Plan, PlannedSection
from tests.briefs import ROOT
from tests.real.trial_days import index_of, plan_day, real_trial

pytestmark = pytest.mark.skipif(
    not (ROOT / "../shared/market").is_dir(), reason="the real series do not lie beside the project"
)
_FIRST, _LAST = date(2021, 1, 1), date(2026, 4, 30)
_DAYS = (_LAST - _FIRST).days + 1
#: A first since fewer days is no thesis, and no contradiction of the line that there is none.
_SUPERLATIVE_DAYS = 14
#: Three standard deviations of a week's moves, in those of a day.
_REACH = 3 * math.sqrt(7)


def _days(step: int) -> list[tuple[date, Plan]]:
    found = [(day, plan_day(index_of(day))) for day in (_FIRST + timedelta(days=at) for at in range(0, _DAYS, step))]
    return [(day, plan) for day, plan in found if plan is not None]


@pytest.fixture(scope="module", params=[31, pytest.param(1, marks=pytest.mark.long)], ids=["some", "all"])
def days(request: pytest.FixtureRequest) -> list[tuple[date, Plan]]:
    return _days(request.param)


def _find_section(plan: Plan, name: str) -> PlannedSection | None:
    return next((part for part in plan.sections if part.id == name), None)


def _list_forms(plan: Plan, section: str, finding: Finding) -> set[str]:
    part = _find_section(plan, section)
    slots = (slot for row in part.paragraphs for slot in row) if part else ()
    return {slot.form for slot in slots if slot.finding.id == finding.id}


def _goes_back(finding: Finding, day: date) -> float:
    since = finding.find_fact("since")
    if since is None or not isinstance(since.value, float):
        return math.inf
    return (day - datetime.fromtimestamp(since.value, UTC).date()).days


@pytest.mark.long
def test_nine_days_of_ten_have_a_verdict_or_a_superlative_for_a_thesis(days: list[tuple[date, Plan]]) -> None:
    argued = [plan.argument.subject is not None for _, plan in days]
    assert sum(argued) >= 0.9 * len(argued), sum(argued) / len(argued)


def test_a_thesis_is_told_in_front_is_claimed_with_evidence_and_ends_the_brief(days: list[tuple[date, Plan]]) -> None:
    wrong = []
    for day, plan in days:
        subject = plan.argument.subject
        if subject is None:
            continue
        verdict = plan.argument.thesis is not None
        front = {slot.form for slot in (*plan.heads, *plan.standfirst) if slot.finding.id == subject.id}
        if verdict:
            told = {"claim", "body"} <= _list_forms(plan, "argument", subject)
        else:
            told = "claim" in _list_forms(plan, "lede", subject)
        above, below = (subject.find_fact(name) for name in ("above", "below"))
        hinged = above is not None and below is not None and None not in (above.value, below.value)
        ends = plan.length == "short" or not hinged or {"if_above", "if_below"} <= _list_forms(plan, "ending", subject)
        if not ("standfirst" in front or not verdict) or not (front and told and ends):
            wrong.append((day, subject.id, sorted(front), told, ends))
    assert wrong == []


def test_a_day_without_a_thesis_says_so_and_is_short(days: list[tuple[date, Plan]]) -> None:
    for day, plan in days:
        if plan.argument.subject is not None:
            continue
        assert plan.argument.nothing is not None, day
        assert [slot.finding.id for slot in plan.standfirst[1:]] == [plan.argument.nothing.id], day
        lede = _find_section(plan, "lede")
        told = [slot for row in (lede.paragraphs if lede else ()) for slot in row] + list(plan.takeaways)
        news = [slot.finding for slot in told if slot.finding.phrase.startswith("news.")]
        # The line is about the asset; a plain day of it may be rare for another market (`news.metal_rise.slv`).
        own = [finding for finding in news if finding.id.count(".") == 1]
        assert [finding.id for finding in own if _goes_back(finding, day) >= _SUPERLATIVE_DAYS] == [], day


def test_running_text_tells_two_facts_of_news_a_paragraph_and_the_others_are_listed_once(
    days: list[tuple[date, Plan]],
) -> None:
    for day, plan in days:
        if plan.length == "short":
            continue
        lede, rare = _find_section(plan, "lede"), _find_section(plan, "rare")
        # A claim holds no figure.
        paragraphs = lede.paragraphs if lede else ()
        news = [[slot for slot in row if slot.finding.topic == "news" and slot.form != "claim"] for row in paragraphs]
        assert max(map(len, news), default=0) <= 2, day
        listed = [slot.finding.id for row in (rare.paragraphs if rare else ()) for slot in row]
        told = [slot.finding.id for row in news for slot in row] + [slot.finding.id for slot in plan.takeaways]
        assert not set(listed) & set(told), day
        assert len(listed) == len(set(listed)), day


def test_every_full_and_standard_day_ends_with_two_open_branches_within_a_week_s_reach(
    days: list[tuple[date, Plan]],
) -> None:
    series = real_trial().metrics.series
    wrong = []
    for day, plan in days:
        at = index_of(day)
        close, sigma = series["price.close"].values[at], series["price.sigma_1d"].values[at]
        if plan.length == "short" or close is None or sigma is None:
            continue
        part = _find_section(plan, "ending")
        slots = part.paragraphs[-1] if part else ()
        facts = {slot.form: slot.finding.find_fact(slot.form.removeprefix("if_")) for slot in slots}
        above, below = (facts.get(f"if_{side}") for side in ("above", "below"))
        if above is None or below is None or not isinstance(above.value, float) or not isinstance(below.value, float):
            wrong.append((day, "no ending"))
        elif not (below.value < close < above.value):
            wrong.append((day, "a branch is true already"))
        elif max(math.log(above.value / close), math.log(close / below.value)) > _REACH * sigma * (1 + 1e-9):
            wrong.append((day, "out of reach"))
        elif slots[-1].finding.id.split(".")[0] != "decider":
            wrong.append((day, "nothing decides"))
    assert wrong == []


def test_paragraphs_of_an_argument_are_typed(days: list[tuple[date, Plan]]) -> None:
    answered = 0
    for day, plan in days:
        part = _find_section(plan, "argument")
        for number, slots in enumerate(part.paragraphs if part else ()):
            roles = [slot.role for slot in slots]
            assert number or roles[0] == "claim", day
            assert "claim" not in roles[1:], day
            assert roles.count("fact") <= 3, day
            assert roles.count("consequence") <= 1, day
            assert roles.count("exception") <= 1, day
            assert "exception" not in roles[:-1], day
            answered += "exception" in roles
    # Otherwise the days would show nothing of exceptions.
    assert answered > len(days) / 20


def test_no_heading_stands_over_a_chart_alone_where_a_table_of_signals_is(days: list[tuple[date, Plan]]) -> None:
    for day, plan in days:
        if not any(part.board for part in plan.sections):
            continue
        for part in plan.sections:
            told = part.paragraphs or part.items or part.sides or part.board
            assert told or part.heading is None, (day, part.id)
