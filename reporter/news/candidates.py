"""Candidate facts of metrics that declare how they are news: the highest since, the largest fall since, their rank."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from reporter.model.news import Factor, News, NewsFact, Topic
from reporter.news.factors import find_factors
from reporter.news.readings import Readings
from reporter.news.surprise import compute_change_bits, compute_level_bits
from reporter.news.tracks import Track
from reporter.news.weights import FOLLOWED, LEAST_GAP, MARKET_MOVES, NARROW, RECORD_LEAST

#: Class of other markets → what its facts' kinds begin with, where it isn't the class's own name.
_CLASS_NAMES: Mapping[str, str] = {"crypto": "coin"}


def find_declared_facts(readings: Readings, day: int, weights: Mapping[str, float]) -> Iterator[NewsFact]:
    """Facts of a day in all metrics that declare any, with bits and factors and without novelty or score.

    Args:
        readings: the metrics with their comparable readings.
        day: the day's position.
        weights: how much a topic counts.
    """
    for metric, news in readings.declared:
        subject, prefix = _find_subject(readings, metric)
        kinds = ((1, f"{prefix}{news.up}" if news.up else ""), (-1, f"{prefix}{news.down}" if news.down else ""))
        asked = [(direction, kind) for direction, kind in kinds if weights.get(kind)]
        found = readings.track(metric, day) if asked else None
        if found is None:
            continue
        track, place = found
        topic: Topic = "coins" if prefix == "coin_" else news.topic
        for direction, kind in asked:
            if _is_extreme(readings, metric, news, track, place, direction):
                fact = make_since_fact(
                    readings, metric, track, place, direction, kind=kind, topic=topic, subject=subject
                )
                yield from _weigh_fact(readings, day, fact, news, weights[kind])


def _weigh_fact(readings: Readings, day: int, fact: NewsFact, news: News, weight: float) -> Iterator[NewsFact]:
    """The fact with its bits and factors; nothing where its kind asks for more than it has."""
    magnitude = (
        _market_move(readings, fact.metric)[0] if fact.subject and news.behaviour == "change" else news.magnitude
    )
    factors = find_factors(readings, day, fact, magnitude, news.behaviour)
    if factors is not None:
        if fact.subject and fact.subject not in FOLLOWED:
            factors = (*factors, Factor("narrower market", NARROW))
        bits = compute_level_bits(fact.gap) if news.behaviour == "level" else compute_change_bits(fact.gap)
        yield replace(fact, bits=bits, weight=weight, factors=factors)


def _find_subject(readings: Readings, metric: str) -> tuple[str, str]:
    """Of another market's metric, the instrument's key and what its facts' kinds begin with."""
    subject, _, rest = metric.partition(".")
    if subject != "macro":
        return "", ""
    key = rest.partition(".")[0]
    kind = readings.metrics.instruments[key].kind
    return key, f"{_CLASS_NAMES.get(kind, kind)}_"


def _is_extreme(readings: Readings, metric: str, news: News, track: Track, place: int, direction: int) -> bool:
    """Whether an observation is the most extreme for so long that it may be news."""
    if news.behaviour == "change" and track.values[place] * direction <= 0:
        return False
    earlier = track.since(place, direction)
    if place - 1 - earlier < LEAST_GAP:
        return False
    return earlier >= 0 or place + 1 >= _least_observations(readings, metric, news)


def _least_observations(readings: Readings, metric: str, news: News) -> int:
    return (
        _market_move(readings, metric)[1] if metric.startswith("macro.") and news.behaviour == "change" else news.least
    )


def _market_move(readings: Readings, metric: str) -> tuple[float, int]:
    """Of another market, the return that is news by itself, and the least observations."""
    return MARKET_MOVES.get(readings.metrics.instruments[metric.split(".")[1]].kind, (0.0, RECORD_LEAST))


def make_since_fact(
    readings: Readings,
    metric: str,
    track: Track,
    place: int,
    direction: int,
    *,
    kind: str,
    topic: Topic = "price",
    subject: str = "",
) -> NewsFact:
    """What an observation is among those before it, whether that is news or not.

    Args:
        readings: the metrics with their comparable readings.
        metric: the metric's id.
        track: its comparable observations.
        place: of the observation in the track.
        direction: 1 where high values are meant, −1 where low ones are.
        kind: of the fact.
        topic: what it is about.
        subject: whom it is about, where a metric has several.
    """
    day, earlier = track.days[place], track.since(place, direction)
    since = readings.date(track.days[earlier]) if earlier >= 0 else None
    partial = readings.is_partial(metric, day)
    return NewsFact(
        kind=kind,
        metric=metric,
        topic=topic,
        day=readings.date(day),
        value=track.values[place],
        direction=direction,
        since=since,
        gap_days=day - track.days[earlier] if since is not None else None,
        gap=place - 1 - earlier if earlier >= 0 else place,
        tied=earlier >= 0 and track.values[earlier] == track.values[place],
        rank=track.rank(place, direction),
        of=place + 1,
        rank_year=track.rank_year(place, direction),
        first=readings.date(track.days[0]),
        on_record=since is None and place + 1 >= RECORD_LEAST and not partial,
        partial=partial,
        subject=subject,
    )
