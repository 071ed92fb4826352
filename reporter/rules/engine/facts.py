"""A fact's expression × a day → the fact: value, the readings that it rests on, and the size of its move."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from math import fsum, sqrt

from reporter.model.finding import Fact
from reporter.model.metric import MetricSeries, Unit
from reporter.rules.book.rule_book import Expression
from reporter.rules.engine.closures import Binding, DaysAt, TruthAt
from reporter.rules.engine.fact_inputs import Key, ReadBundle, expand_reads
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

#: Day's position → the fact, and ids of the metrics that it lacks.
FactAt = Callable[[int], tuple[Fact, tuple[str, ...]]]


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


def bind_fact(scope: TracedScope, name: str, expression: Expression) -> FactAt:
    """Bind a fact to a closure: day's position → the fact with what it rests on, and ids of the metrics that it lacks.

    It lacks none where it has a value. What the last day gave is kept, because many rules tell the same.

    Args:
        scope: names bound to the metrics.
        name: the fact's name.
        expression: the fact as written.
    """
    return _keep_last_day(_bind_new_fact(scope, name, expression))


def _keep_last_day(fact_at: FactAt) -> FactAt:
    kept: tuple[int, tuple[Fact, tuple[str, ...]]] | None = None

    def kept_at(index: int) -> tuple[Fact, tuple[str, ...]]:
        nonlocal kept
        if kept is None or kept[0] != index:
            kept = index, fact_at(index)
        return kept[1]

    return kept_at


def _bind_new_fact(scope: TracedScope, name: str, expression: Expression) -> FactAt:
    tree = expression.tree
    if isinstance(tree, FunctionCall) and tree.name == "event":
        return _bind_event(scope, name, expression, tree)
    if isinstance(tree, FunctionCall) and tree.name == "collect":
        return _bind_list(scope, name, expression, tree)
    if isinstance(tree, MetricName) and tree.id in scope.metrics.series:
        return _bind_metric(scope, name, expression, tree.id)
    number, move_at, inputs = scope.bind_traced_number(tree), _bind_move(scope, tree), scope.inputs

    def fact_at(index: int) -> tuple[Fact, tuple[str, ...]]:
        value, reads = number(index)
        move = move_at(index) if move_at else None
        fact = Fact(
            name=name,
            value=value,
            unit=expression.unit,
            expression=expression.text,
            inputs=inputs.list_inputs(reads),
            as_of=inputs.find_newest_end(reads),
            rung=_find_known_rung(scope, *move) if move and value is not None else None,
            ladder=move[0].spec.ladder if move else None,
        )
        return fact, scope.find_missing_metrics(tree, reads) if value is None else ()

    return fact_at


def _bind_metric(scope: TracedScope, name: str, expression: Expression, metric: str) -> FactAt:
    """Bind a metric's own value, as most facts are: it has one reading."""
    series, inputs = scope.metrics.series[metric], scope.inputs
    values, ladder = series.values, series.spec.ladder

    def fact_at(index: int) -> tuple[Fact, tuple[str, ...]]:
        value, key = values[index], (metric, index)
        fact = Fact(
            name=name,
            value=value,
            unit=expression.unit,
            expression=expression.text,
            inputs=inputs[key],
            as_of=inputs.find_end(key),
            rung=_find_known_rung(scope, series, index) if ladder and value is not None else None,
            ladder=ladder,
        )
        return fact, (metric,) if value is None else ()

    return fact_at


def bind_relation(scope: TracedScope, name: str, expression: Expression, holds: TruthAt) -> Callable[[int], Fact]:
    """Bind a relation to a closure: day's position → the fact of whether it is true, with what this rests on.

    Args:
        scope: names bound to the metrics.
        name: the relation's name.
        expression: its condition.
        holds: whether it is true on a day; None where that is unknown.
    """
    read_at, inputs = scope.bind_reader(expression.tree), scope.inputs

    def fact_at(index: int) -> Fact:
        truth, reads = holds(index), dict[Key | ReadBundle, float | None]()
        read_at(index, reads)
        return Fact(
            name=name,
            value=None if truth is None else float(truth),
            unit=Unit.BOOL,
            expression=expression.text,
            inputs=inputs.list_inputs(reads),
            as_of=inputs.find_newest_end(reads),
        )

    return fact_at


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


def _bind_move(scope: TracedScope, tree: Node) -> Callable[[int], tuple[MetricSeries, int] | None] | None:
    """Bind the series and the day whose move a fact states, where it is an earlier value of a metric with a ladder.

    Returns:
        Day's position → the two, or None where there is no such day; None where the fact states no move.
    """
    back: list[DaysAt] = []
    while isinstance(tree, FunctionCall) and tree.name in ("prev", "ago"):
        back.append(scope.bind_days(tree.arguments[1]) if tree.name == "ago" else lambda _: 1)
        tree = tree.arguments[0]
    series = scope.metrics.series.get(tree.id) if isinstance(tree, MetricName) else None
    if series is None or not series.spec.ladder:
        return None

    def move_at(index: int) -> tuple[MetricSeries, int] | None:
        for days_at in back:
            days = days_at(index)
            if days is None or days > index:
                return None
            index -= days
        return series, index

    return move_at


def _bind_event(scope: TracedScope, name: str, expression: Expression, call: FunctionCall) -> FactAt:
    newest = bind_newest_event(scope, call)

    def fact_at(index: int) -> tuple[Fact, tuple[str, ...]]:
        event = newest(index)
        if event is None:
            return Fact(name, None, Unit.TEXT, expression.text), ()
        return Fact(name, event.id, Unit.TEXT, expression.text, as_of=event.time, event=event), ()

    return fact_at


def _bind_list(scope: TracedScope, name: str, expression: Expression, call: FunctionCall) -> FactAt:
    members_at = bind_members(scope, call)

    def fact_at(index: int) -> tuple[Fact, tuple[str, ...]]:
        members, reads = scope.record_reads(members_at, index)
        listed = tuple([_read_member(scope, member) for member in members or ()])
        as_of = max((fact.as_of for fact in listed if fact.as_of is not None), default=None)
        inputs = tuple(reading for fact in listed for reading in fact.inputs)
        value = float(len(listed)) if listed else None
        fact = Fact(name, value, Unit.COUNT, expression.text, inputs, as_of, members=listed)
        return fact, () if listed else tuple(dict.fromkeys(name for name, _ in expand_reads(reads)))

    return fact_at


def _read_member(scope: TracedScope, member: ListMember) -> Fact:
    series, key = scope.metrics.series[member.metric], (member.metric, member.index)
    return Fact(
        name=member.key,
        value=member.value,
        unit=series.spec.unit,
        expression=member.metric,
        inputs=scope.inputs[key],
        as_of=scope.inputs.find_end(key),
        rung=_find_known_rung(scope, series, member.index) if series.spec.ladder else None,
        ladder=series.spec.ladder,
        term=f"instrument.{member.key}",
    )
