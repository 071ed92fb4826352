"""Looks for values that make conditions true or false: the counter-examples of lint, and the first draft of cases.

A search over one imagined day. A metric is a variable; so is a look at other days (`prev(x)`, `percentile(x, 365)`),
known by its text. Values are tried at, just below and just above every number that a variable is compared with, so
that where all comparisons are with numbers, a search that finds nothing has shown that there is nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from reporter.model.metric import MetricSpec, Unit
from reporter.rules.book import Rule, RuleBook
from reporter.rules.functions import text as text_of
from reporter.rules.kleene import TESTS
from reporter.rules.tree import (
    All,
    Among,
    AnyOf,
    Arithmetic,
    Call,
    Compare,
    Metric,
    Missing,
    Named,
    Negative,
    Node,
    Not,
    Number,
    Truth,
    literal,
    show,
)
from reporter.rules.variables import MISSING, Variable, variables_of

#: How many partial assignments are looked at before a search is given up.
MOST = 30_000

#: A condition and what it is to come to; NOT_TRUE is false or unknown.
NOT_TRUE = "not true"
Goal = tuple[Node, bool | str]


class _Unset:
    """Not chosen yet."""


_UNSET = _Unset()
_Value = float | None | _Unset
_Truth = bool | None | _Unset


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search found.

    Attributes:
        values: variable → value, of those that matter; None where there is no such world.
        sure: whether there being none is shown, and not only that none was found.
    """

    values: Mapping[str, float | None] | None
    sure: bool


class Solver:
    """Searches over one rule book.

    Attributes:
        book: the rules.
        registry: metric id → declaration.
        ordered: metrics of which each is never larger than the next: (low, close, high).
        into_fired: whether fired() is looked into; else it is a variable.
    """

    def __init__(
        self,
        book: RuleBook,
        registry: Mapping[str, MetricSpec],
        ordered: Sequence[Sequence[str]] = (),
        *,
        into_fired: bool = True,
    ) -> None:
        self.into_fired = into_fired
        self.registry = registry
        self.conditions = {name: expression.tree for name, expression in book.conditions.items()}
        self.rules = {rule.id: rule for rule in book.rules}
        self.rivals: dict[str, list[Rule]] = {rule.id: [] for rule in book.rules}
        first: dict[str, list[Rule]] = {}
        for rule in book.rules:
            if rule.group and rule.pick == "first":
                self.rivals[rule.id] = list(first.setdefault(rule.group, []))
                first[rule.group].append(rule)
        self.orders = [(one, other) for row in ordered for one, other in pairwise(row)]

    def unit(self, name: str) -> Unit | None:
        """Unit of a variable, as far as its name tells."""
        spec = self.registry.get(name)
        return spec.unit if spec else None

    def solve(self, goals: Sequence[Goal], fixed: Mapping[str, float | None] | None = None) -> Answer:
        """Look for one world in which every goal is met; `fixed` variables keep their values."""
        known = variables_of([tree for tree, _ in goals], self.expand, self.registry)
        orders = [(one, other) for one, other in self.orders if one in known.found and other in known.found]
        search = _Search(self, goals, known.found, orders)
        found = search.run(dict(fixed or {}))
        return Answer(found, sure=found is None and known.complete and search.left > 0 and not orders)

    def expand(self, node: Node) -> Sequence[Node] | None:
        """What a named condition or fired() stands for: conditions of which the first is to hold and no other."""
        if isinstance(node, Named):
            return (self.conditions[node.name],)
        if self.into_fired and isinstance(node, Call) and node.name == "fired":
            rule = self.rules[text_of(node.arguments[0])]
            mates = (rule, *self.rivals[rule.id])
            if all(mate.hold_days == 1 and mate.until is None for mate in mates):
                return tuple(mate.when.tree for mate in mates)
        return None

    def truth(self, node: Node, values: Mapping[str, float | None]) -> bool | None:
        """What a condition comes to in a world; what the world leaves open is unknown."""
        found = _Search(self, (), {}, ()).truth(node, dict(values))
        return None if isinstance(found, _Unset) else found


