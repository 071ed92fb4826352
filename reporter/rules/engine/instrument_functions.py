"""Functions over a list of metrics, one an instrument: `"macro.*.return_1d"` × `"equity"` → its members."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reporter.model.timestamps import format_day
from reporter.rules.engine.closures import Binding, NumberAt, TruthAt
from reporter.rules.expressions.tree import FunctionCall, TextLiteral


@dataclass(frozen=True, slots=True)
class ListMember:
    """A member of a list that has a value: the instrument's key, its metric, the day read and the value."""

    key: str
    metric: str
    index: int
    value: float


def bind_members(binding: Binding, call: FunctionCall) -> Callable[[int], tuple[ListMember, ...] | None]:
    """Bind a list of metrics to a closure: day's position → the members that have a value.

    It gives None where the number of days ago is missing or lies before the first day of data.

    Raises:
        TypeError: the argument is no list of metrics; the check of arguments lets none through.
    """
    pattern, kind, *rest = call.arguments
    if not isinstance(pattern, TextLiteral) or not isinstance(kind, TextLiteral):
        raise TypeError(f"not a list of metrics: {call}")
    metrics = binding.metrics
    ids = [
        (key, pattern.value.replace("*", key))
        for key, instrument in metrics.instruments.items()
        if _matches_kind(kind.value, instrument.kind)
    ]
    columns = [(key, name, binding.find_column(name)) for key, name in ids if name in metrics.series]
    days = binding.bind_days(rest[0]) if rest else lambda _: 0

    def members_at(index: int) -> tuple[ListMember, ...] | None:
        count = days(index)
        if count is None or count > index:
            return None
        day = index - count
        return tuple(
            ListMember(key, name, day, value) for key, name, column in columns if (value := column[day]) is not None
        )

    return members_at


def _matches_kind(kind: str, own: str) -> bool:
    """Whether an instrument's class matches: by name, "*" for all, "not x" for all but one."""
    return own != kind.removeprefix("not ") if kind.startswith("not ") else kind in ("*", own)


def same_sign_share(found: tuple[ListMember, ...]) -> float | None:
    """Share of the members that moved with the majority: positive if up, negative if down, 0 in a tie."""
    if not found:
        return None
    ups = sum(member.value > 0 for member in found)
    downs = sum(member.value < 0 for member in found)
    if ups == downs:
        return 0.0
    return ups / len(found) if ups > downs else -downs / len(found)


def count_rising(found: tuple[ListMember, ...]) -> float | None:
    """Number of members that rose; None where none has a value."""
    return float(sum(member.value > 0 for member in found)) if found else None


def down_count(found: tuple[ListMember, ...]) -> float | None:
    """How many fell; missing where none has a value."""
    return float(sum(member.value < 0 for member in found)) if found else None


def count_known(found: tuple[ListMember, ...]) -> float | None:
    """Number of members that have a value."""
    return float(len(found))


def bind_on_day(binding: Binding, call: FunctionCall) -> TruthAt:
    """Bind a list of metrics to a closure: day's position → whether each known reading is of that day.

    A reading is of the day on which its period ends; one that ends at midnight ends the day before it.
    """
    known, metrics = bind_members(binding, call), binding.metrics

    def truth_at(index: int) -> bool | None:
        found = known(index)
        if not found:
            return None
        ends = ((metrics.series[one.metric].as_of[one.index], metrics.dates[one.index]) for one in found)
        return all(end is not None and format_day(end - 1) == day.isoformat() for end, day in ends)

    return truth_at


def _make_list_function(
    reduce: Callable[[tuple[ListMember, ...]], float | None],
) -> Callable[[Binding, FunctionCall], NumberAt]:
    def bind_call(binding: Binding, call: FunctionCall) -> NumberAt:
        known = bind_members(binding, call)

        def number_at(index: int) -> float | None:
            found = known(index)
            return None if found is None else reduce(found)

        return number_at

    return bind_call


SIGNS = _make_list_function(same_sign_share)
UPS = _make_list_function(count_rising)
DOWNS = _make_list_function(down_count)
KNOWN = _make_list_function(count_known)
