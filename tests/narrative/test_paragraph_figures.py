"""Paragraphs with four figures at most, and no sentence whose figures have all been told."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reporter.model.finding import Finding
from reporter.narrative.phrases.phrase_extents import PhraseExtent, PhraseExtents
from reporter.narrative.plan.paragraph_figures import RunningFigures
from reporter.narrative.plan_model import Slot
from tests.narrative.build import fact, fired

_NAMES = ("a", "b", "c", "d", "e", "f")


def slot(name: str, *values: float, form: str = "body") -> Slot:
    told = fired(name, *(fact(key, value) for key, value in zip(_NAMES, values, strict=False))).finding
    assert isinstance(told, Finding)
    return Slot(told, form)


def extents(*slots: Slot) -> PhraseExtents:
    return {(one.finding.id, one.form): PhraseExtent(1, frozenset(_NAMES)) for one in slots}


def names(paragraphs: tuple[tuple[Slot, ...], ...]) -> list[list[str]]:
    return [[one.finding.id for one in slots] for slots in paragraphs]


def test_a_paragraph_is_split_before_its_fifth_figure() -> None:
    slots = (slot("x.one", 1, 2), slot("x.two", 3, 4), slot("x.three", 5))

    assert names(RunningFigures(extents(*slots)).fit_paragraphs([slots])) == [["x.one", "x.two"], ["x.three"]]


def test_a_sentence_of_figures_that_were_told_is_left_out_and_one_with_a_new_one_stays() -> None:
    slots = (slot("x.one", 1, 2), slot("x.two", 2), slot("x.three", -2, 3), slot("x.four"))

    assert names(RunningFigures(extents(*slots)).fit_paragraphs([slots])) == [["x.one", "x.three", "x.four"]]


def test_figures_are_told_once_over_all_sections() -> None:
    one, two = slot("x.one", 1), slot("x.two", 1)
    running = RunningFigures(extents(one, two))

    assert names(running.fit_paragraphs([(one,)])) == [["x.one"]]
    assert names(running.fit_paragraphs([(two,)])) == []


def test_what_leads_makes_room_for_the_argument_and_what_argues_stays() -> None:
    lead, claim = slot("lead.up", 1, 2), slot("verdict.one", 2)
    slots = (lead, claim)

    assert names(RunningFigures(extents(*slots), [claim]).fit_paragraphs([slots])) == [["verdict.one"]]
    assert names(RunningFigures(extents(*slots)).fit_paragraphs([slots])) == [["lead.up", "verdict.one"]]


def test_what_is_not_measured_stays_as_it_is() -> None:
    slots = (slot("x.one", 1, 2, 3), slot("x.two", 1, 2, 3))

    assert names(RunningFigures({}).fit_paragraphs([slots])) == [["x.one", "x.two"]]


@given(st.lists(st.lists(st.integers(1, 9), max_size=5), max_size=8))
def test_no_paragraph_of_several_sentences_holds_more_than_four_figures(values: list[list[int]]) -> None:
    slots = tuple(slot(f"x.n{place}", *map(float, own)) for place, own in enumerate(values))
    fitted = RunningFigures(extents(*slots)).fit_paragraphs([slots])

    for told in fitted:
        shown = {one.value for part in told for one in part.finding.facts}
        assert len(told) == 1 or len(shown) <= 4
    kept = [part for told in fitted for part in told]
    assert kept == [one for one in slots if one in kept]
    assert {one.value for part in slots for one in part.finding.facts} == {
        one.value for part in kept for one in part.finding.facts
    }
