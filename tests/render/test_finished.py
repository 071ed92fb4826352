"""Finished briefs of the samples and of real days, whole: every check of a PDF, in every locale, on all of them."""

from __future__ import annotations

import html
import io
import re

import pikepdf
import pytest

from reporter.model.document import Document
from reporter.pipeline.audit import read_pdf
from reporter.pipeline.outputs import render_brief
from reporter.readback.pdf import read_sheet
from reporter.readback.pieces import straighten_apostrophes
from reporter.render.layout.pagination import MOST_PAGES
from reporter.render.pdf.pdf_check import MOST_KILOBYTES, find_pdf_holds
from reporter.render.pdf.pdf_fill import measure_fill
from reporter.render.pdf.printer import open_printer
from reporter.verify.ledger.passages import iterate_sentences
from tests.briefs import composed
from tests.conftest import Finished
from tests.render.fills import briefs

#: What nobody has to like and everybody bears: a hole in square centimetres, a last page's fill.
HOLE, LEAST = 85.0, 0.08

BRIEFS = {name: (desk, day) for name, desk, day in briefs()}
#: A full day, a short one, and a real one with all that may be missing; the long tier looks at every other too.
_SHORT = ("btc-2026-02", "quiet-day", "2025-10-10")
NAMES = [name if name in _SHORT else pytest.param(name, marks=pytest.mark.long) for name in BRIEFS]


def pdfs(files: dict[str, bytes]) -> dict[str, bytes]:
    return {name.removesuffix(".pdf"): data for name, data in files.items() if name.endswith(".pdf")}


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_wrong_with_any_page(name: str, finished: Finished) -> None:
    made = pdfs(finished(*BRIEFS[name]))

    assert {tag: find_pdf_holds(data) for tag, data in made.items()} == dict.fromkeys(made, ())


@pytest.mark.parametrize("name", NAMES)
def test_pages_are_few_full_and_without_holes(name: str, finished: Finished) -> None:
    for tag, data in pdfs(finished(*BRIEFS[name])).items():
        with pikepdf.open(io.BytesIO(data)) as pdf:
            fills = [measure_fill(read_sheet(page)) for page in pdf.pages]
        assert len(fills) <= MOST_PAGES
        assert len(data) <= MOST_KILOBYTES * 1024
        assert [f"{tag} p{n}: {fill.hole}" for n, fill in enumerate(fills, 1) if fill.white_area > HOLE] == []
        assert fills[-1].end > LEAST, tag
        assert all(fill.end > 0.7 for fill in fills[:-1]), tag


def bare(text: str) -> str:
    """A text without what sets it: spaces, Markdown's marks, the marks of stance."""
    return re.sub(r"[\s*>|\\▲▼◆○–-]", "", html.unescape(text))


def told_in_order(document: Document) -> list[str]:
    """Sentences of the body in order; a figure's words stand where the figure does."""
    return [bare(sentence.text) for _, sentence in iterate_sentences(document) if sentence.form == "body"]


@pytest.mark.parametrize("name", NAMES)
def test_the_pdf_says_what_the_markdown_says_in_the_same_order(name: str, finished: Finished) -> None:
    files = finished(*BRIEFS[name])
    for item in composed(*BRIEFS[name]).realised:
        document, tag = item.document, f"{item.document.edition}.{item.document.locale}"
        pieces = read_pdf(files[f"{tag}.pdf"], f"{tag}.pdf").pieces
        page = bare(" ".join(piece.text for piece in pieces if piece.kind == "text"))
        blog = bare(files[f"{tag}.md"].decode())
        for text in (bare(sentence.text) for _, sentence in iterate_sentences(document)):
            assert text in page, (tag, text)
            assert text in blog or text == bare(document.headline.text), (tag, text)
        for told in (page, blog):
            at = 0
            for text in told_in_order(document):
                assert (at := told.find(text, at)) >= 0, (tag, text)


@pytest.mark.long
def test_the_same_brief_has_the_same_bytes(finished: Finished) -> None:
    desk, day = BRIEFS["melt-up"]
    with open_printer() as printer:
        again = render_brief(composed(desk, day), ("md", "pdf"), printer)
    assert again == finished(desk, day)


def test_a_page_says_its_figures_alternative_texts(finished: Finished) -> None:
    desk, day = BRIEFS["btc-2026-02"]
    for tag, data in pdfs(finished(desk, day)).items():
        with pikepdf.open(io.BytesIO(data)) as pdf:
            alts = {
                straighten_apostrophes(str(item["/Alt"]))
                for item in pdf.objects
                if isinstance(item, pikepdf.Dictionary) and "/Alt" in item
            }
        document = next(
            item.document
            for item in composed(desk, day).realised
            if f"{item.document.edition}.{item.document.locale}" == tag
        )
        figures = {block.alt for section in document.sections for block in section.blocks if hasattr(block, "alt")}
        assert figures <= alts
