"""Words true of one class of assets alone, from `locales/checked/<tag>.toml`, part `asset_classes`, and a finder.

"Coins last moved at …" can be told of a coin alone. Which words are so, a file of the locale lists by class;
words that only hold one of them inside (新台幣 has 幣 in it) it lists under `any`, where they shield it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from reporter.language.locales import Locale
from reporter.language.vocabulary import list_class_words

#: Words of no class, which shield what is inside them.
ANY = "any"


def find_foreign_word(text: str, locale: Locale, asset_class: str) -> str:
    """Find the first word of a text that is true of another class of assets alone; empty where there is none.

    Args:
        text: what is read.
        locale: whose words they are.
        asset_class: the asset's class.
    """
    words = list_class_words(locale)
    if not words:
        return ""
    for found in _build_pattern(locale).finditer(text):
        if words[found[0].lower()] not in (ANY, asset_class):
            return found[0]
    return ""


def list_classes_with_words(locale: Locale) -> Mapping[str, tuple[str, ...]]:
    """List the words of each class of assets."""
    listed: dict[str, list[str]] = {}
    for word, kind in list_class_words(locale).items():
        listed.setdefault(kind, []).append(word)
    return MappingProxyType({kind: tuple(words) for kind, words in listed.items()})


@cache
def _build_pattern(locale: Locale) -> re.Pattern[str]:
    longest = sorted(list_class_words(locale), key=lambda word: (-len(word), word))
    forms = (rf"(?<![a-z]){re.escape(word)}(?![a-z])" if word[:1].isascii() else re.escape(word) for word in longest)
    return re.compile("|".join(forms), re.IGNORECASE)
