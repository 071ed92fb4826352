"""`[desk] credits` and a locale → who made its text, as the head of a brief says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from reporter.desk.config.config import CreditsConfig
from reporter.desk.config.fields import ADDRESS_NAMES
from reporter.language.catalogues import label, msgid
from reporter.language.locales import Locale
from reporter.language.texts import text_in_locale
from reporter.model.document import Credit

#: Each ends with what stands before a name in its language.
_LABELS: Final[tuple[tuple[Literal["author", "translator", "editor"], str], ...]] = (
    ("author", msgid("By ")),
    ("translator", msgid("Translated by ")),
    ("editor", msgid("Edited by ")),
)
_ORIGINAL = msgid("Original text")


def list_credits(declared: Mapping[str, CreditsConfig], locale: Locale, slug: str, date: str) -> tuple[Credit, ...]:
    """List who made a locale's text and what it was made from: as declared for it, or else for its base.

    Args:
        declared: locale → its credits.
        locale: whose text it is.
        slug: of the brief.
        date: ISO date of the brief.
    """

    def find(key: str) -> str:
        written = {tag: text for tag, one in declared.items() if (text := getattr(one, key))}
        return text_in_locale(written, locale, name=True) or ""

    found = [Credit(kind, name, label(told, locale) + name) for kind, told in _LABELS if (name := find(kind))]
    # An address is no text: a regional edition takes it as it is.
    tags = (locale.tag, locale.base, "")
    if pattern := next((one.original for tag in tags if (one := declared.get(tag)) and one.original), ""):
        address = fill_address(pattern, slug, date)
        kind: Literal["original", "canonical"] = "original" if address == pattern else "canonical"
        found.append(Credit(kind, address, label(_ORIGINAL, locale)))
    return tuple(found)


def fill_address(pattern: str, slug: str, date: str) -> str:
    """Fill what an address says of its day.

    Args:
        pattern: of the address.
        slug: of the brief.
        date: ISO date of the brief.
    """
    year, month, day = date.split("-")
    values = dict(zip(ADDRESS_NAMES, (slug, date, year, month, day), strict=True))
    for name, value in values.items():
        pattern = pattern.replace(f"{{{name}}}", value)
    return pattern
