"""All sentences of any real day's brief, without its files: rules, news and phrases over metrics computed once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cache

import pytest

from reporter.authoring.brief_sentences import BriefSentence, metrics_until
from reporter.authoring.trial import Trial, open_trial
from reporter.authoring.trial_comparison import compose_day
from reporter.narrative.phrases.phrases import Utterance
from reporter.narrative.phrases.question_openings import QuestionOpenings
from reporter.narrative.phrases.wording_choice import say_all_findings
from reporter.narrative.plan.chat import plan_chat
from reporter.narrative.plan_model import Plan
from reporter.pipeline.compose import plan_article
from reporter.pipeline.evaluate import build_memory
from reporter.rules import rank_verdicts
from tests.briefs import REAL

#: Seeds of days: each test takes ten days a seed; the long tier takes more seeds.
SEEDS = [0, 1, *(pytest.param(seed, marks=pytest.mark.long) for seed in (2, 3))]


@cache
def real_trial() -> Trial:
    """The real desk's rules and phrases, to be tried on any of its days."""
    return open_trial(REAL, None)


def index_of(day: date) -> int:
    """A day's place among the days of the real metrics, from 0."""
    return (day - real_trial().metrics.dates[0]).days


def plan_day(index: int) -> Plan | None:
    """The plan of the article of a day, given by its place; None where no finding leads."""
    trial = real_trial()
    outcomes = trial.replay.evaluate_rules(index)
    metrics = metrics_until(trial.metrics, index)
    context = replace(trial.context, date=metrics.dates[-1])
    memory, verdicts = build_memory(trial.frameworks, index, trial.news), rank_verdicts(trial.replay, outcomes, index)
    return plan_article(trial.authored.report, outcomes, metrics, memory, trial.list_news(index), context, verdicts)


@dataclass(frozen=True)
class Exchange:
    """A question of a chat and its answer in one language.

    Attributes:
        name: id of the exchange.
        asks: the finding that asks.
        question: as asked.
        answer: what answers, sentence by finding.
        levels: whether it ends the chat or weighs a level, which may name again what was told.
    """

    name: str
    asks: str
    question: Utterance
    answer: tuple[tuple[str, Utterance], ...]
    levels: bool


@cache
def plan_chat_day(index: int) -> Plan | None:
    """The plan of the chat of a day, given by its place; None where no finding leads."""
    trial, article = real_trial(), plan_day(index)
    if article is None:
        return None
    report, metrics = trial.authored.report, metrics_until(trial.metrics, index)
    forms = frozenset.intersection(*(frozenset(book.says) for book in report.books))
    memory = build_memory(trial.frameworks, index, trial.news)
    return plan_chat(
        report.outline, trial.replay.evaluate_rules(index), metrics, forms, article, memory, report.extents
    )


@cache
def list_exchanges(index: int) -> dict[str, tuple[Exchange, ...]]:
    """The exchanges of the chat of a day, given by its place, by locale."""
    trial, plan = real_trial(), plan_chat_day(index)
    assert plan is not None
    context = replace(trial.context, date=trial.metrics.dates[index])
    found = {}
    for book in trial.authored.report.books:
        slots = [slot for part in plan.sections for told in (*part.paragraphs, part.items) for slot in told]
        said, openings = say_all_findings(book, slots, context), QuestionOpenings(book, context.date)
        exchanges = []
        for part in plan.sections:
            assert part.question is not None
            asker = part.question.finding
            wording = openings.choose_wording(asker.id, part.question.form)
            answer = tuple(
                (slot.finding.id, said[slot.finding.id, slot.form])
                for told in (*part.paragraphs, part.items)
                for slot in told
            )
            question = book.say_finding(asker, part.question.form, context, wording=wording)
            exchanges.append(Exchange(part.id, asker.id, question, answer, part.id in ("settle", "level")))
        found[book.locale.tag] = tuple(exchanges)
    return found


@dataclass(frozen=True)
class Headline:
    """A day's headline: the findings of its clauses, and its text in each language."""

    findings: tuple[str, ...]
    english: str
    chinese: str

    @property
    def kind(self) -> tuple[str, ...]:
        """What a reader takes for one kind: the leading fact, or, of a plain day, the move and what is beside it."""
        return self.findings if self.findings[0].startswith("lead.") else self.findings[:1]


def plan_headline(index: int) -> Headline:
    """The headline of the brief of a day, given by its place, without the rest of its sentences."""
    trial = real_trial()
    plan = plan_day(index)
    assert plan is not None
    context = replace(trial.context, date=trial.metrics.dates[index])
    texts = []
    for book in trial.authored.report.books:
        said = say_all_findings(book, plan.heads, context)
        texts.append(book.locale.joiners.clause.join(said[slot.finding.id, slot.form].text for slot in plan.heads))
    by_tag = dict(zip((book.locale.tag for book in trial.authored.report.books), texts, strict=True))
    return Headline(tuple(slot.finding.id for slot in plan.heads), by_tag["en"], by_tag["zh-Hant"])


def list_sentences(index: int) -> tuple[BriefSentence, ...]:
    """All sentences of the brief of a day, given by its place, locale by locale."""
    trial = real_trial()
    return compose_day(trial, index, trial.replay.evaluate_rules(index))
