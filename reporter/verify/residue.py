"""What a finished text never holds: template syntax, values that should have been words, characters of no script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

_RESIDUE = re.compile(
    r"\{\{|\}\}|\{%|%\}|\{#|\[\[|\]\]|\bNone\b(?! of\b)|\b[Nn]a[Nn]\b|(?<![A-Za-z])-?inf\b|\bundefined\b"
    r"|[\ue000-\uf8ff\ufffd\u25a1]"
)
_HAN = re.compile("[\u4e00-\u9fff]")


def residue(text: str, lang: str) -> Iterator[tuple[int, str]]:
    """Everything in a text that is no prose: where, and why.

    Args:
        text: as a reader sees it.
        lang: BCP 47 tag of its language; in Traditional Chinese no Simplified character may stand.
    """
    for found in _RESIDUE.finditer(text):
        yield found.start(), f'"{found[0]}" is left over'
    if lang.startswith("zh-Hant"):
        for found in _HAN.finditer(text):
            if _simplified(found[0]):
                yield found.start(), f"{found[0]} is a Simplified character"


@cache
def _simplified(char: str) -> bool:
    """Whether the mainland's standard has a character that neither Taiwan's nor Hong Kong's has."""
    return _encodes(char, "gb2312") and not _encodes(char, "big5hkscs")


def _encodes(char: str, encoding: str) -> bool:
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
