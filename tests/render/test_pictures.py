"""Pages look as they looked when someone last looked at them.

The pictures are small and grey: a moved block, a lost chart or a wrong face shows, a shade does not. They are made
anew only by `REPORTER_NEW_PICTURES=1 pytest tests/render/test_pictures.py`, and looked at before they are committed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import uharfbuzz
from PIL import Image, ImageChops

from reporter.model.document import Document
from reporter.render.fonts import find_fonts, subset_fonts
from reporter.render.pdf import render_pdf
from tests.render.specimens import EN, ZH, full, page, quiet

PICTURES = Path(__file__).with_name("pictures")
NEW = bool(os.environ.get("REPORTER_NEW_PICTURES"))
#: Share of a page's pixels that may differ by more than a fifth of the way from black to white.
TOLERANCE = 0.004

pytestmark = pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm is not installed")


def font_versions() -> str:
    """Names and revisions of the faces that the pictures are set in."""
    faces = {face for lang in ("zh-Hant", "en") for face in vars_of(lang)}
    return "".join(f"{name} {revision}\n" for name, revision in sorted(faces))


def vars_of(lang: str) -> list[tuple[str, str]]:
    fonts = find_fonts(lang)
    found = []
    for file in (fonts.regular, fonts.bold, fonts.headline):
        face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(file.path), file.index)
        found.append((file.name, face.reference_table("head").data[4:8].hex()))
    return found


def drawn(document: Document, folder: Path) -> list[Image.Image]:
    html = page(document)
    file = folder / "page.pdf"
    file.write_bytes(render_pdf(html, subset_fonts(html, find_fonts(document.lang))).data)
    subprocess.run(["pdftoppm", "-r", "40", "-gray", file, folder / "page"], check=True)
    return [Image.open(path).convert("L") for path in sorted(folder.glob("page-*.pgm"))]


@pytest.mark.parametrize("language", [ZH, EN])
@pytest.mark.parametrize("brief", [full, quiet])
def test_pages_look_as_they_did(brief: Callable[[int], Document], language: int, tmp_path: Path) -> None:
    stem = f"{brief.__name__}.{'zh' if language == ZH else 'en'}"
    made = drawn(brief(language), tmp_path)
    if NEW:
        for old in PICTURES.glob(f"{stem}-*.png"):
            old.unlink()
        for number, picture in enumerate(made, 1):
            picture.quantize(16).save(PICTURES / f"{stem}-{number}.png", optimize=True)
        (PICTURES / "fonts.txt").write_text(font_versions(), encoding="utf-8")
        pytest.skip("pictures made anew")
    if (PICTURES / "fonts.txt").read_text(encoding="utf-8") != font_versions():
        pytest.skip("the fonts here are of another version than those of the pictures")
    kept = [Image.open(path).convert("L") for path in sorted(PICTURES.glob(f"{stem}-*.png"))]
    assert len(made) == len(kept)
    for number, (now, before) in enumerate(zip(made, kept, strict=True), 1):
        assert now.size == before.size
        changed = ImageChops.difference(now, before).histogram()
        share = sum(changed[52:]) / (now.width * now.height)
        assert share < TOLERANCE, f"page {number}: {share:.2%} of the pixels changed"
