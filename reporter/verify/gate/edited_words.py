"""Words of an edited sentence and of its passage, without the checked tokens → what was added, removed or moved.

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

from reporter.language.typography import HAN, HAN_CHARACTER
from reporter.verify.gate.checked_tokens import TokenFinder
from reporter.verify.gate.token_differences import is_clause_reordering

#: A word of a script with spaces, with what joins its parts, or a letter of Chinese.
_LETTER = rf"(?:(?![{HAN}])[^\W\d_]|[\u0300-\u036f\u20d0-\u20ff])"
_WORD = re.compile(rf"[{HAN}]|{_LETTER}+(?:[’'‐‑-]{_LETTER}+)*")
_HYPHEN = str.maketrans({"’": "'", "‐": "-", "‑": "-"})
#: First letters of the categories of characters that an editor may set as he likes: letters and figures are judged as
#: words and marks.
_PLAIN = frozenset("LNPZ")
_LINE_ENDS = frozenset("\n\r\t")


@dataclass(frozen=True, slots=True)
class ContentWord:
    """A word as it stands, and where."""

    text: str
    start: int

    @property
    def key(self) -> str:
        """The word as it is compared."""
        return self.text.lower().translate(_HYPHEN)


def compare_words(before: str, after: str, marker: TokenFinder) -> Iterator[tuple[str, int | None, str]]:
    """Compare the words of a text with those of its passage: (code, offset or None, why).

    Args:
        before: the passage.
        after: the text that was made of it.
        marker: of their locale; what it marks is judged elsewhere.
    """
    old, new = list_content_words(before, marker), list_content_words(after, marker)
    left, right = [word.key for word in old], [word.key for word in new]
    if left != right:
        yield from _find_changes(old, new, after)
        if Counter(left) == Counter(right) and not (_has_word_spaces(right) or is_clause_reordering(before, after)):
            yield "gate.order-changed", new[0].start, "words stand in another order"
    yield from _check_symbols(before, after, marker)


def _find_changes(
    old: Sequence[ContentWord], new: Sequence[ContentWord], after: str
) -> Iterator[tuple[str, int | None, str]]:
    left, right = [word.key for word in old], [word.key for word in new]
    more, less = Counter(right) - Counter(left), Counter(left) - Counter(right)
    for kind, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        put, gone = _take_from_budget(new[c:d], more), _take_from_budget(old[a:b], less)
        if put:
            words = after[put[0].start : put[-1].start + len(put[-1].text)]
            if gone:
                yield "gate.words-changed", put[0].start, f'"{words}" is not supported (it was {_quote_words(gone)})'
            else:
                yield "gate.words-added", put[0].start, f'"{words}" says more than its sentence'
        elif gone:
            yield "gate.left-out", None, f"{_quote_words(gone)} is gone"


def _take_from_budget(words: Sequence[ContentWord], budget: Counter[str]) -> list[ContentWord]:
    """Return the words that are still in a budget of added or removed ones; others have only moved."""
    kept = []
    for word in words:
        if budget[word.key] > 0:
            budget[word.key] -= 1
            kept.append(word)
    return kept


def _quote_words(words: Sequence[ContentWord]) -> str:
    spaced = _has_word_spaces([word.text for word in words])
    return f'"{(" " if spaced else "").join(word.text for word in words)}"'


def _has_word_spaces(words: Sequence[str]) -> bool:
    """Return whether words are of a script with spaces."""
    return not any(HAN_CHARACTER.match(word) for word in words)


def list_content_words(text: str, marker: TokenFinder) -> list[ContentWord]:
    """List the words of a text that are neither checked tokens nor function words."""
    marks = [(mark.start, mark.start + len(mark.text)) for mark in marker.find_tokens(text)]
    words = (ContentWord(found[0], found.start()) for found in _WORD.finditer(text))
    outside = (word for word in words if not any(start <= word.start < end for start, end in marks))
    return [word for word in outside if not marker.is_free_word(word.key)]


def _check_symbols(before: str, after: str, marker: TokenFinder) -> Iterator[tuple[str, int | None, str]]:
    """Find symbols, emoji and unseen characters that the passage does not have."""
    known = Counter(before)
    marked = {place for mark in marker.find_tokens(after) for place in range(mark.start, mark.start + len(mark.text))}
    for place, char in enumerate(after):
        if category(char)[0] in _PLAIN or char in _LINE_ENDS or place in marked:
            continue
        known[char] -= 1
        if known[char] < 0:
            shown = char if category(char)[0] == "S" else f"U+{ord(char):04X}"
            yield "gate.words-added", place, f'"{shown}" says more than its sentence'
