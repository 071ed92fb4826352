"""Flashes of real days: short, alike in both languages, and silent where nothing is news."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from reporter.diagnostics.errors import InputError, NothingNewError
from reporter.model.document import Figure, Paragraph
from reporter.pipeline.compose import compose_brief
from reporter.pipeline.evaluate import evaluate_desk
from reporter.pipeline.length_limits import count_words, list_running_text, make_post

ROOT = Path(__file__).parents[2]
DESK = Path(__file__).parent / "desk"
MARKET = ROOT.parent / "shared" / "market"
pytestmark = [
    pytest.mark.skipif(not (MARKET / "DATES.md").is_file(), reason="the real series do not lie beside the project"),
    pytest.mark.long,
]


@pytest.mark.parametrize("day", ["2025-10-10", "2024-03-05", "2024-08-05", "2022-11-09", "2021-05-19", "2025-02-28"])
def test_a_flash_is_short_enough_to_post(day: str) -> None:
    brief = compose_brief(evaluate_desk(DESK, date.fromisoformat(day), report="flash"))
    assert brief.slug == f"btc-flash-{day}"
    most = {"en": 150, "zh-Hant": 300}
    for item in brief.realised:
        text = list_running_text(item.document)
        assert 20 < count_words(text) <= most[item.document.locale]
        assert len(make_post(item.document)) <= 280
        assert [section.id for section in item.document.sections] == ["lede"]
    one, other = (item.document for item in brief.realised)
    assert one.headline.finding == other.headline.finding
    assert not any(item.document.takeaways or item.document.tiles for item in brief.realised)


@pytest.mark.parametrize("day", ["2025-10-12", "2024-03-10", "2022-11-13", "2020-03-15", "2025-06-15"])
def test_a_week_is_told_as_one_story(day: str) -> None:
    brief = compose_brief(evaluate_desk(DESK, date.fromisoformat(day), report="weekly"))
    assert brief.slug == f"btc-weekly-{day}"
    for item in brief.realised:
        document = item.document
        assert document.headline.finding in {"week.rise", "week.fall", "week.flat"}
        lede = document.sections[0]
        told = [
            sentence.finding for block in lede.blocks if isinstance(block, Paragraph) for sentence in block.sentences
        ]
        assert told[:2] == [document.headline.finding, "week.days"]
        assert sum(isinstance(block, Figure) for block in lede.blocks) == 1
        assert {section.id for section in document.sections} <= {"lede", "funds", "framework"}


def test_a_weekly_without_a_date_is_of_the_last_week_that_is_over_and_of_no_other_day() -> None:
    assert evaluate_desk(DESK, report="weekly").metrics.dates[-1].weekday() == 6
    with pytest.raises(InputError, match="weeks that end on Sunday, and 2025-10-11 is none; take --date 2025-10-05"):
        evaluate_desk(DESK, date(2025, 10, 11), report="weekly")


@pytest.mark.parametrize("day", ["2025-06-14", "2025-10-11"])
def test_a_day_without_news_has_no_flash(day: str) -> None:
    with pytest.raises(NothingNewError, match=f"leads {day}, of which flash says nothing"):
        compose_brief(evaluate_desk(DESK, date.fromisoformat(day), report="flash"))
