"""Rule book × metrics → the outcome of every rule on a day.

Nothing is remembered between runs: `until`, `for` and streaks replay what was known on each earlier day.
A day's rules are judged each by itself first; then, in one pass, groups pick and rules supersede. Both see
what fired by itself, so that a rule that is suppressed still suppresses. `fired()` sees what its group left:
a rule that lost to an earlier one of its group did not fire. It doesn't see `supersedes`, because the rule that
supersedes may itself ask for what it supersedes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.diagnostics.errors import HeldError
from reporter.model.finding import Fact, Finding, Outcome, State
from reporter.model.metric import MetricSet, Unit
from reporter.rules.book.rule_book import Expression, Rule, RuleBook
from reporter.rules.engine.binding import Scope
from reporter.rules.engine.closures import TruthAt
from reporter.rules.engine.facts import FactAt, bind_fact, bind_presence, bind_relation
from reporter.rules.engine.trace import TracedClause, TracedScope
from reporter.rules.expressions.condition_leaves import iterate_leaves
from reporter.rules.expressions.tree import Node

#: For how many days back a finding's age is counted.
MAX_RUN = 60
#: So many days have their turns counted from one date on.
_TURN_DAYS = 64
#: A rule is due again when so many days have passed since it last was.
_REST_DAYS = 5


def evaluate_rules(book: RuleBook, metrics: MetricSet, index: int | None = None) -> tuple[Outcome, ...]:
    """Evaluate every rule of a book on one day.

    Args:
        book: the rules.
        metrics: what was known.
        index: position of the day in `metrics.dates`; the brief's own day where it is left out.

    Returns:
        One outcome a rule, in file order.

    Raises:
        HeldError: more than one rule fired of a group that picks `unique`.
    """
    return Replay(book, metrics).evaluate_rules(metrics.today_index if index is None else index)


class Replay:
    """A rule book bound to metrics: evaluates any rule on any day, each day computed once.

    Attributes:
        book: the rules.
        metrics: the metrics.
        conditions: the trees of the named conditions.
        scope: the fast path, and traced the slow one, for those who explain.
    """

    def __init__(self, book: RuleBook, metrics: MetricSet, assumed: Mapping[str, bool] | None = None) -> None:
        """Bind a book to metrics; `assumed` fixes what `fired()` sees of some rules, whatever the metrics say."""
        self.book = book
        self.metrics = metrics
        self.conditions = {name: expression.tree for name, expression in book.conditions.items()}
        self._assumed = dict(assumed or {})
        self.scope = Scope(metrics, self.conditions, self._has_fired)
        self.traced = TracedScope(metrics, self.conditions, self._has_fired, self.find_missing_metrics)
        self._rules = {rule.id: rule for rule in book.rules}
        self._bound: dict[str, _BoundRule] = {}
        self._earlier = _map_rivals(book.rules)
        self._above = _map_superseders(book.rules)
        self._evaluated: dict[int, tuple[Outcome, ...]] = {}
        #: What a condition lacks, by its tree and what its clauses are: on most days the same as on the day before.
        self._gaps: dict[tuple[int, tuple[object, ...]], _Gaps] = {}
        #: Facts by name, words and unit: many rules tell the same.
        self._facts: dict[tuple[str, str, Unit], FactAt] = {}

    def get_rule(self, rule_id: str) -> Rule:
        """The rule with an id."""
        return self._rules[rule_id]

    def list_rivals(self, rule_id: str) -> tuple[str, ...]:
        """Ids of the earlier rules of its group to which a rule loses, where the group picks the first."""
        return self._earlier[rule_id]

    def evaluate_rules(self, index: int) -> tuple[Outcome, ...]:
        """Evaluate every rule on a day: one outcome a rule, in file order."""
        if index not in self._evaluated:
            # Each day's brief asks for the day before too; walking over days either way, all are computed once.
            self._evaluated = {day: found for day, found in self._evaluated.items() if abs(day - index) == 1}
            self._evaluated[index] = self._evaluate_day(index)
        return self._evaluated[index]

    def _evaluate_day(self, index: int) -> tuple[Outcome, ...]:
        self._check_day(index)
        states = [(bound, bound.find_state(index)) for bound in self._all_bound]
        fired = [bound.rule for bound, state in states if state is State.FIRED]
        losers = _find_losers(fired, self.metrics.dates[index].isoformat())
        return tuple(
            [
                bound.not_fired
                if state is State.NOT_FIRED
                else self._build_outcome(bound, state, tuple(losers.get(bound.rule.id, ())), index)
                for bound, state in states
            ]
        )

    @cached_property
    def _all_bound(self) -> tuple[_BoundRule, ...]:
        return tuple(self.bind_rule(rule.id) for rule in self.book.rules)

    def evaluate_rule(self, rule_id: str, index: int) -> Outcome:
        """Evaluate one rule on a day, and of the others only those that could suppress it."""
        self._check_day(index)
        state, by = self.find_state(rule_id, index), self.find_suppressors(rule_id, index)
        return self._build_outcome(self.bind_rule(rule_id), state, by, index)

    def find_state(self, rule_id: str, index: int) -> State:
        """A rule's state on a day before suppression."""
        return self.bind_rule(rule_id).find_state(index)

    def find_suppressors(self, rule_id: str, index: int) -> tuple[str, ...]:
        """Ids of the rules that suppress a rule which fired; empty where it didn't fire or isn't suppressed.

        Raises:
            HeldError: more than one rule fired of its group, which picks `unique`.
        """
        if self.find_state(rule_id, index) is not State.FIRED:
            return ()
        rule = self._rules[rule_id]
        # Who supersedes a mate decides whether that mate counts in a group that picks unique.
        mates = [mate for mate in self.book.rules if rule.group and mate.group == rule.group] or [rule]
        near = {name for mate in mates for name in (mate.id, *self._above.get(mate.id, ()))}
        fired = [
            other for other in self.book.rules if other.id in near and self.find_state(other.id, index) is State.FIRED
        ]
        return tuple(_find_losers(fired, self.metrics.dates[index].isoformat()).get(rule_id, ()))

    def count_days_active(self, rule_id: str, index: int) -> int:
        """Number of days in a row up to a day on which a rule's condition has held, at most `MAX_RUN`."""
        return self.bind_rule(rule_id).count_days_active(index)

    def count_turn(self, rule_id: str, index: int) -> int:
        """Count up the days on which a rule's condition has held, from the ordinal of an earlier date.

        On each further day in a row it is one more, and so it is on the next day on which the rule holds again, however
        long that takes, unless a stretch of days ends in between.

        Args:
            rule_id: the rule's.
            index: position of a day on which its condition holds.
        """
        return self.bind_rule(rule_id).count_turn(index)

    def is_due(self, rule_id: str, index: int) -> bool:
        """Whether a rule is due to be told: it holds, and was not due on any of the five days before.

        Like turns, this is counted from the first day of a stretch of days on, so that each day of it agrees with the
        others on which of them were due.
        """
        return self.bind_rule(rule_id).is_due(index)

    def bind_rule(self, rule_id: str) -> _BoundRule:
        """A rule bound to the metrics, made when it is first asked for."""
        found = self._bound.get(rule_id)
        if found is None:
            found = self._bound[rule_id] = _BoundRule(self._rules[rule_id], self.scope)
        return found

    def choose_condition(self, rule: Rule, index: int) -> Expression:
        """The condition that decides on a day: `until` while the rule holds, else `when`."""
        return rule.until if rule.until is not None and self.bind_rule(rule.id).was_active_before(index) else rule.when

    def trace_clauses(self, rule: Rule, index: int) -> TracedClause:
        """The condition that decides on a day as a tree of clauses with their truths and readings."""
        return self.traced.trace_condition(self.choose_condition(rule, index).tree, index)

    def _check_day(self, index: int) -> None:
        if not 0 <= index < len(self.metrics.dates):
            raise IndexError(f"day {index} is outside the metrics' {len(self.metrics.dates)} days")

    def _build_outcome(self, bound: _BoundRule, state: State, by: tuple[str, ...], index: int) -> Outcome:
        rule = bound.rule
        if state is State.UNKNOWN:
            return Outcome(rule.id, state, self._find_missing_metrics(bound, index))
        if state is not State.FIRED:
            return Outcome(rule.id, state)
        finding, lacks = self._build_finding_and_missing(bound, index)
        # Clause by clause only where a clause is unknown at all, which the fast path tells sooner.
        unknown = self._find_gaps(bound, index).missing if finding.partial else ()
        missing = tuple(dict.fromkeys((*unknown, *lacks))) if unknown or lacks else ()
        return Outcome(rule.id, State.SUPPRESSED if by else State.FIRED, missing, by, finding)

    def build_finding(self, rule_id: str, index: int) -> Finding:
        """A rule's finding on a day, whether its condition holds or not."""
        return self._build_finding_and_missing(self.bind_rule(rule_id), index)[0]

    def is_met(self, rule_id: str, index: int) -> bool | None:
        """Whether a condition holds on a day; None where it, or a fact that its sentence needs, is unknown."""
        return self.bind_rule(rule_id).is_met(index)

    def list_met(self, rule_id: str, first: int, end: int) -> list[bool | None]:
        """Whether a condition holds on each day from one up to and without another; see `is_met`."""
        bound = self.bind_rule(rule_id)
        return [bound.is_met(day) for day in range(first, end)]

    def _build_finding_and_missing(self, bound: _BoundRule, index: int) -> tuple[Finding, tuple[str, ...]]:
        """A rule's finding on a day, and ids of the metrics that its facts lack."""
        rule, told = bound.rule, self._bind_told(bound)
        read = [fact_at(index) for fact_at in told.facts.values()]
        finding = Finding(
            id=rule.id,
            rule=rule.place,
            version=rule.version,
            topic=rule.topic,
            stance=rule.stance,
            weight=rule.weight,
            facts=tuple([fact for fact, _ in read]),
            partial=bound.is_partial(index),
            days=bound.count_days_active(index),
            turn=bound.count_turn(index),
            due=bound.is_due(index),
            relations=tuple([relation_at(index) for relation_at in told.relations]),
        )
        return finding, _join_missing(read)

    def _bind_told(self, bound: _BoundRule) -> _Told:
        """What a rule tells, bound when it first has something to tell."""
        if bound.told is None:
            facts = {name: self._bind_fact(name, expression) for name, expression in bound.rule.facts.items()}
            relations = [
                bind_relation(self.traced, name, expression, holds) for name, expression, holds in bound.relations
            ]
            bound.told = _Told(facts, relations)
        return bound.told

    def _bind_fact(self, name: str, expression: Expression) -> FactAt:
        key = name, expression.text, expression.unit
        if key not in self._facts:
            self._facts[key] = bind_fact(self.traced, name, expression)
        return self._facts[key]

    def _find_gaps(self, bound: _BoundRule, index: int) -> _Gaps:
        """What the condition that decides on a day lacks; it follows from its clauses' truths and what they lack."""
        clauses = bound.find_deciding(index)
        pattern = tuple(
            [self.traced.find_gap(leaf, index) if (truth := holds(index)) is None else truth for leaf, holds in clauses]
        )
        key = id(clauses), pattern
        if key not in self._gaps:
            traced = self.trace_clauses(bound.rule, index)
            self._gaps[key] = _Gaps(traced.missing, traced.lacks)
        return self._gaps[key]

    def _has_fired(self, rule: str, index: int) -> bool | None:
        if rule in self._assumed:
            return self._assumed[rule]
        state = self.bind_rule(rule).find_state(index)
        if state is State.UNKNOWN:
            return None
        earlier = self._earlier[rule]
        return state is State.FIRED and not any(
            self.bind_rule(name).find_state(index) is State.FIRED for name in earlier
        )

    def find_missing_metrics(self, rule_id: str, index: int) -> tuple[str, ...]:
        """Ids of the metrics for want of which a rule is unknown: of its condition, or else of its facts."""
        return self._find_missing_metrics(self.bind_rule(rule_id), index)

    def _find_missing_metrics(self, bound: _BoundRule, index: int) -> tuple[str, ...]:
        if bound.is_active(index) is None:
            return self._find_gaps(bound, index).lacks
        facts = self._bind_told(bound).facts
        return _join_missing([fact_at(index) for name, fact_at in facts.items() if name not in bound.rule.optional])


