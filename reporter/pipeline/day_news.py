"""A day's ranked facts → what the desk lets lead, and the findings that tell what every reading bears out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from reporter.desk import DeskConfig
from reporter.diagnostics.diagnostic import Diagnostic, did_you_mean
from reporter.diagnostics.errors import InputError
from reporter.model.finding import Finding
from reporter.model.metric import MetricSet
from reporter.model.news import NewsFact
from reporter.narrative.plan.news_findings import NewsItem, find_bound, has_relation, is_ranked, make_news_finding
from reporter.verify.recompute.superlatives import list_more_extreme, trace_superlative

#: The day's plain move ranks among the news; the leading rules tell it.
_PLAIN = Finding("news.plain", "", "", "news", "neutral", 0, (), phrase="news.plain")


#: What equals an earlier reading is no superlative; of these a phrase says that it is matched. A run is told by its
#: length alone, however long the one before it was.
_TOLD_TIED = frozenset({"record_high"})


def list_weights(config: DeskConfig) -> dict[str, float]:
    """List how much a desk asks for kinds of facts: what it bans counts nothing."""
    return {**config.news.weights, **dict.fromkeys(config.news.ban, 0.0)}


def pin_lead(config: DeskConfig, facts: Sequence[NewsFact]) -> tuple[NewsFact, ...]:
    """Put the fact first that a desk says leads the day.

    Args:
        config: desk.toml.
        facts: of one day, best first.

    Raises:
        InputError: the day has no fact of that name.
    """
    day = facts[0].day.isoformat() if facts else ""
    wanted = config.news.lead.get(day)
    if wanted is None:
        return tuple(facts)
    pinned = [replace(fact, pinned=True, same_as="") for fact in facts if fact.name == wanted]
    if not pinned:
        names = [fact.name for fact in facts]
        what = f'{day} has no fact "{wanted}" to lead with'
        hint = did_you_mean(wanted, names) or f"it has {', '.join(names)}"
        raise InputError([Diagnostic("desk.absent-news", config.locate_key(("news", "lead", day)), what, hint)])
    return (*pinned, *(fact for fact in facts if fact.name != wanted))


def find_news_items(facts: Iterable[NewsFact], metrics: MetricSet) -> tuple[NewsItem, ...]:
    """Make the findings of a day's facts, without those that a reading contradicts or that lack a figure.

    Args:
        facts: of the metrics' last day, best first.
        metrics: up to the day.
    """
    return tuple(_make_items(facts, metrics))


def _make_items(facts: Iterable[NewsFact], metrics: MetricSet) -> Iterator[NewsItem]:
    for fact in facts:
        if fact.partial or (fact.tied and fact.kind not in _TOLD_TIED and fact.streak is None):
            continue
        relation = None
        if has_relation(fact):
            bound, strict = find_bound(fact)
            relation = trace_superlative(metrics, fact.metric, fact.direction, bound, fact.since, strict=strict)
            if relation is None:
                # Two ways to look disagree: what can't be borne out is not said.
                continue
        ahead = list_more_extreme(metrics, fact.metric, fact.direction) if is_ranked(fact) else ()
        finding = make_news_finding(fact, metrics, relation, ahead)
        if finding is not None and fact.streak is not None and not _is_run(finding, abs(fact.streak)):
            continue
        if finding is not None or fact.kind == "plain":
            yield NewsItem(fact, finding or _PLAIN)


def _is_run(finding: Finding, length: int) -> bool:
    """Return whether the readings that a run rests on are as many as it is long, and of one sign."""
    days = finding.find_fact("days")
    values = [] if days is None else [reading.value or 0.0 for reading in days.inputs]
    return len(values) == length and len({value > 0 for value in values}) == 1
