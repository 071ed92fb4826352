"""A PDF with its ledger inside says that it is PDF/A-3, and has what its objects need for that."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

import pikepdf
import pytest

from reporter.pipeline.outputs import render_brief
from reporter.render.fonts import find_fonts, subset_fonts
from reporter.render.pdf.pdf_check import find_pdf_holds
from reporter.render.pdf.printer import PrintPage
from reporter.render.pdf.writer import AttachedFile, render_pdf
from tests.briefs import SAMPLES, composed
from tests.render.specimens import EN, page, quiet

# WeasyPrint leaves the file of the colour profile open.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")

LEDGER = AttachedFile("ledger.json", b'{"a": 1}', "Ledger", datetime(2026, 2, 7, tzinfo=UTC))


@cache
def archived() -> bytes:
    html = page(quiet(EN))
    return render_pdf(html, subset_fonts(html, find_fonts("en")), attachments=(LEDGER,)).data


def changed(change: Callable[[pikepdf.Pdf], None]) -> tuple[str, ...]:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(archived())) as pdf:
        change(pdf)
        pdf.save(out)
    return tuple(map(str, find_pdf_holds(out.getvalue())))


def test_it_is_right_and_says_what_it_is() -> None:
    assert find_pdf_holds(archived()) == ()
    with pikepdf.open(io.BytesIO(archived())) as pdf, pdf.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        (file,) = pdf.Root.AF
        assert str(file.AFRelationship) == "/Data"
        assert str(file.EF.F.Subtype) == "/application/json"
        assert pdf.attachments["ledger.json"].get_file().read_bytes() == LEDGER.data


def _without_profile(pdf: pikepdf.Pdf) -> None:
    del pdf.Root["/OutputIntents"]


def _without_relation(pdf: pikepdf.Pdf) -> None:
    del pdf.Root["/AF"]


def _with_a_link_that_is_not_printed(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Annots[0].F = 0


def _without_claim(pdf: pikepdf.Pdf) -> None:
    with pdf.open_metadata() as metadata:
        del metadata["pdfaid:part"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (_without_profile, "PDF/A: no colour profile says what the colours mean"),
        (_without_relation, 'PDF/A: the file "ledger.json" does not say how it belongs to the document'),
        (_with_a_link_that_is_not_printed, "PDF/A: page 1: a link would not be printed"),
        (_without_claim, "files are attached, and the document does not say that it is PDF/A-3"),
    ],
)
def test_each_fault_is_told(change: Callable[[pikepdf.Pdf], None], fault: str) -> None:
    assert changed(change) == (fault,)


def test_a_page_without_files_claims_nothing() -> None:
    html = page(quiet(EN))
    with pikepdf.open(io.BytesIO(render_pdf(html, subset_fonts(html, find_fonts("en"))).data)) as pdf:
        with pdf.open_metadata() as metadata:
            assert "pdfaid:part" not in metadata
        assert "/AF" not in pdf.Root


def test_a_briefs_ledger_is_in_each_of_its_pdfs_and_two_runs_are_the_same(printer: PrintPage) -> None:
    brief = composed(SAMPLES / "quiet-day")
    first, second = (render_brief(brief, ("pdf",), printer, attach_ledger=True) for _ in range(2))
    assert first == second
    for name in ("article.en.pdf", "article.zh-Hant.pdf"):
        assert find_pdf_holds(first[name]) == ()
        with pikepdf.open(io.BytesIO(first[name])) as pdf:
            inside = pdf.attachments["ledger.json"].get_file().read_bytes()
        assert inside == brief.ledger.encode()
        assert json.loads(inside)["claims"]
