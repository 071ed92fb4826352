"""Locale → the words that the gate watches, from `locales/checked/<tag>.toml`, ladders and termbase."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from types import MappingProxyType

from reporter.language.locales import Locale
from reporter.language.regional_editions import convert_characters, convert_words
from reporter.language.terms import list_terms, short_term_name, term_name
from reporter.syntax.authored_text import read_authored_text
from reporter.syntax.toml import parse_toml

#: A class of words that only shields what is inside them: 一般 is no number.
PLAIN = "plain"
#: Small words that say nothing by themselves.
FREE = "free"
#: What a house says of itself: the only thing that may be said without a passage of the ledger.
HOUSE = "house"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How one locale writes numbers beyond digits.

    Attributes:
        scales: scale word → factor.
        numbers: number word → value.
    """

    scales: Mapping[str, Decimal] = field(hash=False)
    numbers: Mapping[str, Decimal] = field(hash=False)


@cache
def load_vocabulary(locale: Locale) -> Vocabulary:
    """The number words of a locale.

    Raises:
        InputError: the file can't be read as it should be.
    """
    read = _read_vocabulary_file(locale)
    return Vocabulary(
        MappingProxyType(
            _scale_words(locale) | {word: Decimal(str(at)) for word, at in read.get("scales", {}).items()}
        ),
        MappingProxyType(_number_words(locale) | {w: Decimal(str(n)) for w, n in read.get("numbers", {}).items()}),
    )


@cache
def list_watched_words(locale: Locale) -> Mapping[str, tuple[str, str]]:
    """Word in lower case → its class and the word that stands for all its forms.

    A regional edition watches its base's words in its own script and words.
    """
    return MappingProxyType(
        dict(_iterate_term_names(locale)) | dict(_iterate_ladder_words(locale)) | _read_words(locale, _is_watched)
    )


@cache
def list_conversation_words(locale: Locale) -> Mapping[str, tuple[str, ...]]:
    """The words by which a locale's questions ask for yes or no, and its answers give it, by what they are for."""
    listed = _read_vocabulary_file(locale).get("conversation", {})
    return MappingProxyType({name: tuple(map(str, words)) for name, words in listed.items() if isinstance(words, list)})


@cache
def list_voice_words(locale: Locale) -> Mapping[str, tuple[str, ...]]:
    """Forms of "be" (`be`), and participles (`endings`, `participles`) that tell behind one what is done to a thing."""
    listed = _read_vocabulary_file(locale).get("voice", {})
    return MappingProxyType({name: tuple(map(str, words)) for name, words in listed.items() if isinstance(words, list)})


@cache
def list_class_words(locale: Locale) -> Mapping[str, str]:
    """Word in lower case → the class of assets that it is true of alone; see `reporter.language.class_words`."""
    listed = _read_vocabulary_file(locale).get("asset_classes", {})
    words = {str(word).lower(): kind for kind, each in listed.items() if isinstance(each, list) for word in each}
    if locale.edition is None:
        return MappingProxyType(words)
    return MappingProxyType(
        {convert_characters(word, locale.edition): kind for word, kind in words.items()}
        | {convert_words(word, locale.edition): kind for word, kind in words.items()}
    )


@cache
def list_session_words(locale: Locale) -> Mapping[str, str]:
    """What phrases say of days → what they say where a desk's days are an exchange's sessions."""
    listed = _read_vocabulary_file(locale).get("sessions", {})
    return MappingProxyType({said: str(told) for said, told in listed.items()})


@cache
def list_unwatched_words(locale: Locale, kind: str) -> frozenset[str]:
    """The words of a class that makes no marks, `FREE` or `HOUSE`, in lower case."""
    return frozenset(_read_words(locale, lambda listed: listed == kind))


def _is_watched(kind: str) -> bool:
    return kind not in {FREE, HOUSE}


def _read_words(locale: Locale, wanted: Callable[[str], bool]) -> dict[str, tuple[str, str]]:
    """The words of some classes of a locale's file, in the locale's own script and words."""
    classes = _read_vocabulary_file(locale).get("words", {})
    listed = dict(_iterate_forms({kind: words for kind, words in classes.items() if wanted(kind)}))
    if locale.edition is None:
        return listed
    converted = {convert_words(word, locale.edition): what for word, what in listed.items()}
    return {convert_characters(word, locale.edition): what for word, what in listed.items()} | converted


def _read_vocabulary_file(locale: Locale) -> Mapping[str, Mapping[str, object]]:
    tag = locale.tag
    if not (locale.folder / "checked" / f"{tag}.toml").is_file():
        tag = locale.base
    while not (path := locale.folder / "checked" / f"{tag}.toml").is_file():
        if "-" not in tag:
            return {}
        tag = tag.rpartition("-")[0]
    return parse_toml(read_authored_text(path, str(path)), str(path))


def _iterate_forms(classes: Mapping[str, object]) -> Iterator[tuple[str, tuple[str, str]]]:
    for kind, entries in classes.items():
        for entry in entries if isinstance(entries, list) else ():
            forms = str(entry).lower().split("|")
            yield from ((form, (kind, forms[0])) for form in forms)


def _iterate_ladder_words(locale: Locale) -> Iterator[tuple[str, tuple[str, str]]]:
    lexicon = locale.lexicon
    for ladder in lexicon.ladders.values():
        verbs = (*ladder.up, *ladder.down, *ladder.up_now, *ladder.down_now)
        moves = (*verbs, *ladder.up_nouns, *ladder.down_nouns)
        words = (ladder.flat, ladder.unchanged, ladder.flat_now, ladder.flat_noun, *moves)
        yield from ((word.lower(), ("direction", word.lower())) for word in words)
    for word in (lexicon.inflow, lexicon.outflow, lexicon.no_flow):
        yield word.lower(), ("flow", word.lower())
    yield from ((word.lower(), ("level", word.lower())) for word in lexicon.retraced)


def _iterate_term_names(locale: Locale) -> Iterator[tuple[str, tuple[str, str]]]:
    """The termbase: names of instruments and of what is measured."""
    for key in list_terms(locale.folder):
        kind = "name" if key.startswith("instrument.") else "subject"
        for name in (term_name(key, locale), short_term_name(key, locale)):
            plain = name.removeprefix("the ").removeprefix("a ").lower()
            yield plain, (kind, plain)


def _scale_words(locale: Locale) -> dict[str, Decimal]:
    found = {}
    for scale in locale.numbers.scales:
        for pattern in (scale.bare, scale.tick):
            word = pattern.partition("{n}")[2].strip()
            if word:
                found[word] = Decimal(scale.at)
    return found


def _number_words(locale: Locale) -> dict[str, Decimal]:
    numbers = locale.numbers
    found = {word: Decimal(value) for value, word in enumerate(numbers.words)}
    found |= {word: Decimal(value) for value, word in enumerate(numbers.counting) if value}
    return found | {word: Decimal(value) for value, word in enumerate(numbers.ordinals, 1)}
