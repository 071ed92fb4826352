"""`reporter news`: what is new on a day, ranked, and why each fact ranks where it does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reporter.cli.options import (
    AsOfOption,
    DateOption,
    DebugOption,
    DeskArgument,
    JsonOption,
    QuietOption,
    find_desk,
    read_date,
)
from reporter.cli.output import print_json
from reporter.model.timestamps import format_minute, parse_instant

if TYPE_CHECKING:
    from reporter.model.metric import MetricSet
    from reporter.model.news import NewsFact

#: Facts that are printed where nobody says how many; the rest are hardly news.
_MOST = 20


def news(
    desk: DeskArgument = None,
    date: DateOption = None,
    as_of: AsOfOption = None,
    most: Annotated[
        int | None,
        typer.Option("--most", metavar="N", min=1, help="Print so many facts.", show_default="20; all as JSON"),
    ] = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Print what is new on a date, best first: since when, which rank, and what each score is made of."""
    del debug  # read by main
    folder, instant = find_desk(desk), parse_instant(as_of)
    day = read_date(date, folder, instant)
    from reporter.pipeline.evaluate import explain_headline, find_news

    metrics, facts = find_news(folder, day, instant)
    if quiet:
        return
    if as_json:
        found = [_fact_to_json(fact, metrics) for fact in facts[:most]]
        told = {"date": metrics.dates[-1].isoformat(), "known_at": format_minute(metrics.as_of), "facts": found}
        print_json({**told, "lead": explain_headline(folder, metrics, facts) if facts else ()})
        return
    print(f"{metrics.dates[-1]}, known at {format_minute(metrics.as_of)}")
    if not facts:
        print("no fact: the day's move is not known, and no series has an observation that stands out")
    for number, fact in enumerate(facts[: most or _MOST], 1):
        print("\n".join(_format_fact_lines(number, fact, metrics)))
    if facts:
        print("\n".join(explain_headline(folder, metrics, facts)))


def _format_fact_lines(number: int, fact: NewsFact, metrics: MetricSet) -> Iterator[str]:
    """A fact, what it is among its own history, and what its score is made of."""
    level = "" if fact.level is None else f" at {_format_number(fact.level)}"
    run = "" if fact.streak is None else f" of {abs(fact.streak)}"
    yield f"{number:>2}. {fact.score:5.2f}  {fact.name}{run}{level}  {fact.metric} = {_format_value(fact, metrics)}"
    history = _format_history(fact)
    if history:
        yield f"           {history}"
    parts = [f"{fact.bits:.2f} bits", f"{fact.weight:g} weight"]
    parts += [f"{factor.value:.2f} {factor.name}" for factor in fact.factors]
    if fact.novelty < 1:
        parts.append(f"{fact.novelty:.2f} told the days before")
    yield f"           {' × '.join(parts)}"
    if fact.pinned:
        yield "           desk.toml says that it leads"
    if fact.same_as:
        yield f"           the same happening as {fact.same_as}"


def _format_history(fact: NewsFact) -> str:
    """Since when, and which rank, in words that claim no more than the data hold."""
    parts = []
    if fact.since is not None:
        matched = ", which it matches" if fact.tied else ""
        parts.append(f"most since {fact.since} ({fact.gap_days} days, {fact.gap} observations){matched}")
    elif fact.first is not None and fact.gap:
        short = "" if fact.on_record or fact.partial else " and are too short for a record"
        parts.append(f"never before in the data, which begin {fact.first}{short}")
    if fact.rank is not None:
        parts.append(f"rank {fact.rank} of {fact.of}")
    if fact.rank_year is not None:
        parts.append(f"{fact.rank_year} in a year")
    parts += [f"{name.replace('_', ' ')} {_format_number(value)}" for name, value in fact.figures.items()]
    if fact.partial:
        parts.append("of a part of the market")
    return ", ".join(parts)


def _format_value(fact: NewsFact, metrics: MetricSet) -> str:
    return f"{_format_number(fact.value)} {metrics.series[fact.metric].spec.unit}"


def _format_number(value: float) -> str:
    return f"{value:,.6g}" if abs(value) < 1 else f"{value:,.2f}"


def _fact_to_json(fact: NewsFact, metrics: MetricSet) -> dict[str, Any]:
    """Everything about a fact, by the names of its attributes."""
    return {
        "kind": fact.kind,
        "subject": fact.subject or None,
        "topic": fact.topic,
        "metric": fact.metric,
        "value": fact.value,
        "unit": str(metrics.series[fact.metric].spec.unit),
        "direction": fact.direction,
        "since": fact.since.isoformat() if fact.since else None,
        "gap_days": fact.gap_days,
        "gap": fact.gap,
        "tied": fact.tied,
        "rank": fact.rank,
        "of": fact.of,
        "rank_year": fact.rank_year,
        "first": fact.first.isoformat() if fact.first else None,
        "on_record": fact.on_record,
        "partial": fact.partial,
        "streak": fact.streak,
        "level": fact.level,
        "figures": dict(fact.figures),
        "same_as": fact.same_as or None,
        "pinned": fact.pinned,
        "score": fact.score,
        "bits": fact.bits,
        "weight": fact.weight,
        "factors": {factor.name: factor.value for factor in fact.factors},
        "novelty": fact.novelty,
    }
