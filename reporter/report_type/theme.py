"""desk.toml's `[theme]` and the report type's `theme/` → the look of charts and the style of pages.

Charts and pages share one source of colours, `theme/chart.toml`, with its palettes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from reporter.charts.style import COLOURS, Look, load_palettes
from reporter.desk.config.config import DeskConfig
from reporter.desk.config.paths import explain_outside
from reporter.diagnostics.diagnostic import Diagnostic, Place, did_you_mean
from reporter.diagnostics.errors import InputError
from reporter.render.fonts import find_fonts
from reporter.render.html import PageStyle
from reporter.report_type.files import ReportFiles
from reporter.report_type.logo import read_logo

#: Paper → its size in CSS, its side margins that leave the page 178 mm, and its height, in millimetres.
_PAPERS = {"A4": ("A4", 16.0, 297.0), "Letter": ("letter", 18.95, 279.4)}
#: What text needs against its ground (WCAG 2.2, 1.4.3).
CONTRAST = 4.5
#: Below this a text is not seen.
_SEEN = 3.0


@dataclass(frozen=True, slots=True)
class Theme:
    """How a desk's briefs look.

    Attributes:
        look: colours and lines of charts; the page takes its colours from here too.
        dress: colours, paper and logo as the page takes them.
        height: of the paper, in millimetres.
    """

    look: Look
    dress: PageStyle
    height: float


def load_theme(config: DeskConfig, files: ReportFiles) -> Theme:
    """Read a desk's theme.

    Args:
        config: the desk.
        files: of the report type.

    Raises:
        InputError: everything that is wrong in `[theme]`, in chart.toml or with the logo.
    """
    palettes = load_palettes(files.find_file("theme/chart.toml"))
    wanted, problems = config.theme, list[Diagnostic]()

    def add_diagnostic(code: str, key: str, what: str, hint: str) -> None:
        problems.append(Diagnostic(code, config.locate_key(("theme", key)), what, hint))

    palette = palettes.get(wanted.palette) or next(iter(palettes.values()))
    look, dark = palette.light, palette.dark
    if wanted.palette not in palettes:
        hint = did_you_mean(wanted.palette, palettes) or f"one of {', '.join(palettes)}"
        add_diagnostic("desk.wrong-theme", "palette", f'theme.palette: unknown palette "{wanted.palette}"', hint)
    if wanted.accent:
        look = replace(look, focus=wanted.accent)
        dark = dark and replace(dark, focus=lighten_colour(wanted.accent, (dark.background, dark.phase, dark.band)))
        if (found := measure_contrast(wanted.accent, look.background)) < CONTRAST:
            hint = f"text needs {CONTRAST:g} to 1; take a darker colour"
            add_diagnostic(
                "desk.wrong-theme",
                "accent",
                f"theme.accent: {wanted.accent} stands out from the paper by {found:.1f} to 1",
                hint,
            )
    file = files.find_file("theme/chart.toml")
    problems += _find_faint_colours(palette.light, Place(files.display_path(file)))
    if palette.dark is not None:
        problems += _find_faint_colours(palette.dark, Place(files.display_path(file)))
    logo = ""
    if wanted.logo:
        own = config.fonts
        fonts = partial(find_fonts, config.desk.locales[0], sans=own.sans, serif=own.serif)
        path = config.folder / wanted.logo
        outside = explain_outside(config, path)
        logo, fault = read_logo(path, fonts) if outside is None else ("", "")
        if outside is not None:
            add_diagnostic("desk.outside", "logo", f"theme.logo: {outside[0]}", outside[1])
        elif fault:
            add_diagnostic(
                "desk.wrong-theme",
                "logo",
                f'theme.logo: "{wanted.logo}" {fault}',
                "give an SVG or PNG file of at most 100 kB",
            )
    if problems:
        raise InputError(problems)
    dress = PageStyle(render_page_css(look, wanted.paper), logo, render_screen_css(look, dark, wanted.paper))
    return Theme(look, dress, _PAPERS[wanted.paper][2])


def _find_faint_colours(look: Look, place: Place) -> list[Diagnostic]:
    """Find text colours with too little contrast to a background they are used on."""
    found = []
    for name in ("ink", "secondary", "focus"):
        for ground in ("background", "phase", "band"):
            apart = measure_contrast(getattr(look, name), getattr(look, ground))
            if apart < _SEEN:
                what = f"{name} stands out from {ground} by {apart:.1f} to 1"
                hint = f"text needs {_SEEN:g} to 1 to be seen at all, and {CONTRAST:g} to be read well"
                found.append(Diagnostic("chart.wrong-setting", place, what, hint))
    return found


def render_page_css(look: Look, paper: str = "A4") -> str:
    """Render colours and paper size as CSS for print."""
    size, side, _ = _PAPERS[paper]
    colours = {
        "ink": look.ink,
        "secondary": look.secondary,
        "focus": look.focus,
        "hairline": look.grid,
        "panel": look.phase,
        "warm": look.warm,
        "cool": look.cool,
    }
    boxes = "".join(
        f"@{place}{{color:{look.secondary}}}" for place in ("top-left", "top-right", "bottom-left", "bottom-right")
    )
    named = "".join(f"--{name}:{colour};" for name, colour in colours.items())
    return f":root{{{named}}}\n@page{{size:{size};margin:18mm {side:g}mm;{boxes}}}\n@page:first{{margin-top:14mm}}"


def to_screen_look(look: Look) -> Look:
    """Return the look with CSS variables as colours, so that charts follow dark mode."""
    return replace(look, **{name: f"var(--{name})" for name in COLOURS})  # type: ignore[arg-type]


def render_screen_css(look: Look, dark: Look | None, paper: str = "A4") -> str:
    """Render the colours of a screen page as CSS, light and dark, and its print size.

    Args:
        look: the light colours.
        dark: the dark ones, or None.
        paper: A4 or Letter.
    """
    printed = f"@page{{size:{_PAPERS[paper][0]};margin:16mm}}"
    if dark is None:
        return f":root{{color-scheme:light;{_render_variables(look)}}}\n{printed}"
    return (
        f":root{{color-scheme:light dark;{_render_variables(look)}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{_render_variables(dark)}}}}}\n{printed}"
    )


def _render_variables(look: Look) -> str:
    return "".join(f"--{name}:{getattr(look, name)};" for name in COLOURS)


def lighten_colour(colour: str, grounds: Sequence[str]) -> str:
    """Lighten a colour until text in it is readable on every one of some dark backgrounds."""
    parts = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
    for share in range(0, 101, 5):
        mixed = "#" + "".join(f"{round(part + (255 - part) * share / 100):02X}" for part in parts)
        if all(measure_contrast(mixed, ground) >= CONTRAST for ground in grounds):
            return mixed
    return "#FFFFFF"


def measure_contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours (#RRGGBB), 1 to 21 (WCAG 2.2)."""
    dark, light = sorted((_measure_luminance(one), _measure_luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _measure_luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
