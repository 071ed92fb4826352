"""Conditions and facts of a ledger, recomputed from the exact values of their parts → what disagrees.

A ledger has each rule's condition part by part. Here every part is computed from those inside it, what a metric is
said to be is held to the readings that the claims rest on, and what a rule found has to follow from its condition.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from reporter.model.timestamps import format_day
from reporter.verify.ledger.ledger_model import FindingRecord, Ledger, StepRecord

Value = bool | float | None
#: (metric, ISO date) → what the ledger says it was.
Readings = Mapping[tuple[str, str], float]

_NEAR = 1e-9
_LITERAL = re.compile(r"-?\d+(?:\.\d+)?%?")
_TESTS: Mapping[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_ARITHMETIC: Mapping[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


def check_reasonings(ledger: Ledger, readings: Readings) -> Iterator[tuple[str, str]]:
    """Find conditions and facts that do not follow from their parts: (what, why).

    Args:
        ledger: that they stand in.
        readings: of its claims.
    """
    for finding in ledger.findings:
        where = f"finding {finding.id}"
        if finding.reasoning is None:
            continue
        day = date.fromisoformat(finding.reasoning.date)
        yield from ((where, why) for why in _check_steps(finding.reasoning.condition, day, readings))
        yield from ((where, why) for why in _check_conclusion(finding))
        for fact in finding.facts:
            if fact.made is not None:
                place = f"{where}, fact {fact.name}"
                whys = (*_check_steps(fact.made, day, readings), *_check_counts(fact.made, finding))
                yield from ((place, why) for why in whys)
                if fact.value != fact.made.value:
                    yield place, f"it is {fact.value}, and its parts come to {_format_value(fact.made.value)}"


def check_steps(step: StepRecord, day: str, readings: Readings) -> Iterator[str]:
    """Find parts of an expression that do not follow from what is inside them.

    Args:
        step: the expression.
        day: ISO date that it was asked on.
        readings: of the ledger's claims.
    """
    yield from _check_steps(step, date.fromisoformat(day), readings)


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


def _check_steps(step: StepRecord, day: date, readings: Readings) -> Iterator[str]:
    for part in step.parts:
        yield from _check_steps(part, day, readings)
    for right in _compute_step(step, day, readings):
        if not _is_equal(step.value, right):
            yield f"{step.text} is {_format_value(step.value)}, and from its parts it is {_format_value(right)}"


def _compute_step(step: StepRecord, day: date, readings: Readings) -> Iterator[Value]:
    """Compute the value of a step from its parts; nothing where the ledger lacks what it needs."""
    values = [part.value for part in step.parts]
    match step.is_:
        case "all" | "any":
            yield _combine_truths(values, either=step.is_ == "any")
        case "not":
            yield None if values[0] is None else not values[0]
        case "named":
            yield values[0]
        case "missing":
            yield values[0] is None
        case "among":
            yield None if values[0] is None else values[0] in values[1:]
        case "compare":
            yield _evaluate_comparison(values, step.signs)
        case "negative":
            yield None if values[0] is None else -values[0]
        case "arithmetic":
            yield _evaluate_arithmetic(step.signs[0], values)
        case "number" if _LITERAL.fullmatch(step.text):
            yield float(step.text.rstrip("%")) / (100 if step.text.endswith("%") else 1)
        case "metric" if (step.text, day.isoformat()) in readings:
            # A condition may be a metric of truth, whose reading is 1 or 0.
            known = readings[step.text, day.isoformat()]
            yield bool(known) if isinstance(step.value, bool) else known
        case "call":
            yield from _evaluate_call(step, values, day, readings)


def _combine_truths(values: Sequence[Value], *, either: bool) -> bool | None:
    """Combine truth values by Kleene's `or` (`either`) or `and`."""
    if any(value is either for value in values):
        return either
    return None if None in values else not either


def _evaluate_comparison(values: Sequence[Value], signs: Sequence[str]) -> bool | None:
    pairs = zip(values, values[1:], signs, strict=False)
    tests = [None if a is None or b is None else _TESTS[sign](a, b) for a, b, sign in pairs]
    return _combine_truths(tests, either=False)


def _evaluate_arithmetic(sign: str, values: Sequence[Value]) -> float | None:
    left, right = values
    if left is None or right is None or (sign == "/" and right == 0):
        return None
    return _ARITHMETIC[sign](left, right)