class _Search:
    def __init__(
        self,
        solver: Solver,
        goals: Sequence[Goal],
        variables: Mapping[str, Variable],
        orders: Sequence[tuple[str, str]],
    ) -> None:
        self.solver, self.goals, self.variables, self.orders = solver, goals, variables, orders
        self.left = MOST
        self.open = ""

    def run(self, values: dict[str, float | None]) -> dict[str, float | None] | None:
        """Depth first: choose a value for whatever kept a goal open, and look again."""
        self.left -= 1
        if self.left <= 0 or not self.ordered(values):
            return None
        for tree, wanted in self.goals:
            self.open = ""
            found = self.truth(tree, values)
            if isinstance(found, _Unset):
                name = self.open
                for value in self.variables[name].values:
                    answer = self.run({**values, name: value})
                    if answer is not None:
                        return answer
                return None
            if (found is True) if wanted == NOT_TRUE else (found is not wanted):
                return None
        return values

    def ordered(self, values: Mapping[str, float | None]) -> bool:
        for one, other in self.orders:
            low, high = values.get(one), values.get(other)
            if low is not None and high is not None and low > high:
                return False
        return True

    def variable(self, name: str, values: Mapping[str, float | None]) -> _Value:
        if name in values:
            return values[name]
        self.open = self.open or name
        return _UNSET

    def number(self, node: Node, values: dict[str, float | None]) -> _Value:
        match node:
            case Number():
                return node.value
            case Metric():
                return self.variable(node.id, values)
            case Negative():
                item = self.number(node.item, values)
                return -item if isinstance(item, float) else item
            case Arithmetic():
                return _computed(node.sign, self.number(node.left, values), self.number(node.right, values))
            case Call(name="abs" | "min" | "max"):
                return _reduced(node.name, [self.number(item, values) for item in node.arguments])
            case Call(name="count"):
                found = [self.truth(item, values) for item in node.arguments]
                if any(isinstance(item, _Unset) for item in found):
                    return _UNSET
                return None if None in found else float(found.count(True))
            case _:
                return self.variable(show(node), values)

    def truth(self, node: Node, values: dict[str, float | None]) -> _Truth:
        match node:
            case Truth():
                return node.value
            case All() | AnyOf():
                return self.joined(node, values)
            case Not():
                return _negated(self.truth(node.item, values))
            case Missing():
                item = self.either(node.item, values)
                return item if isinstance(item, _Unset) else item is None
            case Compare():
                return self.compared(node, values)
            case Among():
                found = self.number(node.item, values)
                options = [literal(option) for option in node.options]
                return found in options if isinstance(found, float) else _passed(found)
            case Named() | Call():
                return self.named(node, values)
            case _:
                return self.flag(show(node), values)

    def either(self, node: Node, values: dict[str, float | None]) -> _Value | _Truth:
        condition = isinstance(node, All | AnyOf | Not | Compare | Among | Named | Truth | Missing)
        return self.truth(node, values) if condition else self.number(node, values)

    def named(self, node: Named | Call, values: dict[str, float | None]) -> _Truth:
        stands_for = self.solver.expand(node)
        if stands_for is None:
            return self.flag(show(node), values)
        first = self.truth(stands_for[0], values)
        if first is not True:
            return first
        for rival in stands_for[1:]:
            other = self.truth(rival, values)
            if isinstance(other, _Unset):
                return other
            if other:
                return False
        return True

    def flag(self, name: str, values: dict[str, float | None]) -> _Truth:
        value = self.variable(name, values)
        return value != 0 if isinstance(value, float) else _passed(value)

    def joined(self, node: All | AnyOf, values: dict[str, float | None]) -> _Truth:
        either = isinstance(node, AnyOf)
        found: list[_Truth] = []
        for item in node.items:
            value = self.truth(item, values)
            if value is either:
                return either
            found.append(value)
        undecided = next((value for value in found if isinstance(value, _Unset)), None)
        if undecided is not None:
            return undecided
        return None if None in found else not either

    def compared(self, node: Compare, values: dict[str, float | None]) -> _Truth:
        items = [self.number(item, values) for item in node.items]
        result: _Truth = True
        for (left, right), sign in zip(pairwise(items), node.signs, strict=True):
            if isinstance(left, float) and isinstance(right, float):
                if not TESTS[sign](left, right):
                    return False
            elif isinstance(left, _Unset) or isinstance(right, _Unset):
                result = _UNSET
            elif result is True:
                result = None
        return result


def _passed(value: float | _Unset | None) -> _Unset | None:
    return value if isinstance(value, _Unset) else None


def _negated(value: _Truth) -> _Truth:
    return not value if isinstance(value, bool) else value


def _computed(sign: str, left: _Value, right: _Value) -> _Value:
    if isinstance(left, _Unset) or isinstance(right, _Unset):
        return _UNSET
    if left is None or right is None or (sign == "/" and right == 0):
        return None
    operations: Mapping[str, Callable[[float, float], float]] = {
        "+": lambda one, other: one + other,
        "-": lambda one, other: one - other,
        "*": lambda one, other: one * other,
        "/": lambda one, other: one / other,
    }
    return operations[sign](left, right)


def _reduced(name: str, items: Iterable[_Value]) -> _Value:
    found = list(items)
    if any(isinstance(item, _Unset) for item in found):
        return _UNSET
    known = [item for item in found if isinstance(item, float)]
    if len(known) < len(found):
        return MISSING
    return abs(known[0]) if name == "abs" else min(known) if name == "min" else max(known)
