"""Rule book × metrics → what became of each rule on a day.

Nothing is remembered between runs: `until`, `for` and streaks replay what was known on each earlier day.
A day's rules are judged each by itself first; then, in one pass, groups pick and rules supersede. Both see
what fired by itself, so that a rule that is suppressed still suppresses. `fired()` sees what its group left:
a rule that lost to an earlier one of its group did not fire. It doesn't see `supersedes`, because the rule that
supersedes may itself ask for what it supersedes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from reporter.diagnostics import Diagnostic, Place
from reporter.errors import HeldError
from reporter.model.finding import Fact, Finding, Outcome, State
from reporter.model.metric import MetricSet
from reporter.rules.book import Expression, Rule, RuleBook
from reporter.rules.compile import Scope
from reporter.rules.facts import presence, read_fact
from reporter.rules.leaves import leaves
from reporter.rules.trace import Clause, TracedScope

#: For how many days back a finding's age is counted.
MAX_RUN = 60


def evaluate(book: RuleBook, metrics: MetricSet, index: int | None = None) -> tuple[Outcome, ...]:
    """Judge every rule on one day.

    Args:
        book: the rules.
        metrics: what was known.
        index: position of the day in `metrics.dates`; the brief's own day where it is left out.

    Returns:
        One outcome a rule, in file order.

    Raises:
        HeldError: more than one rule fired of a group that picks `unique`.
    """
    return Replay(book, metrics).outcomes(metrics.today if index is None else index)


class Replay:
    """A rule book tied to metrics; asking for many days binds and replays once.

    Attributes:
        book: the rules.
        metrics: the metrics.
        conditions: the trees of the named conditions.
        scope: the fast path, and traced the slow one, for those who explain.
    """

    def __init__(self, book: RuleBook, metrics: MetricSet, assumed: Mapping[str, bool] | None = None) -> None:
        """Tie a book to metrics; `assumed` says of some rules what `fired()` is to see, whatever the metrics say."""
        self.book = book
        self.metrics = metrics
        self.conditions = {name: expression.tree for name, expression in book.conditions.items()}
        self._assumed = dict(assumed or {})
        self.scope = Scope(metrics, self.conditions, self._fired)
        self.traced = TracedScope(metrics, self.conditions, self._fired, self.lacking)
        self._rules = {rule.id: rule for rule in book.rules}
        self._bound: dict[str, _Bound] = {}
        self._earlier = _rivals(book.rules)
        self._above = _superseders(book.rules)

    def rule(self, rule_id: str) -> Rule:
        """The rule of an id."""
        return self._rules[rule_id]

    def rivals(self, rule_id: str) -> tuple[str, ...]:
        """Ids of the rules that a rule loses to where its group picks the first."""
        return self._earlier[rule_id]

    def outcomes(self, index: int) -> tuple[Outcome, ...]:
        """Judge every rule on a day; see `evaluate`."""
        self._check(index)
        raw = {rule.id: self.bound(rule.id).state(index) for rule in self.book.rules}
        fired = [rule for rule in self.book.rules if raw[rule.id] is State.FIRED]
        losers = _losers(fired, self.metrics.dates[index].isoformat())
        return tuple(
            self._outcome(rule, raw[rule.id], tuple(losers.get(rule.id, ())), index) for rule in self.book.rules
        )

    def outcome(self, rule_id: str, index: int) -> Outcome:
        """Judge one rule on a day, and of the others only those that could suppress it."""
        self._check(index)
        state, by = self.state(rule_id, index), self.suppressed(rule_id, index)
        return self._outcome(self._rules[rule_id], state, by, index)

    def state(self, rule_id: str, index: int) -> State:
        """What a rule is on a day by itself, before others suppress it."""
        return self.bound(rule_id).state(index)

    def suppressed(self, rule_id: str, index: int) -> tuple[str, ...]:
        """Who suppresses a rule that fired by itself; empty where it didn't.

        Raises:
            HeldError: more than one rule fired of its group, which picks `unique`.
        """
        if self.state(rule_id, index) is not State.FIRED:
            return ()
        rule = self._rules[rule_id]
        # Who supersedes a mate decides whether that mate counts in a group that picks unique.
        mates = [mate for mate in self.book.rules if rule.group and mate.group == rule.group] or [rule]
        near = {name for mate in mates for name in (mate.id, *self._above.get(mate.id, ()))}
        fired = [other for other in self.book.rules if other.id in near and self.state(other.id, index) is State.FIRED]
        return tuple(_losers(fired, self.metrics.dates[index].isoformat()).get(rule_id, ()))

    def run(self, rule_id: str, index: int) -> int:
        """For how many days in a row up to a day a rule's condition has held, at most `MAX_RUN`."""
        return self.bound(rule_id).run(index)

    def bound(self, rule_id: str) -> _Bound:
        """A rule tied to the metrics, bound when it is first asked for."""
        found = self._bound.get(rule_id)
        if found is None:
            found = self._bound[rule_id] = _Bound(self._rules[rule_id], self.scope)
        return found

    def deciding(self, rule: Rule, index: int) -> Expression:
        """The condition that decides on a day: `until` while the rule holds, else `when`."""
        return rule.until if rule.until is not None and self.bound(rule.id).held_before(index) else rule.when

    def clauses(self, rule: Rule, index: int) -> Clause:
        """The condition that decides on a day, clause by clause: `until` while the rule holds, else `when`."""
        return self.traced.clause(self.deciding(rule, index).tree, index)

    def _check(self, index: int) -> None:
        if not 0 <= index < len(self.metrics.dates):
            raise IndexError(f"day {index} is outside the metrics' {len(self.metrics.dates)} days")

    def _outcome(self, rule: Rule, state: State, by: tuple[str, ...], index: int) -> Outcome:
        if state is State.UNKNOWN:
            return Outcome(rule.id, state, self.lacking(rule.id, index))
        if state is not State.FIRED:
            return Outcome(rule.id, state)
        # Clause by clause only where a clause is unknown at all, which the fast path tells sooner.
        unknown = self.clauses(rule, index).missing if self.bound(rule.id).partial(index) else ()
        finding, lacks = self._finding(rule, index)
        missing = tuple(dict.fromkeys((*unknown, *lacks)))
        return Outcome(rule.id, State.SUPPRESSED if by else State.FIRED, missing, by, finding)

    def finding(self, rule_id: str, index: int) -> Finding:
        """A rule's finding on a day, whether it holds or not: what a condition that isn't met reads."""
        return self._finding(self._rules[rule_id], index)[0]

    def met(self, rule_id: str, index: int) -> bool | None:
        """Whether a condition holds on a day; None where that, or a fact that its sentence needs, is not known."""
        bound = self.bound(rule_id)
        return bound.active(index) if bound.complete(index) else None

    def _finding(self, rule: Rule, index: int) -> tuple[Finding, tuple[str, ...]]:
        """The finding, and the metric ids that its facts lack."""
        facts, lacks = self._facts(rule, index)
        finding = Finding(
            id=rule.id,
            rule=rule.place,
            version=rule.version,
            topic=rule.topic,
            stance=rule.stance,
            weight=rule.weight,
            facts=facts,
            partial=self.bound(rule.id).partial(index),
            days=self.bound(rule.id).run(index),
        )
        return finding, lacks

    def _facts(self, rule: Rule, index: int) -> tuple[tuple[Fact, ...], tuple[str, ...]]:
        """All facts, and the metric ids that missing ones lack."""
        read = [read_fact(self.traced, name, expression, index) for name, expression in rule.facts.items()]
        lacks = dict.fromkeys(metric for _, missing in read for metric in missing)
        return tuple(fact for fact, _ in read), tuple(lacks)

    def _fired(self, rule: str, index: int) -> bool | None:
        if rule in self._assumed:
            return self._assumed[rule]
        state = self.bound(rule).state(index)
        if state is State.UNKNOWN:
            return None
        earlier = self._earlier[rule]
        return state is State.FIRED and not any(self.bound(name).state(index) is State.FIRED for name in earlier)

    def lacking(self, rule_id: str, index: int) -> tuple[str, ...]:
        """Metric ids that keep a rule unknown on a day: of its condition, or else of its facts."""
        bound = self.bound(rule_id)
        if bound.active(index) is None:
            return self.clauses(bound.rule, index).lacks
        needed = {name: fact for name, fact in bound.rule.facts.items() if name not in bound.rule.optional}
        read = [read_fact(self.traced, name, expression, index) for name, expression in needed.items()]
        return tuple(dict.fromkeys(metric for _, missing in read for metric in missing))


