"""The small closures that expressions are built of: arithmetic and comparisons that pass gaps on; Kleene's logic."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence

from reporter.rules.closures import Column, NumberAt, TruthAt

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


def negative(item: NumberAt) -> NumberAt:
    """`-a`."""

    def value_at(index: int) -> float | None:
        value = item(index)
        return None if value is None else -value

    return value_at


def _add(left: NumberAt, right: NumberAt) -> NumberAt:
    def added(index: int) -> float | None:
        one, other = left(index), right(index)
        return None if one is None or other is None else _bounded(one + other)

    return added


def _subtract(left: NumberAt, right: NumberAt) -> NumberAt:
    def subtracted(index: int) -> float | None:
        one, other = left(index), right(index)
        return None if one is None or other is None else _bounded(one - other)

    return subtracted


def _multiply(left: NumberAt, right: NumberAt) -> NumberAt:
    def multiplied(index: int) -> float | None:
        one, other = left(index), right(index)
        return None if one is None or other is None else _bounded(one * other)

    return multiplied


def _divide(left: NumberAt, right: NumberAt) -> NumberAt:
    def divided(index: int) -> float | None:
        one, other = left(index), right(index)
        return None if one is None or other is None or other == 0 else _bounded(one / other)

    return divided


def _bounded(value: float) -> float | None:
    """What overflowed or isn't a number is missing, as it is at the border."""
    return value if -_LARGEST < value < _LARGEST else None


#: An operator → what binds it.
ARITHMETIC: Mapping[str, Callable[[NumberAt, NumberAt], NumberAt]] = {
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
}


def _above(column: Column, limit: float) -> TruthAt:
    return lambda index: None if (value := column[index]) is None else value > limit


def _at_least(column: Column, limit: float) -> TruthAt:
    return lambda index: None if (value := column[index]) is None else value >= limit


def _below(column: Column, limit: float) -> TruthAt:
    return lambda index: None if (value := column[index]) is None else value < limit


def _at_most(column: Column, limit: float) -> TruthAt:
    return lambda index: None if (value := column[index]) is None else value <= limit


def _equal(column: Column, limit: float) -> TruthAt:
    return lambda index: None if (value := column[index]) is None else value == limit


def _unequal(column: Column, limit: float) -> TruthAt:
    return lambda index: None if (value := column[index]) is None else value != limit


#: A metric against a literal is what most clauses are, so each has its own closure.
AGAINST_LITERAL: Mapping[str, Callable[[Column, float], TruthAt]] = {
    ">": _above,
    ">=": _at_least,
    "<": _below,
    "<=": _at_most,
    "==": _equal,
    "!=": _unequal,
}


def compared(left: NumberAt, right: NumberAt, test: Callable[[float, float], bool]) -> TruthAt:
    """A comparison of two numbers."""

    def holds(index: int) -> bool | None:
        one, other = left(index), right(index)
        return None if one is None or other is None else test(one, other)

    return holds


def chained(items: list[NumberAt], tests: list[Callable[[float, float], bool]]) -> TruthAt:
    """`a < b < c` is `a < b and b < c`, with each item read once."""

    def holds(index: int) -> bool | None:
        values = [item(index) for item in items]
        result: bool | None = True
        for one, other, test in zip(values, values[1:], tests, strict=False):
            if one is None or other is None:
                result = None
            elif not test(one, other):
                return False
        return result

    return holds


def among(item: NumberAt, options: frozenset[float | None]) -> TruthAt:
    """Whether a number is one of some."""

    def holds(index: int) -> bool | None:
        value = item(index)
        return None if value is None else value in options

    return holds


def flag(column: Column) -> TruthAt:
    """A metric that is 0 or 1, as a condition."""
    return lambda index: None if (value := column[index]) is None else value != 0


def missing(item: NumberAt) -> TruthAt:
    """Whether there is no value: the one question that a gap answers."""
    return lambda index: item(index) is None


def negated(item: TruthAt) -> TruthAt:
    """Kleene's not."""
    return lambda index: None if (value := item(index)) is None else not value


def all_of(items: list[TruthAt]) -> TruthAt:
    """False if any is false, else unknown if any is unknown, else true."""
    if len(items) == 2:
        return _both(*items)

    def holds(index: int) -> bool | None:
        result: bool | None = True
        for item in items:
            value = item(index)
            if value is None:
                result = None
            elif not value:
                return False
        return result

    return holds


def _both(left: TruthAt, right: TruthAt) -> TruthAt:
    def holds(index: int) -> bool | None:
        one = left(index)
        if one is False:
            return False
        other = right(index)
        # One is true or unknown here, so only a false other decides against it.
        return other if one or other is False else None

    return holds


def all_of_tests(clauses: Sequence[Test]) -> TruthAt:
    """`all_of` for clauses that are each a metric against a literal, without a call for each."""
    if len(clauses) == 3:
        return _three_tests(*clauses)
    return all_of([AGAINST_LITERAL[sign](column, limit) for column, sign, limit in clauses])


def _three_tests(first: Test, second: Test, third: Test) -> TruthAt:
    # Written out, because the calls would cost more than all that they do.
    (column_1, sign_1, limit_1), (column_2, sign_2, limit_2), (column_3, sign_3, limit_3) = first, second, third
    test_1, test_2, test_3 = TESTS[sign_1], TESTS[sign_2], TESTS[sign_3]

    def holds(index: int) -> bool | None:
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

    return holds


def any_of(items: list[TruthAt]) -> TruthAt:
    """True if any is true, else unknown if any is unknown, else false."""

    def holds(index: int) -> bool | None:
        result: bool | None = False
        for item in items:
            value = item(index)
            if value:
                return True
            if value is None:
                result = None
        return result

    return holds
