"""Look-alikes of ASCII characters that keyboards and word processors insert: curly, full-width, and the like."""

from __future__ import annotations

import unicodedata

_CURLY = {
    "“": '"',
    "”": '"',
    "„": '"',
    "‟": '"',
    "«": '"',
    "»": '"',
    "「": '"',
    "」": '"',
    "『": '"',
    "』": '"',
    "‘": "'",
    "’": "'",
    "‚": "'",
    "‛": "'",
    "`": "'",
    "´": "'",
}
_SIGNS = {
    "、": ",",
    "。": ".",
    "−": "-",
    "–": "-",
    "—": "-",
    "×": "*",
    "÷": "/",
    "≥": ">=",
    "≤": "<=",
    "≠": "!=",
    "《": "<",
    "》": ">",
    "【": "[",
    "】": "]",
    "〔": "[",
    "〕": "]",
    "∣": "|",
    "¦": "|",
    "│": "|",
}
#: Spaces that no keyboard shows to be others.
_SPACES = frozenset("\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\u3000\ufeff\u200b\u200c\u200d\u2060")


def to_ascii_mark(char: str) -> str:
    """The ASCII character that a look-alike was meant for; an empty text where it is unclear."""
    if char in _SPACES:
        return " "
    meant = _CURLY.get(char) or _SIGNS.get(char)
    if meant is None:
        meant = unicodedata.normalize("NFKC", char) if "\uff00" <= char <= "\uffef" else ""
    return meant if meant.isascii() else ""


def check_ascii_character(char: str) -> tuple[str, str] | None:
    """Text and hint for a character that isn't ASCII where ASCII is required; None where it is fine.

    Letters of any script are fine, since they may be a name's; their full-width forms are not.
    """
    meant = to_ascii_mark(char)
    if char.isascii() and char != "`":
        return None
    if char in _SPACES:
        return f"a space that is none (U+{ord(char):04X})", "write a plain space"
    if meant:
        return f'"{char}" stands for {meant}', f"write {meant}"
    return None if char.isalnum() else (f'"{char}" has no meaning here', "delete it, or put it into quotes")
