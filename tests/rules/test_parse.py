"""What an author can't write, however they try; and what an expression is read as."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.rules.expressions.lex import RefusedError
from reporter.rules.expressions.parse import parse_expression
from reporter.rules.expressions.tree import format_node, literal_value

ATTACKS = {
    "'a' * 10**9": (8, "a power (**) isn't allowed"),
    "10**(10**8)": (2, "a power (**) isn't allowed"),
    "__class__": (0, '"__class__" isn\'t allowed'),
    "price.__class__": (6, '"__class__" isn\'t allowed'),
    "_0 > 1": (0, '"_0" isn\'t allowed'),
    "price.close|attr('x')": (11, 'a filter ("|") isn\'t allowed'),
    "a => 5": (2, '"=>" isn\'t allowed'),
    "a =< 5": (2, '"=<" isn\'t allowed'),
    "a ≥ 5": (2, '"≥" stands for >='),
    "a && b": (2, '"&&" isn\'t allowed'),
    "a || b": (2, '"||" isn\'t allowed'),
    "a <> b": (2, '"<>" isn\'t allowed'),
    "a AND b": (2, '"AND" isn\'t allowed'),
    "a ＞ 5": (2, '"＞" stands for >'),
    "a > ５": (4, '"５" stands for 5'),
    "a > 5％": (5, '"％" stands for %'),
    "a > 70,000": (6, 'unexpected ","'),
    "price.close[0]": (11, "a subscript ([…]) isn't allowed"),
    "'a'.join(x)": (8, "only a named function can be called"),
    "'a'.b > 1": (3, "only a metric's name has dots"),
    "price.close.format()": (18, "only a named function can be called"),
    "abs(price.close)()": (16, "only a named function can be called"),
    "'a'(1)": (0, "a literal can't be called"),
    "abs(*x)": (0, "abs() takes plain arguments only"),
    "abs(**x)": (4, "a power (**) isn't allowed"),
    "abs(x=1)": (5, '"=" isn\'t allowed'),
    "(1, 2) == 3": (1, "a list is only allowed after in"),
    "{'a': 1}": (0, '"{" isn\'t allowed'),
    "1 if true": (2, '"if" isn\'t allowed'),
    "x ~ y": (2, '"~" isn\'t allowed'),
    "7 // 2": (2, '"//" isn\'t allowed'),
    "7 % 2": (2, '"%" must follow a number at once'),
    "none": (0, '"none" isn\'t a value here'),
    "+1": (0, 'a leading "+" isn\'t allowed'),
    "x is defined": (2, 'the only question after "is" is missing'),
    "x is missing y": (2, 'the only question after "is" is missing'),
    "x in [y] in [z]": (0, "in needs a list of literals and nothing else"),
    "x in y": (0, "in needs a list of literals and nothing else"),
    "lambda: 1": (6, '":" isn\'t allowed'),
    "x; y": (1, 'unexpected ";"'),
    "x }} y": (2, '"}" isn\'t allowed'),
    "'a\\x41'": (0, "a quote isn't closed"),
    "1e400": (0, "the number is too large"),
    "9" * 1_999: (0, "the number is too large"),
    "9" * 10_000_000: (0, "the expression is longer than 2,000 characters"),
    "0x10": (0, '"0x10" isn\'t a number'),
    "1_000": (0, '"1_000" isn\'t a number'),
    "(" * 200 + "1" + ")" * 200: (15, "nested deeper than 15 levels"),
    "not " * 490 + "x": (60, "nested deeper than 15 levels"),
    "- " * 490 + "1": (30, "nested deeper than 15 levels"),
    "x+" * 240 + "x": (437, "nested deeper than 20 levels"),
    "x or " * 390 + "x": (0, "the expression has more than 500 parts"),
    "x.y" + ".z" * 900: (0, "the expression has more than 500 parts"),
    "(1": (1, 'the closing ")" is missing'),
    "(1]": (2, '"]" closes nothing'),
    "x >": (2, "the expression ends too early"),
    "x y": (2, 'unexpected "y"'),
    "  ": (0, "the expression is empty"),
}


@pytest.mark.parametrize("text", ATTACKS, ids=lambda text: text[:24])
def test_refuses_at_the_place_and_at_once(text: str) -> None:
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    with pytest.raises(RefusedError) as refused:
        sys.setprofile(count)
        try:
            parse_expression(text)
        finally:
            sys.setprofile(None)
    assert (refused.value.at, refused.value.what) == ATTACKS[text]
    # Calls and returns, however fast the machine; an expression of 500 parts takes tens of each.
    assert calls < 100_000


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5%", 0.05),
        ("7%", 0.07),
        ("25bp", 0.0025),
        ("300m", 300e6),
        ("1.5bn", 1.5e9),
        ("2k", 2e3),
        ("3d", 3.0),
        ("-5%", -0.05),
        ("1.5e3", 1500.0),
    ],
)
def test_suffixes_scale_literals(text: str, value: float) -> None:
    assert literal_value(parse_expression(text)) == value


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a and b or not c", "(a and b) or (not c)"),
        ("a and b and c", "a and b and c"),
        ("0 < price.close <= 2k", "0 < price.close <= 2k"),
        ("x not in [1, -2]", "not (x in [1, -2])"),
        ("x is not missing", "not (x is missing)"),
        ("prev(price.close) - 2 * x", "prev(price.close) - (2 * x)"),
        ("a\n  and\n  b", "a and b"),
    ],
)
def test_reads_as(text: str, shown: str) -> None:
    assert format_node(parse_expression(text)) == shown


@settings(deadline=None)
@given(st.text(alphabet="ab.()[]1 5%d+-*/<>=!'\"_,|~{}#&:", max_size=60))
def test_any_text_is_read_or_refused_inside_it(text: str) -> None:
    try:
        tree = parse_expression(text)
    except RefusedError as refused:
        assert 0 <= refused.at <= max(len(text) - 1, 0)
    else:
        assert format_node(parse_expression(format_node(tree))) == format_node(tree)
