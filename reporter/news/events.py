"""Facts that no single series declares: records, round levels, runs, moves undone, shares apart, a period's end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import copysign, floor, log2

from reporter.model.news import Factor, NewsFact, Topic
from reporter.news.candidates import make_since_fact
from reporter.news.readings import CLOSE, RETURN, Readings
from reporter.news.surprise import compute_change_bits, compute_level_bits, compute_share_bits
from reporter.news.tracks import Tracks, build_tracks
from reporter.news.weights import (
    FOLLOWED,
    LEAST_GAP,
    LEVEL_LEAST,
    MATCHED,
    NOT_HELD,
    PERIOD_ENDS,
    PERIOD_SLOPE,
    PLAIN,
    PLAIN_FROM,
    PLAIN_SLOPE,
    RECORD_CLOSE,
    RECORD_HIGH,
    RECORD_LEAST,
    RECORD_SLOPE,
)

Weights = Mapping[str, float]
#: A run shorter than this is no news.
_LEAST_RUN = 4
_MOST_RUN = 12
#: Days before today that a move may lie which today undoes.
_UNDONE_DAYS = 3
_LEAST_SESSIONS = 60
#: Kind of fact, its metric, and how many months its periods have.
_PERIODS = (
    ("month_end", "price.month_to_date", 1),
    ("quarter_end", "price.quarter_to_date", 3),
    ("year_end", "price.year_to_date", 12),
)


def find_event_facts(readings: Readings, day: int, weights: Weights) -> Iterator[NewsFact]:
    """All of them, with bits and factors and without novelty or score.

    Args:
        readings: the metrics with their comparable readings.
        day: the day's position.
        weights: how much each kind and topic counts.
    """
    for find in _FINDERS:
        for fact in find(readings, day):
            if weights.get(fact.kind):
                yield replace(fact, weight=fact.weight * weights[fact.kind])


def _find_records(readings: Readings, day: int) -> Iterator[NewsFact]:
    """A close or a high above all before it; a high that only equals the record is matched, and no record."""
    for metric, kind, base in ((CLOSE, "record_close", RECORD_CLOSE), ("price.high", "record_high", RECORD_HIGH)):
        found = readings.track(metric, day)
        if found is None or found[1] + 1 < RECORD_LEAST or found[0].higher[found[1]] >= 0:
            continue
        track, place = found
        fact = make_since_fact(readings, metric, track, place, 1, kind=kind)
        if fact.tied:
            if kind == "record_high":
                yield replace(fact, bits=base, factors=(Factor("only matched", (base - MATCHED) / base),))
            continue
        record = track.lower[place]
        before = max(range(place), key=lambda one: (track.values[one], -one)) if record >= 0 else 0
        age = day - track.days[before]
        bits = base + RECORD_SLOPE * log2(age + 1)
        held = kind == "record_close" or _is_record(readings, CLOSE, day)
        factors = () if held else (Factor("did not hold", (bits - NOT_HELD) / bits),)
        yield replace(
            fact, bits=bits, factors=factors, figures={"record_before": track.values[before], "record_age": float(age)}
        )


def _is_record(readings: Readings, metric: str, day: int) -> bool:
    found = readings.track(metric, day)
    return found is not None and found[0].as_high[found[1]] < 0


# Round levels ---------------------------------------------------------------------------------------------------


def find_scale(price: float) -> float:
    """The power of a thousand that brings a price between 1,000 and 1,000,000, for which steps are counted."""
    scale = 1.0
    while price * scale < 1_000:
        scale *= 1000
    while price * scale >= 1_000_000:
        scale /= 1000
    return scale


def rate_roundness(level: float) -> float:
    """How round a level is, for a price between 1,000 and 1,000,000: 1.25 for 100,000, 0.55 for 61,000."""
    for step, value in ((100_000, 1.25), (10_000, 1.12), (5_000, 1.0)):
        if level % step == 0:
            return value
    if level % 1000 == 0:
        return 0.55 if level >= 10_000 else 0.75
    return 0.5


def _list_round_levels(low: float, high: float, price: float) -> Iterator[tuple[float, float]]:
    """Round levels from just below `low` up to `high`, with how round each is."""
    scale = find_scale(price)
    step = 1000 if price * scale >= 10_000 else 500
    first, last = floor(low * scale / step), floor(high * scale / step)
    for count in range(first, last + 1):
        level = float(count * step)
        if level > 0:
            yield level / scale, rate_roundness(level)


def _find_levels(readings: Readings, day: int) -> Iterator[NewsFact]:
    """Of the levels lost, won, and touched from above and below by the day, each kind's best."""
    close, before = readings.value(CLOSE, day), readings.value("price.prev_close", day)
    low, high = readings.value("price.low", day), readings.value("price.high", day)
    if close is None or before is None:
        return
    spans = (
        ("level_lost", CLOSE, close, before, True),
        ("level_won", CLOSE, before, close, False),
        ("touched_below", "price.low", low, min(before, close), True),
        ("touched_above", "price.high", max(before, close), high, False),
    )
    for kind, metric, bottom, top, below in spans:
        if bottom is None or top is None or not bottom < top:
            continue
        facts = [
            fact
            for level, round_ in _list_round_levels(bottom, top, close)
            # A close at a level, or a high that only touches it, has not been above it.
            if (bottom < level <= top if below else bottom <= level < top)
            for fact in _make_level_fact(readings, day, kind, metric, level, round_, below=below)
        ]
        if facts:
            yield max(facts, key=lambda fact: (fact.bits * fact.factors[0].value, -abs((fact.level or 0) - close)))


