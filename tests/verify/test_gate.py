"""The gate on files as an editor leaves them: what passes, what is held, and in which words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reporter.cli.app import app
from reporter.diagnostics.diagnostic import Diagnostic
from reporter.diagnostics.errors import HeldError, InputError
from reporter.model.document import LiteralSpan
from reporter.pipeline.audit import audit_against_ledger, audit_folder, hold_unless_passing, read_pdf
from reporter.pipeline.existing_brief import LEDGER
from reporter.pipeline.outputs import render_brief
from reporter.pipeline.state import Brief
from reporter.render.pdf.printer import PrintPage
from reporter.verify.gate.gate import Verdict
from reporter.verify.gate.layout_text import list_layout_texts
from reporter.verify.ledger.ledger_model import (
    BriefRecord,
    DocumentRecord,
    Ledger,
    SentenceRecord,
    VersionsRecord,
    build_json_schema,
    read_ledger,
)
from tests.briefs import ROOT, SAMPLES, composed
from tests.verify.holding import Held

EN, ZH = "article.en.md", "article.zh-Hant.md"


@cache
def published() -> Mapping[str, bytes]:
    """The sample brief's files, without PDFs."""
    return render_brief(composed(SAMPLES / "btc-2026-02"), ("md", "html"), None)


def told_in_the_body() -> list[dict[str, str]]:
    """The sentences of the sample brief's body whose text stands once in each file, with no mark-up: locale → text."""
    told: dict[str, dict[str, str]] = {}
    for one in read_ledger(published()[LEDGER]).sentences:
        if one.role == "body" and published()[f"article.{one.locale}.md"].decode().count(one.text) == 1:
            told.setdefault(one.id, {})[one.locale] = one.text
    return [texts for texts in told.values() if set(texts) == {"en", "zh-Hant"}]


@cache
def gate() -> Held:
    files = dict(published())
    return Held(read_ledger(files.pop(LEDGER)), files)


def why(told: Diagnostic) -> str:
    """What a diagnostic says of the words that it quotes."""
    return told.what.rpartition('": ')[2]


def edited(name: str, *changes: tuple[str, str]) -> Verdict:
    """The verdict on the sample brief with a file retouched."""
    text = published()[name].decode()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return gate().judge_one(name, text)


def test_an_untouched_brief_passes_without_a_word() -> None:
    verdict = edited(EN)

    assert (verdict.faults, verdict.notices) == ((), ())


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        (
            EN,
            "| Price | &#36;69,980 | +11.8% |",
            "| Price | &#36;69,980 | −11.8% |",
            '"−11.8%" is not supported (it was "+11.8%")',
        ),
        (EN, "▲ bull |", "▼ bull |", "▼ stands beside it, and not ▲"),
        (EN, "- **pending** Relief", "- **met** Relief", '"met" is not supported (it was "pending")'),
        (
            EN,
            "[Deribit](https://www.deribit.com)",
            "[Deribit](https://deribit.example)",
            "has no source at this address",
        ),
        (EN, 'slug: "btc-2026-02-06-en"', 'slug: "btc-2026-02-07-en"', "the ledger has btc-2026-02-06-en"),
        (EN, "## Signal board", "## {{ board }}", '"{{" is left over'),
        (EN, "## Signal board", "## None", '"None" is left over'),
        (ZH, "## 訊號看板", "## 讯號看板", "讯 is a Simplified character"),
        (ZH, "**未起算**", "**成立**", '"成立" is not supported (it was "未起算")'),
        (ZH, "▼ 偏空 |", "▲ 偏多 |", '"偏多" is not supported (it was "偏空")'),
    ],
)
def test_tables_lists_links_and_front_matter_are_held(name: str, old: str, new: str, fault: str) -> None:
    assert fault in "\n".join(map(str, edited(name, (old, new)).faults))


# One sentence: what an editor may do to it, and what not.


def retouched(tag: str, before: str, after: str) -> Verdict:
    """The verdict on a file with one sentence that was `before` and is `after`."""
    document = DocumentRecord(locale=tag, edition="article", lang=tag, asset="Bitcoin" if tag == "en" else "比特幣")
    sentence = SentenceRecord(
        id="s001", locale=tag, edition="article", role="body", section="lede", finding="a.b", form="body", text=before
    )
    ledger = Ledger(
        format="reporter.ledger/2",
        brief=BriefRecord(slug="x", date="2026-02-06", as_of=None),
        versions=VersionsRecord(reporter="1", rules="r"),
        documents=(document,),
        findings=(),
        claims=(),
        sentences=(sentence,),
        charts=(),
        formulas={},
        names={},
        gaps=(),
        unknown=(),
        sources=(),
        notices=(),
    )
    return audit_against_ledger(ledger, {f"article.{tag}.md": f"{after}\n".encode()})


