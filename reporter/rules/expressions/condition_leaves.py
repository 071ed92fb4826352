"""Condition → its leaf clauses; and its truth for given truths of them.

A leaf is a clause that and, or, not and named conditions join; what stands inside a comparison or a function is
part of its leaf.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from reporter.rules.expressions.tree import AllOf, AnyOf, ConditionName, Node, Not

#: A leaf's truth; None is unknown.
Truths = Callable[[Node], bool | None]


def iterate_leaves(node: Node, conditions: Mapping[str, Node]) -> Iterator[Node]:
    """Iterate a condition's leaf clauses in the order of the text, those of a named condition once."""
    yield from _iterate_new_leaves(node, conditions, set())


def _iterate_new_leaves(node: Node, conditions: Mapping[str, Node], seen: set[str]) -> Iterator[Node]:
    match node:
        case AllOf() | AnyOf():
            for item in node.items:
                yield from _iterate_new_leaves(item, conditions, seen)
        case Not():
            yield from _iterate_new_leaves(node.item, conditions, seen)
        case ConditionName():
            if node.name not in seen:
                seen.add(node.name)
                yield from _iterate_new_leaves(conditions[node.name], conditions, seen)
        case _:
            yield node


def evaluate_with_truths(node: Node, conditions: Mapping[str, Node], truth: Truths) -> bool | None:
    """Evaluate a condition in Kleene's logic with the truths of its leaf clauses given by `truth`.

    Args:
        node: the condition.
        conditions: name → the condition that it stands for.
        truth: leaf clause → its truth, None for unknown.
    """
    return _evaluate_node(node, conditions, truth, {})


def _evaluate_node(
    node: Node, conditions: Mapping[str, Node], truth: Truths, named: dict[str, bool | None]
) -> bool | None:
    match node:
        case AllOf() | AnyOf():
            either = isinstance(node, AnyOf)
            unknown = False
            for item in node.items:
                value = _evaluate_node(item, conditions, truth, named)
                if value is either:
                    return either
                unknown = unknown or value is None
            return None if unknown else not either
        case Not():
            value = _evaluate_node(node.item, conditions, truth, named)
            return None if value is None else not value
        case ConditionName():
            if node.name not in named:
                named[node.name] = _evaluate_node(conditions[node.name], conditions, truth, named)
            return named[node.name]
        case _:
            return truth(node)
