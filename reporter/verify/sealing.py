"""The seal and the signature of a ledger: that nobody has changed it by hand, and who vouches for it.

The seal is a hash that anybody can compute: it tells of a slip. The signature needs a key that only the house has: it
tells of a ledger that was changed together with its files, or made by somebody else.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterator

from reporter.diagnostics import COMMAND_LINE, Diagnostic, Place
from reporter.errors import InputError
from reporter.verify.fault import IN_THE_LEDGER, hold, note
from reporter.verify.record import Ledger, SignatureRecord, dump


def sealed(ledger: Ledger) -> Ledger:
    """A ledger with its seal, and without a signature."""
    return ledger.model_copy(update={"seal": hashlib.sha256(_canonical(ledger)).hexdigest(), "signature": None})


def signed(ledger: Ledger, key_env: str, key: bytes) -> Ledger:
    """A ledger with its signature.

    Args:
        ledger: sealed.
        key_env: name of the environment variable that the key stands in.
        key: the key.
    """
    value = _signature(ledger, key)
    return ledger.model_copy(update={"signature": SignatureRecord(method="hmac-sha256", key_env=key_env, value=value)})


def read_key(key_env: str, place: Place = COMMAND_LINE) -> bytes:
    """The key of an environment variable.

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


def seal_faults(ledger: Ledger) -> Iterator[Diagnostic]:
    """What a ledger's seal says: broken, taken away, or not there because its version may have had none."""
    if not ledger.seal and (ledger.skeletons or ledger.fronts):
        yield hold("ledger.seal-broken", IN_THE_LEDGER, "", "its seal has been taken away: it has what came with seals")
    elif not ledger.seal:
        why = (
            "the ledger has no seal (an older version made it, or somebody took the seal away): that nobody changed it"
            " is not proven, and markup and front matter are unchecked"
        )
        yield note("ledger.unsealed", IN_THE_LEDGER, "", why)
    elif not hmac.compare_digest(ledger.seal, hashlib.sha256(_canonical(ledger)).hexdigest()):
        yield hold("ledger.seal-broken", IN_THE_LEDGER, "", "the ledger has been changed since it was made")


def signature_faults(ledger: Ledger, key: bytes | None) -> Iterator[Diagnostic]:
    """What holds a brief for its ledger's signature.

    Args:
        ledger: of the brief.
        key: what it has to be signed with; None where nobody gave one.
    """
    signature = ledger.signature
    if key is None and signature is not None:
        why = f"the ledger is signed: give the key with --key-env NAME (it was signed with that of {signature.key_env})"
        yield hold("ledger.key-needed", IN_THE_LEDGER, "", why)
    elif key is not None and signature is None:
        yield hold("ledger.unsigned", IN_THE_LEDGER, "", "a key was given, and the ledger has no signature")
    elif (
        key is not None and signature is not None and not hmac.compare_digest(signature.value, _signature(ledger, key))
    ):
        why = "the signature is not that of this ledger with this key"
        yield hold("ledger.wrong-signature", IN_THE_LEDGER, "", why)


def _canonical(ledger: Ledger) -> bytes:
    return dump(ledger.model_copy(update={"seal": "", "signature": None})).encode()


def _signature(ledger: Ledger, key: bytes) -> str:
    return hmac.new(key, _canonical(ledger), hashlib.sha256).hexdigest()
