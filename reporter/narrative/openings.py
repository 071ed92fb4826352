"""Openings of questions: how a wording begins, and which wording is taken so that no two of a brief begin alike."""

from __future__ import annotations

from datetime import date

from reporter.language.locales import Locale
from reporter.narrative.phrase_tree import Text, Wording
from reporter.narrative.phrases import PhraseBook, turns

#: As many words of an alphabet, or as many Han characters, are what a reader notices as the same beginning.
_WORDS, _CHARACTERS = 2, 2


def opening(wording: Wording, locale: Locale) -> str:
    """How a wording begins, in the words of the phrase itself: a value's text differs from day to day.

    Returns:
        The first words, or empty where the wording begins with a value or a branch.
    """
    first = wording.body[0] if wording.body else None
    text = first.text.strip() if isinstance(first, Text) else ""
    if locale.han_spacing:
        return "".join(character for character in text if character.isalnum())[:_CHARACTERS]
    words = "".join(character if character.isalnum() or character in "'’-" else " " for character in text).split()
    return " ".join(words[:_WORDS]).casefold()


class Openings:
    """The openings of one brief's questions in one locale, as they are asked."""

    def __init__(self, book: PhraseBook, day: date) -> None:
        """Begin with none asked."""
        self._book, self._day = book, day
        self._taken: set[str] = set()

    def wording(self, finding_id: str, form: str) -> int:
        """The wording of the day, or the next one whose opening is still free; its opening is then taken.

        A wording that also begins with another first word than every question before it is preferred.
        """
        wordings = self._book.says[finding_id, form].wordings
        # Those of the day first, so that yesterday's question returns only where nothing else would begin otherwise.
        today = turns(finding_id, form, self._day, len(wordings))
        order = [*today, *(place for place in range(len(wordings)) if place not in today)]
        begun = {place: opening(wordings[place], self._book.locale) for place in order}
        free = [place for place in order if begun[place] not in self._taken] or order
        heads = {_head(taken, self._book.locale) for taken in self._taken}
        fresh = [place for place in free if _head(begun[place], self._book.locale) not in heads]
        chosen = (fresh or free)[0]
        self._taken.add(begun[chosen])
        return chosen


def _head(begun: str, locale: Locale) -> str:
    return begun[:1] if locale.han_spacing else begun.partition(" ")[0]
