"""Readings that a value rests on → the inputs of its fact, which are made when they are first looked at.

Most facts of a day are never told, and a count over years rests on thousands of readings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import overload

from reporter.model.finding import Input
from reporter.model.metric import MetricSeries, MetricSet
from reporter.rules.engine.counted_readings import list_counted_readings

#: A metric's id and a day's position; a position of -1 stands for a reading that can't exist: a day before the first,
#: another source, too short a history.
Key = tuple[str, int]
#: So many readings of one value are kept together.
_MANY = 64
#: What no reading's period ends at.
_NEVER = float("-inf")


class ReadBundle:
    """Many readings of one value, which are handed on together; each bundle is itself alone.

    Attributes:
        reads: the readings with what was read, in the order they were made.
        inputs, end: as facts show them, and where the newest known period ends; None until they are asked for.
    """

    __slots__ = ("end", "inputs", "reads")

    def __init__(self, reads: dict[Key, float | None]) -> None:
        """Take readings, which don't change any more."""
        self.reads = reads
        self.inputs: Sequence[Input] | None = None
        self.end: float | None = None


#: Readings in the order they were made → what was read; of a bundle nothing.
Reads = dict[Key | ReadBundle, float | None]


def bundle_reads(reads: Reads) -> Reads:
    """Put the readings of a value in one bundle where they are many; else as they are."""
    return {ReadBundle(expand_reads(reads)): None} if len(reads) > _MANY else reads


def expand_reads(reads: Reads) -> dict[Key, float | None]:
    """Readings one by one, each where it was made first."""
    found: dict[Key, float | None] = {}
    for key, value in reads.items():
        if isinstance(key, ReadBundle):
            found.update(key.reads)
        else:
            found[key] = value
    return found


def list_real_reads(reads: Reads) -> tuple[Key, ...]:
    """List the readings of days that there are, each where it was made first."""
    return tuple([key for key in expand_reads(reads) if key[1] >= 0])


class KnownInputs(dict[Key, tuple[Input, ...]]):
    """Readings as facts show them, each with those that it counts; () for one that can't exist.

    Each is made when it is first asked for, and once: many rules of many days rest on the same.

    Attributes:
        ends: where the newest known period of each ends.
    """

    def __init__(self, metrics: MetricSet) -> None:
        """Take the metrics whose readings these are."""
        self._metrics = metrics
        self.ends = _KnownEnds(self, metrics)
        #: The days' names, made once: every reading is noted with its day's.
        self._iso = tuple(day.isoformat() for day in metrics.dates)

    def __missing__(self, key: Key) -> tuple[Input, ...]:
        name, index = key
        series = self._metrics.series.get(name)
        if series is None or index < 0:
            return ()
        made: tuple[Input, ...] = (self._build_input(series, index),)
        if series.spec.counts is not None:
            counted = list_counted_readings(self._metrics, name, index)
            made += tuple(self._build_input(one, day) for one, day in counted)
        if is_settled(series):
            self[key] = made
        return made

    def _build_input(self, series: MetricSeries, index: int) -> Input:
        known = self.get((series.spec.id, index))
        if known is not None:
            return known[0]
        return Input(
            metric=series.spec.id,
            date=self._iso[index],
            value=series.values[index],
            unit=series.spec.unit,
            as_of=series.as_of[index],
            source=series.source[index],
        )

    def list_inputs(self, reads: Reads) -> Sequence[Input]:
        """List the inputs of a value, each once, and those that counted metrics among them count."""
        if len(reads) != 1:
            return _ListedInputs(reads, self)
        (key,) = reads
        if not isinstance(key, ReadBundle):
            return self[key]
        if key.inputs is None:
            key.inputs = _ListedInputs(reads, self)
        return key.inputs

    def find_end(self, key: Key) -> float | None:
        """End of the newest period of one reading; None where it is unknown."""
        end = self.ends[key]
        return None if end == _NEVER else end

    def find_newest_end(self, reads: Reads) -> float | None:
        """End of the newest period among the readings of a value; None where none is known."""
        end = _NEVER
        for key in reads:
            own = self._find_bundle_end(key) if isinstance(key, ReadBundle) else self.ends[key]
            end = max(end, own)
        return None if end == _NEVER else end

    def _find_bundle_end(self, bundle: ReadBundle) -> float:
        if bundle.end is None:
            bundle.end = max(map(self.ends.__getitem__, bundle.reads), default=_NEVER)
        return bundle.end


class _KnownEnds(dict[Key, float]):
    """Where the newest known period of a reading, and of those that it counts, ends."""

    def __init__(self, inputs: KnownInputs, metrics: MetricSet) -> None:
        self._inputs, self._metrics = inputs, metrics

    def __missing__(self, key: Key) -> float:
        name, index = key
        series = self._metrics.series.get(name)
        if series is None or index < 0:
            return _NEVER
        if series.spec.counts is not None:
            known = (one.as_of for one in self._inputs[key] if one.value is not None and one.as_of is not None)
            end = max(known, default=_NEVER)
        else:
            as_of = series.as_of[index]
            end = _NEVER if as_of is None or series.values[index] is None else as_of
        if is_settled(series):
            self[key] = end
        return end


def is_settled(series: MetricSeries) -> bool:
    """Whether a series has all its values: while frameworks are walked their columns are still being filled."""
    return isinstance(series.values, tuple)


class _ListedInputs(Sequence[Input]):
    """Inputs that are made when they are first looked at; equal to a tuple of the same."""

    __slots__ = ("_known", "_made", "_reads")

    def __init__(self, reads: Reads, known: KnownInputs) -> None:
        self._reads, self._known = reads, known
        self._made: tuple[Input, ...] | None = None

    def _make(self) -> tuple[Input, ...]:
        if self._made is None:
            parts = list(map(self._known.__getitem__, expand_reads(self._reads)))
            made = tuple(chain.from_iterable(parts))
            if max(map(len, parts), default=0) > 1:
                # A counted reading may be read by itself too.
                made = tuple({(one.metric, one.date): one for one in made}.values())
            self._made = made
        return self._made

    @overload
    def __getitem__(self, index: int) -> Input: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Input, ...]: ...
    def __getitem__(self, index: int | slice) -> Input | tuple[Input, ...]:
        return self._make()[index]

    def __len__(self) -> int:
        return len(self._make())

    def __iter__(self) -> Iterator[Input]:
        return iter(self._make())

    def __eq__(self, other: object) -> bool:
        return self is other or self._make() == (other._make() if isinstance(other, _ListedInputs) else other)

    def __hash__(self) -> int:
        return hash(self._make())

    def __repr__(self) -> str:
        return repr(self._make())
