"""Statements and later closes → the track record: a row a statement, counts by kind, and the same of all days.

The counts of all days, the twin, are what makes a share worth reading: where prices as near as an ending's are passed
within a week on most days, an ending that was decided within a week is no merit.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from reporter.authoring.track.outcomes import (
    HORIZON,
    OPEN,
    UNKNOWN,
    FrameworkLife,
    Settled,
    count_closes,
    find_first_passing,
    find_return,
    index_conditions,
    judge_condition,
    judge_decider,
    judge_direction,
    judge_level,
    list_lives,
)
from reporter.authoring.track.statements import KINDS, Kind, Statement, list_statements, read_number
from reporter.authoring.trial import Trial
from reporter.model.finding import Finding, State
from reporter.model.timestamps import format_day, format_minute
from reporter.rules import Frameworks

#: Fewer settled statements than that are told without a share.
LEAST_TOLD = 3
#: What may become of each kind, adverse outcomes first; open and unknown are counted apart.
OUTCOMES: Mapping[Kind, tuple[str, ...]] = {
    "level": ("lost", "not won", "held", "won"),
    "condition": ("not met", "dropped", "met"),
    "ending": ("neither", "above", "below"),
    "decider": ("undecided", "decided"),
    "verdict": ("down", "up", "unchanged"),
}
#: Whether a level held. That an ending's prices were passed, or a condition came, is neither: a brief only asks for it.
_HELD: Mapping[str, bool] = {"lost": False, "not won": False, "held": True, "won": True}
#: What can become of a level, by where the close was when it was set.
_OF_SIDE: Mapping[str, tuple[str, str]] = {"above": ("lost", "held"), "below": ("not won", "won")}
#: Which outcome a verdict is held against.
DIRECTION: Mapping[str, str] = {"bull": "up", "bear": "down"}


@dataclass(frozen=True, slots=True)
class TrackedStatement:
    """A statement with what became of it: one row of the record.

    Attributes:
        date: ISO date of the brief.
        kind, id, told_as, stance: see `Statement`.
        close: of the brief's day.
        level, above, below: its prices.
        due: ISO date of the last day on which it is judged; of what decides, the minute in UTC.
        outcome: see `OUTCOMES`; or open, or unknown.
        settled: ISO date of the day that settled it; None where none has.
        settled_close: the close of that day.
        return_1d, return_7d: moves from the brief's close to those one and seven days later, as fractions; of verdicts.
        closes_held, closes: of a level, the closes at it or above after it was set, and all that are known.
    """

    date: str
    kind: Kind
    id: str
    told_as: str
    stance: str
    close: float | None
    level: float | None
    above: float | None
    below: float | None
    due: str
    outcome: str
    settled: str | None
    settled_close: float | None
    return_1d: float | None = None
    return_7d: float | None = None
    closes_held: int | None = None
    closes: int | None = None

    @property
    def held(self) -> bool | None:
        """Whether it held; None where it is open, unknown, or says nothing that could hold or not."""
        if self.kind == "level":
            return _HELD.get(self.outcome)
        meant = DIRECTION.get(self.stance) if self.kind == "verdict" else None
        return None if meant is None or self.outcome not in ("up", "down") else self.outcome == meant


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of some statements.

    Attributes:
        made: how many there are.
        open, unknown: of how many nothing can be said yet, or at all.
        outcomes: what became of the others, adverse first, with how often.
        median_1d, median_7d: the median moves after one and seven days, as fractions; None where none is known.
    """

    made: int
    open: int
    unknown: int
    outcomes: tuple[tuple[str, int], ...]
    median_1d: float | None = None
    median_7d: float | None = None

    @property
    def settled(self) -> int:
        """How many of them are settled."""
        return sum(count for _, count in self.outcomes)

    def find_share(self, outcome: str) -> float | None:
        """Return the share of an outcome among what is settled; None where that is fewer than three."""
        count = dict(self.outcomes).get(outcome, 0)
        return count / self.settled if self.settled >= LEAST_TOLD else None


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one group of statements, beside the same of all days.

    Attributes:
        kind: of the statements.
        id: of the finding or condition; empty for all.
        told_as: see `Statement`, of a condition `met` or `not met`; of verdicts their stance; empty for any.
        counts: of the statements.
        twin: the same measure over all days, whatever the briefs said.
    """

    kind: Kind
    id: str
    told_as: str
    counts: Counts
    twin: Counts


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """What a desk's briefs have said over some days, and what became of it.

    Attributes:
        first, last: the days.
        rows: a row a statement, in order of days.
        lines: the counts by kind and group.
        names: of a finding's id, the finding of the last day that told it, by which pages name it.
    """

    first: date
    last: date
    rows: tuple[TrackedStatement, ...]
    lines: tuple[Line, ...]
    names: Mapping[str, Finding]


def build_track_record(trial: Trial, days: range) -> TrackRecord:
    """Build the record of the briefs of some days; what the trial knows of later days counts for what became of them.

    Args:
        trial: the report type on a desk's days.
        days: positions of the days.
    """
    judge = _Judge(trial)
    statements = list_statements(trial, days)
    rows = tuple(map(judge.judge_statement, statements))
    names = {one.id: one.finding for one in statements if one.finding is not None}
    lines = tuple(count_lines(rows, _list_twins(trial, judge, days, statements)))
    return TrackRecord(trial.metrics.dates[days.start], trial.metrics.dates[days.stop - 1], rows, lines, names)


class _Judge:
    """Judges statements by the closes and arguments of all days."""

    def __init__(self, trial: Trial) -> None:
        series = trial.metrics.series
        self.metrics, self.dates = trial.metrics, trial.metrics.dates
        self.closes = series["price.close"].values
        ends = series["brief.next_close"].values
        self.day_ends = [None, *ends[:-1]]
        self.lives = list_lives(trial.frameworks, len(self.dates))

    def judge_statement(self, one: Statement, lives: Mapping[str, FrameworkLife] | None = None) -> TrackedStatement:
        """Judge a statement; arguments about levels by their own days, or by others' where `lives` gives them."""
        life = (self.lives if lives is None else lives)[one.set_date] if one.set_date else None
        due, settled = self._settle(one, life)
        row = TrackedStatement(
            date=self.dates[one.day].isoformat(),
            kind=one.kind,
            id=one.id,
            told_as=one.told_as,
            stance=one.stance,
            close=self.closes[one.day],
            level=one.prices.get("level"),
            above=one.prices.get("above"),
            below=one.prices.get("below"),
            due=due,
            outcome=settled.outcome,
            settled=None if settled.day is None else self.dates[settled.day].isoformat(),
            settled_close=None if settled.day is None else self.closes[settled.day],
        )
        if one.kind == "verdict":
            after_1d, after_7d = (find_return(self.closes, one.day, days) for days in (1, HORIZON))
            return replace(row, return_1d=after_1d, return_7d=after_7d)
        if one.kind == "level" and life is not None:
            held, known = count_closes(life, self.closes, self._find_day(one.set_date))
            return replace(row, closes_held=held, closes=known)
        return row

    def _settle(self, one: Statement, life: FrameworkLife | None) -> tuple[str, Settled]:
        """Settle a statement: until when it is judged, and what became of it."""
        if one.kind == "ending":
            found = find_first_passing(self.closes, one.day, one.prices["above"], one.prices["below"])
            return self._format_horizon(one.day), found
        if one.kind == "verdict":
            return self._format_horizon(one.day), judge_direction(self.closes, one.day)
        if one.due is not None:
            prices = one.prices["above"], one.prices["below"]
            found = judge_decider(self.closes, one.day, *prices, one.due, self.day_ends)
            return format_minute(one.due), found
        assert life is not None, one
        if one.kind == "level":
            return life.state.deadline, judge_level(life, self.closes)
        condition = index_conditions(life)[one.id]
        told = self.dates[one.day].isoformat()
        outcome, day = judge_condition(condition, told, ended=life.end is not None)
        return format_day(condition.deadline), Settled(outcome, self._find_day(day) if day else None)

    def _format_horizon(self, day: int) -> str:
        return self.metrics.find_date(day + HORIZON).isoformat()

    def _find_day(self, day: str) -> int:
        return self.metrics.find_position(date.fromisoformat(day))


