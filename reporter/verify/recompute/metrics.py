"""The ledger's derived figures, recomputed: changes, shares, places in a band and counts → what disagrees.

The ledger names the readings that each claim rests on. Where it holds a derived figure of a day and all that the
figure is made of, the figure is computed again; and no two claims may give one reading different values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from reporter.language.relating_words import RELATION
from reporter.verify.ledger.ledger_model import ClaimRecord, FactRecord, Ledger
from reporter.verify.recompute.conditions import check_reasonings
from reporter.verify.recompute.counts import check_counts
from reporter.verify.recompute.history import History
from reporter.verify.recompute.relating import check_relation_claims
from reporter.verify.recompute.superlatives import check_superlatives
from reporter.verify.recompute.workings import check_workings

#: Two ways to compute a figure differ by less than this share of it.
_NEAR = 1e-6


@dataclass(frozen=True, slots=True)
class _Identity:
    """A derived metric, the metrics that it is computed from, and the formula."""

    metric: str
    of: tuple[str, ...]
    compute: Callable[..., float]


def _compute_change(new: float, old: float) -> float:
    return new / old - 1


def _compute_share(value: float, low: float, high: float) -> float:
    return (value - low) / (high - low)


def _compute_difference(left: float, right: float) -> float:
    return left - right


_IDENTITIES = (
    _Identity("price.return_1d", ("price.close", "price.prev_close"), _compute_change),
    _Identity("price.rebound_from_low", ("price.close", "price.low"), _compute_change),
    _Identity("price.close_from_high", ("price.close", "price.high"), _compute_change),
    _Identity("price.fall_from_high", ("price.low", "price.high"), _compute_change),
    _Identity("price.range", ("price.high", "price.low"), _compute_change),
    _Identity("price.close_position", ("price.close", "price.low", "price.high"), _compute_share),
    _Identity("price.drawdown_30d", ("price.close", "price.high_30d"), _compute_change),
    _Identity("price.drawdown_record", ("price.close", "price.record_close"), _compute_change),
    _Identity("price.level_gap", ("price.close", "price.round_level"), _compute_change),
    _Identity("price.retraced_share", ("price.close", "price.shock_close", "price.shock_start"), _compute_share),
    _Identity("price.retraced_share_high", ("price.high", "price.shock_close", "price.shock_start"), _compute_share),
    _Identity("price.needed_to_erase", ("price.shock_start", "price.shock_close"), _compute_change),
    _Identity("price.shock_return", ("price.shock_close", "price.shock_start"), _compute_change),
    _Identity("onchain.band_position", ("price.close", "onchain.band_low", "onchain.band_high"), _compute_share),
    _Identity("onchain.premium_to_realised", ("price.close", "onchain.realised_price"), _compute_change),
    _Identity("derivatives.dvol_change_1d", ("derivatives.dvol", "derivatives.dvol_prev"), _compute_difference),
    _Identity(
        "derivatives.open_interest_change_7d",
        ("derivatives.open_interest", "derivatives.open_interest_7d_ago"),
        _compute_change,
    ),
    _Identity(
        "derivatives.liquidations_total",
        ("derivatives.liquidations_long", "derivatives.liquidations_short"),
        lambda longs, shorts: longs + shorts,
    ),
    _Identity(
        "derivatives.liquidations_long_share",
        ("derivatives.liquidations_long", "derivatives.liquidations_short"),
        lambda longs, shorts: longs / (longs + shorts),
    ),
    _Identity("options.term_slope", ("options.atm_back", "options.atm_front"), _compute_difference),
)


def check_derived_figures(ledger: Ledger) -> Iterator[tuple[str, str]]:
    """Find figures of the ledger that disagree with each other: (where, why)."""
    values: dict[tuple[str, str], float] = {}
    for claim in ledger.claims:
        for reading in claim.inputs:
            if reading.value is None:
                continue
            known = values.setdefault((reading.metric, reading.date), reading.value)
            if not _is_near(known, reading.value):
                values_told = f"{known:.10g} for one claim and {reading.value:.10g} for another"
                why = f"{reading.metric} of {reading.date} is {values_told}"
                yield claim.id, why
        yield from _check_own_reading(claim)
    # A relation may be named as a fact is: "since" is what a word says, and a date.
    claimed = {(claim.finding, claim.fact): claim.value for claim in ledger.claims if claim.kind != RELATION}
    for finding in ledger.findings:
        for fact in finding.facts:
            yield from _check_fact(finding.id, fact.name, fact, claimed)
    yield from _check_identities(values)
    yield from check_workings(ledger, values)
    history = History(values, ledger.stretches, ledger.closed)
    yield from history.list_disagreements()
    yield from check_reasonings(ledger, history)
    yield from check_superlatives(ledger, values)
    yield from check_counts(ledger)
    yield from check_relation_claims(ledger, history)


def _check_own_reading(claim: ClaimRecord) -> Iterator[tuple[str, str]]:
    """Check that a claim that is one metric has the value of one of its readings."""
    known = [reading.value for reading in claim.inputs if reading.metric == claim.is_ and reading.value is not None]
    if known and isinstance(claim.value, float | int) and not any(_is_near(value, claim.value) for value in known):
        yield claim.id, f"it is {claim.value:.10g}, and the reading of {claim.is_} is {known[0]:.10g}"


def _check_fact(
    finding: str, path: str, fact: FactRecord, claimed: Mapping[tuple[str, str], float | str | None]
) -> Iterator[tuple[str, str]]:
    """Check that a fact has the value of its claims, and that a list's value is its length."""
    place = f"{finding}:{path}"
    if claimed.get((finding, path), fact.value) != fact.value:
        yield place, f"it is {fact.value}, and its claim says {claimed[finding, path]}"
    yield from _check_member_count(place, fact)


def _check_member_count(place: str, fact: FactRecord) -> Iterator[tuple[str, str]]:
    if fact.members and isinstance(fact.value, float | int) and fact.value != len(fact.members):
        yield place, f"it counts {fact.value:g} and lists {len(fact.members)}"


def _check_identities(values: Mapping[tuple[str, str], float]) -> Iterator[tuple[str, str]]:
    days = sorted({day for _, day in values})
    for identity in _IDENTITIES:
        for day in days:
            told = values.get((identity.metric, day))
            parts = [values.get((part, day)) for part in identity.of]
            if told is None or any(part is None for part in parts):
                continue
            try:
                right = identity.compute(*parts)
            except ZeroDivisionError:
                continue
            if not _is_near(told, right):
                names = " and ".join(identity.of)
                yield identity.metric, f"on {day} it is {told:.10g}, and from {names} it is {right:.10g}"


def _is_near(left: float, right: float) -> bool:
    return abs(left - right) <= _NEAR * max(abs(left), abs(right), 1e-9)
