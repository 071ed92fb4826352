"""Conditions → their variables, each with trial values around the numbers that it is compared with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from reporter.model.metric import MetricSpec, Unit
from reporter.rules.expressions.check import SAME_RANGE
from reporter.rules.expressions.signatures import FUNCTIONS
from reporter.rules.expressions.tree import (
    Among,
    Arithmetic,
    Compare,
    ConditionName,
    FunctionCall,
    IsMissing,
    MetricName,
    Negative,
    Node,
    format_node,
    list_children,
    literal_value,
)

MISSING = None
#: A plain value of each unit, for what is compared with nothing.
TYPICAL = {
    Unit.PRICE: 60_000.0,
    Unit.USD: 1e9,
    Unit.FRACTION: 0.02,
    Unit.VOL_POINTS: 50.0,
    Unit.SIGMA: 1.0,
    Unit.BP: 5.0,
    Unit.COUNT: 3.0,
    Unit.DAYS: 3.0,
    Unit.HASHPRICE: 40.0,
    Unit.LEVEL: 100.0,
    Unit.SCORE: 50.0,
    Unit.RATIO: 1.0,
    Unit.CORRELATION: 0.5,
    Unit.CONTRACTS: 1_000.0,
    Unit.INSTANT: 1_770_336_000.0,
    Unit.BOOL: 1.0,
}

#: Units that are whole numbers.
_WHOLE = (Unit.COUNT, Unit.DAYS)
#: Functions whose value lies in the range of their first argument.
#: Functions that are computed from variables and are none themselves.
_COMPUTED = ("abs", "min", "max", "count")
#: Where variables are compared with each other, a few that can stand in any order.
_SPREAD = (100.0, 95.0, 105.0, 10.0, 120.0, 1_000.0)
#: What makes such a number a likely value of a unit; instants count minutes from a midnight.
_SCALES = {Unit.FRACTION: 0.001, Unit.PRICE: 600.0, Unit.USD: 1e7, Unit.INSTANT: 600.0}
_MIDNIGHT = 1_770_336_000.0
_MOST = 40


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable's name and its trial values, the most typical first."""

    name: str
    values: tuple[float | None, ...]


@dataclass(slots=True)
class Variables:
    """The variables of some conditions.

    Attributes:
        found: name → variable.
        complete: whether no other value could make a difference.
    """

    found: Mapping[str, Variable]
    complete: bool


@dataclass(slots=True)
class _VariableUse:
    """What is known of a variable while conditions are walked: unit, range, limits."""

    unit: Unit | None
    low: float
    high: float
    flag: bool
    limits: set[float] = field(default_factory=set)
    spread: bool = False
    asked: bool = False


def find_variables(
    trees: Iterable[Node], expand: Callable[[Node], Sequence[Node] | None], registry: Mapping[str, MetricSpec]
) -> Variables:
    """Find the variables of some conditions, with trial values for each.

    Args:
        trees: the conditions.
        expand: what a named condition or fired() stands for; None where it is a variable itself.
        registry: metric id → declaration.
    """
    gatherer = _VariableGatherer(expand, registry)
    for tree in trees:
        gatherer.gather_condition(tree)
    found = {name: Variable(name, _list_trial_values(seen)) for name, seen in gatherer.seen.items()}
    return Variables(found, gatherer.complete)


