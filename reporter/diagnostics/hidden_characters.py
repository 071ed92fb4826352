"""Text → invisible characters in it that change what is read: controls, directions, zero width, private use.

Data, authored files and finished briefs are held to one list of them, and what a command prints of a file shows them as
their codes, so that a cell can neither steer a terminal nor turn a figure round.
"""

from __future__ import annotations

import re

#: Characters that emoji are made of; a joiner or a variation selector behind one of them belongs to it.
_EMOJI = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
#: Tab and line feed are white space. What stands for something that is filled in is looked for by its own name.
_ALWAYS = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f"
    "\u2028-\u202e\u2060\u2062-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\ue000-\uf8ff"
    "\U0001fffe\U0001ffff\U000e0000-\U0010ffff"
)
FILLED = "[\u2061\ufffc]"
HIDDEN = f"[{_ALWAYS}]|(?<![{_EMOJI}\ufe0f])\u200d|\u200d(?![{_EMOJI}])|(?<![{_EMOJI}0-9#*])\ufe0f"
_HIDDEN = re.compile(HIDDEN)
_ESCAPED = re.compile(f"[\t\n\r]|{FILLED}|{HIDDEN}")
#: The content of an embedded file, which no message repeats.
_EMBEDDED = re.compile(r"(data:[\w/+.-]{0,40};?[\w=-]{0,16},)[^\s'\")]{40,}")
_ENDLESS = re.compile(r"([^\s]{120})[^\s]{280,}")


def find_hidden(text: str) -> re.Match[str] | None:
    """Return the first invisible character of a text that changes what is read, or None."""
    return _HIDDEN.search(text) or re.search(FILLED, text)


def find_all_hidden(text: str) -> list[tuple[int, str]]:
    """Return all invisible characters with their offsets."""
    found = [(match.start(), match[0]) for match in _HIDDEN.finditer(text)]
    return sorted([*found, *((match.start(), match[0]) for match in re.finditer(FILLED, text))])


def name_character(char: str) -> str:
    """Describe an invisible character for a message."""
    code, kind = ord(char), "a control character"
    if 0xE000 <= code <= 0xF8FF or code >= 0xF0000:
        kind = "a character of private use"
    elif char in "\u061c\u200e\u200f" or 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x206F:
        kind = "a character that changes the direction of text"
    elif code > 0x9F:
        kind = "a character that nobody sees"
    return f"{kind} (U+{code:04X})"


def to_printable(text: str) -> str:
    """Return a text as a message may show it: invisible characters as codes, embedded files cut."""
    shown = _ENDLESS.sub(r"\1…", _EMBEDDED.sub(r"\1…", text))
    return _ESCAPED.sub(lambda found: _escape_character(found[0]), shown)


_NAMED = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}


def _escape_character(char: str) -> str:
    code = ord(char)
    if char in _NAMED:
        return _NAMED[char]
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
