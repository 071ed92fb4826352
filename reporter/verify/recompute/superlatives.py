"""What a reading is among those before it, found again by looking at each; and what a ledger says of it, held to that.

News is found by stacks and sorted lists (`reporter.news.tracks`). Here every reading between two dates is looked at, so
that one fault can't be in both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from reporter.model.finding import Relation
from reporter.model.metric import MetricSeries, MetricSet
from reporter.model.timestamps import to_midnight
from reporter.verify.ledger.ledger_model import ClaimRecord, FindingRecord, Ledger, RelationRecord

#: Two readings that differ by less than this share are one and the same.
_NEAR = 1e-9


def reaches(value: float, bound: float, direction: int, *, strict: bool) -> bool:
    """Return whether a reading is as extreme as a bound.

    Args:
        value: the reading.
        bound: what it has to reach, in its unit.
        direction: 1 where high readings are extreme, −1 where low ones are.
        strict: whether one that equals the bound doesn't reach it.
    """
    if value == bound:
        return not strict
    return value > bound if direction > 0 else value < bound


def trace_superlative(
    metrics: MetricSet, metric: str, direction: int, bound: float, since: date | None, *, strict: bool = False
) -> Relation | None:
    """Look at every reading before today's, back to a date; None where one of them says otherwise.

    Readings of another source than today's are not compared, nor is one that is still that of the day before.

    Args:
        metrics: up to the day.
        metric: the metric's id.
        direction: 1 where high readings are extreme, −1 where low ones are.
        bound: what an earlier reading has to reach to be as extreme as today's.
        since: date of the last one that is said to reach it; None where none is said to.
        strict: whether a reading that equals the bound doesn't reach it.
    """
    series, today = metrics.series[metric], metrics.today_index
    value = series.values[today]
    if value is None or not reaches(value, bound, direction, strict=strict):
        return None
    nearest: int | None = None
    first, compared = today, 0
    # Thousands of days are looked at, so what is asked of each is at hand.
    sources, dates, own = series.source, metrics.dates, series.source[today]
    best = 0.0
    for day, reading in _iterate_own_readings(series, today):
        if dates[day] == since:
            if not reaches(reading, bound, direction, strict=strict):
                return None
            return _make_relation(metrics, series, (direction, bound, strict), (day, nearest, first), compared)
        if sources[day] != own:
            continue
        if reaches(reading, bound, direction, strict=strict):
            return None
        first, compared = day, compared + 1
        if nearest is None or (reading - best) * direction > 0:
            nearest, best = day, reading
    if since is not None:
        return None
    return _make_relation(metrics, series, (direction, bound, strict), (None, nearest, first), compared)


def list_more_extreme(metrics: MetricSet, metric: str, direction: int) -> tuple[date, ...]:
    """List the days before today whose reading is more extreme than today's, the latest first.

    Readings of another source than today's are not compared, nor is one that is still that of the day before.

    Args:
        metrics: up to the day.
        metric: the metric's id, which has a value today.
        direction: 1 where high readings are extreme, −1 where low ones are.
    """
    series, today = metrics.series[metric], metrics.today_index
    value, own = series.values[today] or 0.0, series.source[today]
    return tuple(
        metrics.dates[day]
        for day, reading in _iterate_own_readings(series, today)
        if series.source[day] == own and reaches(reading, value, direction, strict=True)
    )


def _iterate_own_readings(series: MetricSeries, today: int) -> Iterator[tuple[int, float]]:
    """Iterate over the days before one that have a reading of their own, the latest first, with the reading.

    A flow that is known on Saturday is none of Sunday's.
    """
    values, ends = series.values, series.as_of
    for day in range(today - 1, -1, -1):
        reading, end = values[day], ends[day]
        if reading is not None and (day == 0 or end is None or end != ends[day - 1]):
            yield day, reading


def _make_relation(
    metrics: MetricSet,
    series: MetricSeries,
    asked: tuple[int, float, bool],
    found: tuple[int | None, int | None, int],
    compared: int,
) -> Relation:
    (direction, bound, strict), (since, nearest, first) = asked, found
    return Relation(
        metric=series.spec.id,
        date=metrics.dates[-1].isoformat(),
        value=float(series.values[metrics.today_index] or 0.0),
        direction=direction,
        bound=bound,
        strict=strict,
        since=None if since is None else metrics.dates[since].isoformat(),
        since_value=None if since is None else series.values[since],
        nearest=None if nearest is None else metrics.dates[nearest].isoformat(),
        nearest_value=None if nearest is None else series.values[nearest],
        first=metrics.dates[first if since is None else since].isoformat(),
        compared=compared,
    )


def check_superlatives(ledger: Ledger, readings: Mapping[tuple[str, str], float]) -> Iterator[tuple[str, str]]:
    """Find news of a ledger that its own readings don't bear out: (what, why).

    Args:
        ledger: that they stand in.
        readings: metric and ISO date → what the claims say it was.
    """
    claims: dict[str, list[ClaimRecord]] = {}
    for claim in ledger.claims:
        claims.setdefault(claim.finding, []).append(claim)
    for finding in ledger.findings:
        where = f"finding {finding.id}"
        own = claims.get(finding.id, [])
        if finding.relation is not None:
            yield from ((where, why) for why in _check_relation(finding.relation, readings))
            yield from ((where, why) for why in _check_since(finding, finding.relation))
            ranks = (claim for claim in own if claim.fact == "rank")
            yield from ((where, why) for claim in ranks for why in _check_rank(claim, finding.relation, ledger.claims))
        elif finding.topic == "news":
            yield from ((where, why) for why in _check_run(own))


def _check_relation(told: RelationRecord, readings: Mapping[tuple[str, str], float]) -> Iterator[str]:
    """Check that today's reading and the last one as extreme reach the bound, and that none between does."""
    for day, value in ((told.date, told.value), (told.since, told.since_value), (told.nearest, told.nearest_value)):
        known = readings.get((told.metric, day)) if day is not None else None
        if known is not None and value is not None and abs(known - value) > _NEAR * max(abs(known), 1.0):
            yield f"{told.metric} of {day} is {value:.10g} in its relation and {known:.10g} for a claim"

    def is_extreme(value: float) -> bool:
        return reaches(value, told.bound, told.direction, strict=told.strict)

    if not is_extreme(told.value):
        yield f"{told.metric} is {told.value:.10g} and does not reach {told.bound:.10g}"
    if (told.since is None) is not (told.since_value is None):
        yield "its last reading as extreme has a date without a value, or a value without a date"
    if told.since_value is not None and not is_extreme(told.since_value):
        yield f"the reading of {told.since}, {told.since_value:.10g}, is not as extreme"
    if told.nearest_value is not None and is_extreme(told.nearest_value):
        yield f"the reading of {told.nearest}, {told.nearest_value:.10g}, is as extreme and lies between"
    if not (told.since or told.first) <= (told.nearest or told.date) <= told.date:
        yield "its dates are not in order"


