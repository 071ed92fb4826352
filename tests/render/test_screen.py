"""The page for screens, measured in a real browser: nothing is cut or scrolls sideways, all can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from reporter.pipeline.compose import compose_brief
from reporter.pipeline.evaluate import evaluate_desk
from reporter.pipeline.outputs import render_brief
from reporter.readback.html import read_html
from tests.briefs import REAL, ROOT, SAMPLES
from tests.render.browser import (
    Page,
    browsing,
    measure,
    needs_axe,
    needs_chromium,
    needs_playwright,
    open_page,
    serious_findings,
)

WIDTHS = (300, 320, 360, 390, 414, 480, 543, 544, 600, 640, 641, 680, 690, 768, 1024, 1440)
LOCALES = ("en", "zh-Hant", "zh-Hans", "zh-Hant-TW", "zh-Hant-HK")
SAMPLE_NAMES = ("btc-2026-02", "melt-up", "quiet-day")
REAL_DAYS = ("2024-08-05", "2025-10-10", "2025-11-28", "2026-02-05", "2026-02-06")
real = pytest.mark.skipif(
    not (ROOT / "../shared/market/DATES.md").is_file(), reason="the real series do not lie beside the project"
)


def written(folder: Path, out: Path, locales: tuple[str, ...], day: date | None = None) -> dict[str, Path]:
    """The pages of a brief as files, article (with its evidence) and conversation."""
    brief = compose_brief(evaluate_desk(folder, day, None, locales), ("article", "chat"), evidence=True)
    paths = {}
    for name, content in render_brief(brief, ("html",), None).items():
        if name.endswith(".html"):
            paths[name] = out / name
            paths[name].write_bytes(content)
    return paths


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return written(SAMPLES / "btc-2026-02", tmp_path_factory.mktemp("pages"), ("en", "zh-Hant"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Page]:
    with browsing() as page:
        yield page


def faults_of(browser: Page, paths: dict[str, Path]) -> dict[str, list[str]]:
    """Page and width → what is wrong with it there, or what it asked for from elsewhere."""
    found: dict[str, list[str]] = {}
    for name, path in paths.items():
        if asked := open_page(browser, path):
            found[name] = asked
        for width in WIDTHS:
            if wrong := measure(browser, width):
                found[f"{name} at {width}"] = wrong
    return found


@needs_chromium
@needs_playwright
def test_nothing_of_a_page_is_cut_or_too_small_at_any_width(browser: Page, pages: dict[str, Path]) -> None:
    assert sorted(pages) == ["article.en.html", "article.zh-Hant.html", "chat.en.html", "chat.zh-Hant.html"]
    assert faults_of(browser, pages) == {}


@pytest.mark.long
@needs_chromium
@needs_playwright
@pytest.mark.parametrize("sample", SAMPLE_NAMES)
def test_nothing_of_any_samples_page_is_cut_in_any_locale(browser: Page, sample: str, tmp_path: Path) -> None:
    assert faults_of(browser, written(SAMPLES / sample, tmp_path, LOCALES)) == {}


@pytest.mark.long
@real
@needs_chromium
@needs_playwright
@pytest.mark.parametrize("day", REAL_DAYS)
def test_nothing_of_a_real_days_page_is_cut(browser: Page, day: str, tmp_path: Path) -> None:
    assert faults_of(browser, written(REAL, tmp_path, ("en", "zh-Hant"), date.fromisoformat(day))) == {}


@needs_chromium
@needs_playwright
def test_a_word_and_an_address_without_end_are_broken(browser: Page, pages: dict[str, Path], tmp_path: Path) -> None:
    long = "x" * 200
    html = pages["article.en.html"].read_text("utf-8")
    html = html.replace("</h1>", f" {long}</h1>", 1).replace(
        '<p class="standfirst">', f'<p class="standfirst">{long} ', 1
    )
    html = html.replace(
        '<section class="sources">', f'<section class="sources"><a href="#a">https://example.org/{long}</a>'
    )
    html = re.sub(r'(<td role="cell"[^>]*><span>)', rf"\1{long}", html, count=1)
    path = tmp_path / "long.html"
    path.write_text(html, "utf-8")
    open_page(browser, path)
    assert {width: wrong for width in (300, 390) if (wrong := measure(browser, width))} == {}


@pytest.mark.long
@needs_chromium
@needs_playwright
@needs_axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser: Page, pages: dict[str, Path], scheme: str) -> None:
    found = {}
    browser.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for name, path in pages.items():
        open_page(browser, path)
        browser.set_viewport_size({"width": 390, "height": 800})
        if wrong := serious_findings(browser):
            found[name] = wrong
    browser.emulate_media(color_scheme="light")
    assert found == {}


@needs_chromium
@needs_playwright
def test_the_dark_reaches_page_and_charts_and_paper_stays_light(browser: Page, pages: dict[str, Path]) -> None:
    open_page(browser, pages["article.en.html"])
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    drawn = "getComputedStyle(document.querySelector('.drawing rect')).fill"
    colours = {}
    for medium, scheme in (("screen", "light"), ("screen", "dark"), ("print", "dark")):
        browser.emulate_media(media=medium, color_scheme=scheme)
        colours[medium, scheme] = (browser.evaluate(ground), browser.evaluate(drawn))
    browser.emulate_media(media="screen", color_scheme="light")
    assert colours["screen", "light"] == colours["print", "dark"] == ("rgb(255, 255, 255)", "rgb(255, 255, 255)")
    assert colours["screen", "dark"] == ("rgb(20, 24, 28)", "rgb(20, 24, 28)")


@needs_chromium
@needs_playwright
def test_quotation_marks_of_english_have_latin_widths(browser: Page, pages: dict[str, Path]) -> None:
    open_page(browser, pages["article.en.html"])
    width = """sign => { const s = document.createElement('span'); s.textContent = sign.repeat(20);
        document.querySelector('.standfirst').append(s); const w = s.getBoundingClientRect().width;
        const size = parseFloat(getComputedStyle(s).fontSize); s.remove(); return w / size / 20 }"""
    browser.set_viewport_size({"width": 1440, "height": 800})
    assert {sign: round(wide, 2) for sign in "’“”" if (wide := browser.evaluate(width, sign)) > 0.6} == {}


@needs_chromium
@needs_playwright
def test_key_figures_stand_two_by_three_under_the_standfirst_on_phones(browser: Page, pages: dict[str, Path]) -> None:
    open_page(browser, pages["article.zh-Hant.html"])
    browser.set_viewport_size({"width": 390, "height": 800})
    places = browser.evaluate(
        """() => [...document.querySelectorAll('.standfirst, .tile')]
            .map(e => e.getBoundingClientRect()).map(r => [Math.round(r.left), Math.round(r.top)])"""
    )
    assert len(places) == 7
    assert len({left for left, _ in places[1:]}) == 2
    assert len({top for _, top in places[1:]}) == 3
    assert all(top > places[0][1] for _, top in places[1:])


@pytest.mark.long
def test_a_page_says_what_it_is_and_leads_to_what_lies_beside_it(pages: dict[str, Path]) -> None:
    texts = {name: path.read_text("utf-8") for name, path in pages.items()}
    titles = {name: re.findall(r"<title>(.*?)</title>", text)[0] for name, text in texts.items()}
    assert len(set(titles.values())) == 4
    assert all("Sample desk" in titles[name] and "6 February 2026" in titles[name] for name in texts if ".en." in name)
    for name, text in texts.items():
        described = re.findall(r'<meta (?:name|property)="(?:og:|twitter:)?description" content="([^"]*)"', text)
        assert len(described) == 3
        assert all(0 < len(one) <= 160 for one in described)
        assert text.count("<article>") == 1
        ids = re.findall(r' id="([^"]+)"', text)
        assert len(ids) == len(set(ids))
        links = re.findall(r'<link rel="alternate"(?: hreflang="[^"]+")? type="[^"]+" href="([^"]+)"', text)
        assert links == re.findall(r'<a href="((?:article|chat)[^"]+)"', text)
        assert len(links) == 2
        assert set(links) <= set(texts) - {name}
        assert "canonical" not in text
        assert "@font-face" in text


@pytest.mark.long
def test_of_two_drawings_of_a_chart_the_gate_reads_one_text_and_each_label_once(pages: dict[str, Path]) -> None:
    source = pages["article.en.html"].read_text("utf-8")
    read = read_html(source, "article.en.html")
    charts = [piece for piece in read.pieces if piece.kind == "chart"]
    assert len(charts) == source.count('class="drawing"') == source.count('class="narrow"')
    labels = re.findall(r"<text[^>]*>69,980</text>", source)
    assert len(labels) > len([piece for piece in charts if "69,980" in piece.text])
    assert [piece.text for piece in charts if piece.text.count("69,980") > 1] == []
    # A label that only the drawing for phones has is read as well.
    head, _, tail = source.partition('class="narrow"')
    edited = head + 'class="narrow"' + tail.replace(">69,980<", ">96,089<", 1)
    assert "96,089" in next(
        piece.text for piece in read_html(edited, "article.en.html").pieces if piece.kind == "chart"
    )
