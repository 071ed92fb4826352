"""The syntax tree of an expression: one class for each construct, each node with its offset in the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from reporter.model.metric import Unit

Operator = Literal["+", "-", "*", "/"]
Comparison = Literal["==", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class NumberLiteral:
    """A number as written; its suffix sets the unit, and a bare number (None) fits any unit."""

    at: int
    value: float
    unit: Unit | None
    text: str


@dataclass(frozen=True, slots=True)
class TextLiteral:
    """A quoted text; only functions take one."""

    at: int
    value: str


@dataclass(frozen=True, slots=True)
class TruthLiteral:
    """The literal true or false."""

    at: int
    value: bool


@dataclass(frozen=True, slots=True)
class MetricName:
    """A metric named in an expression: its value on the day."""

    at: int
    id: str


@dataclass(frozen=True, slots=True)
class ConditionName:
    """A named condition in an expression."""

    at: int
    name: str


@dataclass(frozen=True, slots=True)
class AllOf:
    """`a and b and …`."""

    at: int
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """`a or b or …`."""

    at: int
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """`not a`."""

    at: int
    item: Node


@dataclass(frozen=True, slots=True)
class IsMissing:
    """`a is missing`; this is true or false, never unknown."""

    at: int
    item: Node


@dataclass(frozen=True, slots=True)
class Compare:
    """`a < b`, or a chain `a < b <= c`: one sign fewer than there are items."""

    at: int
    items: tuple[Node, ...]
    signs: tuple[Comparison, ...]


@dataclass(frozen=True, slots=True)
class Among:
    """`a in [1, 2]`; the options are literals."""

    at: int
    item: Node
    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`a + b` and its like."""

    at: int
    sign: Operator
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Negative:
    """`-a`."""

    at: int
    item: Node


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """A named function of arguments."""

    at: int
    name: str
    arguments: tuple[Node, ...]


Node = (
    NumberLiteral
    | TextLiteral
    | TruthLiteral
    | MetricName
    | ConditionName
    | AllOf
    | AnyOf
    | Not
    | IsMissing
    | Compare
    | Among
    | Arithmetic
    | Negative
    | FunctionCall
)


def list_children(node: Node) -> tuple[Node, ...]:
    """Child nodes of a node."""
    match node:
        case AllOf() | AnyOf() | Compare():
            return node.items
        case Not() | IsMissing() | Negative():
            return (node.item,)
        case Among():
            return (node.item, *node.options)
        case Arithmetic():
            return (node.left, node.right)
        case FunctionCall():
            return node.arguments
        case _:
            return ()


def walk_tree(node: Node) -> Iterator[Node]:
    """Iterate a node and everything inside it in the order of the text."""
    yield node
    for part in list_children(node):
        yield from walk_tree(part)


def literal_value(node: Node) -> float | None:
    """Value of a number as written, with or without a minus; None for any other node."""
    match node:
        case NumberLiteral():
            return node.value
        case Negative(item=NumberLiteral(value=value)):
            return -value
        case _:
            return None


def format_node(node: Node) -> str:
    """Format a node as an author would write it."""
    match node:
        case NumberLiteral() | TextLiteral() | TruthLiteral() | MetricName() | ConditionName():
            return _format_leaf(node)
        case AllOf():
            return " and ".join(_format_operand(item) for item in node.items)
        case AnyOf():
            return " or ".join(_format_operand(item) for item in node.items)
        case Not():
            return f"not {_format_operand(node.item)}"
        case IsMissing():
            return f"{_format_operand(node.item)} is missing"
        case Compare():
            rest = (f" {sign} {_format_operand(item)}" for sign, item in zip(node.signs, node.items[1:], strict=True))
            return _format_operand(node.items[0]) + "".join(rest)
        case Among():
            return f"{_format_operand(node.item)} in [{', '.join(format_node(option) for option in node.options)}]"
        case Arithmetic():
            return f"{_format_operand(node.left)} {node.sign} {_format_operand(node.right)}"
        case Negative():
            return f"-{_format_operand(node.item)}"
        case FunctionCall():
            return f"{node.name}({', '.join(format_node(item) for item in node.arguments)})"


def _format_leaf(node: NumberLiteral | TextLiteral | TruthLiteral | MetricName | ConditionName) -> str:
    match node:
        case NumberLiteral():
            return node.text
        case TextLiteral():
            return f'"{node.value}"'
        case TruthLiteral():
            return str(node.value).lower()
        case MetricName():
            return node.id
        case ConditionName():
            return node.name


def _format_operand(node: Node) -> str:
    if isinstance(
        node, NumberLiteral | TextLiteral | TruthLiteral | MetricName | ConditionName | FunctionCall | Negative
    ):
        return format_node(node)
    return f"({format_node(node)})"
