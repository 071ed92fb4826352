"""Rule book × metrics → the framework of each day with its conditions' states, and the metrics that count them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

from reporter.model.finding import Finding, Outcome
from reporter.model.framework import ConditionState, FrameworkState, Status
from reporter.model.metric import MetricSeries, MetricSet, MissingReason, Unit
from reporter.rules.book.framework_form import READING, THRESHOLD
from reporter.rules.book.rule_book import Expression, Framework, FrameworkCondition, RuleBook, Side
from reporter.rules.engine.evaluate import Replay
from reporter.rules.expressions.tree import MetricName, walk_tree
from reporter.rules.frameworks.framework_walk import (
    STANDING,
    AskedCondition,
    Column,
    FrameworkWalk,
    Opens,
    StandingFramework,
    build_computed_series,
    find_last_day,
    midnight_timestamp,
    replace_series,
)

#: What a framework that outlives its days is closed by, after report.yaml's own closings.
EXPIRED = "expired"
#: What the names of the framework's metrics begin with.
_OWN = "framework."
#: A condition so many standard deviations of its days away from its bound is not asked.
FURTHEST = 4.0
_CLOSE, _SIGMA = "price.close", "price.sigma_1d"


class Frameworks:
    """A rule book's frameworks on every day of some metrics, with the metrics that describe them.

    Attributes:
        metrics: the metrics, those of the framework filled in.
        replay: the rule book on them.
    """

    def __init__(self, book: RuleBook, metrics: MetricSet, opens: Opens | None = None) -> None:
        """Walk over the days and fill in the framework's metrics.

        Args:
            book: the rules.
            metrics: of all days.
            opens: on which days a framework is set where none stands; those of the book where it is left out.
        """
        self._spec = book.framework
        self._standing: list[StandingFramework | None] = [None] * len(metrics.dates)
        self._ended: dict[int, tuple[StandingFramework, int]] = {}
        if self._spec is None:
            self.metrics, self.replay = metrics, Replay(book, metrics)
            return
        self._standing, self._ended = FrameworkWalk(book, self._spec, metrics, opens).walk_days()
        settled = replace_series(metrics, self._build_life_series(metrics))
        self._asking = Replay(book, settled)
        # On its last day a framework's own figures are those it is judged by, even where the next is set that day.
        self._leaving = Replay(book, replace_series(metrics, self._build_last_day_series(metrics)))
        self._choose_conditions(self._spec)
        self.metrics = replace_series(settled, self._build_score_series())
        self.replay = Replay(book, self.metrics)

    def find_standing(self, index: int) -> FrameworkState | None:
        """The framework that stands at the end of a day; None if there is none."""
        standing = self._standing[index]
        return None if standing is None else self._build_state(self._asking, standing, index, "")

    def count_out_of_reach(self) -> Mapping[str, tuple[int, int]]:
        """Count, by condition, the days on which a framework was set, and those on which it was out of reach."""
        starts = {standing.start: standing for standing in self._standing if standing is not None}
        return {
            condition.id: (len(starts), sum(self._is_out_of_reach(condition, one) for one in starts.values()))
            for condition in (self._spec.conditions if self._spec else ())
        }

    def find_closed(self, index: int) -> FrameworkState | None:
        """The framework that was closed on a day; None if there is none."""
        found = self._ended.get(index)
        return None if found is None else self._build_state(self._leaving, found[0], index, self._closing_id(found[1]))

    def metrics_until(self, metrics: MetricSet) -> MetricSet:
        """Metrics that end on an earlier day → the same with the framework's series filled in."""
        days = len(metrics.dates)
        found = {name: one for name, one in self.metrics.series.items() if name.startswith(_OWN)}
        return replace_series(metrics, {name: one.take_first(days) for name, one in found.items()})

    def outcomes_before(self, index: int) -> tuple[Outcome, ...]:
        """Outcomes of all rules on the day before; empty before the first day."""
        return self.replay.evaluate_rules(index - 1) if index > 0 else ()

    def _closing_id(self, how: int) -> str:
        closes = self._spec.closes if self._spec else ()
        return closes[how - 1].id if how <= len(closes) else EXPIRED

    def _build_state(self, view: Replay, standing: StandingFramework, index: int, closed: str) -> FrameworkState:
        spec = cast(Framework, self._spec)
        return FrameworkState(
            level=standing.level,
            kind=spec.levels[standing.kind - 1].id,
            above=standing.above,
            set_date=self._format_date(standing.start),
            deadline=self._format_date(standing.last),
            closed=closed,
            conditions=tuple(
                self._build_condition_state(view, asked, standing.start, index) for asked in standing.asked
            ),
        )

    def _build_condition_state(self, view: Replay, asked: AskedCondition, start: int, index: int) -> ConditionState:
        condition, end = asked.condition, min(index, asked.last)
        statuses = [_find_status(view, condition, start, day) for day in range(start, end + 1)]
        turn = _find_last_turn(statuses)
        known = statuses[-1] != "unknown"
        bare = Finding(condition.id, "", "", "condition", "neutral", 0, ())
        return ConditionState(
            id=condition.id,
            side=condition.side,
            name=condition.name,
            asks=self.replay.get_rule(condition.id).when.text,
            finding=view.build_finding(condition.id, end) if known else bare,
            status=statuses[-1],
            history=tuple((self._format_date(start + at), status) for at, status in enumerate(statuses)),
            turned=None if turn is None else midnight_timestamp(self.metrics, start + turn),
            deadline=midnight_timestamp(self.metrics, asked.last),
            over=index > asked.last,
        )

    def _format_date(self, index: int) -> str:
        return self._asking.metrics.find_date(index).isoformat()

    def _choose_conditions(self, spec: Framework) -> None:
        """Choose each framework's conditions: those known on the day it was set, then those that may become known."""
        chosen: dict[int, StandingFramework] = {}

        def with_conditions(standing: StandingFramework) -> StandingFramework:
            if standing.start not in chosen:
                sides: tuple[Side, Side] = ("for", "against")
                asked = tuple(found for side in sides for found in self._select_side(spec, side, standing))
                chosen[standing.start] = replace(standing, asked=asked)
            return chosen[standing.start]

        self._standing = [standing and with_conditions(standing) for standing in self._standing]
        self._ended = {index: (with_conditions(standing), how) for index, (standing, how) in self._ended.items()}

    def _select_side(self, spec: Framework, side: Side, standing: StandingFramework) -> list[AskedCondition]:
        known, unknown = [], []
        scope = self._asking.scope
        for condition in spec.conditions:
            if condition.side != side:
                continue
            given = scope.bind_condition(condition.given.tree)(standing.start) if condition.given else True
            if given is False:
                continue
            if self._is_out_of_reach(condition, standing):
                continue
            if given and self._asking.is_met(condition.id, standing.start) is not None:
                known.append(condition)
            elif self._could_be_known(condition, standing.start):
                unknown.append(condition)
        return [
            AskedCondition(condition, self._find_last_day(condition, standing))
            for condition in (known + unknown)[: spec.most]
        ]

    def _is_out_of_reach(self, condition: FrameworkCondition, standing: StandingFramework) -> bool:
        """Whether a condition lies so far from its bound that its days can hardly turn it.

        What can't fail is no evidence. It is asked of prices, and of shares of them: their distance is held against
        the asset's own daily deviation, which grows with the root of the days.
        """
        start, series = standing.start, self._asking.metrics.series
        close, sigma = (series[name].values[start] if name in series else None for name in (_CLOSE, _SIGMA))
        facts = self._asking.get_rule(condition.id).facts
        reading, bound = (self._asking.scope.bind_number(facts[name].tree)(start) for name in (READING, THRESHOLD))
        if reading is None or bound is None or not close or sigma is None:
            return False
        distance = abs(reading - bound)
        if facts[READING].unit is Unit.PRICE:
            distance /= close
        elif not self._is_share_of_price(facts[READING]):
            return False
        days = max(self._find_last_day(condition, standing) - start, 1)
        return distance >= FURTHEST * sigma * math.sqrt(days)

    def _is_share_of_price(self, value: Expression) -> bool:
        """Whether a value is a share of a price, made of prices alone."""
        names = [node.id for node in walk_tree(value.tree) if isinstance(node, MetricName)]
        specs = [self._asking.metrics.series[name].spec for name in names if name in self._asking.metrics.series]
        return value.unit is Unit.FRACTION and bool(specs) and all(spec.tables == ("prices",) for spec in specs)

    def _could_be_known(self, condition: FrameworkCondition, index: int) -> bool:
        """Whether a condition that is unknown may become known: none of its metrics lacks a source."""
        series = self._asking.metrics.series
        lacking = self._asking.find_missing_metrics(condition.id, index)
        reasons = [series[name].missing[index] for name in lacking if name in series]
        return not any(reason == MissingReason.NO_SOURCE for reason in reasons)

    def _find_last_day(self, condition: FrameworkCondition, standing: StandingFramework) -> int:
        """Position of the last day on which a condition is asked, at most the framework's last."""
        if condition.until is None:
            return standing.last
        value = self._asking.scope.bind_number(condition.until.tree)(standing.start)
        if value is None:
            return standing.last
        metrics = self._asking.metrics
        if condition.until.unit is Unit.DAYS:
            last = find_last_day(metrics, standing.start, int(value))
        else:
            last = metrics.find_last_position(datetime.fromtimestamp(value, UTC).date())
        return max(standing.start, min(standing.last, last))

    def _build_life_series(self, metrics: MetricSet) -> Mapping[str, MetricSeries]:
        """The series that describe the standing framework and the one closed on each day."""
        days = range(len(metrics.dates))
        ended = [self._ended[day][0] if day in self._ended else None for day in days]
        made = _build_framework_series(metrics, self._standing)
        for name, series in _build_framework_series(metrics, ended).items():
            past = name.replace("framework.", "framework.closed_")
            if past in metrics.series:
                made[past] = replace(series, spec=metrics.series[past].spec)
        runs: Column = [None if one is None else _count_run(metrics, one.level, day) for day, one in enumerate(ended)]
        made["framework.closed_run"] = build_computed_series(metrics, "framework.closed_run", runs)
        how: Column = [float(self._ended[day][1]) if day in self._ended else 0.0 for day in days]
        return made | {"framework.closed_how": build_computed_series(metrics, "framework.closed_how", how)}

    def _build_last_day_series(self, metrics: MetricSet) -> Mapping[str, MetricSeries]:
        """The series with each framework on its last day, whatever is set on it."""
        days = enumerate(self._standing)
        return _build_framework_series(
            metrics, [self._ended[day][0] if day in self._ended else standing for day, standing in days]
        )

    def _build_score_series(self) -> Mapping[str, MetricSeries]:
        """The series that count a framework's conditions by side and state, day by day."""
        metrics = self._asking.metrics
        names = ("for_count", "for_met", "against_count", "against_met")
        columns: dict[str, Column] = {
            f"framework.{prefix}{name}": [None] * len(metrics.dates) for prefix in ("", "closed_") for name in names
        }
        columns |= {f"framework.{name}": [None] * len(metrics.dates) for name in ("unknown", "turned")}
        for index, standing in enumerate(self._standing):
            if standing is not None:
                for name, value in self._score_day(self._asking, standing, index).items():
                    columns[f"framework.{name}"][index] = value
        for index, (standing, _) in self._ended.items():
            score = self._score_day(self._leaving, standing, index)
            for name in names:
                columns[f"framework.closed_{name}"][index] = score[name]
        return {name: build_computed_series(metrics, name, values) for name, values in columns.items()}

    def _score_day(self, view: Replay, standing: StandingFramework, index: int) -> dict[str, float]:
        score = dict.fromkeys(("for_count", "for_met", "against_count", "against_met", "unknown", "turned"), 0.0)
        for asked in standing.asked:
            side = asked.condition.side
            status = _find_status(view, asked.condition, standing.start, min(index, asked.last))
            score[f"{side}_count"] += 1
            score[f"{side}_met"] += status == "met"
            score["unknown"] += status == "unknown"
            score["turned"] += index <= asked.last and _has_turned(view, asked.condition, standing.start, index)
        return score


