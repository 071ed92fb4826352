"""What the news of a day has told → the findings of rules that would tell it again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from reporter.model.finding import Fact, Finding, Input
from reporter.model.metric import Unit

#: What a sentence shows of these is no figure.
_NO_FIGURES = frozenset({Unit.BOOL, Unit.INSTANT, Unit.TEXT})
#: The reading of the day before, where it is a metric of its own.
_BEFORE = "_prev"
#: What every fact of news has beside its own reading; that it is shown tells nothing of the price.
_BESIDE = frozenset({"close", "move", "above", "below"})
#: What is said of the price and what argues is left to the report type, which names such rules one by one: readings of
#: the price are in every sentence.
_LEFT = frozenset({"price", "lead", "framework", "gap", "verdict"})

#: Metric and day of a reading.
Reading = tuple[str, str]


def list_shown_readings(told: Iterable[Finding]) -> frozenset[Reading]:
    """List the readings that the news of a brief shows as figures.

    Args:
        told: the findings that headline, standfirst, key points and body tell; those of rules count nothing.
    """
    return list_readings(one for one in told if one.topic == "news")


def list_readings(findings: Iterable[Finding]) -> frozenset[Reading]:
    """List the readings that findings may show as figures."""
    return frozenset(
        _name_reading(read)
        for one in findings
        for fact in one.facts
        if fact.name not in _BESIDE and fact.unit not in _NO_FIGURES
        for read in fact.inputs
    )


def find_retold(fired: Iterable[Finding], shown: frozenset[Reading], *, whole: bool = True) -> Iterator[str]:
    """Find the rules whose findings tell again what is shown.

    A finding adds something where it says what its figure turned into, or for how long it has been so.

    Args:
        fired: what the rules found.
        shown: the readings that are told already.
        whole: whether all figures of a finding have to be told, or one is enough.
    """
    enough = all if whole else any
    for one in fired:
        read = [fact for fact in one.facts if _is_figure(fact)]
        adds = whole and (one.holds("turn") or one.holds("run"))
        if (
            read
            and not adds
            and one.topic not in _LEFT
            and enough(_is_shown(fact, shown, whole=whole) for fact in read)
        ):
            yield one.id


def _is_figure(fact: Fact) -> bool:
    """Return whether a sentence can show a fact's value: a count of conditions is whether they hold."""
    return fact.value is not None and fact.unit not in _NO_FIGURES and not fact.expression.startswith("count(")


def _is_shown(fact: Fact, shown: frozenset[Reading], *, whole: bool) -> bool:
    """Return whether a fact's figures are shown: all that it rests on, or of a list one member."""
    enough = any if fact.members and not whole else all
    return bool(fact.inputs) and enough(_name_reading(read) in shown for read in fact.inputs)


def _name_reading(read: Input) -> Reading:
    """Name a reading by metric and day, the one of the day before by its metric too."""
    if read.metric.endswith(_BEFORE):
        day = date.fromisoformat(read.date) - timedelta(days=1)
        return read.metric.removesuffix(_BEFORE), day.isoformat()
    return read.metric, read.date
