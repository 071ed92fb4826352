"""An editor's `theme/chart.toml` and two font faces → the style of charts."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Protocol

from reporter.diagnostics.diagnostic import Diagnostic, Place, did_you_mean
from reporter.diagnostics.errors import InputError
from reporter.syntax.authored_text import read_authored_text
from reporter.syntax.toml import parse_toml

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


class FontFace(Protocol):
    """A face of text: a font file, and which face of a collection."""

    @property
    def path(self) -> str:
        """Path of the file."""

    @property
    def index(self) -> int:
        """Position of the face inside a .ttc, 0 for a single font."""


@dataclass(frozen=True, slots=True)
class Look:
    """The settings of `chart.toml`: colours as #RRGGBB (on a page, as CSS has them), lengths in points.

    Attributes:
        ink: values and bold labels; secondary: tick labels and names.
        focus: the line the chart is about; comparator: lines to compare it with.
        neutral: bars that are neither good nor bad.
        warm, cool: the two colours of direction; which one rises is the locale's business.
        grid, zero: hairlines of the grid and the line at zero.
        phase: faint block behind a phase; band: shaded band of values.
        background: behind the chart.
        label_size, title_size: sizes of text; labels below 7 are refused, they can't be read in print.
        focus_width, comparator_width: widths of lines.
    """

    ink: str
    secondary: str
    focus: str
    comparator: str
    neutral: str
    warm: str
    cool: str
    grid: str
    zero: str
    phase: str
    band: str
    background: str
    label_size: float
    title_size: float
    focus_width: float
    comparator_width: float


#: The settings that are colours.
COLOURS = tuple(field.name for field in fields(Look) if field.type == "str")


@dataclass(frozen=True, slots=True)
class Palette:
    """A look in the light and, where the file has one, in the dark."""

    light: Look
    dark: Look | None


@dataclass(frozen=True, slots=True)
class Style:
    """The look of charts and the faces their text is set in."""

    look: Look
    regular: FontFace
    bold: FontFace


def load_style(file: Path, regular: FontFace, bold: FontFace) -> Style:
    """Read a chart style in its first palette.

    Args:
        file: the theme's `chart.toml`.
        regular: face of labels.
        bold: face of titles and values.

    Raises:
        InputError: the file can't be read, or a setting is missing, unknown or of the wrong kind.
    """
    return Style(next(iter(load_palettes(file).values())).light, regular, bold)


def load_palettes(file: Path) -> dict[str, Palette]:
    """Read every palette of a chart style: `standard`, the settings as they stand, and each table of `[palettes]`.

    `[dark]` holds the colours of a screen that is set to dark, a palette's `dark` those that it changes of them.

    Args:
        file: the theme's `chart.toml`.

    Raises:
        InputError: the file can't be read, or a setting is missing, unknown or of the wrong kind.
    """
    text = read_authored_text(file, str(file))
    settings = parse_toml(text, str(file))
    palettes, dark = settings.pop("palettes", {}), settings.pop("dark", {})
    problems = _check_settings(str(file), text, settings)
    darks: dict[str, dict[str, Any]] = {}
    if isinstance(dark, dict):
        problems += _check_palette(str(file), text, '"dark"', "[dark]", dark)
        problems += _find_missing_dark(str(file), text, dark)
    else:
        what = '"dark" is a table of colours'
        problems.append(Diagnostic("chart.wrong-setting", Place(str(file), _find_line(text, "dark")), what))
    if isinstance(palettes, dict) and all(isinstance(changed, dict) for changed in palettes.values()):
        for name, changed in palettes.items():
            darks[name] = changed.pop("dark", {})
            problems += _check_palette(str(file), text, f'palette "{name}"', f"[palettes.{name}]", changed)
            if isinstance(darks[name], dict):
                section = f'palette "{name}", dark'
                problems += _check_palette(str(file), text, section, f"[palettes.{name}.dark]", darks[name])
            else:
                what = f'palette "{name}": "dark" is a table of colours'
                place = Place(str(file), _find_line(text, "dark", f"[palettes.{name}]"))
                problems.append(Diagnostic("chart.wrong-setting", place, what))
    else:
        problems.append(
            Diagnostic(
                "chart.wrong-setting",
                Place(str(file), _find_line(text, "palettes")),
                '"palettes" holds a table for each palette',
            )
        )
    if problems:
        raise InputError(problems)
    return {
        name: Palette(Look(**settings | changed), Look(**settings | dark | darks.get(name, {})) if dark else None)
        for name, changed in {"standard": {}, **palettes}.items()
    }


def _check_palette(file: str, text: str, section: str, header: str, changed: dict[str, Any]) -> list[Diagnostic]:
    """What is wrong with a table of colours that change others; `header` is its line."""
    problems = []
    for name, value in changed.items():
        if name not in COLOURS:
            what = f'{section}: unknown colour "{name}"'
            problems.append(
                Diagnostic(
                    "chart.unknown-setting",
                    Place(file, _find_line(text, name, header)),
                    what,
                    did_you_mean(name, COLOURS),
                )
            )
        elif fault := _check_value(name, "str", value):
            what = f'{section}: "{name}" {fault}'
            problems.append(Diagnostic("chart.wrong-setting", Place(file, _find_line(text, name, header)), what))
    return problems


def _find_missing_dark(file: str, text: str, dark: dict[str, Any]) -> list[Diagnostic]:
    """Report the colours that a table for the dark lacks, since a light one among them could not be seen."""
    missing = [name for name in COLOURS if dark and name not in dark]
    if not missing:
        return []
    what = f'"dark" lacks {", ".join(missing)}'
    return [Diagnostic("chart.missing-setting", Place(file, _find_line(text, "[dark]")), what)]


def _check_settings(file: str, text: str, settings: dict[str, Any]) -> list[Diagnostic]:
    kinds = {field.name: field.type for field in fields(Look)}
    problems = [
        Diagnostic(
            "chart.unknown-setting",
            Place(file, _find_line(text, name)),
            f'unknown setting "{name}"',
            did_you_mean(name, kinds),
        )
        for name in settings
        if name not in kinds
    ]
    for name, kind in kinds.items():
        if name not in settings:
            problems.append(Diagnostic("chart.missing-setting", Place(file), f'setting "{name}" is missing'))
        elif fault := _check_value(name, kind, settings[name]):
            problems.append(
                Diagnostic("chart.wrong-setting", Place(file, _find_line(text, name)), f'setting "{name}" {fault}')
            )
    return problems


def _check_value(name: str, kind: object, value: object) -> str:
    if kind == "str":
        good = isinstance(value, str) and _COLOUR.fullmatch(value)
        return "" if good else f"must be a colour as #RRGGBB, not {value!r}"
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 100:
        return f"must be a number of points, not {value!r}"
    return "must be at least 7 points" if name.endswith("_size") and value < 7 else ""


def _find_line(text: str, name: str, header: str = "") -> int | None:
    """The line of a setting; that of a table stands under the table's own line."""
    lines = text.splitlines()
    start = next((n for n, line in enumerate(lines, 1) if header and line.strip().startswith(header)), 0)
    return next((n for n, line in enumerate(lines, 1) if n > start and _is_setting_line(line, name)), None)


def _is_setting_line(line: str, name: str) -> bool:
    return line.partition("=")[0].strip(" \"'") == name
