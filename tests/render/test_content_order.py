"""The PDF of each edition: its content stands in the order of reading, for whoever goes by it and not by the tags."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date
from pathlib import Path

import pydyf  # type: ignore[import-untyped]
import pytest

from reporter.diagnostics.errors import HeldError
from reporter.pipeline.audit import read_pdf
from reporter.pipeline.compose import compose_brief
from reporter.pipeline.evaluate import evaluate_desk
from reporter.pipeline.outputs import render_brief
from reporter.readback.pieces import straighten_apostrophes
from reporter.render.fonts import find_fonts, subset_fonts
from reporter.render.pdf.pdf_shrink import shrink_pdf
from reporter.render.pdf.printer import PrintPage
from tests.briefs import REAL, ROOT, SAMPLES, composed

DAYS = [(SAMPLES / name, None) for name in ("btc-2026-02", "melt-up", "quiet-day")]
REAL_DAYS = [(REAL, date(2025, 11, 28)), (REAL, date(2026, 2, 6))]
LONG = pytest.mark.long
_LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><path d="M0 0h40v10h-40z" fill="#123456"/></svg>'
real = pytest.mark.skipif(
    not (ROOT / "../shared/market/DATES.md").is_file(), reason="the real series do not lie beside the project"
)


def letters(text: str) -> str:
    return "".join(straighten_apostrophes(text).split())


def out_of_order(data: bytes, name: str) -> list[str]:
    """What is read (by the tags) and does not follow in the content what is read before it."""
    run = subprocess.run(["pdftotext", "-raw", "-", "-"], input=data, capture_output=True, check=True)
    content, place, found = letters(run.stdout.decode()), 0, []
    texts = [piece.text for piece in read_pdf(data, name).pieces if piece.kind == "text"]
    assert len(texts) > 20
    for text in texts:
        # The start of a text is enough: its other lines may lie beyond a page's margin texts.
        start = letters(text)[:12]
        at = content.find(start, place)
        if at < 0:
            found.append(text)
        else:
            place = at + len(start)
    return found


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="Poppler's pdftotext is not installed")
@pytest.mark.parametrize(
    ("folder", "day"),
    [
        DAYS[0],
        *(pytest.param(*day, marks=LONG) for day in DAYS[1:]),
        *(pytest.param(*day, marks=(real, LONG)) for day in REAL_DAYS),
    ],
    ids=lambda value: str(getattr(value, "name", value)),
)
@pytest.mark.parametrize("edition", ["article", "chat"])
def test_the_content_of_a_brief_is_in_the_order_of_reading(
    folder: Path, day: date | None, edition: str, printer: PrintPage
) -> None:
    files = render_brief(composed(folder, day, editions=(edition,)), ("pdf",), printer)
    pdfs = {name: content for name, content in files.items() if name.endswith(".pdf")}
    assert len(pdfs) == 2
    assert {name: found for name, data in pdfs.items() if (found := out_of_order(data, name))} == {}


@pytest.mark.long
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="Poppler's pdftotext is not installed")
def test_so_is_that_of_a_draft_with_a_logo_its_evidence_and_another_language(
    tmp_path: Path, printer: PrintPage
) -> None:
    folder = tmp_path / "desk"
    shutil.copytree(SAMPLES / "quiet-day", folder)
    (folder / "logo.svg").write_text(_LOGO, "utf-8")
    desk = (folder / "desk.toml").read_text("utf-8")
    (folder / "desk.toml").write_text(f'{desk}\n[theme]\nlogo = "logo.svg"\npaper = "Letter"\n', "utf-8")
    brief = compose_brief(
        evaluate_desk(folder, locales=("zh-Hans", "en")), ("article", "chat"), evidence=True, draft=True
    )
    files = render_brief(brief, ("pdf",), printer)
    pdfs = {name: content for name, content in files.items() if name.endswith(".pdf")}
    assert len(pdfs) == 4
    assert {name: found for name, data in pdfs.items() if (found := out_of_order(data, name))} == {}


def test_a_stream_that_begins_with_a_dictionary_is_made_smaller_too() -> None:
    pdf = pydyf.PDF()
    stream = pydyf.Stream(stream=[pydyf.Dictionary({"MCID": 0}), b"0.123456 w", b"BT", b"ET"])
    pdf.add_object(stream)
    shrink_pdf(pdf)
    assert stream.stream == [b"<</MCID 0>>\n0.123 w\nBT\nET"]


def test_a_page_of_positioned_boxes_is_printed(printer: PrintPage) -> None:
    boxes = '<p style="position:relative">A box that has a place of its own.</p>' * 300
    html = f'<!DOCTYPE html><html lang="en"><head><title>T</title></head><body><h1>A</h1>{boxes}</body></html>'
    fonts = subset_fonts(html, find_fonts("en"))
    styled = html.replace("<head>", '<head><style>html { font-family: "Brief Sans" }</style>')
    assert printer(styled, fonts, "boxes.pdf")().pages > 1


def test_what_the_renderer_trips_over_is_told_as_it_is(printer: PrintPage) -> None:
    with pytest.raises(HeldError, match=r"^odd\.pdf: the PDF can't be made: \w+Error: .+"):
        printer(None, (), "odd.pdf")()  # type: ignore[arg-type]
