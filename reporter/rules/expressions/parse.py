"""Expression text → tree. Jinja's parser reads the grammar; only what is listed here becomes a tree.

Nothing is evaluated, folded or optimised by Jinja: only its `Parser` is used, on tokens that hold no literal.
"""

from __future__ import annotations

from functools import lru_cache

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.parser import Parser

from reporter.model.hourly import HOURLY_FUNCTIONS, make_hourly_reading
from reporter.rules.expressions.lex import RefusedError, Tokens, lex_expression
from reporter.rules.expressions.tree import (
    AllOf,
    Among,
    AnyOf,
    Arithmetic,
    Compare,
    Comparison,
    ConditionName,
    FunctionCall,
    IsMissing,
    MetricName,
    Negative,
    Node,
    Not,
    Operator,
    TruthLiteral,
    literal_value,
)

#: How deep a tree may be; `and` and `or` of many clauses are one level.
MAX_DEPTH = 20

# Only read for its lexer's tables; no template is ever made from it, so escaping has no meaning here.
_SYNTAX = Environment()
_SIGNS: dict[str, Comparison] = {"eq": "==", "ne": "!=", "lt": "<", "lteq": "<=", "gt": ">", "gteq": ">="}
_OPERATORS: dict[type[nodes.Expr], Operator] = {nodes.Add: "+", nodes.Sub: "-", nodes.Mul: "*", nodes.Div: "/"}


#: Where one file of rules has changed, the others are as they were.
@lru_cache(maxsize=4096)
def parse_expression(text: str) -> Node:
    """Parse an expression's text into a tree.

    Args:
        text: the expression as its author wrote it.

    Raises:
        RefusedError: it isn't an expression, or not one that is allowed.
    """
    tokens = lex_expression(text)
    if not tokens.texts:
        raise RefusedError(0, "the expression is empty")
    parser = Parser(_SYNTAX, tokens.source, state="variable")
    try:
        root = parser.parse_expression()
        ended = parser.stream.eos
    except TemplateSyntaxError as error:
        raise _syntax_error(parser, tokens) from error
    if not ended:
        raise _syntax_error(parser, tokens)
    return _TreeBuilder(tokens).build_node(root, 0)


def _syntax_error(parser: Parser, tokens: Tokens) -> RefusedError:
    if parser.stream.eos:
        return RefusedError(tokens.offsets[-1], "the expression ends too early")
    line = parser.stream.current.lineno
    hint = "and, or or an operator must stand between"
    if tokens.texts[line - 1] == "," and tokens.texts[line - 2][:1].isdigit():
        hint = "write a number without separators: 70000"
    return RefusedError(tokens.offset_at(line), f'unexpected "{tokens.texts[line - 1]}"', hint)


