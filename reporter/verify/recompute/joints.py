"""A ledger's joints → the sentence that each answers, and what of them does not follow from the findings.

A joint is the conjunction that begins a sentence which contrasts with one before it: "but", 不過. Its claim names both
findings; their stances are opposite, or the report type declares them to be in tension.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reporter.language.relating_words import RELATION
from reporter.verify.ledger.ledger_model import ClaimRecord, FindingRecord, Ledger, SentenceRecord

_OPPOSED, _TENSION = "stances", "tension"
#: Passages of a section that no sentence answers.
_TITLES = frozenset({"heading", "label"})
_SIDES: Mapping[str, float] = {"bull": 1.0, "bear": -1.0}


def is_joint(claim: ClaimRecord) -> bool:
    """Return whether a claim is what a joint asserts."""
    return claim.kind == RELATION and claim.condition is not None and claim.condition.is_ in (_OPPOSED, _TENSION)


def find_answered_sentences(ledger: Ledger, edition: str, locale: str) -> dict[str, str]:
    """Find what the joined sentences of a document answer: id → id of the sentence before it.

    Args:
        ledger: of the brief.
        edition: article or chat.
        locale: of the document.
    """
    claims = {claim.id: claim for claim in ledger.claims if is_joint(claim)}
    sides = {one.id: one.stance for one in ledger.findings}
    own = [one for one in ledger.sentences if (one.edition, one.locale) == (edition, locale)]
    found = {}
    for place, sentence in enumerate(own):
        for _, _, name in sentence.relating:
            answered = _find_answered(claims[name], sentence, own[:place], sides) if name in claims else None
            if answered is not None:
                found[sentence.id] = answered.id
    return found


def check_joint(ledger: Ledger, claim: ClaimRecord, findings: Mapping[str, FindingRecord]) -> Iterator[str]:
    """Find why a joint does not follow: its findings do not contrast, or its sentence answers none.

    Args:
        ledger: that it stands in.
        claim: what it asserts.
        findings: those of the ledger by id.
    """
    step = claim.condition
    names = [part.text for part in step.parts] if step is not None else []
    if step is None or len(names) != 2 or names[1] != claim.finding:
        yield f"its condition ({claim.is_}) names no finding before {claim.finding}"
        return
    sides = {one.id: one.stance for one in ledger.findings}
    stances = [findings[name].stance if name in findings else "" for name in names]
    for part, stance in zip(step.parts, stances, strict=True):
        if part.value != _SIDES.get(stance, 0.0):
            yield f"the stance of {part.text} is {stance or 'not known'}"
    if step.is_ == _OPPOSED and set(stances) != set(_SIDES):
        yield f"{names[0]} and {names[1]} have no opposite stances"
    if step.is_ == _TENSION and (min(names), max(names)) not in ledger.tensions:
        yield f"{names[0]} and {names[1]} are not declared to be in tension"
    for place, sentence in enumerate(ledger.sentences):
        starts = [start for start, _, name in sentence.relating if name == claim.id]
        where = f"{sentence.id} in {sentence.locale}"
        if any(starts):
            yield f"in {where} it stands inside the sentence and not at its beginning"
        elif starts and _find_answered(claim, sentence, ledger.sentences[:place], sides) is None:
            yield f"{where} answers no sentence of {names[0]}"


def _find_answered(
    claim: ClaimRecord, sentence: SentenceRecord, before: Sequence[SentenceRecord], sides: Mapping[str, str]
) -> SentenceRecord | None:
    """Find the sentence that a joined one answers.

    With opposite stances it is the one before it in its section, or else the last one there that takes a side.
    """
    step = claim.condition
    place = (sentence.edition, sentence.locale, sentence.section)
    own = [one for one in before if (one.edition, one.locale, one.section) == place and one.role not in _TITLES]
    if step is None or not step.parts:
        return None
    sided = [one for one in own if sides.get(one.finding, "") in _SIDES]
    near = [*own[-1:], *sided[-1:]] if step.is_ == _OPPOSED else own[::-1]
    return next((one for one in near if one.finding == step.parts[0].text), None)
