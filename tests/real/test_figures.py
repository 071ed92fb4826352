"""Figures of real days' running text: few a sentence, four a paragraph, and none told again by an ordinary sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest

from reporter.language.sentences import split_sentences
from reporter.model.document import ClaimSpan
from reporter.model.metric import Unit
from reporter.narrative.phrases.phrase_extents import FIGURE_FILTERS
from reporter.narrative.phrases.phrases import Utterance
from reporter.narrative.phrases.wording_choice import say_all_findings
from reporter.narrative.plan_model import Slot
from tests.briefs import ROOT
from tests.real.trial_days import SEEDS, plan_day, real_trial

pytestmark = pytest.mark.skipif(
    not (ROOT / "../shared/market/DATES.md").is_file(), reason="the real series do not lie beside the project"
)

_FIRST = 800


def iterate_paragraphs(seed: int) -> Iterator[tuple[int, str, list[tuple[Slot, Utterance]]]]:
    """Day, locale and paragraph of the articles of ten days of a seed."""
    trial = real_trial()
    for index in Random(seed).sample(range(_FIRST, len(trial.metrics.dates)), 10):
        plan = plan_day(index)
        assert plan is not None
        paragraphs = [slots for part in plan.sections for slots in part.paragraphs]
        context = replace(trial.context, date=trial.metrics.dates[index])
        for book in trial.authored.report.books:
            told = [*plan.heads, *plan.standfirst, *plan.takeaways, *(slot for slots in paragraphs for slot in slots)]
            said = say_all_findings(book, told, context)
            for slots in paragraphs:
                yield index, book.locale.tag, [(slot, said[slot.finding.id, slot.form]) for slot in slots]


def list_figures(said: Utterance) -> list[tuple[str, str, int]]:
    """Unit, size and number of the sentence of each figure that is shown."""
    facts = {claim: (kind, fact) for claim, kind, fact in said.claims}
    starts = [start for start, _ in split_sentences(said.text)]
    found, at = [], 0
    for span in said.spans:
        if isinstance(span, ClaimSpan):
            kind, fact = facts[span.claim]
            if kind in FIGURE_FILTERS and fact.unit not in (Unit.INSTANT, Unit.BOOL):
                sentence = sum(start <= at for start in starts)
                found.append((str(fact.unit), f"{abs(float(fact.value or 0)):.6g}", sentence))
        at += len(span.text)
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_a_paragraph_holds_four_figures_at_most(seed: int) -> None:
    full = [
        (index, tag, [slot.finding.id for slot, _ in told])
        for index, tag, told in iterate_paragraphs(seed)
        if len(told) > 1 and len({figure[:2] for _, said in told for figure in list_figures(said)}) > 4
    ]
    assert full == []


@pytest.mark.parametrize("seed", SEEDS)
def test_few_sentences_hold_more_than_two_figures(seed: int) -> None:
    sentences = many = 0
    for _, _, told in iterate_paragraphs(seed):
        for _, said in told:
            counts = [figure[2] for figure in list_figures(said)]
            sentences += len(split_sentences(said.text))
            many += sum(counts.count(sentence) > 2 for sentence in set(counts))
    assert many <= 0.08 * sentences


@pytest.mark.parametrize("seed", SEEDS)
def test_an_ordinary_sentence_tells_a_figure_that_is_new(seed: int) -> None:
    told_so_far: dict[tuple[int, str], set[tuple[str, str]]] = {}
    again = []
    for index, tag, told in iterate_paragraphs(seed):
        before = told_so_far.setdefault((index, tag), set())
        for slot, said in told:
            own = {figure[:2] for figure in list_figures(said)}
            kind = slot.finding.id.partition(".")[0]
            if own and own <= before and slot.form == "body" and kind in ("price", "derivatives", "macro", "flows"):
                again.append((index, tag, slot.finding.id, said.text))
            before |= own
    assert again == []
