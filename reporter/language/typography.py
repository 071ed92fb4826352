"""Spaces of a sentence: runs collapse, and beside Han the locale's rule decides where one stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

#: Han characters, as they stand between the brackets of a regular expression: the unified ideographs with extension A,
#: those kept for compatibility, and the planes of the rarer ones.
HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
HAN_CHARACTER: Final = re.compile(f"[{HAN}]")
#: What is spaced as Han is: the mark of repetition and the round zero too. They are in no word: 二〇二〇 is a year, and
#: no word written twice.
_AS_HAN: Final = f"{HAN}\u3005\u3007"
_SPACED_AS_HAN = re.compile(f"[{_AS_HAN}]")
_RUNS = re.compile(rf"\s+|[{_AS_HAN}]+|[^\s{_AS_HAN}]+")
_FULL_WIDTH = re.compile(
    "[\u3001-\u3003\u3008-\u3020\u2500\u2014\u2026\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]"
)
_LATIN_SIGNS = frozenset("%$€£¥+−±#@&°")
_CLOSING = frozenset(",.;:!?%)]”’")
_OPENING = frozenset("([“‘")


def set_spaces(texts: Sequence[str], fixed: Sequence[bool], *, han: bool) -> list[tuple[int | None, str]]:
    """Normalise the spaces of a sentence made of parts.

    Args:
        texts: the parts in order.
        fixed: which parts are claims: a space between two parts goes into the one that isn't.
        han: whether the locale sets a space between Han and Latin, and none elsewhere beside Han.

    Returns:
        Position of the part and its new text, in order; a space between two claims has None. Parts
        without any text left are absent.
    """
    runs: list[tuple[int | None, str]] = []
    before, owner, spaced = "", -1, False
    for place, text in enumerate(texts):
        # Inside a run of Han, or of anything else without a space, there is none to set.
        for run in _RUNS.findall(text):
            if run.isspace():
                spaced = True
                continue
            if before and _needs_space(before, run[0], spaced, han):
                _append_run(runs, _space_owner(owner, place, fixed), " ")
            _append_run(runs, place, run)
            before, owner, spaced = run[-1], place, False
    return runs


def _needs_space(left: str, right: str, spaced: bool, han: bool) -> bool:
    if right in _CLOSING or left in _OPENING:
        return False
    if not han:
        return spaced
    if _FULL_WIDTH.match(left) or _FULL_WIDTH.match(right):
        return False
    beside = bool(_SPACED_AS_HAN.match(left)), bool(_SPACED_AS_HAN.match(right))
    if all(beside):
        return False
    if any(beside):
        other = right if beside[0] else left
        return spaced or other.isalnum() or other in _LATIN_SIGNS
    return spaced


def _space_owner(left: int, right: int, fixed: Sequence[bool]) -> int | None:
    if left == right or not fixed[left]:
        return left
    return None if fixed[right] else right


def _append_run(runs: list[tuple[int | None, str]], owner: int | None, text: str) -> None:
    if runs and runs[-1][0] == owner and owner is not None:
        runs[-1] = (owner, runs[-1][1] + text)
    else:
        runs.append((owner, text))
