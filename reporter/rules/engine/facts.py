"""A fact's expression × a day → the fact: value, the readings that it rests on, and the size of its move."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from math import fsum, sqrt

from reporter.model.finding import Fact
from reporter.model.metric import MetricSeries, Unit
from reporter.rules.book.rule_book import Expression
from reporter.rules.engine.closures import Binding
from reporter.rules.engine.fact_inputs import Reads, expand_reads
from reporter.rules.engine.function_bodies import bind_newest_event
from reporter.rules.engine.instrument_functions import ListMember, bind_members
from reporter.rules.engine.trace import TracedScope
from reporter.rules.expressions.tree import FunctionCall, MetricName, Node

#: How many known values before a day its move is measured against, and how few are too few.
HISTORY, FEWEST = 90, 20
#: Upper bounds of the rungs 1 to 3, in standard deviations; above is 4.
RUNGS = (0.5, 1.5, 3.0)
#: A fraction smaller than half a tenth of a percent is told as unchanged.
UNCHANGED = 0.0005


def bind_presence(binding: Binding, expression: Expression) -> Callable[[int], bool]:
    """Bind a fact to a closure: day's position → whether the fact has a value."""
    tree = expression.tree
    if isinstance(tree, FunctionCall) and tree.name == "event":
        newest = bind_newest_event(binding, tree)
        return lambda index: newest(index) is not None
    if isinstance(tree, FunctionCall) and tree.name == "collect":
        known = bind_members(binding, tree)
        return lambda index: bool(known(index))
    number = binding.bind_number(tree)
    return lambda index: number(index) is not None


def read_fact(scope: TracedScope, name: str, expression: Expression, index: int) -> tuple[Fact, tuple[str, ...]]:
    """Compute a fact on a day, with the readings that it rests on.

    Args:
        scope: names bound to a day's metrics.
        name: the fact's name.
        expression: the fact as written.
        index: the day's position.

    Returns:
        The fact, and the metric ids that it lacks; empty where it has a value.
    """
    tree = expression.tree
    if isinstance(tree, FunctionCall) and tree.name == "event":
        return _read_event(scope, name, expression, tree, index), ()
    if isinstance(tree, FunctionCall) and tree.name == "collect":
        return _read_list(scope, name, expression, tree, index)
    if isinstance(tree, MetricName) and tree.id in scope.metrics.series:
        value, reads = _read_metric(scope, tree.id, index)
    else:
        value, reads = scope.read_number(tree, index)
    series, day = _find_move_series(scope, tree, index)
    fact = Fact(
        name=name,
        value=value,
        unit=expression.unit,
        expression=expression.text,
        inputs=scope.inputs.list_inputs(reads),
        as_of=scope.inputs.find_newest_end(reads),
        rung=_find_known_rung(scope, series, day) if series and value is not None else None,
        ladder=series.spec.ladder if series else None,
    )
    return fact, scope.find_missing_metrics(tree, reads) if value is None else ()


def read_relation(scope: TracedScope, name: str, expression: Expression, truth: bool | None, index: int) -> Fact:
    """Make the fact of whether a relation is true on a day, with the readings that this rests on.

    Args:
        scope: names bound to a day's metrics.
        name: the relation's name.
        expression: its condition.
        truth: whether it is true; None where it is unknown.
        index: the day's position.
    """
    reads = scope.read_condition(expression.tree, index)
    return Fact(
        name=name,
        value=None if truth is None else float(truth),
        unit=Unit.BOOL,
        expression=expression.text,
        inputs=scope.inputs.list_inputs(reads),
        as_of=scope.inputs.find_newest_end(reads),
    )


def _read_metric(scope: TracedScope, metric: str, index: int) -> tuple[float | None, Reads]:
    """A metric's own value on a day, and the reading of it."""
    value = scope.metrics.series[metric].values[index]
    return value, {(metric, index): value}


def _find_known_rung(scope: TracedScope, series: MetricSeries, index: int) -> int | None:
    key = series.spec.id, index
    if key not in scope.rungs:
        scope.rungs[key] = find_rung(series, index)
    return scope.rungs[key]


def find_rung(series: MetricSeries, index: int) -> int | None:
    """Size of a day's move against the metric's own history: 0 (unchanged) to 4 (extreme), or None if missing.

    The value is measured by the population standard deviation of up to 90 known values before its day;
    with fewer than 20 of them it is told in the middle.
    """
    value = series.values[index]
    if value is None:
        return None
    size = abs(value)
    if size < UNCHANGED if series.spec.unit is Unit.FRACTION else size == 0:
        return 0
    # Mostly the last 90 days are all known, and then no day is looked at by itself.
    history = [before for before in series.values[max(0, index - HISTORY) : index] if before is not None]
    if len(history) < HISTORY <= index:
        known = (before for before in reversed(series.values[:index]) if before is not None)
        history = list(islice(known, HISTORY))
    if len(history) < FEWEST:
        return 2
    mean = fsum(history) / len(history)
    deviation = sqrt(fsum((value - mean) ** 2 for value in history) / len(history))
    return 1 + sum(size >= bound * deviation for bound in RUNGS)


def _find_move_series(scope: TracedScope, tree: Node, index: int) -> tuple[MetricSeries | None, int]:
    """The series and day whose move a fact states, where the fact is a metric with a ladder of moves."""
    while isinstance(tree, FunctionCall) and tree.name in ("prev", "ago"):
        days = scope.bind_days(tree.arguments[1])(index) if tree.name == "ago" else 1
        if days is None or days > index:
            return None, index
        index -= days
        tree = tree.arguments[0]
    series = scope.metrics.series.get(tree.id) if isinstance(tree, MetricName) else None
    return (series, index) if series and series.spec.ladder else (None, index)


def _read_event(scope: TracedScope, name: str, expression: Expression, call: FunctionCall, index: int) -> Fact:
    event = bind_newest_event(scope, call)(index)
    if event is None:
        return Fact(name, None, Unit.TEXT, expression.text)
    return Fact(name, event.id, Unit.TEXT, expression.text, as_of=event.time, event=event)


def _read_list(
    scope: TracedScope, name: str, expression: Expression, call: FunctionCall, index: int
) -> tuple[Fact, tuple[str, ...]]:
    members, reads = scope.record_reads(bind_members(scope, call), index)
    found = members or ()
    listed = tuple(_read_member(scope, member) for member in found)
    as_of = max((fact.as_of for fact in listed if fact.as_of is not None), default=None)
    inputs = tuple(reading for fact in listed for reading in fact.inputs)
    value = float(len(listed)) if listed else None
    fact = Fact(name, value, Unit.COUNT, expression.text, inputs, as_of, members=listed)
    return fact, () if listed else tuple(dict.fromkeys(name for name, _ in expand_reads(reads)))


def _read_member(scope: TracedScope, member: ListMember) -> Fact:
    series = scope.metrics.series[member.metric]
    reads: Reads = {(member.metric, member.index): member.value}
    return Fact(
        name=member.key,
        value=member.value,
        unit=series.spec.unit,
        expression=member.metric,
        inputs=scope.inputs.list_inputs(reads),
        as_of=scope.inputs.find_newest_end(reads),
        rung=_find_known_rung(scope, series, member.index) if series.spec.ladder else None,
        ladder=series.spec.ladder,
        term=f"instrument.{member.key}",
    )
