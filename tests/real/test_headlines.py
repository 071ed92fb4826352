"""Headlines of real days: an accepted lead is in them, both languages lead with one finding, and nothing is untrue.

The days and what is accepted are the study's (`../shared/news`), the detectors those by which it scores briefs.
"""

from __future__ import annotations

import importlib.util
import json
import random
import re
from collections import Counter
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from reporter.authoring.brief_sentences import BriefSentence, metrics_until
from reporter.narrative.plan.news_plan import is_told_by
from reporter.pipeline.day_news import find_news_items
from tests.briefs import ROOT
from tests.real.trial_days import SEEDS, index_of, list_sentences, plan_headline, real_trial

_STUDY = ROOT / "../shared/news"
_GOLDEN = _STUDY / "golden-dev.jsonl"
pytestmark = pytest.mark.skipif(not _GOLDEN.is_file(), reason="the study of news does not lie beside the project")
#: Spans of so many days are drawn from these on.
_SPAN = 30
_SPANS_FROM, _LAST = date(2021, 1, 1), date(2026, 4, 30)


@cache
def _scoring() -> Any:
    """The study's detectors, loaded from where they lie."""
    spec = importlib.util.spec_from_file_location("scoring_of_news", _STUDY / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _list_headline(day: date) -> tuple[BriefSentence, ...]:
    """The clauses of a day's headline, locale by locale."""
    lines = list_sentences(index_of(day))
    return tuple(line for line in lines if line.place == "headline")


def _in_english(lines: tuple[BriefSentence, ...]) -> str:
    return "; ".join(line.text for line in lines if line.locale == "en").replace("\u2212", "-") + "."


@pytest.mark.long
def test_an_accepted_lead_is_in_the_headline_on_nine_agreed_days_of_ten() -> None:
    days = [json.loads(line) for line in _GOLDEN.read_text("utf-8").splitlines()]
    heads = {day["date"]: _list_headline(date.fromisoformat(day["date"])) for day in days}
    told = {
        day["date"]: any(_scoring().det(fact, _in_english(heads[day["date"]]))[1] for fact in day["lead"])
        for day in days
    }
    news = [day["date"] for day in days if all(fact["code"] != "PLAIN" for fact in day["lead"])]

    assert sum(told.values()) >= 0.9 * len(told), [day for day, right in told.items() if not right]
    assert sum(told[day] for day in news) >= 0.85 * len(news)
    for lines in heads.values():
        by_locale = {tag: [line.finding for line in lines if line.locale == tag] for tag in ("en", "zh-Hant")}
        assert by_locale["en"] == by_locale["zh-Hant"]


@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS)
def test_thirty_days_have_headlines_of_eight_kinds_and_few_of_the_plain_close(seed: int) -> None:
    first = index_of(_SPANS_FROM) + random.Random(seed).randrange((_LAST - _SPANS_FROM).days - _SPAN)
    heads = [plan_headline(index) for index in range(first, first + _SPAN)]
    closes = [head.english for head in heads if "closes at" in head.english and "%" in head.english]
    again = [after.english for before, after in pairwise(heads) if before.kind == after.kind == ("lead.flat",)]

    assert len({head.kind for head in heads}) >= 8
    assert len(closes) <= _SPAN / 4
    assert again == []


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2))
def test_headlines_of_one_kind_on_two_days_have_two_wordings(seed: int) -> None:
    first = index_of(_SPANS_FROM) + random.Random(seed + 100).randrange((_LAST - _SPANS_FROM).days - _SPAN)
    heads = [plan_headline(index) for index in range(first, first + _SPAN)]
    alike = [
        (before.english, after.english)
        for before, after in pairwise(heads)
        if _mask(before.english) == _mask(after.english) or _mask(before.chinese) == _mask(after.chinese)
    ]

    assert alike == []


def _mask(headline: str) -> str:
    """A headline without its figures and dates."""
    return re.sub(r"[\d.,$%−+-]+|[A-Z][a-z]+day|(?<=since )[A-Za-z ]+", "#", headline)


@pytest.mark.long
def test_two_ways_to_look_at_every_reading_agree_on_nearly_all_facts_since_2020() -> None:
    trial = real_trial()
    first = (date(2020, 1, 1) - trial.metrics.dates[0]).days
    dropped = Counter[str]()
    told = 0
    for index in range(first, len(trial.metrics.dates), 7):
        metrics = metrics_until(trial.metrics, index)
        facts = [fact for fact in trial.news.at(index) if not fact.partial and not fact.tied]
        kept = {item.fact.name for item in find_news_items(facts, metrics)}
        told += len(kept)
        dropped.update(fact.metric for fact in facts if fact.name not in kept)

    assert sum(dropped.values()) <= 0.02 * told, dropped


@pytest.mark.long
def test_no_reading_among_the_three_most_extreme_of_a_year_goes_untold() -> None:
    trial = real_trial()
    first = (date(2020, 1, 1) - trial.metrics.dates[0]).days
    untold, rare = [], 0
    for index in range(first, len(trial.metrics.dates), 31):
        said = {line.finding for line in list_sentences(index)}
        items = find_news_items(trial.news.at(index), metrics_until(trial.metrics, index))
        told = [item.fact for item in items if item.finding.id in said]
        for item in items:
            fact = item.fact
            if fact.kind == "plain" or fact.rank_year is None or fact.rank_year > 3 or fact.first is None:
                continue
            if (fact.day - fact.first).days >= 365:
                rare += 1
                # A gold fund's high is told by gold's, a level by the sentence that tells the change to it, a record by
                # the rule that says so, and a high by the level that it passed ("as high as").
                known = (
                    item.finding.id in said
                    or is_told_by(fact, told)
                    or not said.isdisjoint(trial.authored.report.outline.news.instead.get(fact.kind, ()))
                    or any(other.kind.startswith("touched_") and other.metric == fact.metric for other in told)
                )
                untold += [] if known else [(fact.day.isoformat(), fact.name)]

    assert rare > 50
    assert untold == []
