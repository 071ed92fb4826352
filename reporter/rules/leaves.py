"""The clauses that a condition is made of, and what it comes to for given truths of them.

A leaf is a clause that and, or, not and named conditions join; what stands inside a comparison or a function is
part of its leaf.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from reporter.rules.tree import All, AnyOf, Named, Node, Not

#: A leaf's truth; None is unknown.
Truths = Callable[[Node], bool | None]


def leaves(node: Node, conditions: Mapping[str, Node]) -> Iterator[Node]:
    """The leaves of a condition in the order of the text; those of a named condition once, where it is first named."""
    yield from _leaves(node, conditions, set())


def _leaves(node: Node, conditions: Mapping[str, Node], seen: set[str]) -> Iterator[Node]:
    match node:
        case All() | AnyOf():
            for item in node.items:
                yield from _leaves(item, conditions, seen)
        case Not():
            yield from _leaves(node.item, conditions, seen)
        case Named():
            if node.name not in seen:
                seen.add(node.name)
                yield from _leaves(conditions[node.name], conditions, seen)
        case _:
            yield node


def joined(node: Node, conditions: Mapping[str, Node], truth: Truths) -> bool | None:
    """What a condition comes to in Kleene's logic, each leaf being as `truth` says."""
    return _joined(node, conditions, truth, {})


def _joined(node: Node, conditions: Mapping[str, Node], truth: Truths, named: dict[str, bool | None]) -> bool | None:
    match node:
        case All() | AnyOf():
            either = isinstance(node, AnyOf)
            unknown = False
            for item in node.items:
                value = _joined(item, conditions, truth, named)
                if value is either:
                    return either
                unknown = unknown or value is None
            return None if unknown else not either
        case Not():
            value = _joined(node.item, conditions, truth, named)
            return None if value is None else not value
        case Named():
            if node.name not in named:
                named[node.name] = _joined(conditions[node.name], conditions, truth, named)
            return named[node.name]
        case _:
            return truth(node)
