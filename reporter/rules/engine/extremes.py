"""How far back today's value is an extreme: the bodies of `since_lower`, `since_higher` and `known_since`.

Days of another source than today's are passed over, as in every look back: they may cover something else.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time

from reporter.rules.engine.closures import Binding, NumberAt
from reporter.rules.expressions.tree import FunctionCall, MetricName, Node, walk_tree


def find_source_coverage(binding: Binding, node: Node) -> Sequence[object]:
    """The sources of an expression's metrics, day by day; days with different sources aren't compared."""
    ids = dict.fromkeys(part.id for part in walk_tree(node) if isinstance(part, MetricName))
    sources = [binding.metrics.series[name].source for name in ids if name in binding.metrics.series]
    if len(sources) == 1:
        return sources[0]
    return list(zip(*sources, strict=True)) or [None] * len(binding.metrics.dates)


def _midnight_timestamp(binding: Binding, index: int) -> float:
    return datetime.combine(binding.metrics.dates[index], time(), UTC).timestamp()


def _make_last_beyond(beyond: Callable[[float, float], bool]) -> Callable[[Binding, FunctionCall], NumberAt]:
    """Make the body of a function: date of the last earlier day whose value was beyond today's."""

    def bind_call(binding: Binding, call: FunctionCall) -> NumberAt:
        item, lost = binding.bind_number(call.arguments[0]), binding.bind_missing(call.arguments[0])
        covered = find_source_coverage(binding, call.arguments[0])

        def number_at(index: int) -> float | None:
            today = item(index)
            if today is None:
                return None
            for day in range(index - 1, -1, -1):
                value = item(day)
                if value is not None and covered[day] == covered[index] and beyond(value, today):
                    return _midnight_timestamp(binding, day)
            return lost()

        return binding.cache_by_day(number_at)

    return bind_call


def _bind_known_since(binding: Binding, call: FunctionCall) -> NumberAt:
    """Bind `known_since`: date of the first day whose value can be compared with today's."""
    item, covered = binding.bind_number(call.arguments[0]), find_source_coverage(binding, call.arguments[0])

    def number_at(index: int) -> float | None:
        if item(index) is None:
            return None
        first = next(day for day in range(index + 1) if item(day) is not None and covered[day] == covered[index])
        return _midnight_timestamp(binding, first)

    return binding.cache_by_day(number_at)


EXTREMES: Mapping[str, Callable[[Binding, FunctionCall], NumberAt]] = {
    "since_lower": _make_last_beyond(operator.lt),
    "since_higher": _make_last_beyond(operator.gt),
    "known_since": _bind_known_since,
}