def _make_level_fact(
    readings: Readings, day: int, kind: str, metric: str, level: float, round_: float, *, below: bool
) -> Iterator[NewsFact]:
    found = readings.track(metric, day)
    if found is None or found[1] == 0:
        return
    track, place = found
    earlier = track.reached(place - 1, level, below=below)
    if place - 1 - earlier < LEAST_GAP or (earlier < 0 and place + 1 < LEVEL_LEAST):
        return
    since = readings.date(track.days[earlier]) if earlier >= 0 else None
    first = readings.date(track.days[0])
    gap_days = day - track.days[earlier] if earlier >= 0 else day - track.days[0]
    round_value = round_
    if since is None:
        # Never before: it is the record told again, unless it is one of the roundest.
        big = round_ > 1
        round_value *= 1.12 if big else 0.62
    today = readings.date(day)
    yield NewsFact(
        kind=kind,
        metric=metric,
        topic="price",
        day=today,
        value=track.values[place],
        direction=-1 if below else 1,
        since=since,
        gap_days=gap_days if since is not None else None,
        gap=place - 1 - earlier,
        first=first,
        of=place + 1,
        on_record=since is None and place + 1 >= RECORD_LEAST,
        level=level,
        bits=compute_level_bits(gap_days),
        factors=(Factor("roundness", round_value),),
    )


def _find_realised_price(readings: Readings, day: int) -> Iterator[NewsFact]:
    """The close crosses the average price at which coins last moved: a level that is not round."""
    metric = "onchain.premium_to_realised"
    found = readings.track(metric, day)
    if found is None or found[1] == 0:
        return
    track, place = found
    value, before = track.values[place], track.values[place - 1]
    if not (value < 0 <= before or value > 0 >= before):
        return
    below = value < 0
    earlier = track.reached(place - 1, 0.0, below=below)
    since = readings.date(track.days[earlier]) if earlier >= 0 else None
    gap_days = day - track.days[max(earlier, 0)]
    yield NewsFact(
        kind="realised_price_lost" if below else "realised_price_won",
        metric=metric,
        topic="onchain",
        day=readings.date(day),
        value=value,
        direction=-1 if below else 1,
        since=since,
        gap_days=gap_days if since is not None else None,
        gap=place - 1 - earlier,
        first=readings.date(track.days[0]),
        of=place + 1,
        on_record=since is None and place + 1 >= RECORD_LEAST,
        level=readings.value("onchain.realised_price", day),
        bits=compute_level_bits(gap_days),
        factors=(Factor("as round as a thousand", 0.55),),
    )


# Runs -----------------------------------------------------------------------------------------------------------


def _build_runs(readings: Readings, metric: str) -> Tracks:
    """The length of the run of one sign that each observation ends, signed; a day without one ends it."""
    return readings.keep(
        ("runs", metric), lambda: build_tracks(_count_runs(readings.tracks(metric), every=metric == RETURN))
    )


def _count_runs(tracks: Tracks, *, every: bool) -> Iterator[tuple[int, float, object]]:
    """Signed lengths, a track of its own for what can't be compared.

    Args:
        tracks: the observations.
        every: whether a calendar day without an observation breaks a run.
    """
    run, before = 0.0, (-1, -1)
    for day, (number, place) in tracks.days.items():
        value = tracks.all[number].values[place]
        sign = (value > 0) - (value < 0)
        joined = before[1] == number and (not every or before[0] == day - 1)
        run = run + sign if joined and run * sign > 0 else float(sign)
        before = (day, number)
        yield day, run, number


def _make_run_fact(readings: Readings, day: int, metric: str, kinds: tuple[str, str], topic: Topic) -> NewsFact | None:
    found = _build_runs(readings, metric).at(day)
    if found is None or abs(found[0].values[found[1]]) < _LEAST_RUN:
        return None
    track, place = found
    run = track.values[place]
    kind = kinds[run < 0]
    fact = make_since_fact(readings, metric, track, place, 1 if run > 0 else -1, kind=kind, topic=topic)
    return replace(fact, streak=int(run), rank=None, rank_year=None)


def _find_price_run(readings: Readings, day: int) -> Iterator[NewsFact]:
    fact = _make_run_fact(readings, day, RETURN, ("streak_up", "streak_down"), "price")
    close = readings.value(CLOSE, day)
    if fact is None or fact.streak is None or close is None:
        return
    start = readings.value(CLOSE, day - abs(fact.streak))
    if start is None:
        return
    moved = close / start - 1
    yield replace(
        fact,
        value=readings.value(RETURN, day) or 0.0,
        figures={"total": moved},
        bits=float(abs(fact.streak)),
        factors=(Factor("move of the run", min(1.1, 0.35 + abs(moved) / 0.12)),),
    )


