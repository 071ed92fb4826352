"""The readings of a ledger, day by day, and its expressions computed on any of those days.

What looks back (`streak`, `percentile`, `days_since` …) is computed from the readings alone: no value that the ledger
has for it, or for a part of it on another day, is used. What the ledger lacks a reading for can't be computed.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from reporter.verify.ledger.ledger_model import StepRecord, StretchRecord

Value = bool | float | None
#: (metric, ISO date) → what the ledger's claims say it was.
Readings = Mapping[tuple[str, str], float]

_ONE_DAY: Final = timedelta(days=1)
#: So many days and more are of the calendar, fewer are sessions.
_A_WEEK: Final = 7
_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(%|bp|k|m|bn|d)?")
_DIVISORS: Final[Mapping[str | None, float]] = {"%": 100.0, "bp": 10_000.0}
_FACTORS: Final[Mapping[str | None, float]] = {"k": 1e3, "m": 1e6, "bn": 1e9}
_LARGEST: Final = 1e300
#: Fewer cases are no rate.
_LEAST_CASES: Final = 3
TESTS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
ARITHMETIC: Final[Mapping[str, Callable[[float, float], float]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


class NoSuchDayError(LookupError):
    """The desk's days begin after the day that is asked for."""


class _Column:
    """A metric's readings of one day after another, and the sources they have."""

    def __init__(self, record: StretchRecord, closed: Collection[date]) -> None:
        self.first = date.fromisoformat(record.first)
        self.begins, self.values = record.begins, record.values
        self.sources: list[str | None] = []
        self._positions: dict[date, int] = {}
        changes = dict(record.sources)
        source: str | None = None
        day = self.first
        for at in range(len(record.values)):
            while day in closed:
                day += _ONE_DAY
            self._positions[day] = at
            source = changes.get(day.isoformat(), source)
            self.sources.append(source)
            day += _ONE_DAY

    def find_position(self, day: date) -> int:
        """Return the position of a day; raises `NoSuchDayError` before the desk's first, LookupError outside."""
        if day < self.first and self.begins:
            raise NoSuchDayError(day)
        return self._positions[day]


class History:
    """What a ledger says that its metrics were, a day at a time."""

    def __init__(self, readings: Readings, stretches: Iterable[StretchRecord] = (), closed: Iterable[str] = ()) -> None:
        """Take the readings of claims, the stretches that are looked back over, and the dates without a session."""
        self.readings = readings
        self._closed = frozenset(map(date.fromisoformat, closed))
        self._columns = {one.metric: _Column(one, self._closed) for one in stretches}
        #: A part of an expression, by identity, and its value on each day it was asked for.
        self._kept: dict[int, tuple[StepRecord, dict[date, Value]]] = {}
        self._cases: dict[tuple[tuple[StepRecord, ...], int, date], tuple[int, int]] = {}

    def step(self, day: date, days: int) -> date:
        """Return the day that lies so many of the desk's days after another, or before it where `days` is below 0."""
        one = _ONE_DAY if days > 0 else -_ONE_DAY
        if not self._closed:
            return day + days * _ONE_DAY
        for _ in range(abs(days)):
            day += one
            while day in self._closed:
                day += one
        return day

    def find_later(self, day: date, days: int) -> date | None:
        """Return the day so many days after another, weeks by the calendar; None where that is no session."""
        if not self._closed or days < _A_WEEK:
            return self.step(day, days)
        later = day + days * _ONE_DAY
        return None if later in self._closed else later

    def list_disagreements(self) -> Iterator[tuple[str, str]]:
        """List the stretches that disagree with a reading of a claim: (metric, why)."""
        for (metric, day), value in self.readings.items():
            column = self._columns.get(metric)
            try:
                at = column.find_position(date.fromisoformat(day)) if column is not None else None
            except LookupError:
                continue
            if column is None or at is None:
                continue
            known = column.values[at]
            if known is None or abs(known - value) > 1e-9 * max(abs(known), abs(value), 1e-9):
                told = "missing" if known is None else f"{known:.10g}"
                yield metric, f"on {day} it is {value:.10g} for a claim and {told} where it is looked back on"

    def read(self, metric: str, day: date) -> float | None:
        """Return what a metric was on a day, None where it was missing.

        Raises:
            LookupError: the ledger doesn't say; `NoSuchDayError` where the desk's days begin later.
        """
        column = self._columns.get(metric)
        try:
            if column is not None:
                return column.values[column.find_position(day)]
        except NoSuchDayError:
            raise
        except LookupError:
            pass
        return self.readings[metric, day.isoformat()]

    def list_between(self, metric: str, after: int, before: int) -> list[float]:
        """List the readings that claims have of a metric between two days, given by their ordinals."""
        return [
            value
            for (one, day), value in self.readings.items()
            if one == metric and after < date.fromisoformat(day).toordinal() < before
        ]

    def find_source(self, metric: str, day: date) -> str | None:
        """Return the source of a metric's value on a day; raises LookupError where the ledger doesn't say."""
        column = self._columns[metric]
        return column.sources[column.find_position(day)]

    def evaluate(self, step: StepRecord, day: date) -> Value:
        """Compute an expression on a day from the readings alone.

        Args:
            step: the expression, as it was recorded on its own day.
            day: the day that is asked for.

        Raises:
            LookupError: the ledger lacks a reading, or a part can't be computed for another day.
        """
        _, values = self._kept.setdefault(id(step), (step, {}))
        if day not in values:
            values[day] = _EVALUATORS[step.is_](self, step, day) if step.is_ in _EVALUATORS else _refuse(step)
        return values[day]

    def count_cases(self, asked: tuple[StepRecord, ...], days: int, day: date) -> tuple[int, int]:
        """Count how often an outcome followed an event so many days later, and how often it is known whether it did.

        Args:
            asked: event and outcome, or an outcome that is asked of all days.
            days: from one to the other.
            day: up to when outcomes are known.
        """
        # A rate, its hits and its cases are told together, each with a copy of the same condition.
        key = (asked, days, day)
        if key not in self._cases:
            self._cases[key] = _count_cases(self, asked, days, day)
        return self._cases[key]

    def evaluate_number(self, step: StepRecord, day: date) -> float | None:
        """Compute a number on a day; see `evaluate`."""
        value = self.evaluate(step, day)
        return None if value is None else float(value)

    def evaluate_truth(self, step: StepRecord, day: date) -> bool | None:
        """Compute a condition on a day, a metric of truth among them; see `evaluate`."""
        value = self.evaluate(step, day)
        return None if value is None else value != 0


