"""A desk's theme: what can be chosen, how mistakes are told, and that every palette can be read by everyone."""

from __future__ import annotations

import base64
import io
import re
import shutil
from itertools import combinations
from pathlib import Path

import pikepdf
import pytest

from reporter.charts.style import Look, load_palettes
from reporter.desk import read_desk_config
from reporter.diagnostics.diagnostic import COMMAND_LINE
from reporter.diagnostics.errors import HeldError, InputError
from reporter.pipeline.audit import hold_unless_passing
from reporter.pipeline.compose import compose_brief
from reporter.pipeline.evaluate import evaluate_desk
from reporter.pipeline.outputs import render_brief
from reporter.readback.pdf import read_tags, read_words
from reporter.render.pdf.pdf_check import find_pdf_holds
from reporter.render.pdf.printer import PrintPage
from reporter.report_type.files import locate_report_files
from reporter.report_type.theme import CONTRAST, load_theme, measure_contrast
from tests.briefs import SAMPLES

REPORT = locate_report_files("market_brief", COMMAND_LINE)
PALETTES = load_palettes(REPORT.find_file("theme/chart.toml"))
#: A red pixel.
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)


def desk(folder: Path, theme: str) -> Path:
    shutil.copytree(SAMPLES / "quiet-day", folder, dirs_exist_ok=True)
    file = folder / "desk.toml"
    file.write_text(f"{file.read_text('utf-8')}\n[theme]\n{theme}\n", "utf-8")
    return folder


def look_of(palette: str, light: str = "light") -> Look:
    look = PALETTES[palette].light if light == "light" else PALETTES[palette].dark
    assert look is not None
    return look


@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize("palette", PALETTES)
def test_every_text_of_a_palette_can_be_read(palette: str, light: str) -> None:
    look = look_of(palette, light)
    for colour in (look.ink, look.secondary, look.focus, look.warm, look.cool):
        for ground in (look.background, look.phase, *((look.band,) if light == "dark" else ())):
            assert measure_contrast(colour, ground) >= CONTRAST, (colour, ground)
    for colour in (look.comparator, look.neutral, look.zero):
        assert measure_contrast(colour, look.background) >= 3, colour


#: Linear RGB as an eye without red or green receptors sees it (Viénot, Brettel, Mollon 1999).
_WITHOUT = {
    "protanopia": ((0.1121, 0.8853, -0.0005), (0.1127, 0.8897, -0.0001), (0.0045, 0.0, 1.0019)),
    "deuteranopia": ((0.2920, 0.7054, -0.0003), (0.2934, 0.7089, 0.0), (-0.0210, 0.0256, 0.9984)),
}


