"""Questions of a brief → wordings of which no two begin alike."""

from __future__ import annotations

from datetime import date

from reporter.language.locales import Locale
from reporter.narrative.phrases.phrase_tree import PhraseText, Wording
from reporter.narrative.phrases.phrases import PhraseBook, rotate_wordings

#: As many words of an alphabet, or as many Han characters, are what a reader notices as the same beginning.
_WORDS, _CHARACTERS = 2, 2


def get_wording_opening(wording: Wording, locale: Locale) -> str:
    """Return the first words of a wording; values are ignored because they differ from day to day.

    Returns:
        The first words, or empty where the wording begins with a value or a branch.
    """
    first = wording.body[0] if wording.body else None
    text = first.text.strip() if isinstance(first, PhraseText) else ""
    if locale.han_spacing:
        return "".join(character for character in text if character.isalnum())[:_CHARACTERS]
    words = "".join(character if character.isalnum() or character in "'’-" else " " for character in text).split()
    return " ".join(words[:_WORDS]).casefold()


class QuestionOpenings:
    """The openings of a brief's questions in one locale, as they are used up."""

    def __init__(self, book: PhraseBook, day: date) -> None:
        """Begin with no opening used."""
        self._book, self._day = book, day
        self._taken: set[str] = set()

    def choose_wording(self, finding_id: str, form: str) -> int:
        """Choose the day's wording, or the next whose opening is unused, and mark that opening as used.

        A wording that also begins with another first word than every question before it is preferred.
        """
        wordings = self._book.says[finding_id, form].wordings
        # Those of the day first, so that yesterday's question returns only where nothing else would begin otherwise.
        today = rotate_wordings(finding_id, form, self._day, len(wordings))
        order = [*today, *(place for place in range(len(wordings)) if place not in today)]
        begun = {place: get_wording_opening(wordings[place], self._book.locale) for place in order}
        free = [place for place in order if begun[place] not in self._taken] or order
        heads = {_get_first_word(taken, self._book.locale) for taken in self._taken}
        fresh = [place for place in free if _get_first_word(begun[place], self._book.locale) not in heads]
        chosen = (fresh or free)[0]
        self._taken.add(begun[chosen])
        return chosen


def _get_first_word(begun: str, locale: Locale) -> str:
    return begun[:1] if locale.han_spacing else begun.partition(" ")[0]