def _join_missing(read: Iterable[tuple[Fact, tuple[str, ...]]]) -> tuple[str, ...]:
    """Ids of the metrics that facts lack, each once."""
    return tuple(dict.fromkeys([metric for _, missing in read for metric in missing]))


@dataclass(frozen=True, slots=True)
class _Told:
    """What a rule tells: its facts by name, and its relations, each a closure of the day's position."""

    facts: Mapping[str, FactAt]
    relations: Sequence[Callable[[int], Fact]]


@dataclass(frozen=True, slots=True)
class _Gaps:
    """Ids of the metrics that any unknown part of a condition lacks, and of those that keep it unknown."""

    missing: tuple[str, ...]
    lacks: tuple[str, ...]


def _map_rivals(rules: Iterable[Rule]) -> dict[str, tuple[str, ...]]:
    """Rule id → ids of the earlier rules of its group to which it loses, where the group picks the first."""
    earlier: dict[str, tuple[str, ...]] = {}
    groups: dict[str, tuple[str, ...]] = {}
    for rule in rules:
        first = bool(rule.group) and rule.pick == "first"
        earlier[rule.id] = groups.get(rule.group, ()) if first else ()
        if first:
            groups[rule.group] = (*groups.get(rule.group, ()), rule.id)
    return earlier


