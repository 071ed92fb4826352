"""Bodies of the named functions: a call × a binding → a closure. `signatures` declares what a gap does to each.

All look at days up to the one they are asked for, never past it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from reporter.model.metric import Event
from reporter.rules.closures import Binding, NumberAt, TruthAt
from reporter.rules.extremes import EXTREMES, coverage
from reporter.rules.listing import DOWNS, KNOWN, SIGNS, UPS
from reporter.rules.tree import Call, Node, Text, literal

_DAY = 86_400.0


def text(node: Node) -> str:
    """The value of a checked text argument."""
    if not isinstance(node, Text):
        raise TypeError(f"not a text: {node}")
    return node.value


def newest_event(binding: Binding, call: Call) -> Callable[[int], Event | None]:
    """Closure of the newest event of a topic in the days before a day's cut, for `event` and `has_event`."""
    metrics = binding.metrics
    topic, span = text(call.arguments[0]), (literal(call.arguments[1]) or 0) * _DAY
    events = [event for event in metrics.events if event.topic == topic]

    def newest(index: int) -> Event | None:
        cut = metrics.as_of - (metrics.today - index) * _DAY
        found = [event for event in events if cut - span < event.time <= cut]
        return max(found, key=lambda event: event.time, default=None)

    return newest


def _has_event(binding: Binding, call: Call) -> TruthAt:
    newest = newest_event(binding, call)
    return binding.memo(lambda index: newest(index) is not None)


def _fired(binding: Binding, call: Call) -> TruthAt:
    rule = text(call.arguments[0])
    return lambda index: binding.fired(rule, index)


def _prev(binding: Binding, call: Call) -> NumberAt:
    item, lost = binding.number(call.arguments[0]), binding.lost(call.arguments[0])
    return lambda index: item(index - 1) if index > 0 else lost()


def _prev_truth(binding: Binding, call: Call) -> TruthAt:
    item, lost = binding.truth(call.arguments[0]), binding.lost(call.arguments[0])
    return lambda index: item(index - 1) if index > 0 else lost()


def _ago(binding: Binding, call: Call) -> NumberAt:
    item, lost = binding.number(call.arguments[0]), binding.lost(call.arguments[0])
    days = binding.days(call.arguments[1])

    def ago(index: int) -> float | None:
        count = days(index)
        return item(index - count) if count is not None and count <= index else lost()

    return ago


def _ago_truth(binding: Binding, call: Call) -> TruthAt:
    item, lost = binding.truth(call.arguments[0]), binding.lost(call.arguments[0])
    days = binding.days(call.arguments[1])

    def ago(index: int) -> bool | None:
        count = days(index)
        return item(index - count) if count is not None and count <= index else lost()

    return ago


def _ends(binding: Binding, call: Call) -> Callable[[int], tuple[float, float] | None]:
    """Today's value and the one n days ago, or None where either is missing or the sources differ."""
    node = call.arguments[0]
    item, days, lost = binding.number(node), binding.days(call.arguments[1]), binding.lost(node)
    covered = coverage(binding, node)

    def ends(index: int) -> tuple[float, float] | None:
        count = days(index)
        now = item(index)
        if count is None or count > index:
            return lost()
        then = item(index - count)
        if now is None or then is None:
            return None
        if covered[index] != covered[index - count]:
            return lost()
        return now, then

    return ends


def _change(binding: Binding, call: Call) -> NumberAt:
    ends = _ends(binding, call)

    def change(index: int) -> float | None:
        pair = ends(index)
        return None if pair is None else pair[0] - pair[1]

    return binding.memo(change)


def _pct_change(binding: Binding, call: Call) -> NumberAt:
    ends, lost = _ends(binding, call), binding.lost(call.arguments[0])

    def pct_change(index: int) -> float | None:
        pair = ends(index)
        if pair is None:
            return None
        now, then = pair
        return now / then - 1 if then > 0 else lost()

    return binding.memo(pct_change)


def _streak(binding: Binding, call: Call) -> NumberAt:
    condition = binding.truth(call.arguments[0])

    def streak(index: int) -> float | None:
        if condition(index) is None:
            return None
        start = index
        while start >= 0 and condition(start):
            start -= 1
        return float(index - start)

    return binding.memo(streak)


