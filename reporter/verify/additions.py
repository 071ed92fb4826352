"""What a retouch puts in where it takes nothing out: words beside the marks that no list watches.

An editor may say a thing in other words. A word that stands for none of the passage's says something more, and
whether it is so nobody can check. The small words that hold a sentence together (`free` in `locales/checked/`) may
come and go.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from reporter.verify.marks import Marker

_WORD = re.compile(r"[A-Za-z]+(?:[’'-][A-Za-z]+)*|[\u3400-\u9fff]")
#: By how many words a wording may be longer than the one it takes the place of: a letter of Chinese says less.
_LONGER = {True: 1, False: 2}


@dataclass(frozen=True, slots=True)
class _Put:
    """A word as it stands, and where."""

    text: str
    start: int

    @property
    def key(self) -> str:
        return self.text.lower()


def additions(before: str, after: str, marker: Marker) -> Iterator[tuple[str, int]]:
    """Every stretch of words that a text has beyond its passage: the words, and where they begin.

    Args:
        before: the passage.
        after: the text that was made of it.
        marker: of their locale; what it marks is judged elsewhere.
    """
    old, new = _words(before, marker), _words(after, marker)
    matcher = SequenceMatcher(None, [word.key for word in old], [word.key for word in new], autojunk=False)
    steps = matcher.get_opcodes()
    gone = Counter(word.key for kind, a, b, _, _ in steps if kind != "equal" for word in old[a:b])
    for kind, a, b, c, d in steps:
        if kind not in {"insert", "replace"}:
            continue
        put = _unmoved(new[c:d], gone, marker)
        taken = [word for word in old[a:b] if not marker.free(word.key)]
        if put and len(put) > (len(taken) + _LONGER[put[0].text.isascii()] if taken else 0):
            yield after[put[0].start : put[-1].start + len(put[-1].text)], put[0].start


def _words(text: str, marker: Marker) -> list[_Put]:
    """The words of a text that are no marks."""
    marks = [(mark.start, mark.start + len(mark.text)) for mark in marker.marks(text)]
    words = (_Put(found[0], found.start()) for found in _WORD.finditer(text))
    return [word for word in words if not any(start <= word.start < end for start, end in marks)]


def _unmoved(words: Sequence[_Put], gone: Counter[str], marker: Marker) -> list[_Put]:
    """Words that are neither free nor only moved from elsewhere in the sentence."""
    kept = []
    for word in words:
        if marker.free(word.key):
            continue
        if gone[word.key]:
            gone[word.key] -= 1
            continue
        kept.append(word)
    return kept
