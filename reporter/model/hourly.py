"""Readings of hours inside a day: what a rule writes as a call, and the metric of one value a day that it stands for.

The metric's id is the call itself, `share_in_window(derivatives.liquidations_total, 20, 24)`, so that facts, cases and
ledgers name it as the rule does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from reporter.model.metric import MetricSpec, Unit

_CALL = re.compile(r"(\w+)\(([\w.-]+), (\d+)(?:, (\d+))?\)")
#: Function → the kind of metric whose hours it reads, and the number of hours that it takes.
_FUNCTIONS: Final = {"share_in_window": ("sum", 2), "at": ("last", 1)}
HOURLY_FUNCTIONS: Final = frozenset(_FUNCTIONS)
LAST_HOUR: Final = 24


@dataclass(frozen=True, slots=True)
class HourlyReading:
    """A reading of hours of a day.

    Attributes:
        function: `share_in_window`, the share of a day's sum between two hours, or `at`, the value at one.
        metric: id of the metric whose hours they are.
        hours: from and to, or the hour; UTC, 24 is midnight at the day's end.
    """

    function: str
    metric: str
    hours: tuple[int, ...]

    @property
    def id(self) -> str:
        """The id of the metric that it is."""
        return f"{self.function}({', '.join((self.metric, *map(str, self.hours)))})"


def make_hourly_reading(function: str, metric: str, hours: tuple[float, ...]) -> HourlyReading | None:
    """Make a reading; None where these are no hours of a day, or not in order.

    Args:
        function: one of `HOURLY_FUNCTIONS`.
        metric: a metric's id.
        hours: as written.
    """
    whole = tuple(int(hour) for hour in hours)
    _, count = _FUNCTIONS[function]
    if len(hours) != count or whole != hours:
        return None
    first, last = whole[0], whole[-1]
    right = 0 <= first < last <= LAST_HOUR if count > 1 else 0 < first <= LAST_HOUR
    return HourlyReading(function, metric, whole) if right else None


def parse_hourly_id(metric_id: str) -> HourlyReading | None:
    """Return the reading that a metric's id names; None for any other metric."""
    match = _CALL.fullmatch(metric_id)
    if match is None or match[1] not in _FUNCTIONS:
        return None
    hours = tuple(float(hour) for hour in match.groups()[2:] if hour is not None)
    return make_hourly_reading(match[1], match[2], hours)


def make_hourly_spec(reading: HourlyReading, registry: Mapping[str, MetricSpec]) -> MetricSpec | None:
    """Declare the metric of a reading; None where its metric has no such hours.

    Args:
        reading: what is read.
        registry: metric id → declaration.
    """
    base = registry.get(reading.metric)
    kind, _ = _FUNCTIONS[reading.function]
    if base is None or base.hours is None or base.hours.kind != kind:
        return None
    kept = replace(base, id=reading.id, ladder=None, news=None, counts=None, hours=None)
    if kind == "last":
        what = f"{base.id} at {reading.hours[0]}:00 UTC, of bars shorter than a day; none where a source is partial"
        return replace(kept, formula=what)
    what = (
        f"share of {base.id} between {reading.hours[0]}:00 and {reading.hours[1]}:00 UTC, of the first source whose "
        "bars are shorter than a day and cover it"
    )
    return replace(kept, formula=what, unit=Unit.FRACTION, low=0.0, high=1.0)


def list_hourly_specs(ids: Iterable[str], registry: Mapping[str, MetricSpec]) -> dict[str, MetricSpec]:
    """List the declarations of readings by their ids; of other ids none.

    Args:
        ids: of metrics.
        registry: metric id → declaration.
    """
    readings = [reading for one in ids if (reading := parse_hourly_id(one)) is not None]
    specs = {reading.id: make_hourly_spec(reading, registry) for reading in readings}
    return {name: spec for name, spec in sorted(specs.items()) if spec is not None}
