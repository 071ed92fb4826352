"""Pages are made up well before they are set: nothing is lost or reordered, and estimates are what the page becomes."""

from __future__ import annotations

import io
from dataclasses import replace

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.charts import chart_height
from reporter.model.document import Block, Document, Figure, Paragraph, Section, Sentence
from reporter.readback.pdf import read_sheet
from reporter.render.fonts import find_fonts, subset_fonts
from reporter.render.layout.height_estimate import Heights
from reporter.render.layout.layout_search import choose_layout
from reporter.render.layout.page_flow import divide_into_bands, opening_blocks
from reporter.render.layout.pagination import measure_document, paginate
from reporter.render.pdf.patches import column_balancing
from reporter.render.pdf.pdf_fill import measure_fill
from reporter.render.pdf.writer import render_pdf
from tests.render.specimens import EN, ZH, Writer, full, page, quiet, tiles


def made_up(document: Document, height: float = 297.0) -> Document:
    return choose_layout(document, find_fonts(document.lang), chart_height, height)


def blocks(document: Document) -> list[Block]:
    return [block for section in document.sections for block in section.blocks]


def figures(document: Document) -> list[str]:
    return [block.chart.id for block in blocks(document) if isinstance(block, Figure)]


@pytest.mark.parametrize("language", [ZH, EN])
@pytest.mark.parametrize("height", [297.0, 279.4])
def test_nothing_is_lost_and_figures_keep_their_order_and_sections(language: int, height: float) -> None:
    document = full(language)
    made = made_up(document, height)

    assert figures(made) == figures(document)
    for before, after in zip(document.sections, made.sections, strict=True):
        assert [b for b in after.blocks if not isinstance(b, Figure)] == [
            b for b in before.blocks if not isinstance(b, Figure)
        ]
        assert len(after.blocks) == len(before.blocks)
    assert replace(made, sections=document.sections, density=document.density, cuts=()) == document


def test_the_body_shows_every_block_once() -> None:
    document = made_up(full(ZH))
    shown = [block for band in divide_into_bands(document) for part in band.parts for block in part.row]
    headings = [part.heading for band in divide_into_bands(document) for part in band.parts if part.heading]

    assert [*opening_blocks(document), *shown] == blocks(document)
    assert headings == [section.heading for section in document.sections if section.heading]


def test_a_heading_is_never_the_last_part_of_its_band() -> None:
    for language in (ZH, EN):
        for band in divide_into_bands(made_up(full(language))):
            assert band.parts[-1].heading is None


def test_columns_begin_anew_at_a_cut_and_nowhere_else() -> None:
    document = full(ZH)
    whole = divide_into_bands(document)
    at = 0
    for band in whole:
        if band.kind == "columns" and len(band.parts) > 3:
            break
        at += len(band.parts)
    cut = divide_into_bands(replace(document, cuts=(at + 2,)))

    assert [part for band in cut for part in band.parts] == [part for band in whole for part in band.parts]
    assert len(cut) == len(whole) + 1
    assert divide_into_bands(replace(document, cuts=(0, 10_000))) == whole


def test_a_chart_is_drawn_as_high_as_it_is_made_up() -> None:
    figure = next(block for block in blocks(full(EN)) if isinstance(block, Figure) and block.chart.size == "small")
    assert chart_height(replace(figure.chart, stretch=1.3)) == pytest.approx(1.3 * chart_height(figure.chart))


def test_what_would_be_five_pages_is_set_closer() -> None:
    whole = full(EN)
    document = replace(whole, sections=(*whole.sections, *sections_of(5, 14)))

    def pages(made: Document) -> int:
        return paginate(measure_document(made, Heights.for_document(made, find_fonts("en"), chart_height)), 297.0).pages

    assert pages(document) == 5
    assert pages(made_up(document)) == 4


@pytest.mark.long
def test_columns_tried_with_what_is_known_are_the_columns_that_come(monkeypatch: pytest.MonkeyPatch) -> None:
    html = page(made_up(full(ZH)))
    fonts = subset_fonts(html, find_fonts("zh-Hant"))
    known = render_pdf(html, fonts).data
    monkeypatch.setattr(column_balancing._Trials, "_place_known", _raise)
    with pytest.raises(AssertionError, match="known"):
        render_pdf(html, fonts)
    monkeypatch.setattr(
        column_balancing._Trials, "trying", property(lambda _: False, lambda _, __: None), raising=False
    )
    assert render_pdf(html, fonts).data == known


def _raise(*_: object) -> None:
    message = "known"
    raise AssertionError(message)


def test_a_short_text_beside_the_key_figures_narrows_the_lead_chart() -> None:
    document = quiet(EN)
    made = made_up(document)
    lead = made.sections[0].blocks[1]
    assert isinstance(lead, Figure)
    assert lead.chart.size in {"low", "column"}
    assert made_up(replace(document, tiles=())).sections == replace(document, tiles=()).sections


@pytest.mark.parametrize("language", [ZH, EN])
@pytest.mark.parametrize("brief", [full, quiet], ids=["full", "quiet"])
def test_the_estimate_is_what_the_page_becomes(brief: object, language: int) -> None:
    assert callable(brief)
    document = made_up(brief(language))
    fonts = find_fonts(document.lang)
    html = page(document)

    estimate = paginate(measure_document(document, Heights.for_document(document, fonts, chart_height)), 297.0)
    with pikepdf.open(io.BytesIO(render_pdf(html, subset_fonts(html, fonts)).data)) as pdf:
        ends = [measure_fill(read_sheet(one)).end for one in pdf.pages]

    assert estimate.pages == len(ends)
    assert abs(estimate.last - ends[-1]) < 0.12


def sections_of(count: int, words: int) -> tuple[Section, ...]:
    w = Writer(EN)
    text = ("Lumen rose {3.4%} " * words, "Lumen rose {3.4%} " * words)
    return tuple(
        Section(f"s{n}", w.say("heading", "標題", f"Heading {n}"), (w.par(text), w.par(text))) for n in range(count)
    )


@pytest.mark.long
@settings(deadline=None, max_examples=25)
@given(count=st.integers(0, 14), words=st.integers(1, 60), tiles_shown=st.integers(0, 6))
def test_any_brief_is_made_up_without_a_word_lost(count: int, words: int, tiles_shown: int) -> None:
    whole = full(EN)
    document = replace(
        whole, sections=(whole.sections[0], *sections_of(count, words)), tiles=tiles(Writer(EN))[:tiles_shown]
    )
    made = made_up(document)

    def said(brief: Document) -> list[Sentence]:
        return [s for block in blocks(brief) if isinstance(block, Paragraph) for s in block.sentences]

    assert said(made) == said(document)
    assert figures(made) == figures(document)


@pytest.mark.long
def test_fourteen_sections_flow_from_page_to_page() -> None:
    whole = full(EN)
    document = made_up(replace(whole, sections=(whole.sections[0], *sections_of(14, 12))))
    html = page(document)
    with pikepdf.open(io.BytesIO(render_pdf(html, subset_fonts(html, find_fonts("en"))).data)) as pdf:
        fills = [measure_fill(read_sheet(one)) for one in pdf.pages]

    assert all(fill.end > 0.85 for fill in fills[:-1])
    assert all(fill.white_area < 60 for fill in fills)
