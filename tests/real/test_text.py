"""Real days, proof-read: nothing to strike, and no sentence of yesterday's whose facts have changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import pytest

from reporter.authoring.brief_sentences import metrics_until
from reporter.authoring.proofreading import proofread_brief
from reporter.model.finding import Fact
from reporter.pipeline.day_news import find_news_items
from reporter.proofread import load_house_style
from reporter.proofread.passages import ProofPassage
from reporter.proofread.wording_checks import check_plumbing
from tests.briefs import REAL, ROOT, composed
from tests.real.test_briefs import TIERS
from tests.real.trial_days import SEEDS, index_of, list_sentences, real_trial

pytestmark = pytest.mark.skipif(
    not (ROOT / "../shared/market/DATES.md").is_file(), reason="the real series do not lie beside the project"
)

#: Titles of charts and of the two lists of conditions name what follows, and are the same every day.
_TITLES = ("figure.", "framework.")


@pytest.mark.parametrize("day", TIERS)
def test_a_proof_reader_strikes_nothing(day: str) -> None:
    assert proofread_brief(composed(REAL, date.fromisoformat(day))) == ()


@pytest.mark.parametrize("seed", SEEDS)
def test_no_sentence_speaks_of_the_making_of_a_brief(seed: int) -> None:
    """Rows, bars and "this desk's data" stand in the ledger; ten days a seed, each in both languages."""
    days = Random(seed).sample(range(800, len(real_trial().metrics.dates)), 10)
    styles = {book.locale.tag: load_house_style(book.locale) for book in real_trial().authored.report.books}
    said = [line for index in days for line in list_sentences(index)]
    found = [
        (line.finding, line.text, match.what)
        for line in said
        for match in check_plumbing(ProofPassage("prose", line.text, ()), styles[line.locale])
    ]
    assert len(said) > 300
    assert found == []


def _told(day: date) -> dict[tuple[str, str], tuple[str, tuple[tuple[str, object], ...]]]:
    """Locale and sentence → the finding it tells, and that finding's facts."""
    index = index_of(day)
    outcomes = real_trial().replay.evaluate_rules(index)
    facts = {one.rule_id: tuple(_values(one.finding.facts)) for one in outcomes if one.finding is not None}
    items = find_news_items(real_trial().news.at(index), metrics_until(real_trial().metrics, index))
    facts |= {item.finding.id: tuple(_values(item.finding.facts)) for item in items}
    lines = list_sentences(index)
    return {(line.locale, line.text): (line.finding, facts.get(line.finding, ())) for line in lines}


def _is_bare_verdict(finding: str, text: str) -> bool:
    """Whether a sentence claims what a verdict found, without a figure: it is as true whenever that is found again."""
    return finding.startswith("verdict.") and not re.search(r"\d", text)


def _values(facts: tuple[Fact, ...]) -> Iterator[tuple[str, object]]:
    for fact in facts:
        yield fact.name, fact.value
        yield from _values(fact.members)


@pytest.mark.parametrize(
    "first",
    [
        "2026-01-26",
        *(
            pytest.param(day, marks=pytest.mark.long)
            for day in ("2022-11-07", "2024-08-02", "2025-10-08", "2025-11-12")
        ),
    ],
)
def test_a_sentence_of_yesterday_returns_only_with_yesterdays_facts(first: str) -> None:
    days = [date.fromisoformat(first) + timedelta(days=ahead) for ahead in range(14)]
    told = [_told(day) for day in days]
    stale = [
        (day.isoformat(), *key)
        for day, before, now in zip(days[1:], told, told[1:], strict=False)
        for key, said in now.items()
        if key in before and before[key][0] == said[0] and before[key][1] != said[1]
        if not said[0].startswith(_TITLES) and not _is_bare_verdict(said[0], key[1])
    ]
    assert stale == []