@pytest.mark.parametrize(
    ("tag", "before", "after"),
    [
        (
            "en",
            "The usual swing is 3.3%; this is 3.6 times that.",
            "The usual swing was 3.3%, and this is 3.6 times that.",
        ),
        (
            "en",
            "It was not a crypto story alone: US shares fell.",
            "This was not a story of crypto alone: US shares fell.",
        ),
        ("en", "Metals rose as well: gold +3.90%.", "Metals rose too, gold +3.90%."),
        ("en", "In the week to 5 February futures fell.", "Over the week to 5 February, futures fell."),
        ("en", "A source agrees: sentiment turned bearish.", "A source agrees. Its sentiment turned bearish."),
        (
            "en",
            "Silver fell as much as 18% on 5 February, to $72.21.",
            "On 5 February, silver fell as much as 18%, to $72.21.",
        ),
        ("en", "The close of $69,980 is inside the band.", "At $69,980, the close is inside the band."),
        ("en", "It made three attempts at $71,422.", "It made 3 attempts at $71,422."),
        ("en", "Deep discounts went; volume rose.", "Volume rose; deep discounts went."),
        ("en", "It did not go well; that is news.", "That is news; it did not go well."),
        ("en", "Longs are paid for it.", "Longs were paid for it."),
        ("zh-Hant", "失守的那天是 2 月 5 日：開盤 73,100 美元。", "失守那天是 2 月 5 日，開盤 73,100 美元。"),
        ("zh-Hant", "從部位看，這波反彈是另一回事。", "從部位看，這波反彈則是另一回事。"),
        ("zh-Hant", "盤中三度叩關 71,422 美元。", "盤中 3 度叩關 71,422 美元。"),
        ("zh-Hant", "鏈上有大批籌碼轉手於 66,900 美元。", "鏈上大批籌碼，轉手於 66,900 美元。"),
    ],
)
def test_small_words_order_and_punctuation_are_the_editors(tag: str, before: str, after: str) -> None:
    verdict = retouched(tag, before, after)

    assert list(map(str, verdict.faults)) == []
    assert [(notice.code, notice.severity, why(notice)) for notice in verdict.notices] == [
        ("gate.retouched", "notice", "retouched; s001 of the ledger supports it")
    ]


