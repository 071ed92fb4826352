"""Sentences of phrases that hold more than two figures: counted without a day, told of a desk's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from reporter.authoring.figure_density import check_figure_density, count_figures
from reporter.narrative.phrases.phrases import PhraseBook, load_phrases
from reporter.pipeline.read import load_desk_report, open_desk
from tests.briefs import SAMPLES
from tests.narrative.build import EN


def book(text: str, file: str = "templates/phrases/en/house.j2") -> PhraseBook:
    return load_phrases([(Path(file), f'{{% say "house.month" %}}{text}{{% endsay %}}')], EN)


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("It rose {{ move|pct }} to {{ close|price }}.", 2),
        ("It rose {{ move|pct }}, from {{ before|price }} to {{ close|price }}.", 3),
        ("It rose {{ move|pct }}. It went from {{ before|price }} to {{ close|price }}.", 2),
        ("On {{ day|date }} {{ asset }} {{ move|moved }} for {{ days|words }} days ({{ close|source }}).", 0),
        ("{% if up %}{{ a|pct }} and {{ b|pct }}{% else %}{{ c|pct }}{% endif %} of {{ d|price }}.", 3),
        ("Shares: {{ shares|listed }}.", 0),
    ],
)
def test_figures_are_counted_by_the_sentence(text: str, most: int) -> None:
    assert count_figures(book(text).says["house.month", "body"].wordings[0].body) == most


def test_a_desk_is_told_of_its_own_and_of_nothing_else() -> None:
    many = book("It rose {{ move|pct }}, from {{ before|price }} to {{ close|price }}.")

    assert [f"{one.severity}: {one}" for one in check_figure_density([many], "templates/")] == [
        'notice: templates/phrases/en/house.j2:1:22: "house.month" (body) holds 3 figures in a sentence; '
        "a reader takes in two"
    ]
    assert check_figure_density([many], "elsewhere/") == ()
    assert check_figure_density([many], None) == ()


def test_what_leads_is_told_in_sentences_of_two_figures() -> None:
    says = [say for book in load_desk_report(open_desk(SAMPLES / "quiet-day")).books for say in book.says.values()]
    lead = [
        (say.finding, say.form, say.file)
        for say in says
        if say.finding.startswith("lead.")
        and say.form in ("body", "answer")
        and not say.finding.endswith("closes_only")
        for wording in say.wordings
        if count_figures(wording.body) > 2
    ]
    assert lead == []
