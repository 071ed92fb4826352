"""A day's verdicts → its argument: the thesis, what bears it out, what speaks against it.

The thesis is the rarest and freshest verdict, rather one about what leads the brief. Beside it stand at most two
others: one that shares a topic with it and doesn't point the other way, and one that does. On a day without a verdict
the fact of the news that stands in front takes its place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from reporter.model.finding import Finding
from reporter.model.hourly import parse_hourly_id
from reporter.model.news import Topic
from reporter.model.verdict import BRANCHES, RankedVerdict
from reporter.narrative.plan_model import Argument, Slot

#: Forms of a verdict.
CLAIM, BODY, BESIDE, STANDFIRST, HEADING = "claim", "body", "beside", "standfirst", "heading"
CONCESSION, DOUBT, ANSWER, RARITY = "concession", "doubt", "answer", "rarity"
#: What a verdict counts more that is about the day's best news beside the price, which all are about.
_TOUCH = 1.3
#: Who is forced out loses a position in futures.
_SAME_TOPIC: Mapping[Topic, Topic] = {"liquidations": "futures"}
#: A verdict of fewer bits happens every other day and is no thesis; one that stands beside a thesis is rarer; and a
#: fact of the news that leads the brief is rather its thesis than a verdict of every week.
_LEAST_SCORE, _LEAST_BESIDE, _LEAST_BEFORE_NEWS = 1.0, 2.0, 2.5

#: On so many days of a year a verdict holds at most whose days are counted in the text, in this fact.
_MOST_DAYS, _COUNTED = 18, "often"
#: What weighs so much is told in any case.
_WEIGHTY = 70
_NEWS = "news"
#: What a metric is about, by the beginning of its id; the price is what every finding is about.
_TOPICS: tuple[tuple[str, Topic], ...] = (
    ("derivatives.open_interest", "futures"),
    ("derivatives.funding", "futures"),
    ("derivatives.liquidations", "liquidations"),
    ("derivatives.dvol", "volatility"),
    ("derivatives.volatility", "volatility"),
    ("options.", "volatility"),
    ("etf.", "flows"),
    ("macro.", "markets"),
    ("breadth.", "markets"),
    ("onchain.", "onchain"),
    ("sentiment.", "sentiment"),
)

Forms = frozenset[tuple[str, str]]


def list_argument(argument: Argument, forms: Forms, *, spoken: bool = False) -> Iterator[tuple[Slot, ...]]:
    """List an argument's paragraphs: a claim with its evidence each, then what speaks against the thesis.

    Args:
        argument: the day's.
        forms: the (finding, form) pairs that have a phrase in every locale.
        spoken: as an answer of a chat, which gives the thesis alone.
    """
    thesis = argument.thesis
    if thesis is None:
        if spoken and argument.superlative is not None:
            yield (Slot(argument.superlative, CLAIM),)
        return
    if spoken:
        yield (Slot(thesis.finding, ANSWER if (thesis.finding.id, ANSWER) in forms else CLAIM),)
    else:
        for verdict in (thesis, argument.support):
            if verdict is not None:
                counted = (Slot(verdict.finding, RARITY),) if verdict is thesis and _is_counted(thesis, forms) else ()
                yield Slot(verdict.finding, CLAIM), Slot(verdict.finding, BODY), *counted
    if thesis.doubted and (thesis.finding.id, DOUBT) in forms:
        yield (Slot(thesis.finding, DOUBT),)
    elif argument.counter is not None:
        yield (Slot(argument.counter.finding, CONCESSION),)


def _is_counted(thesis: RankedVerdict, forms: Forms) -> bool:
    """Return whether the text counts a thesis's days of the year: they are known, several, and few."""
    often = thesis.finding.find_fact(_COUNTED)
    days = often.value if often is not None else None
    told = isinstance(days, float) and 2 <= days <= _MOST_DAYS
    return told and (thesis.finding.id, RARITY) in forms


