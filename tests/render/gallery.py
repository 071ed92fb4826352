"""A contact sheet of every sample's pages, and the README's pictures.

python tests/render/gallery.py --out out/gallery --docs docs
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.guide import follow

SAMPLES = ("samples/btc-2026-02", "samples/melt-up", "samples/quiet-day")
LOCALES = ("zh-Hant", "en")
#: What the README shows: picture → sample, locale, page.
README = {
    "page-1.png": ("btc-2026-02-06", "en", 1),
    "page-2.png": ("btc-2026-02-06", "zh-Hant", 2),
    "page-3.png": ("btc-2025-06-15", "zh-Hant", 1),
}
#: What the editors' guide shows: its commands are followed, then the desk that they leave is built.
GUIDE = Path("docs/editing.md")
_SCALE, _GAP = 0.42, 12


def main() -> int:
    """Build the samples and draw the pictures."""
    parser = argparse.ArgumentParser(description="Draw the samples' pages.")
    parser.add_argument("--out", type=Path, default=Path("out/gallery"), help="where briefs and the sheet go")
    parser.add_argument("--docs", type=Path, help="where the README's pictures go; none are drawn without it")
    arguments = parser.parse_args()
    for sample in SAMPLES:
        subprocess.run([sys.executable, "-m", "reporter", "build", sample, "--out", arguments.out], check=True)
    pages = {
        (folder.name, locale): _pages(folder / f"article.{locale}.pdf")
        for folder in sorted(path for path in arguments.out.iterdir() if (path / "ledger.json").exists())
        for locale in LOCALES
    }
    _sheet(list(pages.values())).save(arguments.out / "sheet.png", optimize=True)
    print((arguments.out / "sheet.png").as_posix())
    for name, (brief, locale, number) in README.items() if arguments.docs else ():
        # Few clusters lose a lone red triangle or the faintest grey; refined ones keep both.
        picture = pages[brief, locale][number - 1].quantize(256, kmeans=2, dither=Image.Dither.NONE)
        picture.save(arguments.docs / name, optimize=True)
        print((arguments.docs / name).as_posix())
    if arguments.docs:
        _guide(pages["btc-2025-06-15", "en"][0], arguments.docs)
    return 0


def _guide(before: Image.Image, docs: Path) -> None:
    """The guide's pictures: a headline before and after, and the page with the section that was added."""
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for _ in follow(GUIDE.resolve(), folder):
            pass
        command = [sys.executable, "-m", "reporter", "build", "mydesk", "--out", "made"]
        subprocess.run(command, cwd=folder, env={**os.environ, "PYTHONPATH": str(Path.cwd())}, check=True)
        after = _pages(folder / "made" / "btc-2025-06-15" / "article.en.pdf")[0]
    high = before.height // 4
    heads = Image.new("RGB", (before.width, 2 * high + _GAP), "#8A929B")
    heads.paste(before.crop((0, 0, before.width, high)), (0, 0))
    heads.paste(after.crop((0, 0, after.width, high)), (0, high + _GAP))
    for name, picture in (("editing-wording.png", heads), ("editing-section.png", after)):
        small = picture.resize((picture.width * 3 // 4, picture.height * 3 // 4))
        small.quantize(64, kmeans=2, dither=Image.Dither.NONE).save(docs / name, optimize=True)
        print((docs / name).as_posix())


def _pages(file: Path) -> list[Image.Image]:
    stem = file.with_suffix("")
    for old in file.parent.glob(f"{stem.name}-*.png"):
        old.unlink()
    subprocess.run(["pdftoppm", "-r", "90", "-png", file, stem], check=True)
    return [Image.open(path).convert("RGB") for path in sorted(file.parent.glob(f"{stem.name}-*.png"))]


def _sheet(rows: list[list[Image.Image]]) -> Image.Image:
    """Every row's pages side by side."""
    small = [[page.resize((int(page.width * _SCALE), int(page.height * _SCALE))) for page in row] for row in rows]
    wide = max(sum(page.width + _GAP for page in row) for row in small) + _GAP
    high = sum(row[0].height + _GAP for row in small) + _GAP
    sheet = Image.new("RGB", (wide, high), "#8A929B")
    top = _GAP
    for row in small:
        left = _GAP
        for page in row:
            sheet.paste(page, (left, top))
            left += page.width + _GAP
        top += row[0].height + _GAP
    return sheet


if __name__ == "__main__":
    sys.exit(main())