@pytest.mark.parametrize(
    ("tag", "before", "after", "fault"),
    [
        (
            "en",
            "The close was 2.0% below that high.",
            "The close was 2.0% above that high.",
            '"above" is not supported (it was "below")',
        ),
        ("en", "It closed at $69,980.", "It closed at $69,890.", '"$69,890" is not supported (it was "$69,980")'),
        (
            "en",
            "Puts for 27 February prevail.",
            "Puts for 28 February prevail.",
            '"28 February" is not supported (it was "27 February")',
        ),
        (
            "en",
            "It lost $1.0 billion (CoinGlass).",
            "It lost $1.0 billion (Glassnode).",
            '"Glassnode" is not supported (it was "CoinGlass")',
        ),
        (
            "en",
            "It lost $1.0 billion.",
            "It lost $1.0 million.",
            '"$1.0 million" is not supported (it was "$1.0 billion")',
        ),
        ("en", "That is a start and not an answer.", "That is a start and an answer.", '"not" is gone'),
        (
            "en",
            "Gold +3.90% and silver +8.60%.",
            "Gold +8.60% and silver +3.90%.",
            "figures, names or words stand in another order",
        ),
        ("en", "It rose from $5 to $7.", "It rose to $5 from $7.", "figures, names or words stand in another order"),
        (
            "en",
            "Difficulty is expected to fall by 13.37%.",
            "Difficulty fell by 13.37%.",
            '"fell" is not supported (it was "expected", "fall")',
        ),
        ("en", "It fell about 5%.", "It fell 5%.", '"about" is gone'),
        (
            "zh-Hant",
            "空頭強平 3.95 億美元。",
            "空頭強平 3.95 萬美元。",
            '"3.95 萬美元" is not supported (it was "3.95 億美元")',
        ),
        ("zh-Hant", "盤中三度叩關 71,422 美元。", "盤中兩度叩關 71,422 美元。", '"兩" is not supported (it was "三")'),
        (
            "zh-Hant",
            "收盤 69,980 美元，落在其下。",
            "收盤 69,980 美元，落在其上。",
            '"其上" is not supported (it was "其下")',
        ),
        ("zh-Hant", "回補並不等於新的需求。", "回補等於新的需求。", '"並不" is gone'),
        (
            "zh-Hant",
            "ETF 2 月淨流出 6.9 億美元。",
            "ETF 2 月淨流入 6.9 億美元。",
            '"淨流入" is not supported (it was "淨流出")',
        ),
        ("en", "On-chain coins went.", "Off-chain coins went.", '"Off-chain" is not supported (it was "On-chain")'),
        ("en", "Deep discounts went.", "Steep discounts went.", '"Steep" is not supported (it was "Deep")'),
        ("en", "The deep discounts went on.", "The discounts went on.", '"deep" is gone'),
        ("zh-Hant", "幣價與股市同進退。", "幣價與股市反向。", '"反向" is not supported'),
        ("zh-Hant", "從部位看，這是另一回事。", "從部位觀察，這是另一回事。", '"觀察" is not supported (it was "看")'),
        ("zh-Hant", "大批籌碼轉手。", "大批碼籌轉手。", "words stand in another order"),
        ("en", "It is fuller, not emptier.", "It is emptier, not fuller.", "words stand in another order"),
        (
            "en",
            "Doves sing, hawks do not.",
            "Doves do not sing, hawks do.",
            "the negation stands beside other words",
        ),
        (
            "en",
            "Doves had fresh hope and hawks old fear.",
            "Hawks had fresh hope and doves old fear.",
            "words stand in another order",
        ),
        (
            "en",
            "Longs paid for it.",
            "Longs were paid for it.",
            '"paid" is told of what it is done to, and was told of what it is doing',
        ),
        (
            "en",
            "Longs were paid for it.",
            "Longs paid for it.",
            '"paid" is told of what it is doing, and was told of what it is done to',
        ),
        ("en", "Gold rose on the day.", "Gold ~~rose~~ on the day.", '"~" says more than its sentence'),
        (
            "en",
            "Deep discounts went.",
            "Deep disc\u0336ounts went.",
            '"disc\u0336ounts" is not supported (it was "discounts")',
        ),
    ],
)
def test_meaning_is_not(tag: str, before: str, after: str, fault: str) -> None:
    (held,) = map(str, retouched(tag, before, after).faults)

    assert f'"{after}": {fault}; the ledger has (s001): {before}' in held


def test_a_fault_names_line_and_column() -> None:
    verdict = retouched("en", "It rose 5%. The close was below &.", "It rose 5%. The close was above &#38;.")

    assert [str(fault) for fault in verdict.faults] == [
        'article.en.md:1:27: "The close was above &.": "above" is not supported (it was "below");'
        " the ledger has (s001): It rose 5%. The close was below &."
    ]


def test_a_sentence_of_the_house_may_be_added_and_is_noted() -> None:
    verdict = edited(EN, ("\n## Signal board", "\nReaders have written to us.\n\n## Signal board"))

    assert verdict.passes
    assert [notice.what for notice in verdict.notices] == [
        '"Readers have written to us.": added, with nothing to check'
    ]


@pytest.mark.parametrize(
    ("tag", "before", "after", "words"),
    [
        ("en", "The price fell 5% on the day.", "The price softly fell 5% on the day.", "softly"),
        ("en", "The price fell 5% on the day.", "The price fell 5% on the day, which smells badly.", "smells badly"),
        ("en", "The price is up.", "The tired price is up.", "tired"),
        ("zh-Hant", "比特幣單日的跌幅是 5%。", "比特幣單日的跌幅是 5%，量能萎縮。", "量能萎縮"),
        ("zh-Hant", "比特幣上漲。", "比特幣悄悄上漲。", "悄悄"),
    ],
)
def test_words_that_take_no_others_place_are_held(tag: str, before: str, after: str, words: str) -> None:
    (held,) = map(str, retouched(tag, before, after).faults)

    assert f'"{words}" says more than its sentence; the ledger has (s001): {before}' in held