def parse_number(text: str) -> float | None:
    """Return the value of a number as a rule has it (`5%`, `25bp`, `500m`, `30d`); None where it is none."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    value, suffix = float(match[1]), match[2]
    return value / _DIVISORS[suffix] if suffix in _DIVISORS else value * _FACTORS.get(suffix, 1.0)


def combine_truths(values: Iterable[Value], *, either: bool) -> bool | None:
    """Combine truth values by Kleene's `or` (`either`) or `and`."""
    listed = [None if value is None else value != 0 for value in values]
    if either in listed:
        return either
    return None if None in listed else not either


def evaluate_comparison(values: Sequence[Value], signs: Sequence[str]) -> bool | None:
    """Compare each value with the next."""
    pairs = zip(values, values[1:], signs, strict=False)
    tests = [None if a is None or b is None else TESTS[sign](a, b) for a, b, sign in pairs]
    return combine_truths(tests, either=False)


def evaluate_arithmetic(sign: str, values: Sequence[Value]) -> float | None:
    """Compute a sum, difference, product or quotient of two numbers; None for one without a finite value."""
    left, right = values
    if left is None or right is None or (sign == "/" and right == 0):
        return None
    result = ARITHMETIC[sign](left, right)
    return result if -_LARGEST < result < _LARGEST else None


def _refuse(step: StepRecord) -> Value:
    raise LookupError(step.text)


def _evaluate_clauses(history: History, step: StepRecord, day: date) -> bool | None:
    """Evaluate `and` or `or`: a part that decides does so whatever the others are."""
    either = step.is_ == "any"
    values: list[Value] = []
    lacking: LookupError | None = None
    for part in step.parts:
        try:
            values.append(history.evaluate_truth(part, day))
        except LookupError as error:
            lacking = error
    if either not in values and lacking is not None:
        raise lacking
    return combine_truths(values, either=either)


def _evaluate_not(history: History, step: StepRecord, day: date) -> bool | None:
    value = history.evaluate_truth(step.parts[0], day)
    return None if value is None else not value


def _evaluate_number(history: History, step: StepRecord, day: date) -> float:
    del history, day
    value = parse_number(step.text)
    if value is None:
        raise LookupError(step.text)
    return value


def _evaluate_among(history: History, step: StepRecord, day: date) -> bool | None:
    value, *options = (history.evaluate(part, day) for part in step.parts)
    return None if value is None else value in options


def _evaluate_negative(history: History, step: StepRecord, day: date) -> float | None:
    value = history.evaluate_number(step.parts[0], day)
    return None if value is None else -value


