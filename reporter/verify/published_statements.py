"""The ledger of a published brief → what it has stated of prices: those of its ending, and the level it argues about.

Only what a sentence shows counts, as a claim with its value. What a ledger knows beside its sentences nobody has read.
"""

from __future__ import annotations

from datetime import date
from hashlib import sha256

from reporter.model.memory import PublishedStatements
from reporter.model.verdict import BRANCHES
from reporter.verify.ledger.ledger_model import Ledger

#: What heads the conditions for a level, and shows it.
_SIDE, _LEVEL = "for", "level"


def read_statements(ledger: Ledger, data: bytes) -> PublishedStatements:
    """Read what a brief has stated of prices.

    Args:
        ledger: of the brief.
        data: the ledger's file.
    """
    return PublishedStatements(
        slug=ledger.brief.slug,
        date=date.fromisoformat(ledger.brief.date),
        digest=sha256(data).hexdigest(),
        above=_find_shown(ledger, "if_above"),
        below=_find_shown(ledger, "if_below"),
        level=_find_shown(ledger, _SIDE),
    )


def _find_shown(ledger: Ledger, form: str) -> float | None:
    """Find the price that the sentences of a form show; None where none does, or where two show different ones."""
    fact = BRANCHES.get(form, _LEVEL)
    claims = {claim.id: claim for claim in ledger.claims if claim.fact == fact}
    shown = {
        value
        for sentence in ledger.sentences
        if sentence.form == form
        for _, _, name in sentence.spans
        if name in claims and isinstance(value := claims[name].value, float | int)
    }
    return float(shown.pop()) if len(shown) == 1 else None
