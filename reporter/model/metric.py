"""Metrics: declared once, computed as daily series, read by rules, charts and the ledger alike."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal

from reporter.diagnostics.diagnostic import Diagnostic
from reporter.model.news import News

#: So many days and more are counted by the calendar, fewer in sessions where days are an exchange's.
A_WEEK: Final = 7


class Unit(StrEnum):
    """The unit of a number. Fractions are fractions: 0.05 is 5 %."""

    USD = "usd"
    PRICE = "usd_price"  # a price or strike of the asset, in its own currency, shown in full digits
    FRACTION = "fraction"
    VOL_POINTS = "vol_points"  # annualised volatility in points: 58.9
    SIGMA = "sigma"  # a move in units of the asset's own daily volatility
    BP = "bp"
    COUNT = "count"
    DAYS = "days"
    HASHPRICE = "usd_per_ph_day"
    LEVEL = "level"  # an index or a quote in its own points
    SCORE = "score"  # a sentiment index, 0 to 100
    RATIO = "ratio"
    CORRELATION = "correlation"
    CONTRACTS = "contracts"  # option open interest in units of the asset
    INSTANT = "instant"  # seconds since 1970-01-01T00:00Z
    TEXT = "text"
    BOOL = "bool"


def name_unit(unit: Unit, quote: str) -> str:
    """The name of a unit in records: a price's has the currency in it, `twd_price`.

    Args:
        unit: the unit.
        quote: what the asset is quoted in: code of a currency, or "points".
    """
    return f"{quote.lower()}_price" if unit is Unit.PRICE else str(unit)


def read_unit(name: str) -> Unit:
    """The unit that a record names; the inverse of `name_unit`, whatever the currency.

    Raises:
        ValueError: it is no unit's name.
    """
    return Unit.PRICE if name.endswith("_price") else Unit(name)


class MissingReason(StrEnum):
    """Why a metric has no value; each has a sentence of its own in the list of gaps."""

    NO_SOURCE = "no source feeds this table"
    NOT_STARTED = "before the first row"
    BLANK = "blank in every row so far"
    NO_ROW = "no row for this day"
    NOT_PUBLISHED = "not yet published"
    CLOSED = "market closed"
    INCOMPLETE = "the day's bars are incomplete"
    TOO_SHORT = "not enough history"
    STALE = "the last row is too old"
    COVERAGE = "the source changed in between"
    RANGE = "outside the believed range"
    UNDEFINED = "not defined for this day"
    REPRESENTED = "told by the index it tracks"


#: Which ladder of move words a metric's changes are told with.
LadderClass = Literal["price", "flow", "volatility", "open_interest", "index"]


@dataclass(frozen=True, slots=True)
class Counted:
    """What a metric counts: readings of another one, up to its day.

    Attributes:
        metric: id of the metric whose readings they are.
        how: `run` counts those in a row that have one sign, and has that sign; `above` and `below` are the place of the
            newest, after those before it that are as high, or as low.
        days: how far back, in days; None for all that are known.
        once: whether a reading that is carried over days without one of their own counts once.
    """

    metric: str
    how: Literal["run", "above", "below"]
    days: int | None = None
    once: bool = True


@dataclass(frozen=True, slots=True)
class Hours:
    """Where the hours of a metric's days lie.

    Attributes:
        kind: `sum` where a day is the sum of its bars, `last` where it is its last value.
        table: the canonical table; columns: those that are added, or the one that is read.
    """

    kind: Literal["sum", "last"]
    table: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a metric is made of others, where its declaration says so.

    Attributes:
        how: change, percent_change, mean, sum, rank, z_score, ratio or difference.
        of: ids of the metrics, one or two.
        days: how many days it looks back over; None where it counts rows, or doesn't look back.
        rows: how many rows of the table that the one metric is made of; None where it counts days.
    """

    how: str
    of: tuple[str, ...]
    days: int | None = None
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class MetricSpec:
    """A metric's declaration.

    Attributes:
        id: dotted name, `price.return_1d`.
        unit: unit of every value.
        formula: how it is computed, in a sentence an editor can read.
        tables: canonical tables it needs.
        low: smallest value that is believed; below it the value is refused.
        high: largest value that is believed.
        ladder: class of the words that tell its moves, for metrics that are changes.
        max_age_days: how many days old the newest input may be before the metric counts as missing.
        news: how its values are news; None where they never are.
        counts: which readings it counts, where it is a run or a rank; facts of it rest on them too.
        hours: where its hours lie, for a metric that rules may read inside a day.
        made: how it is made of other metrics, of a desk's own metric.
        label: (locale, what charts and tables call it), of a desk's own metric.
    """

    id: str
    unit: Unit
    formula: str
    tables: tuple[str, ...]
    low: float = float("-inf")
    high: float = float("inf")
    ladder: LadderClass | None = None
    max_age_days: int = 1
    news: News | None = None
    counts: Counted | None = None
    hours: Hours | None = None
    made: Derivation | None = None
    label: tuple[tuple[str, str], ...] = ()


