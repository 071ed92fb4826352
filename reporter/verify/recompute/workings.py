"""How a ledger says that metrics are made of others → the same figures computed again, by other code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reporter.verify.ledger.ledger_model import Ledger
from reporter.verify.working_formulas import compute_working, is_right_working


def check_workings(ledger: Ledger, readings: Mapping[tuple[str, str], float]) -> Iterator[tuple[str, str]]:
    """Find readings that are not what the ledger says they are made of: (metric, why).

    Args:
        ledger: of the brief.
        readings: (metric, day) → value, of all claims.
    """
    for working in ledger.workings:
        told = readings.get((working.metric, working.date), working.value)
        for part in working.parts:
            known = readings.get((part.metric, part.date), part.value)
            if known != part.value:
                where = f"{part.value:.10g} where {working.metric} is made of it"
                yield part.metric, f"on {part.date} it is {known:.10g} for a claim and {where}"
        values = [part.value for part in working.parts]
        if not is_right_working(working.how, values, told):
            names = " and ".join(dict.fromkeys(part.metric for part in working.parts))
            right = compute_working(working.how, values)
            made = "can't be computed" if right is None else f"is {right:.10g}"
            yield working.metric, f"on {working.date} it is {told:.10g}, and its {working.how} of {names} {made}"
