"""Unit algebra: which units may be compared, added, multiplied and divided, and what comes out.

None stands for a bare number (`5`, `300m`), which fits any unit.
"""

from __future__ import annotations

from collections.abc import Mapping

from reporter.model.metric import Unit

_TWINS = ({Unit.USD, Unit.PRICE}, {Unit.FRACTION, Unit.RATIO})
#: A value times one of these, or divided by one, keeps its unit.
_SCALES = (None, Unit.RATIO, Unit.FRACTION, Unit.COUNT)
_PRODUCTS: Mapping[frozenset[Unit], Unit] = {frozenset((Unit.CONTRACTS, Unit.PRICE)): Unit.USD}
#: What no arithmetic is done on.
_FIXED = (Unit.BOOL, Unit.TEXT, Unit.INSTANT)


def units_fit(left: Unit | None, right: Unit | None) -> bool:
    """Whether two units can be compared, added or stand in one list."""
    return left is None or right is None or left is right or {left, right} in _TWINS


def unit_of_sum(left: Unit | None, right: Unit | None) -> Unit | None:
    """Unit of a sum or difference of units that fit; a price and dollars give dollars."""
    if left is None or right is None or left is right:
        return left or right
    return Unit.USD if left in _TWINS[0] else Unit.FRACTION


def unit_of_product(left: Unit | None, right: Unit | None) -> Unit | None:
    """Unit of a product.

    Raises:
        ValueError: the product means nothing here.
    """
    if left is not None and right is not None and frozenset((left, right)) in _PRODUCTS:
        return _PRODUCTS[frozenset((left, right))]
    if right is None or (right in _SCALES and left is not None):
        return left
    if left in _SCALES:
        return right
    raise ValueError


def unit_of_quotient(left: Unit | None, right: Unit | None) -> Unit | None:
    """Unit of a quotient; equal units give a ratio.

    Raises:
        ValueError: the quotient means nothing here.
    """
    if left is not None and right is not None and units_fit(left, right):
        return Unit.RATIO
    if right in _SCALES or (right is Unit.DAYS and left is not None):
        return left
    raise ValueError


def allows_arithmetic(unit: Unit | None) -> bool:
    """Whether arithmetic is allowed with a unit."""
    return unit not in _FIXED
