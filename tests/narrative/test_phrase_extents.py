"""How much a phrase says: sentences of its longest wording, and the facts that it may show as figures."""

from __future__ import annotations

import pytest

from reporter.language.locales import Locale
from reporter.model.metric import Unit
from reporter.narrative.phrases.phrase_extents import PhraseExtent, PhraseExtents, list_figures, measure_phrases
from reporter.narrative.phrases.phrases import PhraseBook, load_phrases
from tests.narrative.build import CUT, EN, ZH, fact, fired

PATH = "phrases.j2"


def book(locale: Locale, text: str) -> PhraseBook:
    from pathlib import Path

    return load_phrases([(Path(PATH), f'{{% say "a.one" %}}{text}{{% endsay %}}')], locale)


def extent(*books: PhraseBook) -> PhraseExtent:
    return measure_phrases(books)["a.one", "body"]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It rose to {{ close|price }}.", 1),
        ("It rose {{ move|pct }}. It closed at {{ close|price }}.", 2),
        ("It rose.{% or %}It rose. It closed. It was late.", 3),
        ("It rose{% if up %}. Volume did too{% endif %}.", 2),
        ("At {{ close|price }} the U.S. market closed.", 1),
        ("A title", 1),
    ],
)
def test_the_longest_wording_counts(text: str, sentences: int) -> None:
    assert extent(book(EN, text)).sentences == sentences


def test_of_two_languages_the_longer_counts() -> None:
    assert extent(book(EN, "It rose."), book(ZH, "漲了。收在高點。")).sentences == 2


def test_names_dates_and_words_are_no_figures() -> None:
    text = "{{ day|date }}: {{ move|moved }} {{ move|pct }}, for {{ days|words }} days ({{ close|source }})."

    assert extent(book(EN, text)).names == {"move"}


def test_a_loop_shows_the_figures_of_its_list() -> None:
    text = "{% for one in shares|top %}{{ one|term }} {{ one|pct }}{% endfor %}."

    assert extent(book(EN, text)).names == {"shares"}


def test_a_fall_and_its_size_are_one_figure_and_an_instant_is_none() -> None:
    extents: PhraseExtents = {("a.one", "body"): PhraseExtent(1, frozenset({"move", "size", "day", "gone"}))}
    told = fired(
        "a.one",
        fact("move", -0.0734, Unit.FRACTION),
        fact("size", 0.0734, Unit.FRACTION),
        fact("day", CUT, Unit.INSTANT),
        fact("gone", None, Unit.FRACTION),
        fact("close", 70_000.0),
    ).finding
    assert told is not None

    assert list_figures(told, "body", extents) == {("fraction", "0.0734")}
    assert list_figures(told, "answer", extents) == frozenset()
