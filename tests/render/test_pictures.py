"""Pages and charts look as they looked when someone last looked at them.

Pages are of specimens, whose words are the tests' own: a change of wording in the report type alters no picture.

The pictures are small and grey: a moved block, a lost chart or a wrong face shows, a shade does not. A page that looks
otherwise is written to `out/pictures`, beside what it was and where they differ. `make pictures` makes all of them
anew, to be looked at before they are committed.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
import uharfbuzz
from PIL import Image, ImageChops

from reporter.model.document import Document
from reporter.render.fonts import find_fonts, subset_fonts
from reporter.render.pdf.writer import render_pdf
from tests.briefs import ROOT, SAMPLES
from tests.conftest import Finished
from tests.render.specimens import EN, ZH, full, page, quiet

PICTURES, DIFFERENCES = Path(__file__).with_name("pictures"), ROOT / "out" / "pictures"
NEW = bool(os.environ.get("REPORTER_NEW_PICTURES"))
#: Share of a picture's pixels that may differ by more than a fifth of the way from black to white.
TOLERANCE = 0.004
#: Width of a chart's picture.
CHART_WIDTH = 300
SPECIMENS = {"full.zh": full(ZH), "full.en": full(EN), "quiet.zh": quiet(ZH), "quiet.en": quiet(EN)}
SAMPLE_NAMES = ("btc-2026-02", "melt-up", "quiet-day")


@cache
def font_versions() -> str:
    """Names and revisions of the faces that the pictures are set in."""
    faces = {face for lang in ("zh-Hant", "en") for face in faces_of(lang)}
    return "".join(f"{name} {revision}\n" for name, revision in sorted(faces))


def faces_of(lang: str) -> list[tuple[str, str]]:
    fonts = find_fonts(lang)
    found = []
    for file in (fonts.regular, fonts.bold, fonts.headline):
        face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(file.path), file.index)
        found.append((file.name, face.reference_table("head").data[4:8].hex()))
    return found


def pictured(pdf: bytes, folder: Path) -> list[Image.Image]:
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm is not installed")
    file = folder / "page.pdf"
    file.write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "40", "-gray", file, folder / "page"], check=True)
    return [Image.open(path).convert("L") for path in sorted(folder.glob("page-*.pgm"))]


def compare(stem: str, made: list[Image.Image]) -> None:
    """Hold pictures against those that are kept under a stem, or keep them."""
    if NEW:
        PICTURES.mkdir(exist_ok=True)
        for old in PICTURES.glob(f"{stem}-*.png"):
            old.unlink()
        for number, picture in enumerate(made, 1):
            picture.quantize(16).save(PICTURES / f"{stem}-{number}.png", optimize=True)
        (PICTURES / "fonts.txt").write_text(font_versions(), encoding="utf-8")
        pytest.skip("pictures made anew")
    if (PICTURES / "fonts.txt").read_text(encoding="utf-8") != font_versions():
        pytest.skip("the fonts here are of another version than those of the pictures")
    kept = [Image.open(path).convert("L") for path in sorted(PICTURES.glob(f"{stem}-*.png"))]
    told = [
        told
        for number, (now, before) in enumerate(zip(made, kept, strict=False), 1)
        if (told := difference(f"{stem}-{number}", now, before))
    ]
    assert told == []
    assert len(made) == len(kept), f"{stem}: {len(made)} pages where there were {len(kept)}; `make pictures` if right"


def difference(name: str, now: Image.Image, before: Image.Image) -> str:
    """What has changed, with its picture written; empty where nothing has."""
    if now.size != before.size:
        share = 1.0
    else:
        changed = ImageChops.difference(now, before)
        share = sum(changed.histogram()[52:]) / (now.width * now.height)
    if share < TOLERANCE:
        return ""
    DIFFERENCES.mkdir(parents=True, exist_ok=True)
    sheet = Image.new("RGB", (max(now.width, before.width) * 3, max(now.height, before.height)), "white")
    sheet.paste(before, (0, 0))
    sheet.paste(now, (sheet.width // 3, 0))
    if now.size == before.size:
        # What was there is red, what came is blue.
        sheet.paste(Image.merge("RGB", (now, ImageChops.lighter(now, before), before)), (sheet.width // 3 * 2, 0))
    path = DIFFERENCES / f"{name}.png"
    sheet.save(path)
    return f"{name}: {share:.1%} of it changed; was, is and both: {path.relative_to(ROOT)}; `make pictures` if right"


@pytest.mark.parametrize("stem", SPECIMENS)
def test_specimens_look_as_they_did(stem: str, tmp_path: Path) -> None:
    document: Document = SPECIMENS[stem]
    html = page(document)
    compare(stem, pictured(render_pdf(html, subset_fonts(html, find_fonts(document.lang))).data, tmp_path))


@pytest.mark.parametrize("sample", SAMPLE_NAMES)
def test_charts_of_samples_look_as_they_did(sample: str, finished: Finished) -> None:
    files = finished(SAMPLES / sample, None)
    charts = [
        Image.open(io.BytesIO(files[name])).convert("L") for name in sorted(files) if name.endswith(".zh-Hant.png")
    ]
    small = [chart.resize((CHART_WIDTH, round(chart.height * CHART_WIDTH / chart.width))) for chart in charts]
    compare(f"{sample}.charts", small)


def test_a_change_is_seen_and_pictured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.render.test_pictures.DIFFERENCES", tmp_path)
    monkeypatch.setattr("tests.render.test_pictures.ROOT", tmp_path)
    before = Image.new("L", (100, 100), 255)
    now = before.copy()
    assert difference("trial", now, before) == ""
    now.paste(0, (10, 10, 20, 20))
    assert difference("trial", now, before) == (
        "trial: 1.0% of it changed; was, is and both: trial.png; `make pictures` if right"
    )
    with Image.open(tmp_path / "trial.png") as sheet:
        assert sheet.size == (300, 100)
