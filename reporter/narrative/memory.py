"""What is remembered to findings: conditions that turned, signals that changed sides, corrections, dates ahead.

Like gaps, these findings are made by the program, because each lists what no single rule can name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time

from reporter.model.finding import Fact, Finding, Input, Stance
from reporter.model.framework import ConditionState, FrameworkState
from reporter.model.memory import Memory
from reporter.model.metric import Event, MetricSet, Unit
from reporter.narrative.outline import Outline, RowOutline

#: Made by the program, not by rules: phrases may speak for them, with these facts.
MADE_FINDINGS: Mapping[str, frozenset[str]] = {
    "condition.due": frozenset({"date"}),
    "condition.over": frozenset({"date"}),
    "condition.met_since": frozenset({"date"}),
    "condition.failed_since": frozenset({"date"}),
    "since.board": frozenset({"before", "bull", "bear", "open"}),
    "since.conditions": frozenset({"before", "level", "met", "failed"}),
    "correction.plain": frozenset({"what", "date", "old", "new"}),
    "correction.signed": frozenset({"what", "date", "old", "new"}),
    "correction.funding": frozenset({"what", "date", "old", "new"}),
    "correction.flow": frozenset({"what", "date", "old", "new"}),
    "correction.more": frozenset({"more"}),
    "next.event": frozenset({"date", "story"}),
}
#: How far two days' figures may lie apart and still be the same thing said twice.
_ALIKE = 0.05


def alike(one: Finding, other: Finding) -> bool:
    """Whether two days' findings say the same: dates and members equal, numbers within five per cent."""
    return len(one.facts) == len(other.facts) and all(map(_alike, one.facts, other.facts))


def _alike(one: Fact, other: Fact) -> bool:
    if one.event is not None or one.unit in (Unit.INSTANT, Unit.TEXT):
        return one.value == other.value
    if [member.name for member in one.members] != [member.name for member in other.members]:
        return False
    if not isinstance(one.value, float | int) or not isinstance(other.value, float | int):
        return one.value == other.value
    return abs(one.value - other.value) <= _ALIKE * max(abs(one.value), abs(other.value))


def condition_note(state: ConditionState, framework: FrameworkState) -> Finding | None:
    """What there is to add to a condition's reading: its last turn, or a time of its own that ends or has ended."""
    start = midnight(date.fromisoformat(framework.set_date))
    rests = Input("framework.set_date", framework.set_date, start, Unit.INSTANT, None, None)
    if state.over:
        return made(
            f"{state.id}.over", "condition.over", instant("date", state.deadline, rests, f"last day of {state.id}")
        )
    # A turn of the day itself is told with what has changed since the last brief.
    today = midnight(date.fromisoformat(state.history[-1][0]))
    if state.turned is not None and state.turned < today and state.status != "unknown":
        kind = "met_since" if state.status == "met" else "failed_since"
        return made(
            f"{state.id}.{kind}", f"condition.{kind}", instant("date", state.turned, rests, f"last turn of {state.id}")
        )
    if state.deadline < midnight(date.fromisoformat(framework.deadline)):
        return made(
            f"{state.id}.due", "condition.due", instant("date", state.deadline, rests, f"last day of {state.id}")
        )
    return None


def turned_conditions(memory: Memory, metrics: MetricSet) -> Finding | None:
    """The conditions of a standing framework that turned today."""
    framework = memory.framework
    if framework is None or len(metrics.dates) < 2 or framework.set_date == metrics.dates[-1].isoformat():
        return None
    today = midnight(metrics.dates[-1])
    turned = [state for state in framework.conditions if state.turned == today and not state.over]
    if not turned:
        return None
    level = _reading(metrics, "framework.level", -1)
    return made(
        "since.conditions",
        "",
        _before(metrics),
        Fact("level", framework.level, Unit.PRICE, "framework.level", (level,), level.as_of),
        *(
            _list(name, [_condition(state) for state in turned if state.status == status])
            for name, status in (("met", "met"), ("failed", "not met"))
        ),
    )


def _condition(state: ConditionState) -> Fact:
    """A condition's name, resting on what it read."""
    read = state.finding.fact("reading")
    inputs, as_of = (read.inputs, read.as_of) if read else ((), None)
    return Fact(
        state.id, float(state.status == "met"), Unit.COUNT, state.asks, inputs, as_of, term=f"condition.{state.id}"
    )


def turned_signals(
    outline: Outline, metrics: MetricSet, today: Mapping[str, Finding], before: Mapping[str, Finding]
) -> Finding | None:
    """The signals of the board whose stance is another than the day before; those without a name can't be told."""
    sides: dict[str, list[str]] = {"bull": [], "bear": [], "open": []}
    for row in outline.board:
        now, then = stance_of(row, today), stance_of(row, before)
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
    lists = [_list(side, [_signal(metrics, one, outline.terms[one]) for one in ids]) for side, ids in sides.items()]
    return made("since.board", "", _before(metrics), *lists)


def _signal(metrics: MetricSet, metric: str, term: str) -> Fact:
    """A signal's name, resting on its reading."""
    read = _reading(metrics, metric, -1)
    return Fact(metric, read.value, read.unit, metric, (read,), read.as_of, term=term)


def stance_of(row: RowOutline, fired: Mapping[str, Finding]) -> Stance | None:
    """The stance of the finding that tells a row's reading."""
    return next((fired[name].stance for name in row.stance if name in fired), None)


def dates_ahead(metrics: MetricSet) -> tuple[Finding, ...]:
    """Events of the desk's own table that are dated after the cut, in order."""
    ahead = [event for event in metrics.events if event.due is not None and event.due > metrics.as_of]
    ahead.sort(key=lambda event: (event.due or 0.0, event.id))
    return tuple(
        made(
            f"next.event.{event.id}",
            "next.event",
            instant("date", event.due or 0.0, _announced(event)),
            Fact("story", event.id, Unit.TEXT, "events", as_of=event.time, event=event),
        )
        for event in ahead
    )


def made(name: str, phrase: str, *facts: Fact) -> Finding:
    """A finding of no rule; `phrase` is the id its phrases stand under, where several share them."""
    return Finding(name, "", "", "memory", "neutral", 30, facts, phrase=phrase)


def _announced(event: Event) -> Input:
    day = datetime.fromtimestamp(event.time, UTC).date().isoformat()
    return Input("events", day, event.due, Unit.INSTANT, event.time, event.source)


def _list(name: str, members: Sequence[Fact]) -> Fact:
    return Fact(name, float(len(members)), Unit.COUNT, name, members=tuple(members))


def instant(name: str, seconds: float, rests: Input, what: str = "") -> Fact:
    """A date as a fact, the reading that it rests on, and what it is where it is not that reading."""
    return Fact(name, seconds, Unit.INSTANT, what or rests.metric, (rests,), rests.as_of)


def _before(metrics: MetricSet) -> Fact:
    """The day before, whose brief is compared with."""
    read = _reading(metrics, "brief.date", -2)
    return instant("before", midnight(metrics.dates[-2]), read)


def _reading(metrics: MetricSet, metric: str, place: int) -> Input:
    series = metrics.series[metric]
    day = metrics.dates[place].isoformat()
    return Input(metric, day, series.values[place], series.spec.unit, series.as_of[place], series.source[place])


def midnight(day: date) -> float:
    """00:00 UTC of a day."""
    return datetime.combine(day, time(), UTC).timestamp()