def _count_run(metrics: MetricSet, level: float, index: int) -> float | None:
    """Number of closes in a row, up to a day, on that day's side of a level; None without a close."""
    closes = metrics.series["price.close"].values
    today, run = closes[index], 0
    if today is None:
        return None
    while run <= index and (value := closes[index - run]) is not None and (value >= level) is (today >= level):
        run += 1
    return float(run)


def _find_status(view: Replay, condition: FrameworkCondition, start: int, index: int) -> Status:
    met = view.is_met(condition.id, index)
    if met is not None and index < start + condition.after:
        return "pending"
    return "unknown" if met is None else "met" if met else "not met"


def _has_turned(view: Replay, condition: FrameworkCondition, start: int, index: int) -> bool:
    """Whether a condition turned on a day against its last known state."""
    now = view.is_met(condition.id, index)
    for day in range(index - 1, start + condition.after - 1, -1):
        before = view.is_met(condition.id, day)
        if before is not None:
            return now is not None and now is not before
    return False


def _find_last_turn(statuses: Sequence[Status]) -> int | None:
    """Position of the last turn between met and not met."""
    turn, before = None, ""
    for at, status in enumerate(statuses):
        if status in ("unknown", "pending"):
            continue
        if before and status != before:
            turn = at
        before = status
    return turn


def _build_framework_series(
    metrics: MetricSet, frameworks: Sequence[StandingFramework | None]
) -> dict[str, MetricSeries]:
    """The series that describe one framework a day: level, kind, age, dates; a level keeps its source."""
    made = {}
    for name, read in STANDING.items():
        values = [None if one is None else read(one, day, metrics) for day, one in enumerate(frameworks)]
        made[name] = build_computed_series(metrics, name, values)
    stands = [float(one is not None) for one in frameworks]
    made["framework.standing"] = build_computed_series(metrics, "framework.standing", [*stands])
    made["framework.level"] = replace(
        made["framework.level"],
        as_of=tuple(None if one is None else one.as_of for one in frameworks),
        source=tuple(None if one is None else one.source for one in frameworks),
    )
    return made
