"""Real days, proof-read: nothing to strike, and no sentence of yesterday's whose facts have changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

import pytest

from reporter.authoring.brief_sentences import compose_sentences, metrics_until
from reporter.authoring.proofreading import proofread_brief
from reporter.authoring.trial import Trial, open_trial
from reporter.model.finding import Fact
from reporter.pipeline.evaluate import build_memory
from tests.briefs import REAL, ROOT, composed
from tests.real.test_briefs import DAYS

pytestmark = pytest.mark.skipif(
    not (ROOT / "../shared/market/DATES.md").is_file(), reason="the real series do not lie beside the project"
)

#: Titles of charts and of the two lists of conditions name what follows, and are the same every day.
_TITLES = ("figure.", "framework.")


@pytest.mark.parametrize("day", DAYS)
def test_a_proof_reader_strikes_nothing(day: str) -> None:
    assert proofread_brief(composed(REAL, date.fromisoformat(day))) == ()


@cache
def _trial() -> Trial:
    return open_trial(REAL, None)


def _told(day: date) -> dict[tuple[str, str], tuple[str, tuple[tuple[str, object], ...]]]:
    """Locale and sentence → the finding it tells, and that finding's facts."""
    trial = _trial()
    index = (day - trial.metrics.dates[0]).days
    outcomes = trial.replay.evaluate_rules(index)
    facts = {one.rule_id: tuple(_values(one.finding.facts)) for one in outcomes if one.finding is not None}
    memory = build_memory(trial.frameworks, index)
    lines = compose_sentences(
        trial.authored.report, outcomes, metrics_until(trial.metrics, index), trial.context, memory
    )
    return {(line.locale, line.text): (line.finding, facts.get(line.finding, ())) for line in lines}


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
        if not said[0].startswith(_TITLES)
    ]
    assert stale == []
