"""Memory → findings: conditions that turned, signals that changed sides, notes on conditions, dates ahead.

Like gaps, these findings are made by the program, because each lists what no single rule can name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from reporter.model.finding import Fact, Finding, Input, Stance
from reporter.model.framework import ConditionState, FrameworkState
from reporter.model.memory import Memory
from reporter.model.metric import Event, MetricSet, Unit
from reporter.model.reasoning import Step
from reporter.model.timestamps import format_day, to_midnight
from reporter.narrative.outline import Outline, RowOutline

#: Made by the program, not by rules: phrases may speak for them, with these facts.
MADE_FINDINGS: Mapping[str, frozenset[str]] = {
    "condition.due": frozenset({"date"}),
    "condition.over": frozenset({"date"}),
    "condition.met_since": frozenset({"date"}),
    "condition.failed_since": frozenset({"date"}),
    "since.board": frozenset({"before", "bull", "bear", "open"}),
    "since.conditions": frozenset({"before", "level", "for_met", "for_failed", "against_met", "against_failed"}),
    "correction.plain": frozenset({"what", "date", "old", "new"}),
    "correction.signed": frozenset({"what", "date", "old", "new"}),
    "correction.funding": frozenset({"what", "date", "old", "new"}),
    "correction.flow": frozenset({"what", "date", "old", "new"}),
    "correction.more": frozenset({"more"}),
    "next.event": frozenset({"date", "story"}),
}
#: What the relating words of their phrases may rest on; `find_turned_conditions` makes it.
MADE_RELATIONS: Mapping[str, frozenset[str]] = {"since.conditions": frozenset({"no_longer"})}
#: How far two days' figures may lie apart and still be the same thing said twice.
_ALIKE = 0.05


def is_same_statement(one: Finding, other: Finding) -> bool:
    """Return whether two days' findings state the same: equal dates and members, numbers within 5 per cent."""
    return len(one.facts) == len(other.facts) and all(map(_is_same_fact, one.facts, other.facts))


def _is_same_fact(one: Fact, other: Fact) -> bool:
    if one.event is not None or one.unit in (Unit.INSTANT, Unit.TEXT):
        return one.value == other.value
    if [member.name for member in one.members] != [member.name for member in other.members]:
        return False
    if not isinstance(one.value, float | int) or not isinstance(other.value, float | int):
        return one.value == other.value
    return abs(one.value - other.value) <= _ALIKE * max(abs(one.value), abs(other.value))


def make_condition_note(state: ConditionState, framework: FrameworkState) -> Finding | None:
    """Make the note on a condition: when it last turned, or its own deadline, near or over."""
    start = to_midnight(date.fromisoformat(framework.set_date))
    rests = Input("framework.set_date", framework.set_date, start, Unit.INSTANT, None, None)
    if state.over:
        return make_memory_finding(
            f"{state.id}.over",
            "condition.over",
            make_date_fact("date", state.deadline, rests, f"last day of {state.id}"),
        )
    # A turn of the day itself is told with what has changed since the last brief.
    today = to_midnight(date.fromisoformat(state.history[-1][0]))
    if state.turned is not None and state.turned < today and state.status != "unknown":
        kind = "met_since" if state.status == "met" else "failed_since"
        return make_memory_finding(
            f"{state.id}.{kind}",
            f"condition.{kind}",
            make_date_fact("date", state.turned, rests, f"last turn of {state.id}"),
        )
    if state.deadline < to_midnight(date.fromisoformat(framework.deadline)):
        return make_memory_finding(
            f"{state.id}.due", "condition.due", make_date_fact("date", state.deadline, rests, f"last day of {state.id}")
        )
    return None


def find_turned_conditions(memory: Memory, metrics: MetricSet) -> Finding | None:
    """Find the conditions of the current framework that turned today, as one finding."""
    framework = memory.framework
    if framework is None or len(metrics.dates) < 2 or framework.set_date == metrics.dates[-1].isoformat():
        return None
    today = to_midnight(metrics.dates[-1])
    turned = [state for state in framework.conditions if state.turned == today and not state.over]
    if not turned:
        return None
    level = _get_reading(metrics, "framework.level", -1)
    found = make_memory_finding(
        "since.conditions",
        "",
        _make_previous_day_fact(metrics),
        Fact("level", framework.level, Unit.PRICE, "framework.level", (level,), level.as_of),
        *(
            _make_list_fact(
                f"{side}_{name}",
                [_make_condition_fact(state) for state in turned if (state.side, state.status) == (side, status)],
            )
            for side in ("for", "against")
            for name, status in (("met", "met"), ("failed", "not met"))
        ),
    )
    failed = [state for state in turned if state.status == "not met"]
    return replace(found, relations=(_make_end_relation(failed, level),))


def _make_end_relation(failed: Sequence[ConditionState], level: Input) -> Fact:
    """Make the relation of conditions that are not met any more: each is not met, and was when last known before."""
    parts = tuple(
        Step(f"{state.id}: not met, after met", "truth", find_last_known_status(state.history[:-1]) == "met")
        for state in failed
    )
    ended = bool(parts) and all(part.value for part in parts)
    whole = Step("all turned from met to not met", "all", ended, (), parts)
    return Fact("no_longer", float(ended), Unit.BOOL, whole.text, (level,), level.as_of, made=whole)


