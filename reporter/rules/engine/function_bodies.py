"""Bodies of the named functions: a call × a binding → a closure. `signatures` declares what a gap does to each.

All look at days up to the one they are asked for, never past it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice

from reporter.model.metric import Event
from reporter.model.timestamps import DAY
from reporter.rules.engine.base_rates import BaseRate
from reporter.rules.engine.closures import Binding, NumberAt, TruthAt
from reporter.rules.engine.extremes import EXTREMES, find_source_coverage
from reporter.rules.engine.instrument_functions import DOWNS, KNOWN, SIGNS, UPS, bind_on_day
from reporter.rules.expressions.tree import FunctionCall, Node, TextLiteral, literal_value


def text_value(node: Node) -> str:
    """The value of a text argument.

    Raises:
        TypeError: the node is no text; the check of arguments lets none through.
    """
    if not isinstance(node, TextLiteral):
        raise TypeError(f"not a text: {node}")
    return node.value


def bind_newest_event(binding: Binding, call: FunctionCall) -> Callable[[int], Event | None]:
    """Bind a topic and a span to a closure: day's position → the newest event in the days before its cut."""
    metrics = binding.metrics
    topic, span = text_value(call.arguments[0]), (literal_value(call.arguments[1]) or 0) * DAY
    events = [event for event in metrics.events if event.topic == topic]

    def event_at(index: int) -> Event | None:
        cut = metrics.as_of - (metrics.dates[-1] - metrics.dates[index]).days * DAY
        found = [event for event in events if cut - span < event.time <= cut]
        return max(found, key=lambda event: event.time, default=None)

    return event_at


def _bind_has_event(binding: Binding, call: FunctionCall) -> TruthAt:
    newest = bind_newest_event(binding, call)
    return binding.cache_by_day(lambda index: newest(index) is not None)


def _bind_fired(binding: Binding, call: FunctionCall) -> TruthAt:
    rule = text_value(call.arguments[0])
    return lambda index: binding.has_fired(rule, index)


def _bind_prev(binding: Binding, call: FunctionCall) -> NumberAt:
    item, lost = binding.bind_number(call.arguments[0]), binding.bind_missing(call.arguments[0])
    return lambda index: item(index - 1) if index > 0 else lost()


def _bind_prev_condition(binding: Binding, call: FunctionCall) -> TruthAt:
    item, lost = binding.bind_condition(call.arguments[0]), binding.bind_missing(call.arguments[0])
    return lambda index: item(index - 1) if index > 0 else lost()


def _bind_ago(binding: Binding, call: FunctionCall) -> NumberAt:
    item, lost = binding.bind_number(call.arguments[0]), binding.bind_missing(call.arguments[0])
    days = binding.bind_days(call.arguments[1])

    def number_at(index: int) -> float | None:
        count = days(index)
        return item(index - count) if count is not None and count <= index else lost()

    return number_at


def _bind_ago_condition(binding: Binding, call: FunctionCall) -> TruthAt:
    item, lost = binding.bind_condition(call.arguments[0]), binding.bind_missing(call.arguments[0])
    days = binding.bind_days(call.arguments[1])

    def truth_at(index: int) -> bool | None:
        count = days(index)
        return item(index - count) if count is not None and count <= index else lost()

    return truth_at


def _bind_ends(binding: Binding, call: FunctionCall) -> Callable[[int], tuple[float, float] | None]:
    """Bind a change: day's position → (today's value, the one n days ago), or None where they can't be compared."""
    node = call.arguments[0]
    item, days, lost = binding.bind_number(node), binding.bind_days(call.arguments[1]), binding.bind_missing(node)
    covered = find_source_coverage(binding, node)

    def ends_at(index: int) -> tuple[float, float] | None:
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

    return ends_at


def _bind_change(binding: Binding, call: FunctionCall) -> NumberAt:
    ends = _bind_ends(binding, call)

    def number_at(index: int) -> float | None:
        pair = ends(index)
        return None if pair is None else pair[0] - pair[1]

    return binding.cache_by_day(number_at)


def _bind_pct_change(binding: Binding, call: FunctionCall) -> NumberAt:
    ends, lost = _bind_ends(binding, call), binding.bind_missing(call.arguments[0])

    def number_at(index: int) -> float | None:
        pair = ends(index)
        if pair is None:
            return None
        now, then = pair
        return now / then - 1 if then > 0 else lost()

    return binding.cache_by_day(number_at)


def _bind_streak(binding: Binding, call: FunctionCall) -> NumberAt:
    condition = binding.bind_condition(call.arguments[0])

    def number_at(index: int) -> float | None:
        if condition(index) is None:
            return None
        start = index
        while start >= 0 and condition(start):
            start -= 1
        return float(index - start)

    return binding.cache_by_day(number_at)


def _bind_days_since(binding: Binding, call: FunctionCall, first: int) -> NumberAt:
    condition, lost = binding.bind_condition(call.arguments[0]), binding.bind_missing(call.arguments[0])

    def number_at(index: int) -> float | None:
        if first == 0 and condition(index) is None:
            return None
        for day in range(index - first, -1, -1):
            if condition(day):
                return float(index - day)
        return lost()

    return binding.cache_by_day(number_at)