def plain_sentences() -> list[SentenceRecord]:
    """English sentences of the body that stand in the file as they are in the ledger, in its order."""
    ledger, text = read_ledger(published()[LEDGER]), published()[EN].decode()
    body = [s for s in ledger.sentences if (s.locale, s.edition, s.role) == ("en", "article", "body")]
    return [one for one in body if f"\n{one.text}" in text or f" {one.text}" in text]


def test_a_sentence_stands_once() -> None:
    one = plain_sentences()[0].text
    (fault,) = edited(EN, (one, f"{one} {one}")).faults

    assert fault.what == f'"{one}": it stands here once more than in the ledger'


def test_a_sentence_stands_in_its_section() -> None:
    first, *others = plain_sentences()
    last = others[-1]
    assert first.section != last.section
    (fault, *_) = edited(EN, (first.text, ""), (last.text, f"{last.text} {first.text}")).faults

    assert why(fault) == f"it belongs to section {first.section} and stands behind a sentence of {last.section}"


def test_sentences_keep_the_order_of_their_paragraph() -> None:
    text = published()[EN].decode()
    pairs = ((a, b) for a in plain_sentences() for b in plain_sentences() if f"{a.text} {b.text}" in text)
    one, two = next(pairs)
    (fault,) = edited(EN, (f"{one.text} {two.text}", f"{two.text} {one.text}")).faults

    assert why(fault) == f"it stands behind {two.id}, which follows it in the ledger"


@pytest.mark.parametrize("role", ["source", "condition", "row"])
def test_what_a_brief_owes_its_readers_is_cut_in_no_language(role: str) -> None:
    files = dict(published())
    ledger = read_ledger(files.pop(LEDGER))
    one = next(s for s in ledger.sentences if s.role == role and s.locale == "en" and s.edition == "article")
    for name, tag in ((EN, "en"), (ZH, "zh-Hant")):
        said = next(s for s in ledger.sentences if (s.id, s.locale, s.edition) == (one.id, tag, "article"))
        words = said.text.split(" ", 1)[1][:6] if role == "condition" else said.text.split(" ", 1)[0]
        lines = files[name].decode().split("\n")
        first = next(
            n for n, line in enumerate(lines) if words in line and line.startswith("| " if role == "row" else "- ")
        )
        files[name] = "\n".join(lines[:first] + lines[first + 1 :]).encode()

    whys = [why(fault) for fault in audit_against_ledger(ledger, files).faults]

    assert "the ledger's sentence is left out: a brief owes its readers sources, gaps and both sides" in whys


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('tags: ["bitcoin"]', 'tags: ["scam", "buy now"]', '"tags: ["scam", "buy now"]": the ledger has ["bitcoin"]'),
        ("---\ntitle:", '---\nseries: "briefs"\ntitle:', '"series: briefs": the brief has no such field'),
        ("math: false\n", "", '"math": the field is gone'),
        ("math: false\n", "math: false\n  - more\n", '"math: false - more": the ledger has false'),
        ("math: false\n", "math: false\nmath: false\n", '"math: false": the field stands there twice'),
        ('lang: "en"', "lang: fr", '"lang: fr": the ledger has en'),
        ('translationKey: "btc', 'translationKey: "eth', "the ledger has btc-2026-02-06-article"),
    ],
)
def test_the_front_matter_is_held_whole(old: str, new: str, fault: str) -> None:
    (held,) = map(str, edited(EN, (old, new)).faults)

    assert held.endswith(fault)


def test_a_field_may_be_written_without_quotes() -> None:
    assert edited(EN, ('lang: "en"', "lang: en"), ("math: false", "math:  false")) == Verdict((), ())


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("on 6 February", "on 🚀 6 February", '"🚀" stands nowhere in the ledger'),
        ("surged 11.8% on", "surged 1\u200b1.8% on", '"U+200B" is left over'),
        (
            "closed at &#36;69,980",
            "closed at \u202e&#36;69,980\u202c",
            '"U+202E" is left over',
        ),
    ],
)
def test_signs_that_the_ledger_lacks_are_held(old: str, new: str, fault: str) -> None:
    assert fault in "\n".join(map(str, edited(EN, (old, new)).faults))


def test_a_statement_that_is_made_a_question_is_held() -> None:
    told = next(one for one in told_in_the_body() if "$" not in one["en"] and one["en"].endswith("."))["en"]

    faults = edited(EN, (told, f"{told[:-1]}?")).faults

    assert any('"?" is not supported' in str(fault) for fault in faults)


