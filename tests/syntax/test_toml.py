"""TOML that can't be read: each mistake in an author's words, at its own place, and all of them at once."""

from __future__ import annotations

import pytest

from reporter.diagnostics.errors import InputError
from reporter.syntax.toml import parse_toml


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = 1\na = 2\n", ['f:2:1: "a" is already given in line 1; keep one of them']),
        ("[desk]\na = 1\n[x]\n[desk]\n", ['f:4:1: "desk" is already given in line 1; keep one of them']),
        ('a = { en = "x", en = "y" }\n', ['f:1:17: "en" is given twice in one table']),
        ("a = “b”\n", ['f:1:5: “ is no quote here; write "', 'f:1:7: ” is no quote here; write "']),
        ('a = "b”\n', ['f:1:7: ” is no quote here; write "']),
        ('a = "b\nc = 1\n', ["f:1:5: the quote isn't closed in its line; add \" at the text's end"]),
        ('a = ["b"\nc = 1\n', ['f:1:5: the "[" isn\'t closed; add ]']),
        ('a = {\n b = "c"\n}\nd = 1\n', ['f:1:5: the "{" isn\'t closed; a table in braces stands on one line']),
        ("a => 1\n", ['f:1:4: "=>" is no sign of TOML; write =']),
        ("a: 1\n", ['f:1:2: no "=" after the key "a"; write = instead of :']),
        ("a ＝ 1\n", ['f:1:3: "＝" stands for =; write =']),
        ("a = bitcoin\n", ['f:1:5: "bitcoin" is no value; write a text in quotes: "bitcoin"']),
        ("a = True\n", ['f:1:5: "True" is no value; write true']),
        ("a = 1,000\n", ["f:1:6: ,000 stands behind the value; write numbers without separators: 1000"]),
        ("a = 2026-13-40\n", ["f:1:9: there is no such date or time; write it as 2026-02-06"]),
        (
            'a = "C:\\data"\n',
            ["f:1:10: a backslash begins a code in a text; write / in paths, or \\\\ for a backslash"],
        ),
        (
            "[a\nb = 1\n",
            ["f:1:3: the table's header isn't closed; write it as [name], or as [[name]] for an entry of a list"],
        ),
        (
            "[a]\nb = yes\n[c\nd = 1\nd = 2\n",
            [
                'f:2:5: "yes" is no value; write true',
                "f:3:3: the table's header isn't closed; write it as [name], or as [[name]] for an entry of a list",
                'f:5:1: "d" is already given in line 4; keep one of them',
            ],
        ),
    ],
)
def test_mistakes_are_told_where_they_are(text: str, said: list[str]) -> None:
    with pytest.raises(InputError) as refused:
        parse_toml(text, "f")
    assert str(refused.value).splitlines() == said
