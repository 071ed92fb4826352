"""Public functions say what goes in and what they raise: nineteen of twenty, and none says what is not so."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "reporter"


def _public_functions(body: list[ast.stmt]) -> Iterator[ast.FunctionDef]:
    for node in body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from _public_functions(node.body)
        elif isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node


@cache
def _functions() -> tuple[tuple[str, ast.FunctionDef], ...]:
    return tuple(_iterate_functions())


def _iterate_functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    # The docstrings of commands are their help; their options have help of their own.
    for path in sorted(PACKAGE.rglob("*.py")):
        if "cli" not in path.relative_to(PACKAGE).parts:
            for node in _public_functions(ast.parse(path.read_text("utf-8")).body):
                yield f"{path.relative_to(PACKAGE).as_posix()}:{node.lineno} {node.name}", node


def _raises_itself(body: list[ast.stmt]) -> bool:
    todo: list[ast.AST] = list(body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Raise) and node.exc is not None:
            return True
        if not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda):
            todo += ast.iter_child_nodes(node)
    return False


def _names(node: ast.FunctionDef) -> list[str]:
    args = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    more = [item for item in (node.args.vararg, node.args.kwarg) if item is not None]
    return [item.arg for item in (*args, *more) if item.arg not in ("self", "cls")]


def _lacking(asked: Sequence[tuple[str, ast.FunctionDef]], section: str) -> list[str]:
    return [shown for shown, node in asked if section not in (ast.get_docstring(node) or "")]


def test_three_or_more_arguments_are_explained() -> None:
    asked = [(shown, node) for shown, node in _functions() if len(_names(node)) >= 3]
    lacking = _lacking(asked, "Args:")
    assert len(lacking) <= len(asked) / 20, lacking


def test_what_a_function_raises_itself_is_said() -> None:
    asked = [(shown, node) for shown, node in _functions() if _raises_itself(node.body)]
    lacking = _lacking(asked, "Raises:")
    assert len(lacking) <= len(asked) / 20, lacking


def test_what_is_explained_is_an_argument() -> None:
    unknown = []
    for shown, node in _functions():
        doc = ast.get_docstring(node) or ""
        if "Args:\n" in doc:
            section = doc.split("Args:\n", 1)[1].split("\n\n", 1)[0]
            entries = [line for line in section.splitlines() if line.startswith("    ") and line[4:5].strip()]
            told = [line.strip().partition(":")[0].lstrip("*") for line in entries]
            known = set(_names(node))
            unknown += [f"{shown}: {name}" for entry in told for name in entry.split(", ") if name not in known]
    assert unknown == []
