"""The seal (a hash) and the signature (HMAC) of a ledger: made and checked.

The seal is a hash that anybody can compute: it tells of a slip. The signature needs a key that only the house has: it
tells of a ledger that was changed together with its files, or made by somebody else.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterator

from reporter.diagnostics.diagnostic import COMMAND_LINE, Diagnostic, Place
from reporter.diagnostics.errors import InputError
from reporter.verify.gate_diagnostics import IN_THE_LEDGER, make_gate_hold, make_gate_notice
from reporter.verify.ledger.ledger_model import Ledger, SignatureRecord, dump_ledger


def add_seal(ledger: Ledger) -> Ledger:
    """Return a ledger with its seal and without a signature."""
    return ledger.model_copy(
        update={"seal": hashlib.sha256(_to_canonical_bytes(ledger)).hexdigest(), "signature": None}
    )


def sign_ledger(ledger: Ledger, key_env: str, key: bytes) -> Ledger:
    """Return a ledger with its signature.

    Args:
        ledger: sealed.
        key_env: name of the environment variable that the key stands in.
        key: the key.
    """
    value = _compute_signature(ledger, key)
    return ledger.model_copy(update={"signature": SignatureRecord(method="hmac-sha256", key_env=key_env, value=value)})


def read_key(key_env: str, place: Place = COMMAND_LINE) -> bytes:
    """Read the signing key from an environment variable.

    Args:
        key_env: its name.
        place: where it is named.

    Raises:
        InputError: it isn't set, or is empty.
    """
    key = os.environ.get(key_env, "")
    if not key:
        what = f"the key that signs ledgers is not there: {key_env} is not set in the environment"
        raise InputError([Diagnostic("ledger.no-key", place, what, f"set {key_env} to the house's key")])
    return key.encode("utf-8", "surrogateescape")


def check_seal(ledger: Ledger) -> Iterator[Diagnostic]:
    """Check a ledger's seal: broken, or absent because of an older version."""
    if not ledger.seal and (ledger.skeletons or ledger.fronts):
        yield make_gate_hold(
            "ledger.seal-broken", IN_THE_LEDGER, "", "its seal has been taken away: it has what came with seals"
        )
    elif not ledger.seal:
        why = (
            "the ledger has no seal (an older version made it, or somebody took the seal away): that nobody changed it"
            " is not proven, and markup and front matter are unchecked"
        )
        yield make_gate_notice("ledger.unsealed", IN_THE_LEDGER, "", why)
    elif not hmac.compare_digest(ledger.seal, hashlib.sha256(_to_canonical_bytes(ledger)).hexdigest()):
        yield make_gate_hold("ledger.seal-broken", IN_THE_LEDGER, "", "the ledger has been changed since it was made")


def check_signature(ledger: Ledger, key: bytes | None) -> Iterator[Diagnostic]:
    """Check a ledger's signature against the key.

    Args:
        ledger: of the brief.
        key: what it has to be signed with; None where nobody gave one.
    """
    signature = ledger.signature
    if key is None and signature is not None:
        why = f"the ledger is signed: give the key with --key-env NAME (it was signed with that of {signature.key_env})"
        yield make_gate_hold("ledger.key-needed", IN_THE_LEDGER, "", why)
    elif key is not None and signature is None:
        yield make_gate_hold("ledger.unsigned", IN_THE_LEDGER, "", "a key was given, and the ledger has no signature")
    elif (
        key is not None
        and signature is not None
        and not hmac.compare_digest(signature.value, _compute_signature(ledger, key))
    ):
        why = "the signature is not that of this ledger with this key"
        yield make_gate_hold("ledger.wrong-signature", IN_THE_LEDGER, "", why)


def _to_canonical_bytes(ledger: Ledger) -> bytes:
    return dump_ledger(ledger.model_copy(update={"seal": "", "signature": None})).encode()


def _compute_signature(ledger: Ledger, key: bytes) -> str:
    return hmac.new(key, _to_canonical_bytes(ledger), hashlib.sha256).hexdigest()