def _map_superseders(rules: Iterable[Rule]) -> dict[str, list[str]]:
    """Rule → ids of the rules that supersede it."""
    above: dict[str, list[str]] = {}
    for rule in rules:
        for loser in rule.supersedes:
            above.setdefault(loser, []).append(rule.id)
    return above


def _bind_clauses(tree: Node, scope: Scope) -> list[tuple[Node, TruthAt]]:
    return [(leaf, scope.bind_condition(leaf)) for leaf in iterate_leaves(tree, scope.conditions)]


class _BoundRule:
    """One rule bound to metrics, with its states on the days that were asked for."""

    def __init__(self, rule: Rule, scope: Scope) -> None:
        self.rule = rule
        self._when = scope.bind_condition(rule.when.tree)
        self._until = scope.bind_condition(rule.until.tree) if rule.until else None
        self._needed = [bind_presence(scope, fact) for name, fact in rule.facts.items() if name not in rule.optional]
        self._clauses = _bind_clauses(rule.when.tree, scope)
        self._exits = _bind_clauses(rule.until.tree, scope) if rule.until else []
        self.relations = [(name, one, scope.bind_condition(one.tree)) for name, one in rule.relations.items()]
        self.not_fired = Outcome(rule.id, State.NOT_FIRED)
        #: What it tells; None until it has something to tell.
        self.told: _Told | None = None
        self._states: dict[int, State] = {}
        self._active: dict[int, bool | None] = {}
        self._met: dict[int, bool | None] = {}
        self._runs: dict[int, int] = {}
        self._metrics, self._dates = scope.metrics, scope.metrics.dates
        #: Day → on how many days of its stretch up to it the rule held, and the last of them on which it was due.
        self._tallies: dict[int, tuple[int, int | None]] = {}
        #: For a rule with `until`: on each day from the first, whether it held, and what the next day starts from.
        self._days: list[tuple[bool | None, bool]] = []

    def find_state(self, index: int) -> State:
        """The rule's state on a day before suppression."""
        if index not in self._states:
            self._states[index] = self._compute_state(index)
        return self._states[index]

    def _compute_state(self, index: int) -> State:
        active = self.is_active(index)
        if active is None:
            return State.UNKNOWN
        if not active:
            return State.NOT_FIRED
        if self.count_days_active(index) < self.rule.hold_days:
            return State.PENDING
        return State.FIRED if self.has_needed_facts(index) else State.UNKNOWN

    def has_needed_facts(self, index: int) -> bool:
        """Whether every fact that isn't optional has a value on a day."""
        return all(known(index) for known in self._needed)

    def is_met(self, index: int) -> bool | None:
        """Whether the rule's condition holds on a day; None where it, or a fact that it needs, is unknown."""
        # A verdict counts the days of a year before, of which the next day asks for all but one again.
        if index not in self._met:
            self._met[index] = self.is_active(index) if self.has_needed_facts(index) else None
        return self._met[index]

    def is_active(self, index: int) -> bool | None:
        """Whether the rule's condition holds on a day; None where unknown."""
        if self._until is not None:
            self._replay_days(index)
            return self._days[index][0]
        # A day is asked for by its own rules, by runs of days and by counts over a year of them.
        if index not in self._active:
            self._active[index] = self._when(index)
        return self._active[index]

    def was_active_before(self, index: int) -> bool:
        """Whether a rule with `until` held at the end of the day before."""
        self._replay_days(index)
        return index > 0 and self._days[index - 1][1]

    def is_partial(self, index: int) -> bool:
        """Whether a clause of the condition that decides on a day is unknown."""
        return None in [holds(index) for _, holds in self.find_deciding(index)]

    def find_deciding(self, index: int) -> list[tuple[Node, TruthAt]]:
        """The clauses of the condition that decides on a day: of `until` while the rule holds, else of `when`."""
        return self._exits if self._until is not None and self.was_active_before(index) else self._clauses

    def count_days_active(self, index: int) -> int:
        """Number of days in a row up to a day on which it has held; an unknown day ends the row."""
        day = index
        while day >= 0 and index - day < MAX_RUN and day not in self._runs and self.is_active(day):
            day -= 1
        days = min(MAX_RUN, index - day + self._runs.get(day, 0))
        self._runs[index] = days
        return days

    def count_turn(self, index: int) -> int:
        """See `Replay.count_turn`."""
        today, run = self._dates[index].toordinal(), self.count_days_active(index)
        if run >= MAX_RUN:
            return today
        # A row of days that goes over the end of a stretch is counted from where it began.
        first = (today - run + 1) // _TURN_DAYS * _TURN_DAYS
        return first + self.count_active(max(0, index - (today - first)), index)

    def count_active(self, first: int, end: int) -> int:
        """Number of days on which it held, from the first day of a stretch up to and without another day."""
        held, day = 0, end - 1
        while day >= first:
            held += self._tally_stretch(day)[0]
            day = self._find_stretch(day) - 1
        return held

    def is_due(self, index: int) -> bool:
        """Whether it holds, and was not due on any of the five days before of its stretch."""
        return self._tally_stretch(index)[1] == index

    def _find_stretch(self, index: int) -> int:
        day = self._dates[index]
        passed = day.toordinal() % _TURN_DAYS
        if not self._metrics.sessions:
            return max(0, index - passed)
        return self._metrics.find_last_position(day - timedelta(days=passed + 1)) + 1

    def _tally_stretch(self, index: int) -> tuple[int, int | None]:
        start = day = self._find_stretch(index)
        # Days are mostly asked for in order, so the day before is mostly known.
        for day in range(index, start - 1, -1):
            if day in self._tallies:
                break
        held, due = self._tallies.get(day, (0, None))
        for at in range(day + (day in self._tallies), index + 1):
            if self.is_active(at) is True:
                held, due = held + 1, at if due is None or at - due > _REST_DAYS else due
            self._tallies[at] = held, due
        return held, due

    def _replay_days(self, index: int) -> None:
        """Compute a rule with `until` day by day up to a day; an unknown day leaves what it holds unchanged."""
        if self._until is None:
            return
        while len(self._days) <= index:
            day = len(self._days)
            held = self._days[-1][1] if self._days else False
            ended = self._until(day) if held else None
            now = (None if ended is None else not ended) if held else self._when(day)
            self._days.append((now, held if now is None else now))