class _VariableGatherer:
    def __init__(self, expand: Callable[[Node], Sequence[Node] | None], registry: Mapping[str, MetricSpec]) -> None:
        self.expand = expand
        self.registry = registry
        self.seen: dict[str, _VariableUse] = {}
        self.complete = True
        self.done: set[str] = set()

    def gather_condition(self, node: Node) -> None:
        match node:
            case Compare():
                for left, right in pairwise(node.items):
                    self.gather_comparison(left, right)
            case Among():
                for option in node.options:
                    self.gather_comparison(node.item, option)
            case IsMissing():
                for name in self.gather_number(node.item):
                    self.seen[name].asked = True
                if not self.is_numeric(node.item):
                    self.gather_condition(node.item)
            case ConditionName() | FunctionCall():
                self.gather_call(node)
            case MetricName():
                self.add_variable(node, flag=True)
            case _:
                for part in list_children(node):
                    self.gather_condition(part)

    def gather_call(self, node: ConditionName | FunctionCall) -> None:
        text = format_node(node)
        if text in self.done:
            return
        self.done.add(text)
        stands_for = self.expand(node)
        if stands_for is None:
            self.add_variable(node, flag=True)
        else:
            for part in stands_for:
                self.gather_condition(part)

    def is_numeric(self, node: Node) -> bool:
        return isinstance(node, MetricName | Arithmetic | Negative | FunctionCall) and not (
            isinstance(node, FunctionCall) and FUNCTIONS[node.name].result is Unit.BOOL
        )

    def gather_number(self, node: Node) -> list[str]:
        """Add the variables of a number and return their names."""
        if literal_value(node) is not None:
            return []
        if isinstance(node, MetricName) or (isinstance(node, FunctionCall) and node.name not in _COMPUTED):
            return [self.add_variable(node)]
        if isinstance(node, FunctionCall) and node.name == "count":
            for item in node.arguments:
                self.gather_condition(item)
            return []
        if not self.is_numeric(node):
            return []
        return [name for part in list_children(node) for name in self.gather_number(part)]

    def add_variable(self, node: Node, *, flag: bool = False) -> str:
        name = node.id if isinstance(node, MetricName) else format_node(node)
        if name not in self.seen:
            spec, unit = self.find_spec(node)
            low, high = (spec.low, spec.high) if spec else (float("-inf"), float("inf"))
            if isinstance(node, FunctionCall) and node.name == "percentile":
                low, high = 0.0, 1.0
            elif isinstance(node, FunctionCall) and (unit in _WHOLE or node.name in ("streak", "days_since")):
                low = 0.0
            boolean = flag or unit is Unit.BOOL
            self.seen[name] = _VariableUse(unit, low, high, boolean)
        return name

    def find_spec(self, node: Node) -> tuple[MetricSpec | None, Unit | None]:
        """The metric spec whose range a variable has, and the variable's unit."""
        if isinstance(node, MetricName):
            spec = self.registry.get(node.id)
            return spec, spec.unit if spec else None
        if not isinstance(node, FunctionCall):
            return None, None
        result = FUNCTIONS[node.name].result
        if node.name in SAME_RANGE:
            return self.find_spec(node.arguments[0])
        if result in ("first", "joined"):
            return None, self.find_spec(node.arguments[0])[1]
        return None, result if isinstance(result, Unit) else None

    def gather_comparison(self, left: Node, right: Node) -> None:
        """Add the limits that follow from comparing two nodes."""
        for node, other in ((left, right), (right, left)):
            names, limit = self.gather_number(node), literal_value(other)
            if limit is None:
                self.complete = self.complete and not names
                for name in names:
                    self.seen[name].spread = True
            elif len(names) == 1 and _is_plain_variable(node):
                # Under abs() and a minus both signs matter.
                mirrored = _is_absolute(node) or isinstance(node, Negative)
                self.seen[names[0]].limits |= {limit, -limit} if mirrored else {limit}
            elif names:
                self.complete = False
                for name in names:
                    self.seen[name].spread = True
                    self.seen[name].limits |= {limit, -limit}


def _is_absolute(node: Node) -> bool:
    return isinstance(node, FunctionCall) and node.name == "abs"


def _is_plain_variable(node: Node) -> bool:
    """Whether a node is a variable, its absolute value or its negative."""
    inner = node.arguments[0] if isinstance(node, FunctionCall) and node.name == "abs" else node
    inner = inner.item if isinstance(inner, Negative) else inner
    return isinstance(inner, MetricName) or (isinstance(inner, FunctionCall) and inner.name not in _COMPUTED)


def _list_trial_values(seen: _VariableUse) -> tuple[float | None, ...]:
    """List trial values: just beyond each limit, on it and between; then missing where that is asked about."""
    if seen.flag:
        found: list[float | None] = [1.0, 0.0]
        return (*found, MISSING) if seen.asked else tuple(found)
    if not seen.limits and not seen.spread:
        typical = min(max(TYPICAL.get(seen.unit or Unit.LEVEL, 1.0), seen.low), seen.high)
        return (typical, MISSING) if seen.asked else (typical,)
    limits = sorted(seen.limits)
    beside: list[float] = []
    for limit in limits:
        step = _choose_step(limit, seen)
        beside += [limit + step, limit - step]
    tried = [*beside, *limits, *((one + other) / 2 for one, other in pairwise(limits))]
    if seen.spread:
        scale = _SCALES.get(seen.unit or Unit.LEVEL, 1.0)
        start = _MIDNIGHT if seen.unit is Unit.INSTANT else 0.0
        tried += [start + value * scale for value in _SPREAD]
        tried += [-value * scale for value in _SPREAD[:3]]
    tried += [0.0] if not seen.spread or seen.low < 0 else []
    if seen.unit in _WHOLE:
        tried = [float(round(value)) for value in tried]
    within = [value for value in dict.fromkeys(tried) if seen.low <= value <= seen.high][:_MOST]
    if not within:
        within = [seen.low if seen.low > float("-inf") else min(seen.high, 0.0)]
    return (*within, MISSING) if seen.asked else tuple(within)


def _choose_step(limit: float, seen: _VariableUse) -> float:
    """Size of a step beyond a limit that is plausible to an editor and doesn't pass the next limit."""
    if seen.unit in _WHOLE:
        return 1.0
    near = [abs(other - limit) / 2 for other in seen.limits if other != limit]
    size = {Unit.FRACTION: 0.001}.get(seen.unit or Unit.LEVEL, abs(limit) / 20 or 0.1)
    return min([size, *near])
