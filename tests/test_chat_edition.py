"""The chat edition, from the desk's folder to the finished files."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from reporter.desk.config.instruments import INSTRUMENTS
from reporter.diagnostics.diagnostic import Place
from reporter.diagnostics.errors import InputError
from reporter.language.locales import load_locale
from reporter.metrics import list_metric_specs
from reporter.model.document import ConversationTurn, Document, Figure
from reporter.model.resources import locales_folder, templates_folder
from reporter.pipeline.compose import compose_brief
from reporter.pipeline.outputs import render_brief
from reporter.pipeline.state import Brief
from reporter.render.pdf.pdf_check import find_pdf_holds
from reporter.render.pdf.printer import PrintPage
from reporter.report_type.load import load_report
from reporter.report_type.report_type import ReportType
from reporter.rules import evaluate_rules
from reporter.verify.ledger.passages import iterate_sentences
from tests.briefs import REAL, ROOT, SAMPLES, composed, found, residue

CRASH = (SAMPLES / "btc-2026-02", date(2026, 2, 6))
QUIET = (SAMPLES / "quiet-day", None)
MELT_UP = (SAMPLES / "melt-up", None)
DESKS = {"crash": CRASH, "quiet": QUIET, "melt-up": MELT_UP}


def brief_of(name: str) -> Brief:
    return composed(*DESKS[name], editions=("article", "chat"))


def chats(brief: Brief) -> list[Document]:
    return [item.document for item in brief.realised if item.document.edition == "chat"]


def turns(document: Document, speaker: str) -> list[ConversationTurn]:
    blocks = (block for section in document.sections for block in section.blocks)
    return [block for block in blocks if isinstance(block, ConversationTurn) and block.speaker == speaker]


def questions(document: Document) -> list[str]:
    return [turn.paragraphs[0].sentences[0].text for turn in turns(document, "reader")]


@pytest.mark.parametrize(("name", "least", "most"), [("crash", 10, 14), ("melt-up", 10, 14), ("quiet", 3, 4)])
def test_a_day_has_as_many_exchanges_as_it_has_news(name: str, least: int, most: int) -> None:
    for document in chats(brief_of(name)):
        assert least <= len(questions(document)) == len(turns(document, "desk")) <= most


@pytest.mark.parametrize("name", DESKS)
def test_answers_are_short_and_charts_are_drawn_once(name: str) -> None:
    for document in chats(brief_of(name)):
        assert all(len(turn.paragraphs) <= 3 for turn in turns(document, "desk"))
        assert all(len(p.sentences) <= 3 for turn in turns(document, "desk") for p in turn.paragraphs)
        drawn = [b.chart.id for section in document.sections for b in section.blocks if isinstance(b, Figure)]
        assert len(drawn) == len(set(drawn))
        assert residue(document) == []


def test_the_reader_doubts_the_rebound_where_funding_contradicts_it() -> None:
    chinese, english = chats(brief_of("crash"))

    doubts = {turn.paragraphs[0].sentences[0].finding for turn in turns(english, "reader") if turn.follows}
    assert {"price.retracement", "derivatives.funding_against_rise"} <= doubts
    assert doubts == {turn.paragraphs[0].sentences[0].finding for turn in turns(chinese, "reader") if turn.follows}


@pytest.mark.parametrize("name", DESKS)
def test_one_ledger_holds_the_sentences_of_both_editions_under_ids_of_their_own(name: str) -> None:
    known: dict[str, Any] = json.loads(brief_of(name).ledger)
    # Rows, labels and sources have names of their own, and the same ones in every edition.
    rows = [row for row in known["sentences"] if row["id"].isalnum()]
    ids: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        ids.setdefault((row["edition"], row["locale"]), []).append(row["id"])

    assert set(ids) == {(edition, locale) for edition in ("article", "chat") for locale in ("zh-Hant", "en")}
    assert all(len(listed) == len(set(listed)) for listed in ids.values())
    assert ids["chat", "zh-Hant"] == ids["chat", "en"]
    assert not set(ids["chat", "en"]) & set(ids["article", "en"])
    spoken = {sentence.id for document in chats(brief_of(name)) for _, sentence in iterate_sentences(document)}
    assert spoken == set(ids["chat", "en"])
    told = {finding["id"] for finding in known["findings"]}
    assert {s["finding"] for s in rows if s["finding"]} <= told | {s["finding"] for s in rows if s["form"] == "unknown"}


def shown_by(sentence: dict[str, Any]) -> list[str]:
    return [claim for _, _, claim in sentence.get("spans", ())]


@pytest.mark.parametrize("name", DESKS)
def test_what_the_chat_claims_the_ledger_backs_in_both_languages(name: str) -> None:
    known: dict[str, Any] = json.loads(brief_of(name).ledger)
    chat = [s for s in known["sentences"] if s["edition"] == "chat"]
    facts = {
        locale: {s["id"]: {claim.partition("#")[0] for claim in shown_by(s)} for s in chat if s["locale"] == locale}
        for locale in ("zh-Hant", "en")
    }

    assert facts["zh-Hant"].keys() == facts["en"].keys()
    assert {claim for s in chat for claim in shown_by(s)} <= {claim["id"] for claim in known["claims"]}


def test_the_files_lie_beside_the_articles(printer: PrintPage) -> None:
    brief = brief_of("quiet")

    files = render_brief(brief, ("md", "html", "pdf"), printer)

    stems = [f"{edition}.{locale}" for edition in ("article", "chat") for locale in ("zh-Hant", "en")]
    written = {name for name in files if "/" not in name}
    assert written == {"ledger.json"} | {f"{stem}.{kind}" for stem in stems for kind in ("md", "html", "pdf")}
    for locale in ("zh-Hant", "en"):
        assert find_pdf_holds(files[f"chat.{locale}.pdf"]) == ()
        text = files[f"chat.{locale}.md"].decode()
        assert f"](charts/chat.price_path.{locale}.svg)" in text
        assert f"charts/chat.price_path.{locale}.svg" in files


@pytest.mark.long
def test_the_fullest_day_makes_a_page_that_passes_the_checks(printer: PrintPage) -> None:
    brief = composed(*CRASH, editions=("chat",))

    files = render_brief(brief, ("pdf",), printer)

    assert {name: find_pdf_holds(data) for name, data in files.items() if name.endswith(".pdf")} == {
        "chat.zh-Hant.pdf": (),
        "chat.en.pdf": (),
    }


def test_the_desk_names_its_editions() -> None:
    findings = found(*QUIET)
    desk = findings.config.desk.model_copy(update={"editions": ("chat",)})
    own = replace(findings, config=findings.config.model_copy(update={"desk": desk}))

    assert {item.document.edition for item in compose_brief(own).realised} == {"chat"}
    assert {item.document.edition for item in compose_brief(findings).realised} == {"article"}


# An editor's own report type.


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    folder = tmp_path / "own_brief"
    shutil.copytree(templates_folder() / "market_brief", folder)
    return folder


def loaded(folder: Path) -> ReportType:
    place = Place("desk.toml")
    return load_report("own_brief", place, dict(list_metric_specs(INSTRUMENTS)), ["zh-Hant", "en"], place, folder)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")


@pytest.mark.long
def test_an_editor_adds_an_exchange_with_report_yaml_and_phrases_alone(copied: Path) -> None:
    exchange = (
        "    - { id: range, length: [short], asks: [figure.days], answers: [[figure.days]] }\n\n    - id: funds\n"
    )
    edit(copied / "report.yaml", "    - id: funds\n", exchange)
    (copied / "phrases/en/own.j2").write_text(
        '{% say "figure.days", "question" %}Between which prices did it trade?{% endsay %}\n'
        '{% say "figure.days", "answer" %}Between {{ low|price }} and {{ high|price }}.{% endsay %}\n'
    )
    (copied / "phrases/zh-Hant/own.j2").write_text(
        '{% say "figure.days", "question" %}區間多大？{% endsay %}\n'
        '{% say "figure.days", "answer" %}{{ low|price }} 到 {{ high|price }}。{% endsay %}\n',
        "utf-8",
    )
    findings, report = found(*QUIET), loaded(copied)

    brief = compose_brief(
        replace(findings, report=report, outcomes=evaluate_rules(report.rules, findings.metrics)), ("chat",)
    )

    chinese, english = chats(brief)
    assert "Between which prices did it trade?" in questions(english)
    assert "區間多大？" in questions(chinese)


@pytest.mark.long
def test_a_report_type_without_a_chat_says_so(copied: Path) -> None:
    path = copied / "report.yaml"
    path.write_text(path.read_text("utf-8").partition("\nchat:\n")[0] + "\n", "utf-8")
    report = loaded(copied)

    with pytest.raises(InputError) as caught:
        compose_brief(replace(found(*QUIET), report=report), ("chat",))

    assert str(caught.value) == 'own_brief/report.yaml: report type "own_brief" has no chat; add a section "chat"'


@pytest.mark.long
def test_a_question_without_a_phrase_is_found_before_any_day_is_read(copied: Path) -> None:
    path = copied / "phrases/en/chat.j2"
    edit(path, '{% say "news.policy", "question" %}', '{% say "news.policy", "query" %}')

    with pytest.raises(InputError) as caught:
        loaded(copied)

    line = 1 + path.parents[2].joinpath("report.yaml").read_text("utf-8").partition("asks: [news.trigger")[0].count(
        "\n"
    )
    assert str(caught.value) == (
        f'own_brief/report.yaml:{line}:28: "news.policy" has no question in en;'
        ' write {% say "news.policy", "question" %}'
    )


@pytest.mark.skipif(
    not (ROOT / "../shared/market/DATES.md").is_file(), reason="the real series do not lie beside the project"
)
@pytest.mark.parametrize(
    ("day", "least", "most"),
    [
        ("2025-10-10", 10, 14),
        ("2026-01-10", 3, 4),
        pytest.param("2022-11-09", 8, 14, marks=pytest.mark.long),
        pytest.param("2024-11-07", 6, 9, marks=pytest.mark.long),
        pytest.param("2025-11-28", 6, 9, marks=pytest.mark.long),
        pytest.param("2026-01-31", 10, 14, marks=pytest.mark.long),
        pytest.param("2026-02-06", 10, 14, marks=pytest.mark.long),
    ],
)
def test_real_days_are_told_in_questions_that_begin_differently(day: str, least: int, most: int) -> None:
    brief = composed(REAL, date.fromisoformat(day), editions=("chat",))

    for document in chats(brief):
        asked = questions(document)
        assert least <= len(asked) <= most
        han = load_locale(document.locale, locales_folder()).han_spacing
        begun = [text[:2] if han else " ".join(text.split()[:2]) for text in asked]
        assert len(set(begun)) == len(begun)
        assert residue(document) == []