def _find_losers(fired: list[Rule], date: str) -> dict[str, list[str]]:
    """Id of each suppressed rule → ids of the rules that suppress it."""
    losers = _find_superseded(fired)
    _add_group_losers(fired, losers, date)
    return losers


def _find_superseded(fired: list[Rule]) -> dict[str, list[str]]:
    """Id of each superseded rule → ids of the rules that supersede it."""
    by: dict[str, list[str]] = {}
    firing = {rule.id for rule in fired}
    for rule in fired:
        for loser in rule.supersedes:
            if loser in firing:
                by.setdefault(loser, []).append(rule.id)
    return by


def _add_group_losers(fired: list[Rule], losers: dict[str, list[str]], date: str) -> None:
    """Add the rules that lose within their group; hold the brief where a unique group has two that fired."""
    superseded = set(losers)
    winners: dict[str, Rule] = {}
    for rule in fired:
        if not rule.group or rule.pick == "collect" or (rule.pick == "unique" and rule.id in superseded):
            continue
        winner = winners.setdefault(rule.group, rule)
        if winner is rule:
            continue
        if rule.pick == "unique":
            both = f'rules "{winner.id}" and "{rule.id}" both fired on {date}'
            what = f'{both}, and their group "{rule.group}" picks unique'
            raise HeldError([Diagnostic("publish.two-of-a-group", Place.from_text(rule.place), what)])
        by = losers.setdefault(rule.id, [])
        if winner.id not in by:
            by.insert(0, winner.id)