def _rivals(rules: Iterable[Rule]) -> dict[str, tuple[str, ...]]:
    """Rule → ids of the rules that it loses to where its group picks the first."""
    earlier: dict[str, tuple[str, ...]] = {}
    groups: dict[str, tuple[str, ...]] = {}
    for rule in rules:
        first = bool(rule.group) and rule.pick == "first"
        earlier[rule.id] = groups.get(rule.group, ()) if first else ()
        if first:
            groups[rule.group] = (*groups.get(rule.group, ()), rule.id)
    return earlier


def _superseders(rules: Iterable[Rule]) -> dict[str, list[str]]:
    """Rule → ids of the rules that supersede it."""
    above: dict[str, list[str]] = {}
    for rule in rules:
        for loser in rule.supersedes:
            above.setdefault(loser, []).append(rule.id)
    return above


class _Bound:
    """One rule tied to metrics, with what it has been on each day that was asked for."""

    def __init__(self, rule: Rule, scope: Scope) -> None:
        self.rule = rule
        self._when = scope.truth(rule.when.tree)
        self._until = scope.truth(rule.until.tree) if rule.until else None
        self._needed = [presence(scope, fact) for name, fact in rule.facts.items() if name not in rule.optional]
        self._clauses = [scope.truth(leaf) for leaf in leaves(rule.when.tree, scope.conditions)]
        self._exits = [scope.truth(leaf) for leaf in leaves(rule.until.tree, scope.conditions)] if rule.until else []
        self._states: dict[int, State] = {}
        self._runs: dict[int, int] = {}
        #: For a rule with `until`: on each day from the first, whether it held, and what the next day starts from.
        self._days: list[tuple[bool | None, bool]] = []

    def state(self, index: int) -> State:
        """What the rule is on a day by itself, before others suppress it."""
        if index not in self._states:
            self._states[index] = self._judge(index)
        return self._states[index]

    def _judge(self, index: int) -> State:
        active = self.active(index)
        if active is None:
            return State.UNKNOWN
        if not active:
            return State.NOT_FIRED
        if self.run(index) < self.rule.hold_days:
            return State.PENDING
        return State.FIRED if self.complete(index) else State.UNKNOWN

    def complete(self, index: int) -> bool:
        """Whether every fact that its sentences need has a value on a day."""
        return all(known(index) for known in self._needed)

    def active(self, index: int) -> bool | None:
        """Whether the rule's condition holds on a day; None is unknown."""
        if self._until is None:
            return self._when(index)
        self._replay(index)
        return self._days[index][0]

    def held_before(self, index: int) -> bool:
        """Whether a rule with `until` came into a day holding."""
        self._replay(index)
        return index > 0 and self._days[index - 1][1]

    def partial(self, index: int) -> bool:
        """Whether a clause of the condition that decides on a day is unknown."""
        deciding = self._exits if self._until is not None and self.held_before(index) else self._clauses
        return any(clause(index) is None for clause in deciding)

    def run(self, index: int) -> int:
        """For how many days in a row up to a day it has held; an unknown day breaks the row."""
        day = index
        while day >= 0 and index - day < MAX_RUN and day not in self._runs and self.active(day):
            day -= 1
        days = min(MAX_RUN, index - day + self._runs.get(day, 0))
        self._runs[index] = days
        return days

    def _replay(self, index: int) -> None:
        """Step a rule with `until` from the last replayed day: an unknown day is unknown itself and changes nothing."""
        if self._until is None:
            return
        while len(self._days) <= index:
            day = len(self._days)
            held = self._days[-1][1] if self._days else False
            ended = self._until(day) if held else None
            now = (None if ended is None else not ended) if held else self._when(day)
            self._days.append((now, held if now is None else now))


def _losers(fired: list[Rule], date: str) -> dict[str, list[str]]:
    """Who of the rules that fired by themselves is suppressed, and by whom."""
    losers = _superseded(fired)
    _add_group_losers(fired, losers, date)
    return losers


def _superseded(fired: list[Rule]) -> dict[str, list[str]]:
    """Who is superseded by whom."""
    by: dict[str, list[str]] = {}
    firing = {rule.id for rule in fired}
    for rule in fired:
        for loser in rule.supersedes:
            if loser in firing:
                by.setdefault(loser, []).append(rule.id)
    return by


def _add_group_losers(fired: list[Rule], losers: dict[str, list[str]], date: str) -> None:
    """In groups that pick the first, the others lose to it; in groups that pick `unique`, there are no others."""
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
            raise HeldError([Diagnostic("publish.two-of-a-group", Place.read(rule.place), what)])
        by = losers.setdefault(rule.id, [])
        if winner.id not in by:
            by.insert(0, winner.id)
