"""Text → diagnostics of words and figures: leftovers, avoided terms, repetitions, signs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reporter.language.filters import FILTERS
from reporter.language.foreign_words import find_foreign_words
from reporter.language.typography import HAN
from reporter.proofread.house_style import ZERO, HouseStyle
from reporter.proofread.passages import ProofMatch, ProofPassage
from reporter.syntax.template_residue import find_residue

_NOTES = re.compile(r"(?<![A-Za-z])(?:[Nn]ull|-?infinity)(?![A-Za-z-])|\bTODO\b|\bFIXME\b|[Ll]orem ipsum")
_LATIN = re.compile(r"[A-Za-z][A-Za-z.'’&/-]*[A-Za-z]|[A-Za-z]")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}", re.ASCII)
_SIGNED_ZERO = re.compile(rf"(?<![\w.])[−+\-]{ZERO}(?!\w)")
_HYPHEN_MINUS = re.compile(r"(?<![\w.)\]-])-(?=[$]?\d)")
_HYPHEN_RANGE = re.compile(r"(?<![\d-])[$]?\d+(?:[.,]\d+)*\s?-\s?[$]?\d+(?:[.,]\d+)*%?(?![\d-]|\w)")
_TILDE = re.compile(r"[~～∼〜]")
_WORD_TWICE = re.compile(r"\b([A-Za-z]+)\s+\1\b", re.IGNORECASE)
_HAN_TWICE = re.compile(f"([{HAN}]{{2,6}})\\1")


def check_residue(passage: ProofPassage, style: HouseStyle) -> Iterator[ProofMatch]:
    """Find what a template or a program left over."""
    for item in find_residue(passage.text, FILTERS):
        if item.hard:
            yield ProofMatch(item.start, "proof.residue", f'"{item.printable_text}" is left of a template or a value')
    for found in _NOTES.finditer(passage.text):
        yield ProofMatch(found.start(), "proof.residue", f'"{found[0]}" is left of a template or a value')


def check_syntax(passage: ProofPassage, style: HouseStyle) -> Iterator[ProofMatch]:
    """Find mistyped template syntax."""
    for item in find_residue(passage.text, FILTERS):
        if not item.hard:
            yield ProofMatch(item.start, "proof.residue", f'"{item.printable_text}" is left of a template or a value')


def check_leftovers(passage: ProofPassage, style: HouseStyle) -> Iterator[ProofMatch]:
    """Find English words in Chinese text that are no names."""
    if not style.is_chinese or not _LATIN.search(passage.text):
        return
    kept = [found.span() for pattern in (_ADDRESS, _DOMAIN) for found in pattern.finditer(passage.text)]
    kept += [
        found.span()
        for name in style.terms
        if name in passage.text and re.search("[A-Za-z]", name)
        for found in re.finditer(re.escape(name), passage.text)
    ]
    for found in _LATIN.finditer(passage.text):
        word = found[0]
        if any(start <= found.start() < end for start, end in kept) or word in style.names:
            continue
        if any(item.end - item.start == len(word) for item in find_residue(word, ())) or _NOTES.fullmatch(word):
            continue
        # A name of two words may hold a small one (Bank of England); between capitals it is part of the name.
        if word.islower() and not _is_inside_name(passage.text, found):
            hint = "translate it, or list it under names in the house style"
            yield ProofMatch(found.start(), "proof.leftover", f'"{word}" is left in English', hint)
        elif word in style.leftovers and not _is_inside_name(passage.text, found, before=True):
            yield ProofMatch(found.start(), "proof.leftover", f'"{word}" is left in English', "translate it")


def _is_inside_name(text: str, found: re.Match[str], *, before: bool = False) -> bool:
    left = re.search(r"[A-Z][\w.&'’-]*[ \u00a0]$", text[: found.start()], re.ASCII)
    right = re.match(r"[ \u00a0][A-Z]", text[found.end() :], re.ASCII)
    # "Yahoo Finance Data" and "Key Points": a capitalised word belongs to a name that began before it.
    return bool(left) and (before or bool(right))


def check_terms(passage: ProofPassage, style: HouseStyle) -> Iterator[ProofMatch]:
    """Find words to avoid: other names of a concept, advice, hype, other regions' terms."""
    covered: set[int] = set()
    for avoided in style.avoided if style.suspects.avoided.search(passage.text) else ():
        for at in _find_word(passage.text, avoided.word, style):
            inside = range(at, at + len(avoided.word))
            if not covered.intersection(inside) and not any(
                start <= at and at + len(avoided.word) <= start + len(name)
                for name in style.allowed
                if avoided.word in name and name != avoided.word
                for start in _find_word(passage.text, name, style)
            ):
                covered.update(inside)
                hint = avoided.why + (f"; write {avoided.instead}" if avoided.instead else "")
                yield ProofMatch(at, "proof.term", f'"{avoided.word}" is not a word of the house', hint)
    for foreign in find_foreign_words(passage.text, style.locale):
        hint = f"here it is {foreign.instead}"
        yield ProofMatch(foreign.start, "proof.region", f'"{foreign.word}" is a word of another region', hint)


