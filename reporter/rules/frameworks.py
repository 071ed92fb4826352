"""Frameworks scored: each day's, with every condition's states since it was set; and the metrics that count them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import cast

from reporter.model.finding import Finding, Outcome
from reporter.model.framework import ConditionState, FrameworkState, Status
from reporter.model.metric import MetricSeries, MetricSet, Missing, Unit
from reporter.rules.book import Condition, Framework, RuleBook, Side
from reporter.rules.evaluate import Replay
from reporter.rules.lifecycle import DAY, STANDING, Asked, Column, Standing, Walk, computed, cut, filled, midnight

#: What a framework that outlives its days is closed by, after report.yaml's own closings.
EXPIRED = "expired"
#: What the names of the framework's metrics begin with.
_OWN = "framework."


class Frameworks:
    """A rule book's frameworks over all days of some metrics.

    Attributes:
        metrics: the metrics, those of the framework filled in.
        replay: the rule book on them.
    """

    def __init__(self, book: RuleBook, metrics: MetricSet) -> None:
        """Walk the days and fill the framework's metrics."""
        self._spec = book.framework
        self._standing: list[Standing | None] = [None] * len(metrics.dates)
        self._ended: dict[int, tuple[Standing, int]] = {}
        if self._spec is None:
            self.metrics, self.replay = metrics, Replay(book, metrics)
            return
        self._standing, self._ended = Walk(book, self._spec, metrics).walk()
        settled = filled(metrics, self._life(metrics))
        self._asking = Replay(book, settled)
        # On its last day a framework's own figures are those it is judged by, even where the next is set that day.
        self._leaving = Replay(book, filled(metrics, self._last_days(metrics)))
        self._choose(self._spec)
        self.metrics = filled(settled, self._scores())
        self.replay = Replay(book, self.metrics)

    def state(self, index: int) -> FrameworkState | None:
        """The framework that stands at the end of a day."""
        standing = self._standing[index]
        return None if standing is None else self._state(self._asking, standing, index, "")

    def ended(self, index: int) -> FrameworkState | None:
        """The framework that a day closed."""
        found = self._ended.get(index)
        return None if found is None else self._state(self._leaving, found[0], index, self._closing(found[1]))

    def until(self, metrics: MetricSet) -> MetricSet:
        """The metrics of an earlier last day, which begin on the same day, with the framework's filled in."""
        days = len(metrics.dates)
        found = {name: one for name, one in self.metrics.series.items() if name.startswith(_OWN)}
        return filled(metrics, {name: cut(one, days) for name, one in found.items()})

    def before(self, index: int) -> tuple[Outcome, ...]:
        """What became of each rule on the day before one; nothing before the first."""
        return self.replay.outcomes(index - 1) if index > 0 else ()

    def _closing(self, how: int) -> str:
        closes = self._spec.closes if self._spec else ()
        return closes[how - 1].id if how <= len(closes) else EXPIRED

    def _state(self, view: Replay, standing: Standing, index: int, closed: str) -> FrameworkState:
        spec = cast(Framework, self._spec)
        return FrameworkState(
            level=standing.level,
            kind=spec.levels[standing.kind - 1].id,
            above=standing.above,
            set_date=self._date(standing.start),
            deadline=self._date(standing.last),
            closed=closed,
            conditions=tuple(self._condition(view, asked, standing.start, index) for asked in standing.asked),
        )

    def _condition(self, view: Replay, asked: Asked, start: int, index: int) -> ConditionState:
        condition, end = asked.condition, min(index, asked.last)
        statuses = [_status(view, condition, start, day) for day in range(start, end + 1)]
        turn = _last_turn(statuses)
        known = statuses[-1] != "unknown"
        bare = Finding(condition.id, "", "", "condition", "neutral", 0, ())
        return ConditionState(
            id=condition.id,
            side=condition.side,
            name=condition.name,
            asks=self.replay.rule(condition.id).when.text,
            finding=view.finding(condition.id, end) if known else bare,
            status=statuses[-1],
            history=tuple((self._date(start + at), status) for at, status in enumerate(statuses)),
            turned=None if turn is None else midnight(self.metrics, start + turn),
            deadline=midnight(self.metrics, asked.last),
            over=index > asked.last,
        )

    def _date(self, index: int) -> str:
        return (self._asking.metrics.dates[0] + timedelta(days=index)).isoformat()

    def _choose(self, spec: Framework) -> None:
        """Give each framework the conditions it asks: those known on the day it was set, then those that may be."""
        chosen: dict[int, Standing] = {}

        def with_asked(standing: Standing) -> Standing:
            if standing.start not in chosen:
                sides: tuple[Side, Side] = ("for", "against")
                asked = tuple(found for side in sides for found in self._asked(spec, side, standing))
                chosen[standing.start] = replace(standing, asked=asked)
            return chosen[standing.start]

        self._standing = [standing and with_asked(standing) for standing in self._standing]
        self._ended = {index: (with_asked(standing), how) for index, (standing, how) in self._ended.items()}

    def _asked(self, spec: Framework, side: Side, standing: Standing) -> list[Asked]:
        known, unknown = [], []
        scope = self._asking.scope
        for condition in spec.conditions:
            if condition.side != side:
                continue
            given = scope.truth(condition.given.tree)(standing.start) if condition.given else True
            if given is False:
                continue
            if given and self._asking.met(condition.id, standing.start) is not None:
                known.append(condition)
            elif self._could_be_known(condition, standing.start):
                unknown.append(condition)
        return [Asked(condition, self._last(condition, standing)) for condition in (known + unknown)[: spec.most]]

    def _could_be_known(self, condition: Condition, index: int) -> bool:
        """Whether the desk has a source for what is missing: what it never covers is no open question."""
        series = self._asking.metrics.series
        lacking = self._asking.lacking(condition.id, index)
        reasons = [series[name].missing[index] for name in lacking if name in series]
        return not any(reason == Missing.NO_SOURCE for reason in reasons)

    def _last(self, condition: Condition, standing: Standing) -> int:
        """Position of the last day on which a condition is asked, never after the framework's own."""
        if condition.until is None:
            return standing.last
        value = self._asking.scope.number(condition.until.tree)(standing.start)
        if value is None:
            return standing.last
        first = midnight(self._asking.metrics, 0)
        last = standing.start + value if condition.until.unit is Unit.DAYS else (value - first) // DAY
        return max(standing.start, min(standing.last, int(last)))

    def _life(self, metrics: MetricSet) -> Mapping[str, MetricSeries]:
        """The series that say which framework stands, and which one the day closed."""
        days = range(len(metrics.dates))
        ended = [self._ended[day][0] if day in self._ended else None for day in days]
        made = _told(metrics, self._standing)
        for name, series in _told(metrics, ended).items():
            past = name.replace("framework.", "framework.closed_")
            if past in metrics.series:
                made[past] = replace(series, spec=metrics.series[past].spec)
        runs: Column = [None if one is None else _run(metrics, one.level, day) for day, one in enumerate(ended)]
        made["framework.closed_run"] = computed(metrics, "framework.closed_run", runs)
        how: Column = [float(self._ended[day][1]) if day in self._ended else 0.0 for day in days]
        return made | {"framework.closed_how": computed(metrics, "framework.closed_how", how)}

    def _last_days(self, metrics: MetricSet) -> Mapping[str, MetricSeries]:
        """The series with each framework on its last day, whatever is set on it."""
        days = enumerate(self._standing)
        return _told(metrics, [self._ended[day][0] if day in self._ended else standing for day, standing in days])

    def _scores(self) -> Mapping[str, MetricSeries]:
        """The series that count a framework's conditions day by day."""
        metrics = self._asking.metrics
        names = ("for_count", "for_met", "against_count", "against_met")
        columns: dict[str, Column] = {
            f"framework.{prefix}{name}": [None] * len(metrics.dates) for prefix in ("", "closed_") for name in names
        }
        columns |= {f"framework.{name}": [None] * len(metrics.dates) for name in ("unknown", "turned")}
        for index, standing in enumerate(self._standing):
            if standing is not None:
                for name, value in self._score(self._asking, standing, index).items():
                    columns[f"framework.{name}"][index] = value
        for index, (standing, _) in self._ended.items():
            score = self._score(self._leaving, standing, index)
            for name in names:
                columns[f"framework.closed_{name}"][index] = score[name]
        return {name: computed(metrics, name, values) for name, values in columns.items()}

    def _score(self, view: Replay, standing: Standing, index: int) -> dict[str, float]:
        score = dict.fromkeys(("for_count", "for_met", "against_count", "against_met", "unknown", "turned"), 0.0)
        for asked in standing.asked:
            side = asked.condition.side
            status = _status(view, asked.condition, standing.start, min(index, asked.last))
            score[f"{side}_count"] += 1
            score[f"{side}_met"] += status == "met"
            score["unknown"] += status == "unknown"
            score["turned"] += index <= asked.last and _turns(view, asked.condition, standing.start, index)
        return score


