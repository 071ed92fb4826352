"""Proof-reading before a run: the words of phrase files, and the brief that a desk would publish now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reporter.brief import Brief
from reporter.diagnostics import Diagnostic
from reporter.finished.markdown import read_markdown
from reporter.folders import locales_folder
from reporter.language.locales import load_locale
from reporter.narrative.phrase_tree import Branch, Loop, Part, Text
from reporter.narrative.phrases import PhraseBook
from reporter.proof import BLANK, HouseStyle, load_house_style, proof_text, proof_words, words_of_others
from reporter.render.markdown import render_markdown


def proof_phrases(books: Sequence[PhraseBook]) -> tuple[Diagnostic, ...]:
    """What an editor would strike in the words of phrases, at file and line; regional words are nobody's writing."""
    written = [book for book in books if book.locale.edition is None]
    return tuple(problem for book in written for problem in _book(book, load_house_style(book.locale)))


def _book(book: PhraseBook, style: HouseStyle) -> Iterator[Diagnostic]:
    for say in book.says.values():
        for wording in say.wordings:
            chars = list(_chars(wording.body))
            words = "".join(char for char, _ in chars)
            for match in proof_words(words, style):
                yield match.diagnostic(say.file, *chars[match.at][1])


def _chars(parts: Sequence[Part]) -> Iterator[tuple[str, tuple[int, int | None]]]:
    """Each character of a wording with its line and column; a value, and the seam between two branches, is a blank."""
    place: tuple[int, int | None] = (0, None)
    for part in parts:
        if isinstance(part, Text):
            line, column = part.line, part.column or 1
            for char in part.text:
                place = (line, column)
                yield char, place
                line, column = (line + 1, 1) if char == "\n" else (line, column + 1)
        elif isinstance(part, Branch):
            for body in (*(body for _, body in part.arms), part.otherwise):
                yield from _chars(body)
                yield BLANK, place
        elif isinstance(part, Loop):
            yield from _chars(part.body)
            yield BLANK, (part.line, None)
        else:
            yield BLANK, (part.line, part.column)


def proof_brief(brief: Brief) -> tuple[Diagnostic, ...]:
    """What an editor would strike in a brief that is composed and not yet written, as in its Markdown."""
    found: list[Diagnostic] = []
    for item in brief.realised:
        tag = item.document.locale
        text = render_markdown(item.document, brief.findings.report.files.folders("layouts"), "{}.svg".format)
        style = load_house_style(load_locale(tag, locales_folder()))
        shown = f"{item.document.edition}.{tag}.md"
        found += proof_text(shown, read_markdown(text), style, words_of_others(brief.ledger, tag))
    return tuple(found)
