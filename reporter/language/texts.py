"""Texts that a desk gives per locale → the one that a locale shows, in the locale's words."""

from __future__ import annotations

from collections.abc import Mapping

from reporter.language.locales import Locale
from reporter.language.regional_editions import convert_characters, convert_words


def find_text_key(texts: Mapping[str, str], tag: str, base: str) -> str | None:
    """The key of a locale's text: its own tag, its base's or a parent's, or "" for all; None if there is none.

    Args:
        texts: tag → text; "" for all.
        tag: the locale's.
        base: tag of the locale it is based on.
    """
    if tag in texts:
        return tag
    while base not in texts and "-" in base:
        base = base.rpartition("-")[0]
    return base if base in texts else "" if "" in texts else None


def text_in_locale(
    texts: Mapping[str, str], locale: Locale, *, name: bool = False, kept: Mapping[str, str] | None = None
) -> str | None:
    """The text of a locale, of its base or nearest parent (`zh-Hant` for `zh-Hans`), or of all (the key ""), or None.

    Args:
        texts: locale → text.
        locale: whose text is wanted. A regional locale's own text is taken as it is written; its base's is converted.
        name: the text is a name or somebody's own words: in a regional edition no word of it is exchanged.
        kept: names that stand inside a text and are kept likewise → how the locale writes them.
    """
    tag = find_text_key(texts, locale.tag, locale.base)
    if tag is None:
        return None
    if locale.edition is None or tag == locale.tag:
        return texts[tag]
    # A text for all languages has no language, so its words are nobody's to exchange.
    if name or not tag:
        return convert_characters(texts[tag], locale.edition)
    return convert_words(texts[tag], locale.edition, kept)
