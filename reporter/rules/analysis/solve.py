"""Conditions → values that make them true or false: counter-examples for lint, and drafts of cases.

A search over one imagined day. A metric is a variable; so is a look at other days (`prev(x)`, `percentile(x, 365)`),
known by its text. Values are tried at, just below and just above every number that a variable is compared with, so
that where all comparisons are with numbers, a search that finds nothing has shown that there is nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from reporter.model.metric import MetricSpec, Unit
from reporter.rules.analysis.variables import MISSING, Variable, find_variables
from reporter.rules.book.rule_book import Rule, RuleBook
from reporter.rules.engine.function_bodies import text_value as text_of
from reporter.rules.engine.kleene import TESTS
from reporter.rules.expressions.tree import (
    AllOf,
    Among,
    AnyOf,
    Arithmetic,
    Compare,
    ConditionName,
    FunctionCall,
    IsMissing,
    MetricName,
    Negative,
    Node,
    Not,
    NumberLiteral,
    TruthLiteral,
    format_node,
    literal_value,
)

#: How many partial assignments are looked at before a search is given up.
MOST = 30_000

#: A condition and what it is to come to; NOT_TRUE is false or unknown.
NOT_TRUE = "not true"
Goal = tuple[Node, bool | str]


class _Unset:
    """Mark of a value that isn't chosen yet."""


_UNSET = _Unset()
_Value = float | None | _Unset
_Truth = bool | None | _Unset


@dataclass(frozen=True, slots=True)
class SolverAnswer:
    """Result of a search: the values found, and whether finding none is a proof.

    Attributes:
        values: variable → value, of those that matter; None where there is no such world.
        sure: whether there being none is shown, and not only that none was found.
    """

    values: Mapping[str, float | None] | None
    sure: bool


