"""Desks that differ from the samples in one choice, and the days over which the gate's false alarms are counted."""

from __future__ import annotations

import base64
import csv
import random
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from reporter.charts.style import load_palettes
from reporter.language.locales import available_locales
from reporter.model.resources import locales_folder, templates_folder
from tests.briefs import REAL, ROOT, SAMPLES

LOCALES = available_locales(locales_folder())
#: A red pixel.
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)
#: A house's mark as drawing programs write it: many shapes, and letters in a font that no page has.
DRAWN = b"""<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 20">
  <style>.name { font-size: 12px; font-weight: 700; font-family: Futura }</style>
  <rect width="6" height="20"/><rect x="7" width="6" height="20"/><rect x="14" width="6" height="20"/>
  <rect x="21" width="6" height="20"/><rect x="28" width="6" height="20"/><rect x="35" width="6" height="20"/>
  <text class="name" x="45" y="14">Sample <tspan fill="#0B5D3B">Research</tspan> 2030</text>
</svg>"""


@dataclass(frozen=True)
class Choice:
    """Something that a desk can choose about its briefs.

    Attributes:
        theme: a line of [theme].
        files: name in the desk's folder → content.
        edit: what becomes of the rest of desk.toml.
        evidence, attach: options of `build`.
    """

    theme: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)
    edit: Callable[[str], str] = str
    evidence: bool = False
    attach: bool = False


def without_byline(text: str) -> str:
    return re.sub(r"(?m)^byline = .*\n", "", text)


def _palettes() -> Mapping[str, Choice]:
    found = load_palettes(templates_folder() / "market_brief" / "theme" / "chart.toml")
    return {f"palette {name}": Choice(f'palette = "{name}"') for name in found}


#: Each choice by its name. Of those that begin with the same word only one can be made.
CHOICES: Mapping[str, Choice] = {
    **_palettes(),
    "Letter": Choice('paper = "Letter"'),
    "accent": Choice('accent = "#0B5D3B"'),
    "logo as PNG": Choice('logo = "logo.png"', {"logo.png": PIXEL}),
    "logo as SVG with text": Choice('logo = "logo.svg"', {"logo.svg": DRAWN}),
    "no byline": Choice(edit=without_byline),
    "evidence": Choice(evidence=True),
    "attached ledger": Choice(attach=True),
}


def make_desk(folder: Path, sample: str, choices: Sequence[Choice]) -> Path:
    """A copy of a sample with some choices made."""
    shutil.copytree(SAMPLES / sample, folder)
    file = folder / "desk.toml"
    text = file.read_text("utf-8")
    for choice in choices:
        text = choice.edit(text)
        for name, data in choice.files.items():
            (folder / name).write_bytes(data)
    theme = "\n".join(choice.theme for choice in choices if choice.theme)
    file.write_text(f"{text}\n[theme]\n{theme}\n", "utf-8")
    return folder


# --- desks whose names or data are unusual --------------------------------------------------------------------------


def named(symbol: str, en: str, zh: str) -> Callable[[str], str]:
    """Another asset, by the same data."""

    def edit(text: str) -> str:
        text = re.sub(r'(?m)^symbol = "BTC"$', f'symbol = "{symbol}"', text)
        return re.sub(r"(?m)^name = \{ en = .*\}$", f'name = {{ en = "{en}", zh-Hant = "{zh}" }}', text, count=1)

    return edit


def some_of(table: str) -> Callable[[str], str]:
    """A table that covers a part of its market."""
    return lambda text: text.replace(f'table = "{table}"\n', f'table = "{table}"\npartial = true\n')


def prices_alone(text: str) -> str:
    """A desk with no other table than prices."""
    parts = re.split(r"(?m)^(?=\[\[source\]\])", text)
    return "".join(part for part in parts if not part.startswith("[[source]]") or 'table = "prices"' in part)


def in_one_locale(tag: str) -> Callable[[str], str]:
    return lambda text: re.sub(r"(?m)^locales = .*$", f'locales = ["{tag}"]', text)


#: Each unusual desk: its name → the sample it is made of, and what becomes of desk.toml.
UNUSUAL: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "some liquidations": ("btc-2026-02", some_of("liquidations")),
    "some flows": ("btc-2026-02", some_of("fund_flows")),
    "some open interest": ("btc-2026-02", some_of("open_interest")),
    "prices alone": ("melt-up", prices_alone),
    "Chinese alone": ("quiet-day", in_one_locale("zh-Hant")),
    "English alone": ("quiet-day", in_one_locale("en")),
    "a number in its name": ("quiet-day", named("NXT", "Next 500", "未來 500")),
    "a number before its name": ("melt-up", named("1INCH", "1INCH", "1INCH")),
    "a word that is watched": ("quiet-day", named("NEAR", "Near", "近")),
    "a hedge for a name": ("quiet-day", named("MAY", "May", "可能")),
    "signs in its name": ("quiet-day", named("ELF", "Éthéré (v2.0) & Co.", "以太坊（二）*_x_*")),
    "a long name": (
        "melt-up",
        named("VLN", "The Extraordinarily Long Named Token of the Pacific", "太平洋基金會的代幣"),
    ),
}


def shrink(folder: Path, by: float) -> None:
    """Divide a desk's prices, so that they are a coin's of many zeros, and say so."""
    desk = folder / "desk.toml"
    desk.write_text(desk.read_text("utf-8").replace("[asset]\n", "[asset]\nspan = [1e-9, 1e9]\n", 1), "utf-8")
    for path in folder.glob("prices_*.csv"):
        with path.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            row |= {key: f"{float(row[key]) / by:.9g}" for key in ("open", "high", "low", "close")}
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


# --- real days ------------------------------------------------------------------------------------------------------

_FIRST, _LAST = date(2018, 1, 1), date(2026, 4, 29)
#: On these days liquidations are known of some exchanges only.
_PARTIAL = (date(2025, 9, 10), date(2025, 11, 13))


def commit() -> str:
    """What the code of this run is, or a fixed word where there is no git; it seeds days that differ by change."""
    try:
        command = ["git", "rev-parse", "HEAD"]
        found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return "no commit"
    return found.stdout.strip()


def some_days(seed: int | str, count: int, partial: int = 0) -> tuple[date, ...]:
    """Days that a seed chooses, the same on every machine.

    Args:
        seed: of the choice.
        count: how many days.
        partial: how many of them have liquidations of some exchanges only.
    """
    chance = random.Random(seed)
    late = [_PARTIAL[0] + timedelta(days=place) for place in range((_PARTIAL[1] - _PARTIAL[0]).days + 1)]
    rest = [day for place in range((_LAST - _FIRST).days + 1) if (day := _FIRST + timedelta(days=place)) not in late]
    return tuple(sorted([*chance.sample(late, partial), *chance.sample(rest, count - partial)]))


def listed_days() -> tuple[date, ...]:
    """The days of the list beside the real series; none where it is absent."""
    path = REAL / "../../../../shared/market/DATES.md"
    if not path.is_file():
        return ()
    return tuple(map(date.fromisoformat, re.findall(r"(?m)^## (\d{4}-\d\d-\d\d)", path.read_text("utf-8"))))