def lab(colour: str, eye: str) -> tuple[float, float, float]:
    """A colour as an eye sees it, in CIELAB."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    seen = [max(sum(a * b for a, b in zip(row, linear, strict=True)), 0.0) for row in _WITHOUT[eye]]
    to_xyz = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    xyz = [sum(a * b for a, b in zip(row, seen, strict=True)) for row in to_xyz]
    fx, fy, fz = (
        value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116
        for value in (xyz[0] / 0.9505, xyz[1], xyz[2] / 1.089)
    )
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


@pytest.mark.parametrize("eye", _WITHOUT)
@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize("palette", PALETTES)
def test_the_colours_of_direction_are_told_apart_by_every_eye(palette: str, light: str, eye: str) -> None:
    look = look_of(palette, light)
    one, other = lab(look.warm, eye), lab(look.cool, eye)
    difference = sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5
    assert difference > (60 if palette == "colour-blind" else 25)


def test_the_contrast_is_that_of_the_standard() -> None:
    assert measure_contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert measure_contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)
    assert all(
        measure_contrast(a, b) == measure_contrast(b, a) for a, b in combinations(("#123456", "#ABCDEF", "#777777"), 2)
    )


def test_mistakes_are_located_and_all_told(tmp_path: Path) -> None:
    (tmp_path / "logo.gif").write_bytes(b"GIF89a")
    folder = desk(tmp_path, 'palette = "colour-blnd"\naccent = "#C8E0FF"\nlogo = "logo.gif"')
    config = read_desk_config(folder, "desk.toml")
    line = next(
        n for n, text in enumerate((folder / "desk.toml").read_text("utf-8").splitlines(), 1) if "[theme]" in text
    )
    with pytest.raises(InputError) as caught:
        load_theme(config, REPORT)
    assert str(caught.value).split("\n") == [
        f'desk.toml:{line + 1}:1: theme.palette: unknown palette "colour-blnd"; did you mean "colour-blind"?',
        f"desk.toml:{line + 2}:1: theme.accent: #C8E0FF stands out from the paper by 1.3 to 1;"
        " text needs 4.5 to 1; take a darker colour",
        f'desk.toml:{line + 3}:1: theme.logo: "logo.gif" is neither SVG nor PNG;'
        " give an SVG or PNG file of at most 100 kB",
    ]


@pytest.mark.parametrize(
    ("theme", "message"),
    [
        ('paper = "A5"', 'theme.paper: unknown value "A5"; one of A4, Letter'),
        ('accent = "navy"', 'theme.accent: wrong value "navy"; write a colour as "#123F6D"'),
        ('colour = "red"', 'unknown key "colour"'),
    ],
)
def test_a_value_that_cannot_be_is_told_where_it_stands(theme: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_desk_config(desk(tmp_path, theme), "desk.toml")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("logo.png", b"<svg/>", "is not what its name says"),
        ("logo.svg", b"<svg>" + b" " * 100_001, "has 100 kB"),
        ("more.svg", b'<svg><image href="http://127.0.0.1:9/x.png"/></svg>', "asks for other files or holds a script"),
        ("more.svg", b"<svg onload='x'/>", "asks for other files or holds a script"),
        ("cut.svg", b'<svg xmlns="http://www.w3.org/2000/svg">', "is a damaged SVG: it ends before its first tag"),
        ("own.svg", b"not a drawing", "is not what its name says"),
        ("none.svg", None, "can't be read: No such file or directory"),
    ],
)
def test_a_logo_that_cannot_be_shown_is_refused(name: str, content: bytes | None, fault: str, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=re.escape(f'"{name}" {fault}')):
        load_theme(read_desk_config(desk(tmp_path, f'logo = "{name}"')), REPORT)


def test_a_brief_takes_paper_palette_accent_and_logo(tmp_path: Path, printer: PrintPage) -> None:
    (tmp_path / "logo.png").write_bytes(PIXEL)
    theme = 'paper = "Letter"\npalette = "colour-blind"\naccent = "#0B5D3B"\nlogo = "logo.png"'
    brief = compose_brief(evaluate_desk(desk(tmp_path, theme)))
    files = render_brief(brief, ("html", "pdf", "md"), printer)
    html = files["article.en.html"].decode()
    look = look_of("colour-blind")
    for text in (f"--warm:{look.warm}", "--focus:#0B5D3B", "size:letter", 'class="logo" src="data:image/png;base64,'):
        assert text in html
    assert [name for name in files if name.endswith(".svg")] != []
    assert all(look_of("standard").focus not in files[name].decode() for name in files if name.endswith(".svg"))
    for name in ("article.en.pdf", "article.zh-Hant.pdf"):
        assert find_pdf_holds(files[name]) == ()
        with pikepdf.open(io.BytesIO(files[name])) as pdf:
            assert [round(float(edge)) for edge in pdf.pages[0].mediabox] == [0, 0, 612, 792]


#: A house's mark as drawing programs write it: many shapes, and letters in a font that no page has.
DRAWN = b"""<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 20">
  <style>.name { font: 700 12px Futura; font-size: 12px; font-family: Futura }</style>
  <rect width="6" height="20"/><rect x="7" width="6" height="20"/><rect x="14" width="6" height="20"/>
  <rect x="21" width="6" height="20"/><rect x="28" width="6" height="20"/><rect x="35" width="6" height="20"/>
  <text class="name" x="45" y="14">Sample <tspan fill="#0B5D3B">Research</tspan> 2030</text>
</svg>"""


@pytest.mark.parametrize(
    ("name", "data", "byline"),
    [
        pytest.param("logo.svg", DRAWN, True, id="svg"),
        pytest.param("logo.svg", DRAWN, False, id="svg-no-byline", marks=pytest.mark.long),
        pytest.param("logo.png", PIXEL, True, id="png", marks=pytest.mark.long),
        pytest.param("logo.png", PIXEL, False, id="png-no-byline", marks=pytest.mark.long),
    ],
)
def test_a_brief_with_a_logo_passes_its_gate_in_every_format(
    name: str, data: bytes, byline: bool, tmp_path: Path, printer: PrintPage
) -> None:
    folder = desk(tmp_path, f'logo = "{name}"')
    (folder / name).write_bytes(data)
    if not byline:
        file = folder / "desk.toml"
        file.write_text(re.sub(r"(?m)^byline = .*\n", "", file.read_text("utf-8")), "utf-8")
    brief = compose_brief(evaluate_desk(folder), ("article", "chat"))
    files = render_brief(brief, ("html", "pdf", "md"), printer)
    hold_unless_passing(brief.slug, files)
    alternative = "Sample desk" if byline else brief.realised[1].document.kicker
    with pikepdf.open(io.BytesIO(files["article.en.pdf"])) as pdf:
        assert next(tag.alt for tag in read_tags(pdf) if tag.kind == "Figure") == alternative
        # Its letters are shapes: they are not read as the page's text.
        assert not any("Research" in word.text for page in pdf.pages for word in read_words(page))


def test_a_logo_that_says_something_else_is_held(tmp_path: Path) -> None:
    folder = desk(tmp_path, 'logo = "logo.png"')
    (folder / "logo.png").write_bytes(PIXEL)
    brief = compose_brief(evaluate_desk(folder))
    files = render_brief(brief, ("html",), None)
    page = files["article.en.html"].replace(b'alt="Sample desk"', b'alt="Bitcoin fell 50%"')
    assert page != files["article.en.html"]
    with pytest.raises(HeldError, match=r'article\.en\.html:\d+: "Bitcoin fell 50%": '):
        hold_unless_passing(brief.slug, files | {"article.en.html": page})