class Solver:
    """Searches for values with which conditions of a rule book are true or false.

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

    def find_unit(self, name: str) -> Unit | None:
        """Unit of a variable that is a metric; None for any other."""
        spec = self.registry.get(name)
        return spec.unit if spec else None

    def find_values(self, goals: Sequence[Goal], fixed: Mapping[str, float | None] | None = None) -> SolverAnswer:
        """Search for values with which every goal is met; `fixed` variables keep theirs."""
        known = find_variables([tree for tree, _ in goals], self.expand_condition, self.registry)
        orders = [(one, other) for one, other in self.orders if one in known.found and other in known.found]
        search = _Search(self, goals, known.found, orders)
        found = search.search_values(dict(fixed or {}))
        return SolverAnswer(found, sure=found is None and known.complete and search.left > 0 and not orders)

    def expand_condition(self, node: Node) -> Sequence[Node] | None:
        """The conditions a named condition or fired() stands for: the first must hold, no other may."""
        if isinstance(node, ConditionName):
            return (self.conditions[node.name],)
        if self.into_fired and isinstance(node, FunctionCall) and node.name == "fired":
            rule = self.rules[text_of(node.arguments[0])]
            mates = (rule, *self.rivals[rule.id])
            if all(mate.hold_days == 1 and mate.until is None for mate in mates):
                return tuple(mate.when.tree for mate in mates)
        return None

    def evaluate_condition(self, node: Node, values: Mapping[str, float | None]) -> bool | None:
        """Evaluate a condition with some values; unknown where it needs one that isn't given."""
        found = _Search(self, (), {}, ()).evaluate_condition(node, dict(values))
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

    def search_values(self, values: dict[str, float | None]) -> dict[str, float | None] | None:
        """Search depth first: choose a value for the variable that leaves a goal open, and evaluate again."""
        self.left -= 1
        if self.left <= 0 or not self.respects_orders(values):
            return None
        for tree, wanted in self.goals:
            self.open = ""
            found = self.evaluate_condition(tree, values)
            if isinstance(found, _Unset):
                name = self.open
                for value in self.variables[name].values:
                    answer = self.search_values({**values, name: value})
                    if answer is not None:
                        return answer
                return None
            if (found is True) if wanted == NOT_TRUE else (found is not wanted):
                return None
        return values

    def respects_orders(self, values: Mapping[str, float | None]) -> bool:
        for one, other in self.orders:
            low, high = values.get(one), values.get(other)
            if low is not None and high is not None and low > high:
                return False
        return True

    def read_variable(self, name: str, values: Mapping[str, float | None]) -> _Value:
        if name in values:
            return values[name]
        self.open = self.open or name
        return _UNSET

    def evaluate_number(self, node: Node, values: dict[str, float | None]) -> _Value:
        match node:
            case NumberLiteral():
                return node.value
            case MetricName():
                return self.read_variable(node.id, values)
            case Negative():
                item = self.evaluate_number(node.item, values)
                return -item if isinstance(item, float) else item
            case Arithmetic():
                return _compute_arithmetic(
                    node.sign, self.evaluate_number(node.left, values), self.evaluate_number(node.right, values)
                )
            case FunctionCall(name="abs" | "min" | "max"):
                return _reduce_values(node.name, [self.evaluate_number(item, values) for item in node.arguments])
            case FunctionCall(name="count"):
                found = [self.evaluate_condition(item, values) for item in node.arguments]
                if any(isinstance(item, _Unset) for item in found):
                    return _UNSET
                return None if None in found else float(found.count(True))
            case _:
                return self.read_variable(format_node(node), values)

    def evaluate_condition(self, node: Node, values: dict[str, float | None]) -> _Truth:
        match node:
            case TruthLiteral():
                return node.value
            case AllOf() | AnyOf():
                return self.evaluate_logic(node, values)
            case Not():
                return _negate_truth(self.evaluate_condition(node.item, values))
            case IsMissing():
                item = self.evaluate_node(node.item, values)
                return item if isinstance(item, _Unset) else item is None
            case Compare():
                return self.evaluate_comparison(node, values)
            case Among():
                found = self.evaluate_number(node.item, values)
                options = [literal_value(option) for option in node.options]
                return found in options if isinstance(found, float) else _keep_unset(found)
            case ConditionName() | FunctionCall():
                return self.evaluate_named(node, values)
            case _:
                return self.evaluate_flag(format_node(node), values)

    def evaluate_node(self, node: Node, values: dict[str, float | None]) -> _Value | _Truth:
        condition = isinstance(node, AllOf | AnyOf | Not | Compare | Among | ConditionName | TruthLiteral | IsMissing)
        return self.evaluate_condition(node, values) if condition else self.evaluate_number(node, values)

    def evaluate_named(self, node: ConditionName | FunctionCall, values: dict[str, float | None]) -> _Truth:
        stands_for = self.solver.expand_condition(node)
        if stands_for is None:
            return self.evaluate_flag(format_node(node), values)
        first = self.evaluate_condition(stands_for[0], values)
        if first is not True:
            return first
        for rival in stands_for[1:]:
            other = self.evaluate_condition(rival, values)
            if isinstance(other, _Unset):
                return other
            if other:
                return False
        return True

    def evaluate_flag(self, name: str, values: dict[str, float | None]) -> _Truth:
        value = self.read_variable(name, values)
        return value != 0 if isinstance(value, float) else _keep_unset(value)

    def evaluate_logic(self, node: AllOf | AnyOf, values: dict[str, float | None]) -> _Truth:
        either = isinstance(node, AnyOf)
        found: list[_Truth] = []
        for item in node.items:
            value = self.evaluate_condition(item, values)
            if value is either:
                return either
            found.append(value)
        undecided = next((value for value in found if isinstance(value, _Unset)), None)
        if undecided is not None:
            return undecided
        return None if None in found else not either

    def evaluate_comparison(self, node: Compare, values: dict[str, float | None]) -> _Truth:
        items = [self.evaluate_number(item, values) for item in node.items]
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


def _keep_unset(value: float | _Unset | None) -> _Unset | None:
    return value if isinstance(value, _Unset) else None


def _negate_truth(value: _Truth) -> _Truth:
    return not value if isinstance(value, bool) else value


def _compute_arithmetic(sign: str, left: _Value, right: _Value) -> _Value:
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


def _reduce_values(name: str, items: Iterable[_Value]) -> _Value:
    found = list(items)
    if any(isinstance(item, _Unset) for item in found):
        return _UNSET
    known = [item for item in found if isinstance(item, float)]
    if len(known) < len(found):
        return MISSING
    return abs(known[0]) if name == "abs" else min(known) if name == "min" else max(known)
