"""Rule × day → the smallest change of one reading that would make the rule fire, or not fire.

For every comparison that the rule rests on, also through named conditions and fired(), the value that each of its
metrics would have to have is worked out from two trials, and tried on the whole rule. Nearness is counted in the
metric's own usual daily changes, so that a per cent of price and a per cent of funding are not taken for alike.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import ceil, floor, sqrt

from reporter.diagnostics.errors import HeldError
from reporter.model.finding import State
from reporter.model.metric import MetricSet, Unit
from reporter.rules.book.rule_book import Rule
from reporter.rules.engine.binding import Scope
from reporter.rules.engine.evaluate import Replay
from reporter.rules.engine.function_bodies import text_value as text_of
from reporter.rules.expressions.condition_leaves import iterate_leaves
from reporter.rules.expressions.tree import Compare, FunctionCall, MetricName, Node, literal_value, walk_tree

WHOLE_UNITS = (Unit.COUNT, Unit.DAYS, Unit.BOOL)
_HISTORY, _FEWEST = 90, 10


@dataclass(frozen=True, slots=True)
class Flip:
    """A change of one reading that would make a rule fire, or not fire.

    Attributes:
        metric: what would have to be different.
        value: what it was; None where it was missing.
        needed: from where on the rule turns.
        above: whether the metric would have to be at or above that, or at or below it.
        unit: unit of both.
        usual: how many of the metric's usual daily changes it is away; None where that isn't known.
        state: what the rule would be then.
    """

    metric: str
    value: float | None
    needed: float
    above: bool
    unit: Unit
    usual: float | None
    state: State


def find_nearest_flip(replay: Replay, rule: Rule, index: int) -> Flip | None:
    """The smallest change of one of a day's readings that would make a rule fire, or not; None if none does.

    Args:
        replay: the rule book bound to the metrics.
        rule: the rule.
        index: the day's position.
    """
    fires = _find_state(replay, rule, index) is State.FIRED
    found = [flip for flip in _iterate_flips(replay, rule, index) if (flip.state is State.FIRED) is not fires]
    return min(found, key=_nearness_key, default=None)


def _nearness_key(flip: Flip) -> tuple[bool, float, str]:
    """Sorting key of a flip: known readings first, then by number of usual daily changes."""
    return flip.value is None, flip.usual if flip.usual is not None else float("inf"), flip.metric


def _iterate_flips(replay: Replay, rule: Rule, index: int) -> Iterator[Flip]:
    tried: set[tuple[str, float]] = set()
    for leaf in _iterate_comparisons(replay, replay.choose_condition(rule, index).tree, set()):
        for metric in dict.fromkeys(part.id for part in walk_tree(leaf) if isinstance(part, MetricName)):
            series = replay.metrics.series.get(metric)
            if series is None:
                continue
            for needed, above in _iterate_turning_values(replay, leaf, metric, index):
                value = _step_beyond(needed, series.spec.unit, above=above)
                if not series.spec.low <= value <= series.spec.high or (metric, value) in tried:
                    continue
                tried.add((metric, value))
                world = replace_values(replay.metrics, {metric: value}, index)
                state = _find_state(Replay(replay.book, world), rule, index)
                usual = _compute_usual_change(series.values, index)
                was = series.values[index]
                away = abs(value - was) / usual if was is not None and usual else None
                # Beyond a threshold that is met exactly, or between whole numbers, is the next value there is.
                shown = value if series.spec.unit in WHOLE_UNITS else needed
                yield Flip(metric, was, shown, above, series.spec.unit, away, state)


def _find_state(replay: Replay, rule: Rule, index: int) -> State:
    """A rule's state on a day, suppression included; unknown where the brief would be held."""
    try:
        by = replay.find_suppressors(rule.id, index)
    except HeldError:
        return State.UNKNOWN
    return State.SUPPRESSED if by else replay.find_state(rule.id, index)


def _iterate_comparisons(replay: Replay, tree: Node, seen: set[str]) -> Iterator[Compare]:
    """The comparisons of a condition, and of the rules that it names in fired()."""
    for leaf in iterate_leaves(tree, replay.conditions):
        if isinstance(leaf, Compare):
            yield leaf
        for part in walk_tree(leaf):
            if isinstance(part, FunctionCall) and part.name == "fired":
                name = text_of(part.arguments[0])
                if name not in seen:
                    seen.add(name)
                    for mate in (name, *replay.list_rivals(name)):
                        yield from _iterate_comparisons(replay, replay.get_rule(mate).when.tree, seen)


def _iterate_turning_values(replay: Replay, leaf: Compare, metric: str, index: int) -> Iterator[tuple[float, bool]]:
    """Values of a metric at which a comparison turns, each with whether the metric must be above it."""
    was = replay.metrics.series[metric].values[index]
    for left, right in zip(leaf.items, leaf.items[1:], strict=False):
        if was is None:
            limit = literal_value(right)
            if limit is not None and isinstance(left, MetricName):
                yield limit, True
                yield limit, False
            continue
        here = _compute_difference(replay, left, right, {metric: was}, index)
        step = abs(was) / 1000 or 1e-4
        for sign in (1.0, -1.0):
            there = _compute_difference(replay, left, right, {metric: was + sign * step}, index)
            if here is None or there is None or there == here:
                continue
            needed = was - here * (sign * step) / (there - here)
            yield needed, needed > was or (needed == was and sign > 0)
            if isinstance(left, FunctionCall) and left.name == "abs":
                yield -needed, -needed > was
            break


def _compute_difference(
    replay: Replay, left: Node, right: Node, values: Mapping[str, float], index: int
) -> float | None:
    scope = Scope(replace_values(replay.metrics, values, index), replay.conditions, lambda *_: None)
    one, other = scope.bind_number(left)(index), scope.bind_number(right)(index)
    return None if one is None or other is None else one - other


def replace_values(metrics: MetricSet, values: Mapping[str, float | None], index: int) -> MetricSet:
    """The metrics with some values of one day replaced; each keeps the source of its series.

    Args:
        metrics: the metrics.
        values: metric id → its value, None for missing.
        index: the day's position.
    """
    series = dict(metrics.series)
    for name, value in values.items():
        old = series[name]
        source = old.source[index] or next((one for one in reversed(old.source[:index]) if one), "supposed")
        series[name] = replace(
            old,
            values=(*old.values[:index], value, *old.values[index + 1 :]),
            source=(*old.source[:index], source, *old.source[index + 1 :]),
        )
    return replace(metrics, series=series)


def _step_beyond(needed: float, unit: Unit, *, above: bool) -> float:
    """A value just beyond the needed one that shows as the same number."""
    if unit in WHOLE_UNITS:
        rounded = round(needed)
        if abs(rounded - needed) < 1e-9:
            return float(rounded + (1 if above else -1))
        return float(ceil(needed) if above else floor(needed))
    step = max(abs(needed) * 1e-9, 1e-12)
    return needed + step if above else needed - step


def _compute_usual_change(values: tuple[float | None, ...], index: int) -> float | None:
    """Root mean square of a metric's daily changes before a day; None with too few."""
    days = [value for value in values[max(0, index - _HISTORY) : index] if value is not None]
    changes = [later - earlier for earlier, later in itertools.pairwise(days)]
    if len(changes) < _FEWEST:
        return None
    return sqrt(sum(change * change for change in changes) / len(changes)) or None