def check_plumbing(passage: ProofPassage, style: HouseStyle) -> Iterator[ProofMatch]:
    """Find words of how a brief is made: a reader asks what the market did, not which row or bar says so."""
    if not style.suspects.plumbing.search(passage.text):
        return
    covered: set[int] = set()
    for word in sorted(style.plumbing, key=lambda one: (-len(one.word), one.word)):
        for at in _find_word(passage.text, word.word, style):
            inside = range(at, at + len(word.word))
            if not covered.intersection(inside):
                covered.update(inside)
                hint = word.why + (f"; write {word.instead}" if word.instead else "")
                yield ProofMatch(at, "proof.plumbing", f'"{word.word}" is of the making of a brief', hint)


def check_concepts(passages: Sequence[ProofPassage], style: HouseStyle) -> Iterator[tuple[ProofPassage, ProofMatch]]:
    """Find a second name for a concept within one brief."""
    for names in style.concepts:
        first = ""
        for passage in passages:
            for at, name in _find_names(passage.text, names, style):
                if not first:
                    first = name
                elif name != first:
                    yield (
                        passage,
                        ProofMatch(
                            at, "proof.concept", f'"{name}" is what was called "{first}" before', "one name a concept"
                        ),
                    )


def _find_names(text: str, names: Sequence[str], style: HouseStyle) -> list[tuple[int, str]]:
    """Find the names in a text in order; a name inside a longer one is ignored."""
    found = [(at, name) for name in names for at in _find_word(text, name, style)]
    return sorted(
        (at, name)
        for at, name in found
        if not any(s <= at and at + len(name) <= s + len(other) for s, other in found if len(other) > len(name))
    )


def _find_word(text: str, word: str, style: HouseStyle) -> list[int]:
    if word not in text and (style.is_chinese or word.casefold() not in text.casefold()):
        return []
    exact = style.is_chinese or word.isupper()
    edge = "" if style.is_chinese else r"\b"
    pattern = re.compile(f"{edge}{re.escape(word)}{edge}", 0 if exact else re.IGNORECASE)
    return [found.start() for found in pattern.finditer(text)]


def check_repeats(passage: ProofPassage, style: HouseStyle) -> Iterator[ProofMatch]:
    """A word or character that stands twice."""
    text = passage.text
    for found in _WORD_TWICE.finditer(text):
        if found[0].casefold() not in style.repeats:
            yield ProofMatch(found.start(), "proof.repetition", f'"{found[0]}": a word stands twice')
    for at in range(1, len(text)):
        if text[at] == text[at - 1] and text[at] in style.doubled:
            yield ProofMatch(at - 1, "proof.repetition", f'"{text[at] * 2}": a character stands twice')
    for found in _HAN_TWICE.finditer(text):
        if found[0] not in style.repeats:
            yield ProofMatch(found.start(), "proof.repetition", f'"{found[0]}": a word stands twice')


def check_figures(passage: ProofPassage, style: HouseStyle) -> Iterator[ProofMatch]:
    """Check signs and zeros: −0, a move of zero, a doubled sign, hyphens and tildes for other marks."""
    text = passage.text
    for found in _SIGNED_ZERO.finditer(text):
        yield ProofMatch(
            found.start(), "proof.figure", f'"{found[0]}" is a zero with a sign', "what rounds to zero is unchanged"
        )
    for found in _HYPHEN_MINUS.finditer(text):
        yield ProofMatch(found.start(), "proof.dash", "a hyphen stands for a minus", "write − (U+2212)")
    for found in _TILDE.finditer(text):
        yield ProofMatch(
            found.start(),
            "proof.dash",
            f'"{found[0]}" stands for a range',
            "write 至" if style.is_chinese else "write an en dash",
        )
    for found in _HYPHEN_RANGE.finditer(text):
        yield ProofMatch(
            found.start(),
            "proof.dash",
            f'"{found[0]}": a hyphen stands for a range',
            "write 至" if style.is_chinese else "write –",
        )
    yield from _check_moves(text, style)


def _check_moves(text: str, style: HouseStyle) -> Iterator[ProofMatch]:
    for name in ("rise", "fall"):
        for found in style.suspects.unmoved[name].finditer(text):
            yield ProofMatch(
                found.start(),
                "proof.direction",
                f'"{found[0]}" tells a {name} of nothing',
                "what rounds to zero is unchanged",
            )
        for found in style.suspects.signed[name].finditer(text):
            yield ProofMatch(
                found.start(), "proof.direction", f'"{found[0]}" tells the direction twice', "the word carries the sign"
            )
