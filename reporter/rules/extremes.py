"""How far back today's value is an extreme: the bodies of `since_lower`, `since_higher` and `known_since`.

Days of another source than today's are passed over, as in every look back: they may cover something else.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time

from reporter.rules.closures import Binding, NumberAt
from reporter.rules.tree import Call, Metric, Node, walk


def coverage(binding: Binding, node: Node) -> Sequence[object]:
    """What an expression rests on, a day: two days of other sources may cover something else and don't compare."""
    ids = dict.fromkeys(part.id for part in walk(node) if isinstance(part, Metric))
    sources = [binding.metrics.series[name].source for name in ids if name in binding.metrics.series]
    if len(sources) == 1:
        return sources[0]
    return list(zip(*sources, strict=True)) or [None] * len(binding.metrics.dates)


def _midnight(binding: Binding, index: int) -> float:
    return datetime.combine(binding.metrics.dates[index], time(), UTC).timestamp()


def _since(beyond: Callable[[float, float], bool]) -> Callable[[Binding, Call], NumberAt]:
    """Date of the last day before today whose value was beyond today's."""

    def bind(binding: Binding, call: Call) -> NumberAt:
        item, lost = binding.number(call.arguments[0]), binding.lost(call.arguments[0])
        covered = coverage(binding, call.arguments[0])

        def since(index: int) -> float | None:
            today = item(index)
            if today is None:
                return None
            for day in range(index - 1, -1, -1):
                value = item(day)
                if value is not None and covered[day] == covered[index] and beyond(value, today):
                    return _midnight(binding, day)
            return lost()

        return binding.memo(since)

    return bind


def _known_since(binding: Binding, call: Call) -> NumberAt:
    """Date of the first day whose value can be compared with today's."""
    item, covered = binding.number(call.arguments[0]), coverage(binding, call.arguments[0])

    def known_since(index: int) -> float | None:
        if item(index) is None:
            return None
        first = next(day for day in range(index + 1) if item(day) is not None and covered[day] == covered[index])
        return _midnight(binding, first)

    return binding.memo(known_since)


EXTREMES: Mapping[str, Callable[[Binding, Call], NumberAt]] = {
    "since_lower": _since(operator.lt),
    "since_higher": _since(operator.gt),
    "known_since": _known_since,
}
