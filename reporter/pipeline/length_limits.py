"""Realised documents → whether each is as short as its report type promises."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.diagnostics.errors import HeldError
from reporter.model.document import Document, Paragraph
from reporter.narrative.outline import LimitsOutline
from reporter.narrative.realise import RealisedDocument

_IDEOGRAPHS = r"\u3400-\u9fff\uf900-\ufaff"
_LETTER = rf"[^\W{_IDEOGRAPHS}]"
#: What is counted as one: letters and digits with what joins them, or one character of a script without spaces.
_WORD = re.compile(rf"[{_IDEOGRAPHS}]|{_LETTER}+(?:[.,’'\-%]{_LETTER}+)*")


def hold_too_long(limits: LimitsOutline, realised: Sequence[RealisedDocument]) -> None:
    """Hold a brief of which a text is longer than its report type allows.

    Args:
        limits: of the report type.
        realised: the documents.

    Raises:
        HeldError: names each text, how long it is, and how long it may be.
    """
    problems = [problem for item in realised for problem in _find_too_long(limits, item.document)]
    if problems:
        raise HeldError(problems)


def _find_too_long(limits: LimitsOutline, document: Document) -> Iterator[Diagnostic]:
    most = limits.text.get(_find_base(document.locale, limits.text))
    place = Place(f"{document.edition}.{document.locale}")
    if most is not None and (count := count_words(list_running_text(document))) > most:
        what = f"headline, standfirst and body have {count} words, and may have {most}"
        yield Diagnostic("publish.too-long", place, what, "shorten the phrases, or let a section tell less")
    longest = limits.post.get(_find_base(document.locale, limits.post))
    if longest is not None and (length := len(make_post(document))) > longest:
        what = f"headline and standfirst have {length} characters, and may have {longest}"
        yield Diagnostic("publish.too-long", place, what, "shorten the phrases, or let the standfirst tell less")


def _find_base(locale: str, known: dict[str, int]) -> str:
    """Return the locale whose limit a locale has: its own, or that of the one it is made from."""
    return max((tag for tag in known if locale == tag or locale.startswith(f"{tag}-")), key=len, default="")


def count_words(texts: Sequence[str]) -> int:
    """Count words; in a script without spaces, characters.

    Args:
        texts: of one language.
    """
    return sum(len(_WORD.findall(text)) for text in texts)


def list_running_text(document: Document) -> tuple[str, ...]:
    """List headline, standfirst and the sentences of the body.

    Args:
        document: of any edition.
    """
    body = (
        sentence.text
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Paragraph)
        for sentence in block.sentences
    )
    headings = (section.heading.text for section in document.sections if section.heading is not None)
    return (document.headline.text, *(sentence.text for sentence in document.standfirst.sentences), *headings, *body)


def make_post(document: Document) -> str:
    """Return what is posted of a brief: its headline and standfirst.

    Args:
        document: of any edition.
    """
    return " ".join((document.headline.text, *(sentence.text for sentence in document.standfirst.sentences)))
