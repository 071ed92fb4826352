"""Conditions and facts of a ledger, recomputed from the exact values of their parts → what disagrees.

A ledger has each rule's condition part by part. Here every part is computed from those inside it, what a metric is
said to be is held to the readings that the claims rest on, and what a rule found has to follow from its condition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from reporter.model.timestamps import format_day
from reporter.verify.ledger.ledger_model import FindingRecord, Ledger, StepRecord
from reporter.verify.recompute.history import (
    PLAIN,
    History,
    Value,
    combine_truths,
    evaluate_arithmetic,
    evaluate_comparison,
    parse_number,
)

_NEAR = 1e-9


def check_reasonings(ledger: Ledger, history: History) -> Iterator[tuple[str, str]]:
    """Find conditions and facts that do not follow from their parts: (what, why).

    Args:
        ledger: that they stand in.
        history: its readings.
    """
    for finding in ledger.findings:
        where = f"finding {finding.id}"
        if finding.reasoning is None:
            continue
        day = date.fromisoformat(finding.reasoning.date)
        yield from ((where, why) for why in _check_steps(finding.reasoning.condition, day, history))
        yield from ((where, why) for why in _check_conclusion(finding))
        for fact in finding.facts:
            if fact.made is not None:
                place = f"{where}, fact {fact.name}"
                whys = (*_check_steps(fact.made, day, history), *_check_counts(fact.made, finding))
                yield from ((place, why) for why in whys)
                if fact.value != fact.made.value:
                    yield place, f"it is {fact.value}, and its parts come to {_format_value(fact.made.value)}"


def check_steps(step: StepRecord, day: str, history: History) -> Iterator[str]:
    """Find parts of an expression that do not follow from what is inside them.

    Args:
        step: the expression.
        day: ISO date that it was asked on.
        history: the ledger's readings.
    """
    yield from _check_steps(step, date.fromisoformat(day), history)


def _check_conclusion(finding: FindingRecord) -> Iterator[str]:
    """Check that a finding's condition holds; conditions of a framework are stated either way."""
    why = finding.reasoning
    if why is None or finding.topic == "condition":
        return
    holds = why.condition.value if why.decided_by == "when" else why.condition.value is False
    if holds is not True:
        yield f"its condition ({why.text}) is {_format_value(why.condition.value)} and is told as holding"


#: Which members of a list each function counts.
_COUNTS: Mapping[str, Callable[[float], bool]] = {
    "known_count": lambda _: True,
    "up_count": lambda value: value > 0,
    "down_count": lambda value: value < 0,
}


def _check_counts(made: StepRecord, finding: FindingRecord) -> Iterator[str]:
    """Check the counts of a list against the members that the finding holds."""
    name, _, listed = made.text.partition("(")
    lists = (fact for fact in finding.facts if fact.members and fact.is_ == f"collect({listed}")
    for fact in lists if made.is_ == "call" and name in _COUNTS else ():
        values = [one.value for one in fact.members if isinstance(one.value, float)]
        right = sum(map(_COUNTS[name], values))
        if made.value != right:
            yield f"{made.text} is {_format_value(made.value)}, and of what {fact.name} lists it is {right}"


def _check_steps(step: StepRecord, day: date, history: History) -> Iterator[str]:
    for part in step.parts:
        yield from _check_steps(part, day, history)
    for right in _compute_step(step, day, history):
        if not _is_equal(step.value, right):
            yield f"{step.text} is {_format_value(step.value)}, and from its parts it is {_format_value(right)}"


def _compute_step(step: StepRecord, day: date, history: History) -> Iterator[Value]:
    """Compute the value of a step from its parts; nothing where the ledger lacks what it needs."""
    values = [part.value for part in step.parts]
    match step.is_:
        case "all" | "any":
            yield combine_truths(values, either=step.is_ == "any")
        case "not":
            yield None if values[0] is None else not values[0]
        case "named":
            yield values[0]
        case "missing":
            yield values[0] is None
        case "among":
            yield None if values[0] is None else values[0] in values[1:]
        case "compare":
            yield evaluate_comparison(values, step.signs)
        case "negative":
            yield None if values[0] is None else -values[0]
        case "arithmetic":
            yield evaluate_arithmetic(step.signs[0], values)
        case "number" if parse_number(step.text) is not None:
            yield parse_number(step.text)
        case "call" if step.signs[0] in PLAIN or step.signs[0] == "count":
            yield from _compute_plain_call(step.signs[0], values)
        case "metric" | "call":
            yield from _compute_from_readings(step, day, history)


def _compute_plain_call(name: str, values: list[Value]) -> Iterator[Value]:
    """Compute a function of its arguments' values on the day."""
    if name == "count":
        # A function of a list has no parts.
        yield from [None if None in values else float(sum(map(bool, values)))] if values else []
    else:
        known = [float(value) for value in values if value is not None]
        yield PLAIN[name](known) if len(known) == len(values) else None


def _compute_from_readings(step: StepRecord, day: date, history: History) -> Iterator[Value]:
    """Compute a metric or a function of a day from the ledger's readings, as far as they go."""
    try:
        value = history.evaluate(step, day)
    except LookupError:
        if step.is_ == "call" and step.parts and step.value is not None:
            yield from _compute_in_part(step, day, history)
        return
    # A condition may be a metric of truth, whose reading is 1 or 0.
    yield bool(value) if isinstance(step.value, bool) and value is not None else value


def _compute_in_part(step: StepRecord, day: date, history: History) -> Iterator[Value]:
    """Hold an extreme or a run to those readings of its days that the ledger has, where it lacks some of them."""
    name, metric, now = step.signs[0], step.parts[0].text, step.parts[0].value
    if not isinstance(step.value, float):
        return
    if name == "streak":
        yield _count_least_streak(step, step.value, day, history)
    elif step.parts[0].is_ != "metric":
        return
    elif name in {"max_over", "min_over"} and step.parts[1].value is not None:
        inside = history.list_between(metric, day.toordinal() - int(step.parts[1].value), day.toordinal() + 1)
        yield (max if name == "max_over" else min)((step.value, *inside))
    elif name in {"since_lower", "since_higher"} and now is not None:
        first = date.fromisoformat(format_day(step.value)).toordinal()
        inside = history.list_between(metric, first, day.toordinal())
        further = [value for value in inside if (value < now if name == "since_lower" else value > now)]
        # A day in between that was lower, or higher, would have been the one that is named.
        yield None if further else step.value


def _count_least_streak(step: StepRecord, told: float, day: date, history: History) -> float:
    """Return the length that a streak is said to have, or one more where a reading of the day before it holds too."""
    try:
        holds = [history.evaluate_truth(step.parts[0], history.step(day, -back)) for back in range(int(told) + 1)]
    except LookupError:
        return told
    return told + all(holds)


def _is_equal(left: Value, right: Value) -> bool:
    if left is None or right is None or isinstance(left, bool) or isinstance(right, bool):
        return left is right or (left is not None and left == right)
    return abs(left - right) <= _NEAR * max(abs(left), abs(right), 1e-9)


def _format_value(value: Value) -> str:
    if value is None:
        return "unknown"
    return str(value).lower() if isinstance(value, bool) else f"{value:.10g}"