def _since(binding: Binding, call: Call, first: int) -> NumberAt:
    condition, lost = binding.truth(call.arguments[0]), binding.lost(call.arguments[0])

    def since(index: int) -> float | None:
        if first == 0 and condition(index) is None:
            return None
        for day in range(index - first, -1, -1):
            if condition(day):
                return float(index - day)
        return lost()

    return binding.memo(since)


def _crossed(binding: Binding, call: Call) -> TruthAt:
    item, level = binding.number(call.arguments[0]), binding.number(call.arguments[1])
    lost = binding.lost(call.arguments[0])

    def above(index: int) -> bool | None:
        value, limit = item(index), level(index)
        return None if value is None or limit is None else value >= limit

    def crossed(index: int) -> bool | None:
        if index == 0:
            return lost()
        now, then = above(index), above(index - 1)
        return None if now is None or then is None else now is not then

    return binding.memo(crossed)


def _percentile(binding: Binding, call: Call) -> NumberAt:
    item, days, lost = (
        binding.number(call.arguments[0]),
        binding.days(call.arguments[1]),
        binding.lost(call.arguments[0]),
    )
    sources = coverage(binding, call.arguments[0])

    def percentile(index: int) -> float | None:
        count, today = days(index), item(index)
        if today is None or not count:
            return None
        covered = sources[index]
        known = below = 0
        for day in range(index, -1, -1):
            value = item(day)
            if value is not None and sources[day] == covered:
                known += 1
                below += value <= today
                if known == count:
                    break
        return below / known if known * 2 >= count else lost()

    return binding.memo(percentile)


def _window(reduce: Callable[[list[float]], float]) -> Callable[[Binding, Call], NumberAt]:
    """A function of the known values of the last n days, today's among them, that are of today's source."""

    def bind(binding: Binding, call: Call) -> NumberAt:
        item, days = binding.number(call.arguments[0]), binding.days(call.arguments[1])
        lost, sources = binding.lost(call.arguments[0]), coverage(binding, call.arguments[0])

        def over(index: int) -> float | None:
            count, today = days(index), item(index)
            if today is None or not count:
                return None
            covered = sources[index]
            window = (day for day in range(max(0, index - count + 1), index + 1) if sources[day] == covered)
            known = [value for day in window if (value := item(day)) is not None]
            return reduce(known) if len(known) * 2 >= count else lost()

        return binding.memo(over)

    return bind


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _of_each(reduce: Callable[[list[float]], float]) -> Callable[[Binding, Call], NumberAt]:
    """A function of the values of its arguments today; missing where any is."""

    def bind(binding: Binding, call: Call) -> NumberAt:
        items = [binding.number(item) for item in call.arguments]

        def of_each(index: int) -> float | None:
            values = [item(index) for item in items]
            known = [value for value in values if value is not None]
            return reduce(known) if len(known) == len(values) else None

        return of_each

    return bind


def _count(binding: Binding, call: Call) -> NumberAt:
    items = [binding.truth(item) for item in call.arguments]

    def count(index: int) -> float | None:
        values = [item(index) for item in items]
        return None if None in values else float(values.count(True))

    return count


NUMBERS: Mapping[str, Callable[[Binding, Call], NumberAt]] = {
    "prev": _prev,
    "ago": _ago,
    "change": _change,
    "pct_change": _pct_change,
    "streak": _streak,
    "days_since": lambda binding, call: _since(binding, call, 0),
    "first_since": lambda binding, call: _since(binding, call, 1),
    "percentile": _percentile,
    "max_over": _window(max),
    "min_over": _window(min),
    "mean_over": _window(_mean),
    "abs": _of_each(lambda values: abs(values[0])),
    "min": _of_each(min),
    "max": _of_each(max),
    "count": _count,
    "same_sign": SIGNS,
    "up_count": UPS,
    "down_count": DOWNS,
    "known_count": KNOWN,
    **EXTREMES,
}
TRUTHS: Mapping[str, Callable[[Binding, Call], TruthAt]] = {
    "prev": _prev_truth,
    "ago": _ago_truth,
    "crossed": _crossed,
    "fired": _fired,
    "has_event": _has_event,
}