def join_sources(ids: Iterable[str | None]) -> str | None:
    """Source ids → the source of what rests on all of them: each once, joined by "+"; None for none."""
    return "+".join(dict.fromkeys(part for one in ids for part in split_sources(one))) or None


def split_sources(joined: str | None) -> tuple[str, ...]:
    """The source of a value, as `join_sources` gives it → source ids, each once."""
    return tuple(dict.fromkeys(filter(None, (joined or "").split("+"))))


@dataclass(frozen=True, slots=True)
class Observation:
    """A metric's value on one brief date, or the reason why there is none.

    Attributes:
        value: the value, or None.
        as_of: end of the newest period that went into it, seconds since 1970 UTC, or None.
        source: id of the source that gave it (several as `join_sources` joins them), or None.
        missing: why there is no value, or None where there is one.
    """

    value: float | None
    as_of: float | None
    source: str | None
    missing: str | None


@dataclass(frozen=True, slots=True)
class MetricSeries:
    """One metric over all brief dates, as known at each date's own cut.

    Attributes:
        spec: the declaration.
        values: one value or None a date.
        as_of: end of the newest period used, a date.
        source: source id a date.
        missing: reason a date where the value is None, else None.
    """

    spec: MetricSpec
    values: tuple[float | None, ...]
    as_of: tuple[float | None, ...]
    source: tuple[str | None, ...]
    missing: tuple[str | None, ...]

    def observation_at(self, index: int) -> Observation:
        """The observation at a position; before the first date everything is missing."""
        if not 0 <= index < len(self.values):
            return Observation(None, None, None, "before the first day of data")
        return Observation(self.values[index], self.as_of[index], self.source[index], self.missing[index])

    def take_first(self, days: int) -> MetricSeries:
        """The series of the first days alone."""
        return MetricSeries(self.spec, self.values[:days], self.as_of[:days], self.source[:days], self.missing[:days])


class FirstDays(Mapping[str, MetricSeries]):
    """The series of the first days of others, each cut where it is asked for: a day asks for few of hundreds."""

    def __init__(
        self, series: Mapping[str, MetricSeries], days: int, others: Mapping[str, MetricSeries] = MappingProxyType({})
    ) -> None:
        """Take the series of all days, and how many of the days are kept.

        Args:
            series: of all days.
            days: how many are kept.
            others: series of these days alone, which stand for those of their names.
        """
        self._series, self._days = {**series, **others} if others else series, days
        self._cut: dict[str, MetricSeries] = dict(others)

    def replace_series(self, series: Mapping[str, MetricSeries]) -> FirstDays:
        """Return the same with some series of these days added or replaced."""
        return FirstDays(self._series, self._days, {**self._cut, **series})

    def iterate_uncut(self) -> Iterator[tuple[str, MetricSeries]]:
        """Iterate over all series, some of which may go on beyond these days."""
        return ((name, self._cut.get(name, series)) for name, series in self._series.items())

    def __getitem__(self, name: str) -> MetricSeries:
        if name not in self._cut:
            self._cut[name] = self._series[name].take_first(self._days)
        return self._cut[name]

    def __contains__(self, name: object) -> bool:
        return name in self._series

    def __iter__(self) -> Iterator[str]:
        return iter(self._series)

    def __len__(self) -> int:
        return len(self._series)


@dataclass(frozen=True, slots=True)
class Bar:
    """One intraday price bar: start in seconds since 1970 UTC, prices in the quote currency."""

    start: float
    open: float
    high: float
    low: float
    close: float


@dataclass(frozen=True, slots=True)
class StrikeInterest:
    """Open interest of one strike of the expiry that matters, in units of the asset."""

    strike: float
    calls: float
    puts: float


@dataclass(frozen=True, slots=True)
class Event:
    """A dated, sourced line of news, or a named person's words.

    Attributes:
        id: the row's own name.
        time: when it was known, seconds since 1970 UTC.
        topic: what it is about (`policy`, `trigger`, `quote` …); rules ask for it.
        grade: evidence: coincident, correlated, corroborated or attributed.
        source: source id; cited_as: the outlet's name per locale.
        text: a clause per locale, as the desk wrote it.
        speaker: who said it, per locale; empty for news.
        link: address, or empty.
        due: when what it announces takes place, seconds since 1970 UTC; None for what has happened.
    """

    id: str
    time: float
    topic: str
    grade: str
    source: str
    cited_as: Mapping[str, str]
    text: Mapping[str, str]
    speaker: Mapping[str, str]
    link: str
    due: float | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """How a source is named and linked, per locale; and what it covers."""

    id: str
    table: str
    name: Mapping[str, str]
    link: str
    file: str
    coverage: str = ""


