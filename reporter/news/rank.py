"""The ranking of a day's facts: scored, held against what the days before had, one happening told once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from reporter.model.metric import MetricSet
from reporter.model.news import Factor, NewsFact
from reporter.news.candidates import find_declared_facts
from reporter.news.events import find_event_facts
from reporter.news.readings import Readings
from reporter.news.weights import (
    FADING,
    FOLLOWED,
    REPEATED,
    REPEATED_DAYS,
    REPEATED_SHARE,
    TOLD_BY_ANOTHER,
    TOLD_FROM,
    WEIGHTS,
)

#: Kinds that tell a state, and not what a day did: they are as true tomorrow. How much of the penalty each gets.
_STATES: Mapping[str, float] = {
    **dict.fromkeys(("highest_close", "lowest_close", "record_close"), 0.4),
    **dict.fromkeys(("level_lost", "level_won", "touched_below", "touched_above"), 0.4),
    **dict.fromkeys(("highest_price", "lowest_price", "record_high"), 0.6),
    **dict.fromkeys(("week_rise", "week_fall", "thirty_day_rise", "thirty_day_fall"), 1.0),
    **dict.fromkeys(("streak_up", "streak_down", "fund_streak_in", "fund_streak_out"), 1.0),
    **dict.fromkeys(("open_interest_high", "open_interest_low", "sentiment_high", "sentiment_low"), 1.0),
    **dict.fromkeys(("implied_volatility_high", "implied_volatility_low"), 1.0),
    **dict.fromkeys(("realised_volatility_high", "realised_volatility_low"), 1.0),
    **dict.fromkeys(("metal_high", "volatility_high", "volatility_low", "dollar_high", "dollar_low"), 1.0),
}
#: Kinds that tell one state: a record is the highest close too, and what crosses a level touches it.
_SAME_STATE: Mapping[str, str] = {
    "record_close": "highest_close",
    "record_high": "highest_price",
    "level_lost": "level_down",
    "touched_below": "level_down",
    "level_won": "level_up",
    "touched_above": "level_up",
}
#: A record, and the highest since: where the first is told the second says less.
_OUTDONE: Mapping[str, str] = {"record_close": "highest_close", "record_high": "highest_price"}
#: A low and a close of one stretch are one happening: the close tells it.
_CLOSE_TELLS: Mapping[str, str] = {"lowest_price": "lowest_close", "highest_price": "highest_close"}
#: An extreme and the round level that it passed, where both go back as far.
_TOGETHER = (
    frozenset({"lowest_close", "level_lost", "lowest_price", "touched_below"}),
    frozenset({"highest_close", "level_won", "highest_price", "touched_above", "record_close", "record_high"}),
)
_LONG_AGO = 9999
#: A state's kind and direction; of several markets of a class, one that told it has told it for all.
_State = tuple[str, int]


class NewsDays:
    """Ranked facts of any day of a desk; what several days need is computed once."""

    def __init__(self, metrics: MetricSet, weights: Mapping[str, float] | None = None) -> None:
        """Take a desk's metrics.

        Args:
            metrics: up to the last day that is asked for.
            weights: the desk's own, in place of those of the table.
        """
        self._readings = Readings(metrics)
        self._weights = {**WEIGHTS, **(weights or {})}
        self._found: dict[int, tuple[NewsFact, ...]] = {}
        self._told: dict[int, Mapping[_State, float]] = {}
        self._ranked: dict[int, tuple[NewsFact, ...]] = {}

    def at(self, day: int) -> tuple[NewsFact, ...]:
        """The facts of a day, best first.

        Args:
            day: its position among the metrics' dates.
        """
        # The briefs of the days after ask for what led this one.
        if day not in self._ranked:
            self._ranked[day] = self._rank_facts(day)
        return self._ranked[day]

    def _rank_facts(self, day: int) -> tuple[NewsFact, ...]:
        told = [self._list_told_on(day - back) for back in range(1, REPEATED_DAYS + 1)]
        facts = [_apply_novelty(fact, told) for fact in self._find_facts(day)]
        # Of equal scores the order is that of the kinds, so that nothing hangs on the order of a registry.
        return tuple(_join_happenings(sorted(facts, key=lambda fact: (-fact.score, fact.kind, fact.metric))))

    def _list_told_on(self, day: int) -> Mapping[_State, float]:
        if day not in self._told:
            self._told[day] = _list_told_states(self._find_facts(day))
        return self._told[day]

    def _find_facts(self, day: int) -> tuple[NewsFact, ...]:
        if day < 0:
            return ()
        if day not in self._found:
            found = (
                *find_declared_facts(self._readings, day, self._weights),
                *find_event_facts(self._readings, day, self._weights),
            )
            self._found[day] = tuple(_fuse_facts(found))
        return self._found[day]


def rank_news(metrics: MetricSet, weights: Mapping[str, float] | None = None) -> tuple[NewsFact, ...]:
    """The facts of the metrics' last day, best first."""
    return NewsDays(metrics, weights).at(metrics.today_index)