#: Kind, id and how it was told: what the statements of a line have in common.
_Key = tuple[Kind, str, str]


def count_lines(rows: Iterable[TrackedStatement], twins: Iterable[TrackedStatement]) -> Iterator[Line]:
    """Count what became of statements by kind and group, each beside the same of all days.

    Args:
        rows: of the statements.
        twins: the same of all days: of levels and conditions, of what decides, of endings and of moves.
    """
    groups, all_days = _group_rows(rows), _group_rows(twins)
    for kind in KINDS:
        for key in sorted(key for key in groups if key[0] == kind):
            # Whose prices an ending's are, and which verdict a move followed, all days don't know.
            twin = (kind, "", "") if kind in ("ending", "verdict") else key
            yield Line(*key, _count_rows(key, groups[key]), _count_rows(key, all_days.get(twin, ())))


#: Of what can hold, each side → the outcomes of what did not and of what did.
_SIDES: Mapping[Kind, Mapping[str, tuple[str, str]]] = {
    "level": _OF_SIDE,
    "verdict": {"bull": ("down", "up"), "bear": ("up", "down")},
}


def find_usual_shares(lines: Iterable[Line], kind: Kind) -> tuple[float, float] | None:
    """Find which shares of as many statements of the same sides would not have held, and held, on all days.

    Args:
        lines: of the record.
        kind: levels or verdicts.

    Returns:
        Both shares, weighed by how many statements of each side are settled; None where too few are to be told.
    """
    sides = [(_SIDES[kind][line.told_as], line) for line in lines if line.kind == kind and line.told_as in _SIDES[kind]]
    settled = sum(line.counts.settled for _, line in sides)
    if settled < LEAST_TOLD or any(line.twin.settled < LEAST_TOLD for _, line in sides):
        return None
    failed, held = (
        sum(line.counts.settled * (line.twin.find_share(names[at]) or 0.0) for names, line in sides) / settled
        for at in (0, 1)
    )
    return failed, held


