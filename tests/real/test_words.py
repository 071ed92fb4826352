"""Words of real days: verbs as strong as their moves, calm where it was calm, and one day in what calls itself one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache

import pytest

from reporter.authoring.brief_sentences import BriefSentence
from reporter.pipeline.state import Brief
from tests.briefs import REAL, ROOT, composed
from tests.real.test_briefs import DAYS
from tests.real.trial_days import index_of, list_sentences, real_trial

pytestmark = pytest.mark.skipif(
    not (ROOT / "../shared/market/DATES.md").is_file(), reason="the real series do not lie beside the project"
)
LONG = pytest.mark.long
#: A crash, the day of a two-year high that was sold off, a still Saturday, a rebound.
_SHORT = ("2024-01-11", "2025-10-10", "2026-01-10", "2026-02-06")
#: Every fifth day since there are most of the series.
_EVERY = [date(2020, 1, 1) + timedelta(days=5 * n) for n in range(460)]

#: Verbs of size, and the least per cent that a reader accepts beside them.
_FLOORS = {
    "zh-Hant": [(r"(?:重挫|飆升) ([0-9.]+)%", 5.0), (r"(?:大跌|大漲) ([0-9.]+)%", 4.0)],
    "en": [
        (r"(?:plung(?:es|ed)|surg(?:es|ed)) ([0-9.]+)%", 8.0),
        (r"(?:tumbl(?:es|ed)|jump(?:s|ed)) ([0-9.]+)%", 4.0),
    ],
}
#: Verbs that tell small moves, and the per cent from which they understate.
_CEILINGS = {
    "zh-Hant": [(r"(?:微漲|微跌) ([0-9.]+)%", 1.0), (r"(?:下跌|上漲) ([0-9.]+)%", 4.0)],
    "en": [(r"edge[sd] (?:up|down) ([0-9.]+)%", 1.0)],
}
_CALM = re.compile(r"quiet|[Ll]ittle happens|calm|波瀾不興|行情清淡|平靜|沒有走遠")
_FLAT = re.compile(r"[Ll]ittle net change|變動有限|相去不遠|漲跌互抵")
_EMPTY = re.compile(
    r"the data do not say|is not in the data|is the level from here|found its close"
    r"|數據沒有|看得出來|說不準|其[上下]|就看這個價位"
)
#: Open interest and volatility are ranked in their own history.
_OWN_LADDERS = ("derivatives.", "news.open_interest", "news.implied", "news.realised")


@cache
def _lines(day: date) -> tuple[BriefSentence, ...]:
    return list_sentences(index_of(day))


def _range(day: date) -> float:
    series = real_trial().metrics.series["price.range"]
    return series.values[index_of(day)] or 0.0


def _overstated(lines: tuple[BriefSentence, ...]) -> Iterator[tuple[str, str]]:
    for line in lines:
        if line.finding.startswith(_OWN_LADDERS):
            continue
        for pattern, least in _FLOORS[line.locale]:
            yield from ((line.finding, line.text) for size in re.findall(pattern, line.text) if float(size) < least)
        for pattern, most in _CEILINGS[line.locale]:
            yield from ((line.finding, line.text) for size in re.findall(pattern, line.text) if float(size) >= most)


def _faults(day: date) -> list[tuple[str, str]]:
    lines = _lines(day)
    found = list(_overstated(lines))
    for words, widest in ((_CALM, 0.02), (_FLAT, 0.05)):
        if _range(day) > widest:
            found += [(line.finding, line.text) for line in lines if words.search(line.text)]
    found += [(line.finding, line.text) for line in lines if _EMPTY.search(line.text)]
    # A number with a sign after a verb belongs into a table: shares and metals are told by verb and size.
    found += [
        (line.finding, line.text)
        for line in lines
        if line.finding.startswith("macro.") and re.search(r"[+−][0-9.]+%", line.text)
    ]
    return found


@pytest.mark.parametrize("day", _SHORT)
def test_words_are_as_strong_as_what_they_tell(day: str) -> None:
    assert _faults(date.fromisoformat(day)) == []


@LONG
@pytest.mark.parametrize("part", range(5))
def test_words_of_all_days_are_as_strong_as_what_they_tell(part: int) -> None:
    assert [(day.isoformat(), fault) for day in _EVERY[part::5] for fault in _faults(day)] == []


@LONG
@pytest.mark.parametrize("part", range(5))
def test_what_moved_against_a_verb_is_an_exception(part: int) -> None:
    """Of a list after "fell" no member rose: it has a clause of its own."""
    wrong = []
    for day in _EVERY[part::5]:
        for line in _lines(day):
            if line.finding in ("macro.selloff", "macro.shock_selloff", "macro.metals_down"):
                head = re.split(r", but |; |，例外|，[^，]*大致持平", line.text)[0]
                if re.search(r"(?:rose|edged up|jumped|surged|上漲|微漲|大漲|飆升) [0-9.]+%", head):
                    wrong.append((day.isoformat(), line.text))
    assert wrong == []


# --- one day


_SAME_DAY = re.compile(r"the same day|that day|on the day\b|同日|同一天|當日|當天")


def _days_told(brief: Brief) -> Iterator[tuple[str, str, set[str]]]:
    """Sentences that speak of a day without naming one → the days of the newest readings they show."""
    ledger = json.loads(brief.ledger)
    claims = {claim["id"]: claim for claim in ledger["claims"]}
    for sentence in ledger["sentences"]:
        shown = [claims[name] for _, _, name in sentence.get("spans", ())]
        told = sentence["finding"].startswith(("lead.", "macro.", "derivatives.", "price."))
        if not told or not _SAME_DAY.search(sentence["text"]) or any(claim["kind"] in _NAMED for claim in shown):
            continue
        # What a day is compared with is of the days before, and called so.
        own = [claim for claim in shown if claim["fact"] not in _COMPARED and claim["kind"] != "source"]
        yield sentence["locale"], sentence["text"], {_day_of(claim) for claim in own if claim.get("as_of")}


def _day_of(claim: dict[str, str]) -> str:
    """The day that a reading known at an instant is of: midnight ends the day before."""
    return (datetime.fromisoformat(claim["as_of"]) - timedelta(seconds=1)).date().isoformat()


_COMPARED = frozenset({"before", "usual", "asset"})
_NAMED = frozenset({"date", "date_full", "weekday", "month", "month_year"})


@pytest.mark.parametrize("day", [*_SHORT[1:], *(pytest.param(day, marks=LONG) for day in DAYS if day not in _SHORT)])
def test_what_is_told_of_the_same_day_was_read_on_it(day: str) -> None:
    brief = composed(REAL, date.fromisoformat(day))
    # An arguing brief may say nothing of the same day: the claim of one is held in tests/verify/test_relating.py.
    assert [one for one in _days_told(brief) if one[2] - {day}] == []


@pytest.mark.parametrize("day", [*_SHORT[1:], *(pytest.param(day, marks=LONG) for day in DAYS if day not in _SHORT)])
def test_a_heading_that_says_the_same_day_stands_over_that_day(day: str) -> None:
    """Where a section begins with an earlier day, its heading names that day and not this one's shares."""
    brief = composed(REAL, date.fromisoformat(day))
    for realised in brief.realised:
        for section in realised.document.sections:
            first = next((block.sentences[0] for block in section.blocks if hasattr(block, "sentences")), None)
            if first is not None and first.finding in ("price.shock_path", "macro.shock_selloff"):
                assert section.heading is not None
                assert section.heading.finding.startswith(("price.", "derivatives."))
