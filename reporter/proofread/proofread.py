"""A finished file → proof-reading diagnostics, each with line, column and hint."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from reporter.diagnostics.diagnostic import Diagnostic, Place, did_you_mean, line_column
from reporter.diagnostics.errors import InputError
from reporter.language.locales import Locale, available_locales, load_locale
from reporter.proofread.character_checks import check_characters, check_marks, check_pairs, check_spaces
from reporter.proofread.house_style import HouseStyle, load_house_style
from reporter.proofread.passages import BLANK, ProofMatch, ProofPassage, iterate_passages
from reporter.proofread.sentence_checks import check_prose
from reporter.proofread.wording_checks import (
    check_concepts,
    check_figures,
    check_leftovers,
    check_plumbing,
    check_repeats,
    check_residue,
    check_syntax,
    check_terms,
)
from reporter.readback.html import read_html
from reporter.readback.markdown import read_markdown
from reporter.readback.pieces import FinishedFile
from reporter.syntax.authored_text import read_authored_text

Check = Callable[[ProofPassage, HouseStyle], Iterator[ProofMatch]]

#: What holds for any words of a locale, be they a phrase's or a finished brief's.
WORDING: tuple[Check, ...] = (
    check_characters,
    check_marks,
    check_terms,
    check_plumbing,
    check_repeats,
    check_residue,
    check_syntax,
    check_leftovers,
    check_figures,
)
#: What holds once a sentence stands as the reader sees it.
FINISHED: tuple[Check, ...] = (*WORDING, check_pairs, check_spaces)

#: What others' words needn't hold to.
_OF_THE_HOUSE: tuple[Check, ...] = (check_leftovers, check_terms, check_plumbing, check_repeats, check_syntax)

_SUFFIXES = (".md", ".html")
#: A page carries its charts and fonts.
_MAX_BYTES = 50_000_000


def proofread_file(path: Path, locales: Path, tag: str = "") -> tuple[Diagnostic, ...]:
    """Proof-read a finished brief.

    Args:
        path: a `.md` or `.html` file.
        locales: the folder of all locales.
        tag: the language it is written in; where empty, what the file says of itself, else its name
            (`article.zh-Hant.md`).

    Raises:
        InputError: the file can't be read, or its language is not known.
    """
    shown = path.as_posix()
    if path.suffix not in _SUFFIXES:
        raise InputError(
            [Diagnostic("proof.unknown-form", Place(shown), "is neither Markdown nor HTML", "give a .md or .html file")]
        )
    file = (read_markdown if path.suffix == ".md" else read_html)(_read_text(path, shown))
    locale = _find_locale(shown, locales, tag or file.lang or path.stem.rpartition(".")[2])
    try:
        ledger = (path.parent / "ledger.json").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        # A brief may be read far from its ledger; then only the house's own names are known.
        ledger = ""
    return proofread_text(shown, file, load_house_style(locale), list_quoted_words(ledger, locale.tag))


def proofread_text(
    shown: str, file: FinishedFile, style: HouseStyle, own: Sequence[str] = ()
) -> tuple[Diagnostic, ...]:
    """Proof-read a text.

    Args:
        shown: how the file is shown in problems.
        file: the text, read.
        style: the locale's house style.
        own: words that are the desk's or another's and stand as they are: sources' names, quotations.

    Returns:
        Every problem, in the order of the file.
    """
    read = tuple(iterate_passages(file))
    found: list[tuple[ProofPassage, ProofMatch]] = []
    for passage in read:
        masked = _mask_passage(passage, own)
        for check in FINISHED:
            subject = masked if check in _OF_THE_HOUSE else passage
            found += [(passage, match) for match in check(subject, style)]
    # Front matter and pictures' texts repeat what the page says.
    seen = [passage for passage in read if passage.kind not in ("matter", "alt")]
    found += [*check_concepts([_mask_passage(passage, own) for passage in seen], style), *check_prose(seen)]
    problems = (
        match.to_diagnostic(shown, *line_column(file.source, _get_source_offset(passage, match)))
        for passage, match in found
    )
    return tuple(sorted(dict.fromkeys(problems), key=lambda found: (found.place.line or 0, found.place.column or 0)))


def _get_source_offset(passage: ProofPassage, match: ProofMatch) -> int:
    return passage.offsets[min(match.at, len(passage.offsets) - 1)]


def proofread_words(words: str, style: HouseStyle) -> tuple[ProofMatch, ...]:
    """Proof-read an author's words by themselves, before any figure stands among them.

    Args:
        words: a phrase's text, `BLANK` where a value will stand.
        style: the locale's house style.
    """
    passage = ProofPassage("prose", words, tuple(range(len(words))))
    found = [match for check in WORDING for match in check(passage, style)]
    return tuple(sorted(dict.fromkeys(found), key=lambda match: match.at))


def _mask_passage(passage: ProofPassage, own: Sequence[str]) -> ProofPassage:
    """The passage with others' words blanked out, position by position."""
    text = passage.text
    for words in own:
        if words in text:
            text = text.replace(words, BLANK * len(words))
    return (
        passage
        if text == passage.text
        else ProofPassage(passage.kind, text, passage.offsets, passage.lead, passage.group)
    )


def list_quoted_words(ledger_text: str, tag: str) -> tuple[str, ...]:
    """List source names and quotations of a ledger in a locale, longest first; none if it is no ledger."""
    try:
        ledger = json.loads(ledger_text)
        shown = [
            text
            for claim in ledger["claims"]
            if claim["kind"] in ("source", "speaker", "text")
            for text in claim["shown"].get(tag, ())
        ]
        shown += [str(source["name"]) for source in ledger.get("sources", ()) if isinstance(source.get("name"), str)]
    except (ValueError, KeyError, TypeError, AttributeError):
        return ()
    return tuple(sorted({text for text in shown if len(text) > 1}, key=lambda text: (-len(text), text)))


def _read_text(path: Path, shown: str) -> str:
    return read_authored_text(path, shown, _MAX_BYTES)


def _find_locale(shown: str, folder: Path, tag: str) -> Locale:
    known = available_locales(folder)
    wanted = next((name for name in known if name.casefold() == tag.casefold()), None)
    if wanted is None:
        plain = re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]+)*", tag)
        what = f'unknown locale "{tag}"' if plain else "its language is not known"
        hint = (did_you_mean(tag, known) if plain else "") or f"say --locale, one of {', '.join(known)}"
        raise InputError([Diagnostic("proof.unknown-locale", Place(shown), what, hint)])
    return load_locale(wanted, folder)