@dataclass(frozen=True, slots=True)
class Instrument:
    """A cross-asset instrument: its key, class and names per locale."""

    key: str
    kind: str  # equity, metal, dollar, rates, volatility, energy, crypto
    name: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AllowedAnomaly:
    """An anomaly of the data that a brief rests on all the same, approved or only noted.

    Attributes:
        table: canonical table.
        fault: which fault, as desk.toml names them.
        day: 00:00 UTC of the day it is of, seconds since 1970.
        known: when it could first be known, seconds since 1970 UTC.
        source: source id; empty where there is none.
        what: what was found, in plain English.
        reason: why the desk lets it stand, per locale; empty where the desk only notes it.
        scope: whether it is about one row, or about the brief's day as a whole.
    """

    table: str
    fault: str
    day: float
    known: float
    source: str
    what: str
    reason: Mapping[str, str]
    scope: Literal["row", "day"] = "row"


@dataclass(frozen=True, slots=True)
class MetricSet:
    """Everything that the later stages know about the market.

    Attributes:
        dates: brief dates in order, ending at the brief's date: every date, or an exchange's sessions.
        as_of: the brief's own as-of instant, seconds since 1970 UTC.
        series: metric id → series; every id of the registry that the desk could have is present.
        bars: intraday bars of the 48 hours up to the end of the brief's date, oldest first; gaps are absent bars.
        bar_seconds: length of those bars, 0 where there are none.
        bar_source: source of those bars, empty where there are none.
        strikes: open interest by strike of the expiry with the most put interest in the next 45 days.
        events: news and quotes known at `as_of`, newest last.
        citations: every source of the desk.
        instruments: cross-asset instruments of the desk.
        notices: what the loader noticed and mended.
        allowed: what checks of the data object to, and stands all the same; of all days.
        quote: what prices are in: code of a currency, or "points".
        splits: days on which the asset was split, up to the brief's; prices of before are on the newest scale.
        left_out: canonical tables that are of no asset of the desk's class, so that nobody misses them.
        sessions: the sessions that the exchange has planned, from the first of `dates` on, also later ones; empty where
            every date is a day.
    """

    dates: tuple[date, ...]
    as_of: float
    series: Mapping[str, MetricSeries]
    bars: tuple[Bar, ...]
    bar_seconds: int
    strikes: tuple[StrikeInterest, ...]
    events: tuple[Event, ...]
    citations: Mapping[str, Citation]
    instruments: Mapping[str, Instrument]
    notices: tuple[Diagnostic, ...]
    bar_source: str = ""
    allowed: tuple[AllowedAnomaly, ...] = ()
    quote: str = "USD"
    splits: tuple[date, ...] = ()
    left_out: frozenset[str] = frozenset()
    sessions: tuple[date, ...] = ()

    @property
    def newest_used(self) -> float:
        """End of the newest row that the brief's day rests on, seconds since 1970 UTC; never after `as_of`."""
        today = self.today_index
        seen = [
            (one.source[today], one.as_of[today]) for _, one in self._iterate_uncut() if 0 <= today < len(one.values)
        ]
        read = [as_of for source, as_of in seen if source is not None and as_of is not None]
        ends = [*read, *(event.time for event in self.events)]
        return min(max(ends, default=self.as_of), self.as_of)

    def iterate_today(self) -> Iterator[tuple[str, MetricSpec, Observation]]:
        """Iterate over every metric: its id, its declaration, and what it is on the brief's day."""
        today = self.today_index
        return ((name, series.spec, series.observation_at(today)) for name, series in self._iterate_uncut())

    def _iterate_uncut(self) -> Iterable[tuple[str, MetricSeries]]:
        """Iterate over all series, some of which may go on beyond the last day."""
        return self.series.iterate_uncut() if isinstance(self.series, FirstDays) else self.series.items()

    def find_position(self, day: date) -> int:
        """Position of a brief date.

        Raises:
            ValueError: it is none of the dates.
        """
        at = bisect_left(self.dates, day)
        if at == len(self.dates) or self.dates[at] != day:
            raise ValueError(f"{day} is none of the days")
        return at

    def find_last_position(self, day: date) -> int:
        """Position of the last brief date up to a day, which may lie after the last one; -1 before the first."""
        if self.sessions:
            return bisect_right(self.sessions, day) - 1
        return max((day - self.dates[0]).days, -1)

    def find_date(self, index: int) -> date:
        """The brief date at a position, which may lie after the last one."""
        if self.sessions:
            return self.sessions[min(index, len(self.sessions) - 1)]
        return self.dates[0] + timedelta(days=index)

    def find_later(self, index: int, days: int) -> int | None:
        """Position of the day so many days after another: of weeks and more by the calendar, below of brief dates.

        Args:
            index: position of the day.
            days: how many days.

        Returns:
            The position, which may lie after the last one; None where that date has no session.
        """
        if not self.sessions or days < A_WEEK:
            return index + days
        day = self.sessions[index] + timedelta(days=days)
        place = self.find_last_position(day)
        return place if self.sessions[place] == day else None

    @property
    def today_index(self) -> int:
        """Position of the brief's date."""
        return len(self.dates) - 1