def choose_argument(
    verdicts: Iterable[RankedVerdict], news: Topic | None, forms: Forms, *, superlative: bool = False
) -> Argument:
    """Choose a day's thesis and what stands beside it.

    Args:
        verdicts: of the day, best first.
        news: the topic of the day's best news that is not of the price itself.
        forms: the (finding, form) pairs that have a phrase in every locale.
        superlative: whether a fact of the news leads that can be the thesis itself.
    """
    least = _LEAST_BEFORE_NEWS if superlative else _LEAST_SCORE
    told = [
        one for one in verdicts if one.score >= least and {(one.finding.id, CLAIM), (one.finding.id, BODY)} <= forms
    ]
    if not told:
        return Argument()
    thesis = max(told, key=lambda one: _rate_verdict(one, news))
    others = [one for one in told if one is not thesis and one.score >= _LEAST_BESIDE]
    against = [
        one for one in others if is_opposite(thesis.finding, one.finding) and (one.finding.id, CONCESSION) in forms
    ]
    beside = [
        one
        for one in others
        if not is_opposite(thesis.finding, one.finding)
        and set(one.between) & set(thesis.between)
        and set(one.between) != set(thesis.between)
    ]
    return Argument(thesis, next(iter(beside), None), next(iter(against), None))


def _rate_verdict(verdict: RankedVerdict, news: Topic | None) -> float:
    """Rate a verdict by its bits, and by whether it is about the day's best news beside the price."""
    if news is None:
        return verdict.score
    touched = _SAME_TOPIC.get(news, news) in {_SAME_TOPIC.get(topic, topic) for topic in verdict.between}
    return verdict.score * (_TOUCH if touched else 1.0)


def is_opposite(one: Finding, other: Finding) -> bool:
    """Return whether one of two findings is bullish and the other bearish."""
    return {one.stance, other.stance} == {"bull", "bear"}


def serves_thesis(finding: Finding, argument: Argument) -> bool:
    """Return whether a finding serves, limits or tests what a day argues, or must be told in any case.

    It serves a thesis whose topics it is about, and limits one when it points the other way. A superlative of the price
    is served or limited by whatever points anywhere. What weighs much is told in any case, and what the desk's own news
    say.
    """
    subject = argument.subject
    if finding.weight >= _WEIGHTY or finding.topic == _NEWS:
        return True
    if subject is None:
        return False
    if argument.thesis is None and argument.superlative_topic == "price":
        return finding.stance != "neutral"
    return is_about(finding, argument.between) or is_opposite(finding, subject)


def is_about(finding: Finding, topics: Collection[Topic]) -> bool:
    """Return whether one of a finding's readings is of one of some topics; the price is what all are about."""
    read = {reading.metric for fact in finding.facts for reading in fact.inputs}
    metrics = {hours.metric if (hours := parse_hourly_id(metric)) is not None else metric for metric in read}
    about = {topic for metric in metrics for beginning, topic in _TOPICS if metric.startswith(beginning)}
    return bool(about & set(topics))


def is_told_state(days: int) -> bool:
    """Return whether a state is told on its so-manieth day in a row: the first, the fifth, and each tenth up to 50.

    Rules count no further than sixty days in a row.
    """
    return days in (1, 5, *range(10, 60, 10))


def plan_ending(
    subjects: Sequence[Finding],
    deciders: Sequence[Finding],
    topics: Collection[str],
    forms: Forms,
    otherwise: Sequence[Finding] = (),
) -> tuple[Slot, ...]:
    """Plan how a brief ends: what a close above one price and below another would mean, and what decides.

    Args:
        subjects: findings that may end it, best first: the thesis, then what the day's move would.
        deciders: what may decide; the first of a topic of the thesis does, or else the last, which is about none.
        topics: those of the thesis.
        forms: the (finding, form) pairs that have a phrase in every locale.
        otherwise: what decides, rather than the last, where none is about the thesis.

    Returns:
        Nothing where neither has both prices.
    """
    for subject in subjects:
        facts = [subject.find_fact(name) for name in BRANCHES.values()]
        known = all(fact is not None and fact.value is not None for fact in facts)
        if known and all((subject.phrase or subject.id, form) in forms for form in BRANCHES):
            about = (one for one in deciders[:-1] if one.topic in topics)
            decides = next((one for one in (*about, *otherwise, *deciders[-1:])), None)
            branches = tuple(Slot(subject, form) for form in BRANCHES)
            return branches if decides is None else (*branches, Slot(decides, BODY))
    return ()
