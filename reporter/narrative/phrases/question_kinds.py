"""Wordings → whether a question asks for yes or no, and whether an answer begins with one of them.

The words are those of `[conversation]` in `locales/checked/<locale>.toml`; a locale without them is not judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reporter.language.locales import Locale
from reporter.language.vocabulary import list_conversation_words
from reporter.narrative.phrases.phrase_tree import Branch, Part, PhraseText, Wording

#: Stands for a value of a wording.
_VALUE = "\ufffc"
_MARKS = re.compile(r"[\s,，、。.:：;；!！?？—–\"“”「」]+")


@dataclass(frozen=True, slots=True)
class AnswerBeginning:
    """How an answer begins.

    Attributes:
        answers: whether it says yes or no, or how far.
        bare: whether a yes or no stands there by itself, before a mark, so that it answers nothing else.
    """

    answers: bool
    bare: bool


def asks_yes_or_no(question: Wording, locale: Locale) -> bool:
    """Return whether a question asks for yes or no: it begins with a verb, or holds 嗎, and offers no choice."""
    words = list_conversation_words(locale)
    text = _write_text(question.body).casefold()
    if not text.rstrip().endswith(("?", "？")) or any(part in text for part in words.get("choices", ())):
        return False
    # What is asked is the last sentence: "Remind me: did it hold?"
    asked = re.split(r"[.。：:！!]\s*", text.rstrip(" ?？"))[-1]
    if any(re.search(part, asked) for part in words.get("holds", ())):
        return True
    parts = [part for part in _MARKS.split(asked) if part]
    while parts and parts[0] in words.get("openers", ()):
        parts = parts[1:]
    return bool(parts) and parts[0] in words.get("verbs", ())


def read_answer_beginnings(answer: Wording, locale: Locale) -> AnswerBeginning:
    """Read how an answer begins; each of its first arms must do alike."""
    words = list_conversation_words(locale).get("yes_or_no", ())
    found = [_read_beginning(text, words) for text in _iterate_beginnings(answer.body)]
    return AnswerBeginning(all(one.answers for one in found), any(one.bare for one in found))


def _read_beginning(text: str, words: Sequence[str]) -> AnswerBeginning:
    told = text.casefold().lstrip()
    for word in sorted(words, key=len, reverse=True):
        if told.startswith(word):
            after = told[len(word) : len(word) + 1]
            # A word of an alphabet goes on with letters: "nothing" is no "no".
            if word[-1].isascii() and after.isascii() and after.isalpha():
                continue
            return AnswerBeginning(True, bool(_MARKS.match(after)) and after != " ")
    return AnswerBeginning(False, False)


def _iterate_beginnings(body: Sequence[Part]) -> Iterator[str]:
    """Iterate over the texts that a wording may begin with."""
    first = body[0] if body else None
    if isinstance(first, Branch):
        for arm in (*(arm for _, arm in first.arms), first.otherwise):
            yield from _iterate_beginnings(arm) if arm else _iterate_beginnings(body[1:])
    elif isinstance(first, PhraseText):
        yield first.text if first.text.strip() else _write_text(body)
    else:
        yield _VALUE


def _write_text(body: Sequence[Part]) -> str:
    return "".join(part.text if isinstance(part, PhraseText) else _VALUE for part in body)
