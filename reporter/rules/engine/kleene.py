"""Closures of arithmetic, comparisons and Kleene's logic, from which expressions are bound; gaps are passed on."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence

from reporter.rules.engine.closures import Column, NumberAt, TruthAt

#: A metric against a literal: its column, the sign, the literal.
Test = tuple[Column, str, float]

_LARGEST = 1e300

#: A comparison's sign → its test.
TESTS: Mapping[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def negate_number(item: NumberAt) -> NumberAt:
    """Bind `-a`."""

    def number_at(index: int) -> float | None:
        value = item(index)
        return None if value is None else -value

    return number_at


def _add_numbers(left: NumberAt, right: NumberAt) -> NumberAt:
    def number_at(index: int) -> float | None:
        one, other = left(index), right(index)
        return None if one is None or other is None else _drop_overflow(one + other)

    return number_at


def _subtract_numbers(left: NumberAt, right: NumberAt) -> NumberAt:
    def number_at(index: int) -> float | None:
        one, other = left(index), right(index)
        return None if one is None or other is None else _drop_overflow(one - other)

    return number_at


def _multiply_numbers(left: NumberAt, right: NumberAt) -> NumberAt:
    def number_at(index: int) -> float | None:
        one, other = left(index), right(index)
        return None if one is None or other is None else _drop_overflow(one * other)

    return number_at


def _divide_numbers(left: NumberAt, right: NumberAt) -> NumberAt:
    def number_at(index: int) -> float | None:
        one, other = left(index), right(index)
        return None if one is None or other is None or other == 0 else _drop_overflow(one / other)

    return number_at


def _drop_overflow(value: float) -> float | None:
    """A finite value within bounds as it is; None for an overflow or NaN."""
    return value if -_LARGEST < value < _LARGEST else None


#: An operator → what binds it.
ARITHMETIC: Mapping[str, Callable[[NumberAt, NumberAt], NumberAt]] = {
    "+": _add_numbers,
    "-": _subtract_numbers,
    "*": _multiply_numbers,
    "/": _divide_numbers,
}


def _is_above(column: Column, limit: float) -> TruthAt:
    return lambda index: None if (value := column[index]) is None else value > limit


def _is_at_least(column: Column, limit: float) -> TruthAt:
    return lambda index: None if (value := column[index]) is None else value >= limit


def _is_below(column: Column, limit: float) -> TruthAt:
    return lambda index: None if (value := column[index]) is None else value < limit


def _is_at_most(column: Column, limit: float) -> TruthAt:
    return lambda index: None if (value := column[index]) is None else value <= limit


def _is_equal(column: Column, limit: float) -> TruthAt:
    return lambda index: None if (value := column[index]) is None else value == limit


def _is_unequal(column: Column, limit: float) -> TruthAt:
    return lambda index: None if (value := column[index]) is None else value != limit


#: A metric against a literal is what most clauses are, so each has its own closure.
AGAINST_LITERAL: Mapping[str, Callable[[Column, float], TruthAt]] = {
    ">": _is_above,
    ">=": _is_at_least,
    "<": _is_below,
    "<=": _is_at_most,
    "==": _is_equal,
    "!=": _is_unequal,
}


def compare_numbers(left: NumberAt, right: NumberAt, test: Callable[[float, float], bool]) -> TruthAt:
    """Bind a comparison of two numbers; unknown where either is missing.

    Args:
        left: the left number.
        right: the right number.
        test: whether the comparison holds.
    """

    def truth_at(index: int) -> bool | None:
        one, other = left(index), right(index)
        return None if one is None or other is None else test(one, other)

    return truth_at


def compare_chain(items: list[NumberAt], tests: list[Callable[[float, float], bool]]) -> TruthAt:
    """Bind a chain `a < b < c` as `a < b and b < c`, reading each item once."""

    def truth_at(index: int) -> bool | None:
        values = [item(index) for item in items]
        result: bool | None = True
        for one, other, test in zip(values, values[1:], tests, strict=False):
            if one is None or other is None:
                result = None
            elif not test(one, other):
                return False
        return result

    return truth_at


def is_among(item: NumberAt, options: frozenset[float | None]) -> TruthAt:
    """Bind whether a number is one of the options."""

    def truth_at(index: int) -> bool | None:
        value = item(index)
        return None if value is None else value in options

    return truth_at


def is_nonzero(column: Column) -> TruthAt:
    """Bind a metric of 0 and 1 as a condition."""
    return lambda index: None if (value := column[index]) is None else value != 0


def is_missing(item: NumberAt) -> TruthAt:
    """Bind whether a value is missing; this is never unknown."""
    return lambda index: item(index) is None


def negate_condition(item: TruthAt) -> TruthAt:
    """Bind Kleene's not."""
    return lambda index: None if (value := item(index)) is None else not value


def all_of(items: list[TruthAt]) -> TruthAt:
    """Bind Kleene's and: false if any is false, else unknown if any is unknown, else true."""
    if len(items) == 2:
        return _both_of(*items)

    def truth_at(index: int) -> bool | None:
        result: bool | None = True
        for item in items:
            value = item(index)
            if value is None:
                result = None
            elif not value:
                return False
        return result

    return truth_at


def _both_of(left: TruthAt, right: TruthAt) -> TruthAt:
    def truth_at(index: int) -> bool | None:
        one = left(index)
        if one is False:
            return False
        other = right(index)
        # One is true or unknown here, so only a false other decides against it.
        return other if one or other is False else None

    return truth_at


def all_of_tests(clauses: Sequence[Test]) -> TruthAt:
    """Bind Kleene's and of comparisons of metrics with literals, without a call for each."""
    if len(clauses) == 3:
        return _all_of_three_tests(*clauses)
    return all_of([AGAINST_LITERAL[sign](column, limit) for column, sign, limit in clauses])


def _all_of_three_tests(first: Test, second: Test, third: Test) -> TruthAt:
    # Written out, because the calls would cost more than all that they do.
    (column_1, sign_1, limit_1), (column_2, sign_2, limit_2), (column_3, sign_3, limit_3) = first, second, third
    test_1, test_2, test_3 = TESTS[sign_1], TESTS[sign_2], TESTS[sign_3]

    def truth_at(index: int) -> bool | None:
        one = column_1[index]
        if one is not None and not test_1(one, limit_1):
            return False
        two = column_2[index]
        if two is not None and not test_2(two, limit_2):
            return False
        three = column_3[index]
        if three is not None and not test_3(three, limit_3):
            return False
        return None if one is None or two is None or three is None else True

    return truth_at


def any_of(items: list[TruthAt]) -> TruthAt:
    """Bind Kleene's or: true if any is true, else unknown if any is unknown, else false."""

    def truth_at(index: int) -> bool | None:
        result: bool | None = False
        for item in items:
            value = item(index)
            if value:
                return True
            if value is None:
                result = None
        return result

    return truth_at
