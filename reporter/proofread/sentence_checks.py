"""Sentences of a brief → diagnostics: missing end marks, repeated openings, repeated sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reporter.language.sentences import ends_sentence, sentence_opening, split_sentences
from reporter.proofread.passages import ProofMatch, ProofPassage

_Found = tuple[ProofPassage, ProofMatch]


def check_prose(passages: Sequence[ProofPassage]) -> Iterator[_Found]:
    """Check what shows only across the sentences of a brief."""
    yield from _check_end_marks(passages)
    yield from _check_repetition(passages)


def _check_end_marks(passages: Sequence[ProofPassage]) -> Iterator[_Found]:
    # A list of names and figures needs no end marks; a list of sentences needs all of them.
    spoken = {passage.group for passage in passages if passage.kind == "item" and ends_sentence(passage.text)}
    for passage in passages:
        if passage.kind == "item" and passage.group in spoken and not ends_sentence(passage.text):
            yield (
                passage,
                ProofMatch(len(passage.text) - 1, "proof.end-mark", "no end mark, and others of the list have one"),
            )
        elif passage.kind == "prose" and not ends_sentence(passage.text) and not _is_label_line(passage):
            yield passage, ProofMatch(len(passage.text) - 1, "proof.end-mark", "a sentence without an end mark")


#: A line of a list in order of date (`7 February: …`): that such lines begin alike is their order.
_DATED = re.compile(r"[^:：。.!?]{0,16}[0-9][^:：。.!?]{0,10}[:：]")


def _is_label_line(passage: ProofPassage) -> bool:
    """Whether a paragraph is a line of labels (`Figure 1 · …`, `Sources · …`) and not a sentence."""
    return " · " in passage.text or passage.lead >= len(passage.text)


def _check_repetition(passages: Sequence[ProofPassage]) -> Iterator[_Found]:
    begun: dict[tuple[object, ...], str] = {}
    said: set[str] = set()
    for passage in passages:
        if passage.kind not in ("prose", "item"):
            continue
        for at, sentence in split_sentences(passage.text[passage.lead :]):
            if not ends_sentence(sentence):
                continue
            place = passage.lead + at
            # The note behind a condition (`Met since 9 April.`) is as short as it is because several may share it.
            if sentence in said and not (passage.kind == "item" and at):
                yield passage, ProofMatch(place, "proof.repetition", f'"{_shorten_sentence(sentence)}" is said twice')
            elif passage.kind == "prose" and not _DATED.match(sentence):
                # An answer may take up the words of its question, so the two are not held against each other.
                begins = (sentence.rstrip("”’」』\"')")[-1:] in ("?", "？"), *sentence_opening(sentence))
                if begins in begun:
                    what = f'"{_shorten_sentence(sentence)}" begins like "{_shorten_sentence(begun[begins])}"'
                    yield passage, ProofMatch(place, "proof.repetition", what, "give one of the two another wording")
                elif len(begins) > 1:
                    begun[begins] = sentence
            said.add(sentence)


def _shorten_sentence(sentence: str) -> str:
    return sentence if len(sentence) <= 32 else f"{sentence[:30].rstrip()} …"
