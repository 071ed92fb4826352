"""`locales/proof/<tag>.toml`, character tables, termbase and lexicon → a locale's house style."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import get_args

from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.diagnostics.errors import InputError
from reporter.language.locales import Locale
from reporter.language.regional_editions import convert_characters
from reporter.language.settings import Settings
from reporter.language.termbase import read_termbase
from reporter.language.terms import short_term_name, term_name
from reporter.language.typography import HAN
from reporter.model.metric import LadderClass
from reporter.syntax.authored_text import read_authored_text
from reporter.syntax.toml import parse_toml

FOLDER = "proof"
#: A figure that is nothing.
ZERO = r"[$]?0(?:[.]0+)?(?![\d.,]*[1-9])"
#: Which table of characters a script must not use.
_FOREIGN = {"traditional": "simplified", "simplified": "traditional"}


@dataclass(frozen=True, slots=True)
class AvoidedWord:
    """A word to avoid, its replacement (may be empty) and the reason."""

    word: str
    instead: str
    why: str


@dataclass(frozen=True, slots=True)
class ProofSuspects:
    """What a text must hold to be looked at word by word; most texts hold none of it.

    Attributes:
        avoided: a word to avoid, wherever it stands.
        plumbing: a word of how a brief is made, wherever it stands.
        characters: a rare variant, or a character of the other script.
        unmoved: a word of direction before a zero: a rise or a fall of nothing.
        signed: a word of direction before a sign: the direction told twice.
    """

    avoided: re.Pattern[str]
    plumbing: re.Pattern[str]
    characters: re.Pattern[str]
    unmoved: Mapping[str, re.Pattern[str]]
    signed: Mapping[str, re.Pattern[str]]


@dataclass(frozen=True, slots=True)
class HouseStyle:
    """The proof-reading rules of one locale.

    Attributes:
        locale: the locale.
        script: traditional, simplified or latin.
        variants: character → the usual one.
        foreign: character of the other script → this script's.
        allowed: words in which such characters stand.
        names: Latin words in small letters that Chinese text may hold.
        leftovers: English words with a capital that are no names.
        doubled: characters that are a slip where they stand twice.
        repeats: repetitions that are meant.
        avoided: words that the house doesn't use, longest first.
        plumbing: words of how a brief is made (rows, bars, "this desk's data"), which no reader asks for.
        concepts: groups of names of which a brief uses one.
        terms: all names of the termbase in this locale.
        rises, falls: words of direction, nouns of flows among them.
        suspects: what a text must hold to be looked at word by word.
    """

    locale: Locale
    script: str
    variants: Mapping[str, str] = field(hash=False)
    foreign: Mapping[str, str] = field(hash=False)
    allowed: tuple[str, ...]
    names: frozenset[str]
    leftovers: frozenset[str]
    doubled: frozenset[str]
    repeats: tuple[str, ...]
    avoided: tuple[AvoidedWord, ...]
    plumbing: tuple[AvoidedWord, ...]
    concepts: tuple[tuple[str, ...], ...]
    terms: tuple[str, ...]
    rises: tuple[str, ...]
    falls: tuple[str, ...]
    suspects: ProofSuspects = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "suspects", _compile_suspects(self))

    @property
    def is_chinese(self) -> bool:
        """Whether the locale is written in Chinese characters."""
        return self.script != "latin"


@cache
def load_house_style(locale: Locale) -> HouseStyle:
    """Read a locale's house style; a region without a file of its own has its parent's.

    Raises:
        InputError: there is none, or it is wrong.
    """
    path = _find_style_file(locale)
    top = Settings(str(path), _parse_style_file(path))
    script = top.get_text("script")
    if script not in (*_FOREIGN, "latin"):
        top.add_diagnostic(f'script is "{script}"', "it is traditional, simplified or latin")
    own = _list_terms(locale)
    variants = top.get_table("variants")
    rises, falls = _list_direction_words(locale)
    style = HouseStyle(
        locale=locale,
        script=script,
        variants=_read_variants(variants, locale),
        foreign=_read_characters(path.parent / f"{_FOREIGN[script]}.txt")
        if script in _FOREIGN
        else MappingProxyType({}),
        allowed=(*top.get_table("allowed").get_texts("words"), *own),
        names=frozenset(top.get_texts("names")),
        leftovers=frozenset(top.get_texts("leftovers")),
        doubled=frozenset(top.get_text("doubled", "")),
        repeats=top.get_texts("repeats"),
        # What the termbase names in this locale is never avoided: a region may use what its parent doesn't.
        avoided=tuple(
            sorted(
                (one for one in _read_avoided(top, "avoid") if not _is_own_name(one.word, own, script)),
                key=lambda one: (-len(one.word), one.word),
            )
        ),
        plumbing=_read_avoided(top, "plumbing"),
        concepts=tuple(group.get_texts("names") for group in top.get_tables("concept"))
        if "concept" in top.list_keys()
        else (),
        terms=own,
        rises=rises,
        falls=falls,
    )
    top.close()
    return style


def _find_style_file(locale: Locale) -> Path:
    folder = locale.folder / FOLDER
    tag = locale.tag
    while not (folder / f"{tag}.toml").is_file():
        if "-" not in tag:
            what = f'no house style for locale "{locale.tag}"'
            raise InputError(
                [Diagnostic("locale.no-style", Place(str(folder)), what, f"write {folder.name}/{locale.tag}.toml")]
            )
        tag = tag.rpartition("-")[0]
    return folder / f"{tag}.toml"


def _parse_style_file(path: Path) -> dict[str, object]:
    return parse_toml(read_authored_text(path, str(path)), str(path))


def _read_variants(table: Settings, locale: Locale) -> Mapping[str, str]:
    """Read rare characters and their usual forms, except those usual in the region."""
    usual = {char: table.get_text(char) for char in table.list_keys()}
    if locale.edition is not None:
        usual = {char: word for char, word in usual.items() if convert_characters(word, locale.edition) != char}
    return MappingProxyType(usual)


def _read_avoided(top: Settings, key: str) -> tuple[AvoidedWord, ...]:
    groups = top.get_tables(key) if key in top.list_keys() else ()
    found = []
    for group in groups:
        instead, why = group.get_text("instead", ""), group.get_text("why")
        found += [AvoidedWord(word, instead, why) for word in group.get_texts("words")]
    return tuple(found)


def _is_own_name(word: str, own: tuple[str, ...], script: str) -> bool:
    """Return whether a word occurs in one of the locale's own names."""
    edge = r"\b" if script == "latin" else ""
    return any(re.search(f"{edge}{re.escape(word)}{edge}", name) for name in own if word in name)