def _find_flow_run(readings: Readings, day: int) -> Iterator[NewsFact]:
    fact = _make_run_fact(readings, day, "etf.net_flow_1d", ("fund_streak_in", "fund_streak_out"), "flows")
    found = readings.track("etf.net_flow_1d", day)
    if fact is None or fact.streak is None or found is None:
        return
    track, place = found
    total = sum(track.values[place - abs(fact.streak) + 1 : place + 1])
    yield replace(
        fact,
        value=track.values[place],
        figures={"total": total},
        bits=float(min(abs(fact.streak), _MOST_RUN)),
    )


# What today did to other days, and other markets -----------------------------------------------------------------


def _find_undone_move(readings: Readings, day: int) -> Iterator[NewsFact]:
    """A large move of the last three days, of which today took back a fifth or more."""
    move, sigma, close = readings.value(RETURN, day), readings.value("price.sigma_1d", day), readings.value(CLOSE, day)
    if move is None or sigma is None or close is None or abs(move) <= 0.012:
        return
    for back in range(1, _UNDONE_DAYS + 1):
        earlier = readings.value(RETURN, day - back)
        if earlier is None or earlier * move >= 0 or abs(earlier) <= 1.5 * sigma:
            continue
        start, end = readings.value(CLOSE, day - back - 1), readings.value(CLOSE, day - back)
        if start is None or end is None or (share := (close - end) / (start - end)) < 0.2:
            return
        yield NewsFact(
            kind="move_undone",
            metric=RETURN,
            topic="price",
            day=readings.date(day),
            value=move,
            direction=1 if move > 0 else -1,
            figures={"share": share, "move": earlier, "days": float(back)},
            bits=3.2,
            factors=(Factor("share undone", min(1.6, 0.75 + 0.7 * share)),),
        )
        return


def _find_decoupling(readings: Readings, day: int) -> Iterator[NewsFact]:
    """Shares moved much one way, and the price the other, or not at all."""
    move = readings.value(RETURN, day)
    if move is None:
        return
    shares = []
    for key, instrument in readings.metrics.instruments.items():
        metric = f"macro.{key}.return_1d"
        found = readings.track(metric, day) if instrument.kind == "equity" and key in FOLLOWED else None
        if found is not None and found[1] >= _LEAST_SESSIONS:
            shares.append((readings.tail_share(metric, day) or 1.0, key, found[0].values[found[1]]))
    if not shares:
        return
    share, key, value = min(shares)
    if not ((value * move < 0 and abs(move) > 0.004) or (abs(move) < 0.003 and abs(value) > 0.015)):
        return
    yield NewsFact(
        kind="decoupling",
        metric=f"macro.{key}.return_1d",
        topic="markets",
        day=readings.date(day),
        value=value,
        direction=1 if move > 0 else -1,
        subject=key,
        figures={"move": move},
        bits=compute_share_bits(share),
        factors=(Factor("the price's move", min(1.1, 0.7 + abs(move) / 0.05)),),
    )


# A period's end, and a day's plain move --------------------------------------------------------------------------


def _find_period_ends(readings: Readings, day: int) -> Iterator[NewsFact]:
    if not readings.is_last_of_month(day):
        return
    month = readings.date(day).month
    for kind, metric, months in _PERIODS:
        found = _build_periods(readings, metric, months).at(day) if month % months == 0 else None
        if found is not None:
            track, place = found
            direction = 1 if track.values[place] > 0 else -1
            fact = make_since_fact(readings, metric, track, place, direction, kind=kind)
            factor = Factor("rank among periods", 1 + PERIOD_SLOPE * compute_change_bits(fact.gap))
            yield replace(fact, on_record=False, rank_year=None, bits=PERIOD_ENDS[kind], factors=(factor,))


def _build_periods(readings: Readings, metric: str, months: int) -> Tracks:
    """The change of each whole period, on its last day; a period one of whose ends is missing has none."""

    def list_changes() -> Iterator[tuple[int, float, object]]:
        for day, when in enumerate(readings.metrics.dates):
            if when.month % months == 0 and readings.is_last_of_month(day):
                change = readings.value(metric, day)
                if change is not None:
                    yield day, change, None

    return readings.keep(("periods", metric), lambda: build_tracks(list_changes()))


def _find_plain_move(readings: Readings, day: int) -> Iterator[NewsFact]:
    """The day's move by itself: what is left where nothing else is news, and what all else must beat."""
    move = readings.value(RETURN, day)
    if move is not None:
        yield NewsFact(
            kind="plain",
            metric=RETURN,
            topic="price",
            day=readings.date(day),
            value=move,
            direction=int(copysign(1, move)),
            bits=PLAIN + PLAIN_SLOPE * max(0.0, abs(move) - PLAIN_FROM),
        )


_FINDERS = (
    _find_records,
    _find_levels,
    _find_realised_price,
    _find_price_run,
    _find_flow_run,
    _find_undone_move,
    _find_decoupling,
    _find_period_ends,
    _find_plain_move,
)
