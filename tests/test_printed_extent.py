"""A desk's own style sheet may spoil its pages; then build and check say so."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reporter.cli.app import app
from reporter.render.layout.layout_search import find_missed_estimate
from tests.briefs import ROOT, SAMPLES
from tests.render.specimens import EN, full

_SHEET = ROOT / "templates" / "market_brief" / "theme" / "article.css"
_LARGER = "\nhtml { font-size: 13pt; line-height: 19pt }\n"
_HINT = "a style sheet that sets text larger or closer than the shipped theme's leaves holes or short last pages"


def _desk(folder: Path, sheet: str = "") -> Path:
    """A sample's desk, whose style sheet is the shipped one with something added."""
    shutil.copytree(SAMPLES / "btc-2026-02", folder)
    if sheet:
        theme = folder / "templates" / "theme"
        theme.mkdir(parents=True)
        (theme / "article.css").write_text(_SHEET.read_text("utf-8") + sheet, encoding="utf-8")
    return folder


def _build(desk: Path, out: Path, *options: str) -> tuple[str, str]:
    ran = CliRunner().invoke(
        app,
        ["build", str(desk), "--locale", "en", "--format", "pdf", "--edition", "article", "--out", str(out), *options],
    )
    assert ran.exit_code == 0, ran.output
    return ran.stdout, ran.stderr


@pytest.mark.long
def test_a_sheet_with_larger_text_is_named_by_build(tmp_path: Path) -> None:
    desk = _desk(tmp_path / "desk", _LARGER)
    out, said = _build(desk, tmp_path / "out")
    assert out.strip().endswith("btc-2026-02-06")
    pages = r"notice: article\.en\.pdf: fills \d\.\d pages, and charts and columns were chosen for \d\.\d; "
    assert re.fullmatch(pages + re.escape(_HINT) + "\n", said), said
    told = json.loads(_build(desk, tmp_path / "json", "--json")[0])["diagnostics"]
    assert [(one["code"], one["severity"], one["file"]) for one in told] == [
        ("pdf.other-extent", "notice", "article.en.pdf")
    ]


@pytest.mark.long
def test_a_sheet_with_larger_text_is_named_by_check(tmp_path: Path) -> None:
    ran = CliRunner().invoke(app, ["check", str(_desk(tmp_path / "desk", _LARGER)), "--locale", "en"])
    assert ran.exit_code == 0, ran.output
    assert "notice: article.en.pdf: fills " in ran.stdout


@pytest.mark.long
def test_of_the_shipped_sheet_nothing_is_said(tmp_path: Path) -> None:
    assert _build(_desk(tmp_path / "desk"), tmp_path / "out")[1] == ""


@pytest.mark.parametrize(
    ("edition", "printed", "named"),
    [
        ("article", 1.9, False),
        ("article", 2.5, False),
        ("article", 2.53, True),
        ("article", 1.8, True),
        ("article", 2.2, True),
        ("chat", 2.6, False),
        ("chat", 2.7, True),
    ],
)
def test_pages_within_the_estimates_are_not_named(edition: str, printed: float, named: bool) -> None:
    document = replace(full(EN), edition=edition)
    assert (find_missed_estimate(document, (1.9, 2.0, 2.4), printed) is not None) is named
