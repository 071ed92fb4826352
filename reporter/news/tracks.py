"""Since when, and which rank: of every observation of a series at once, each against those before it.

A series is split into tracks of observations that can be compared: of one coverage, or of sources that are cited alike.
Within a track a stack of what is still unbeaten gives the last observation at least as extreme in O(n) for all days;
sorted values give ranks in O(n log n). Both only look back, so that they are made once and serve every day.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import ge, gt, le, lt

from reporter.model.metric import Citation, MetricSeries, MetricSet, split_sources

_YEAR = 365


@dataclass(frozen=True)
class Track:
    """Observations that can be compared, oldest first; every sequence has one entry an observation.

    Attributes:
        days: position of the day of each.
        values: the values.
    """

    days: tuple[int, ...]
    values: tuple[float, ...]

    @cached_property
    def as_high(self) -> tuple[int, ...]:
        """The last earlier observation that is as high or higher; −1 where none is."""
        return find_last_beyond(self.values, ge)

    @cached_property
    def as_low(self) -> tuple[int, ...]:
        """The last earlier observation that is as low or lower; −1 where none is."""
        return find_last_beyond(self.values, le)

    @cached_property
    def higher(self) -> tuple[int, ...]:
        """The last earlier observation that is higher; −1 where none is."""
        return find_last_beyond(self.values, gt)

    @cached_property
    def lower(self) -> tuple[int, ...]:
        """The last earlier observation that is lower; −1 where none is."""
        return find_last_beyond(self.values, lt)

    @cached_property
    def ranks(self) -> tuple[tuple[int, int], ...]:
        """Place among all so far, counted from the highest and from the lowest; equal values share the better place."""
        return tuple(_ranks(self.values))

    def since(self, place: int, direction: int) -> int:
        """The last earlier observation at least as extreme; −1 where there is none."""
        return (self.as_high if direction > 0 else self.as_low)[place]

    def rank(self, place: int, direction: int) -> int:
        """Place of an observation among all so far, 1 for the most extreme."""
        return self.ranks[place][direction < 0]

    def rank_year(self, place: int, direction: int) -> int:
        """Place of an observation among those of the last 365 days, the day itself among them."""
        value = self.values[place]
        first = bisect_right(self.days, self.days[place] - _YEAR)
        more_extreme = value.__lt__ if direction > 0 else value.__gt__
        return 1 + sum(map(more_extreme, self.values[first:place]))

    def reached(self, place: int, level: float, *, below: bool) -> int:
        """The last observation, from a place back, that lies under a level, or above it; −1 where none does.

        Those that could be are the ones that no later one up to the place has beaten, and a level is reached by few.

        Args:
            place: position from which to look back.
            level: the value to reach, in the track's unit.
            below: look for one under the level.
        """
        values, links = self.values, self.lower if below else self.higher
        while place >= 0 and not (values[place] < level if below else values[place] > level):
            place = links[place]
        return place


def find_last_beyond(values: Sequence[float], beyond: Callable[[float, float], bool]) -> tuple[int, ...]:
    """The position of the last earlier value that is beyond each value; −1 where none is."""
    stack: list[int] = []
    found = []
    for place, value in enumerate(values):
        while stack and not beyond(values[stack[-1]], value):
            stack.pop()
        found.append(stack[-1] if stack else -1)
        stack.append(place)
    return tuple(found)


def _ranks(values: Iterable[float]) -> Iterator[tuple[int, int]]:
    ordered: list[float] = []
    for count, value in enumerate(values, 1):
        insort(ordered, value)
        yield count - bisect_right(ordered, value) + 1, bisect_left(ordered, value) + 1


def compute_tail_shares(values: Sequence[float], window: int) -> tuple[float, ...]:
    """How large each value is for its time: the share of the values of a window before it that are as large in size.

    One is added to count and number, so that the largest so far has a share above zero.

    Args:
        values: the values, of any sign.
        window: how many observations before each are looked at.
    """
    ordered: list[float] = []
    shares = []
    sizes = [abs(value) for value in values]
    for place, size in enumerate(sizes):
        shares.append((len(ordered) - bisect_left(ordered, size) + 1) / (len(ordered) + 1))
        insort(ordered, size)
        if place >= window:
            del ordered[bisect_left(ordered, sizes[place - window])]
    return tuple(shares)


@dataclass(frozen=True)
class Tracks:
    """The tracks of one series.

    Attributes:
        all: the tracks.
        days: day → number of its track, and the place of its observation there.
    """

    all: tuple[Track, ...]
    days: Mapping[int, tuple[int, int]]

    def at(self, day: int) -> tuple[Track, int] | None:
        """A day's observation: its track, and its place there; None on days without a new one."""
        found = self.days.get(day)
        return None if found is None else (self.all[found[0]], found[1])


def build_tracks(observations: Iterable[tuple[int, float, object]]) -> Tracks:
    """Tracks of observations.

    Args:
        observations: day, value and what the value covers, in order of days.
    """
    numbers: dict[object, int] = {}
    days: list[list[int]] = []
    values: list[list[float]] = []
    at: dict[int, tuple[int, int]] = {}
    for day, value, covers in observations:
        number = numbers.setdefault(covers, len(days))
        if number == len(days):
            days.append([])
            values.append([])
        at[day] = number, len(days[number])
        days[number].append(day)
        values[number].append(value)
    tracks = zip(days, values, strict=True)
    return Tracks(tuple(Track(tuple(own), tuple(theirs)) for own, theirs in tracks), at)


def list_new_observations(series: MetricSeries, metrics: MetricSet) -> Iterator[tuple[int, float, object]]:
    """Days on which a series has an observation that the day before had not, with its value and what it covers.

    A flow that is known on Saturday is no news on Sunday, though it is still the newest.
    """
    before: float | None = None
    kinds: dict[str | None, object] = {}
    for day, (value, as_of, source) in enumerate(zip(series.values, series.as_of, series.source, strict=True)):
        if value is None:
            continue
        if as_of is None or as_of != before:
            if source not in kinds:
                kinds[source] = describe_coverage(source, metrics.citations)
            yield day, value, kinds[source]
        before = as_of


def describe_coverage(source: str | None, citations: Mapping[str, Citation]) -> object:
    """What can be compared: sources of one table that are cited by one name and say that they cover the same."""
    parts = []
    for name in split_sources(source):
        cited = citations.get(name)
        parts.append((name,) if cited is None else (cited.table, *sorted(cited.name.items()), cited.coverage))
    return tuple(sorted(set(parts)))
