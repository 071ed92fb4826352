"""Tree × names → its unit, or every reason why it means nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from reporter.diagnostics import did_you_mean
from reporter.model.metric import MetricSpec, Unit
from reporter.rules.lex import RefusedError
from reporter.rules.signatures import EVENT_TOPICS, FUNCTIONS, INSTRUMENT_KINDS, MAX_DAYS, Function, Param
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
    Text,
    Truth,
    literal,
    show,
)
from reporter.rules.units import countable, divided, fits, multiplied, summed

_DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
#: Functions whose value lies in the range of their first argument.
_SAME_RANGE = ("prev", "ago", "max_over", "min_over", "mean_over")


@dataclass(frozen=True, slots=True)
class Names:
    """Everything that an expression can name.

    Attributes:
        registry: metric id → declaration.
        conditions: names of conditions.
        rules: ids of rules.
    """

    registry: Mapping[str, MetricSpec]
    conditions: Collection[str]
    rules: Collection[str]


def check(
    tree: Node, names: Names, wanted: Literal["condition", "fact"]
) -> tuple[Unit | None, tuple[RefusedError, ...]]:
    """Check names, arguments and units of an expression.

    Args:
        tree: the expression.
        names: what it may name.
        wanted: a condition is true or false; a fact is a value with a unit.

    Returns:
        The unit, and what is wrong, in the order of the text; the unit means nothing unless that is empty.
    """
    checker = _Checker(names)
    unit: Unit | None = None
    try:
        if wanted == "condition":
            checker.condition(tree)
            unit = Unit.BOOL
        else:
            unit = checker.fact(tree)
    except RefusedError as refusal:
        checker.refusals.append(refusal)
    return unit, tuple(sorted(checker.refusals, key=lambda refusal: refusal.at))


class _Checker:
    """Walks a tree; a clause that is refused doesn't hide what is wrong in the next."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.refusals: list[RefusedError] = []

    def fact(self, node: Node) -> Unit:
        function = FUNCTIONS.get(node.name) if isinstance(node, Call) else None
        if isinstance(node, Call) and function is not None and function.whole:
            unit: Unit | None = self.call(node, function)
        else:
            unit = self.unit(node)
        if unit is Unit.BOOL:
            raise RefusedError(
                node.at, "a fact is a value, and this is a condition", "count(…) makes a number of conditions"
            )
        if unit is None:
            raise RefusedError(node.at, f'a fact needs a unit, and "{show(node)}" has none', "compute it from a metric")
        return unit

    def condition(self, node: Node) -> None:
        unit = self.unit(node)
        if unit is not Unit.BOOL:
            name = unit.value if unit else "a plain number"
            raise RefusedError(node.at, f'"{show(node)}" is {name}, not a condition', "compare it with something")

    def number(self, node: Node) -> Unit | None:
        unit = self.unit(node)
        if not countable(unit):
            raise RefusedError(node.at, f'"{show(node)}" is {_called(unit)}, not a number to compute with')
        return unit

    def unit(self, node: Node) -> Unit | None:
        match node:
            case Number():
                return node.unit
            case Truth():
                return Unit.BOOL
            case Text():
                raise RefusedError(node.at, f'the text "{node.value}" can\'t stand here', "only functions take a text")
            case Metric() | Named():
                return self.name(node)
            case All() | AnyOf() | Not():
                self.clauses(node.items if isinstance(node, All | AnyOf) else (node.item,))
                return Unit.BOOL
            case Missing():
                self.unit(node.item)
                return Unit.BOOL
            case Compare() | Among():
                self.comparison(node)
                return Unit.BOOL
            case Negative():
                return self.number(node.item)
            case Arithmetic():
                return self.arithmetic(node)
            case Call():
                return self.part(node)

    def clauses(self, items: Sequence[Node]) -> None:
        for item in items:
            try:
                self.condition(item)
            except RefusedError as refusal:
                self.refusals.append(refusal)

    def name(self, node: Metric | Named) -> Unit:
        name = node.id if isinstance(node, Metric) else node.name
        spec = self.names.registry.get(name)
        if isinstance(node, Metric) and spec is not None:
            if spec.unit is Unit.TEXT:
                raise RefusedError(node.at, f'"{name}" is text, and rules reason about numbers')
            return spec.unit
        if isinstance(node, Named) and name in self.names.conditions:
            return Unit.BOOL
        if isinstance(node, Metric):
            raise RefusedError(node.at, f'unknown metric "{name}"', did_you_mean(name, self.names.registry))
        if name in FUNCTIONS:
            raise RefusedError(node.at, f'"{name}" is a function', f"write {FUNCTIONS[name].usage}")
        near = did_you_mean(name, [*self.names.conditions, *self.names.registry])
        raise RefusedError(node.at, f'unknown name "{name}"', near)

    def comparison(self, node: Compare | Among) -> None:
        if isinstance(node, Compare):
            pairs = list(zip(node.items, node.items[1:], strict=False))
        else:
            pairs = [(node.item, option) for option in node.options]
            for option in node.options:
                if literal(option) is None:
                    raise RefusedError(option.at, "only literals can stand in the list", "write x in [1, 2, 3]")
        for left, right in pairs:
            one, other = self.comparable(left), self.comparable(right)
            if not _comparable(left, one, right, other):
                what = f"compares {_called(one)} ({show(left)}) with {_called(other)} ({show(right)})"
                raise RefusedError(right.at, what, _basis_points(left, one, right, other))
            self.in_range(left, right)
            self.in_range(right, left)

    def comparable(self, node: Node) -> Unit | None:
        unit = self.unit(node)
        if unit is Unit.BOOL:
            raise RefusedError(
                node.at, f'"{show(node)}" is a condition already', "leave the comparison out, or write not"
            )
        return unit

    def in_range(self, node: Node, number: Node) -> None:
        """Refuse a bare number that a fraction can't reach: its author meant percent."""
        while isinstance(node, Call) and node.name in _SAME_RANGE:
            node = node.arguments[0]
        value = literal(number)
        bare = number.item if isinstance(number, Negative) else number
        if value is None or not isinstance(node, Metric) or not isinstance(bare, Number) or bare.unit is not None:
            return
        spec = self.names.registry[node.id]
        if spec.unit is Unit.FRACTION and not spec.low <= value <= spec.high:
            what = f'"{show(number)}" is outside {node.id}\'s range {_bound(spec.low)}…{_bound(spec.high)}'
            raise RefusedError(number.at, what, f"write {_bound(value)}% for {_spelled(value)} percent")

    def arithmetic(self, node: Arithmetic) -> Unit | None:
        left, right = self.number(node.left), self.number(node.right)
        if node.sign in ("+", "-"):
            if not fits(left, right):
                verb = "adds" if node.sign == "+" else "subtracts"
                what = f"{verb} {_called(left)} ({show(node.left)}) and {_called(right)} ({show(node.right)})"
                raise RefusedError(node.right.at, what)
            return summed(left, right)
        try:
            return multiplied(left, right) if node.sign == "*" else divided(left, right)
        except ValueError:
            verb = "multiplies" if node.sign == "*" else "divides"
            between = "and" if node.sign == "*" else "by"
            what = f"{verb} {_called(left)} ({show(node.left)}) {between} {_called(right)} ({show(node.right)})"
            raise RefusedError(node.right.at, what) from None

    def part(self, node: Call) -> Unit | None:
        function = FUNCTIONS.get(node.name)
        if function is None:
            raise RefusedError(node.at, f'unknown function "{node.name}"', did_you_mean(node.name, FUNCTIONS))
        if function.whole:
            raise RefusedError(node.at, f"{node.name}() must be a whole fact", "name it under facts, alone")
        return self.call(node, function)

    def call(self, node: Call, function: Function) -> Unit | None:
        most, least = len(function.params), len(function.params) - function.optional
        if len(node.arguments) < least or (len(node.arguments) > most and not function.variadic):
            given = "1 argument" if len(node.arguments) == 1 else f"{len(node.arguments)} arguments"
            raise RefusedError(node.at, f"{node.name}() doesn't take {given}", f"write {function.usage}")
        params = (*function.params, *(function.params[-1:] * max(0, len(node.arguments) - most)))
        units = [self.argument(item, param, function) for item, param in zip(node.arguments, params, strict=False)]
        if node.name in ("crossed", "min", "max"):
            for item, unit in zip(node.arguments[1:], units[1:], strict=True):
                if not _comparable(node.arguments[0], units[0], item, unit):
                    what = (
                        f"compares {_called(units[0])} ({show(node.arguments[0])}) with {_called(unit)} ({show(item)})"
                    )
                    raise RefusedError(item.at, what)
                self.in_range(node.arguments[0], item)
        if function.result == "joined":
            joined = units[0]
            for unit in units[1:]:
                joined = summed(joined, unit)
            return joined
        return units[0] if function.result == "first" else function.result

    def argument(self, node: Node, param: Param, function: Function) -> Unit | None:
        match param:
            case Param.VALUE:
                return self.unit(node)
            case Param.NUMBER:
                return self.number(node)
            case Param.CONDITION:
                self.condition(node)
            case Param.DAYS | Param.SPAN:
                self.days(node, param, function.least)
            case _:
                self.text(node, param, function)
        return None

    def days(self, node: Node, param: Param, least: int) -> None:
        value = literal(node)
        if value is None and param is Param.DAYS:
            unit = self.unit(node)
            if unit not in (None, Unit.COUNT, Unit.DAYS):
                raise RefusedError(node.at, f'"{show(node)}" is {_called(unit)}, not a number of days')
            return
        whole = value is not None and value == int(value) and least <= value <= MAX_DAYS
        if not whole or (isinstance(node, Number) and node.unit not in (None, Unit.DAYS)):
            raise RefusedError(
                node.at, f'"{show(node)}" isn\'t a whole number of days from {least} to {MAX_DAYS}', "write 3d"
            )

    def text(self, node: Node, param: Param, function: Function) -> None:
        if not isinstance(node, Text):
            raise RefusedError(node.at, f'"{show(node)}" must be in quotes', f"write {function.usage}")
        value = node.value
        known: Mapping[Param, tuple[str, Collection[str]]] = {
            Param.RULE: ("rule", self.names.rules),
            Param.TOPIC: ("topic", EVENT_TOPICS),
            Param.KIND: ("class of instruments", INSTRUMENT_KINDS),
        }
        if param in known:
            noun, values = known[param]
            if value not in values:
                near = did_you_mean(value, values)
                listed = f"one of {', '.join(values)}" if param is not Param.RULE else ""
                raise RefusedError(node.at, f'unknown {noun} "{value}"', near or listed)
        else:
            self.pattern(node)

    def pattern(self, node: Text) -> None:
        if node.value.count("*") != 1 or set(node.value) & set("?[]"):
            raise RefusedError(
                node.at, f'"{node.value}" needs one * where the instrument stands', 'as "macro.*.return_1d"'
            )
        found = [spec.unit for name, spec in self.names.registry.items() if fnmatchcase(name, node.value)]
        if not found:
            head, tail = node.value.split("*")
            known = {f"{head}*.{name.rsplit('.', 1)[-1]}" for name in self.names.registry if name.startswith(head)}
            hint = did_you_mean(f"{head}*{tail}", sorted(known))
            raise RefusedError(node.at, f'no metric is named "{node.value}"', hint)
        if len(set(found)) > 1:
            units = ", ".join(sorted({unit.value for unit in found}))
            raise RefusedError(node.at, f'the metrics "{node.value}" have different units', units)


