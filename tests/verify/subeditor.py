"""What a sub-editor does to a line beyond swapping figures: words put in, taken out or turned (`subeditor.toml`)."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.verify.mutations import Edit

_LISTS: Mapping[str, Any] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
#: Sentences that state what no ledger holds, per locale.
NEW: Mapping[str, list[str]] = _LISTS["new"]


def _bounded(word: str) -> str:
    return rf"\b{re.escape(word)}\b" if word.replace(" ", "").isalpha() and word.isascii() else re.escape(word)


def _swap(kind: str) -> Edit:
    def edit(line: str, tag: str, rng: random.Random) -> str | None:
        pairs: list[list[str]] = [pair.split(" <> ") for pair in _LISTS["swapped"][kind][tag]]
        both = [*pairs, *([new, old] for old, new in pairs)]
        held = [(old, new) for old, new in both if re.search(_bounded(old), line)]
        if not held:
            return None
        old, new = rng.choice(held)
        found = rng.choice(list(re.finditer(_bounded(old), line)))
        around = line[max(found.start() - len(new), 0) : found.end() + len(new)]
        if old in new and new in around:
            return None
        return line[: found.start()] + new + line[found.end() :]

    return edit


def _add(kind: str) -> Edit:
    def edit(line: str, tag: str, rng: random.Random) -> str | None:
        if line.startswith(("|", "---", "slug", "date", "lang", "translation")):
            return None
        wanted = _LISTS["added"][kind][tag]
        places = list(re.finditer(wanted["at"], line))
        if not places:
            return None
        at, words = rng.choice(places).start(), str(rng.choice(wanted["words"]))
        return line[:at] + words + line[at:]

    return edit


def _drop(kind: str) -> Edit:
    def edit(line: str, tag: str, rng: random.Random) -> str | None:
        places = [found for found in re.finditer(_LISTS["dropped"][kind][tag], line) if found[0]]
        if not places:
            return None
        found = rng.choice(places)
        return line[: found.start()] + line[found.end() :]

    return edit


_HAN = "零一二三四五六七八九"
_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def _numeral(line: str, tag: str, rng: random.Random) -> str | None:
    """A figure becomes another one, written in another way: in words, in Chinese numerals, in full-width digits."""
    found = _one(r"(?<![\d.,:$+−A-Za-z-])\d{1,2}(?![\d.,:%A-Za-z])", line, rng)
    if found is None:
        return None
    value = (int(found[0]) + rng.choice((1, 2, 3))) % len(_WORDS)
    wide = str(value).translate({ord("0") + n: 0xFF10 + n for n in range(10)})
    words = _WORDS[value] if tag == "en" else ("十" + _HAN[value - 10] if value > 10 else (*_HAN, "十")[value])
    return line[: found.start()] + rng.choice((wide, words)) + line[found.end() :]


def _wide(line: str, tag: str, rng: random.Random) -> str | None:
    """One digit changed and the figure set in full-width digits."""
    del tag
    found = _one(r"\d[\d,.]*\d", line, rng)
    if found is None:
        return None
    digits = list(found[0])
    at = rng.choice([n for n, char in enumerate(digits) if char.isdigit()])
    digits[at] = str((int(digits[at]) + rng.randint(1, 9)) % 10)
    wide = "".join(chr(ord(char) + 0xFEE0) if char.isdigit() else char for char in digits)
    return line[: found.start()] + wide + line[found.end() :]


def _names_swapped(line: str, tag: str, rng: random.Random) -> str | None:
    """Two instruments or sources of one line change places."""
    names = "|".join(_LISTS["names"][tag])
    found = list(re.finditer(names, line))
    pairs = [(a, b) for n, a in enumerate(found) for b in found[n + 1 :] if a[0] != b[0]]
    if not pairs:
        return None
    a, b = rng.choice(pairs)
    return line[: a.start()] + b[0] + line[a.end() : b.start()] + a[0] + line[b.end() :]


def _one(pattern: str, line: str, rng: random.Random) -> re.Match[str] | None:
    found = list(re.finditer(pattern, line))
    return rng.choice(found) if found else None


EDITS: Mapping[str, Edit] = {
    **{kind: _swap(kind) for kind in _LISTS["swapped"]},
    **{kind: _add(kind) for kind in _LISTS["added"]},
    **{kind: _drop(kind) for kind in _LISTS["dropped"]},
    "numeral": _numeral,
    "full-width digits": _wide,
    "swapped names": _names_swapped,
}