@pytest.mark.parametrize(
    "added",
    [
        "Volume was &#36;12 billion.",
        "Analysts at Goldman agree.",
        "It closed at &#36;69,980 on Tuesday.",
        "Whales have been accumulating.",
    ],
)
def test_a_sentence_with_a_figure_or_name_may_not(added: str) -> None:
    assert not edited(EN, ("\n## Signal board", f"\n{added}\n\n## Signal board")).passes


def test_a_sentence_cut_in_one_language_is_held_and_in_all_is_noted() -> None:
    files = dict(published())
    ledger = read_ledger(files.pop(LEDGER))
    cut = told_in_the_body()[0]
    files[EN] = files[EN].decode().replace(cut["en"], "").encode()

    alone = audit_against_ledger(ledger, files)
    files[ZH] = files[ZH].decode().replace(cut["zh-Hant"], "").encode()
    both = audit_against_ledger(ledger, files)

    assert [str(fault) for fault in alone.faults] == [
        f'article.en.md: "{cut["en"]}": it is said in article.zh-Hant.md (body) and not here'
    ]
    assert both.passes
    assert {why(notice) for notice in both.notices} == {"the ledger's sentence is left out"}


@cache
def regional() -> Mapping[str, bytes]:
    """The sample brief as article and chat in every locale."""
    locales = ("zh-Hant", "en", "zh-Hant-TW", "zh-Hant-HK", "zh-Hans")
    brief = composed(SAMPLES / "btc-2026-02", locales=locales, editions=("article", "chat"))
    return render_brief(brief, ("md", "html"), None)


@cache
def regional_gate() -> Held:
    files = dict(regional())
    return Held(read_ledger(files.pop(LEDGER)), files)


@pytest.mark.long
def test_every_edition_and_locale_passes() -> None:
    texts = {name: content.decode() for name, content in regional().items() if name.endswith((".md", ".html"))}

    assert regional_gate().judge(texts) == Verdict((), ())


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("article.zh-Hans.md", "高点", "低点"),
        ("article.zh-Hans.md", "净流出", "净流入"),
        ("article.zh-Hant-TW.md", "選擇權", "期貨"),
        ("article.zh-Hant-HK.md", "認沽", "認購"),
        ("chat.zh-Hans.md", "亿", "万"),
        ("chat.zh-Hant.md", "低點", "高點"),
        ("chat.en.md", "below", "above"),
    ],
)
def test_editions_and_regions_are_held_like_the_rest(name: str, old: str, new: str) -> None:
    text = regional()[name].decode()
    assert old in text

    assert not regional_gate().judge_one(name, text.replace(old, new, 1)).passes


def test_a_figures_title_is_held_where_its_line_says_more() -> None:
    line = next(one for one in published()[EN].decode().split("\n") if one.startswith("**Figure 1"))
    title, _, note = line.partition(" · ")[2].partition("** · ")

    verdict = edited(EN, (line, line.replace(f"{title}** · {note}", f"{title}, a record** · {note}")))

    assert verdict.faults
    assert edited(EN, (line, line.replace(" · " + note, ""))).faults != ()
    assert (
        edited(
            EN,
            (line, line.replace("** · ", "** ")),
        ).faults
        == ()
    )


def test_paragraphs_may_change_places() -> None:
    text = published()[EN].decode().split("\n\n")
    told = [part[:1].isalpha() for part in text]
    place = next(n for n, pair in enumerate(pairwise(told)) if all(pair))
    text[place], text[place + 1] = text[place + 1], text[place]
    files = {**published(), EN: "\n\n".join(text).encode()}

    assert audit_against_ledger(read_ledger(files.pop(LEDGER)), files).passes


def test_html_is_read_as_well() -> None:
    name = "article.en.html"

    assert not edited(name, ("16.6%", "61.6%")).passes
    assert not edited(name, ("<text", "<text>9,999</text><text")).passes


def test_charts_are_those_that_were_published() -> None:
    files = dict(published())
    ledger = read_ledger(files.pop(LEDGER))
    chart = next(name for name in files if name.endswith(".svg"))

    verdict = audit_against_ledger(ledger, {**files, chart: files[chart] + b" "})
    missing = audit_against_ledger(ledger, {name: content for name, content in files.items() if name != chart})

    assert [str(fault) for fault in verdict.faults] == [f"{chart}: it is not the chart that was published"]
    assert [str(fault) for fault in missing.faults] == [f"{chart}: it was published with this brief and is missing"]


