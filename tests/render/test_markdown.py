"""Markdown shows the document's own words, whatever stands in them."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from reporter.diagnostics.errors import InputError
from reporter.model.document import Conditions, Document, Figure, LiteralSpan, Paragraph, Sentence, SourceLine, Table
from reporter.render.layouts import web_address
from reporter.render.markdown import escape_markdown, quote_value, render_markdown
from tests.render.specimens import EN, LAYOUTS, ZH, full, quiet

# Strikethrough, as the engines that strike out "60,000~70,000" have it, and tables.
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def rendered(document: Document) -> str:
    return render_markdown(document, LAYOUTS, lambda chart: f"charts/{chart}.{document.locale}.svg")


def body(markdown: str) -> str:
    return markdown.split("\n---\n", 1)[1]


def shown(token: Token) -> str:
    """The text that a reader sees of an inline token."""
    return "".join(
        child.content
        for child in token.children or []
        if child.type in ("text", "text_special", "code_inline", "html_inline")
    )


def lines(markdown: str) -> list[str]:
    return [shown(token) for token in PARSER.parse(body(markdown)) if token.type == "inline"]


def plain(text: str) -> Sentence:
    return Sentence("s1", "", "body", "", 0, (LiteralSpan(text),))


@pytest.mark.parametrize("document", [full(ZH), full(EN), quiet(ZH), quiet(EN)], ids=lambda d: f"{d.slug}.{d.locale}")
def test_every_sentence_is_shown_as_it_is(document: Document) -> None:
    text = "\n".join(lines(rendered(document)))
    sentences = [*document.standfirst.sentences, *document.takeaways, *document.gaps]
    cells: list[str] = []
    for section in document.sections:
        sentences += [section.heading] if section.heading else []
        for block in section.blocks:
            if isinstance(block, Paragraph):
                sentences += block.sentences
            elif isinstance(block, Figure):
                sentences += [block.title, *block.caption]
            elif isinstance(block, Conditions):
                sentences += [block.title, *(item.sentence for item in block.items)]
            elif isinstance(block, Table):
                cells += [*block.header, *(cell.text for row in block.rows for cell in row)]
    missing = [sentence.text for sentence in sentences if sentence.text not in text]
    assert missing == []
    found = lines(rendered(document))
    bare = {text.lstrip("▲▼◆○ ") for text in found}
    assert [cell for cell in cells if cell not in bare] == []


def test_what_a_chart_shows_stands_in_the_line_of_its_title() -> None:
    document = full(EN)
    figures = [block for section in document.sections for block in section.blocks if isinstance(block, Figure)]
    found = lines(rendered(document))
    assert figures
    for figure in figures:
        (line,) = (one for one in found if one.startswith("Figure ") and figure.title.text in one)
        assert line.endswith(f"{figure.title.text} · {' '.join(one.text for one in figure.caption)}")


def test_the_page_has_the_documents_parts_in_order() -> None:
    tokens = PARSER.parse(body(rendered(full(EN))))
    heads = [
        (token.tag, shown(following)) for token, following in itertools.pairwise(tokens) if token.type == "heading_open"
    ]
    assert heads == [
        ("h2", "Key points"),
        ("h2", "Key figures"),
        ("h2", "Leverage broke first, spot followed"),
        ("h2", "Other assets steadied and shorts had to cover"),
        ("h2", "Whether 40,000 holds comes down to three things"),
        ("h3", "For the level"),
        ("h3", "Against it"),
        ("h2", "What the level means"),
        ("h2", "What could not be known"),
        ("h2", "Sources"),
        ("h2", "Methods"),
        ("h2", "Disclosure"),
    ]


def test_the_signal_board_is_a_table_with_numbers_to_the_right() -> None:
    markdown = rendered(quiet(EN))
    table = markdown[markdown.index("| Signal |") :].split("\n\n")[0]
    assert table.split("\n")[:3] == [
        "| Signal | Reading | Change | Stance | Note |",
        "| --- | ---: | ---: | --- | --- |",
        "| Price to cost basis | 39,897 | +3.9% | ▲ bull | above its top |",
    ]


def test_figures_are_images_with_alternative_text() -> None:
    images = [
        (child.attrs["src"], child.content)
        for token in PARSER.parse(body(rendered(full(ZH))))
        for child in token.children or []
        if child.type == "image"
    ]
    assert images[0] == ("charts/price_48h.zh-Hant.svg", "折線圖：跌破、掃低、築底、回升：四段走完 48 小時")
    assert len(images) == 6


def test_front_matter_is_json_that_yaml_reads_alike() -> None:
    document = full(ZH)
    head = rendered(document).split("\n---\n", 1)[0].removeprefix("---\n")
    assert yaml.safe_load(head) == {
        "title": document.headline.text,
        "description": "".join(sentence.text for sentence in document.standfirst.sentences),
        "summary": "".join(sentence.text for sentence in document.standfirst.sentences),
        "slug": "lum-2031-03-06-zh-hant",
        "date": datetime(2031, 3, 6, 23, 59, tzinfo=UTC),
        "lastmod": datetime(2031, 3, 7, tzinfo=UTC),
        "lang": "zh-Hant",
        "translationKey": "lum-2031-03-06-article",
        "tags": ["lumen", "衍生品"],
        "images": ["charts/price_48h.zh-Hant.png"],
        "math": False,
    }
    quoted = (line.partition(": ") for line in head.split("\n"))
    assert all(json.loads(value) is not None for key, _, value in quoted if key not in ("date", "lastmod"))


def test_only_web_addresses_are_linked() -> None:
    markdown = rendered(full(EN))
    assert "- [Tidewater Data](https://example.com/data?set=lum_usd&day=1) · prices\n" in markdown
    assert "- Fund Ledger · fund flows\n- Northport Wire · news\n" in markdown
    assert "javascript" not in markdown


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("https://example.com/a_b?x=1&y=2#z", "https://example.com/a_b?x=1&y=2#z"),
        ("HTTP://example.com", "HTTP://example.com"),
        ("https://example.com/a)b (c)", "https://example.com/a%29b%20%28c%29"),
        ('https://example.com/"><script>', "https://example.com/%22%3E%3Cscript%3E"),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("//example.com", ""),
        ("https://", ""),
        ("https://[", ""),
        ("https://example.com/\n](x)", ""),
    ],
)
def test_web_address(link: str, address: str) -> None:
    assert web_address(link) == address


@pytest.mark.parametrize(
    "text",
    [
        "60,000~70,000，另 5~10%",
        "上漲**5.2%**至",
        "從$60,000升至$70,000",
        r"\$ 與 \* 與 \\",
        "2024. 這一年",
        "3) third",
        "- not a list",
        "+ nor this",
        "BTC | ETH",
        "{{ site.title }} {{< x >}} {% y %}",
        "<script>alert(1)</script>",
        "](javascript:alert(1))",
        "![x](y)",
        "&copy; &#42; &amp;",
        "# heading",
        "> quote",
        "---",
        "===",
        "`code` ``more``",
        "[^1] [x]: y",
        "a_b_c __d__",
        "H~2~O x^2^",
        "64.2",
        "+1.5%",
        "+ 1.5%",
        "7.",
        "+",
        "# ",
    ],
)
def test_text_that_means_something_somewhere_is_shown_as_it_is(text: str) -> None:
    tokens = PARSER.parse(str(escape_markdown(text)))
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert shown(tokens[1]) == text.strip()


def test_signs_that_engines_without_commonmark_act_on_are_encoded_too() -> None:
    assert str(escape_markdown("$ ~ { } | ^ _ * # < > & ` \\ [ ]")) == " ".join(
        f"&#{ord(c)};" for c in r"$~{}|^_*#<>&`\[]"
    )


safe_text = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1).filter(str.strip)


@settings(max_examples=200, deadline=None)
@given(text=safe_text)
def test_any_sentence_survives_in_a_paragraph_a_cell_and_a_heading(text: str) -> None:
    words = " ".join(text.split())
    for source, kind in (
        (f"{escape_markdown(text)}", "p"),
        (f"## {escape_markdown(text)}", "h2"),
        (f"- {escape_markdown(text)}", "li"),
    ):
        tokens = PARSER.parse(source)
        assert [shown(token) for token in tokens if token.type == "inline"] == [words]
        assert tokens[0].tag == {"p": "p", "h2": "h2", "li": "ul"}[kind]
    table = PARSER.parse(f"| a | b |\n| --- | --- |\n| {escape_markdown(text)} | x |\n")
    assert [shown(token) for token in table if token.type == "inline"] == ["a", "b", words, "x"]


@settings(max_examples=100, deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_any_front_matter_value_is_read_back(text: str) -> None:
    line = f"title: {quote_value(text)}"
    assert "\n" not in line
    # YAML 1.1 and JSON differ on characters beyond the basic plane written as escapes; none is.
    assert yaml.safe_load(line) == {"title": text}


def test_a_hostile_source_name_stays_text() -> None:
    evil = SourceLine("](javascript:x) | <b>", "https://example.com/](javascript:x)", "a\n\n# b")
    markdown = rendered(replace(quiet(EN), sources=(evil,)))
    links = [
        (child.attrs["href"], shown(token))
        for token in PARSER.parse(body(markdown))
        for child in token.children or []
        if child.type == "link_open"
    ]
    assert links == [("https://example.com/%5D%28javascript:x%29", "](javascript:x) | <b> · a # b")]


def test_the_same_document_gives_the_same_bytes() -> None:
    assert rendered(full(ZH)) == rendered(full(ZH))


def test_a_layouts_mistake_is_located(tmp_path: Path) -> None:
    (tmp_path / "article.md.j2").write_text("fine\n{{ document.headlin }}\n", "utf-8")
    with pytest.raises(InputError) as caught:
        render_markdown(quiet(EN), tmp_path, str)
    assert str(caught.value).replace(str(tmp_path), "L") == ('L/article.md.j2:2:1: "headlin" is no part of document')


@pytest.mark.parametrize(
    ("tag", "what"),
    [
        ("{{ 1 // 0 }}", "a division by zero; ask first whether the divisor is zero"),
        (
            "{{ document.headline + 3 }}",
            "values of these kinds can't be joined so; a text is joined with ~, and a number",
        ),
        (
            '{% include "article.md.j2" %}',
            "the layout includes or calls itself without end; a layout is included by others only",
        ),
        (
            "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
            "the layout includes or calls itself without end; a layout",
        ),
        ("{{ dokument.headline }}", '"dokument" is not known here; did you mean "document"?'),
    ],
)
def test_what_fails_inside_a_layout_is_told_with_its_line(tag: str, what: str, tmp_path: Path) -> None:
    (tmp_path / "article.md.j2").write_text(f"fine\n{tag}\n", "utf-8")
    with pytest.raises(InputError) as caught:
        render_markdown(quiet(EN), tmp_path, str)
    # Of a line with several tags no column is told.
    place = "2:1" if tag.count("{%") + tag.count("{{") == 1 else "2"
    assert str(caught.value).replace(str(tmp_path), "L").startswith(f"L/article.md.j2:{place}: {what}")


def test_a_layout_that_cannot_be_parsed_is_located(tmp_path: Path) -> None:
    (tmp_path / "article.md.j2").write_text("fine\n{% if x %}\n", "utf-8")
    with pytest.raises(InputError, match=r"article\.md\.j2:2:1: the tag {% if %} isn't closed; add {% endif %}"):
        render_markdown(quiet(EN), tmp_path, str)


def test_a_missing_layout_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"chat\.md\.j2: there is no such layout"):
        render_markdown(replace(quiet(EN), edition="chat"), tmp_path, str)


def test_a_layout_reaches_no_internals(tmp_path: Path) -> None:
    (tmp_path / "article.md.j2").write_text("{{ document.__class__.__mro__ }}", "utf-8")
    with pytest.raises(InputError, match=r"article\.md\.j2:1:1: access to attribute '__class__'"):
        render_markdown(quiet(EN), tmp_path, str)


def test_paragraphs_hold_one_line_and_lists_and_tables_stand_apart() -> None:
    blocks = body(rendered(full(ZH))).strip().split("\n\n")
    for block in blocks:
        kinds = {line[:2] if line[:2] in ("- ", "| ") else "text" for line in block.split("\n")}
        assert len(kinds) == 1
        assert kinds != {"text"} or "\n" not in block


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("64.2", "64.2"),
        ("+1.5%", "+1.5%"),
        ("2024. 這", "2024&#46; 這"),
        ("+ a", "&#43; a"),
        ("-1", "&#45;1"),
        ("7)", "7&#41;"),
    ],
)
def test_only_what_would_begin_a_list_is_encoded_at_a_start(text: str, source: str) -> None:
    assert str(escape_markdown(text)) == source
