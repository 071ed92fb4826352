"""Condition × metrics → the truth and value of every clause on a day, with none skipped.

What a day gives is one flat tuple, because it is asked for a thousand rules on years of days: the condition's truth,
then for each clause its truth and its value (the left side of a comparison; None where there is none). Thresholds
that are literals never change and are kept aside; `threshold` and `margin` read them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reporter.rules.engine import kleene
from reporter.rules.engine.binding import Scope
from reporter.rules.engine.closures import NumberAt, TruthAt
from reporter.rules.expressions.condition_leaves import iterate_leaves
from reporter.rules.expressions.tree import AllOf, Compare, Node

#: Truth, then (truth, value) clause by clause.
Taken = tuple[bool | float | None, ...]


@dataclass(frozen=True, slots=True)
class MeasuredCondition:
    """A condition bound to metrics so that a day gives the truth and value of every clause.

    Attributes:
        leaves: its clauses, in the order of the text.
        take: a day's position → what was measured.
        thresholds: each clause's right side; None for what is no comparison.
    """

    leaves: tuple[Node, ...]
    take: Callable[[int], Taken]
    thresholds: tuple[NumberAt | None, ...]

    def find_threshold(self, at: int, index: int) -> float | None:
        """A clause's threshold on a day; None for what is no comparison."""
        found = self.thresholds[at]
        return found(index) if found else None

    def compute_margin(self, at: int, index: int, taken: Taken) -> float | None:
        """A clause's value less its threshold, from what was measured on a day.

        Args:
            at: the clause's position in the condition.
            index: the day's position.
            taken: what was measured on that day.
        """
        value, threshold = taken[2 + 2 * at], self.find_threshold(at, index)
        return None if value is None or threshold is None else value - threshold


def measure_condition(tree: Node, scope: Scope) -> MeasuredCondition:
    """Bind a condition so that each day gives its truth and every clause's truth and value."""
    found = tuple(iterate_leaves(tree, scope.conditions))
    thresholds = tuple(
        scope.bind_number(leaf.items[-1]) if isinstance(leaf, Compare) and len(leaf.signs) == 1 else None
        for leaf in found
    )
    tests = [scope.match_literal_test(leaf) for leaf in found]
    known = [test for test in tests if test is not None]
    if isinstance(tree, AllOf) and len(tests) == len(known) == len(tree.items) == 3:
        return MeasuredCondition(found, _measure_three_tests(*known), thresholds)
    values = [
        scope.bind_number(leaf.items[0]) if isinstance(leaf, Compare) and len(leaf.signs) == 1 else None
        for leaf in found
    ]
    pairs = list(zip([scope.bind_condition(leaf) for leaf in found], values, strict=True))
    return MeasuredCondition(found, _measure_clauses(scope.bind_condition(tree), pairs), thresholds)


def _measure_three_tests(first: kleene.Test, second: kleene.Test, third: kleene.Test) -> Callable[[int], Taken]:
    # Written out, as the fast path's: the calls would cost more than all that they do.
    (column_1, sign_1, limit_1), (column_2, sign_2, limit_2), (column_3, sign_3, limit_3) = first, second, third
    test_1, test_2, test_3 = kleene.TESTS[sign_1], kleene.TESTS[sign_2], kleene.TESTS[sign_3]

    def take_day(index: int) -> Taken:
        value_1, value_2, value_3 = column_1[index], column_2[index], column_3[index]
        if value_1 is None or value_2 is None or value_3 is None:
            one = None if value_1 is None else test_1(value_1, limit_1)
            two = None if value_2 is None else test_2(value_2, limit_2)
            three = None if value_3 is None else test_3(value_3, limit_3)
            whole = False if one is False or two is False or three is False else None
            return whole, one, value_1, two, value_2, three, value_3
        one, two, three = test_1(value_1, limit_1), test_2(value_2, limit_2), test_3(value_3, limit_3)
        return one and two and three, one, value_1, two, value_2, three, value_3

    return take_day


def _measure_clauses(whole: TruthAt, pairs: list[tuple[TruthAt, NumberAt | None]]) -> Callable[[int], Taken]:
    def take_day(index: int) -> Taken:
        taken: list[bool | float | None] = [whole(index)]
        for truth, value in pairs:
            taken.append(truth(index))
            taken.append(value(index) if value else None)
        return tuple(taken)

    return take_day
