"""A text → its relating words: what says something of the past, of another reading or of another date.

"Still", 還 or 又 assert as much as a figure does. `locales/checked/` lists them by class (`relation.still`); a class
that no locale lists isn't asked for. A name of a relation is a class, or a class, `_` and what tells it from another of
its kind: `still`, `still_month`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reporter.language.classed_words import DOT, find_classed_words, list_classes
from reporter.language.locales import Locale, available_locales

#: The classes of how often something follows or happens, which a count of the days on which it did licenses alone.
FREQUENCIES = frozenset({"usually", "rarely"})
#: The functions that count.
COUNTING = ("base_rate", "base_hits")
#: The family of relating words in `locales/checked/`, and the kind of their claims.
RELATION = "relation"
_FAMILY = frozenset({RELATION})


@dataclass(frozen=True, slots=True)
class RelatingWord:
    """A relating word in a text.

    Attributes:
        kind: its class, `still`.
        text: as it stands.
        start: where.
    """

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Offset behind its last character."""
        return self.start + len(self.text)


def find_relating_words(text: str, locale: Locale, hidden: Sequence[tuple[int, int]] = ()) -> tuple[RelatingWord, ...]:
    """Find the relating words of a text, in order.

    Args:
        text: what is read.
        locale: whose words they are.
        hidden: start and end of what is no word of the text's own: what shows a claim, and names.
    """
    return tuple(
        RelatingWord(kind.partition(DOT)[2], match[0], match.start())
        for kind, match in find_classed_words(text, locale, _FAMILY)
        if not any(start < match.end() and match.start() < end for start, end in hidden)
    )


def find_names(text: str, names: Collection[str]) -> Iterator[tuple[int, int]]:
    """Find where names stand in a text, whose words say nothing of any reading; "it" is not in "little".

    Args:
        text: what is read.
        names: the names.
    """
    for name in names:
        at = text.find(name) if name else -1
        while at >= 0:
            end = at + len(name)
            if not _is_inside_word(text, at) and not _is_inside_word(text, end):
                yield at, end
            at = text.find(name, at + 1)


def _is_inside_word(text: str, at: int) -> bool:
    """Return whether a place lies between two letters of a script that parts its words by spaces."""
    return all(one.isascii() and one.isalnum() for one in (text[at - 1 : at] or " ", text[at : at + 1] or " "))


def list_locale_relations(locale: Locale) -> frozenset[str]:
    """List the classes of relating words that a locale has."""
    return list_classes(locale.tag, locale.folder, RELATION)


@cache
def list_all_relations(folder: Path) -> frozenset[str]:
    """List the classes of relating words that any locale has.

    Args:
        folder: where locales lie.
    """
    # A regional edition has the classes of its base; to convert their words would cost a build more than it says.
    own = (tag for tag in available_locales(folder) if (folder / "checked" / f"{tag}.toml").is_file())
    return frozenset().union(*(list_classes(tag, folder, RELATION) for tag in own))


def get_relation_class(name: str, classes: Collection[str]) -> str:
    """Return the class that a relation's name begins with, the longest where several do; empty where none does.

    Args:
        name: `still`, `still_month`.
        classes: those there are.
    """
    fitting = [kind for kind in classes if name == kind or name.startswith(f"{kind}_")]
    return max(fitting, key=len, default="")
