"""Expression tree × names → its unit, or every error of names, arguments and units."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from reporter.diagnostics.diagnostic import did_you_mean
from reporter.model.hourly import HOURLY_FUNCTIONS, LAST_HOUR, make_hourly_spec, parse_hourly_id
from reporter.model.metric import MetricSpec, Unit
from reporter.rules.expressions.lex import RefusedError
from reporter.rules.expressions.signatures import (
    EVENT_TOPICS,
    FUNCTIONS,
    INSTRUMENT_KINDS,
    MAX_DAYS,
    FunctionSignature,
    ParameterKind,
)
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
    TextLiteral,
    TruthLiteral,
    format_node,
    literal_value,
)
from reporter.rules.expressions.units import (
    allows_arithmetic,
    unit_of_product,
    unit_of_quotient,
    unit_of_sum,
    units_fit,
)

_DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
#: Functions whose value lies in the range of their first argument.
SAME_RANGE = ("prev", "ago", "max_over", "min_over", "mean_over")


@dataclass(frozen=True, slots=True)
class KnownNames:
    """Everything that an expression may name.

    Attributes:
        registry: metric id → declaration.
        conditions: names of conditions.
        rules: ids of rules.
    """

    registry: Mapping[str, MetricSpec]
    conditions: Collection[str]
    rules: Collection[str]

    def find_spec(self, metric: str) -> MetricSpec | None:
        """Return a metric's declaration, that of a reading of hours inside a day too; None where there is none."""
        reading = parse_hourly_id(metric)
        return self.registry.get(metric) if reading is None else make_hourly_spec(reading, self.registry)