def _bind_crossed(binding: Binding, call: FunctionCall) -> TruthAt:
    item, level = binding.bind_number(call.arguments[0]), binding.bind_number(call.arguments[1])
    lost = binding.bind_missing(call.arguments[0])

    def is_above(index: int) -> bool | None:
        value, limit = item(index), level(index)
        return None if value is None or limit is None else value >= limit

    def truth_at(index: int) -> bool | None:
        if index == 0:
            return lost()
        now, then = is_above(index), is_above(index - 1)
        return None if now is None or then is None else now is not then

    return binding.cache_by_day(truth_at)


def _bind_percentile(binding: Binding, call: FunctionCall) -> NumberAt:
    item, days, lost = (
        binding.bind_number(call.arguments[0]),
        binding.bind_days(call.arguments[1]),
        binding.bind_missing(call.arguments[0]),
    )
    sources = find_source_coverage(binding, call.arguments[0])

    def number_at(index: int) -> float | None:
        count, today = days(index), item(index)
        if today is None or not count:
            return None
        covered, back = sources[index], zip(map(item, range(index, -1, -1)), sources[index::-1], strict=True)
        known = list(islice((value for value, source in back if value is not None and source == covered), count))
        return sum(value <= today for value in known) / len(known) if len(known) * 2 >= count else lost()

    return binding.cache_by_day(number_at)


def _bind_base(pick: Callable[[BaseRate], float]) -> Callable[[Binding, FunctionCall], NumberAt]:
    """Make the body of a function of what followed a condition so many days later, on all days up to one."""

    def bind_call(binding: Binding, call: FunctionCall) -> NumberAt:
        *event, outcome, span = call.arguments
        rate_at = binding.bind_base_rate(event[0] if event else None, outcome, int(literal_value(span) or 0))

        def number_at(index: int) -> float | None:
            rate = rate_at(index)
            return None if rate is None else pick(rate)

        return number_at

    return bind_call


def _bind_days_in(binding: Binding, call: FunctionCall) -> NumberAt:
    """Bind the count of the last n days, today among them, on which a condition held."""
    held, days = binding.bind_condition(call.arguments[0]), int(literal_value(call.arguments[1]) or 0)
    lost = binding.bind_missing(call.arguments[0])

    def number_at(index: int) -> float | None:
        if index + 1 < days:
            return None
        values = [held(day) for day in range(index - days + 1, index + 1)]
        return lost() if None in values else float(values.count(True))

    return binding.cache_by_day(number_at)


def _make_window_function(reduce: Callable[[list[float]], float]) -> Callable[[Binding, FunctionCall], NumberAt]:
    """Make the body of a function of the known values of the last n days that have today's source."""

    def bind_call(binding: Binding, call: FunctionCall) -> NumberAt:
        item, days = binding.bind_number(call.arguments[0]), binding.bind_days(call.arguments[1])
        lost, sources = binding.bind_missing(call.arguments[0]), find_source_coverage(binding, call.arguments[0])

        def number_at(index: int) -> float | None:
            count, today = days(index), item(index)
            if today is None or not count:
                return None
            covered = sources[index]
            window = (day for day in range(max(0, index - count + 1), index + 1) if sources[day] == covered)
            known = [value for day in window if (value := item(day)) is not None]
            return reduce(known) if len(known) * 2 >= count else lost()

        return binding.cache_by_day(number_at)

    return bind_call


def _compute_mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _make_argument_function(reduce: Callable[[list[float]], float]) -> Callable[[Binding, FunctionCall], NumberAt]:
    """Make the body of a function of its arguments' values today; missing where any is."""

    def bind_call(binding: Binding, call: FunctionCall) -> NumberAt:
        items = [binding.bind_number(item) for item in call.arguments]

        def number_at(index: int) -> float | None:
            values = [item(index) for item in items]
            known = [value for value in values if value is not None]
            return reduce(known) if len(known) == len(values) else None

        return number_at

    return bind_call


def _bind_count(binding: Binding, call: FunctionCall) -> NumberAt:
    items = [binding.bind_condition(item) for item in call.arguments]

    def number_at(index: int) -> float | None:
        values = [item(index) for item in items]
        return None if None in values else float(values.count(True))

    return number_at


NUMBERS: Mapping[str, Callable[[Binding, FunctionCall], NumberAt]] = {
    "prev": _bind_prev,
    "ago": _bind_ago,
    "change": _bind_change,
    "pct_change": _bind_pct_change,
    "streak": _bind_streak,
    "days_since": lambda binding, call: _bind_days_since(binding, call, 0),
    "first_since": lambda binding, call: _bind_days_since(binding, call, 1),
    "percentile": _bind_percentile,
    "base_rate": _bind_base(lambda rate: rate.share),
    "base_hits": _bind_base(lambda rate: float(rate.hits)),
    "base_cases": _bind_base(lambda rate: float(rate.cases)),
    "usual_rate": _bind_base(lambda rate: rate.usual_share),
    "days_in": _bind_days_in,
    "max_over": _make_window_function(max),
    "min_over": _make_window_function(min),
    "mean_over": _make_window_function(_compute_mean),
    "abs": _make_argument_function(lambda values: abs(values[0])),
    "min": _make_argument_function(min),
    "max": _make_argument_function(max),
    "count": _bind_count,
    "same_sign": SIGNS,
    "up_count": UPS,
    "down_count": DOWNS,
    "known_count": KNOWN,
    **EXTREMES,
}
TRUTHS: Mapping[str, Callable[[Binding, FunctionCall], TruthAt]] = {
    "prev": _bind_prev_condition,
    "ago": _bind_ago_condition,
    "crossed": _bind_crossed,
    "fired": _bind_fired,
    "has_event": _bind_has_event,
    "on_day": bind_on_day,
}
