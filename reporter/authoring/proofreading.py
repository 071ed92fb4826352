"""Phrase books, or a composed brief → diagnostics of their language before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reporter.diagnostics.diagnostic import Diagnostic, as_notices
from reporter.language.locales import load_locale
from reporter.model.resources import locales_folder
from reporter.narrative.phrases.phrase_tree import Branch, Loop, Part, PhraseText
from reporter.narrative.phrases.phrases import PhraseBook
from reporter.pipeline.state import Brief
from reporter.proofread import BLANK, HouseStyle, list_quoted_words, load_house_style, proofread_text, proofread_words
from reporter.readback.markdown import read_markdown
from reporter.render.markdown import render_markdown

#: What a desk may write in phrases of its own, and is told of.
_A_DESKS_OWN = frozenset({"proof.plumbing"})


def proofread_phrases(books: Sequence[PhraseBook], own: str | None = None) -> tuple[Diagnostic, ...]:
    """Proofread the wordings of phrase files; regional books are skipped.

    Args:
        books: the phrases of each locale.
        own: what the paths of a desk's own files begin with, as problems show them; there, words of the making of a
            brief are notices.
    """
    written = [book for book in books if book.locale.edition is None]
    found = [problem for book in written for problem in _proofread_book(book, load_house_style(book.locale))]
    return tuple(_soften(problem, own) for problem in found)


def _soften(problem: Diagnostic, own: str | None) -> Diagnostic:
    is_own = own is not None and problem.place.file.startswith(own) and problem.code in _A_DESKS_OWN
    return as_notices([problem])[0] if is_own else problem


def _proofread_book(book: PhraseBook, style: HouseStyle) -> Iterator[Diagnostic]:
    for say in book.says.values():
        for wording in say.wordings:
            chars = list(_iterate_characters(wording.body))
            words = "".join(char for char, _ in chars)
            for match in proofread_words(words, style):
                yield match.to_diagnostic(say.file, *chars[match.at][1])


def _iterate_characters(parts: Sequence[Part]) -> Iterator[tuple[str, tuple[int, int | None]]]:
    """Iterate a wording's characters with line and column; a value or a branch's end is a blank."""
    place: tuple[int, int | None] = (0, None)
    for part in parts:
        if isinstance(part, PhraseText):
            line, column = part.line, part.column or 1
            for char in part.text:
                place = (line, column)
                yield char, place
                line, column = (line + 1, 1) if char == "\n" else (line, column + 1)
        elif isinstance(part, Branch):
            for body in (*(body for _, body in part.arms), part.otherwise):
                yield from _iterate_characters(body)
                yield BLANK, place
        elif isinstance(part, Loop):
            yield from _iterate_characters(part.body)
            yield BLANK, (part.line, None)
        else:
            yield BLANK, (part.line, part.column)


def proofread_brief(brief: Brief) -> tuple[Diagnostic, ...]:
    """Proofread the Markdown of a composed brief before it is written: brief → diagnostics."""
    found: list[Diagnostic] = []
    for item in brief.realised:
        tag = item.document.locale
        text = render_markdown(item.document, brief.findings.report.files.list_folders("layouts"), "{}.svg".format)
        style = load_house_style(load_locale(tag, locales_folder()))
        shown = f"{item.document.edition}.{tag}.md"
        found += proofread_text(shown, read_markdown(text), style, list_quoted_words(brief.ledger, tag))
    return tuple(found)
