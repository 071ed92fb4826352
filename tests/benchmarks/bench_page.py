"""Time and size of a page against plain WeasyPrint and against Typst, with the same text and charts, in one process.

    python tests/benchmarks/bench_page.py --desk samples/btc-2026-02

Typst (PyPI `typst`) is asked only where it is installed. It gets the page's passages and drawings in order, in two
columns, without tags or an outline, which it is spared.
"""

from __future__ import annotations

import argparse
import gc
import importlib.util
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from reporter.charts import Style, chart_height, draw_chart, load_style
from reporter.language.ticks import Ticks
from reporter.model.chart import Chart
from reporter.model.document import Figure
from reporter.pipeline.compose import compose_brief
from reporter.pipeline.evaluate import evaluate_desk
from reporter.pipeline.outputs import render_brief
from reporter.render.fonts import SANS, SERIF, find_fonts, subset_fonts
from reporter.render.layout.layout_search import choose_layout
from reporter.render.page_text import page_passages
from reporter.render.pdf.writer import Pdf, render_pdf

_DRAWING = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_CJK = {SANS: "Noto Sans CJK", SERIF: "Noto Serif CJK"}


@dataclass(frozen=True, slots=True)
class Line:
    """One measure: what, how much, of what, and what it should not exceed."""

    name: str
    value: float
    unit: str
    target: float | None = None


def pages(desk: Path) -> dict[str, str]:
    """Each locale's page as the printer gets it."""
    brief = compose_brief(evaluate_desk(desk))
    taken: dict[str, str] = {}

    def take(html: str, _fonts: object, name: str, *, attachments: object = ()) -> Callable[[], Pdf]:
        taken[name.split(".")[1]] = html
        return lambda: Pdf(b"", 0, ())

    render_brief(brief, ("pdf",), take)
    return taken


def timed(work: Callable[[], Any], runs: int) -> tuple[float, Any]:
    """Median seconds of some runs after one that is not counted, and what the last one gave."""
    result, seconds = work(), []
    for _ in range(runs):
        # As in the process that prints: garbage is collected between pages.
        gc.collect()
        gc.disable()
        started = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - started)
        gc.enable()
    return statistics.median(seconds), result


def ours(html: str, lang: str) -> bytes:
    """Subset and render, as a build does."""
    return render_pdf(html, subset_fonts(html, find_fonts(lang))).data


def plain(html: str, region: str) -> bytes:
    """WeasyPrint as it comes, with the system's fonts."""
    from weasyprint import HTML

    for own, family in _CJK.items():
        html = html.replace(f'"{own}"', f'"{family} {region}"').replace(f"family={own}", f"family={family} {region}")
    data: bytes = HTML(string=html.replace(f'font-family="{SANS}"', f'font-family="{_CJK[SANS]} {region}"')).write_pdf()
    return data


def typst_source(html: str, region: str, folder: Path) -> Path:
    """The page's passages and drawings as a Typst file with its images beside it."""
    parts = [
        '#set page("a4", margin: (x: 16mm, y: 18mm), columns: 2)',
        f'#set text(9.5pt, font: "Noto Sans CJK {region}")\n#set par(leading: 0.55em)',
    ]
    body = html.partition("<body>")[2]
    place = 0
    for number, found in enumerate([*_DRAWING.finditer(body), None]):
        text = body[place : found.start() if found else len(body)]
        parts += [f"#text({_string(passage)})\n" for passage in page_passages(text)]
        if found:
            svg = found[0].replace(f'font-family="{SANS}"', f'font-family="Noto Sans CJK {region}"')
            (folder / f"{number}.svg").write_text(svg, encoding="utf-8")
            width = re.search(r'width="([\d.]+)pt"', svg)
            parts.append(f'#image("{number}.svg", width: {min(float(width[1]) if width else 240, 246):g}pt)\n')
            place = found.end()
    file = folder / "page.typ"
    file.write_text("\n".join(parts), encoding="utf-8")
    return file


