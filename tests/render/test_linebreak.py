"""Lines end where the page's do: at spaces and between full-width characters, never inside a shown value."""

from __future__ import annotations

import pytest
import uharfbuzz
from hypothesis import given
from hypothesis import strategies as st

from reporter.language.font_data import open_font_data
from reporter.model.document import ClaimSpan, LiteralSpan
from reporter.render.fonts import find_fonts
from reporter.render.layout.line_breaking import count_lines, length_in_ems, split_at_breaks, split_ending, text_width

FACE = find_fonts("en").regular


def test_a_value_stays_whole_and_a_long_one_does_not() -> None:
    assert split_at_breaks((LiteralSpan("at "), ClaimSpan("c#money", "73,100 美元"), LiteralSpan("。"))) == [
        "at ",
        "73,100 美元。",
    ]
    assert len(split_at_breaks((ClaimSpan("c#list", "gold, silver and 3 more"),))) == 5
    assert len(split_at_breaks((ClaimSpan("c#name", "半導體 ETF（SMH）"),))) > 1


def test_no_line_begins_with_a_stop_or_ends_with_a_bracket() -> None:
    assert split_at_breaks((LiteralSpan("甲，（乙）。丙"),)) == ["甲，", "（乙）。", "丙"]


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("以全日區間來看，收盤落在最低的五分之一。", "分之一。"),
        ("The usual daily swing is 3.3%; this change is 3.6 times that.", "times that."),
        ("A short line.", ""),
    ],
)
def test_the_end_of_a_text_holds_together(text: str, end: str) -> None:
    before, tail = split_ending((LiteralSpan(text),))
    assert "".join(span.text for span in tail) == end
    assert "".join(span.text for span in (*before, *tail)) == text


@given(st.lists(st.tuples(st.booleans(), st.text("ab 甲乙，。9", max_size=20)), max_size=8))
def test_an_end_loses_no_word_and_cuts_no_value(parts: list[tuple[bool, str]]) -> None:
    spans = [ClaimSpan("f:x", text) if shown else LiteralSpan(text) for shown, text in parts]
    before, tail = split_ending(spans)
    assert "".join(span.text for span in (*before, *tail)) == "".join(span.text for span in spans)
    assert [span for span in (*before, *tail) if isinstance(span, ClaimSpan)] == [
        s for s in spans if isinstance(s, ClaimSpan)
    ]
    assert length_in_ems("".join(span.text for span in tail)) <= 12


@given(st.text(alphabet="ab 甲乙，。（）-", max_size=60))
def test_pieces_are_the_text(text: str) -> None:
    assert "".join(split_at_breaks((LiteralSpan(text),))) == text


@given(st.lists(st.sampled_from(["word ", "a ", "甲", "longerword "]), min_size=1, max_size=40), st.floats(8, 40))
def test_lines_hold_their_text_and_more_room_needs_no_more_lines(parts: list[str], room: float) -> None:
    lines = count_lines(parts, FACE, room)
    assert lines * room >= text_width("".join(parts).rstrip(), FACE) - lines
    assert count_lines(parts, FACE, room + 5) <= lines


@pytest.mark.parametrize("lang", ["en", "zh-Hant", "zh-Hans"])
@pytest.mark.parametrize("text", ["$116,227; 11.1%", "9,803.54", "2024"])
def test_figures_are_as_wide_as_the_page_sets_them(lang: str, text: str) -> None:
    """English has figures of its own in the serif: a 1 there is a quarter wider than the one that any script gets."""
    fonts = find_fonts(lang)
    for face in (fonts.regular, fonts.bold, fonts.headline):
        shaped = uharfbuzz.Buffer()
        shaped.add_str(text)
        shaped.direction, shaped.script, shaped.language = "ltr", "Latn", lang
        read = uharfbuzz.Face(open_font_data(face.path), face.index)
        uharfbuzz.shape(uharfbuzz.Font(read), shaped, {"kern": False})
        assert text_width(text, face) * read.upem == pytest.approx(sum(one.x_advance for one in shaped.glyph_positions))