def _fuse_facts(facts: Sequence[NewsFact]) -> Iterable[NewsFact]:
    """Without what a record outdoes; an intraday extreme yields to the close of the same stretch."""
    kinds = {fact.kind: fact for fact in facts}
    followed = sorted(
        (fact for fact in facts if fact.subject in FOLLOWED), key=lambda fact: FOLLOWED.index(fact.subject)
    )
    broadest = {fact.kind: fact for fact in reversed(followed)}
    outdone = {_OUTDONE[kind] for kind in kinds if kind in _OUTDONE}
    for fact in facts:
        if fact.kind in outdone:
            continue
        close = kinds.get(_CLOSE_TELLS.get(fact.kind, ""))
        first = broadest.get(fact.kind)
        if close is not None and close.kind not in outdone and _age_of(close) >= 0.5 * _age_of(fact):
            yield replace(fact, factors=(*fact.factors, Factor("the close tells it", TOLD_BY_ANOTHER)))
        elif first is not None and first.subject != fact.subject:
            yield replace(fact, factors=(*fact.factors, Factor(f"{first.subject} tells it", TOLD_BY_ANOTHER)))
        else:
            yield fact


def _age_of(fact: NewsFact) -> int:
    return _LONG_AGO if fact.gap_days is None else fact.gap_days


def _state_of(fact: NewsFact) -> _State:
    return _SAME_STATE.get(fact.kind, fact.kind), fact.direction


def _list_told_states(facts: Iterable[NewsFact]) -> dict[_State, float]:
    """The best score of each state that a day's facts told."""
    told: dict[_State, float] = {}
    for fact in facts:
        if fact.kind in _STATES and fact.score >= TOLD_FROM:
            told[_state_of(fact)] = max(fact.score, told.get(_state_of(fact), 0.0))
    return told


def _apply_novelty(fact: NewsFact, told: Sequence[Mapping[_State, float]]) -> NewsFact:
    """The fact with its novelty: less where the days before had the same state, nearly as surprising."""
    if fact.kind not in _STATES:
        return fact
    lost = 0.0
    for back, states in enumerate(told):
        if states.get(_state_of(fact), 0.0) >= REPEATED_SHARE * fact.score > 0:
            lost = max(lost, REPEATED * FADING**back * _STATES[fact.kind])
    return replace(fact, novelty=1 - lost) if lost else fact


def _join_happenings(facts: Sequence[NewsFact]) -> Iterable[NewsFact]:
    """The facts, each of which says which better one tells the same happening."""
    leads: list[NewsFact] = []
    for fact in facts:
        same = next((lead for lead in leads if _is_same(lead, fact)), None)
        if same is None:
            leads.append(fact)
            yield fact
        else:
            yield replace(fact, same_as=same.name)


def _is_same(lead: NewsFact, fact: NewsFact) -> bool:
    if lead.topic == fact.topic == "liquidations":
        return True
    if lead.subject and lead.kind == fact.kind:
        return True
    if any({lead.kind, fact.kind} <= kinds for kinds in _TOGETHER):
        return abs(_age_of(lead) - _age_of(fact)) <= 2
    return False
