"""Layouts that compute, repeat or print without end are stopped at their own line."""

from __future__ import annotations

from pathlib import Path

import pytest

from reporter.diagnostics.errors import InputError
from reporter.render.layouts import fill_layout, layout_environment

GROWS = "{{% set ns = namespace(x='aaaaaaaaaa') %}}{{% for i in range(99) %}}{} {{% endfor %}}"


def filled(folder: Path, text: str) -> str:
    (folder / "x.md.j2").write_text(text, encoding="utf-8")
    return fill_layout(layout_environment(folder), "x.md.j2", {"document": {"a": "b"}})


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{% for i in range(99999) %}{% endfor %}", "range is for at most 20000 numbers"),
        (
            "{% for i in range(9999) %}{% for j in range(9999) %}a{% endfor %}{% endfor %}",
            "more than 400,000 steps",
        ),
        ("{% for i in range(19999) %}" + "x" * 10_000 + "{% endfor %}", "makes more than 8,000,000 characters"),
        ("{% for i in range(20000) recursive %}{{ loop(range(20000)) }}{% endfor %}", "steps"),
        ("{% for i in range(20000) %}{{ range(20000)|sort|list|length }}{% endfor %}", "steps"),
        ("{{ 10**99999999 }}", "a number that is too large"),
        ("{{ 7**7**7**7 }}", "a number that is too large"),
        ("{{ 'a' * 1000000000 }}", "a text that is too long"),
        ("{{ [1] * 1000000000 }}", "a list that is too long"),
        ("{{ '%999999999d' % 1 }}", "texts are joined with ~"),
        ("{{ '{:999999999}'.format(1) }}", "attribute 'format' of 'str' object is unsafe"),
        ("{{ 'a'.center(999999999) }}", "attribute 'center' of 'str' object is unsafe"),
        ("{{ 'a'|center(999999999) }}", 'unknown filter "center"'),
        ("{{ 'abc'|float }}", 'unknown filter "float"'),
        ("{{ lipsum(100000) }}", '"lipsum" is not known here'),
        ("{{ (['a' * 99999] * 9999)|join }}", "a text that is too long"),
        ("{{ ('a' * 999999)|replace('a', 'b' * 999999) }}", "a text that is too long"),
        ("{% filter replace('', 'x' * 100000) %}" + "y" * 99_000 + "{% endfilter %}", "a text that is too long"),
        (GROWS.format("{% set ns.x = ns.x ~ ns.x %}"), "a text that is too long"),
        (GROWS.format("{% set ns.x = ns.x + ns.x %}"), "a text that is too long"),
        (GROWS.format("{% set ns.x %}{{ ns.x }}{{ ns.x }}{% endset %}"), "makes more than 8,000,000 characters"),
        ("{% include 'x.md.j2' %}", "includes or calls itself without end"),
        ("{% extends 'x.md.j2' %}", "includes or calls itself without end"),
        ("{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}", "includes or calls itself without end"),
        ("{% macro m(n) %}{% if n %}{{ m(n-1) }}{{ m(n-1) }}{% endif %}{% endmacro %}{{ m(60) }}", "steps"),
        ("{{ 1//0 }}", "a division by zero"),
        ("{{ document + 3 }}", "values of these kinds can't be joined so"),
        ("{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}", "nested too deeply"),
        ("{% if 1 %}" * 3000 + "{% endif %}" * 3000, "nested too deeply"),
    ],
)
def test_what_has_no_end_is_stopped_at_its_line(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(InputError) as raised:
        filled(tmp_path, text)
    assert str(raised.value).startswith(f"{tmp_path}/x.md.j2:")
    assert why in str(raised.value)


def test_a_layout_of_more_than_200_kb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is larger than 200,000 bytes"):
        filled(tmp_path, "a" * 200_001)


def test_what_layouts_do_is_as_it_was(tmp_path: Path) -> None:
    text = (
        "{% for n in range(3) %}{{ loop.index }}/{{ loop.length }}{% if not loop.last %}, {% endif %}{% endfor %} "
        "{{ document.a ~ '<' ~ 1 }} {{ ['x', 'y']|join('&') }} {{ 2 * 3 + 1 }} {{ 'a-b'|replace('-', '_') }} "
        "{% set ns = namespace(n=1) %}{% set ns.n = ns.n + 1 %}{{ ns.n }} {{ 'Ab'.startswith('A') }}"
    )
    assert filled(tmp_path, text) == "1/3, 2/3, 3/3 b&lt;1 x&amp;y 7 a_b 2 True"