def _check_since(finding: FindingRecord, told: RelationRecord) -> Iterator[str]:
    """Check that what the finding says of date, tie and record is what its relation says."""
    facts = {fact.name: fact.value for fact in finding.facts}
    since, day = facts.get("since"), told.since
    if since is not None and day is None:
        yield "it says since when, and no reading is as extreme"
    elif isinstance(since, float) and day is not None and not 0 <= to_midnight(date.fromisoformat(day)) - since < _LATE:
        yield f"its date is not that of {told.metric} of {day}"
    for reach in (member for fact in finding.facts if fact.name == "reach" for member in fact.members):
        if reach.name in _LEAST_DAYS:
            span = (date.fromisoformat(told.date) - date.fromisoformat(told.first)).days
            if day is not None or not isinstance(reach.value, float) or span < reach.value * _LEAST_DAYS[reach.name]:
                yield f"its words tell more {reach.name.partition('.')[2]} than its readings go back"
            continue
        dated = reach.name.startswith("reach.since")
        if dated is not (day is not None) or (dated and reach.value != since):
            yield "the date that its words go back to is not that of the last reading as extreme"
        if reach.name == "reach.record" and not facts.get("record"):
            yield "its words tell a record, and it is none"
    if facts.get("tied") and told.since_value != told.value:
        yield "it is said to be matched, and is not"
    if told.since_value == told.value and told.bound == told.value and not facts.get("tied"):
        yield "it matches an earlier reading, and is not said to"
    if facts.get("record") and day is not None:
        yield f"it is said to be a record, and {told.metric} was as extreme on {day}"


def _check_rank(claim: ClaimRecord, told: RelationRecord, claims: Iterable[ClaimRecord]) -> Iterator[str]:
    """Check that a rank rests on the day's reading and on each that is more extreme, as many as it says."""
    own, *ahead = claim.inputs
    if (own.metric, own.date, own.value) != (told.metric, told.date, told.value):
        yield f"its rank is of {own.metric} of {own.date}, and its relation of {told.metric} of {told.date}"
    if claim.value != len(ahead) + 1:
        yield f"it has the rank {claim.value}, and rests on {len(ahead)} readings that are more extreme"
    before = {one.date: one.value for one in ahead if one.metric == told.metric and one.date < told.date}
    if len(before) != len(ahead):
        yield "what is before it in rank is not of as many days before it"
    for day, value in before.items():
        if value is None or not reaches(value, told.value, told.direction, strict=True):
            yield f"{told.metric} of {day} is said to be more extreme, and is not"
    if max(before, default=None) != told.since and told.since_value != told.value:
        yield f"the last reading that is before it in rank is not that of {told.since}"
    for one in (read for other in claims for read in other.inputs if read.metric == told.metric):
        # A reading that is carried over a weekend has the value of its own day.
        if one.value is None or one.date >= told.date or one.source != own.source or one.value in before.values():
            continue
        if reaches(one.value, told.value, told.direction, strict=True):
            yield f"{told.metric} of {one.date} is more extreme, and is not among those before it in rank"


#: How long a reach is said to be at least, by its unit: February's days, and a year's.
_LEAST_DAYS = {"reach.months": 28, "reach.years": 365}
#: A flow's day lies up to five days before the first brief that knows it; all else is of the brief's own day.
_LATE = 6 * 86_400


def _check_run(claims: list[ClaimRecord]) -> Iterator[str]:
    """Check that the readings of a run have one sign, and are as many as it is said to be long."""
    for claim in claims:
        if claim.fact != "days" or not isinstance(claim.value, float):
            continue
        signs = {(reading.value or 0.0) > 0 for reading in claim.inputs}
        count = claim.readings or len(claim.inputs)
        if len(signs) != 1 or count != claim.value:
            yield f"a run of {claim.value:g} rests on {count} readings, not all of one sign"
