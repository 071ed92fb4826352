"""A finished PDF that is wrong is told apart from one that is right, in one sentence a fault."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pikepdf
import pytest
from typer.testing import CliRunner

from reporter.cli.app import app
from reporter.diagnostics.errors import InputError
from reporter.model.document import Figure
from reporter.readback.pdf import read_tags, read_words
from reporter.render.fonts import find_fonts, subset_fonts
from reporter.render.pdf.pdf_check import find_pdf_holds, find_pdf_notices
from reporter.render.pdf.writer import chart_labels, render_pdf
from tests.render.specimens import EN, ZH, full, page, quiet


@cache
def right(language: int = EN) -> bytes:
    document = quiet(language)
    html = page(document)
    return render_pdf(html, subset_fonts(html, find_fonts(document.lang))).data


def altered(change: Callable[[pikepdf.Pdf], None]) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(right())) as pdf:
        change(pdf)
        pdf.save(out)
    return out.getvalue()


def changed(change: Callable[[pikepdf.Pdf], None]) -> tuple[str, ...]:
    return tuple(map(str, find_pdf_holds(altered(change))))


@pytest.mark.long
@pytest.mark.parametrize("language", [ZH, EN])
def test_briefs_are_right(language: int) -> None:
    assert find_pdf_holds(right(language)) == ()
    html = page(full(language))
    assert find_pdf_holds(render_pdf(html, subset_fonts(html, find_fonts(full(language).lang))).data) == ()


def test_it_reads_what_is_said_and_how_it_is_tagged() -> None:
    document = quiet(ZH)
    with pikepdf.open(io.BytesIO(right(ZH))) as pdf:
        said = "".join(word.text for word in read_words(pdf.pages[0]))
        tags = read_tags(pdf)
    kinds = [tag.kind for tag in tags]
    assert document.headline.text.replace(" ", "") in said.replace(" ", "")
    assert kinds[0] == "Document"
    assert kinds.count("H1") == 1
    assert [tag for tag in tags if tag.kind == "Span" and not tag.lang] == []


def test_names_in_another_language_say_so() -> None:
    with pikepdf.open(io.BytesIO(right(ZH))) as pdf:
        assert {tag.lang for tag in read_tags(pdf)} == {"", "en"}


def _without_language(pdf: pikepdf.Pdf) -> None:
    del pdf.Root["/Lang"]


def _without_title(pdf: pikepdf.Pdf) -> None:
    del pdf.docinfo["/Title"]


def _without_alt(pdf: pikepdf.Pdf) -> None:
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary) and "/Alt" in item:
            del item["/Alt"]


def _without_outline(pdf: pikepdf.Pdf) -> None:
    del pdf.Root["/Outlines"]


def _with_a_script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def _five_pages(pdf: pikepdf.Pdf) -> None:
    for _ in range(5 - len(pdf.pages)):
        pdf.add_blank_page(page_size=(595, 842))


def _a_font_from_elsewhere(pdf: pikepdf.Pdf) -> None:
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/Subtype") == "/Type0" and "Serif" in str(item.BaseFont):
            item.BaseFont = pikepdf.Name("/ABCDEF+DejaVu-Sans")


def _words_over_words(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].contents_add(pdf.pages[0].Contents.read_bytes(), prepend=True)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (_without_language, "the document names no language"),
        (_without_title, "the document has no title"),
        (_without_outline, "the outline is not the list of headings"),
        (_with_a_script, "the document runs a script"),
        (_a_font_from_elsewhere, 'the font "ABCDEF+DejaVu-Sans" is none of the page\'s own'),
    ],
)
def test_each_fault_is_told(change: Callable[[pikepdf.Pdf], None], fault: str) -> None:
    assert changed(change) == (fault,)


def test_too_many_pages_are_noticed_and_no_fault() -> None:
    assert changed(_five_pages) == ()
    assert tuple(map(str, find_pdf_notices(altered(_five_pages)))) == (
        "5 pages; a brief has 1 to 4",
        "page 5: the last page is filled to 0% only",
    )


def test_a_page_as_it_should_be_is_not_noticed() -> None:
    assert find_pdf_notices(right()) == ()


def test_figures_without_a_text_are_counted() -> None:
    found = changed(_without_alt)
    assert found[0].startswith("figure 1 of ")
    assert all(fault.endswith("has no alternative text") for fault in found)


def test_a_chart_whose_labels_are_outlines_is_told() -> None:
    document = quiet(EN)
    html = page(document)
    outlined = re.sub(r"<text\b[^>]*>[^<]*</text>", '<path d="M1 1L2 2" stroke="#000"/>', html)
    data = render_pdf(outlined, subset_fonts(html, find_fonts(document.lang))).data
    chart = next(alt for alt in chart_labels(html))

    number, of = figure_of(data, chart)
    untold = f"figure {number} of {of} has no text: its labels can't be found by search"
    assert tuple(map(str, find_pdf_holds(data))) == (untold,)
    texts = chart_labels(html)[chart]
    short = chart.partition(". ")[0]
    assert tuple(map(str, find_pdf_holds(data, {chart: texts[:1]}))) == (
        untold,
        f'the chart "{short}": a search doesn\'t find its label "{texts[0]}"',
    )


def test_every_label_of_a_page_is_found_and_another_is_not() -> None:
    document = full(ZH)
    html = page(document)
    data = render_pdf(html, subset_fonts(html, find_fonts(document.lang))).data
    labels = chart_labels(html)

    assert len(labels) == sum(isinstance(b, Figure) for section in document.sections for b in section.blocks)
    assert all(labels.values())
    assert find_pdf_holds(data, labels) == ()
    first = next(iter(labels))
    assert tuple(map(str, find_pdf_holds(data, {first: ("1,234,567",), "Lost": ("1",)}))) == (
        f'the chart "{first.partition(". ")[0]}": a search doesn\'t find its label "1,234,567"',
        'the chart "Lost" is not in the page',
    )


def test_a_label_is_set_as_one_text_with_its_spaces() -> None:
    document = full(EN)
    html = page(document)
    with pikepdf.open(io.BytesIO(render_pdf(html, subset_fonts(html, find_fonts(document.lang))).data)) as pdf:
        said = {word.text for sheet in pdf.pages for word in read_words(sheet)}
    labels = {label for labels in chart_labels(html).values() for label in labels}

    assert any(" " in label for label in labels)
    assert labels <= said


def figure_of(data: bytes, alt: str) -> tuple[int, int]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        figures = [tag.alt for tag in read_tags(pdf) if tag.kind == "Figure"]
    return figures.index(alt) + 1, len(figures)


def test_lines_over_lines_are_told() -> None:
    found = changed(_words_over_words)
    assert any(fault.endswith("lie over each other") for fault in found)


def test_what_is_no_pdf_is_told() -> None:
    (fault,) = find_pdf_holds(b"not at all", name="made.pdf")
    assert (fault.code, fault.severity) == ("pdf.unreadable", "hold")
    assert str(fault).startswith("made.pdf: not a PDF that can be read")


def test_the_command_names_the_file_and_exits_with_1(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.pdf"
    good.write_bytes(right())
    bad.write_bytes(b"")
    assert CliRunner().invoke(app, ["check-pdf", str(good)]).exit_code == 0
    result = CliRunner().invoke(app, ["check-pdf", str(good), str(bad), str(tmp_path / "none.pdf")])
    assert f"{good.as_posix()}: right" in result.output
    assert f"{bad.as_posix()}: not a PDF that can be read" in result.output
    assert isinstance(result.exception, InputError)
    assert str(result.exception) == f"{(tmp_path / 'none.pdf').as_posix()}: can't be read: No such file or directory"
    assert CliRunner().invoke(app, ["check-pdf", str(good), str(bad)]).exit_code == 1