def _comparable(left: Node, one: Unit | None, right: Node, other: Unit | None) -> bool:
    """Units that fit; a literal number of days also fits a count of days."""
    if fits(one, other):
        return True
    literals = (isinstance(left, Number) and one is Unit.DAYS) or (isinstance(right, Number) and other is Unit.DAYS)
    return literals and {one, other} == {Unit.DAYS, Unit.COUNT}


def _basis_points(left: Node, one: Unit | None, right: Node, other: Unit | None) -> str:
    for node, unit in ((left, other), (right, one)):
        bare = node.item if isinstance(node, Negative) else node
        if unit is Unit.BP and isinstance(bare, Number) and bare.text.endswith("bp"):
            return f"the metric is in basis points already, write {bare.text.removesuffix('bp')}"
    return ""


def _called(unit: Unit | None) -> str:
    return {None: "a plain number", Unit.BOOL: "a condition"}.get(unit) or str(unit.value if unit else "")


def _bound(value: float) -> str:
    if abs(value) == float("inf"):
        return "-∞" if value < 0 else "∞"
    return f"{value:g}"


def _spelled(value: float) -> str:
    size = abs(value)
    word = _DIGITS[int(size)] if size == int(size) and size < len(_DIGITS) else _bound(size)
    return f"minus {word}" if value < 0 else word
