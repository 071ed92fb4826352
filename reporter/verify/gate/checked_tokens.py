"""A sentence → its checked tokens in order: numbers, dates, names, and words that change its meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reporter.language.locales import Locale
from reporter.language.numerals import load_numerals
from reporter.language.quantities import find_number_signs
from reporter.language.texts import text_in_locale
from reporter.language.vocabulary import FREE, HOUSE, PLAIN, list_unwatched_words, list_voice_words, list_watched_words
from reporter.verify.ledger.ledger_model import Ledger
from reporter.verify.recompute.date_parsing import get_calendar_reader

_QUESTION = re.compile("[?？]")


@dataclass(frozen=True, slots=True)
class CheckedToken:
    """A token of a sentence that is checked.

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
    def identity(self) -> tuple[str, str]:
        """Kind and key, by which two tokens are the same."""
        return self.kind, self.key


class TokenFinder:
    """Finds the checked tokens of one locale's sentences."""

    def __init__(self, locale: Locale, ledger: Ledger) -> None:
        """Read a locale's words and the names of this brief."""
        self._locale = locale
        self._calendar = get_calendar_reader(locale)
        self._numerals = load_numerals(locale)
        self._words = dict(list_watched_words(locale))
        for name in list_brief_names(ledger, locale):
            self._words.setdefault(name.lower(), ("name", name.lower()))
        latin = "|".join(re.escape(word) for word in sorted(self._words, key=len, reverse=True) if _is_latin(word))
        other = "|".join(re.escape(word) for word in sorted(self._words, key=len, reverse=True) if not _is_latin(word))
        parts = [f"(?i:(?<![A-Za-z]){'(?:' + latin + ')'}(?![A-Za-z]))"] if latin else []
        self._word = re.compile("|".join([*parts, *([other] if other else [])]) or r"(?!)")
        self._news = frozenset(claim.id for claim in ledger.claims if claim.event is not None and claim.kind == "text")
        self._free = list_unwatched_words(locale, FREE)
        self._voice = list_voice_words(locale)
        self._house = list_unwatched_words(locale, HOUSE)
        self._letters = re.compile(r"[A-Za-z][\w&.'’/-]*[A-Za-z\d]|[A-Za-z]")

    def find_tokens(self, text: str) -> tuple[CheckedToken, ...]:
        """Return the tokens of a text in order; of overlapping ones the first, then the longer."""
        found = sorted(self._iterate_candidates(text), key=lambda entry: (entry[0].start, -entry[1], entry[2]))
        kept: list[CheckedToken] = []
        end = 0
        for mark, stop, _ in found:
            if mark.start >= end:
                end = stop
                if mark.kind != PLAIN:
                    kept.append(mark)
        return tuple(kept)

    def is_verbatim(self, claim: str) -> bool:
        """Return whether a claim shows a line of news or a quote."""
        return claim in self._news

    def is_free_word(self, word: str) -> bool:
        """Return whether a lower-case word is a function word that may change freely."""
        return word in self._free

    def is_passive(self, word: str, following: str) -> bool:
        """Return whether two lower-case words tell what is done to something: "were", "paid"."""
        return word in self._voice.get("be", ()) and (
            following.endswith(self._voice.get("endings", ())) or following in self._voice.get("participles", ())
        )

    def is_about_publisher(self, text: str) -> bool:
        """Return whether a text is about the publication and its readers."""
        words = set(re.findall(r"[a-z]+", text.lower()))
        return any(word in words if _is_latin(word) else word in text for word in self._house)

    def _iterate_candidates(self, text: str) -> Iterator[tuple[CheckedToken, int, int]]:
        for match, moment in self._calendar.find_dates(text):
            yield CheckedToken("date", moment.key, match[0], match.start()), match.end(), 0
        for match in self._numerals.digits.finditer(text):
            number = self._numerals.number_from_digits(match)
            yield CheckedToken("number", number.comparison_key, match[0], match.start()), match.end(), 1
        for sign in find_number_signs(text):
            if not sign.text[0].isdecimal():
                # ½, ②, Ⅷ, VIII: a number that no phrase writes so.
                yield CheckedToken("number", sign.text, sign.text, sign.start), sign.end, 1
        for match in self._word.finditer(text):
            kind, key = self._words[match[0].lower()]
            yield CheckedToken(kind, key, match[0], match.start()), match.end(), 2
        for match in self._numerals.words.finditer(text):
            spoken = self._numerals.number_from_words(match)
            if spoken is not None:
                yield CheckedToken("number", spoken.comparison_key, match[0], match.start()), match.end(), 3
        for match in _QUESTION.finditer(text):
            # A question states nothing, and a statement asks nothing.
            yield CheckedToken("question", "?", match[0], match.start()), match.end(), 2
        yield from self._find_unlisted_names(text)

    def _find_unlisted_names(self, text: str) -> Iterator[tuple[CheckedToken, int, int]]:
        """Find names in no list: Latin letters in Chinese text, capitals inside English sentences."""
        for match in self._letters.finditer(text):
            word = match[0].removesuffix("'s").removesuffix("’s")
            if self._locale.capitalise and (not any(map(str.isupper, word)) or _is_sentence_start(text, match.start())):
                continue
            yield CheckedToken("name", word.lower(), match[0], match.start()), match.end(), 4


def _is_latin(word: str) -> bool:
    return word[:1].isascii()


def _is_sentence_start(text: str, place: int) -> bool:
    before = text[:place].rstrip(" “\"'(")
    return not before or before[-1] in ".!?:"


def list_brief_names(ledger: Ledger, locale: Locale) -> tuple[str, ...]:
    """List the names of a brief: sources, instruments, speakers, the asset."""
    return tuple(dict.fromkeys(filter(None, _iterate_brief_names(ledger, locale))))


def _iterate_brief_names(ledger: Ledger, locale: Locale) -> Iterator[str]:
    for source in ledger.sources:
        yield text_in_locale(source.name, locale, name=True) or source.id
    for names in ledger.names.values():
        yield text_in_locale(names, locale, name=True) or ""
    for claim in ledger.claims:
        if claim.event is not None:
            yield text_in_locale(claim.event.speaker, locale, name=True) or ""
            yield text_in_locale(claim.event.cited_as, locale, name=True) or ""
    yield from (document.asset for document in ledger.documents if document.locale == locale.tag)