def find_last_known_status(history: Sequence[tuple[str, str]]) -> str:
    """Find the last status of a condition that was met or not met; empty where none was.

    Args:
        history: date and status of each day.
    """
    return next((status for _, status in reversed(history) if status in ("met", "not met")), "")


def _make_condition_fact(state: ConditionState) -> Fact:
    """Make a fact of a condition's name, resting on its reading."""
    read = state.finding.find_fact("reading")
    inputs, as_of = (read.inputs, read.as_of) if read else ((), None)
    return Fact(
        state.id, float(state.status == "met"), Unit.COUNT, state.asks, inputs, as_of, term=f"condition.{state.id}"
    )


def find_turned_signals(
    outline: Outline, metrics: MetricSet, today: Mapping[str, Finding], before: Mapping[str, Finding]
) -> Finding | None:
    """Find the named signals of the board whose stance differs from the day before, as one finding.

    Args:
        outline: of the report type, with its board.
        metrics: of the day.
        today: rule id → finding of today.
        before: rule id → finding of the day before.
    """
    sides: dict[str, list[str]] = {"bull": [], "bear": [], "open": []}
    for row in outline.board:
        now, then = find_row_stance(row, today), find_row_stance(row, before)
        series = metrics.series[row.reading]
        known = len(series.values) > 1 and None not in series.values[-2:]
        # What has ended has a sentence of its own, and that the price turned in its own favour says nothing.
        if any(name in before and name not in today for name in row.stance if name in outline.since.ended):
            continue
        named = row.reading in outline.terms and series.spec.tables[:1] != ("prices",)
        if named and known and now and then and now != then:
            sides[now if now in sides else "open"].append(row.reading)
    if not any(sides.values()):
        return None
    lists = [
        _make_list_fact(side, [_make_signal_fact(metrics, one, outline.terms[one]) for one in ids])
        for side, ids in sides.items()
    ]
    return make_memory_finding("since.board", "", _make_previous_day_fact(metrics), *lists)


def _make_signal_fact(metrics: MetricSet, metric: str, term: str) -> Fact:
    """Make a fact of a signal's name, resting on its reading."""
    read = _get_reading(metrics, metric, -1)
    return Fact(metric, read.value, read.unit, metric, (read,), read.as_of, term=term)


def find_row_stance(row: RowOutline, fired: Mapping[str, Finding]) -> Stance | None:
    """Return the stance of the first true finding of a board row."""
    return next((fired[name].stance for name in row.stance if name in fired), None)


def find_upcoming_events(metrics: MetricSet) -> tuple[Finding, ...]:
    """Find the events of the desk's own table that are dated after the cut, in order."""
    ahead = [event for event in metrics.events if event.due is not None and event.due > metrics.as_of]
    ahead.sort(key=lambda event: (event.due or 0.0, event.id))
    return tuple(
        make_memory_finding(
            f"next.event.{event.id}",
            "next.event",
            make_date_fact("date", event.due or 0.0, _make_event_reading(event)),
            Fact("story", event.id, Unit.TEXT, "events", as_of=event.time, event=event),
        )
        for event in ahead
    )


def make_memory_finding(name: str, phrase: str, *facts: Fact) -> Finding:
    """Make a finding without a rule; `phrase` is the id of its phrases where several findings share them.

    Args:
        name: the finding's id.
        phrase: id that its phrases stand under.
        *facts: its facts.
    """
    return Finding(name, "", "", "memory", "neutral", 30, facts, phrase=phrase)


def _make_event_reading(event: Event) -> Input:
    day = format_day(event.time)
    return Input("events", day, event.due, Unit.INSTANT, event.time, event.source)


def _make_list_fact(name: str, members: Sequence[Fact]) -> Fact:
    return Fact(name, float(len(members)), Unit.COUNT, name, members=tuple(members))


def make_date_fact(name: str, seconds: float, rests: Input, what: str = "") -> Fact:
    """Make a fact of a date and the reading that it rests on.

    Args:
        name: the fact's name.
        seconds: the date, seconds since 1970 UTC.
        rests: the reading it rests on.
        what: the expression that a ledger shows for it.
    """
    return Fact(name, seconds, Unit.INSTANT, what or rests.metric, (rests,), rests.as_of)


def _make_previous_day_fact(metrics: MetricSet) -> Fact:
    """Make a fact of the previous day, whose brief is compared with."""
    read = _get_reading(metrics, "brief.date", -2)
    return make_date_fact("before", to_midnight(metrics.dates[-2]), read)


def _get_reading(metrics: MetricSet, metric: str, place: int) -> Input:
    series = metrics.series[metric]
    day = metrics.dates[place].isoformat()
    return Input(metric, day, series.values[place], series.spec.unit, series.as_of[place], series.source[place])
