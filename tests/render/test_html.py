"""The page says what the document says, says where it comes from, and is a page that any reader can use."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from reporter.diagnostics.errors import InputError
from reporter.model.document import ClaimSpan, Document, Section, SourceLine
from reporter.render.html import add_title, render_html, to_css_string
from reporter.render.layout.page_flow import group_rows, join_sentences, sentence_gap
from reporter.render.page_text import page_passages
from tests.render.specimens import CSS, EN, LAYOUTS, ZH, Writer, board, charts_of, full, page, quiet


class Outline(HTMLParser):
    """Collects start tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


def claims(document: Document) -> list[str]:
    found = [*document.headline.spans]
    for sentence in [*document.standfirst.sentences, *document.takeaways, *document.gaps]:
        found += sentence.spans
    return [span.claim for span in found if isinstance(span, ClaimSpan)]


@pytest.mark.parametrize("language", [ZH, EN])
def test_every_sentence_is_on_the_page(language: int) -> None:
    document = full(language)
    text = "\n".join(page_passages(page(document)))
    sentences = [document.headline, *document.standfirst.sentences, *document.takeaways, *document.gaps]
    sentences += [section.heading for section in document.sections if section.heading]
    assert [sentence.text for sentence in sentences if sentence.text not in text] == []


def test_sentences_and_values_name_their_origin() -> None:
    document = full(EN)
    spans = Outline(page(document)).all("span")
    marked = [str(attrs["data-claim"]) for attrs in spans if "data-claim" in attrs]
    assert set(claims(document)) <= set(marked)
    ids = [attrs["data-sentence"] for attrs in spans if "data-sentence" in attrs]
    assert document.headline.id in ids
    assert {attrs["data-finding"] for attrs in spans if "data-finding" in attrs} == {"price.break"}


def test_a_page_without_provenance_reads_the_same() -> None:
    document = full(ZH)
    bare = page(document, provenance=False)
    assert "data-claim" not in bare
    assert "data-finding" not in bare
    assert page_passages(bare) == page_passages(page(document))


def test_headings_skip_no_level_and_tables_have_header_cells() -> None:
    outline = Outline(page(full(EN)))
    levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert [attrs["scope"] for attrs in outline.all("th")] == ["col"] * 5 + ["row"] * 9


def test_the_page_names_its_language_and_its_instants() -> None:
    outline = Outline(page(full(ZH)))
    assert outline.all("html") == [{"lang": "zh-Hant", "class": "rise-red normal"}]
    assert [attrs["datetime"] for attrs in outline.all("time")] == ["2031-03-06", "2031-03-07T00:00:00+00:00"]


def test_every_drawing_has_an_alternative_text() -> None:
    html = page(full(EN))
    assert html.count("<svg ") == 12
    assert len(re.findall(r'<svg [^>]* role="img"><title>[^<]+</title>', html)) == 12


def test_only_web_addresses_are_linked() -> None:
    outline = Outline(page(full(EN)))
    assert [attrs["href"] for attrs in outline.all("a")] == [
        "https://example.com/data?set=lum_usd&day=1",
        "https://example.com/derivs",
    ]


def test_markup_in_data_is_text() -> None:
    evil = "<script>alert(1)</script>\"'</style><svg onload=x>{{ x }}"
    document = replace(quiet(EN), kicker=evil, disclosure=evil, sources=(SourceLine(evil, "", evil),), byline=evil)
    outline = Outline(page(document))
    assert outline.all("script") == []
    assert [attrs for attrs in outline.all("svg") if "onload" in attrs] == []
    assert evil in page_passages(page(document))


def test_css_string_ends_nothing() -> None:
    assert to_css_string('a"b\\c</style>\n') == '"a\\22 b\\5c c\\3c /style\\3e \\a "'


def test_a_title_is_escaped() -> None:
    assert add_title("<svg><g/></svg>", "<a> & b") == '<svg role="img"><title>&lt;a&gt; &amp; b</title><g/></svg>'
    assert add_title("", "nothing drawn") == ""


def test_conditions_stand_in_pairs() -> None:
    sections = {section.id: [len(row) for row in group_rows(section.blocks)] for section in full(EN).sections}
    assert sections == {
        "lede": [1, 1],
        "broke": [1, 1, 1],
        "turned": [1, 1, 1, 1, 1],
        "hold": [1, 2, 1],
        "means": [1, 1, 1],
    }


@pytest.mark.parametrize(
    ("before", "after", "between"),
    [
        ("end.", "Next", " "),
        ("完。", "下", ""),
        ("（完）", "2 月", ""),
        ("", "a", ""),
        ("等……", "下", ""),
        ("a ", "b", ""),
    ],
)
def test_sentences_are_spaced_as_their_script_asks(before: str, after: str, between: str) -> None:
    assert sentence_gap(before, after) == between


def test_joined_sentences_make_a_paragraph() -> None:
    w = Writer(EN)
    assert join_sentences([w.say("body", "", "It fell."), w.say("body", "", "It rose {1%}.")]) == "It fell. It rose 1%."


def test_a_figure_without_a_drawing_is_a_bug() -> None:
    with pytest.raises(ValueError, match=r"^no drawing for versus$"):
        render_html(quiet(EN), LAYOUTS, CSS, {})


def test_sparklines_and_tiles_must_agree() -> None:
    document = quiet(EN)
    with pytest.raises(ValueError, match=r"^1 sparklines for 6 tiles$"):
        render_html(document, LAYOUTS, CSS, charts_of(document), ["<svg></svg>"])


def test_a_style_sheet_that_ends_its_element_is_located(tmp_path: Path) -> None:
    css = tmp_path / "article.css"
    css.write_text("p { color: red }\nq::after { content: '</style>' }\n", "utf-8")
    document = quiet(EN)
    with pytest.raises(InputError) as caught:
        render_html(document, LAYOUTS, css, charts_of(document))
    assert str(caught.value).replace(str(css), "F") == 'F:2: a style sheet must not contain "</"; write "<\\/" instead'


def test_strings_of_the_style_are_read_as_shown() -> None:
    style = '/* "nicht" */ @page { @top-left { content: "甲\\22 \\3c 乙" } }'
    html = f"<style>{style}</style><p>一<b>二</b></p><title>x</title>"
    assert page_passages(html) == ('甲"<乙', "一二")


def test_a_brief_of_almost_nothing_is_a_page() -> None:
    document = replace(
        quiet(EN), tiles=(), takeaways=(), sources=(), methods=(), disclosure="", byline="", tags=(),
        sections=(Section("lede", None, (board(Writer(EN), 0),)),),
    )  # fmt: skip
    outline = Outline(page(document))
    assert outline.all("aside") == []
    assert [attrs["scope"] for attrs in outline.all("th")] == ["col"] * 5


def test_a_page_in_latin_letters_has_the_apostrophes_of_print() -> None:
    english, chinese = (
        replace(quiet(language), byline="The desk's, in two days' time, 'as said'") for language in (EN, ZH)
    )

    assert "The desk’s, in two days’ time, &#39;as said&#39;" in page(english)
    assert "The desk&#39;s, in two days&#39; time" in page(chinese)
