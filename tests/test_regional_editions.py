"""Regional editions of whole briefs: the base's claims, no word of another region, no character of another script."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from reporter.diagnostics.diagnostic import Place
from reporter.language.foreign_words import find_foreign_words
from reporter.language.locales import Locale, load_locale
from reporter.model.chart import Chart
from reporter.model.document import Document, Figure
from reporter.model.resources import locales_folder
from reporter.pipeline.outputs import render_brief
from reporter.pipeline.state import Brief
from reporter.render.pdf.pdf_check import find_pdf_holds
from reporter.render.pdf.printer import PrintPage
from reporter.verify.ledger.passages import iterate_sentences
from tests.briefs import REAL, ROOT, SAMPLES, composed, found, residue, shown, texts

REGIONS = ("zh-Hant-TW", "zh-Hant-HK", "zh-Hans")
SCRIPTS = {"zh-Hant-TW": "big5", "zh-Hant-HK": "big5", "zh-Hans": "gb2312"}
DAYS = ("2020-03-12", "2021-05-19", "2022-11-09", "2024-11-07", "2025-10-10", "2026-01-10", "2026-03-04")
real = pytest.mark.skipif(
    not (ROOT / "../shared/market/DATES.md").is_file(), reason="the real series do not lie beside the project"
)


def brief_of(desk: Path, day: str = "") -> Brief:
    return composed(desk, date.fromisoformat(day) if day else None, locales=("zh-Hant", "en", *REGIONS))


def documents(brief: Brief) -> dict[str, Document]:
    return {item.document.locale: item.document for item in brief.realised}


def charts(document: Document) -> Iterator[Chart]:
    for section in document.sections:
        yield from (block.chart for block in section.blocks if isinstance(block, Figure))


def chart_texts(document: Document) -> Iterator[str]:
    for chart in charts(document):
        for panel in chart.panels:
            yield from (panel.title, *panel.categories, *panel.tags)
            yield from (line.label for line in panel.lines)
            yield from (bars.label for bars in panel.bars)
            yield from (level.label for level in panel.levels)
            yield from (band.label for band in panel.bands)
            yield from (text for point in panel.points for text in (point.label, point.what))
            yield from (phase.label for phase in panel.phases)
            yield from (rule.label for rule in panel.rules)


def everything(document: Document) -> list[str]:
    labels = (getattr(document.labels, name) for name in type(document.labels).__slots__)
    return [*texts(document), *chart_texts(document), *map(str, labels)]


def is_regional(brief: Brief) -> None:
    """Each edition says the base's claims in the base's order, in its own words and script."""
    by_locale = documents(brief)
    base = by_locale["zh-Hant"]
    for tag in REGIONS:
        document, locale = by_locale[tag], load_locale(tag, locales_folder())
        assert [(s.id, s.finding, s.form, s.wording) for _, s in iterate_sentences(document)] == [
            (s.id, s.finding, s.form, s.wording) for _, s in iterate_sentences(base)
        ]
        assert [span.claim for span in shown(document)] == [span.claim for span in shown(base)]
        assert _digits(document) == _digits(base)
        assert residue(document) == []
        found = [(text, word.word) for text in everything(document) for word in find_foreign_words(text, locale)]
        assert found == []
        assert _strange(document, locale) == set()


def _digits(document: Document) -> list[str]:
    return ["".join(c for c in span.text if c.isdigit()) for span in shown(document)]


def _strange(document: Document, locale: Locale) -> set[str]:
    han = {char for text in everything(document) for char in text if "\u4e00" <= char <= "\u9fff"}
    return {char for char in han if not char.encode(SCRIPTS[locale.tag], "ignore")}


@pytest.mark.long
@pytest.mark.parametrize("desk", sorted(path.name for path in SAMPLES.iterdir() if path.is_dir()))
def test_the_samples_have_regional_editions(desk: str) -> None:
    is_regional(brief_of(SAMPLES / desk))


@real
@pytest.mark.parametrize("day", ["2026-02-06", *(pytest.param(day, marks=pytest.mark.long) for day in DAYS)])
def test_real_days_have_regional_editions(day: str) -> None:
    is_regional(brief_of(REAL, day))


@pytest.mark.long
@pytest.mark.parametrize("desk", ["btc-2026-02", "melt-up"])
def test_the_chat_edition_has_regional_ones(desk: str) -> None:
    is_regional(composed(SAMPLES / desk, locales=("zh-Hant", *REGIONS), editions=("chat",)))


def test_the_ledger_holds_every_locale_s_words_for_a_claim() -> None:
    ledger: dict[str, Any] = json.loads(brief_of(SAMPLES / "btc-2026-02").ledger)
    (claim,) = [claim for claim in ledger["claims"] if claim["id"] == "lead.rebound:move#moved"]
    assert claim["shown"] == {
        "zh-Hant": ["飆升"],
        "en": ["surged"],
        "zh-Hant-TW": ["飆升"],
        "zh-Hant-HK": ["飆升"],
        "zh-Hans": ["飙升"],
    }
    assert {row["locale"] for row in ledger["sentences"] if row["role"] == "row"} == {"zh-Hant", "en", *REGIONS}


def test_a_quote_keeps_its_words_and_news_is_told_in_the_region_s() -> None:
    by_locale = documents(brief_of(SAMPLES / "btc-2026-02"))
    said = {
        tag: next(s.text for _, s in iterate_sentences(document) if s.finding == "news.quote")
        for tag, document in by_locale.items()
    }
    assert said["zh-Hant-HK"] == said["zh-Hant-TW"] == said["zh-Hant"]
    assert "“极端”" in said["zh-Hans"]


def test_a_region_can_be_asked_for_alone() -> None:
    brief = composed(SAMPLES / "quiet-day", locales=("zh-Hans",))
    assert list(documents(brief)) == ["zh-Hans"]


def test_a_desk_s_own_name_for_a_region_is_taken_as_it_is() -> None:
    names = {
        tag: {line.name for line in document.sources}
        for tag, document in documents(brief_of(SAMPLES / "quiet-day")).items()
    }
    assert "示例選擇權交易所" in names["zh-Hant-TW"]
    assert "示例期權所" in names["zh-Hant-HK"]
    assert "示例期权所" in names["zh-Hans"]


@pytest.mark.long
def test_regional_pages_are_right_on_paper_and_in_the_region_s_faces(printer: PrintPage) -> None:
    brief = brief_of(SAMPLES / "quiet-day")
    files = render_brief(brief, ("md", "html", "pdf"), printer)
    for tag in REGIONS:
        assert find_pdf_holds(files[f"article.{tag}.pdf"]) == ()
        assert f'<html lang="{tag}"' in files[f"article.{tag}.html"].decode()
        assert f'lang: "{tag}"' in files[f"article.{tag}.md"].decode()
        assert [name for name in files if name.startswith("charts/") and name.endswith(f".{tag}.png")]


@pytest.mark.long
def test_faults_of_phrases_are_told_once_however_many_regions_say_them(tmp_path: Path) -> None:
    from reporter.diagnostics.errors import InputError
    from reporter.report_type.load import load_report

    folder = tmp_path / "brief"
    shutil.copytree(ROOT / "templates" / "market_brief", folder)
    path = folder / "phrases" / "zh-Hant" / "gaps.j2"
    path.write_text(path.read_text("utf-8") + '{% say "no.such" %}甲{% endsay %}\n', encoding="utf-8")
    metrics = found(SAMPLES / "quiet-day").metrics
    with pytest.raises(InputError) as caught:
        specs = {name: series.spec for name, series in metrics.series.items()}
        load_report("brief", Place("desk.toml"), specs, ("zh-Hant", *REGIONS), Place("desk.toml"), folder)
    assert [problem.what for problem in caught.value.diagnostics] == ['phrase for the unknown rule "no.such"']
