"""A conversation on the page: who speaks, what stands beside an answer, what a blog and an outline make of it."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Literal

import pikepdf
import pytest
from markdown_it import MarkdownIt

from reporter.charts import chart_height
from reporter.model.document import Block, ConversationTurn, Document, Figure, Paragraph, Section
from reporter.readback.pdf import read_sheet
from reporter.render.fonts import find_fonts, subset_fonts
from reporter.render.html import render_html
from reporter.render.layout.conversation import describe_document, fit_charts, list_exchanges
from reporter.render.layout.height_estimate import Heights
from reporter.render.layout.layout_search import choose_layout
from reporter.render.layout.pagination import measure_document, paginate
from reporter.render.markdown import render_markdown
from reporter.render.pdf.pdf_check import find_pdf_holds
from reporter.render.pdf.pdf_fill import measure_fill
from reporter.render.pdf.writer import render_pdf
from tests.render.specimens import CSS, EN, LAYOUTS, ZH, Writer, board, charts_of, conditions, figure, full, labels

SHEETS = (CSS, CSS.with_name("chat.css"))
NAMES = (("讀者", "編輯部"), ("Reader", "Desk"))


def asked(w: Writer, *texts: str, follows: bool = False) -> ConversationTurn:
    question = Paragraph((w.say("doubt" if follows else "question", *texts),))
    return ConversationTurn("reader", NAMES[w.language][0], (question,), follows)


def told(w: Writer, *answers: tuple[str, str]) -> ConversationTurn:
    return ConversationTurn("desk", NAMES[w.language][1], tuple(w.par(answer) for answer in answers))


def drawing(w: Writer, chart: str, size: Literal["wide", "small"]) -> Figure:
    drawn = figure(w, chart, ("走勢到 {70,000 美元}", "The path to {$70,000}"), (("兩日收盤。", "Two days' closes."),))
    return replace(drawn, chart=replace(drawn.chart, size=size))


def chat(language: int) -> Document:
    w = Writer(language)
    first: tuple[Block, ...] = (
        asked(w, "先說結果：怎麼收？", "What happened?"),
        told(w, ("飆升 {11.8%}。", "It surged {11.8%}."), ("收復 {70%}。", "It made up {70%}.")),
        drawing(w, "price", "wide"),
    )
    doubt: tuple[Block, ...] = (
        asked(w, "可是資金費率是負的？", "But funding is negative?", follows=True),
        told(w, ("是 {−0.08%}，由空頭付費。", "It is: {−0.08%} for the day.")),
    )
    other: tuple[Block, ...] = (
        asked(w, "期權呢？", "And options?"),
        told(w, ("集中在 {60,000 美元}。", "Most sit at {$60,000}.")),
        drawing(w, "strikes", "small"),
        conditions(w, "for"),
        conditions(w, "against"),
    )
    table: tuple[Block, ...] = (asked(w, "一張表看完？", "In one table?"), told(w), board(w, 4))
    parts = {"what": first, "what_1": doubt, "options": other, "signals": table}
    return replace(
        full(language),
        edition="chat",
        standfirst=Paragraph(()),
        takeaways=(),
        sections=tuple(Section(name, None, blocks) for name, blocks in parts.items()),
        labels=labels(w),
    )


def html(document: Document) -> str:
    return render_html(document, LAYOUTS, SHEETS, charts_of(document), provenance=False)


def markdown(document: Document) -> str:
    return render_markdown(document, LAYOUTS, lambda chart: f"charts/{chart}.svg")


def test_a_small_chart_stands_beside_its_answer_and_the_rest_below() -> None:
    what, _, options, signals = chat(EN).sections
    (lead,), (other,), (table,) = list_exchanges(what), list_exchanges(options), list_exchanges(signals)

    assert (lead.beside, [type(block).__name__ for block in lead.below]) == (None, ["Figure"])
    assert other.beside is not None
    assert [type(block).__name__ for block in other.below] == ["Conditions", "Conditions"]
    assert (table.told.paragraphs, [type(block).__name__ for block in table.below]) == ((), ["Table"])


def test_each_question_of_a_section_has_its_own_answer() -> None:
    w = Writer(EN)
    blocks = (asked(w, "", "One?"), told(w, ("", "Yes.")), asked(w, "", "Two?"), told(w, ("", "No.")), board(w, 4))

    first, second = list_exchanges(Section("a", None, blocks))

    assert (first.asked, first.told, first.below) == (blocks[0], blocks[1], ())
    assert (second.asked, second.told, second.below) == (blocks[2], blocks[3], (blocks[4],))


def test_charts_are_drawn_for_the_width_of_a_conversation() -> None:
    sizes = [b.chart.size for part in fit_charts(chat(EN)).sections for b in part.blocks if isinstance(b, Figure)]

    assert "wide" not in sizes
    assert len(sizes) == 2


def test_a_chat_introduces_itself_with_its_first_answer() -> None:
    assert describe_document(chat(EN)) == "It surged 11.8%."
    assert describe_document(replace(chat(EN), sections=())) == chat(EN).headline.text
    assert describe_document(full(EN)).startswith(full(EN).standfirst.sentences[0].text)


@pytest.mark.parametrize(("language", "reader", "desk"), [(ZH, "讀者", "編輯部"), (EN, "Reader", "Desk")])
def test_markdown_names_the_speaker_in_bold_before_each_turn(language: int, reader: str, desk: str) -> None:
    rendered = MarkdownIt().enable("table").render(markdown(chat(language)).split("\n---\n", 2)[2])

    turns = re.findall(r"<p><strong>(.+?)</strong>", rendered)
    assert [name for name in turns if name in (reader, desk)] == [reader, desk] * 4
    assert "**" not in rendered


def test_markdown_has_one_paragraph_a_line_and_the_charts_where_they_answer() -> None:
    lines = [line for line in markdown(chat(EN)).split("\n") if line]
    at = lines.index("**Reader** What happened?")

    assert lines[at + 1 : at + 3] == ["**Desk** It surged 11.8%.", "It made up 70%."]
    assert lines[at + 4].startswith("![")
    assert lines.index("**Reader** But funding is negative?") > at + 4


def test_the_posts_of_one_day_have_addresses_of_their_own() -> None:
    slug = full(EN).slug
    assert f'slug: "{slug}-en"\n' in markdown(full(EN))
    assert f'slug: "{slug}-chat-en"\n' in markdown(chat(EN))


def test_a_question_is_a_heading_and_a_doubt_one_below_it() -> None:
    found = re.findall(r'<h([1-6]) class="bubble">\n?(.+?)</h', html(chat(EN)), re.DOTALL)

    assert [(level, " ".join(re.sub("<[^>]+>", "", text).split())) for level, text in found] == [
        ("2", "What happened?"),
        ("3", "But funding is negative?"),
        ("2", "And options?"),
        ("2", "In one table?"),
    ]


@pytest.mark.parametrize("language", [ZH, EN])
def test_a_chats_page_passes_the_checks(language: int) -> None:
    document = fit_charts(chat(language))
    page = html(document)
    assert find_pdf_holds(render_pdf(page, subset_fonts(page, find_fonts(document.lang))).data) == ()


@pytest.mark.parametrize("language", [ZH, EN])
def test_the_estimate_of_a_conversation_is_what_its_page_becomes(language: int) -> None:
    document = fit_charts(chat(language))
    fonts = find_fonts(document.lang)
    document = choose_layout(document, fonts, chart_height)
    page = html(document)

    estimate = paginate(measure_document(document, Heights.for_document(document, fonts, chart_height)), 297.0)
    with pikepdf.open(io.BytesIO(render_pdf(page, subset_fonts(page, fonts)).data)) as pdf:
        ends = [measure_fill(read_sheet(one)).end for one in pdf.pages]
    assert estimate.pages == len(ends)
    assert abs(estimate.last - ends[-1]) < 0.1