def _group_rows(rows: Iterable[TrackedStatement]) -> dict[_Key, list[TrackedStatement]]:
    groups: dict[_Key, list[TrackedStatement]] = {}
    for row in rows:
        for id_, told_as in dict.fromkeys(_list_groups(row)):
            groups.setdefault((row.kind, id_, told_as), []).append(row)
    return groups


def _list_groups(row: TrackedStatement) -> Iterator[tuple[str, str]]:
    """List the groups a statement is counted in, as id and how it was told."""
    if row.kind == "level":
        yield "", row.told_as
    elif row.kind == "condition":
        # What was not known, or could not be judged yet, was not met either.
        told_as = row.told_as if row.told_as == "met" else "not met"
        yield from (("", told_as), (row.id, told_as))
    elif row.kind == "decider":
        yield row.id, ""
    else:
        yield from (("", ""), ("", row.stance if row.kind == "verdict" else row.told_as), (row.id, ""))


def _count_rows(key: _Key, rows: Sequence[TrackedStatement]) -> Counts:
    kind, _, told_as = key
    found = Counter(row.outcome for row in rows)
    settled = [row for row in rows if row.outcome in OUTCOMES[kind]]
    names = _OF_SIDE[told_as] if kind == "level" else OUTCOMES[kind]
    outcomes = tuple((name, found[name]) for name in names)
    counts = Counts(len(rows), found[OPEN], found[UNKNOWN], outcomes)
    if kind != "verdict":
        return counts
    moves = ([row.return_1d for row in settled], [row.return_7d for row in settled])
    medians = [_find_median([move for move in known if move is not None]) for known in moves]
    return replace(counts, median_1d=medians[0], median_7d=medians[1])


def _find_median(values: Sequence[float]) -> float | None:
    return statistics.median(values) if len(values) >= LEAST_TOLD else None


def _list_twins(
    trial: Trial, judge: _Judge, days: range, statements: Iterable[Statement]
) -> Iterator[TrackedStatement]:
    """List what would have become of the same statements, had they been made on every day on which they could be."""
    above, below = (trial.metrics.series[f"hinge.{side}"].values for side in ("above", "below"))
    deciders = sorted({one.id for one in statements if one.kind == "decider"})
    for day in days:
        if judge.closes[day] is not None:
            yield judge.judge_statement(Statement(day, "verdict", "", ""))
        upper, lower = above[day], below[day]
        if upper is None or lower is None:
            continue
        prices = {"above": upper, "below": lower}
        yield judge.judge_statement(Statement(day, "ending", "", "", prices=prices))
        for name in deciders:
            due = _read_due(trial, name, day)
            if due is not None:
                yield judge.judge_statement(Statement(day, "decider", name, "", prices=prices, due=due))
    yield from _list_level_twins(trial, judge, days)


def _read_due(trial: Trial, rule: str, day: int) -> float | None:
    """Read when what a rule says decides is known; None on days on which the rule doesn't hold."""
    if trial.replay.find_state(rule, day) is not State.FIRED:
        return None
    return read_number(trial.replay.build_finding(rule, day), "date")


def _list_level_twins(trial: Trial, judge: _Judge, days: range) -> Iterator[TrackedStatement]:
    """List the levels that could have been set on each day, and the conditions that would have been asked.

    One stands for some days, so they are walked as often as it can stand, beginning on another day each time.
    """
    book = trial.replay.book
    if book.framework is None:
        return
    period = book.framework.lasts + 1
    for phase in range(period):
        frameworks = Frameworks(book, trial.metrics, lambda day, phase=phase: day % period == phase)  # type: ignore[misc]
        lives = list_lives(frameworks, len(judge.dates))
        for set_date, life in lives.items():
            day = trial.metrics.find_position(date.fromisoformat(set_date))
            if day not in days:
                continue
            told_as, prices = "above" if life.state.above else "below", {"level": life.state.level}
            level = Statement(day, "level", life.state.kind, told_as, prices=prices, set_date=set_date)
            yield judge.judge_statement(level, lives)
            for condition in life.state.conditions:
                status = condition.history[0][1]
                asked = Statement(day, "condition", condition.id, status, prices=prices, set_date=set_date)
                yield judge.judge_statement(asked, lives)
