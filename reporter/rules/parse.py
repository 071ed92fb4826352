"""Expression text → tree. Jinja's parser reads the grammar; only what is listed here becomes a tree.

Nothing is evaluated, folded or optimised by Jinja: only its `Parser` is used, on tokens that hold no literal.
"""

from __future__ import annotations

from functools import lru_cache

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.parser import Parser

from reporter.rules.lex import RefusedError, Tokens, lex
from reporter.rules.tree import (
    All,
    Among,
    AnyOf,
    Arithmetic,
    Call,
    Compare,
    Comparison,
    Metric,
    Missing,
    Named,
    Negative,
    Node,
    Not,
    Operator,
    Truth,
)

#: How deep a tree may be; `and` and `or` of many clauses are one level.
MAX_DEPTH = 20

# Only read for its lexer's tables; no template is ever made from it, so escaping has no meaning here.
_SYNTAX = Environment()
_SIGNS: dict[str, Comparison] = {"eq": "==", "ne": "!=", "lt": "<", "lteq": "<=", "gt": ">", "gteq": ">="}
_OPERATORS: dict[type[nodes.Expr], Operator] = {nodes.Add: "+", nodes.Sub: "-", nodes.Mul: "*", nodes.Div: "/"}


#: Where one file of rules has changed, the others are as they were.
@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """Read an expression.

    Args:
        text: the expression as its author wrote it.

    Raises:
        RefusedError: it isn't an expression, or not one that is allowed.
    """
    tokens = lex(text)
    if not tokens.texts:
        raise RefusedError(0, "the expression is empty")
    parser = Parser(_SYNTAX, tokens.source, state="variable")
    try:
        root = parser.parse_expression()
        ended = parser.stream.eos
    except TemplateSyntaxError as error:
        raise _syntax(parser, tokens) from error
    if not ended:
        raise _syntax(parser, tokens)
    return _Reader(tokens).read(root, 0)


def _syntax(parser: Parser, tokens: Tokens) -> RefusedError:
    if parser.stream.eos:
        return RefusedError(tokens.offsets[-1], "the expression ends too early")
    line = parser.stream.current.lineno
    hint = "and, or or an operator must stand between"
    if tokens.texts[line - 1] == "," and tokens.texts[line - 2][:1].isdigit():
        hint = "write a number without separators: 70000"
    return RefusedError(tokens.at(line), f'unexpected "{tokens.texts[line - 1]}"', hint)


class _Reader:
    """Turns Jinja's nodes into ours, refusing every kind that isn't listed."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens

    def read(self, node: nodes.Expr, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise RefusedError(
                self.at(node), f"nested deeper than {MAX_DEPTH} levels", "name parts of it as conditions"
            )
        inner = depth + 1
        match node:
            case nodes.Name() | nodes.Getattr() | nodes.Const():
                return self.leaf(node)
            case nodes.And() | nodes.Or():
                return self.clauses(node, inner)
            case nodes.Not():
                item = self.read(node.node, inner)
                return Not(min(self.at(node), item.at), item)
            case nodes.Neg():
                return Negative(self.at(node), self.read(node.node, inner))
            case nodes.Add() | nodes.Sub() | nodes.Mul() | nodes.Div():
                left = self.read(node.left, inner)
                return Arithmetic(left.at, _OPERATORS[type(node)], left, self.read(node.right, inner))
            case nodes.Compare():
                return self.comparison(node, inner)
            case nodes.Test():
                return self.test(node, inner)
            case nodes.Call():
                return self.call(node, inner)
            case _:
                raise self.refused(node)

    def at(self, node: nodes.Node) -> int:
        return self.tokens.at(node.lineno)

    def refused(self, node: nodes.Expr) -> RefusedError:
        """Say what the author probably meant by a node that isn't allowed."""
        match node:
            case nodes.Getitem():
                return RefusedError(
                    self.at(node), "a subscript ([…]) isn't allowed", "prev(x) and ago(x, 3) read earlier days"
                )
            case nodes.List() | nodes.Tuple():
                at = self.at(node.items[0] if node.items else node)
                return RefusedError(at, "a list is only allowed after in", "write x in [1, 2, 3]")
            case nodes.Pos():
                return RefusedError(self.at(node), 'a leading "+" isn\'t allowed', "leave it out")
            case _:
                return RefusedError(self.at(node), f"{type(node).__name__.lower()} isn't allowed in an expression")

    def leaf(self, node: nodes.Name | nodes.Getattr | nodes.Const) -> Node:
        if isinstance(node, nodes.Const):
            if isinstance(node.value, bool):
                return Truth(self.at(node), node.value)
            raise RefusedError(self.at(node), '"none" isn\'t a value here', "ask x is missing")
        if isinstance(node, nodes.Name):
            return self.tokens.literals.get(node.name) or Named(self.at(node), node.name)
        names: list[str] = []
        base: nodes.Expr = node
        while isinstance(base, nodes.Getattr):
            names.append(base.attr)
            base = base.node
        if not isinstance(base, nodes.Name) or any(name in self.tokens.literals for name in (base.name, *names)):
            raise RefusedError(self.at(node), "only a metric's name has dots", "write it as price.close")
        return Metric(self.at(base), ".".join((base.name, *reversed(names))))

    def clauses(self, node: nodes.And | nodes.Or, depth: int) -> Node:
        kind = type(node)
        found: list[nodes.Expr] = []
        left: nodes.Expr = node
        # `a and b and c` leans to the left, so a long row of clauses is unrolled here and not by recursion.
        while isinstance(left, kind):
            found.append(left.right)
            left = left.left
        found.append(left)
        items = tuple(self.read(item, depth) for item in reversed(found))
        return All(items[0].at, items) if kind is nodes.And else AnyOf(items[0].at, items)

    def comparison(self, node: nodes.Compare, depth: int) -> Node:
        first = self.read(node.expr, depth)
        if all(operand.op in _SIGNS for operand in node.ops):
            rest = tuple(self.read(operand.expr, depth) for operand in node.ops)
            return Compare(first.at, (first, *rest), tuple(_SIGNS[operand.op] for operand in node.ops))
        operand = node.ops[0]
        if len(node.ops) > 1 or not isinstance(operand.expr, nodes.List) or not operand.expr.items:
            raise RefusedError(first.at, "in needs a list of literals and nothing else", "write x in [1, 2, 3]")
        options = tuple(self.read(item, depth) for item in operand.expr.items)
        among = Among(first.at, first, options)
        return Not(first.at, among) if operand.op == "notin" else among

    def test(self, node: nodes.Test, depth: int) -> Node:
        if node.name != "missing" or node.args or node.kwargs:
            raise RefusedError(self.at(node), 'the only question after "is" is missing', "write x is missing")
        item = self.read(node.node, depth)
        return Missing(item.at, item)

    def call(self, node: nodes.Call, depth: int) -> Node:
        if not isinstance(node.node, nodes.Name):
            raise RefusedError(self.at(node), "only a named function can be called", "functions have no dots")
        at = self.at(node.node)
        if node.node.name in self.tokens.literals:
            raise RefusedError(at, "a literal can't be called")
        if node.kwargs or node.dyn_args is not None or node.dyn_kwargs is not None:
            raise RefusedError(at, f"{node.node.name}() takes plain arguments only", "no names and no stars")
        arguments = tuple(self.read(item, depth) for item in node.args)
        return Call(at, node.node.name, arguments)