def _run(metrics: MetricSet, level: float, index: int) -> float | None:
    """Closes in a row, up to a day's, on that day's side of a level; None without a close."""
    closes = metrics.series["price.close"].values
    today, run = closes[index], 0
    if today is None:
        return None
    while run <= index and (value := closes[index - run]) is not None and (value >= level) is (today >= level):
        run += 1
    return float(run)


def _status(view: Replay, condition: Condition, start: int, index: int) -> Status:
    met = view.met(condition.id, index)
    if met is not None and index < start + condition.after:
        return "pending"
    return "unknown" if met is None else "met" if met else "not met"


def _turns(view: Replay, condition: Condition, start: int, index: int) -> bool:
    """Whether a condition turned on a day: from its last known state before it."""
    now = view.met(condition.id, index)
    for day in range(index - 1, start + condition.after - 1, -1):
        before = view.met(condition.id, day)
        if before is not None:
            return now is not None and now is not before
    return False


def _last_turn(statuses: Sequence[Status]) -> int | None:
    """Position of the last turn between met and not met."""
    turn, before = None, ""
    for at, status in enumerate(statuses):
        if status in ("unknown", "pending"):
            continue
        if before and status != before:
            turn = at
        before = status
    return turn


def _told(metrics: MetricSet, frameworks: Sequence[Standing | None]) -> dict[str, MetricSeries]:
    """What there is to tell of one framework a day; a level rests on what it was found from."""
    made = {}
    for name, read in STANDING.items():
        values = [None if one is None else read(one, day, metrics) for day, one in enumerate(frameworks)]
        made[name] = computed(metrics, name, values)
    stands = [float(one is not None) for one in frameworks]
    made["framework.standing"] = computed(metrics, "framework.standing", [*stands])
    made["framework.level"] = replace(
        made["framework.level"],
        as_of=tuple(None if one is None else one.as_of for one in frameworks),
        source=tuple(None if one is None else one.source for one in frameworks),
    )
    return made
