"""A label of the catalogue, or one that its author wrote in place for each locale → the text of a locale."""

from __future__ import annotations

from reporter.language.catalogues import label
from reporter.language.locales import Locale
from reporter.language.texts import text_in_locale

#: A msgid of the label catalogue, or a label of its own: (locale, text), in the order in which they are written.
LabelText = str | tuple[tuple[str, str], ...]


def translate_label(text: LabelText, locale: Locale) -> str:
    """The label in a locale's language.

    Args:
        text: the label.
        locale: whose text is wanted; a regional one has its base's in its own words.

    Raises:
        InputError: the catalogue lacks it.
        LookupError: it is its author's own, and lacks the locale.
    """
    if isinstance(text, str):
        return label(text, locale)
    found = text_in_locale(dict(text), locale)
    if found is None:
        raise LookupError(f"no text for {locale.tag} in {text}")
    return found
