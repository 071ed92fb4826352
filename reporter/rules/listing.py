"""Functions over a list of metrics, one an instrument: `"macro.*.return_1d"` × `"equity"` → its members."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reporter.rules.closures import Binding, NumberAt
from reporter.rules.tree import Call, Text


@dataclass(frozen=True, slots=True)
class Member:
    """A member that has a value: the instrument's key, its metric, the day read and the value."""

    key: str
    metric: str
    index: int
    value: float


def members(binding: Binding, call: Call) -> Callable[[int], tuple[Member, ...] | None]:
    """Closure of the members with a value, in the order of the desk's instruments.

    It gives None where the number of days ago is missing or lies before the first day of data.
    """
    pattern, kind, *rest = call.arguments
    if not isinstance(pattern, Text) or not isinstance(kind, Text):
        raise TypeError(f"not a list of metrics: {call}")
    metrics = binding.metrics
    ids = [
        (key, pattern.value.replace("*", key))
        for key, instrument in metrics.instruments.items()
        if _asked(kind.value, instrument.kind)
    ]
    columns = [(key, name, binding.column(name)) for key, name in ids if name in metrics.series]
    days = binding.days(rest[0]) if rest else lambda _: 0

    def known(index: int) -> tuple[Member, ...] | None:
        count = days(index)
        if count is None or count > index:
            return None
        day = index - count
        return tuple(
            Member(key, name, day, value) for key, name, column in columns if (value := column[day]) is not None
        )

    return known


def _asked(kind: str, own: str) -> bool:
    """Whether an instrument's class is asked for: by its name, by all of them, or by all but another."""
    return own != kind.removeprefix("not ") if kind.startswith("not ") else kind in ("*", own)


def same_sign(found: tuple[Member, ...]) -> float | None:
    """Share of the members that moved the way most did: positive if up, negative if down, 0 in a tie."""
    if not found:
        return None
    ups = sum(member.value > 0 for member in found)
    downs = sum(member.value < 0 for member in found)
    if ups == downs:
        return 0.0
    return ups / len(found) if ups > downs else -downs / len(found)


def up_count(found: tuple[Member, ...]) -> float | None:
    """How many rose; missing where none has a value."""
    return float(sum(member.value > 0 for member in found)) if found else None


def down_count(found: tuple[Member, ...]) -> float | None:
    """How many fell; missing where none has a value."""
    return float(sum(member.value < 0 for member in found)) if found else None


def known_count(found: tuple[Member, ...]) -> float | None:
    """How many have a value."""
    return float(len(found))


def _of_members(reduce: Callable[[tuple[Member, ...]], float | None]) -> Callable[[Binding, Call], NumberAt]:
    def bind(binding: Binding, call: Call) -> NumberAt:
        known = members(binding, call)

        def of_members(index: int) -> float | None:
            found = known(index)
            return None if found is None else reduce(found)

        return of_members

    return bind


SIGNS = _of_members(same_sign)
UPS = _of_members(up_count)
DOWNS = _of_members(down_count)
KNOWN = _of_members(known_count)
