"""Names say what a thing is: a class name means one thing in the whole package."""

from __future__ import annotations

import ast
from collections import Counter

from tests.briefs import ROOT


def test_no_class_name_is_defined_twice() -> None:
    names = Counter(
        node.name
        for path in (ROOT / "reporter").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    )
    assert [name for name, count in names.items() if count > 1] == []