def _list_terms(locale: Locale) -> tuple[str, ...]:
    """List every full and short name of the termbase in this locale, longest first."""
    rows = read_termbase(locale.folder)
    keys = [key for key, row in rows.items() if locale.tag in row.names or locale.base in row.names]
    found = {name for key in keys for name in (term_name(key, locale), short_term_name(key, locale))}
    return tuple(sorted(found, key=lambda name: (-len(name), name)))


def _list_direction_words(locale: Locale) -> tuple[tuple[str, ...], tuple[str, ...]]:
    ladders = [locale.lexicon.ladders[name] for name in get_args(LadderClass)]
    rises = {word for ladder in ladders for word in (*ladder.up, *ladder.up_nouns)}
    falls = {word for ladder in ladders for word in (*ladder.down, *ladder.down_nouns)}
    return tuple(sorted(rises | {locale.lexicon.inflow})), tuple(sorted(falls | {locale.lexicon.outflow}))


def _compile_suspects(style: HouseStyle) -> ProofSuspects:
    chinese = style.is_chinese
    gap = r"[了約達為由]{0,2}[ \u00a0]?" if chinese else r"(?:[ \u00a0](?:by|of|about))?[ \u00a0]"
    edge = "" if chinese else r"\b"
    moves = {
        name: "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
        for name, words in (("rise", style.rises), ("fall", style.falls))
    }
    return ProofSuspects(
        avoided=_compile_any(style.avoided),
        plumbing=_compile_any(style.plumbing),
        characters=re.compile(
            f"[{re.escape(''.join((*style.variants, *style.foreign)))}{'' if chinese else HAN}]"
            if style.variants or style.foreign or not chinese
            else "(?!)"
        ),
        unmoved={name: re.compile(f"{edge}(?:{either}){gap}{ZERO}") for name, either in moves.items()},
        signed={name: re.compile(f"{edge}(?:{either}){gap}[−-](?=[$]?\\d)") for name, either in moves.items()},
    )


def _compile_any(words: tuple[AvoidedWord, ...]) -> re.Pattern[str]:
    """Compile a pattern that every text which holds one of the words matches, in whatever case."""
    return re.compile("|".join(re.escape(one.word) for one in words) or "(?!)", re.IGNORECASE)


@cache
def _read_characters(path: Path) -> Mapping[str, str]:
    lines = read_authored_text(path, str(path)).splitlines()
    pairs = (pair for line in lines if not line.startswith("#") for pair in line.split())
    return MappingProxyType({pair[0]: pair[1] for pair in pairs})
