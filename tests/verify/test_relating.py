"""Relating words in the ledger: each has a claim, which is computed again; a wrong one holds the brief."""

from __future__ import annotations

from typing import Any

import pytest

from reporter.verify.gate.ledger_checks import check_ledger, list_ledger_notices
from reporter.verify.ledger.ledger_model import ClaimRecord, Ledger, SentenceRecord, dump_ledger, read_ledger
from tests.briefs import SAMPLES, composed

CLAIM = "derivatives.funding_against_rise:still#relation"


def record() -> Ledger:
    return composed(SAMPLES / "btc-2026-02").record


def faults(ledger: Ledger) -> list[str]:
    return [one.what for one in check_ledger(ledger)]


def with_claim(ledger: Ledger, **values: Any) -> Ledger:
    claims = (one.model_copy(update=values) if one.id == CLAIM else one for one in ledger.claims)
    return ledger.model_copy(update={"claims": tuple(claims)})


def with_sentence(ledger: Ledger, of: SentenceRecord, **values: Any) -> Ledger:
    changed = (one.model_copy(update=values) if one is of else one for one in ledger.sentences)
    return ledger.model_copy(update={"sentences": tuple(changed)})


def claim(ledger: Ledger) -> ClaimRecord:
    return next(one for one in ledger.claims if one.id == CLAIM)


def sentence(ledger: Ledger) -> SentenceRecord:
    return next(one for one in ledger.sentences if any(name == CLAIM for _, _, name in one.relating))


def test_a_word_has_a_claim_with_its_condition_and_the_readings_of_both_days() -> None:
    told = claim(record())

    assert (told.kind, told.fact, told.value, told.shown) == ("relation", "still", 1.0, {"zh-Hant": ("仍",)})
    assert told.is_ == "funding_below and funding_was_below"
    assert [(one.metric, one.date) for one in told.inputs] == [
        ("derivatives.funding_1d", "2026-02-06"),
        ("derivatives.funding_1d", "2026-02-05"),
    ]
    assert told.condition is not None
    assert (told.condition.is_, told.condition.value) == ("all", True)


def test_a_brief_as_it_is_made_passes_and_names_its_classes() -> None:
    ledger = record()

    assert faults(ledger) == []
    assert "still" in ledger.relating


def test_a_word_without_a_claim_holds() -> None:
    ledger = record()
    of = sentence(ledger)

    found = faults(with_sentence(ledger, of, relating=()))
    assert f'"{of.text}": {of.id} in zh-Hant: "仍" (still) has no claim' in found


def test_a_claim_of_a_word_that_is_not_there_holds() -> None:
    ledger = record()
    of = sentence(ledger)
    (start, end, name) = of.relating[0]

    found = faults(with_sentence(ledger, of, relating=((start, end, name), (0, 2, name))))
    assert f'"{of.text}": {of.id} in zh-Hant: "{of.text[:2]}" is no relating word there' in found


def test_a_claim_of_another_class_or_finding_holds() -> None:
    ledger = record()

    other = faults(with_claim(ledger, fact="again"))
    assert any("which is of another class" in why for why in other)
    assert any("no true rendering" in why for why in other)
    assert any("which is of another finding" in why for why in faults(with_claim(ledger, finding="lead.rebound")))


@pytest.mark.parametrize("value", [False, None])
def test_a_relation_that_is_not_true_holds(value: bool | None) -> None:
    ledger = record()
    condition = claim(ledger).condition
    assert condition is not None

    found = faults(with_claim(ledger, condition=condition.model_copy(update={"value": value})))
    assert any("is not true and is told as holding" in why for why in found)
    assert any("and from its parts it is true" in why for why in found)


def test_a_relation_is_computed_again_from_the_readings_of_the_day_before() -> None:
    ledger = record()
    before = claim(ledger).inputs[1]

    def turned(one: ClaimRecord) -> ClaimRecord:
        inputs = (
            read.model_copy(update={"value": 0.0005})
            if (read.metric, read.date) == (before.metric, before.date)
            else read
            for read in one.inputs
        )
        return one.model_copy(update={"inputs": tuple(inputs)})

    changed = ledger.model_copy(update={"claims": tuple(map(turned, ledger.claims))})

    assert any("prev(derivatives.funding_1d)" in why for why in faults(changed))


def test_a_ledger_of_before_words_were_bound_is_asked_for_no_claim() -> None:
    ledger = record()
    old = with_sentence(ledger, sentence(ledger), relating=()).model_copy(
        update={"relating": (), "claims": tuple(one for one in ledger.claims if one.kind != "relation")}
    )

    assert faults(read_ledger(dump_ledger(old))) == []


def test_an_unbound_word_of_a_desk_is_a_notice() -> None:
    ledger = record()
    of = sentence(ledger)
    (start, end, _) = of.relating[0]
    bare = with_sentence(ledger, of, relating=((start, end, ""),))
    bare = bare.model_copy(update={"claims": tuple(one for one in bare.claims if one.id != CLAIM)})

    assert faults(bare) == []
    assert [str(one) for one in list_ledger_notices(bare)] == [
        f'ledger.json: "{of.text}": no relation of its rule bears out "仍"'
    ]
