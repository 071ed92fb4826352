"""What can be checked in a sentence: numbers, dates, names, and the words that turn its meaning, in their order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reporter.language.locales import Locale
from reporter.language.numerals import numerals
from reporter.language.quantities import number_signs
from reporter.language.texts import in_locale
from reporter.language.vocabulary import FREE, HOUSE, PLAIN, unwatched_words, watched_words
from reporter.verify.calendar import calendar_reader
from reporter.verify.record import Ledger

_QUESTION = re.compile("[?？]")


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that can be checked.

    Attributes:
        kind: number, date, name, or a class of the vocabulary (direction, level, negation, hedge …).
        key: what it means: all forms of a word, and all ways to write a number, share one.
        text: as it stands; start: where.
    """

    kind: str
    key: str
    text: str
    start: int

    @property
    def what(self) -> tuple[str, str]:
        """What makes two marks the same."""
        return self.kind, self.key


class Marker:
    """Finds the marks of one locale's sentences."""

    def __init__(self, locale: Locale, ledger: Ledger) -> None:
        """Learn a locale's words, and the names that this brief may use."""
        self._locale = locale
        self._calendar = calendar_reader(locale)
        self._numerals = numerals(locale)
        self._words = dict(watched_words(locale))
        for name in own_names(ledger, locale):
            self._words.setdefault(name.lower(), ("name", name.lower()))
        latin = "|".join(re.escape(word) for word in sorted(self._words, key=len, reverse=True) if _latin(word))
        other = "|".join(re.escape(word) for word in sorted(self._words, key=len, reverse=True) if not _latin(word))
        parts = [f"(?i:(?<![A-Za-z]){'(?:' + latin + ')'}(?![A-Za-z]))"] if latin else []
        self._word = re.compile("|".join([*parts, *([other] if other else [])]) or r"(?!)")
        self._news = frozenset(claim.id for claim in ledger.claims if claim.event is not None and claim.kind == "text")
        self._free = unwatched_words(locale, FREE)
        self._house = unwatched_words(locale, HOUSE)
        self._letters = re.compile(r"[A-Za-z][\w&.'’/-]*[A-Za-z\d]|[A-Za-z]")

    def marks(self, text: str) -> tuple[Mark, ...]:
        """The marks of a text, in order; of two that overlap the one that begins first, then the longer."""
        found = sorted(self._all(text), key=lambda entry: (entry[0].start, -entry[1], entry[2]))
        kept: list[Mark] = []
        end = 0
        for mark, stop, _ in found:
            if mark.start >= end:
                end = stop
                if mark.kind != PLAIN:
                    kept.append(mark)
        return tuple(kept)

    def verbatim(self, claim: str) -> bool:
        """Whether what a claim shows is a line of news or a quote."""
        return claim in self._news

    def free(self, word: str) -> bool:
        """Whether a word in lower case says nothing by itself."""
        return word in self._free

    def of_the_house(self, text: str) -> bool:
        """Whether a text speaks of the publication and its readers."""
        words = set(re.findall(r"[a-z]+", text.lower()))
        return any(word in words if _latin(word) else word in text for word in self._house)

    def _all(self, text: str) -> Iterator[tuple[Mark, int, int]]:
        for match, moment in self._calendar.found(text):
            yield Mark("date", moment.key, match[0], match.start()), match.end(), 0
        for match in self._numerals.digits.finditer(text):
            number = self._numerals.of_digits(match)
            yield Mark("number", number.key, match[0], match.start()), match.end(), 1
        for sign in number_signs(text):
            if not sign.text[0].isdecimal():
                # ½, ②, Ⅷ, VIII: a number that no phrase writes so.
                yield Mark("number", sign.text, sign.text, sign.start), sign.end, 1
        for match in self._word.finditer(text):
            kind, key = self._words[match[0].lower()]
            yield Mark(kind, key, match[0], match.start()), match.end(), 2
        for match in self._numerals.words.finditer(text):
            spoken = self._numerals.of_words(match)
            if spoken is not None:
                yield Mark("number", spoken.key, match[0], match.start()), match.end(), 3
        for match in _QUESTION.finditer(text):
            # A question states nothing, and a statement asks nothing.
            yield Mark("question", "?", match[0], match.start()), match.end(), 2
        yield from self._spelled_names(text)

    def _spelled_names(self, text: str) -> Iterator[tuple[Mark, int, int]]:
        """Latin letters in a Chinese sentence, and capitals inside an English one: names that no list holds."""
        for match in self._letters.finditer(text):
            word = match[0].removesuffix("'s").removesuffix("’s")
            if self._locale.capitalise and (not any(map(str.isupper, word)) or _begins(text, match.start())):
                continue
            yield Mark("name", word.lower(), match[0], match.start()), match.end(), 4


def _latin(word: str) -> bool:
    return word[:1].isascii()


def _begins(text: str, place: int) -> bool:
    before = text[:place].rstrip(" “\"'(")
    return not before or before[-1] in ".!?:"


def own_names(ledger: Ledger, locale: Locale) -> tuple[str, ...]:
    """Names of this brief: sources, instruments, speakers, the asset."""
    return tuple(dict.fromkeys(filter(None, _own_names(ledger, locale))))


def _own_names(ledger: Ledger, locale: Locale) -> Iterator[str]:
    for source in ledger.sources:
        yield in_locale(source.name, locale, name=True) or source.id
    for names in ledger.names.values():
        yield in_locale(names, locale, name=True) or ""
    for claim in ledger.claims:
        if claim.event is not None:
            yield in_locale(claim.event.speaker, locale, name=True) or ""
            yield in_locale(claim.event.cited_as, locale, name=True) or ""
    yield from (document.asset for document in ledger.documents if document.locale == locale.tag)
