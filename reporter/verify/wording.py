"""The words of a retouched sentence beside the marks: each is its passage's, and none of them is gone.

No list foresees every word that turns a sentence ("on-chain", "off-chain"), and so none is asked: only the small words
that hold a sentence together (`free` in `locales/checked/`) may come, go and change. All others stand as the ledger has
them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from unicodedata import category

from reporter.verify.differences import clauses_moved
from reporter.verify.marks import Marker

#: A word of a script with spaces, with what joins its parts, or a letter of Chinese.
_LETTER = r"(?:(?![\u3400-\u9fff])[^\W\d_]|[\u0300-\u036f\u20d0-\u20ff])"
_WORD = re.compile(rf"[\u3400-\u9fff]|{_LETTER}+(?:[’'‐‑-]{_LETTER}+)*")
_HYPHEN = str.maketrans({"’": "'", "‐": "-", "‑": "-"})
#: First letters of the categories of characters that an editor may set as he likes: letters and figures are judged as
#: words and marks.
_PLAIN = frozenset("LNPZ")
_LINE_ENDS = frozenset("\n\r\t")


@dataclass(frozen=True, slots=True)
class _Word:
    """A word as it stands, and where."""

    text: str
    start: int

    @property
    def key(self) -> str:
        return self.text.lower().translate(_HYPHEN)


def other_words(before: str, after: str, marker: Marker) -> Iterator[tuple[str, int | None, str]]:
    """Every way in which the words of a text aren't those of its passage: code, where if it is there, and why.

    Args:
        before: the passage.
        after: the text that was made of it.
        marker: of their locale; what it marks is judged elsewhere.
    """
    old, new = _content(before, marker), _content(after, marker)
    left, right = [word.key for word in old], [word.key for word in new]
    if left != right:
        yield from _changed(old, new, after)
        if Counter(left) == Counter(right) and not (_spaced(right) or clauses_moved(before, after)):
            yield "gate.order-changed", new[0].start, "words stand in another order"
    yield from _signs(before, after, marker)


def _changed(old: Sequence[_Word], new: Sequence[_Word], after: str) -> Iterator[tuple[str, int | None, str]]:
    left, right = [word.key for word in old], [word.key for word in new]
    more, less = Counter(right) - Counter(left), Counter(left) - Counter(right)
    for kind, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        put, gone = _taken(new[c:d], more), _taken(old[a:b], less)
        if put:
            words = after[put[0].start : put[-1].start + len(put[-1].text)]
            if gone:
                yield "gate.words-changed", put[0].start, f'"{words}" is not supported (it was {_shown(gone)})'
            else:
                yield "gate.words-added", put[0].start, f'"{words}" says more than its sentence'
        elif gone:
            yield "gate.left-out", None, f"{_shown(gone)} is gone"


def _taken(words: Sequence[_Word], budget: Counter[str]) -> list[_Word]:
    """The words that a budget of new or lost ones still holds; the others have only moved."""
    kept = []
    for word in words:
        if budget[word.key] > 0:
            budget[word.key] -= 1
            kept.append(word)
    return kept


def _shown(words: Sequence[_Word]) -> str:
    spaced = _spaced([word.text for word in words])
    return f'"{(" " if spaced else "").join(word.text for word in words)}"'


def _spaced(words: Sequence[str]) -> bool:
    """Whether words are of a script with spaces: one that moves stays a word there."""
    return not any("\u3400" <= word[0] <= "\u9fff" for word in words)


def _content(text: str, marker: Marker) -> list[_Word]:
    """The words of a text that are neither marks nor free."""
    marks = [(mark.start, mark.start + len(mark.text)) for mark in marker.marks(text)]
    words = (_Word(found[0], found.start()) for found in _WORD.finditer(text))
    outside = (word for word in words if not any(start <= word.start < end for start, end in marks))
    return [word for word in outside if not marker.free(word.key)]


def _signs(before: str, after: str, marker: Marker) -> Iterator[tuple[str, int | None, str]]:
    """Signs, emoji, strokes through letters and unseen characters that a passage hasn't."""
    known = Counter(before)
    marked = {place for mark in marker.marks(after) for place in range(mark.start, mark.start + len(mark.text))}
    for place, char in enumerate(after):
        if category(char)[0] in _PLAIN or char in _LINE_ENDS or place in marked:
            continue
        known[char] -= 1
        if known[char] < 0:
            shown = char if category(char)[0] == "S" else f"U+{ord(char):04X}"
            yield "gate.words-added", place, f'"{shown}" says more than its sentence'
