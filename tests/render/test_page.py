"""What makes the page: its arrangement, its headline's lines, the compact file, the phases of a path."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.model.document import ClaimSpan, LiteralSpan, Section, Span
from reporter.model.metric import Bar
from reporter.narrative.price_phases import find_price_phases
from reporter.render.fonts import find_fonts, subset_fonts
from reporter.render.html import foreign_lang, headline_style
from reporter.render.layout.line_breaking import text_width
from reporter.render.layout.page_flow import split_in_halves
from reporter.render.pdf.pdf_shrink import shorten_drawing
from reporter.render.pdf.writer import AttachedFile, render_pdf
from tests.render.specimens import EN, ZH, Writer, board, full, page, quiet, tiles

SERIF = find_fonts("en").headline


def bars(*closes: float) -> list[Bar]:
    return [Bar(3600.0 * n, close, close, close, close) for n, close in enumerate(closes)]


def test_a_fall_and_its_rebound_have_phases_in_order() -> None:
    falling = [100.0 - n for n in range(20)] + [75.0, 70.0]
    path = bars(*falling, *[71.0] * 6, *[71.0 + n for n in range(20)])
    found = find_price_phases(path, 3600.0)
    assert [stretch.name for stretch in found] == ["Break", "Sweep", "Base", "Rebound"]
    assert all(left.end == right.start for left, right in pairwise(found))


def test_a_low_that_no_rise_has_left_is_no_base() -> None:
    falling = [100.0 - n for n in range(20)] + [75.0, 70.0]
    found = find_price_phases(bars(*falling, *[71.0] * 10), 3600.0)
    assert [stretch.name for stretch in found] == ["Break", "Sweep"]


@pytest.mark.parametrize("path", [bars(100, 101, 100.5), bars(*range(50, 100)), bars(100.0), bars(5, 5, 5)])
def test_a_path_without_a_fall_has_none(path: list[Bar]) -> None:
    assert find_price_phases(path, 3600.0) == ()


@given(st.lists(st.floats(1, 1e6), min_size=1, max_size=60))
def test_phases_stay_inside_the_path(closes: list[float]) -> None:
    path = bars(*closes)
    for stretch in find_price_phases(path, 3600.0):
        assert 0 <= stretch.start < stretch.end <= 3600.0 * len(path)


def test_a_headline_that_nearly_fits_is_set_smaller_and_a_long_one_evenly() -> None:
    fits = (LiteralSpan("Bitcoin surged 11.8%, recovering most of its fall"),)
    assert headline_style(fits, SERIF).startswith("font-size:")
    long = (LiteralSpan("Bitcoin surged 11.8% on Friday, recovering most of its fall as shares turned"),)
    assert headline_style(long, SERIF).startswith("max-width:")
    assert headline_style((LiteralSpan("Quiet"),), SERIF) == ""
    assert headline_style((), SERIF) == ""


def test_a_line_of_a_headline_has_room_for_the_space_before_a_value() -> None:
    # WeasyPrint would else end the line where a value before it begins, and set "Bitcoin" on a line of its own.
    values = ("$54,019", "February 2024", "$55,000")
    words = ("Bitcoin closes at ", ", its lowest since ", "; ", " gives way")
    spans: list[Span] = [LiteralSpan(words[0])]
    for value, after in zip(values, words[1:], strict=True):
        spans += [ClaimSpan("a:b#price", value), LiteralSpan(after)]

    style = headline_style(spans, SERIF)

    width = float(style.removeprefix("max-width:").removesuffix("pt"))
    assert width >= text_width("Bitcoin closes at $54,019, its lowest since ", SERIF) * 21


def test_a_chinese_headline_breaks_at_its_comma() -> None:
    face = find_fonts("zh-Hant").headline
    text = "比特幣單日飆升 11.8%，收復前一日崩跌的大部分，但未平倉合約並未跟上"
    style = headline_style((LiteralSpan(text),), face)
    width = float(style.removeprefix("max-width:").removesuffix("pt"))
    assert 252 < width < 504


def test_a_long_narrow_table_is_halved_and_loses_no_row() -> None:
    table = board(Writer(EN), 9)
    narrow = replace(table, header=table.header[:4], rows=tuple(row[:4] for row in table.rows))
    first, second = split_in_halves(narrow)
    assert first.rows + second.rows == narrow.rows
    assert split_in_halves(table) == (table,)


def test_the_words_of_a_tile_stand_under_its_figure() -> None:
    tile = tiles(Writer(EN))[-1]
    flow = replace(
        tile,
        value=(ClaimSpan("t#flow", "net outflow"), LiteralSpan(" "), ClaimSpan("t#money", "$1.2 billion")),
        change=(),
    )
    value, under = flow.stated
    assert [span.text for span in value] == ["$1.2 billion"]
    assert [span.text for span in under] == ["net outflow"]
    assert tiles(Writer(EN))[0].stated == (tiles(Writer(EN))[0].value, tiles(Writer(EN))[0].change)


@pytest.mark.parametrize(
    ("text", "lang", "spoken"),
    [("CoinGlass", "zh-Hant", "en"), ("CoinGlass", "en", ""), ("路透社", "zh-Hant", ""), ("123", "zh-Hant", "")],
)
def test_a_latin_name_on_a_chinese_page_is_in_another_language(text: str, lang: str, spoken: str) -> None:
    assert foreign_lang(text, lang) == spoken


def test_a_drawing_is_told_in_fewer_words() -> None:
    drawing = b"0.752941 0.149020 rg\n[] 0 d\n0 J\n0 j\n4 M\n60.472441 724.438793 m"
    assert shorten_drawing(drawing) == b"0.753 0.149 rg\n60.47 724.44 m"


def test_the_lost_letter_is_refused() -> None:
    document = full(ZH)
    section = document.sections[0]
    broken = replace(document, disclosure="\ufffd", sections=(Section(section.id, section.heading, section.blocks),))
    with pytest.raises(Exception, match=r"U\+FFFD"):
        subset_fonts(page(broken), find_fonts("zh-Hant"))


# WeasyPrint leaves the file of the colour profile open.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_an_attached_file_has_the_briefs_date() -> None:
    html = page(quiet(EN))
    fonts = subset_fonts(html, find_fonts("en"))
    file = AttachedFile("ledger.json", b"{}", "Ledger", datetime(2026, 2, 7, tzinfo=UTC))
    first, second = (render_pdf(html, fonts, attachments=(file,)).data for _ in range(2))
    assert first == second
    assert first != render_pdf(html, fonts).data