class _TreeBuilder:
    """Builds our tree from Jinja's nodes and refuses every kind that isn't listed."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens

    def build_node(self, node: nodes.Expr, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise RefusedError(
                self.offset_of(node), f"nested deeper than {MAX_DEPTH} levels", "name parts of it as conditions"
            )
        inner = depth + 1
        match node:
            case nodes.Name() | nodes.Getattr() | nodes.Const():
                return self.build_leaf(node)
            case nodes.And() | nodes.Or():
                return self.build_clauses(node, inner)
            case nodes.Not():
                item = self.build_node(node.node, inner)
                return Not(min(self.offset_of(node), item.at), item)
            case nodes.Neg():
                return Negative(self.offset_of(node), self.build_node(node.node, inner))
            case nodes.Add() | nodes.Sub() | nodes.Mul() | nodes.Div():
                left = self.build_node(node.left, inner)
                return Arithmetic(left.at, _OPERATORS[type(node)], left, self.build_node(node.right, inner))
            case nodes.Compare():
                return self.build_comparison(node, inner)
            case nodes.Test():
                return self.build_missing_test(node, inner)
            case nodes.Call():
                return self.build_call(node, inner)
            case _:
                raise self.make_refusal(node)

    def offset_of(self, node: nodes.Node) -> int:
        return self.tokens.offset_at(node.lineno)

    def make_refusal(self, node: nodes.Expr) -> RefusedError:
        """The error for a node that isn't allowed, with a hint at what was probably meant."""
        match node:
            case nodes.Getitem():
                return RefusedError(
                    self.offset_of(node), "a subscript ([…]) isn't allowed", "prev(x) and ago(x, 3) read earlier days"
                )
            case nodes.List() | nodes.Tuple():
                at = self.offset_of(node.items[0] if node.items else node)
                return RefusedError(at, "a list is only allowed after in", "write x in [1, 2, 3]")
            case nodes.Pos():
                return RefusedError(self.offset_of(node), 'a leading "+" isn\'t allowed', "leave it out")
            case _:
                return RefusedError(
                    self.offset_of(node), f"{type(node).__name__.lower()} isn't allowed in an expression"
                )

    def build_leaf(self, node: nodes.Name | nodes.Getattr | nodes.Const) -> Node:
        if isinstance(node, nodes.Const):
            if isinstance(node.value, bool):
                return TruthLiteral(self.offset_of(node), node.value)
            raise RefusedError(self.offset_of(node), '"none" isn\'t a value here', "ask x is missing")
        if isinstance(node, nodes.Name):
            return self.tokens.literals.get(node.name) or ConditionName(self.offset_of(node), node.name)
        names: list[str] = []
        base: nodes.Expr = node
        while isinstance(base, nodes.Getattr):
            names.append(base.attr)
            base = base.node
        if not isinstance(base, nodes.Name) or any(name in self.tokens.literals for name in (base.name, *names)):
            raise RefusedError(self.offset_of(node), "only a metric's name has dots", "write it as price.close")
        return MetricName(self.offset_of(base), ".".join((base.name, *reversed(names))))

    def build_clauses(self, node: nodes.And | nodes.Or, depth: int) -> Node:
        kind = type(node)
        found: list[nodes.Expr] = []
        left: nodes.Expr = node
        # `a and b and c` leans to the left, so a long row of clauses is unrolled here and not by recursion.
        while isinstance(left, kind):
            found.append(left.right)
            left = left.left
        found.append(left)
        items = tuple(self.build_node(item, depth) for item in reversed(found))
        return AllOf(items[0].at, items) if kind is nodes.And else AnyOf(items[0].at, items)

    def build_comparison(self, node: nodes.Compare, depth: int) -> Node:
        first = self.build_node(node.expr, depth)
        if all(operand.op in _SIGNS for operand in node.ops):
            rest = tuple(self.build_node(operand.expr, depth) for operand in node.ops)
            return Compare(first.at, (first, *rest), tuple(_SIGNS[operand.op] for operand in node.ops))
        operand = node.ops[0]
        if len(node.ops) > 1 or not isinstance(operand.expr, nodes.List) or not operand.expr.items:
            raise RefusedError(first.at, "in needs a list of literals and nothing else", "write x in [1, 2, 3]")
        options = tuple(self.build_node(item, depth) for item in operand.expr.items)
        among = Among(first.at, first, options)
        return Not(first.at, among) if operand.op == "notin" else among

    def build_missing_test(self, node: nodes.Test, depth: int) -> Node:
        if node.name != "missing" or node.args or node.kwargs:
            raise RefusedError(self.offset_of(node), 'the only question after "is" is missing', "write x is missing")
        item = self.build_node(node.node, depth)
        return IsMissing(item.at, item)

    def build_call(self, node: nodes.Call, depth: int) -> Node:
        if not isinstance(node.node, nodes.Name):
            raise RefusedError(self.offset_of(node), "only a named function can be called", "functions have no dots")
        at = self.offset_of(node.node)
        if node.node.name in self.tokens.literals:
            raise RefusedError(at, "a literal can't be called")
        if node.kwargs or node.dyn_args is not None or node.dyn_kwargs is not None:
            raise RefusedError(at, f"{node.node.name}() takes plain arguments only", "no names and no stars")
        arguments = tuple(self.build_node(item, depth) for item in node.args)
        return _fold_hourly_call(at, node.node.name, arguments) or FunctionCall(at, node.node.name, arguments)


def _fold_hourly_call(at: int, name: str, arguments: tuple[Node, ...]) -> MetricName | None:
    """Take a reading of hours inside a day for the metric that it is; None for any other call, or a wrong one."""
    metric, hours = arguments[:1], [literal_value(item) for item in arguments[1:]]
    known = tuple(hour for hour in hours if hour is not None)
    if name not in HOURLY_FUNCTIONS or not known or len(known) < len(hours) or not isinstance(metric[0], MetricName):
        return None
    reading = make_hourly_reading(name, metric[0].id, known)
    return MetricName(at, reading.id) if reading is not None else None