def _string(text: str) -> str:
    escaped = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def measure(desk: Path, runs: int) -> list[Line]:
    """All measures of a desk's pages and charts."""
    lines: list[Line] = []
    for locale, html in pages(desk).items():
        region = "TC" if locale.startswith("zh") else "KR"
        seconds, data = timed(partial(ours, html, locale), runs)
        slow, large = timed(partial(plain, html, region), max(runs // 2, 1))
        lines += [
            Line(f"page {locale}", seconds, "seconds", 0.5),
            Line(f"page {locale}, size", len(data) / 1024, "KB", 150),
            Line(f"page {locale}, plain WeasyPrint", slow, "seconds"),
            Line(f"page {locale}, plain WeasyPrint, size", len(large) / 1024, "KB"),
            Line(f"page {locale} against plain", seconds / slow, "times", 0.8),
        ]
        lines += against_typst(locale, html, region, seconds, len(data), runs)
    return lines + chart_lines(desk, runs)


_TYPST = """
import sys, time, typst
compiler = typst.Compiler(sys.argv[1], root=sys.argv[2], font_paths=sys.argv[4:], ignore_system_fonts=True)
started = time.perf_counter()
data = compiler.compile(format="pdf")
print(time.perf_counter() - started)
open(sys.argv[3], "wb").write(data)
"""


def against_typst(locale: str, html: str, region: str, seconds: float, size: int, runs: int) -> list[Line]:
    """Typst's time and size; its fonts are listed beforehand, and each run is a process's first.

    A second run in the same process would be answered from Typst's memory.
    """
    if importlib.util.find_spec("typst") is None:
        print("typst is not installed; it is left out", file=sys.stderr)
        return []
    fonts = sorted({str(Path(file.path).parent) for file in faces_of(locale)})
    with tempfile.TemporaryDirectory() as name:
        source, made = typst_source(html, region, Path(name)), Path(name) / "page.pdf"
        command = [sys.executable, "-c", _TYPST, str(source), name, str(made), *fonts]
        taken = [float(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(runs)]
        length = made.stat().st_size
    fast = statistics.median(taken)
    return [
        Line(f"page {locale}, Typst", fast, "seconds"),
        Line(f"page {locale}, Typst, size", length / 1024, "KB"),
        Line(f"page {locale} against Typst", seconds / fast, "times", 2.0),
        Line(f"page {locale}, size against Typst", size / length, "times", 1.2),
    ]


def faces_of(locale: str) -> tuple[Any, ...]:
    """The faces of a locale's page."""
    fonts = find_fonts(locale)
    return fonts.regular, fonts.bold, fonts.headline


def chart_lines(desk: Path, runs: int) -> list[Line]:
    """Each output of a chart, warm, as the mean over the brief's charts."""
    found = evaluate_desk(desk)
    brief = compose_brief(found)
    book = found.report.books[0]
    fonts = find_fonts(brief.realised[0].document.lang)
    document = choose_layout(brief.realised[0].document, fonts, chart_height)
    style = load_style(found.report.files.base / "theme" / "chart.toml", fonts.regular, fonts.bold)
    blocks = [block for section in document.sections for block in section.blocks]
    charts = [block.chart for block in blocks if isinstance(block, Figure)]
    axis = Ticks(book.locale)
    lines = []
    for name, wanted in (("page's SVG", "text"), ("file's SVG", "paths"), ("PNG", "png")):
        draws = partial(draw_chart, text=wanted == "text", paths=wanted == "paths", png=wanted == "png")
        seconds, _ = timed(partial(_draw_all, draws, charts, style, axis), runs)
        lines.append(Line(f"chart, {name}", seconds / len(charts) * 1000, "ms", 30))
    return lines


def _draw_all(draws: Callable[..., Any], charts: list[Chart], style: Style, axis: Ticks) -> None:
    for chart in charts:
        draws(chart, style, axis, True)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure a page against plain WeasyPrint and Typst.")
    parser.add_argument("--desk", type=Path, default=Path("samples/btc-2026-02"), help="desk to build")
    parser.add_argument("--runs", type=int, default=7, help="measured runs of each")
    arguments = parser.parse_args()
    for line in measure(arguments.desk, arguments.runs):
        target = "" if line.target is None else f"{line.target:g}"
        verdict = "" if line.target is None else ("  met" if line.value <= line.target else "  missed")
        print(f"{line.name:42}{line.value:>10.2f}{target:>10} {line.unit}{verdict}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