def test_a_wrong_ledger_does_not_bless_itself() -> None:
    files = dict(published())
    text = files.pop(LEDGER).decode().replace('"value": 69980.0', '"value": 69890.0')

    verdict = audit_against_ledger(read_ledger(text), files)

    assert "no true rendering of" in "\n".join(map(str, verdict.faults))


def test_a_pdf_that_says_something_else_is_held(printer: PrintPage) -> None:
    brief = composed(SAMPLES / "quiet-day")
    wrong = _tampered(brief)
    right, other = (render_brief(one, ("pdf",), printer) for one in (brief, wrong))
    ledger = read_ledger(right.pop(LEDGER))
    name = "article.en.pdf"

    assert audit_against_ledger(ledger, right).faults == ()
    assert [str(fault) for fault in audit_against_ledger(ledger, {**right, name: other[name]}).faults] == [
        f"{name}: it is not the PDF that was published: nobody retouches a page by hand, build the brief again"
    ]
    # What the ledger has a hash of is read all the same.
    ledger = ledger.model_copy(update={"files": {**ledger.files, name: sha256(other[name]).hexdigest()}})
    faults = "\n".join(map(str, audit_against_ledger(ledger, {**right, name: other[name]}).faults))
    assert "article.en.pdf, page 1: " in faults
    assert "Trading was brisk by $12." in faults
    assert "Trading was brisk" not in " ".join(piece.text for piece in read_pdf(right[name], name).pieces)


def _tampered(brief: Brief) -> Brief:
    """The brief with another first sentence of its English standfirst."""
    zh, en = brief.realised
    first, *rest = en.document.standfirst.sentences
    sentence = replace(first, spans=(LiteralSpan("Trading was brisk by $12."),))
    standfirst = replace(en.document.standfirst, sentences=(sentence, *rest))
    return replace(brief, realised=(zh, replace(en, document=replace(en.document, standfirst=standfirst))))


def test_a_build_is_held_with_every_fault_named() -> None:
    files = dict(published())
    files[EN] = files[EN].replace(b"16.6%", b"61.6%", 1)

    with pytest.raises(HeldError, match=r"^btc-2026-02-06 is held, nothing is published:\n  article\.en\.md:\d+:"):
        hold_unless_passing("btc-2026-02-06", files)


# The command.


def write(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def test_the_command_needs_no_desk_and_says_what_it_found(tmp_path: Path) -> None:
    folder = write(tmp_path / "brief", published())
    right = CliRunner().invoke(app, ["audit", str(folder)])
    (folder / EN).write_bytes((folder / EN).read_bytes().replace(b"16.6%", b"61.6%", 1))
    wrong = CliRunner().invoke(app, ["audit", str(folder)])
    told = CliRunner().invoke(app, ["audit", str(folder), "--json"])

    assert (right.exit_code, right.output) == (0, "passes\n")
    assert wrong.exit_code == 1
    assert wrong.output.endswith("held: 1 not supported by the ledger\n")
    assert told.exit_code == 1
    (found,) = json.loads(told.output)["diagnostics"]
    assert (found["code"], found["severity"], found["file"]) == ("gate.figure-changed", "hold", EN)
    assert f"{found['file']}:{found['line']}:{found['column']}: {found['what']}" == found["text"]


def test_what_is_no_brief_is_an_error_of_usage(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"not the folder of a brief; give the folder that holds ledger\.json"):
        audit_folder(tmp_path)


def test_an_older_ledger_is_named_as_such(tmp_path: Path) -> None:
    write(tmp_path, {LEDGER: b'{"schema": "reporter.ledger/1"}'})

    with pytest.raises(HeldError, match=r"^ledger\.json: not a ledger of reporter\.ledger/3: "):
        audit_folder(tmp_path)


def test_the_schema_in_the_documentation_is_the_models() -> None:
    assert (ROOT / "docs" / "ledger.schema.json").read_text("utf-8") == build_json_schema()


def test_what_a_layout_prints_by_itself_is_the_houses() -> None:
    markdown = "{% for s in x %}\n{{ s }}\n{% endfor %}\n> Subscribe to our 7 letters.\n\n{{ y }} by {{ z }}\n"
    html = '<p class="{{ a }}">Set by hand in {{ b }}</p><style>p { color: red }</style>'

    assert list_layout_texts([("a.md.j2", markdown), ("a.html.j2", html), ("bad.md.j2", "{% if %}")]) == (
        "Subscribe to our 7 letters.",
        "by",
        "Set by hand in",
    )
