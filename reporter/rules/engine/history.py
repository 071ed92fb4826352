"""Rules × days → how often each fires, for how long and with which others, and which clauses are decisive."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from reporter.diagnostics.errors import HeldError
from reporter.model.finding import State
from reporter.rules.book.rule_book import Rule
from reporter.rules.engine.evaluate import Replay
from reporter.rules.engine.measure import measure_condition
from reporter.rules.expressions.condition_leaves import evaluate_with_truths
from reporter.rules.expressions.tree import Node, format_node


@dataclass(frozen=True, slots=True)
class RuleRecord:
    """Counts of a rule's states over a range of days.

    Attributes:
        rule: its id.
        days: how many days were judged.
        fired, unknown, suppressed, pending: on how many of them it was that.
        dates: the days on which it fired.
        spells: how often it began to fire.
        flaps: spells of one day that another followed within three days.
        longest: days of the longest spell.
    """

    rule: str
    days: int
    fired: int
    unknown: int
    suppressed: int
    pending: int
    dates: tuple[date, ...]
    spells: int
    flaps: int
    longest: int

    @property
    def firing_rate(self) -> float:
        """Share of the days on which it fired."""
        return self.fired / self.days if self.days else 0.0


@dataclass(frozen=True, slots=True)
class RulePair:
    """Two rules that nearly always fire together, with the number and the share of such days."""

    one: str
    other: str
    together: int
    share: float


@dataclass(frozen=True, slots=True)
class StanceBalance:
    """Number of findings of each stance over all days, and of days with more bullish or more bearish ones.

    Rules that fire nearly always say nothing of a day and are left out.
    """

    bull: int
    bear: int
    mixed: int
    neutral: int
    bull_days: int
    bear_days: int


@dataclass(frozen=True, slots=True)
class RuleHistory:
    """Counts of all rules over a range of days."""

    first: date
    last: date
    records: tuple[RuleRecord, ...]
    pairs: tuple[RulePair, ...]
    balance: StanceBalance


#: Two rules are told as a pair from this share on, and from this many days on which both fire.
_PAIRED, _FEWEST = 0.9, 5
_NEAR = 3


def review_rules(replay: Replay, rules: Sequence[Rule], days: range) -> RuleHistory:
    """Evaluate rules on every day of a range and count their states.

    Args:
        replay: the rule book bound to the metrics.
        rules: the rules to count.
        days: positions of the days.
    """
    states = {rule.id: [_find_state(replay, rule, index) for index in days] for rule in rules}
    dates = [replay.metrics.dates[index] for index in days]
    records = tuple(_summarise_rule(rule.id, states[rule.id], dates) for rule in rules)
    return RuleHistory(dates[0], dates[-1], records, tuple(_find_pairs(states)), _count_stances(rules, states))


def _find_state(replay: Replay, rule: Rule, index: int) -> State:
    state = replay.find_state(rule.id, index)
    try:
        return State.SUPPRESSED if state is State.FIRED and replay.find_suppressors(rule.id, index) else state
    except HeldError:
        # Two of a group that picks unique: such a brief would be held, and both count as firing.
        return state


def _summarise_rule(rule: str, states: Sequence[State], dates: Sequence[date]) -> RuleRecord:
    fired = [at for at, state in enumerate(states) if state is State.FIRED]
    spells: list[list[int]] = []
    for at in fired:
        if spells and spells[-1][-1] == at - 1:
            spells[-1].append(at)
        else:
            spells.append([at])
    flaps = sum(len(one) == 1 and other[0] - one[-1] <= _NEAR for one, other in itertools.pairwise(spells))
    return RuleRecord(
        rule=rule,
        days=len(states),
        fired=len(fired),
        unknown=states.count(State.UNKNOWN),
        suppressed=states.count(State.SUPPRESSED),
        pending=states.count(State.PENDING),
        dates=tuple(dates[at] for at in fired),
        spells=len(spells),
        flaps=flaps,
        longest=max(map(len, spells), default=0),
    )


def _find_pairs(states: dict[str, list[State]]) -> Iterable[RulePair]:
    fired = {name: {at for at, state in enumerate(found) if state is State.FIRED} for name, found in states.items()}
    # What fires nearly always fires with everything.
    names = [name for name, days in fired.items() if len(days) >= _FEWEST and not _is_constant(states[name])]
    for at, one in enumerate(names):
        for other in names[at + 1 :]:
            together = len(fired[one] & fired[other])
            share = together / len(fired[one] | fired[other])
            if share >= _PAIRED:
                yield RulePair(one, other, together, share)


def _is_constant(states: Sequence[State]) -> bool:
    return states.count(State.FIRED) >= _PAIRED * len(states)


def _count_stances(rules: Sequence[Rule], states: dict[str, list[State]]) -> StanceBalance:
    counts = dict.fromkeys(("bull", "bear", "mixed", "neutral"), 0)
    tilt = [0] * max((len(found) for found in states.values()), default=0)
    for rule in rules:
        for at, state in enumerate(states[rule.id] if not _is_constant(states[rule.id]) else ()):
            if state is State.FIRED:
                counts[rule.stance] += 1
                tilt[at] += {"bull": 1, "bear": -1}.get(rule.stance, 0)
    more, less = sum(one > 0 for one in tilt), sum(one < 0 for one in tilt)
    return StanceBalance(counts["bull"], counts["bear"], counts["mixed"], counts["neutral"], more, less)


@dataclass(slots=True)
class RuleCoverage:
    """Coverage of a rule: how often it was true, false and unknown, and how often each clause was decisive."""

    rule: str
    true: int = 0
    false: int = 0
    unknown: int = 0
    clauses: dict[str, int] | None = None


def count_coverage(replay: Replay, rule: Rule, days: Iterable[int], seen: RuleCoverage | None = None) -> RuleCoverage:
    """Count on each day a condition's truth and which of its clauses were decisive.

    Args:
        replay: rules and metrics.
        rule: the rule.
        days: positions of the days.
        seen: what was seen before, to count on from.
    """
    measured = measure_condition(rule.when.tree, replay.scope)
    keys = [format_node(leaf) for leaf in measured.leaves]
    seen = seen or RuleCoverage(rule.id)
    counts = seen.clauses = seen.clauses or dict.fromkeys(keys, 0)
    for index in days:
        value, *clauses = measured.take(index)
        seen.true += value is True
        seen.false += value is False
        seen.unknown += value is None
        truths = {id(leaf): truth for leaf, truth in zip(measured.leaves, clauses[::2], strict=True)}
        for key, leaf in zip(keys, measured.leaves, strict=True):
            own = truths[id(leaf)]
            if value is not None and own is not None:
                turned = _evaluate_leaves(rule.when.tree, replay, truths | {id(leaf): not own})
                counts[key] += turned is not None and turned is not value
    return seen


def _evaluate_leaves(tree: Node, replay: Replay, truths: Mapping[int, bool | float | None]) -> bool | None:
    def leaf_truth(node: Node) -> bool | None:
        found = truths[id(node)]
        return None if found is None else bool(found)

    return evaluate_with_truths(tree, replay.conditions, leaf_truth)