def _evaluate_call(step: StepRecord, values: Sequence[Value], day: date, readings: Readings) -> Iterator[Value]:
    name, known = step.signs[0], [float(value) for value in values if value is not None]
    if name == "count" and values:
        yield None if None in values else float(sum(map(bool, values)))
    elif name in {"abs", "min", "max"}:
        plain: Mapping[str, Callable[[Sequence[float]], float]] = {"abs": lambda of: abs(of[0]), "min": min, "max": max}
        yield plain[name](known) if len(known) == len(values) else None
    elif name == "streak" and step.parts and isinstance(step.value, float):
        yield from _count_streak(step.parts[0], int(step.value), day, readings)
    elif step.parts and step.parts[0].is_ == "metric" and step.value is not None:
        yield from _evaluate_lookback(step, name, day, readings)


def _count_streak(asked: StepRecord, told: int, day: date, readings: Readings) -> Iterator[float]:
    """Count the days in a row on which a condition holds; nothing where the ledger lacks a reading of one of them.

    A day without a reading ends a streak, and no reading of the ledger says so: what is told of it then stands.

    Args:
        asked: the condition, as it was on the day.
        told: how long the streak is said to be, in days.
        day: its last.
        readings: of the ledger's claims.
    """
    for length in range(told + 1):
        try:
            holds = _evaluate_on(asked, day - timedelta(days=length), readings)
        except LookupError:
            return
        if holds is not True:
            yield float(length)
            return
    yield float(told + 1)


#: Functions that can be computed for another day than that of their step.
_MOVABLE = frozenset({"abs", "min", "max", "count", "prev", "ago", "change", "pct_change"})


def _evaluate_on(step: StepRecord, day: date, readings: Readings) -> Value:
    """Compute an expression for another day than that of its steps.

    Raises:
        LookupError: the ledger lacks a reading of that day, or a part says nothing of other days.
    """
    if step.is_ == "metric":
        known = readings[step.text, day.isoformat()]
        return bool(known) if isinstance(step.value, bool) else known
    if step.is_ == "truth" or (step.is_ == "number" and _LITERAL.fullmatch(step.text)):
        return step.value
    if step.is_ in {"number", "missing"} or (step.is_ == "call" and step.signs[0] not in _MOVABLE):
        raise LookupError(step.text)
    parts = tuple(part.model_copy(update={"value": _evaluate_on(part, day, readings)}) for part in step.parts)
    for value in _compute_step(step.model_copy(update={"parts": parts}), day, readings):
        return value
    raise LookupError(step.text)


def _evaluate_lookback(step: StepRecord, name: str, day: date, readings: Readings) -> Iterator[Value]:
    """Compute a look-back function of a metric as far as the ledger's readings allow."""
    metric, now = step.parts[0].text, step.parts[0].value
    if name in {"prev", "ago", "change", "pct_change"}:
        days = 1 if name == "prev" else step.parts[1].value
        then = None if days is None else readings.get((metric, (day - timedelta(days=int(days))).isoformat()))
        if then is not None and (now is not None or name in {"prev", "ago"}):
            yield _compute_change(name, now, then)
    elif name in {"max_over", "min_over"} and step.parts[1].value is not None and isinstance(step.value, float):
        first = (day - timedelta(days=int(step.parts[1].value) - 1)).isoformat()
        inside = [value for (one, at), value in readings.items() if one == metric and first <= at <= day.isoformat()]
        yield (max if name == "max_over" else min)((step.value, *inside))
    elif name in {"since_lower", "since_higher"} and isinstance(step.value, float) and now is not None:
        first = format_day(step.value)
        inside = [value for (one, at), value in readings.items() if one == metric and first < at < day.isoformat()]
        further = [value for value in inside if (value < now if name == "since_lower" else value > now)]
        # A day in between that was lower, or higher, would have been the one that is named.
        yield None if further else step.value


def _compute_change(name: str, now: Value, then: float) -> Value:
    if name in {"prev", "ago"} or now is None:
        return then
    return now - then if name == "change" else now / then - 1


def _is_equal(left: Value, right: Value) -> bool:
    if left is None or right is None or isinstance(left, bool) or isinstance(right, bool):
        return left is right or (left is not None and left == right)
    return abs(left - right) <= _NEAR * max(abs(left), abs(right), 1e-9)


def _format_value(value: Value) -> str:
    if value is None:
        return "unknown"
    return str(value).lower() if isinstance(value, bool) else f"{value:.10g}"
