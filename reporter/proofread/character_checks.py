"""Text → diagnostics of single characters: variants, the other script, half-width marks, spaces, brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reporter.language.typography import HAN, HAN_CHARACTER
from reporter.proofread.house_style import HouseStyle
from reporter.proofread.passages import ProofMatch, ProofPassage

_FULL = "，。：；？！、（）「」『』《》〈〉…─"
_PAIRS = {"（": "）", "「": "」", "『": "』", "《": "》", "〈": "〉", "(": ")", "[": "]", "“": "”"}
_CLOSERS = {close: begin for begin, close in _PAIRS.items()}
_WIDE = {
    ",": "，",
    ".": "。",
    ":": "：",
    ";": "；",
    "?": "？",
    "!": "！",
    "(": "（",
    ")": "）",
    '"': "「」",
    "'": "「」",
}
_HALF = re.compile(r"[,.:;?!()\"']")
_DOUBLED = re.compile(
    r"[，。：；、,;:]{2,}|[？！?!](?=[，。：；、,;:])|[，。：；、,;:](?=[？！?!])|(?<!\.)\.\.(?!\.)|(?<!…)…(?!…)"
)


def check_characters(passage: ProofPassage, style: HouseStyle) -> Iterator[ProofMatch]:
    """Find rare variants, and characters of the other script."""
    if not style.suspects.characters.search(passage.text):
        return
    kept = {
        at
        for word in style.allowed
        if word in passage.text
        for found in re.finditer(re.escape(word), passage.text)
        for at in range(found.start(), found.end())
    }
    for at, char in enumerate(passage.text):
        if at in kept:
            continue
        if char in style.foreign:
            other = "Simplified" if style.script == "traditional" else "Traditional"
            yield ProofMatch(at, "proof.characters", f'"{char}" is a {other} character', f"write {style.foreign[char]}")
        elif char in style.variants:
            yield ProofMatch(
                at, "proof.characters", f'"{char}" is a rare variant here', f"write {style.variants[char]}"
            )
        elif not style.is_chinese and HAN_CHARACTER.match(char) and not HAN_CHARACTER.match(passage.text[at - 1 : at]):
            yield ProofMatch(at, "proof.script", f'Chinese is left in the text: "{_take_han_run(passage.text, at)}"')


def _take_han_run(text: str, at: int) -> str:
    found = re.match(f"[{HAN}{_FULL}]+", text[at:])
    return (found[0] if found else "")[:12]


def check_marks(passage: ProofPassage, style: HouseStyle) -> Iterator[ProofMatch]:
    """Check punctuation: half-width marks in Chinese, doubled and broken marks."""
    text = passage.text
    if style.is_chinese and HAN_CHARACTER.search(text):
        yield from _find_half_width(text)
    for found in _DOUBLED.finditer(text):
        shown = found[0] if len(found[0]) > 1 else text[found.start() : found.start() + 2]
        hint = "an ellipsis in Chinese is ……" if found[0] == "…" else ""
        if found[0] != "…" or style.is_chinese:
            yield ProofMatch(found.start(), "proof.marks", f'doubled or broken punctuation "{shown}"', hint)


def _find_half_width(text: str) -> Iterator[ProofMatch]:
    for found in _HALF.finditer(text):
        at = found.start()
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        # Inside a number, a time or a Latin name (1,000; 12:30; alternative.me; B. Smith) it is in its place.
        latin = re.match(r"[0-9A-Za-z]", before) and re.match(r"[0-9A-Za-z\s]", after or " ")
        beside = any(re.match(f"[{HAN}{_FULL}%]", side) for side in (before, after) if side)
        if found[0] in '()"' or beside or not latin:
            yield ProofMatch(
                at, "proof.half-width", f'half-width "{found[0]}" in Chinese text', f"write {_WIDE[found[0]]}"
            )


def check_pairs(passage: ProofPassage, style: HouseStyle) -> Iterator[ProofMatch]:
    """Find brackets and quotes without a counterpart."""
    text = passage.text
    waiting: list[tuple[int, str]] = []
    for at, char in enumerate(text):
        if char in _PAIRS:
            waiting.append((at, char))
        elif char in _CLOSERS:
            if waiting and waiting[-1][1] == _CLOSERS[char]:
                waiting.pop()
            else:
                yield ProofMatch(
                    at, "proof.pairs", f'"{char}" closes nothing', f"there is no {_CLOSERS[char]} before it"
                )
    for at, char in waiting:
        yield ProofMatch(at, "proof.pairs", f'"{char}" is never closed', f"write {_PAIRS[char]} where it ends")
    if text.count('"') % 2:
        yield ProofMatch(text.index('"'), "proof.pairs", "an odd number of straight quotes", "close the quotation")


_BESIDE = re.compile(f"(?<=[{HAN}])(?=[A-Za-z0-9$€£+−])|(?<=[A-Za-z0-9%])(?=[{HAN}])")
# A middle dot between labels keeps its spaces on both sides.
_NEXT_TO_FULL = re.compile(f"(?<![·|])[ \u00a0]+(?=[{_FULL}])|(?<=[{_FULL}])[ \u00a0]+(?=[^\\s·|])")
_IN_HAN = re.compile(f"(?<=[{HAN}])[ \u00a0]+(?=[{HAN}])")
_TWO = re.compile(r"[ \u00a0]{2,}")
_BEFORE_MARK = re.compile(r"(?<=\S)[ \u00a0]+(?=[,;:!?%)”]|\.(?!\d))|(?<=[(“])[ \u00a0]+")


def check_spaces(passage: ProofPassage, style: HouseStyle) -> Iterator[ProofMatch]:
    """Find missing, doubled and misplaced spaces."""
    text = passage.text
    for found in _TWO.finditer(text):
        yield ProofMatch(found.start(), "proof.spaces", "two spaces in a row", "one is enough")
    for found in _BEFORE_MARK.finditer(text):
        near = text[found.start() - 1 : found.end() + 1]
        yield ProofMatch(found.start(), "proof.spaces", f'a space in "{near}" where none belongs')
    if not style.locale.han_spacing:
        return
    for found in _BESIDE.finditer(text):
        near = text[found.start() - 1 : found.start() + 1]
        yield ProofMatch(
            found.start(), "proof.spaces", f'no space in "{near}"', "one stands between Han and Latin or digits"
        )
    for found in (*_NEXT_TO_FULL.finditer(text), *_IN_HAN.finditer(text)):
        if found.start() == passage.lead > 0:
            # The label before it is set apart by its face.
            continue
        near = text[max(0, found.start() - 1) : found.end() + 1]
        yield ProofMatch(
            found.start(),
            "proof.spaces",
            f'a space in "{near}"',
            "none stands beside full-width punctuation or inside Chinese",
        )
