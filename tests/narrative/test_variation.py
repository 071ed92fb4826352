"""Variation: openings differ where they can, and no wording says more, or more firmly, than another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis.strategies import dictionaries, frozensets, lists, sampled_from, tuples

from reporter.language.locales import load_locale
from reporter.model.finding import Finding
from reporter.model.resources import locales_folder, templates_folder
from reporter.narrative.phrases.phrase_tree import Branch, Loop, Part, PhraseText, Say
from reporter.narrative.phrases.phrases import PhraseBook, SpeechContext, load_phrases
from reporter.narrative.phrases.wording_choice import Key, Openings, choose_wordings, say_all_findings
from reporter.narrative.plan_model import Slot
from tests.narrative.build import EN

OPENINGS = frozensets(sampled_from([("a",), ("b",), ("c",), ("d",)]), min_size=1, max_size=2)
KEYS = tuples(sampled_from("uvwxyz"), sampled_from(["body", "standfirst"]))


def slots(*findings: str) -> list[Slot]:
    return [Slot(Finding(name, "", "", "t", "neutral", 1, ()), "body") for name in findings]


def said(source: str, day: date, *findings: str) -> list[str]:
    book = load_phrases([(Path("a.j2"), source)], EN)
    context = SpeechContext(day, {}, {"en": "Bitcoin"}, "BTC")
    return [utterance.text for utterance in say_all_findings(book, slots(*findings), context).values()]


@pytest.mark.parametrize("ahead", range(8))
def test_the_one_that_can_gives_way_to_the_one_that_cant(ahead: int) -> None:
    source = (
        '{% say "a" %}The close was low.{% or %}The close was far down.'
        "{% or %}Low it closed.{% or %}It closed low.{% endsay %}"
        '{% say "b" %}The close was late.{% endsay %}'
    )
    first, second = said(source, date(2026, 2, 1 + ahead), "a", "b")
    assert second == "The close was late."
    assert first in ("Low it closed.", "It closed low.")


def test_where_every_wording_begins_alike_the_turns_own_is_said() -> None:
    source = '{% say "a" %}It was up.{% or %}It was down.{% endsay %}{% say "b" %}It was late.{% endsay %}'
    days = [date(2026, 2, 1), date(2026, 2, 2)]
    assert {said(source, day, "a", "b")[0] for day in days} == {"It was up.", "It was down."}


@given(dictionaries(KEYS, lists(OPENINGS, min_size=1, max_size=3), max_size=6))
def test_the_preferred_wording_stands_unless_another_clashes_less(candidates: dict[Key, list[Openings]]) -> None:
    chosen = choose_wordings(candidates)
    assert set(chosen) == set(candidates)
    for key, ways in candidates.items():
        if chosen[key] == 0:
            continue
        others = frozenset[tuple[str, ...]]().union(
            *(candidates[other][place] for other, place in chosen.items() if other != key)
        )
        preferred, taken = ways[0], ways[chosen[key]]
        assert len(taken & others) <= len(preferred & others) or preferred & others


def test_an_earlier_choice_makes_room_for_a_later_one() -> None:
    a, b = ("u", "body"), ("v", "body")
    one, two, three = (frozenset({(name,)}) for name in ("one", "two", "three"))

    # Both ways of the second clash with what came before it: the first, which can, takes another.
    assert choose_wordings({a: [one, three], b: [one, one | two]}) == {a: 1, b: 0}


# --- the shipped phrases

_HEDGES = {
    "en": r"\b(?:may|might|could|appears?|suggests?|likely|seems?|looks (?:more )?like|tended|perhaps|expected)\b",
    "zh-Hant": r"可能|似乎|較像|看來|或許|多半|預計|恐怕|大概",
}


def shipped(tag: str) -> PhraseBook:
    files = sorted((templates_folder() / "market_brief" / "phrases" / tag).glob("*.j2"))
    return load_phrases(
        [(path, path.read_text(encoding="utf-8")) for path in files], load_locale(tag, locales_folder())
    )


def _texts(parts: Sequence[Part]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, PhraseText):
            yield part.text
        elif isinstance(part, Loop):
            yield from _texts(part.body)
        elif isinstance(part, Branch):
            for body in (*(body for _, body in part.arms), part.otherwise):
                yield from _texts(body)


def _hedged(say: Say, tag: str) -> list[bool]:
    return [bool(re.search(_HEDGES[tag], " ".join(_texts(wording.body)))) for wording in say.wordings]


#: A conversation may answer with more or with fewer of a finding's facts; what it leaves is in the article.
_SPOKEN = ("question", "doubt", "start", "answer", "reply")


@pytest.mark.long
def test_every_set_of_facts_that_a_language_shows_has_wordings_in_all() -> None:
    """Which set a day's sentence shows is chosen by the day; within it, wordings take turns."""
    sets = {
        tag: {
            key: {one.facts for one in say.wordings} for key, say in shipped(tag).says.items() if key[1] not in _SPOKEN
        }
        for tag in ("en", "zh-Hant")
    }
    assert {key: facts for key, facts in sets["en"].items() if facts != sets["zh-Hant"][key]} == {}


@pytest.mark.parametrize("tag", ["en", "zh-Hant"])
def test_every_wording_is_as_firm_as_the_next(tag: str) -> None:
    uneven = {key: hedged for key, say in shipped(tag).says.items() if len(set(hedged := _hedged(say, tag))) > 1}
    assert uneven == {}


@pytest.mark.parametrize("tag", ["en", "zh-Hant"])
def test_what_opens_a_brief_has_two_wordings_or_more(tag: str) -> None:
    says = shipped(tag).says
    poor = [key for key, say in says.items() if key[1] in ("standfirst", "takeaway") and len(say.wordings) < 2]
    exempt = {("news.trigger", "standfirst"), ("lead.first_day", "standfirst")}
    assert set(poor) - exempt == set()