def check_expression(
    tree: Node, names: KnownNames, wanted: Literal["condition", "fact"]
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
            checker.check_condition(tree)
            unit = Unit.BOOL
        else:
            unit = checker.check_fact(tree)
    except RefusedError as refusal:
        checker.refusals.append(refusal)
    return unit, tuple(sorted(checker.refusals, key=lambda refusal: refusal.at))


class _Checker:
    """Checks a tree's names, arguments and units; collects every refusal and doesn't stop at the first."""

    def __init__(self, names: KnownNames) -> None:
        self.names = names
        self.refusals: list[RefusedError] = []

    def check_fact(self, node: Node) -> Unit:
        function = FUNCTIONS.get(node.name) if isinstance(node, FunctionCall) else None
        if isinstance(node, FunctionCall) and function is not None and function.whole:
            unit: Unit | None = self.check_call(node, function)
        else:
            unit = self.infer_unit(node)
        if unit is Unit.BOOL:
            raise RefusedError(
                node.at, "a fact is a value, and this is a condition", "count(…) makes a number of conditions"
            )
        if unit is None:
            raise RefusedError(
                node.at, f'a fact needs a unit, and "{format_node(node)}" has none', "compute it from a metric"
            )
        return unit

    def check_condition(self, node: Node) -> None:
        unit = self.infer_unit(node)
        if unit is not Unit.BOOL:
            name = unit.value if unit else "a plain number"
            raise RefusedError(
                node.at, f'"{format_node(node)}" is {name}, not a condition', "compare it with something"
            )

    def check_number(self, node: Node) -> Unit | None:
        unit = self.infer_unit(node)
        if not allows_arithmetic(unit):
            raise RefusedError(
                node.at, f'"{format_node(node)}" is {_describe_unit(unit)}, not a number to compute with'
            )
        return unit

    def infer_unit(self, node: Node) -> Unit | None:
        match node:
            case NumberLiteral():
                return node.unit
            case TruthLiteral():
                return Unit.BOOL
            case TextLiteral():
                raise RefusedError(node.at, f'the text "{node.value}" can\'t stand here', "only functions take a text")
            case MetricName() | ConditionName():
                return self.check_name(node)
            case AllOf() | AnyOf() | Not():
                self.check_clauses(node.items if isinstance(node, AllOf | AnyOf) else (node.item,))
                return Unit.BOOL
            case IsMissing():
                self.infer_unit(node.item)
                return Unit.BOOL
            case Compare() | Among():
                self.check_comparison(node)
                return Unit.BOOL
            case Negative():
                return self.check_number(node.item)
            case Arithmetic():
                return self.check_arithmetic(node)
            case FunctionCall():
                return self.check_nested_call(node)

    def check_clauses(self, items: Sequence[Node]) -> None:
        for item in items:
            try:
                self.check_condition(item)
            except RefusedError as refusal:
                self.refusals.append(refusal)

    def check_name(self, node: MetricName | ConditionName) -> Unit:
        name = node.id if isinstance(node, MetricName) else node.name
        spec = self.names.find_spec(name)
        if isinstance(node, MetricName) and spec is not None:
            if spec.unit is Unit.TEXT:
                raise RefusedError(node.at, f'"{name}" is text, and rules reason about numbers')
            return spec.unit
        if isinstance(node, ConditionName) and name in self.names.conditions:
            return Unit.BOOL
        if isinstance(node, MetricName):
            self.check_hourly(node)
            raise RefusedError(node.at, f'unknown metric "{name}"', did_you_mean(name, self.names.registry))
        if name in FUNCTIONS:
            raise RefusedError(node.at, f'"{name}" is a function', f"write {FUNCTIONS[name].usage}")
        near = did_you_mean(name, [*self.names.conditions, *self.names.registry])
        raise RefusedError(node.at, f'unknown name "{name}"', near)

    def check_hourly(self, node: MetricName) -> None:
        """Refuse a reading of hours that its metric hasn't."""
        reading = parse_hourly_id(node.id)
        if reading is None:
            return
        if reading.metric not in self.names.registry:
            near = did_you_mean(reading.metric, self.names.registry)
            raise RefusedError(node.at, f'unknown metric "{reading.metric}"', near)
        kind = "sum" if reading.function == "share_in_window" else "last"
        fitting = sorted(spec.id for spec in self.names.registry.values() if spec.hours and spec.hours.kind == kind)
        what = f'{reading.function}() can\'t read hours of "{reading.metric}"'
        raise RefusedError(node.at, what, f"it reads {', '.join(fitting)}" if fitting else "")

    def check_comparison(self, node: Compare | Among) -> None:
        if isinstance(node, Compare):
            pairs = list(zip(node.items, node.items[1:], strict=False))
        else:
            pairs = [(node.item, option) for option in node.options]
            for option in node.options:
                if literal_value(option) is None:
                    raise RefusedError(option.at, "only literals can stand in the list", "write x in [1, 2, 3]")
        for left, right in pairs:
            one, other = self.check_compared_value(left), self.check_compared_value(right)
            if not _are_comparable(left, one, right, other):
                what = f"compares {_describe_operand(one, left)} with {_describe_operand(other, right)}"
                raise RefusedError(right.at, what, _hint_basis_points(left, one, right, other))
            self.check_literal_range(left, right)
            self.check_literal_range(right, left)

    def check_compared_value(self, node: Node) -> Unit | None:
        unit = self.infer_unit(node)
        if unit is Unit.BOOL:
            raise RefusedError(
                node.at, f'"{format_node(node)}" is a condition already', "leave the comparison out, or write not"
            )
        return unit

    def check_literal_range(self, node: Node, number: Node) -> None:
        """Refuse a bare number outside a fraction's range, where percent was probably meant."""
        while isinstance(node, FunctionCall) and node.name in SAME_RANGE:
            node = node.arguments[0]
        value = literal_value(number)
        bare = number.item if isinstance(number, Negative) else number
        if (
            value is None
            or not isinstance(node, MetricName)
            or not isinstance(bare, NumberLiteral)
            or bare.unit is not None
        ):
            return
        spec = self.names.find_spec(node.id)
        if spec is not None and spec.unit is Unit.FRACTION and not spec.low <= value <= spec.high:
            span = f"{_format_bound(spec.low)}…{_format_bound(spec.high)}"
            what = f'"{format_node(number)}" is outside {node.id}\'s range {span}'
            raise RefusedError(number.at, what, f"write {_format_bound(value)}% for {_spell_number(value)} percent")

    def check_arithmetic(self, node: Arithmetic) -> Unit | None:
        left, right = self.check_number(node.left), self.check_number(node.right)
        if node.sign in ("+", "-"):
            if not units_fit(left, right):
                verb = "adds" if node.sign == "+" else "subtracts"
                what = f"{verb} {_describe_operand(left, node.left)} and {_describe_operand(right, node.right)}"
                raise RefusedError(node.right.at, what)
            return unit_of_sum(left, right)
        try:
            return unit_of_product(left, right) if node.sign == "*" else unit_of_quotient(left, right)
        except ValueError:
            verb = "multiplies" if node.sign == "*" else "divides"
            between = "and" if node.sign == "*" else "by"
            operands = (_describe_operand(left, node.left), _describe_operand(right, node.right))
            what = f"{verb} {operands[0]} {between} {operands[1]}"
            raise RefusedError(node.right.at, what) from None

    def check_nested_call(self, node: FunctionCall) -> Unit | None:
        function = FUNCTIONS.get(node.name)
        if function is None:
            raise RefusedError(node.at, f'unknown function "{node.name}"', did_you_mean(node.name, FUNCTIONS))
        if function.whole:
            raise RefusedError(node.at, f"{node.name}() must be a whole fact", "name it under facts, alone")
        return self.check_call(node, function)

    def check_call(self, node: FunctionCall, function: FunctionSignature) -> Unit | None:
        most, least = len(function.params), len(function.params) - function.optional
        if len(node.arguments) < least or (len(node.arguments) > most and not function.variadic):
            given = "1 argument" if len(node.arguments) == 1 else f"{len(node.arguments)} arguments"
            raise RefusedError(node.at, f"{node.name}() doesn't take {given}", f"write {function.usage}")
        params = (*function.params, *(function.params[-1:] * max(0, len(node.arguments) - most)))
        units = [
            self.check_argument(item, param, function) for item, param in zip(node.arguments, params, strict=False)
        ]
        if node.name in ("crossed", "min", "max"):
            for item, unit in zip(node.arguments[1:], units[1:], strict=True):
                if not _are_comparable(node.arguments[0], units[0], item, unit):
                    first = _describe_operand(units[0], node.arguments[0])
                    what = f"compares {first} with {_describe_operand(unit, item)}"
                    raise RefusedError(item.at, what)
                self.check_literal_range(node.arguments[0], item)
        if node.name in HOURLY_FUNCTIONS:
            # What is right was taken for its metric when it was parsed.
            what = f"{node.name}() takes a metric and hours of a day, from the earlier to the later"
            raise RefusedError(node.at, what, f"write {function.usage}")
        if function.result == "joined":
            joined = units[0]
            for unit in units[1:]:
                joined = unit_of_sum(joined, unit)
            return joined
        return units[0] if function.result == "first" else function.result

    def check_argument(self, node: Node, param: ParameterKind, function: FunctionSignature) -> Unit | None:
        match param:
            case ParameterKind.VALUE:
                return self.infer_unit(node)
            case ParameterKind.NUMBER:
                return self.check_number(node)
            case ParameterKind.CONDITION:
                self.check_condition(node)
            case ParameterKind.HOUR:
                self.check_hour(node)
            case ParameterKind.DAYS | ParameterKind.SPAN:
                self.check_days_argument(node, param, function.least)
            case _:
                self.check_text_argument(node, param, function)
        return None

    def check_hour(self, node: Node) -> None:
        value = literal_value(node)
        if value is None or value != int(value) or not 0 <= value <= LAST_HOUR:
            raise RefusedError(node.at, f'"{format_node(node)}" isn\'t a whole hour from 0 to {LAST_HOUR}', "write 20")

    def check_days_argument(self, node: Node, param: ParameterKind, least: int) -> None:
        value = literal_value(node)
        if value is None and param is ParameterKind.DAYS:
            unit = self.infer_unit(node)
            if unit not in (None, Unit.COUNT, Unit.DAYS):
                raise RefusedError(node.at, f'"{format_node(node)}" is {_describe_unit(unit)}, not a number of days')
            return
        whole = value is not None and value == int(value) and least <= value <= MAX_DAYS
        if not whole or (isinstance(node, NumberLiteral) and node.unit not in (None, Unit.DAYS)):
            raise RefusedError(
                node.at, f'"{format_node(node)}" isn\'t a whole number of days from {least} to {MAX_DAYS}', "write 3d"
            )

    def check_text_argument(self, node: Node, param: ParameterKind, function: FunctionSignature) -> None:
        if not isinstance(node, TextLiteral):
            raise RefusedError(node.at, f'"{format_node(node)}" must be in quotes', f"write {function.usage}")
        value = node.value
        known: Mapping[ParameterKind, tuple[str, Collection[str]]] = {
            ParameterKind.RULE: ("rule", self.names.rules),
            ParameterKind.TOPIC: ("topic", EVENT_TOPICS),
            ParameterKind.KIND: ("class of instruments", INSTRUMENT_KINDS),
        }
        if param in known:
            noun, values = known[param]
            if value not in values:
                near = did_you_mean(value, values)
                listed = f"one of {', '.join(values)}" if param is not ParameterKind.RULE else ""
                raise RefusedError(node.at, f'unknown {noun} "{value}"', near or listed)
        else:
            self.check_metric_pattern(node)

    def check_metric_pattern(self, node: TextLiteral) -> None:
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


def _are_comparable(left: Node, one: Unit | None, right: Node, other: Unit | None) -> bool:
    """Whether two values have units that can be compared; a literal number of days also fits a count."""
    if units_fit(one, other):
        return True
    literals = (isinstance(left, NumberLiteral) and one is Unit.DAYS) or (
        isinstance(right, NumberLiteral) and other is Unit.DAYS
    )
    return literals and {one, other} == {Unit.DAYS, Unit.COUNT}


def _hint_basis_points(left: Node, one: Unit | None, right: Node, other: Unit | None) -> str:
    for node, unit in ((left, other), (right, one)):
        bare = node.item if isinstance(node, Negative) else node
        if unit is Unit.BP and isinstance(bare, NumberLiteral) and bare.text.endswith("bp"):
            return f"the metric is in basis points already, write {bare.text.removesuffix('bp')}"
    return ""


def _describe_operand(unit: Unit | None, node: Node) -> str:
    """Describe what a comparison or a sum takes: its unit, and how it was written."""
    return f"{_describe_unit(unit)} ({format_node(node)})"


def _describe_unit(unit: Unit | None) -> str:
    return {None: "a plain number", Unit.BOOL: "a condition"}.get(unit) or str(unit.value if unit else "")


def _format_bound(value: float) -> str:
    if abs(value) == float("inf"):
        return "-∞" if value < 0 else "∞"
    return f"{value:g}"


def _spell_number(value: float) -> str:
    size = abs(value)
    word = _DIGITS[int(size)] if size == int(size) and size < len(_DIGITS) else _format_bound(size)
    return f"minus {word}" if value < 0 else word
