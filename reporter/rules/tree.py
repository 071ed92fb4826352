"""The tree that an expression is read into: the only things an author can say, each with its offset in the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from reporter.model.metric import Unit

Operator = Literal["+", "-", "*", "/"]
Comparison = Literal["==", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Number:
    """A literal; `unit` is set by its suffix, and a bare number (None) fits any unit."""

    at: int
    value: float
    unit: Unit | None
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A quoted text; only functions take one."""

    at: int
    value: str


@dataclass(frozen=True, slots=True)
class Truth:
    """The literal true or false."""

    at: int
    value: bool


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric's value on the day."""

    at: int
    id: str


@dataclass(frozen=True, slots=True)
class Named:
    """A named condition."""

    at: int
    name: str


@dataclass(frozen=True, slots=True)
class All:
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
class Missing:
    """`a is missing`: the one question about a gap that has a plain yes or no."""

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
class Call:
    """A named function of arguments."""

    at: int
    name: str
    arguments: tuple[Node, ...]


Node = (
    Number
    | Text
    | Truth
    | Metric
    | Named
    | All
    | AnyOf
    | Not
    | Missing
    | Compare
    | Among
    | Arithmetic
    | Negative
    | Call
)


def parts(node: Node) -> tuple[Node, ...]:
    """The nodes directly inside a node."""
    match node:
        case All() | AnyOf() | Compare():
            return node.items
        case Not() | Missing() | Negative():
            return (node.item,)
        case Among():
            return (node.item, *node.options)
        case Arithmetic():
            return (node.left, node.right)
        case Call():
            return node.arguments
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """A node and everything inside it, in the order of the text."""
    yield node
    for part in parts(node):
        yield from walk(part)


def literal(node: Node) -> float | None:
    """The value of a literal with or without a sign, or None for anything else."""
    match node:
        case Number():
            return node.value
        case Negative(item=Number(value=value)):
            return -value
        case _:
            return None


def show(node: Node) -> str:
    """The node as an author would write it."""
    match node:
        case Number() | Text() | Truth() | Metric() | Named():
            return _leaf(node)
        case All():
            return " and ".join(_inner(item) for item in node.items)
        case AnyOf():
            return " or ".join(_inner(item) for item in node.items)
        case Not():
            return f"not {_inner(node.item)}"
        case Missing():
            return f"{_inner(node.item)} is missing"
        case Compare():
            rest = (f" {sign} {_inner(item)}" for sign, item in zip(node.signs, node.items[1:], strict=True))
            return _inner(node.items[0]) + "".join(rest)
        case Among():
            return f"{_inner(node.item)} in [{', '.join(show(option) for option in node.options)}]"
        case Arithmetic():
            return f"{_inner(node.left)} {node.sign} {_inner(node.right)}"
        case Negative():
            return f"-{_inner(node.item)}"
        case Call():
            return f"{node.name}({', '.join(show(item) for item in node.arguments)})"


def _leaf(node: Number | Text | Truth | Metric | Named) -> str:
    match node:
        case Number():
            return node.text
        case Text():
            return f'"{node.value}"'
        case Truth():
            return str(node.value).lower()
        case Metric():
            return node.id
        case Named():
            return node.name


def _inner(node: Node) -> str:
    if isinstance(node, Number | Text | Truth | Metric | Named | Call | Negative):
        return show(node)
    return f"({show(node)})"