def _evaluate_call(history: History, step: StepRecord, day: date) -> Value:
    function = _CALLS.get(step.signs[0]) if step.signs and step.parts else None
    if function is None:
        raise LookupError(step.text)
    return function(history, step, day)


_EVALUATORS: Final[Mapping[str, Callable[[History, StepRecord, date], Value]]] = {
    "all": _evaluate_clauses,
    "any": _evaluate_clauses,
    "not": _evaluate_not,
    "named": lambda history, step, day: history.evaluate_truth(step.parts[0], day),
    "missing": lambda history, step, day: history.evaluate(step.parts[0], day) is None,
    "among": _evaluate_among,
    "compare": lambda history, step, day: evaluate_comparison(
        [history.evaluate_number(part, day) for part in step.parts], step.signs
    ),
    "truth": lambda history, step, day: step.value,
    "number": _evaluate_number,
    "metric": lambda history, step, day: history.read(step.text, day),
    "arithmetic": lambda history, step, day: evaluate_arithmetic(
        step.signs[0], [history.evaluate_number(part, day) for part in step.parts]
    ),
    "negative": _evaluate_negative,
    "call": _evaluate_call,
}


def _list_metrics(step: StepRecord) -> tuple[str, ...]:
    """List the metrics that an expression names, each once."""
    own = (step.text,) if step.is_ == "metric" else ()
    return tuple(dict.fromkeys((*own, *(name for part in step.parts for name in _list_metrics(part)))))


def _find_sources(history: History, step: StepRecord, day: date) -> tuple[str | None, ...]:
    return tuple(history.find_source(metric, day) for metric in _list_metrics(step))


def _count_days(history: History, step: StepRecord, day: date) -> int | None:
    value = history.evaluate_number(step.parts[1], day)
    return None if value is None or value < 0 or value != int(value) else int(value)


def _look_ago(history: History, step: StepRecord, day: date) -> Value:
    days = 1 if step.signs[0] == "prev" else _count_days(history, step, day)
    if days is None:
        return None
    try:
        return history.evaluate(step.parts[0], history.step(day, -days))
    except NoSuchDayError:
        return None


def _compute_change(history: History, step: StepRecord, day: date) -> float | None:
    days, now = _count_days(history, step, day), history.evaluate_number(step.parts[0], day)
    if days is None or now is None:
        return None
    before = history.step(day, -days)
    try:
        then = history.evaluate_number(step.parts[0], before)
    except NoSuchDayError:
        return None
    if then is None or _find_sources(history, step.parts[0], day) != _find_sources(history, step.parts[0], before):
        return None
    if step.signs[0] == "change":
        return now - then
    return now / then - 1 if then > 0 else None


def _count_streak(history: History, step: StepRecord, day: date) -> float | None:
    if history.evaluate_truth(step.parts[0], day) is None:
        return None
    length = 0
    try:
        while history.evaluate_truth(step.parts[0], day):
            length, day = length + 1, history.step(day, -1)
    except NoSuchDayError:
        pass
    return float(length)


def _count_days_since(history: History, step: StepRecord, day: date) -> float | None:
    back = 1 if step.signs[0] == "first_since" else 0
    if not back and history.evaluate_truth(step.parts[0], day) is None:
        return None
    try:
        while not history.evaluate_truth(step.parts[0], history.step(day, -back)):
            back += 1
    except NoSuchDayError:
        return None
    return float(back)


def _is_crossed(history: History, step: StepRecord, day: date) -> bool | None:
    def is_above(at: date) -> bool | None:
        value, level = (history.evaluate_number(part, at) for part in step.parts)
        return None if value is None or level is None else value >= level

    try:
        now, then = is_above(day), is_above(history.step(day, -1))
    except NoSuchDayError:
        return None
    return None if now is None or then is None else now is not then


def _iterate_comparable(
    history: History, step: StepRecord, day: date, first: date | None = None
) -> Iterator[tuple[date, float | None]]:
    """Iterate the days back from a day that have its sources, with the value of each; the first is the day itself.

    Raises:
        LookupError: the ledger's readings end before the first day, or before the desk's first where none is given.
    """
    covered = _find_sources(history, step, day)
    at = day
    while first is None or at >= first:
        try:
            if _find_sources(history, step, at) == covered:
                yield at, history.evaluate_number(step, at)
        except NoSuchDayError:
            return
        at = history.step(at, -1)


