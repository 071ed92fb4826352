"""An edited sentence and its passage → whether the same words, in another order or voice, say something else.

Which words stand there is judged elsewhere. "Fuller, not emptier" and "emptier, not fuller" have the same ones; so have
"longs paid" and "longs were paid", but for a small word.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from reporter.verify.gate.checked_tokens import TokenFinder
from reporter.verify.gate.edited_words import list_content_words
from reporter.verify.gate.token_differences import is_clause_reordering

_CLAUSE_END = re.compile(r"[,;:.!?](?!\d)|[，；：。！？、]|\s[–—]\s|\b(?:and|or|but|while|whereas|yet)\b")
_WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)*")
_NEGATION = "negation"

#: What a checked token or another word is, wherever it stands.
_Item = tuple[str, str]


def compare_order(before: str, after: str, marker: TokenFinder) -> Iterator[tuple[str, int | None, str]]:
    """Compare the order and the voice of a text with those of its passage: (code, offset or None, why).

    Args:
        before: the passage.
        after: the text that was made of it.
        marker: of their locale.
    """
    old, new = _list_items(before, marker), _list_items(after, marker)
    both = {
        item for item, count in Counter(item for _, item in old).items() if count == [i for _, i in new].count(item)
    }
    left, right = [item for _, item in old if item in both], [item for _, item in new if item in both]
    if left != right:
        if not (_is_one_move(left, right) or is_clause_reordering(before, after)):
            yield "gate.order-changed", None, "words stand in another order"
            return
        if _list_negated(before, old) != _list_negated(after, new):
            yield "gate.order-changed", None, "the negation stands beside other words"
            return
    passive, was_passive = _list_passives(after, marker), _list_passives(before, marker)
    for word in (Counter(passive) - Counter(was_passive)) | (Counter(was_passive) - Counter(passive)):
        now, then = ("done to", "doing") if word in passive else ("doing", "done to")
        yield "gate.words-changed", None, f'"{word}" is told of what it is {now}, and was told of what it is {then}'
        return


def _list_items(text: str, marker: TokenFinder) -> list[tuple[int, _Item]]:
    """List checked tokens and all other words but the small ones, each with its offset."""
    tokens = [(token.start, token.identity) for token in marker.find_tokens(text)]
    return sorted(tokens + [(word.start, ("word", word.key)) for word in list_content_words(text, marker)])


def _is_one_move(left: Sequence[_Item], right: Sequence[_Item]) -> bool:
    """Return whether one run of items has moved: two runs side by side that changed places."""
    start = next((at for at, (a, b) in enumerate(zip(left, right, strict=True)) if a != b), len(left))
    stop = len(left)
    while stop > start and left[stop - 1] == right[stop - 1]:
        stop -= 1
    old, new = list(left[start:stop]), list(right[start:stop])
    return any(old[at:] + old[:at] == new for at in range(len(old)))


def _list_negated(text: str, items: Sequence[tuple[int, _Item]]) -> Counter[frozenset[_Item]]:
    """List what stands in one clause with each negation."""
    ends = [found.start() for found in _CLAUSE_END.finditer(text)]
    clauses = [sum(end <= at for end in ends) for at, _ in items]
    return Counter(
        frozenset(item for at, (_, item) in enumerate(items) if clauses[at] == clauses[place])
        for place, (_, (kind, _)) in enumerate(items)
        if kind == _NEGATION
    )


def _list_passives(text: str, marker: TokenFinder) -> list[str]:
    """List the participles behind a form of "be"."""
    words = [word.lower() for word in _WORD.findall(text)]
    return [word for at, word in enumerate(words) if at and marker.is_passive(words[at - 1], word)]
