"""Functions of WeasyPrint that a patch replaces or calls → what of them is not as the patch knows them."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any


def find_misfit(owner: Any, known: Iterable[tuple[str, tuple[str, ...]]]) -> str | None:
    """Say which function a patch doesn't fit, in words that follow "WeasyPrint's"; None where all are as known.

    Args:
        owner: the module, class or mapping that has the functions.
        known: the name of each, and the names of all its parameters in order.
    """
    for name, parameters in known:
        found = owner.get(name) if isinstance(owner, dict) else getattr(owner, name, None)
        if found is None:
            return f"{name} is gone"
        taken = tuple(inspect.signature(found).parameters)
        if taken != parameters:
            return f"{name} takes {', '.join(taken) or 'nothing'}, not {', '.join(parameters)}"
    return None