def _compute_percentile(history: History, step: StepRecord, day: date) -> float | None:
    count, today = _count_days(history, step, day), history.evaluate_number(step.parts[0], day)
    if today is None or not count:
        return None
    known: list[float] = []
    for _, value in _iterate_comparable(history, step.parts[0], day):
        if value is not None:
            known.append(value)
        if len(known) == count:
            break
    return sum(value <= today for value in known) / len(known) if len(known) * 2 >= count else None


def _reduce_window(history: History, step: StepRecord, day: date) -> float | None:
    count, today = _count_days(history, step, day), history.evaluate_number(step.parts[0], day)
    if today is None or not count:
        return None
    first = history.step(day, 1 - count)
    window = _iterate_comparable(history, step.parts[0], day, first)
    known = [value for _, value in window if value is not None]
    return _REDUCTIONS[step.signs[0]](known) if len(known) * 2 >= count else None


def _find_last_beyond(history: History, step: StepRecord, day: date) -> float | None:
    today = history.evaluate_number(step.parts[0], day)
    if today is None:
        return None
    beyond = operator.lt if step.signs[0] == "since_lower" else operator.gt
    for at, value in _iterate_comparable(history, step.parts[0], day):
        if at < day and value is not None and beyond(value, today):
            return _to_midnight(at)
    return None


def _find_first_known(history: History, step: StepRecord, day: date) -> float | None:
    if history.evaluate_number(step.parts[0], day) is None:
        return None
    known = [at for at, value in _iterate_comparable(history, step.parts[0], day) if value is not None]
    return _to_midnight(known[-1])


def _count_outcomes(history: History, step: StepRecord, day: date) -> float | None:
    """Count what followed an event so many days later, as far as it is known on a day; all days where there is none."""
    *asked, span = step.parts
    hits, cases = history.count_cases(tuple(asked), int(history.evaluate_number(span, day) or 0), day)
    if cases < _LEAST_CASES:
        return None
    return {"base_hits": float(hits), "base_cases": float(cases)}.get(step.signs[0], hits / cases)


def _count_cases(history: History, asked: tuple[StepRecord, ...], days: int, day: date) -> tuple[int, int]:
    hits = cases = 0
    at = day
    try:
        while True:
            later = history.find_later(at, days)
            happened = len(asked) == 1 or history.evaluate_truth(asked[0], at)
            followed = history.evaluate_truth(asked[-1], later) if later is not None and later <= day else None
            if happened and followed is not None:
                cases, hits = cases + 1, hits + followed
            at = history.step(at, -1)
    except NoSuchDayError:
        pass
    return hits, cases


def _count_days_held(history: History, step: StepRecord, day: date) -> float | None:
    """Count the last so many days, the day among them, on which a condition held; None where one isn't known."""
    days = int(history.evaluate_number(step.parts[1], day) or 0)
    held = [history.evaluate_truth(step.parts[0], history.step(day, -back)) for back in range(days)]
    return None if None in held else float(sum(map(bool, held)))


def _to_midnight(day: date) -> float:
    return datetime.combine(day, time(), UTC).timestamp()


def _reduce_arguments(history: History, step: StepRecord, day: date) -> float | None:
    values = [history.evaluate_number(part, day) for part in step.parts]
    known = [value for value in values if value is not None]
    return PLAIN[step.signs[0]](known) if len(known) == len(values) else None


def _count_conditions(history: History, step: StepRecord, day: date) -> float | None:
    values = [history.evaluate_truth(part, day) for part in step.parts]
    return None if None in values else float(sum(map(bool, values)))


PLAIN: Final[Mapping[str, Callable[[Sequence[float]], float]]] = {"abs": lambda of: abs(of[0]), "min": min, "max": max}
_REDUCTIONS: Final[Mapping[str, Callable[[Sequence[float]], float]]] = {
    "max_over": max,
    "min_over": min,
    "mean_over": lambda of: sum(of) / len(of),
}
_CALLS: Final[Mapping[str, Callable[[History, StepRecord, date], Value]]] = {
    **dict.fromkeys(PLAIN, _reduce_arguments),
    "count": _count_conditions,
    **dict.fromkeys(("prev", "ago"), _look_ago),
    **dict.fromkeys(("change", "pct_change"), _compute_change),
    "streak": _count_streak,
    **dict.fromkeys(("days_since", "first_since"), _count_days_since),
    "crossed": _is_crossed,
    "percentile": _compute_percentile,
    **dict.fromkeys(_REDUCTIONS, _reduce_window),
    **dict.fromkeys(("since_lower", "since_higher"), _find_last_beyond),
    "known_since": _find_first_known,
    **dict.fromkeys(("base_rate", "base_hits", "base_cases", "usual_rate"), _count_outcomes),
    "days_in": _count_days_held,
}
