"""Given values and events of a case → a small set of metrics in which everything else is missing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from reporter.model.metric import Event, Instrument, MetricSeries, MetricSet, MetricSpec
from reporter.model.timestamps import DAY

#: Source of every value, and why what isn't given is missing.
SOURCE = "case"
ABSENT = "not given in this case"


class CaseWorlds:
    """Makes small sets of metrics for cases: the given values, everything else missing.

    Attributes:
        registry: metric id → declaration.
        instruments: of which the lists of metrics have members.
    """

    def __init__(self, registry: Mapping[str, MetricSpec], instruments: Mapping[str, Instrument]) -> None:
        self.registry = registry
        self.instruments = instruments
        self._blank: dict[int, dict[str, MetricSeries]] = {}

    def make_metrics(
        self, given: Mapping[str, tuple[float | None, ...]], day: date, events: Mapping[str, int] | None = None
    ) -> MetricSet:
        """Make the metrics of a case.

        Args:
            given: metric id → values of the last days; the last of them is the day's.
            day: the brief's date.
            events: topic → how many days before the day's end there was an event.
        """
        days = max((len(values) for values in given.values()), default=1)
        cut = datetime.combine(day, time(), UTC).timestamp() + DAY
        series = dict(self._make_blank_series(days))
        for name, values in given.items():
            series[name] = self._make_series(name, (None,) * (days - len(values)) + tuple(values), cut)
        return MetricSet(
            dates=tuple(day - timedelta(days=days - 1 - at) for at in range(days)),
            as_of=cut,
            series=series,
            bars=(),
            bar_seconds=0,
            strikes=(),
            events=tuple(_make_event(topic, cut - ago * DAY) for topic, ago in (events or {}).items()),
            citations={},
            instruments=self.instruments,
            notices=(),
        )

    def _make_blank_series(self, days: int) -> Mapping[str, MetricSeries]:
        if days not in self._blank:
            none, absent = (None,) * days, (ABSENT,) * days
            self._blank[days] = {
                name: MetricSeries(spec, none, none, none, absent) for name, spec in self.registry.items()
            }
        return self._blank[days]

    def _make_series(self, name: str, values: tuple[float | None, ...], cut: float) -> MetricSeries:
        ends = [cut - DAY * (len(values) - 1 - at) for at in range(len(values))]
        known = [value is not None for value in values]
        return MetricSeries(
            self.registry[name],
            values,
            tuple(end if has else None for end, has in zip(ends, known, strict=True)),
            tuple(SOURCE if has else None for has in known),
            tuple(None if has else ABSENT for has in known),
        )


def _make_event(topic: str, when: float) -> Event:
    """Make an event of a topic that becomes known just before its day ends."""
    words = {"en": topic, "zh-Hant": topic}
    return Event(topic, when + DAY - 1, topic, "attributed", SOURCE, {}, words, {}, "")
